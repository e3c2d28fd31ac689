#include "core/rest/join.hpp"

#include "core/rest/json_line.hpp"

#include <algorithm>
#include <unordered_set>

namespace usersync::rest {
namespace {

// Values of one column, of all lines that match, none of them twice.
struct Column {
    std::string_view name;
    std::vector<std::string_view> values;
};

void add_value(Column& column, std::string_view value) {
    if (std::find(column.values.begin(), column.values.end(), value) != column.values.end()) return;
    column.values.push_back(value);
}

void add_values(Column& column, std::string_view value) {
    if (value == "null") return;
    if (!value.starts_with('[')) return add_value(column, value);
    for (const auto element : elements_of(value)) add_value(column, element);
}

Column& column_of(std::vector<Column>& columns, std::string_view name) {
    for (auto& column : columns) {
        if (column.name == name) return column;
    }
    columns.push_back({name, {}});
    return columns.back();
}

void append_column(const Column& column, std::string& line) {
    line += line.size() > 1 ? ",\"" : "\"";
    line.append(column.name).append("\":");
    if (column.values.empty()) {
        line += "null";
        return;
    }
    if (column.values.size() > 1) line += '[';
    for (std::size_t at = 0; at < column.values.size(); ++at) {
        if (at > 0) line += ',';
        line += column.values[at];
    }
    if (column.values.size() > 1) line += ']';
}

// Whether a quote that was opened before {key} is still open where it stands.
bool is_quoted(const TextTemplate& text) {
    char open = '\0';
    for (const auto& part : text.parts) {
        if (part.kind == TextTemplate::Kind::value && part.text == "key" && open != '\0') return true;
        if (part.kind != TextTemplate::Kind::literal) continue;
        for (const char c : part.text) {
            if (c == open)
                open = '\0';
            else if (open == '\0' && (c == '\'' || c == '"'))
                open = c;
        }
    }
    return false;
}

// A body of JSON is left out: there the engine itself writes what stands within quotes.
bool is_quoted(const RequestRule& request) {
    const auto has = [](const auto& named) { return is_quoted(named.second); };
    return is_quoted(request.path) || std::any_of(request.query.begin(), request.query.end(), has) ||
           std::any_of(request.form.begin(), request.form.end(), has) ||
           std::any_of(request.headers.begin(), request.headers.end(), has);
}

}  // namespace

void Additions::add_lines(std::string_view lines, const std::string& key) {
    const auto written = json_text(key);
    const auto own = std::string_view(written).substr(1, written.size() - 2);
    std::string_view line;
    while (next_line(lines, line)) {
        const auto belongs_to = text_of(line, key);
        if (!belongs_to) continue;
        std::string others = "{";
        for (const auto& member : members_of(line)) {
            if (member.name == own) continue;
            if (others.size() > 1) others += ',';
            others.append("\"").append(member.name).append("\":").append(member.value);
        }
        by_key_[*belongs_to].push_back(others + "}");
    }
}

void Additions::add_child(const std::string& key, std::string_view lines) {
    std::string_view line;
    while (next_line(lines, line)) by_key_[key].emplace_back(line);
}

std::string Additions::added_to(std::string_view lines, const std::string& column,
                                const std::vector<std::string>& empty) const {
    std::vector<std::string> names;  // as lines have them
    for (const auto& name : empty) {
        const auto written = json_text(name);
        names.push_back(written.substr(1, written.size() - 2));
    }
    std::string all;
    std::string_view line;
    while (next_line(lines, line)) {
        const auto key = text_of(line, column);
        const auto found = key ? by_key_.find(*key) : by_key_.end();
        if (by_key_.empty() || (found == by_key_.end() && names.empty())) {
            all.append(line).push_back('\n');
            continue;
        }
        std::vector<Column> columns;
        if (found != by_key_.end()) {
            for (const auto& addition : found->second) {
                for (const auto& member : members_of(addition))
                    add_values(column_of(columns, member.name), member.value);
            }
        } else {
            for (const auto& name : names) column_of(columns, name);
        }
        std::string longer(line.substr(0, line.size() - 1));
        const auto own = members_of(line);
        for (const auto& added : columns) {
            const bool is_there =
                std::any_of(own.begin(), own.end(), [&](const RawMember& member) { return member.name == added.name; });
            if (!is_there) append_column(added, longer);
        }
        all.append(longer).append("}\n");
    }
    return all;
}

std::vector<std::string> empty_columns(const RecordRule& records) {
    std::vector<std::string> names;
    if (!records.absent_is_empty) return names;
    for (const auto& field : records.fields) {
        if (field.name != records.key) names.push_back(field.name);
    }
    return names;
}

std::vector<std::string> keys_of(std::string_view lines, const std::string& column) {
    std::vector<std::string> keys;
    std::unordered_set<std::string> seen;
    std::string_view line;
    while (next_line(lines, line)) {
        auto key = text_of(line, column);
        if (key && seen.insert(*key).second) keys.push_back(*std::move(key));
    }
    return keys;
}

Result<void> check_keys(const ChildCall& rule, const std::vector<std::string>& keys) {
    if (!is_quoted(rule.list.request)) return {};
    if (std::all_of(keys.begin(), keys.end(), [](const std::string& key) { return can_be_asked_for(key); })) return {};
    return Failure{.kind = FailureKind::blocked,
                   .code = "odd_key",
                   .where = "rest",
                   .detail = "a value of \"" + rule.column +
                             "\" has a quote or another sign of a filter, within which it would be asked for"};
}

}  // namespace usersync::rest
