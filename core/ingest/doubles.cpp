#include "core/ingest/doubles.hpp"

#include <algorithm>

namespace usersync::ingest {
namespace {

constexpr std::size_t lines_named_max = 3;

}  // namespace

std::string other_lines(const std::vector<std::uint32_t>& lines, std::uint32_t own, const char* unit) {
    std::string text;
    std::size_t named = 0;
    for (const auto line : lines) {
        if (line == own) continue;
        if (named == lines_named_max) break;
        text += (named == 0 ? "" : ", ") + std::to_string(line);
        ++named;
    }
    const auto left = lines.size() - 1 - named;
    if (left > 0) text += " and " + std::to_string(left) + " more";
    return std::string(unit) + (named == 1 && left == 0 ? " " : "s ") + text;
}

std::vector<RecordIssue> same_key_issues(std::string_view key, std::vector<std::uint32_t> lines,
                                         const std::string& column, const char* unit, bool same_person) {
    std::sort(lines.begin(), lines.end());
    std::vector<RecordIssue> issues;
    for (const auto line : lines) {
        issues.push_back({.line = line,
                          .key = EmployeeKey(std::string(key)),
                          .column = column,
                          .code = "duplicate_key",
                          .message = "the same employee id stands on " + other_lines(lines, line, unit) +
                                     (same_person ? "" : ", with another name or e-mail address")});
    }
    return issues;
}

std::vector<RecordIssue> same_email_issues(const std::vector<Sighting>& people, const std::string& column,
                                           const char* unit) {
    std::vector<std::uint32_t> lines;
    for (const auto& person : people) lines.push_back(person.line);
    std::vector<RecordIssue> issues;
    for (const auto& person : people) {
        issues.push_back(
            {.line = person.line,
             .key = EmployeeKey(std::string(person.key)),
             .column = column,
             .code = "duplicate_email",
             .message = "another person has the same e-mail address on " + other_lines(lines, person.line, unit)});
    }
    return issues;
}

}  // namespace usersync::ingest
