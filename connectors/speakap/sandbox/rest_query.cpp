#include "connectors/speakap/sandbox/rest_query.hpp"

#include "connectors/speakap/sandbox/rest_wire.hpp"
#include "connectors/speakap/sandbox/sandbox_times.hpp"
#include "core/base/ascii.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <utility>

namespace usersync::sandbox {
namespace {

std::vector<std::string> split(std::string_view text) {
    std::vector<std::string> words;
    while (!text.empty()) {
        const auto comma = text.find(',');
        if (comma != 0) words.emplace_back(text.substr(0, comma));
        text.remove_prefix(comma == std::string_view::npos ? text.size() : comma + 1);
    }
    return words;
}

bool is_one_of(const std::vector<std::string_view>& words, std::string_view word) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

std::optional<std::size_t> number_from(std::string_view text) {
    std::uint32_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return number;
}

/// "limit[users.groups]" → {"limit", "users.groups"}; "limit" → {"limit", ""}.
struct Name {
    std::string word;
    std::string path;
};
Name name_of(const std::string& parameter) {
    const auto open = parameter.find('[');
    if (open == std::string::npos || parameter.back() != ']') return {.word = parameter, .path = ""};
    return {.word = parameter.substr(0, open), .path = parameter.substr(open + 1, parameter.size() - open - 2)};
}

/// Adds the path and all paths around it: the innermost is enough to ask for.
bool add_embed(View& view, const std::string& path, const QueryRules& rules) {
    if (!is_one_of(rules.relations, path)) return false;
    for (std::size_t dot = path.find('.'); dot != std::string::npos; dot = path.find('.', dot + 1)) {
        view.embeds.push_back(path.substr(0, dot));
    }
    view.embeds.push_back(path);
    return true;
}

bool read_embeds(View& view, const std::string& value, const QueryRules& rules) {
    const auto paths = split(value);
    return std::all_of(paths.begin(), paths.end(),
                       [&](const std::string& path) { return add_embed(view, path, rules); });
}

bool read_number(std::map<std::string, std::size_t>& numbers, const std::string& path, const std::string& value) {
    const auto number = number_from(value);
    if (number) numbers[path] = *number;
    return number.has_value();
}

bool is_known_path(const std::string& path, const QueryRules& rules) {
    return path.empty() || path == "self" || is_one_of(rules.relations, path);
}

bool read_parameter(Query& query, const http::Parameter& parameter, const QueryRules& rules) {
    const Name name = name_of(parameter.name);
    if (name.word == "embed" && name.path.empty()) return read_embeds(query.view, parameter.value, rules);
    if (name.word == "properties" || name.word == "offset" || name.word == "limit") {
        if (!is_known_path(name.path, rules)) return false;
        if (name.word == "offset") return read_number(query.view.offsets, name.path, parameter.value);
        if (name.word == "limit") return read_number(query.view.limits, name.path, parameter.value);
        query.view.properties[name.path] = split(parameter.value);
        return true;
    }
    if (parameter.name == "v") return true;  // looked at before, see rest_version.hpp
    if (!is_one_of(rules.filters, parameter.name)) return false;
    query.filters[parameter.name] = parameter.value;
    return true;
}

std::optional<std::size_t> number_for(const std::map<std::string, std::size_t>& numbers,
                                      std::initializer_list<std::string_view> paths) {
    for (const auto path : paths) {
        if (const auto found = numbers.find(std::string(path)); found != numbers.end()) return found->second;
    }
    if (const auto found = numbers.find(""); found != numbers.end()) return found->second;
    return std::nullopt;
}

}  // namespace

bool embeds(const View& view, std::string_view path) {
    return std::find(view.embeds.begin(), view.embeds.end(), path) != view.embeds.end();
}

Page page_of(const View& view, std::initializer_list<std::string_view> paths, std::size_t size) {
    const std::size_t offset = std::min(number_for(view.offsets, paths).value_or(0), size);
    const std::size_t limit = std::min(number_for(view.limits, paths).value_or(page_default), page_max);
    return {.begin = offset, .end = std::min(offset + limit, size)};
}

Asked<Query> read_query(const Call& call, const QueryRules& rules) {
    Query query;
    std::vector<std::string> seen;
    for (const auto& parameter : http::parse_form(call.query)) {
        if (std::find(seen.begin(), seen.end(), parameter.name) != seen.end()) {
            return rest_error(RestError::invalid_request, "repeated parameter " + parameter.name);
        }
        seen.push_back(parameter.name);
        if (!read_parameter(query, parameter, rules)) {
            return rest_error(RestError::invalid_request, "unsupported parameter " + parameter.name);
        }
    }
    return query;
}

const std::string* filter(const Query& query, std::string_view name) {
    const auto found = query.filters.find(std::string(name));
    return found == query.filters.end() ? nullptr : &found->second;
}

std::vector<std::string> filter_list(const Query& query, std::string_view name) {
    const auto* value = filter(query, name);
    return value == nullptr ? std::vector<std::string>() : split(*value);
}

bool filter_flag(const Query& query, std::string_view name) {
    const auto* value = filter(query, name);
    return value != nullptr && (*value == "true" || *value == "1");
}

bool is_any_of(const std::vector<std::string>& words, std::string_view word) {
    return std::any_of(words.begin(), words.end(), [&](const std::string& one) { return same_eid(one, word); });
}

std::optional<http::Response> refuse_scope(const Query& query) {
    const auto* scope = filter(query, "scope");
    if (scope == nullptr || *scope == "network") return std::nullopt;
    return rest_error(RestError::invalid_request, "this scope needs a person's token");
}

Asked<std::optional<Time>> filter_time(const Query& query, std::string_view name) {
    const auto* text = filter(query, name);
    if (text == nullptr) return std::optional<Time>();
    const auto time = from_iso(*text);
    if (!time) return rest_error(RestError::invalid_request, std::string(name) + " is no timestamp");
    return time;
}

bool contains(std::string_view text, std::string_view part) {
    return std::search(text.begin(), text.end(), part.begin(), part.end(),
                       [](char a, char b) { return lower(a) == lower(b); }) != text.end();
}

}  // namespace usersync::sandbox
