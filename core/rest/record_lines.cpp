#include "core/rest/record_lines.hpp"

#include "core/record/json_scalar.hpp"
#include "core/record/json_teller.hpp"
#include "core/rest/json_line.hpp"

#include <algorithm>
#include <cstring>

namespace usersync::rest {
namespace {

namespace json = simdjson::ondemand;
namespace scalar = record::json_scalar;
using record::json_token;

std::vector<FieldPath> paths_of(const RecordRule& rule, const DeltaRule* delta) {
    std::vector<FieldPath> paths;
    for (const auto& field : rule.fields) paths.insert(paths.end(), field.paths.begin(), field.paths.end());
    for (const auto& condition : rule.keep) paths.push_back(condition.path);
    if (delta != nullptr && delta->removed) paths.push_back(*delta->removed);
    return paths;
}

bool is_null(std::string_view token) { return token == "null"; }

bool is_scalar(std::string_view token) {
    return scalar::is_string(token) || token == "true" || token == "false" || scalar::is_number(token);
}

bool is_text(std::string_view token, std::string_view text) {
    if (!scalar::is_string(token)) return token == text;
    if (scalar::has_escape(token)) return text_of_value(token) == text;
    return token.substr(1, token.size() - 2) == text;
}

// Whether a token is worth reading as a moment where no field says so: "…T…" or "/Date(…)/".
bool looks_like_a_time(std::string_view token) {
    if (token.size() < 10 || token.front() != '"') return false;
    return token.substr(1).starts_with("/Date(") || token.substr(1).starts_with("\\/Date(") ||
           (token.size() >= 18 && token[5] == '-' && token[11] == 'T');
}

// Whether there is a value; any other error than that there is none ends the reading of the whole text.
simdjson::error_code find(json::object object, const std::string& name, json::value& value, bool& is_there) {
    const auto error = object.find_field_unordered(name).get(value);
    is_there = !error;
    return error == simdjson::NO_SUCH_FIELD ? simdjson::SUCCESS : error;
}

simdjson::error_code look_at(const FieldWays::Predicate& predicate, json::object& element, bool& holds) {
    holds = predicate.is_not;
    if (const auto error = element.reset().error()) return error;
    json::value at;
    bool is_there = false;
    if (const auto error = find(element, predicate.left.front(), at, is_there)) return error;
    for (std::size_t level = 1; is_there && level < predicate.left.size(); ++level) {
        if (!json_token(at).starts_with('{')) return simdjson::SUCCESS;
        json::object object;
        if (const auto error = at.get_object().get(object)) return error;
        if (const auto error = find(object, predicate.left[level], at, is_there)) return error;
    }
    if (is_there) holds = is_text(json_token(at), predicate.right) != predicate.is_not;
    return simdjson::SUCCESS;
}

}  // namespace

Failure unreadable(FailureKind kind, std::string code, std::string sentence) {
    return {.kind = kind, .code = std::move(code), .where = "rest", .detail = std::move(sentence)};
}

Failure not_json(std::string_view why) {
    return unreadable(FailureKind::transient, "not_json", "the answer is not JSON: " + std::string(why));
}

std::string_view written_name(json::field& field) {
    const char* const begin = field.key().raw();
    const char* end = begin;
    while (*end != '"') end += *end == '\\' ? 2 : 1;  // the first pass over the text saw that it is closed
    return {begin, static_cast<std::size_t>(end - begin)};
}

simdjson::error_code what_holds(const std::vector<FieldWays::Predicate>& predicates, json::object& element,
                                std::uint32_t& holds) {
    holds = 0;
    for (std::size_t at = 0; at < predicates.size(); ++at) {
        bool is_true = false;
        if (const auto error = look_at(predicates[at], element, is_true)) return error;
        if (is_true) holds |= std::uint32_t{1} << at;
    }
    return element.reset().error();
}

RecordLines::RecordLines(const RecordRule& rule, const DeltaRule* delta, PageReader::Purpose purpose)
    : rule_(rule),
      delta_(purpose == PageReader::Purpose::full ? nullptr : delta),
      purpose_(purpose),
      ways_(paths_of(rule, delta_)) {
    for (const auto& field : rule.fields) {
        first_slots_.push_back(slots_.size());
        slots_.resize(slots_.size() + field.paths.size());
        written_names_.push_back(json_text(field.name) + ":");
        own_names_.insert(written_names_.back().substr(1, written_names_.back().size() - 3));
        tally.fields.push_back(field.name);
    }
    first_slots_.push_back(slots_.size());
    may_be_object_.assign(slots_.size(), false);
    slots_.resize(slots_.size() + rule.keep.size() + (delta_ != nullptr && delta_->removed ? 1 : 0));
    may_be_object_.resize(slots_.size(), true);
    tally.with_field.assign(rule.fields.size(), 0);
    tally.passed_over_with.assign(rule.fields.size(), 0);
    if (rule.shape == RecordRule::Shape::map) own_names_.insert(rule.map_key);
    for (const auto& text : rule.refused_texts) refused_.push_back(json_text(text));
}

bool RecordLines::fail(Failure failure) {
    failure_ = std::move(failure);
    return false;
}

bool RecordLines::add(json::object record, std::string_view key, std::size_t depth, std::string& lines) {
    ++record_;
    others_.clear();
    dates_.clear();
    ++tally.received;
    if (!take_object(record, FieldWays::start, depth)) return false;
    if (is_removed()) {
        ++tally.removed;
        return write(key, '-', lines);
    }
    // A full read would not have it: what is kept of it from before must not stay.
    if (!is_kept()) {
        ++tally.passed_over;
        for (std::size_t field = 0; field < rule_.fields.size(); ++field) {
            const auto* slot = slot_of(field);
            if (slot != nullptr && !slot->first.empty()) ++tally.passed_over_with[field];
        }
        return purpose_ == PageReader::Purpose::full || write(key, '-', lines);
    }
    ++tally.kept;
    for (std::size_t field = 0; field < rule_.fields.size(); ++field) {
        if (slot_of(field) != nullptr) ++tally.with_field[field];
    }
    return write(key, purpose_ == PageReader::Purpose::full ? '\0' : '+', lines);
}

bool RecordLines::take_object(json::object object, FieldWays::State state, std::size_t depth) {
    if (depth > depth_max) return fail(unreadable(FailureKind::blocked, "too_deep", "the answer is nested too deeply"));
    ways_.begin_object(state);
    const bool is_outermost = state == FieldWays::start && rule_.other_members;
    for (auto next : object) {
        json::field field;
        if (const auto error = std::move(next).get(field)) return fail(not_json(simdjson::error_message(error)));
        if (!take_member(field, state, is_outermost, depth)) return false;
    }
    return true;
}

bool RecordLines::take_member(json::field& field, FieldWays::State from, bool is_outermost, std::size_t depth) {
    const auto expected = ways_.expected(from);
    const char* const raw = field.key().raw();
    std::string_view name;
    auto to = FieldWays::nowhere;
    // Behind the text there is room, so that a comparison may look past its end.
    if (!expected.empty() && std::strncmp(raw, expected.data(), expected.size()) == 0 && raw[expected.size()] == '"') {
        name = expected;
        to = ways_.expected_to(from);
    } else {
        name = written_name(field);
        to = scalar::has_escape(name) ? ways_.member(from, name, text_of_value('"' + std::string(name) + '"'))
                                      : ways_.member(from, name, name);
    }
    if (to != FieldWays::nowhere) return take(field.value(), to, depth + 1);
    if (!is_outermost || own_names_.contains(std::string(name))) return true;
    others_.append(",\"", 2).append(name).append("\":", 2);
    return copy(field.value(), depth + 1);
}

bool RecordLines::take(json::value value, FieldWays::State state, std::size_t depth) {
    const auto token = json_token(value);
    switch (token.empty() ? '\0' : token.front()) {
        case '{': {
            for (const auto path : ways_.ends(state)) {
                if (!may_be_object_[path]) {
                    return fail(unreadable(FailureKind::blocked, "field_is_object",
                                           "the path of a field leads to an object: it has to go on to a value"));
                }
                slots_[path] = {.record = record_, .first = "{"};
            }
            json::object object;
            if (const auto error = value.get_object().get(object))
                return fail(not_json(simdjson::error_message(error)));
            return take_object(object, state, depth);
        }
        case '[': {
            json::array array;
            if (const auto error = value.get_array().get(array)) return fail(not_json(simdjson::error_message(error)));
            say_empty(state);
            return take_array(array, state, depth);
        }
        case 'n':
            if (!is_null(token)) return fail(not_json("there is a value that is none"));
            say_empty(state);
            return true;
        default: return sound(value, token) && take_scalar(token, state);
    }
}

bool RecordLines::take_array(json::array array, FieldWays::State state, std::size_t depth) {
    if (depth > depth_max) return fail(unreadable(FailureKind::blocked, "too_deep", "the answer is nested too deeply"));
    std::size_t index = 0;
    for (auto next : array) {
        json::value element;
        if (const auto error = std::move(next).get(element)) return fail(not_json(simdjson::error_message(error)));
        const auto at = index++;
        const auto token = json_token(element);
        json::object object;
        const bool is_object = token.starts_with('{');
        std::uint32_t holds = 0;
        if (is_object && !ways_.predicates(state).empty()) {
            if (const auto error = element.get_object().get(object)) {
                return fail(not_json(simdjson::error_message(error)));
            }
            if (const auto error = what_holds(ways_.predicates(state), object, holds)) {
                return fail(not_json(simdjson::error_message(error)));
            }
            const auto to = ways_.element(state, at, holds);
            if (to == FieldWays::nowhere) continue;
            for (const auto path : ways_.ends(to)) {
                if (!may_be_object_[path]) {
                    return fail(unreadable(FailureKind::blocked, "field_is_object",
                                           "the path of a field leads to an object: it has to go on to a value"));
                }
                slots_[path] = {.record = record_, .first = "{"};
            }
            if (!take_object(object, to, depth + 1)) return false;
            continue;
        }
        const auto to = ways_.element(state, at, holds);
        if (to == FieldWays::nowhere || is_null(token)) continue;
        if (!take(element, to, depth + 1)) return false;
    }
    return true;
}

bool RecordLines::take_scalar(std::string_view token, FieldWays::State state) {
    if (is_refused(token)) return false;
    for (const auto path : ways_.ends(state)) {
        auto& slot = slots_[path];
        if (!is_there(slot) || slot.first.empty()) {
            slot.record = record_;
            slot.first = token;
            slot.more.clear();
        } else {
            slot.more.push_back(token);
        }
    }
    return true;
}

void RecordLines::say_empty(FieldWays::State state) {
    for (const auto path : ways_.within(state)) {
        auto& slot = slots_[path];
        if (is_there(slot)) continue;
        slot.record = record_;
        slot.first = {};
        slot.more.clear();
    }
}

bool RecordLines::sound(json::value& value, std::string_view token) {
    if (!is_scalar(token)) return fail(not_json("there is a value that is none"));
    std::string_view text;
    if (!scalar::has_escape(token) || !value.get_string().get(text)) return true;
    return fail(not_json("a text has an escape that is not sound"));
}

bool RecordLines::is_refused(std::string_view token) {
    if (refused_.empty() || std::find(refused_.begin(), refused_.end(), token) == refused_.end()) return false;
    fail(unreadable(FailureKind::blocked, "refused_text",
                    "a record has " + std::string(token) +
                        " where a value should be: the source no longer knows the field; nothing of it is believed"));
    return true;
}

bool RecordLines::copy(json::value value, std::size_t depth) {
    if (depth > depth_max) return fail(unreadable(FailureKind::blocked, "too_deep", "the answer is nested too deeply"));
    const auto token = json_token(value);
    if (token.starts_with('{')) {
        json::object object;
        if (const auto error = value.get_object().get(object)) return fail(not_json(simdjson::error_message(error)));
        char before = '{';
        for (auto next : object) {
            json::field field;
            if (const auto error = std::move(next).get(field)) return fail(not_json(simdjson::error_message(error)));
            others_ += before;
            others_ += '"';
            others_ += written_name(field);
            others_ += "\":";
            before = ',';
            if (!copy(field.value(), depth + 1)) return false;
        }
        others_ += before == '{' ? "{}" : "}";
        return true;
    }
    if (token.starts_with('[')) {
        json::array array;
        if (const auto error = value.get_array().get(array)) return fail(not_json(simdjson::error_message(error)));
        char before = '[';
        for (auto next : array) {
            json::value element;
            if (const auto error = std::move(next).get(element)) return fail(not_json(simdjson::error_message(error)));
            others_ += before;
            before = ',';
            if (!copy(element, depth + 1)) return false;
        }
        others_ += before == '[' ? "[]" : "]";
        return true;
    }
    return copy_scalar(value, token);
}

bool RecordLines::copy_scalar(json::value value, std::string_view token) {
    if (!is_null(token) && !sound(value, token)) return false;
    if (is_refused(token)) return false;
    others_ += rule_.dates && looks_like_a_time(token) ? dated(token, rule_.dates) : token;
    return true;
}

// Texts that are no date stay: the recipe of the column knows what to say about them.
std::string_view RecordLines::dated(std::string_view token, const std::optional<DateRule>& rule) {
    if (!rule) return token;
    const auto day = day_of(text_of_value(token), *rule);
    if (!day) return token;
    return dates_.emplace_back('"' + *day + '"');
}

// Of the paths of a field the first that has a value, or else the first that says that there is none.
const RecordLines::Slot* RecordLines::slot_of(std::size_t field) const {
    const Slot* empty = nullptr;
    for (auto at = first_slots_[field]; at < first_slots_[field + 1]; ++at) {
        const auto& slot = slots_[at];
        if (!is_there(slot)) continue;
        if (!slot.first.empty()) return &slot;
        if (empty == nullptr) empty = &slot;
    }
    return empty;
}

bool RecordLines::holds(const Condition& condition, const Slot& slot) const {
    const bool has_value = is_there(slot) && !slot.first.empty();
    if (!is_there(slot) && delta_ != nullptr && delta_->is_partial) return true;
    if (condition.texts.empty()) return has_value != condition.is_not;
    const auto fits = [&](std::string_view token) {
        return std::any_of(condition.texts.begin(), condition.texts.end(),
                           [&](const std::string& text) { return is_text(token, text); });
    };
    const bool found = has_value && (fits(slot.first) || std::any_of(slot.more.begin(), slot.more.end(), fits));
    return found != condition.is_not;
}

bool RecordLines::is_kept() const {
    auto at = first_slots_.back();
    return std::all_of(rule_.keep.begin(), rule_.keep.end(),
                       [&](const Condition& condition) { return holds(condition, slots_[at++]); });
}

bool RecordLines::is_removed() const {
    if (delta_ == nullptr || !delta_->removed) return false;
    const auto& slot = slots_.back();
    if (!is_there(slot) || slot.first.empty()) return false;
    if (delta_->removed_texts.empty()) return true;
    return std::any_of(delta_->removed_texts.begin(), delta_->removed_texts.end(),
                       [&](const std::string& text) { return is_text(slot.first, text); });
}

void RecordLines::write_values(const Slot& slot, const FieldRule& field, std::string& line) {
    const auto value = [&](std::string_view token) {
        if (field.date) return dated(token, field.date);
        return rule_.dates && looks_like_a_time(token) ? dated(token, rule_.dates) : token;
    };
    if (slot.first.empty()) {
        line += "null";
    } else if (slot.more.empty()) {
        line += value(slot.first);
    } else {
        line += '[';
        line += value(slot.first);
        for (const auto token : slot.more) {
            line += ',';
            line += value(token);
        }
        line += ']';
    }
}

bool RecordLines::write(std::string_view key, char sign, std::string& lines) {
    const bool is_partial = delta_ != nullptr && delta_->is_partial;
    const bool fills_in = rule_.absent_is_empty && sign != '-' && !is_partial;
    const auto begin = lines.size();
    if (sign != '\0') lines += sign;
    lines += '{';
    const auto first = lines.size();
    if (rule_.shape == RecordRule::Shape::map && !rule_.map_key.empty()) {
        append_json_text(rule_.map_key, lines);
        lines += ":\"";
        lines += key;
        lines += '"';
    }
    for (std::size_t at = 0; at < rule_.fields.size(); ++at) {
        const auto* slot = slot_of(at);
        if (slot == nullptr && !fills_in) continue;
        if (lines.size() > first) lines += ',';
        lines += written_names_[at];
        if (slot == nullptr) {
            lines += "null";
        } else {
            write_values(*slot, rule_.fields[at], lines);
        }
    }
    if (!others_.empty()) lines.append(others_, lines.size() > first ? 0 : 1);
    lines += "}\n";
    if (sign != '-') return true;
    const auto line = std::string_view(lines).substr(begin + 1, lines.size() - begin - 2);
    if (text_of(line, rule_.key)) return true;
    return fail(unreadable(FailureKind::blocked, "no_key", "a record that was removed does not say whose it is"));
}

}  // namespace usersync::rest
