#include "core/rules/mapping_sheet.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace usersync;
using namespace usersync::rules;

namespace {

using Lines = std::vector<std::string>;

const FieldNames names({{.name = "location", .type = FieldType::list, .headings = {"Store number"}},
                        {.name = "job_title", .type = FieldType::text, .headings = {"Role"}},
                        {.name = "region", .type = FieldType::text, .headings = {"Area"}},
                        {.name = "zone", .type = FieldType::text, .headings = {"Area"}}});

Lines shown(const std::vector<RuleProblem>& problems) {
    Lines lines;
    for (const auto& problem : problems) {
        const auto column = problem.origin.column == 0 ? "" : ":" + std::to_string(problem.origin.column);
        lines.push_back(std::to_string(problem.origin.line) + column + ": " + problem.code + ": " + problem.sentence);
    }
    return lines;
}

Lines wrong_groups(std::string_view text) { return shown(read_group_sheet(text, "groups.csv", names).problems); }
Lines wrong_roles(std::string_view text) { return shown(read_role_sheet(text, "roles.csv", names).problems); }

std::vector<WrittenGroupRule> groups(std::string_view text, const GroupDefaults& defaults = {}) {
    const auto sheet = read_group_sheet(text, "groups.csv", names, defaults);
    CHECK(shown(sheet.problems).empty());
    return sheet.rules;
}

}  // namespace

TEST_CASE("a row of a sheet is a rule that knows where it stands", "[core][rules]") {
    const auto rules = groups("location;kind;group\n012;topic;Harbour\n");

    REQUIRE(rules.size() == 1);
    CHECK(rules[0].id == "groups.csv row 2");
    CHECK(rules[0].origin == Origin{.file = "groups.csv", .line = 2, .column = 1});
    CHECK(rules[0].when.cells == std::vector<WrittenCell>{{.field = "location", .values = {"012"}, .column = 1}});
    CHECK(rules[0].group ==
          WrittenGroup{.kind = "topic", .by = {}, .text = "Harbour", .kind_column = 2, .text_column = 3});
}

TEST_CASE("columns are found without regard to case and spaces, by a field's name or its heading", "[core][rules]") {
    for (const auto* heading : {"location", "LOCATION", " Store  Number ", "store number"}) {
        CAPTURE(heading);
        const auto rules = groups(std::string(heading) + ",Kind , GROUP\n012,topic,Harbour\n");
        REQUIRE(rules.size() == 1);
        CHECK(rules[0].when.cells == std::vector<WrittenCell>{{.field = "location", .values = {"012"}, .column = 1}});
    }
}

TEST_CASE("a cell may hold several values, and an empty one leaves the field out", "[core][rules]") {
    const auto rules = groups("location,job_title,kind,group\n\"14; 12;;14\",,topic,A\n*,Cashier,topic,B\n");

    REQUIRE(rules.size() == 2);
    CHECK(rules[0].when.cells == std::vector<WrittenCell>{{.field = "location", .values = {"12", "14"}, .column = 1}});
    CHECK(rules[1].when.cells == std::vector<WrittenCell>{{.field = "job_title", .values = {"Cashier"}, .column = 2},
                                                          {.field = "location", .values = {"*"}, .column = 1}});
}

TEST_CASE("the names of a sheet's own columns win over headings", "[core][rules]") {
    const auto sheet = read_role_sheet("job_title;Role\nBoss;admin\n", "roles.csv", names);

    CHECK(shown(sheet.problems).empty());
    REQUIRE(sheet.rules.size() == 1);
    CHECK(sheet.rules[0].role == "admin");
    CHECK(sheet.rules[0].when.cells ==
          std::vector<WrittenCell>{{.field = "job_title", .values = {"Boss"}, .column = 1}});
    // In a sheet of groups it is not the sheet's own.
    CHECK(groups("Role;kind;group\nBoss;topic;Bosses\n").at(0).when.cells.at(0).field == "job_title");
}

TEST_CASE("what a row leaves out may be said for the whole sheet", "[core][rules]") {
    const WrittenGroup unit{.kind = "business_unit", .by = {}, .text = "{location}"};
    const auto rules = groups("location;kind;group\n12;;A\n14;Department;B\n",
                              {.kind = "local_department", .by = "eid", .business_unit = unit, .department = {}});

    REQUIRE(rules.size() == 2);
    CHECK(rules[0].group == WrittenGroup{.kind = "local_department", .by = "eid", .text = "A", .text_column = 3});
    CHECK(rules[0].business_unit == unit);
    CHECK(rules[1].group.kind == "department");
}

TEST_CASE("rows without any text are passed over, rows that are wrong are told with their number", "[core][rules]") {
    const auto sheet = read_group_sheet(
        "location;kind;group\n;;\n\n12;topic;\n12;;A\n;topic;A\n;;;x\n;;;\n14;topic;B\n", "groups.csv", names);

    CHECK(shown(sheet.problems) ==
          Lines{"4:3: sheet_bad_row: names no group", "5:2: sheet_bad_row: names a group without its kind",
                "6: sheet_bad_row: does not say for whom: no field and no expression; \"*\" is any value",
                "7:4: sheet_bad_row: cell 4 stands beyond the last column"});
    CHECK(sheet.problems.at(0).rule == "groups.csv row 4");
    REQUIRE(sheet.rules.size() == 1);
    CHECK(sheet.rules[0].group.text == "B");
}

TEST_CASE("a column that nobody knows is an error, with what was probably meant", "[core][rules]") {
    CHECK(wrong_groups("locaton;kind;group\n12;topic;A\n") ==
          Lines{"1:1: sheet_unknown_column: the column \"locaton\" is no field, did you mean \"location\"?"});
    CHECK(wrong_groups("location;knd;group\n12;topic;A\n") ==
          Lines{"1:2: sheet_unknown_column: the column \"knd\" is no field, did you mean \"kind\"?"});
    CHECK(wrong_groups("Area;kind;group\n12;topic;A\n") ==
          Lines{"1:1: sheet_unknown_column: several fields are filled from columns named \"Area\": use a field's own "
                "name"});
    CHECK(wrong_groups("location;Store number;kind;group\n12;12;topic;A\n") ==
          Lines{"1:2: sheet_column_twice: two columns are the field location"});
    CHECK(wrong_groups("location;kind;group;Group\n12;topic;A;B\n") ==
          Lines{"1:4: sheet_column_twice: two columns are named \"Group\""});
}

TEST_CASE("a filled cell below an empty heading is an error, since it may be the one that narrows the rule",
          "[core][rules]") {
    CHECK(wrong_groups("Store number;;kind;group\n012;Sales;topic;X\n014;;topic;Y\n") ==
          Lines{"2:2: sheet_bad_row: cell 2 stands below an empty heading: name its field there, or name it "
                "\"comment\""});
    CHECK(wrong_roles("job_title;role;\nBoss;admin;\nChef;admin;really?\n") ==
          Lines{"3:3: sheet_bad_row: cell 3 stands below an empty heading: name its field there, or name it "
                "\"comment\""});
    // A column that is empty throughout says nothing.
    CHECK(groups("location;;kind;group\n012;;topic;X\n").size() == 1);
}

TEST_CASE("what is wrong within a sheet is told with the number of its cell", "[core][rules]") {
    const auto sheet = read_group_sheet(
        "kind;location;expression;group\ntopic;012;location == 1 and citty == \"x\";A\ntopc;*;;B\n;*;;\n"
        "topic;;empty(location);{place}\n",
        "groups.csv", names);
    WrittenRules written;
    written.groups.push_back({.id = "groups.csv", .origin = {}, .rules = sheet.rules});

    auto checked = check_rules(written, names, Day{});

    CHECK(shown(sheet.problems) == Lines{"4:4: sheet_bad_row: names no group"});
    Lines places;
    for (const auto& problem : checked.problems) {
        places.push_back(std::to_string(problem.origin.line) + ':' + std::to_string(problem.origin.column) + ' ' +
                         problem.code);
    }
    std::sort(places.begin(), places.end());
    CHECK(places == Lines{"2:3 list_without_any", "2:3 unknown_field", "3:1 unknown_kind", "5:4 unknown_field"});
}

TEST_CASE("a sheet without the column that matters has no header", "[core][rules]") {
    CHECK(wrong_groups("location;kind;gruop\n12;topic;A\n") ==
          Lines{"1:3: sheet_no_header: no column is named \"group\"; is it the one that is named \"gruop\"?"});
    CHECK(wrong_roles("location;kind;group\n12;topic;A\n") ==
          Lines{"1: sheet_no_header: no column is named \"role\", so no row can be the header"});
}

TEST_CASE("a sheet that cannot be read is said to be so", "[core][rules]") {
    for (const auto* text : {"", "\n \n"}) {
        CHECK(wrong_groups(text) == Lines{"0: sheet_unreadable: this sheet cannot be read: the record is empty"});
    }
    const auto open_quote = wrong_groups("location;kind;group\n\"12;topic;A\n14;topic;B\n");
    REQUIRE(!open_quote.empty());
    CHECK(open_quote[0] == "2: sheet_bad_row: a quote in this row is not closed properly");
}

TEST_CASE("a role is given in the network, or in a group that is named wholly", "[core][rules]") {
    const auto sheet = read_role_sheet(
        "location;role;target kind;target group;target by\n12;admin;;;\n12;admin;Network;;\n"
        "12;admin;department;Sales;\n12;admin;;s12;XID\n",
        "roles.csv", names);

    CHECK(shown(sheet.problems).empty());
    REQUIRE(sheet.rules.size() == 4);
    CHECK(!sheet.rules[0].target);
    CHECK(!sheet.rules[1].target);
    CHECK(sheet.rules[2].target ==
          WrittenGroup{.kind = "department", .by = {}, .text = "Sales", .kind_column = 3, .text_column = 4});
    CHECK(sheet.rules[3].target ==
          WrittenGroup{.kind = {}, .by = "xid", .text = "s12", .by_column = 5, .text_column = 4});
    CHECK(wrong_roles("location;role;target kind;target group\n12;;;\n12;admin;topic;\n12;admin;;A\n") ==
          Lines{"2:2: sheet_bad_row: names no role",
                "3:4: sheet_bad_row: names the kind of a target, and no target group",
                "4:3: sheet_bad_row: names a target group without its kind"});
}
