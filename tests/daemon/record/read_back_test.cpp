// What `usersyncd records` prints as JSON is an employee record too.

#include "core/ingest/ingest.hpp"
#include "daemon/record/people_text.hpp"
#include "tests/support/columns.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <variant>

using namespace usersync;
using ingest::Field;

namespace {

ingest::Ingested taken(const std::string& bytes, const ingest::ColumnMap& map) {
    KnownPeople nobody;
    auto outcome = ingest::ingest_bytes(bytes, map, {}, {}, nobody, {});
    if (const auto* bounce = std::get_if<ingest::Bounce>(&outcome)) FAIL(bounce->code << ": " << bounce->sentence);
    return std::move(std::get<ingest::Ingested>(outcome));
}

}  // namespace

TEST_CASE("the people that are printed as JSON are the same people when they are read back", "[daemon][record]") {
    const auto csv = test::columns({{Field::employee_id, "ID"},
                                    {Field::email, "E-mail"},
                                    {Field::location, "Location"},
                                    {Field::department, "Department"}});
    const auto json = test::columns({{Field::employee_id, "employee_id"},
                                     {Field::email, "email"},
                                     {Field::location, "locations"},
                                     {Field::department, "departments"}});
    const std::string header = "ID;E-mail;Location;Department\n";
    const std::string one = "000123;jan@shop.example;Store 12|Store 14;Sales|Training|Caf\xC3\xA9\n";
    for (const auto& rows : {one, one + "000124;zoe@shop.example;Store 12;\n4711;ann@shop.example;;Sales\n"}) {
        const auto people = taken(header + rows, csv);

        for (const auto& printed :
             {record_view::people_json(people.changed), record_view::people_json_lines(people.changed)}) {
            INFO(printed);
            const auto again = taken(printed, json);
            CHECK(again.content == people.content);
            CHECK(again.frozen.empty());
        }
    }
}
