// docs/rules.md promises what an expression matches; this holds it to that, row by row.
#include "core/rules/expression.hpp"

#include <catch2/catch.hpp>

#include <fstream>
#include <string>
#include <vector>

namespace {

using namespace usersync;
using namespace usersync::rules;

constexpr auto today = Day(std::chrono::year(2026) / 3 / 1);

std::string trimmed(std::string text) {
    const auto first = text.find_first_not_of(' ');
    if (first == std::string::npos) return {};
    return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

/// The parts between separators; `\|` within one is a bar.
std::vector<std::string> split(const std::string& text, char separator) {
    std::vector<std::string> parts(1);
    for (std::size_t at = 0; at < text.size(); ++at) {
        const bool escaped = text[at] == '\\' && at + 1 < text.size() && text[at + 1] == '|';
        if (text[at] == separator && !escaped) {
            parts.emplace_back();
        } else {
            parts.back() += text[at];
            if (escaped) parts.back() += text[++at];
        }
    }
    for (auto& part : parts) part = trimmed(part);
    return parts;
}

struct Row {
    std::string expression;
    std::vector<std::pair<std::string, std::string>> person;
    bool matches = false;
};

std::vector<Row> rows_of_the_page() {
    std::ifstream page(std::string(USERSYNC_SOURCE_DIR) + "/docs/rules.md");
    std::vector<Row> rows;
    bool in_table = false;
    for (std::string line; std::getline(page, line);) {
        if (line.starts_with("| expression | a person |")) in_table = true;
        if (line.empty()) in_table = false;
        if (!in_table || !line.starts_with("| `")) continue;
        const auto code_end = line.find("` |");
        Row row{.expression = line.substr(3, code_end - 3)};
        const auto cells = split(line.substr(code_end + 3), '|');
        for (const auto& said : split(cells.at(0), ';')) {
            const auto colon = said.find(':');
            row.person.emplace_back(said.substr(0, colon), trimmed(said.substr(colon + 1)));
        }
        row.matches = cells.at(1) == "yes";
        REQUIRE((row.matches || cells.at(1) == "no"));
        rows.push_back(std::move(row));
    }
    return rows;
}

std::vector<std::string> values_in(std::string text) {
    std::string plain;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] == '\\') continue;
        plain += text[at];
    }
    if (plain.empty()) return {};
    return split(plain, '|');
}

struct Case {
    FieldNames names;
    Employee employee;
};

Case case_of(const Row& row) {
    Case made;
    std::vector<RuleField> own;
    for (const auto& [field, text] : row.person) {
        if (field == "location") {
            made.employee.locations = values_in(text);
        } else if (field == "start_date") {
            made.employee.employment.start_date = text;
        } else if (field == "end_date") {
            made.employee.employment.end_date = text;
        } else if (field == "externalId") {
            made.employee.key = EmployeeKey(text);
        } else {
            own.push_back({.name = field, .type = FieldType::text, .headings = {}});
            made.employee.extra[field] = text;
        }
    }
    made.names = FieldNames(own);
    return made;
}

TEST_CASE("every expression on the page about rules matches whom the page says", "[core][rules]") {
    const auto rows = rows_of_the_page();
    REQUIRE(rows.size() > 20);
    for (const auto& row : rows) {
        CAPTURE(row.expression);
        const auto made = case_of(row);
        const auto parsed = parse_expression(row.expression, made.names);
        REQUIRE(parsed.expression.has_value());
        CHECK(parsed.expression->matches(made.employee, made.names, today) == row.matches);
    }
}

}  // namespace
