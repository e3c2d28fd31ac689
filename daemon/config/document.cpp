#include "daemon/config/document.hpp"

#include <toml++/toml.h>

#include <algorithm>
#include <sstream>
#include <utility>

namespace usersync::config {
namespace {

Position position(const toml::source_position& at) { return {.line = at.line, .column = at.column}; }

Value convert(const toml::node& node);

Array convert_array(const toml::array& array) {
    Array values;
    values.reserve(array.size());
    for (const auto& element : array) values.push_back(convert(element));
    return values;
}

Table convert_table(const toml::table& table) {
    Table entries;
    entries.reserve(table.size());
    for (const auto& [key, node] : table) {
        entries.push_back(Entry{std::string(key.str()), position(key.source().begin), convert(node)});
    }
    // The library sorts by name; the order of the file is what people see, and what "the first rule wins" means.
    std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) { return a.at < b.at; });
    return entries;
}

Value convert(const toml::node& node) {
    Value value;
    value.at = position(node.source().begin);
    switch (node.type()) {
        case toml::node_type::string: value.content = node.as_string()->get(); break;
        case toml::node_type::integer: value.content = node.as_integer()->get(); break;
        case toml::node_type::floating_point: value.content = node.as_floating_point()->get(); break;
        case toml::node_type::boolean: value.content = node.as_boolean()->get(); break;
        case toml::node_type::array: value.content = convert_array(*node.as_array()); break;
        case toml::node_type::table: value.content = convert_table(*node.as_table()); break;
        case toml::node_type::date:
        case toml::node_type::time:
        case toml::node_type::date_time:
        case toml::node_type::none: value.content = Moment{}; break;
    }
    return value;
}

/// The library's sentences begin with what it was busy with, in its own words; people need the rest.
std::string plain_sentence(std::string_view description) {
    constexpr std::string_view prefix = "Error while parsing ";
    if (description.substr(0, prefix.size()) == prefix) description.remove_prefix(prefix.size());
    return "not valid TOML: " + std::string(description);
}

std::string quoted(std::string_view text) {
    constexpr std::size_t shown_max = 40;
    std::string shown = "\"";
    for (const char c : text.substr(0, shown_max)) shown += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    if (text.size() > shown_max) shown += "…";
    return shown + "\"";
}

std::string number(double value) {
    std::ostringstream out;
    out << value;
    return out.str();
}

}  // namespace

Document parse_document(std::string_view text) {
    try {
        const toml::table parsed = toml::parse(text);
        return {.root = convert_table(parsed), .error = std::nullopt};
    } catch (const toml::parse_error& error) {
        return {.root = {}, .error = SyntaxError{position(error.source().begin), plain_sentence(error.description())}};
    }
}

const Entry* find(const Table& table, std::string_view key) {
    const auto found = std::find_if(table.begin(), table.end(), [&](const Entry& entry) { return entry.key == key; });
    return found == table.end() ? nullptr : &*found;
}

std::string describe(const Value& value) {
    struct Words {
        std::string operator()(const std::string& text) const { return quoted(text); }
        std::string operator()(std::int64_t whole) const { return std::to_string(whole); }
        std::string operator()(double real) const { return number(real); }
        std::string operator()(bool flag) const { return flag ? "true" : "false"; }
        std::string operator()(const Moment&) const { return "a date or time"; }
        std::string operator()(const Array&) const { return "an array"; }
        std::string operator()(const Table&) const { return "a table"; }
    };
    return std::visit(Words{}, value.content);
}

}  // namespace usersync::config
