// What is told about one person, rule by rule.
#include "core/rules/explain.hpp"
#include "tests/core/rules/rules_builder.hpp"

#include <algorithm>

using namespace usersync;
using namespace usersync::test;
using rules::ExplainedRule;
using rules::Explanation;

namespace {

/// "group_mapping[0] row 1: applies", with what is stronger where something is.
std::vector<std::string> lines_of(const Explanation& person) {
    std::vector<std::string> lines;
    for (const auto& rule : person.rules) {
        lines.push_back(rule.rule + ": " + std::string(to_string(rule.says)) +
                        (rule.because.empty() ? "" : " (" + rule.because + ")"));
    }
    return lines;
}

std::vector<std::string> explained(const Rules& rules, const Employee& person) {
    return lines_of(rules::explain(person, rules.set(), today));
}

using Lines = std::vector<std::string>;

struct Case {
    std::string what;
    Rules rules;
    Employee person;
    Lines lines;
};

Employee ended(Employee person) {
    person.employment.end_date = "2026-06-01";
    return person;
}

WrittenException never_in(std::string store) {
    auto exception = about("1");
    exception.not_in_groups = {unit(std::move(store))};
    return exception;
}

WrittenException over(WrittenException exception) {
    exception.until = written("2026-06-14");
    return exception;
}

const Cells in_a = {{"location", {"A"}}};
const Cells in_b = {{"location", {"B"}}};
const Cells bakers = {{"job_title", {"Baker"}}};

}  // namespace

TEST_CASE("every rule says what it comes to for somebody", "[core][rules][explain]") {
    const auto c = GENERATE(values<Case>({
        {"a rule that matches and one that does not",
         Rules().row(in_a, unit("A")).row(in_b, unit("B")),
         employee("1", {"A"}),
         {"group_mapping[0] row 1: applies", "group_mapping[0] row 2: no_match"}},
        {"of a first-match table the first",
         Rules().table(true).row(in_a, unit("A")).row(bakers, unit("Bakers")),
         employee("1", {"A"}, {}, "Baker"),
         {"group_mapping[0] row 1: applies",
          "group_mapping[0] row 2: overruled (group_mapping[0] row 1 comes first in group_mapping[0])"}},
        {"of two roles the highest",
         Rules().role("admin", in_a).role("member", bakers),
         employee("1", {"A"}, {}, "Baker"),
         {"role_mapping[0]: applies", "role_mapping[1]: overruled (role_mapping[0] gives the role admin)"}},
        {"an exception that forbids a group",
         Rules().row(in_a, unit("A")).exception(never_in("A")),
         employee("1", {"A"}),
         {"exception[0]: applies", "group_mapping[0] row 1: overruled (an exception forbids business_unit \"A\")"}},
        {"an exception about somebody else",
         Rules().row(in_a, unit("A")).exception(never_in("A")),
         employee("2", {"A"}),
         {"exception[0]: no_match", "group_mapping[0] row 1: applies"}},
        {"an exception that has ended",
         Rules().row(in_a, unit("A")).exception(over(never_in("A"))),
         employee("1", {"A"}),
         {"exception[0]: expired (it ended on 2026-06-14)", "group_mapping[0] row 1: applies"}},
        {"a rule about a department that is not said",
         Rules().row({{"department", {"Bread"}}}, unit("A")).row(bakers, topic("B")),
         employee("1", {"A"}, {}, "Cook"),
         {"group_mapping[0] row 1: unclear (department says nothing)", "group_mapping[0] row 2: no_match"}},
        {"a role by a place that no row knows",
         Rules().row(in_a, unit("A")).role("admin", in_b),
         employee("1", {"C"}),
         {"role_mapping[0]: unclear (location has a value that no row knows)",
          "group_mapping[0] row 1: unclear (location has a value that no row knows)"}},
        {"somebody who has left",
         Rules().row(in_a, unit("A")),
         ended(employee("1", {"A"})),
         {"life_cycle.end_date: applies",
          "group_mapping[0] row 1: overruled (they should not be in the network now: ended (life_cycle.end_date))"}},
        {"invitations: the first that says something",
         Rules().invite("sms", "").invite("email", "nl-NL"),
         employee("1"),
         {"invite[0]: applies", "invite[1]: applies"}},
        {"an invitation that says nothing new",
         Rules().invite("sms", "nl-NL").invite("email", "de-DE"),
         employee("1"),
         {"invite[0]: applies", "invite[1]: overruled (an earlier one says it)"}},
    }));
    INFO(c.what);
    CHECK(explained(c.rules, c.person) == c.lines);
}

TEST_CASE("a test tells where it stands, what it found and what it wanted", "[core][rules][explain]") {
    const auto rules = Rules().row({{"location", {"A", "B"}}}, unit("North"), "job_title == \"Cook\"");

    const auto person = rules::explain(employee("1", {"C"}, {}, "Baker"), rules.set(), today);

    REQUIRE(person.rules.size() == 1);
    const auto& tests = person.rules[0].tests;
    REQUIRE(tests.size() == 2);
    CHECK(tests[0].field == "location");
    CHECK(tests[0].values == std::vector<std::string>{"C"});
    CHECK(tests[0].wanted == "is one of \"A\", \"B\"");
    CHECK_FALSE(tests[0].holds);
    CHECK(tests[1].field == "job_title");
    CHECK(tests[1].values == std::vector<std::string>{"Baker"});
    CHECK(tests[1].origin == Origin{"tenant.toml", 2, 10});
    CHECK(person.rules[0].obstacles.size() == 2);
}

TEST_CASE("the place of a word counts letters from the beginning of its line", "[core][rules][explain]") {
    const Origin at{"tenant.toml", 4, 10};
    CHECK(rules::within(at, "abc", 2) == Origin{"tenant.toml", 4, 12});
    CHECK(rules::within(at, "é == 1", 3) == Origin{"tenant.toml", 4, 12});
    CHECK(rules::within(at, "a or\n  b", 7) == Origin{"tenant.toml", 5, 3});
    CHECK(rules::within({"sheet.xlsx", 4, 0}, "abc", 2) == Origin{"sheet.xlsx", 4, 0});
}

TEST_CASE("a reason from a sheet names the row and the cell", "[core][rules][explain]") {
    Rules rules;
    rules.row({{.field = "location", .values = {"A"}, .column = 4}}, unit("A"));
    auto& row = rules.text.groups.front().rules.front();
    row.origin = {.file = "groups.csv", .line = 3, .column = 2};
    row.when.expression = Written{.text = "status == \"x\" and job_title == \"Cook\"",
                                  .origin = {.file = "groups.csv", .line = 3, .column = 2},
                                  .in_cell = true};

    const auto person = rules::explain(employee("1", {"C"}, {}, "Baker"), rules.set(), today);

    REQUIRE(person.rules.size() == 1);
    CHECK(person.rules[0].origin == Origin{"groups.csv", 3, 2});
    REQUIRE(person.rules[0].tests.size() == 3);
    CHECK(person.rules[0].tests[0].origin == Origin{"groups.csv", 3, 4});
    CHECK(person.rules[0].tests[1].origin == Origin{"groups.csv", 3, 2});
    CHECK(person.rules[0].tests[2].origin == Origin{"groups.csv", 3, 2});
    for (const auto& obstacle : person.rules[0].obstacles) CHECK(obstacle.origin.line == 3);
    REQUIRE_FALSE(person.rules[0].obstacles.empty());
    CHECK(person.rules[0].obstacles.back().origin == Origin{"groups.csv", 3, 2});
}

TEST_CASE("the record is told as it was read, with headings, and what it says nothing about",
          "[core][rules][explain]") {
    const rules::FieldNames names({{.name = "location", .type = rules::FieldType::list, .headings = {"Store"}}});

    const auto person = rules::explain(employee("1", {"A", "B"}), Rules().set(names), today);

    const auto location = std::find_if(person.record.begin(), person.record.end(),
                                       [](const auto& field) { return field.name == "location"; });
    REQUIRE(location != person.record.end());
    CHECK(location->headings == std::vector<std::string>{"Store"});
    CHECK(location->values == std::vector<std::string>{"A", "B"});
}

TEST_CASE("where rules of a field in doubt place people is told, for it is kept", "[core][rules][explain]") {
    const auto set = Rules().row({{"department", {"Bread"}}}, topic("Bakers")).row(in_a, unit("A")).set();
    const auto silent = rules::explain(employee("1", {"A"}), set, today);
    const auto sure = rules::explain(employee("1", {"A"}, {"Meat"}), set, today);

    CHECK(silent.in_doubt == std::vector<FieldGroups>{{"department", {named(GroupKind::topic, "Bakers")}, {}}});
    CHECK(rules::why_in_doubt(silent, "department") == "department says nothing");
    CHECK(sure.in_doubt.empty());
}

TEST_CASE("a life cycle rule that cannot be judged is told as such", "[core][rules][explain]") {
    Rules rules;
    rules.text.life_cycle.active = written("status == \"Active\"");

    CHECK(explained(rules, employee("1")) ==
          std::vector<std::string>{"life_cycle.active: unclear (status says nothing)"});
}
