#include "core/record/json_teller.hpp"

#include "core/record/json_scalar.hpp"
#include "core/record/refusal.hpp"
#include "core/record/text.hpp"

#include <cstring>
#include <utility>

namespace usersync::record {
namespace {

namespace json = simdjson::ondemand;
using json_scalar::has_escape;
using json_scalar::is_number;
using json_scalar::is_string;

}  // namespace

bool is_at_end(json::document& document) { return document.current_location().error() == simdjson::OUT_OF_BOUNDS; }

std::string_view json_token(json::value& value) {
    std::string_view token = value.raw_json_token();
    while (!token.empty() && static_cast<unsigned char>(token.back()) <= ' ') token.remove_suffix(1);
    return token;
}

JsonTeller::JsonTeller(std::string_view text, std::size_t depth_max)
    : text_(text), depth_max_(depth_max), last_(text.data()) {}

bool JsonTeller::fail(std::string code, std::string sentence) {
    failure_ = refused(std::move(code), std::move(sentence));
    return false;
}

bool JsonTeller::fail_at_depth() {
    return fail("too_deep", "the JSON is nested more than " + std::to_string(depth_max_) + " levels deep");
}

bool JsonTeller::damaged(std::string_view why) {
    const auto offset = static_cast<std::size_t>(last_ - text_.data());
    const auto line = 1 + count_line_breaks(text_.substr(0, offset));
    return fail("damaged_json",
                "near line " + std::to_string(line) + ", byte " + std::to_string(offset) + ": " + std::string(why));
}

bool JsonTeller::damaged(simdjson::error_code error) {
    if (error == simdjson::UNCLOSED_STRING || error == simdjson::INCOMPLETE_ARRAY_OR_OBJECT) {
        return fail("damaged_json", "the JSON ends too early: it was cut off");
    }
    return damaged("this is not JSON");
}

bool JsonTeller::tell(json::object record, NamedTable& table, std::size_t depth) {
    table_ = &table;
    if (!table.begin_record()) return failure_ = table.failure(), false;
    return tell_fields(record, NamedTable::root, depth);
}

bool JsonTeller::tell_fields(json::object object, NamedTable::Node parent, std::size_t depth) {
    if (depth > depth_max_) return fail_at_depth();
    const auto serial = ++objects_;
    for (auto next : object) {
        json::field field;
        if (const auto error = std::move(next).get(field)) return damaged(error);
        const auto node = node_of(field, parent);
        if (node == NamedTable::nowhere) return false;
        if (!table_->comes_first(node, serial)) {
            return damaged("a record has the name \"" + table_->name(node) + "\" twice");
        }
        if (!tell_value(field.value(), node, depth + 1)) return false;
    }
    return true;
}

// Records mostly have the same names in the same order: comparing with the one that is expected spares looking for
// the end of the name and looking it up.
NamedTable::Node JsonTeller::node_of(json::field& field, NamedTable::Node parent) {
    const char* const raw = field.key().raw();
    last_ = raw;
    const auto rest = static_cast<std::size_t>(text_.data() + text_.size() - raw);
    const auto expected = table_->expected(parent);
    const auto size = expected.size();
    if (size > 0 && size < rest && raw[size] == '"' && std::memcmp(raw, expected.data(), size) == 0) {
        return table_->enter_expected(parent);
    }
    std::string_view name;
    if (field.unescaped_key().get(name)) {
        damaged("a name is not sound");
        return NamedTable::nowhere;
    }
    const auto node = table_->enter(parent, name);
    if (node == NamedTable::nowhere) failure_ = table_->failure();
    return node;
}

bool JsonTeller::tell_value(json::value value, NamedTable::Node node, std::size_t depth) {
    const auto token = json_token(value);
    switch (token.empty() ? '\0' : token.front()) {
        case '{': {
            json::object object;
            if (const auto error = value.get_object().get(object)) return damaged(error);
            return tell_fields(object, node, depth);
        }
        case '[': {
            json::array array;
            if (const auto error = value.get_array().get(array)) return damaged(error);
            return tell_array(array, node, depth);
        }
        case 'n':
            if (token != "null") return damaged("this is no value");
            return table_->add_nothing(node);
        default: return tell_scalar(value, token, node);
    }
}

// Values stand below one another in one cell; that there are none is said only when there are really none.
bool JsonTeller::tell_array(json::array array, NamedTable::Node node, std::size_t depth) {
    if (depth > depth_max_) return fail_at_depth();
    bool empty = true;
    for (auto next : array) {
        json::value value;
        if (const auto error = std::move(next).get(value)) return damaged(error);
        const auto token = json_token(value);
        looked_at(token);
        if (token == "null") continue;
        empty = false;
        if (!tell_value(value, node, depth + 1)) return false;
    }
    return !empty || table_->add_nothing(node);
}

bool JsonTeller::tell_scalar(json::value value, std::string_view token, NamedTable::Node node) {
    auto kind = CellKind::text;
    auto text = token;
    if (is_string(token)) {
        text = token.substr(1, token.size() - 2);
        if (has_escape(text) && value.get_string().get(text)) return damaged("a text has an escape that is not sound");
    } else if (token == "true" || token == "false") {
        kind = CellKind::boolean;
    } else if (is_number(token)) {
        kind = CellKind::number;
    } else {
        return damaged("this is no value");
    }
    if (table_->add(node, text, kind)) return true;
    failure_ = table_->failure();
    return false;
}

bool JsonTeller::check(json::value value, std::size_t depth) {
    const auto token = json_token(value);
    looked_at(token);
    if (depth > depth_max_) return fail_at_depth();
    if (token.starts_with('{')) {
        json::object object;
        if (const auto error = value.get_object().get(object)) return damaged(error);
        for (auto next : object) {
            json::field field;
            if (const auto error = std::move(next).get(field)) return damaged(error);
            if (!check(field.value(), depth + 1)) return false;
        }
        return true;
    }
    if (token.starts_with('[')) {
        json::array array;
        if (const auto error = value.get_array().get(array)) return damaged(error);
        for (auto next : array) {
            json::value element;
            if (const auto error = std::move(next).get(element)) return damaged(error);
            if (!check(element, depth + 1)) return false;
        }
        return true;
    }
    if (is_string(token)) {
        std::string_view text;
        if (!has_escape(token) || !value.get_string().get(text)) return true;
        return damaged("a text has an escape that is not sound");
    }
    if (token == "null" || token == "true" || token == "false" || is_number(token)) return true;
    return damaged("this is no value");
}

}  // namespace usersync::record
