// Several rows of one person, by the tenant's rule (fault 9: one person twice with different contracts).

#include "core/ingest/several_rows.hpp"

#include "tests/core/ingest/read_record.hpp"

#include <catch2/catch.hpp>

using namespace usersync;
using namespace usersync::ingest;
using test::Read;

namespace {

using Texts = std::vector<std::string>;
using Choice = RowsPerPerson::Choice;

constexpr const char* contracts =
    "ID;E-mail;Location;Start;Share;Main\n"
    "7;a@x.example;North;2024-01-01;40;no\n"
    "8;b@x.example;West;2020-01-01;100;yes\n"
    "7;a@x.example;South|North;2026-02-01;60;yes\n";

Read read(Choice main, const std::string& column = {}, const std::string& value = {}, bool merge = true,
          const char* record = contracts) {
    auto map = test::columns({{Field::employee_id, "ID"},
                              {Field::email, "E-mail"},
                              {Field::location, "Location"},
                              {Field::start_date, "Start"}});
    map.fields[Field::start_date].steps = {step::Date{"yyyy-MM-dd"}};
    map.rows_per_person = {.main = main, .column = column, .value = value, .merge_lists = merge};
    return test::read_record(record, map);
}

}  // namespace

TEST_CASE("without a rule several rows of one person freeze them", "[core][ingest][rows]") {
    const auto people = read(Choice::none);

    REQUIRE(people.frozen.size() == 1);
    CHECK(people.frozen[0].key.value() == "7");
    CHECK(people.employees.size() == 1);
}

TEST_CASE("the main row decides, and the places of the others come after its own", "[core][ingest][rows]") {
    struct Case {
        Choice main;
        const char* column;
        const char* value;
        const char* start;
        Texts locations;
    };
    const std::vector<Case> cases = {
        {Choice::first, "", "", "2024-01-01", {"North", "South"}},
        {Choice::flag, "Main", "YES", "2026-02-01", {"South", "North"}},
        {Choice::latest_start, "", "", "2026-02-01", {"South", "North"}},
        {Choice::highest, "Share", "", "2026-02-01", {"South", "North"}},
    };
    for (const auto& c : cases) {
        INFO(static_cast<int>(c.main));
        const auto people = read(c.main, c.column, c.value);
        REQUIRE(people.employees.size() == 2);
        CHECK(people.frozen.empty());
        CHECK(people.employees[0].employment.start_date == c.start);
        CHECK(people.employees[0].locations == c.locations);
    }
}

TEST_CASE("lists are not merged when the tenant says so", "[core][ingest][rows]") {
    CHECK(read(Choice::first, "", "", false).employees[0].locations == Texts{"North"});
}

TEST_CASE("when no row, or more than one, is the main one, the person is frozen", "[core][ingest][rows]") {
    constexpr const char* tie =
        "ID;E-mail;Location;Start;Share;Main\n"
        "7;a@x.example;North;2024-01-01;50 %;no\n"
        "7;a@x.example;South;2024-01-01;50,0;no\n";
    for (const auto& people :
         {read(Choice::latest_start, "", "", true, tie), read(Choice::highest, "Share", "", true, tie),
          read(Choice::flag, "Main", "yes", true, tie)}) {
        CHECK(people.employees.empty());
        REQUIRE(people.frozen.size() == 1);
        CHECK(people.issues[0].code == "no_main_row");
    }
}

TEST_CASE("a row that cannot be read freezes its person whatever the other rows say", "[core][ingest][rows]") {
    constexpr const char* bad =
        "ID;E-mail;Location;Start;Share;Main\n"
        "7;a@x.example;North;2024-01-01;40;no\n"
        "7;nothing;South;2026-01-01;60;yes\n";

    const auto people = read(Choice::first, "", "", true, bad);

    CHECK(people.employees.empty());
    CHECK(people.frozen.size() == 1);
    CHECK(people.issues[0].code == "bad_email");
}

TEST_CASE("half a percentage more is more, with comma or point", "[core][ingest][rows]") {
    std::vector<RowOfPerson> rows(2);
    rows[0] = {Employee{.key = EmployeeKey("7"), .locations = {"less"}}, "50,25"};
    rows[1] = {Employee{.key = EmployeeKey("7"), .locations = {"more"}}, "50.5%"};

    const auto merged = merge_rows(rows, {.main = Choice::highest, .column = "Share", .merge_lists = false});

    REQUIRE(merged.has_value());
    CHECK(merged->locations == Texts{"more"});
}
