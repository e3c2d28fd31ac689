#include "core/rest/page.hpp"

#include <simdjson.h>

#include <span>

namespace usersync::rest {
namespace {

namespace dom = simdjson::dom;
using Steps = std::span<const FieldPath::Step>;

std::optional<std::string> scalar_text(const dom::element& value) {
    switch (value.type()) {
        case dom::element_type::STRING: return std::string(std::string_view(value));
        case dom::element_type::INT64: return std::to_string(std::int64_t(value));
        case dom::element_type::UINT64: return std::to_string(std::uint64_t(value));
        case dom::element_type::DOUBLE: return simdjson::to_string(value);
        case dom::element_type::BOOL: return bool(value) ? "true" : "false";
        case dom::element_type::ARRAY:
        case dom::element_type::OBJECT:
        case dom::element_type::NULL_VALUE: return std::nullopt;
    }
    return std::nullopt;
}

void collect(const dom::element& value, Steps steps, std::vector<std::string>& texts);

bool holds(const dom::element& value, const FieldPath::Step& step) {
    dom::element at = value;
    for (const auto& name : step.left) {
        if (at[name].get(at)) return step.is_not;
    }
    const auto text = scalar_text(at);
    return (text && *text == step.right) != step.is_not;
}

void collect_in_array(const dom::array& array, Steps steps, std::vector<std::string>& texts) {
    std::size_t index = 0;
    for (const auto element : array) {
        const auto at = index++;
        if (steps.empty() || steps.front().kind == FieldPath::Kind::member) {
            collect(element, steps, texts);
            continue;
        }
        const auto& step = steps.front();
        const bool leads = step.kind == FieldPath::Kind::all ||
                           (step.kind == FieldPath::Kind::index && step.index == at) ||
                           (step.kind == FieldPath::Kind::where && holds(element, step));
        if (leads) collect(element, steps.subspan(1), texts);
    }
}

void collect(const dom::element& value, Steps steps, std::vector<std::string>& texts) {
    dom::array array;
    if (!value.get_array().get(array)) return collect_in_array(array, steps, texts);
    dom::object object;
    if (!value.get_object().get(object)) {
        if (steps.empty()) return;
        for (const auto member : object) {
            const auto& step = steps.front();
            const bool leads =
                step.kind == FieldPath::Kind::all || (step.kind == FieldPath::Kind::member && step.name == member.key);
            if (leads) collect(member.value, steps.subspan(1), texts);
        }
        return;
    }
    if (!steps.empty()) return;
    if (auto text = scalar_text(value)) texts.push_back(*std::move(text));
}

}  // namespace

std::vector<std::string> texts_at(std::string_view body, const FieldPath& path) {
    std::vector<std::string> texts;
    if (body.starts_with("\xEF\xBB\xBF")) body.remove_prefix(3);
    const auto first = body.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos || (body[first] != '{' && body[first] != '[')) return texts;
    dom::parser parser;
    dom::element root;
    if (parser.parse(body.data(), body.size()).get(root)) return texts;
    collect(root, path.steps, texts);
    return texts;
}

}  // namespace usersync::rest
