#include "core/ingest/example_record.hpp"

#include "core/ingest/normalise.hpp"
#include "core/ingest/survey.hpp"
#include "tests/core/ingest/list_of_rows.hpp"
#include "tests/support/temp_dir.hpp"

#include <catch2/catch.hpp>

#include <set>
#include <sstream>

using namespace usersync::ingest;
using namespace usersync::test;

namespace {

std::string trimmed(const std::string& text) { return std::string(trim(text)); }

/// "| a | b\|c |" → "a", "b|c".
std::vector<std::string> cells_of(const std::string& line) {
    std::vector<std::string> cells;
    std::string cell;
    for (std::size_t at = 1; at < line.size(); ++at) {
        if (line[at] == '\\' && at + 1 < line.size() && line[at + 1] == '|') {
            cell += line[++at];
        } else if (line[at] == '|') {
            cells.push_back(trimmed(cell));
            cell.clear();
        } else {
            cell += line[at];
        }
    }
    return cells;
}

/// The first table of the page, without the line below its head.
std::vector<std::vector<std::string>> table_of_the_page() {
    std::istringstream page(TempDir::read(USERSYNC_SOURCE_DIR "/docs/employee-record.md"));
    std::vector<std::vector<std::string>> table;
    for (std::string line; std::getline(page, line);) {
        if (line.empty() && !table.empty()) break;
        if (line.starts_with("| ")) table.push_back(cells_of(line));
    }
    return table;
}

}  // namespace

TEST_CASE("the page for HR shows the example record as it is written", "[core][ingest][example]") {
    CHECK(table_of_the_page() == example_record());
}

TEST_CASE("the example record shows what is easily got wrong", "[core][ingest][example]") {
    const auto rows = example_record();
    std::set<std::string> ids;
    std::set<std::string> emails;
    bool has_infix = false;
    bool has_accent = false;
    bool has_two_locations = false;
    for (std::size_t at = 1; at < rows.size(); ++at) {
        const auto& row = rows[at];
        REQUIRE(row.size() == rows[0].size());
        CHECK(row[0].starts_with("00"));
        CHECK(is_email(row[1]));
        CHECK(row[1].ends_with(".example"));
        ids.insert(row[0]);
        emails.insert(row[1]);
        has_infix = has_infix || row[3] == "van der";
        has_accent = has_accent || row[4] == "Müller";
        has_two_locations = has_two_locations || split_list(row[7], "|").size() == 2;
    }
    CHECK(ids.size() == rows.size() - 1);
    CHECK(emails.size() == rows.size() - 1);
    CHECK(has_infix);
    CHECK(has_accent);
    CHECK(has_two_locations);
}

TEST_CASE("the example record is understood without any configuration", "[core][ingest][example]") {
    ListOfRows source(example_record());

    const auto map = propose(survey(source));

    const std::vector<std::pair<Field, std::string>> expected = {
        {Field::employee_id, "Employee ID"}, {Field::email, "E-mail address"},
        {Field::first_name, "First name"},   {Field::infix, "Infix"},
        {Field::last_name, "Last name"},     {Field::job_title, "Job title"},
        {Field::phone, "Phone number"},      {Field::location, "Location"},
        {Field::department, "Department"}};
    CHECK(map.fields.size() == expected.size());
    for (const auto& [field, column] : expected) {
        CAPTURE(column);
        REQUIRE(map.fields.count(field) == 1);
        CHECK(map.fields.at(field).columns == std::vector<std::string>{column});
    }
    CHECK(map.fields.at(Field::location).steps == std::vector<Step>{step::Split{.separators = "|"}});
}
