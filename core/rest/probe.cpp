#include "core/rest/probe.hpp"

#include "core/base/nearest.hpp"
#include "core/rest/page.hpp"

#include <algorithm>

namespace usersync::rest {
namespace {

constexpr std::size_t shown_bytes_max = 120;

bool has(const std::vector<std::string>& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

/// "EmployeeId" of "-EmployeeId", "E-mail" of "['E-mail']".
std::string bare_name(std::string_view text) {
    if (text.starts_with('-')) text.remove_prefix(1);
    const bool is_quoted =
        text.size() > 4 && (text.starts_with("['") || text.starts_with("[\"")) && text.ends_with(']');
    return std::string(is_quoted ? text.substr(2, text.size() - 4) : text);
}

Failure blocked(const char* code, const Probe& probe, std::string detail) {
    return {.kind = FailureKind::blocked, .code = code, .where = probe.name, .detail = std::move(detail)};
}

const std::vector<std::string>* texts_of(const Values& values, const std::string& setting) {
    const auto found = values.settings.find(setting);
    if (setting.empty() || found == values.settings.end()) return nullptr;
    const bool is_given =
        std::any_of(found->second.begin(), found->second.end(), [](const std::string& text) { return !text.empty(); });
    return is_given ? &found->second : nullptr;
}

}  // namespace

std::string shown_line(std::string_view text) {
    std::string line;
    for (const char c : text.substr(0, shown_bytes_max)) line += static_cast<unsigned char>(c) < ' ' ? ' ' : c;
    return line;
}

std::string listed_names(const std::vector<std::string>& names, std::size_t max) {
    std::string all;
    for (std::size_t i = 0; i < std::min(names.size(), max); ++i)
        all += (all.empty() ? "" : ", ") + shown_line(names[i]);
    if (names.size() > max) all += ", … (" + std::to_string(names.size()) + " in all)";
    return all;
}

std::optional<Failure> not_offered(const Probe& probe, std::string_view body, const Values& values) {
    const auto* wanted = texts_of(values, probe.must_name);
    if (!probe.names || wanted == nullptr) return std::nullopt;
    const auto offered = texts_at(body, *probe.names);
    for (const auto& text : *wanted) {
        if (has(offered, text) || has(offered, bare_name(text))) continue;
        const auto meant = nearest(bare_name(text), offered);
        return blocked("not_offered", probe,
                       "\"" + shown_line(text) + "\" (setting " + probe.must_name + ") is not offered" +
                           (meant ? "; did you mean \"" + shown_line(*meant) + "\"?" : std::string()) +
                           (offered.empty() ? " (nothing is)" : "; there are: " + listed_names(offered)));
    }
    return std::nullopt;
}

std::vector<std::string> columns_not_offered(const Probe& probe, std::string_view body,
                                             const std::vector<std::string>& columns) {
    std::vector<std::string> missing;
    if (!probe.names || !probe.names_columns) return missing;
    const auto offered = texts_at(body, *probe.names);
    for (const auto& column : columns) {
        if (!has(offered, column)) missing.push_back(column);
    }
    return missing;
}

bool tells_environment(const Probe& probe, const Values& values) {
    return probe.tells && texts_of(values, probe.must_tell) != nullptr;
}

std::optional<Failure> other_environment(const Probe& probe, std::string_view body, const Values& values) {
    if (!tells_environment(probe, values)) return std::nullopt;
    const auto& meant = texts_of(values, probe.must_tell)->front();
    const auto told = texts_at(body, *probe.tells);
    if (!told.empty() && std::all_of(told.begin(), told.end(), [&](const auto& text) { return text == meant; })) {
        return std::nullopt;
    }
    const auto says = told.empty() ? "says nothing at " + probe.tells->text
                                   : "says \"" + listed_names(told) + "\" at " + probe.tells->text;
    return blocked("other_environment", probe,
                   "the other system " + says + ", and the setting " + probe.must_tell + " says \"" +
                       shown_line(meant) + "\": another environment answers, perhaps one with test data");
}

}  // namespace usersync::rest
