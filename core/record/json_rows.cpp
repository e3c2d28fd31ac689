#include "core/record/json_teller.hpp"
#include "core/record/objects.hpp"
#include "core/record/refusal.hpp"

#include <algorithm>
#include <cstring>
#include <optional>
#include <utility>
#include <vector>

namespace usersync::record {
namespace {

namespace json = simdjson::ondemand;

// Where records are looked for when nobody said it: "employees", "data.employees", "answer.data.employees".
constexpr std::size_t search_depth = 3;

Failure too_large() { return refused("too_large_unpacked", "a JSON record may be at most 4 GB"); }

std::vector<std::string> names_of(const std::string& path) {
    std::vector<std::string> names;
    std::string_view rest = path;
    while (!rest.empty()) {
        const auto dot = rest.find('.');
        names.emplace_back(rest.substr(0, dot));
        rest = dot == std::string_view::npos ? std::string_view() : rest.substr(dot + 1);
    }
    return names;
}

/// Where the array of records is: the positions of the fields that lead to it. Empty: it is the whole text.
using Way = std::vector<std::size_t>;

// Goes through the whole text once, checks all of it, and finds the records with their names.
class Survey {
public:
    struct Records {
        Way way;
        NamedTable table;
    };

    Survey(JsonTeller& teller, const std::string& path, const RecordLimits& limits)
        : teller_(teller), path_(names_of(path)), limits_(limits) {}

    bool look(json::document& document) {
        json::json_type type{};
        if (const auto error = document.type().get(type)) return teller_.damaged(error);
        if (type == json::json_type::array && path_.empty()) {
            json::array array;
            if (const auto error = document.get_array().get(array)) return teller_.damaged(error);
            if (!collect(array, 1)) return false;
        } else if (type == json::json_type::object) {
            json::object object;
            if (const auto error = document.get_object().get(object)) return teller_.damaged(error);
            if (!look_into(object)) return false;
        } else {
            return teller_.fail("no_records", nothing_found());
        }
        if (!is_at_end(document)) return teller_.damaged("something stands behind the end of the JSON");
        if (!records_ || records_->table.records() == 0) return teller_.fail("no_records", nothing_found());
        return true;
    }

    Records take() { return *std::move(records_); }

private:
    bool is_searched() const { return path_.empty(); }

    std::string nothing_found() const {
        if (is_searched()) return "the JSON holds no list of records, or one that is empty";
        std::string path;
        for (const auto& name : path_) path += (path.empty() ? "" : ".") + name;
        return "the JSON holds no list of records at \"" + path + "\", or one that is empty";
    }

    bool look_into(json::object object) {
        const auto level = way_.size();
        const auto depth = level + 1;
        if (depth > limits_.depth_max) return teller_.fail_at_depth();
        way_.push_back(0);
        bool came_before = false;
        for (auto next : object) {
            json::field field;
            if (const auto error = std::move(next).get(field)) return teller_.damaged(error);
            std::string_view name;
            if (field.unescaped_key().get(name)) return teller_.damaged("a name is not sound");
            const bool leads = is_searched() || name == path_[level];
            if (leads && !is_searched() && std::exchange(came_before, true)) {
                return teller_.damaged("the name \"" + path_[level] + "\" stands there twice");
            }
            if (!look_at(field.value(), leads, depth + 1)) return false;
            ++way_.back();
        }
        way_.pop_back();
        return true;
    }

    bool look_at(json::value value, bool leads, std::size_t depth) {
        const auto token = json_token(value);
        teller_.looked_at(token);
        const bool is_last = is_searched() || way_.size() == path_.size();
        const bool goes_on = is_searched() ? way_.size() < search_depth : way_.size() < path_.size();
        if (leads && is_last && token.starts_with('[')) {
            json::array array;
            if (const auto error = value.get_array().get(array)) return teller_.damaged(error);
            return collect(array, depth);
        }
        if (leads && goes_on && token.starts_with('{')) {
            json::object object;
            if (const auto error = value.get_object().get(object)) return teller_.damaged(error);
            return look_into(object);
        }
        return teller_.check(value, depth);
    }

    // An array that is found by searching may hold anything; one that is named, or is the whole text, holds records.
    bool collect(json::array array, std::size_t depth) {
        const bool may_be_other = is_searched() && !way_.empty();
        if (depth > limits_.depth_max) return teller_.fail_at_depth();
        NamedTable table(limits_);
        bool holds_records = true;
        for (auto next : array) {
            json::value value;
            if (const auto error = std::move(next).get(value)) return teller_.damaged(error);
            const auto token = json_token(value);
            teller_.looked_at(token);
            holds_records = holds_records && token.starts_with('{');
            if (!holds_records && !may_be_other) return teller_.damaged("a record is not an object with names");
            if (!holds_records) {
                if (!teller_.check(value, depth + 1)) return false;
                continue;
            }
            json::object record;
            if (const auto error = value.get_object().get(record)) return teller_.damaged(error);
            if (!teller_.tell(record, table, depth + 1)) return false;
        }
        const auto most = records_ ? records_->table.records() : 0;
        if (holds_records && table.records() > most) records_ = Records{way_, std::move(table)};
        return true;
    }

    JsonTeller& teller_;
    std::vector<std::string> path_;
    RecordLimits limits_;
    Way way_;
    std::optional<Records> records_;
};

class JsonRows final : public RowSource {
public:
    JsonRows(std::string_view text, const RecordLimits& limits)
        : text_(text), limits_(limits), teller_(text_, limits.depth_max), table_(limits) {}

    Result<void> open(const std::string& path) {
        if (const auto error = parser_.iterate(text_).get(document_)) {
            teller_.damaged(error);
            return teller_.failure();
        }
        Survey survey(teller_, path, limits_);
        if (!survey.look(document_)) return teller_.failure();
        auto records = survey.take();
        table_ = std::move(records.table);
        if (!table_.settle(text_.size())) return table_.failure();
        depth_ = records.way.size() + 2;
        document_.rewind();
        const bool found = records.way.empty() ? open_records(document_.get_array()) : go(records.way);
        USERSYNC_INVARIANT(found, "records that were found once are found again");
        return {};
    }

    Result<bool> next(Row& row) override {
        if (!std::exchange(names_given_, true)) {
            table_.give_names(row);
            return true;
        }
        if (given_ > 0) ++at_;
        if (at_ == json::array_iterator()) return false;
        json::value value;
        json::object record;
        auto error = (*at_).get(value);
        if (!error) error = value.get_object().get(record);
        if (error) teller_.damaged(error);
        if (error || !teller_.tell(record, table_, depth_)) return teller_.failure();
        table_.give(row);
        row.line = ++given_;
        return true;
    }

private:
    template <class MaybeArray>
    bool open_records(MaybeArray maybe) {
        json::array array;
        return !std::move(maybe).get(array) && !array.begin().get(at_);
    }

    bool go(const Way& way) {
        json::object object;
        if (document_.get_object().get(object)) return false;
        json::value value;
        for (std::size_t level = 0; level < way.size(); ++level) {
            if (level > 0 && value.get_object().get(object)) return false;
            if (!field_at(object, way[level], value)) return false;
        }
        return open_records(value.get_array());
    }

    static bool field_at(json::object object, std::size_t position, json::value& value) {
        for (auto next : object) {
            json::field field;
            if (std::move(next).get(field)) return false;
            if (position-- > 0) continue;
            value = field.value();
            return true;
        }
        return false;
    }

    simdjson::padded_string text_;
    RecordLimits limits_;
    JsonTeller teller_;
    NamedTable table_;
    json::parser parser_;
    json::document document_;
    json::array_iterator at_;
    std::size_t depth_ = 0;  // of a record
    std::size_t given_ = 0;
    bool names_given_ = false;
};

bool is_blank(std::string_view line) { return line.find_first_not_of(" \t\r") == std::string_view::npos; }

class JsonlRows final : public RowSource {
public:
    JsonlRows(std::string_view text, const RecordLimits& limits)
        : text_(text), teller_(text_, limits.depth_max), table_(limits) {}

    Result<void> open() {
        if (parser_.allocate(std::max<std::size_t>(longest_line(), 1))) return too_large();
        for (bool more = true; more;) {
            auto told = tell_next();
            if (!told) return told.error();
            more = *told;
        }
        if (table_.records() == 0) return refused("no_records", "no line of the JSON holds a record");
        if (!table_.settle(text_.size())) return table_.failure();
        at_ = 0;
        line_ = 0;
        return {};
    }

    Result<bool> next(Row& row) override {
        if (!std::exchange(names_given_, true)) {
            table_.give_names(row);
            return true;
        }
        auto told = tell_next();
        if (!told || !*told) return told;
        table_.give(row);
        row.line = line_;
        row.terminated = text_.data()[at_ - 1] == '\n';
        return true;
    }

private:
    std::string_view whole() const { return text_; }

    std::string_view next_line() {
        const auto rest = whole().substr(at_);
        const auto line = rest.substr(0, rest.find('\n'));
        at_ += std::min(line.size() + 1, rest.size());
        ++line_;
        return line;
    }

    std::size_t longest_line() {
        std::size_t longest = 0;
        while (at_ < text_.size()) longest = std::max(longest, next_line().size());
        at_ = 0;
        line_ = 0;
        return longest;
    }

    // False at the end.
    Result<bool> tell_next() {
        std::string_view line;
        while (is_blank(line)) {
            if (at_ == text_.size()) return false;
            line = next_line();
        }
        teller_.looked_at(line);
        const auto room =
            text_.size() + simdjson::SIMDJSON_PADDING - static_cast<std::size_t>(line.data() - text_.data());
        json::object record;
        auto error = parser_.iterate(simdjson::padded_string_view(line.data(), line.size(), room)).get(document_);
        if (!error) error = document_.get_object().get(record);
        if (error) return broken(error);
        if (!teller_.tell(record, table_, 1)) return teller_.failure();
        if (!is_at_end(document_)) return broken(simdjson::TRAILING_CONTENT);
        return true;
    }

    Failure broken(simdjson::error_code error) const {
        const bool cut = error == simdjson::UNCLOSED_STRING || error == simdjson::INCOMPLETE_ARRAY_OR_OBJECT;
        return refused("damaged_json", "line " + std::to_string(line_) +
                                           (cut ? " ends in the middle of a record" : " is not one record in JSON"));
    }

    simdjson::padded_string text_;
    JsonTeller teller_;
    NamedTable table_;
    json::parser parser_;
    json::document document_;
    std::size_t at_ = 0;
    std::size_t line_ = 0;
    bool names_given_ = false;
};

}  // namespace

Result<std::unique_ptr<RowSource>> open_json(std::string_view text, const std::string& path,
                                             const RecordLimits& limits) {
    if (text.size() >= simdjson::SIMDJSON_MAXSIZE_BYTES) return too_large();
    auto rows = std::make_unique<JsonRows>(text, limits);
    auto opened = rows->open(path);
    if (!opened) return opened.error();
    return std::unique_ptr<RowSource>(std::move(rows));
}

Result<std::unique_ptr<RowSource>> open_jsonl(std::string_view text, const RecordLimits& limits) {
    if (text.size() >= simdjson::SIMDJSON_MAXSIZE_BYTES) return too_large();
    auto rows = std::make_unique<JsonlRows>(text, limits);
    auto opened = rows->open();
    if (!opened) return opened.error();
    return std::unique_ptr<RowSource>(std::move(rows));
}

}  // namespace usersync::record
