// Bad inputs of docs/proof.md that no other test shows by itself.

#include "tests/core/ingest/read_record.hpp"
#include "tests/core/record/pack.hpp"

using namespace usersync;
using namespace usersync::ingest;
using test::read_record;

namespace {

using Texts = std::vector<std::string>;

ColumnMap few_columns() {
    return test::columns({{Field::employee_id, "ID"}, {Field::email, "Mail"}, {Field::location, "Location"}},
                         {{"hours", "Hours"}});
}

Texts codes(const test::Read& read) {
    Texts codes;
    for (const auto& issue : read.issues) codes.push_back(std::to_string(issue.line) + " " + issue.code);
    return codes;
}

}  // namespace

TEST_CASE("letters of every script, emoji, marks that join and marks that nobody sees come through as they are",
          "[core][ingest][bad_input]") {
    for (const std::string place : {"\xF0\x9F\x8F\xAA Winkel", "\xD7\xA9\xD7\x9C\xD7\x95\xD7\x9D", "e\xCC\x81t\x65",
                                    "a\xE2\x80\x8B"
                                    "b",
                                    "a \"quoted\" one",
                                    "\xE2\x80\xAE"
                                    "abc"}) {
        std::string quoted = "\"";
        for (const char letter : place) quoted += letter == '"' ? std::string("\"\"") : std::string(1, letter);
        CAPTURE(place);

        const auto read = read_record("ID;Mail;Location\n7;a@b.example;" + quoted + "\"\n", few_columns());

        CHECK(read.issues.empty());
        REQUIRE(read.employees.size() == 1);
        CHECK(read.employees[0].locations == Texts{place});
    }
}

TEST_CASE("a cell that a spreadsheet would take for a formula is a text like any other", "[core][ingest][bad_input]") {
    for (const std::string place : {"=1+1", "@SUM(A1)", "+31", "-2", "=cmd|' /C calc'!A0"}) {
        auto map = few_columns();
        map.fields[Field::location].steps.clear();
        CAPTURE(place);

        const auto read = read_record("ID;Mail;Location\n7;a@b.example;" + place + "\n", map);

        REQUIRE(read.employees.size() == 1);
        CHECK(read.employees[0].locations == Texts{place});
    }
}

TEST_CASE("an end date before the start date freezes the person", "[core][ingest][bad_input]") {
    auto map = few_columns();
    for (const auto& [field, column] : {std::pair(Field::start_date, "Start"), std::pair(Field::end_date, "End")}) {
        map.fields[field] = Recipe{.columns = {column}, .steps = {step::Date{"dd-MM-yyyy"}}, .fallback = {}};
    }

    const auto read = read_record(
        "ID;Mail;Start;End\n7;a@b.example;02-03-2026;01-03-2026\n8;b@b.example;01-03-2026;01-03-2026\n", map);

    CHECK(codes(read) == Texts{"2 end_before_start"});
    REQUIRE(read.employees.size() == 1);
    CHECK(read.employees[0].key == EmployeeKey("8"));
}

TEST_CASE("a number with a decimal comma stays as the record writes it", "[core][ingest][bad_input]") {
    const auto read = read_record("ID;Mail;Hours\n7;a@b.example;8,00\n", few_columns());

    REQUIRE(read.employees.size() == 1);
    CHECK(read.employees[0].extra.at("hours") == "8,00");
}

TEST_CASE("spaces behind a value make no new location", "[core][ingest][bad_input]") {
    const auto read =
        read_record("ID;Mail;Location\n7;a@b.example;North  \n8;b@b.example; North\xC2\xA0\n", few_columns());

    REQUIRE(read.employees.size() == 2);
    CHECK(read.employees[0].locations == read.employees[1].locations);
}

TEST_CASE("a new column is reported and changes nobody", "[core][ingest][bad_input]") {
    const std::string before = "ID;Mail;Location\n7;a@b.example;North\n";
    const std::string now = "ID;Mail;Location;Shoe size\n7;a@b.example;North;42\n";
    KnownPeople nobody;

    auto outcome = ingest_bytes(now, few_columns(), {}, {}, nobody, {.columns = {"ID", "Mail", "Location"}});

    auto* taken = std::get_if<Ingested>(&outcome);
    REQUIRE(taken != nullptr);
    CHECK(taken->content == content_fingerprint(read_record(before, few_columns()).employees));
    const auto is_new_column = [](const RecordIssue& issue) {
        return issue.code == "unknown_column" && issue.column == "Shoe size" &&
               issue.severity == IssueSeverity::warning;
    };
    CHECK(std::count_if(taken->issues.begin(), taken->issues.end(), is_new_column) == 1);
}

TEST_CASE("a row in another encoding than the rest freezes its person, with its place", "[core][ingest][bad_input]") {
    const auto read = read_record(
        "ID;Mail;Location\n7;a@b.example;Zo\xC3\xAB\n8;b@b.example;Ren\xE9\n9;c@b.example;\xC3\x89t\xC3\xA9\n",
        few_columns());

    CHECK(codes(read) == Texts{"3 bad_encoding"});
    REQUIRE(read.frozen.size() == 1);
    CHECK(read.frozen[0].key == EmployeeKey("8"));
    CHECK(read.employees.size() == 2);
}

TEST_CASE("where a file within a zip claims to belong does not matter", "[core][ingest][bad_input]") {
    const std::string record = "ID;Mail;Location\n7;a@b.example;North\n";
    for (const std::string name : {"../../etc/cron.d/staff.csv", "/staff.csv", "C:\\staff.csv"}) {
        CAPTURE(name);

        const auto read = read_record(record::test::zipped({{.name = name, .bytes = record}}), few_columns());

        CHECK(read.employees.size() == 1);
    }
}
