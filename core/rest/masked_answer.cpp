#include "core/rest/masked_answer.hpp"

#include "core/base/ascii.hpp"
#include "core/rest/json_line.hpp"
#include "core/rest/masked_text.hpp"
#include "core/rest/pseudonym.hpp"

#include <algorithm>

namespace usersync::rest {
namespace {

constexpr std::size_t digits_of_a_name_max = 3;  // "address2" is a name, "10042" is somebody

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

class JsonMask {
public:
    JsonMask(std::string_view body, const Telling& telling, std::uint64_t seed)
        : body_(body), telling_(telling), seed_(seed) {}

    std::string run() {
        all_.reserve(body_.size());
        while (at_ < body_.size()) {
            const char c = body_[at_];
            if (c == '"') {
                take_text();
            } else if (is_digit(c) || c == '-') {
                take_number();
            } else if (is_letter(c)) {
                take_word();
            } else {
                if (c == '}' || c == ']') name_.clear();
                append_masked(body_.substr(at_, 1), all_);
                ++at_;
            }
        }
        return std::move(all_);
    }

private:
    /// The end of the text that begins at `at_`, behind its second quote; npos when it is cut off.
    std::size_t end_of_text() const {
        for (auto at = at_ + 1; at < body_.size(); ++at) {
            if (body_[at] == '"') return at + 1;
            if (body_[at] == '\\') ++at;
        }
        return std::string_view::npos;
    }

    bool is_name(std::size_t end) const {
        while (end < body_.size() && is_space(body_[end])) ++end;
        return end < body_.size() && body_[end] == ':';
    }

    bool is_told(const std::string& name) const {
        if (telling_.names.contains(name) || telling_.keys.contains(name)) return true;
        if (!telling_.names.empty()) return false;
        const auto at = name.find('@', 1);
        const bool is_address = at != std::string::npos && name.compare(at, 6, "@odata") != 0;
        const auto digits = static_cast<std::size_t>(std::count_if(name.begin(), name.end(), is_digit));
        return !is_address && digits < digits_of_a_name_max;
    }

    void take_text() {
        const auto end = end_of_text();
        if (end == std::string_view::npos) {
            all_ += '"';
            append_masked_json_text(body_.substr(at_ + 1), all_);
            at_ = body_.size();
            return;
        }
        const auto token = body_.substr(at_, end - at_);
        at_ = end;
        const bool is_a_name = is_name(end);
        if (is_a_name) name_ = text_of_value(token);
        if (is_a_name ? is_told(name_) : false) {
            all_.append(token);
        } else if (!is_a_name && telling_.keys.contains(name_)) {
            append_pseudonym(token);
        } else {
            all_ += '"';
            append_masked_json_text(token.substr(1, token.size() - 2), all_);
            all_ += '"';
        }
    }

    void take_number() {
        const auto begin = at_;
        while (at_ < body_.size() && (is_digit(body_[at_]) || std::string_view("+-.eE").find(body_[at_]) < 5)) ++at_;
        const auto token = body_.substr(begin, at_ - begin);
        if (telling_.counts.contains(name_)) {
            all_.append(token);
        } else if (telling_.keys.contains(name_)) {
            append_pseudonym(token);
        } else {
            for (const char c : token) all_ += is_digit(c) ? '9' : c;
        }
    }

    void take_word() {
        const auto begin = at_;
        while (at_ < body_.size() && is_letter(body_[at_])) ++at_;
        const auto token = body_.substr(begin, at_ - begin);
        if (token == "true" || token == "false" || token == "null") {
            all_.append(token);
        } else {
            append_masked(token, all_);
        }
    }

    void append_pseudonym(std::string_view token) {
        const auto plain = "{\"k\":" + std::string(token) + "}";
        if (!is_line(plain)) return append_masked(token, all_);
        const auto line = pseudonymised(plain + "\n", {"k"}, seed_);
        const auto members = members_of(std::string_view(line).substr(0, line.size() - 1));
        if (!members.empty()) all_.append(members.front().value);
    }

    std::string_view body_;
    const Telling& telling_;
    std::uint64_t seed_;
    std::string name_;  // of the member whose value comes next
    std::string all_;
    std::size_t at_ = 0;
};

/// Text, XML, HTML: behind "<" and "</" the name of an element.
std::string masked_markup(std::string_view body) {
    std::string all;
    all.reserve(body.size());
    for (std::size_t at = 0; at < body.size();) {
        auto end = at + 1;
        if (body[at] == '<') {
            while (end < body.size() && (is_letter(body[end]) || body[end] == '/' || body[end] == '!')) ++end;
            all.append(body.substr(at, end - at));
        } else {
            end = std::min(body.find('<', at), body.size());
            append_masked(body.substr(at, end - at), all);
        }
        at = end;
    }
    return all;
}

void add_name(const FieldPath& path, std::set<std::string>& names) {
    for (auto step = path.steps.rbegin(); step != path.steps.rend(); ++step) {
        if (step->kind == FieldPath::Kind::member) return static_cast<void>(names.insert(step->name));
    }
}

void add_names(const FieldPath& path, std::set<std::string>& names) {
    for (const auto& step : path.steps) {
        if (step.kind == FieldPath::Kind::member) names.insert(step.name);
        names.insert(step.left.begin(), step.left.end());
    }
}

void add_list(const ListRule& list, const std::set<std::string>& columns, Telling& telling, bool& has_map) {
    const auto& records = list.records;
    has_map = has_map || records.shape == RecordRule::Shape::map;
    for (const auto& path : records.paths) add_names(path, telling.names);
    for (const auto& field : records.fields) {
        for (const auto& path : field.paths) {
            add_names(path, telling.names);
            if (field.name == records.key || columns.contains(field.name)) add_name(path, telling.keys);
        }
    }
    if (!records.key.empty() && records.other_members) telling.keys.insert(records.key);
    if (list.stop.total) add_name(*list.stop.total, telling.counts);
}

}  // namespace

Telling telling_of(const Connector& connector, const std::set<std::string>& key_columns) {
    Telling telling;
    bool has_map = false;
    telling.keys = key_columns;
    add_list(connector.list, key_columns, telling, has_map);
    if (connector.person) add_list(*connector.person, key_columns, telling, has_map);
    if (connector.delta && connector.delta->list) add_list(*connector.delta->list, key_columns, telling, has_map);
    for (const auto& join : connector.joins) add_list(join.list, key_columns, telling, has_map);
    for (const auto& child : connector.children) add_list(child.list, key_columns, telling, has_map);
    if (!has_map) telling.names.clear();
    return telling;
}

std::string masked_answer(std::string_view body, const Telling& telling, std::uint64_t seed) {
    auto begin = body.starts_with("\xEF\xBB\xBF") ? body.substr(3) : body;
    while (!begin.empty() && is_space(begin.front())) begin.remove_prefix(1);
    const bool is_json = begin.starts_with('{') || begin.starts_with('[') || begin.starts_with('"');
    return is_json ? JsonMask(body, telling, seed).run() : masked_markup(body);
}

}  // namespace usersync::rest
