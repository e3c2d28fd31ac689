#include "core/webhook/body_path.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdint>

namespace usersync::webhook {
namespace {

using Json = nlohmann::json;

constexpr std::string_view each = "[*]";

struct Step {
    std::string name;
    bool each = false;
};

std::optional<Step> step_of(std::string_view text) {
    Step step;
    if (text.ends_with(each)) {
        step.each = true;
        text.remove_suffix(each.size());
    }
    if (text.empty() || text.find_first_of("[]* \t") != std::string_view::npos) return std::nullopt;
    step.name = text;
    return step;
}

std::optional<std::vector<Step>> steps_of(std::string_view path) {
    std::vector<Step> steps;
    for (;;) {
        const auto dot = path.find('.');
        auto step = step_of(path.substr(0, dot));
        if (!step) return std::nullopt;
        steps.push_back(std::move(*step));
        if (dot == std::string_view::npos) return steps;
        path.remove_prefix(dot + 1);
    }
}

void take(const Json& value, FoundInBody& found) {
    if (value.is_string()) {
        found.values.push_back(value.get<std::string>());
    } else if (value.is_number_unsigned()) {
        found.values.push_back(std::to_string(value.get<std::uint64_t>()));
    } else {
        ++found.missing;
    }
}

/// As deep as the path is long, whatever the body.
void walk(const Json& from, const std::vector<Step>& steps, std::size_t at, FoundInBody& found) {
    if (at == steps.size()) return take(from, found);
    const auto& step = steps[at];
    const auto next = from.is_object() ? from.find(step.name) : from.end();
    if (!from.is_object() || next == from.end()) {
        ++found.missing;
    } else if (!step.each) {
        walk(*next, steps, at + 1, found);
    } else if (next->is_array()) {
        for (const auto& one : *next) walk(one, steps, at + 1, found);
    } else {
        ++found.missing;
    }
}

}  // namespace

bool is_body_path(std::string_view path) { return steps_of(path).has_value(); }

std::optional<FoundInBody> find_in_body(std::string_view body, std::string_view path) {
    const auto steps = steps_of(path);
    const auto json = Json::parse(body.begin(), body.end(), nullptr, false);
    if (!steps || json.is_discarded()) return std::nullopt;
    FoundInBody found;
    walk(json, *steps, 0, found);
    return found;
}

}  // namespace usersync::webhook
