// The group tables' rules, as cases: the rows of a table, a person, and where they belong.
#include "tests/core/rules/rules_builder.hpp"

using namespace usersync;
using namespace usersync::test;

namespace {

struct Case {
    std::string what;
    Rules rules;
    Employee person;
    std::string groups;
    std::string unmapped;  ///< fields
    std::string empty;     ///< fields
};

std::string joined(const std::vector<std::string>& texts) {
    std::string all;
    for (const auto& text : texts) all += (all.empty() ? "" : " ") + text;
    return all;
}

Rules all_match() { return Rules().table(); }
Rules first_match() { return Rules().table(true); }
Cells at(std::string location) { return {{"location", {std::move(location)}}}; }
Cells titled(std::string title) { return {{"job_title", {std::move(title)}}}; }

Employee emptied(Employee person) {
    person.locations_emptied = true;
    return person;
}

}  // namespace

TEST_CASE("where rows place people", "[core][rules]") {
    const auto c = GENERATE(values<Case>({
        {"all rows that match apply", all_match().row(at("A"), unit("One")).row(at("A"), unit("Two")),
         employee("1", {"A"}), "One + Two", "", ""},
        {"of a first-match table only the first row that matches",
         first_match().row(at("A"), unit("One")).row(at("A"), unit("Two")), employee("1", {"A"}), "One", "", ""},
        {"each table has its own first row",
         first_match().row(at("A"), unit("One")).table(true).row(at("A"), unit("Two")), employee("1", {"A"}),
         "One + Two", "", ""},
        {"one of a person's values is enough", all_match().row(at("B"), unit("One")), employee("1", {"B", "C"}), "One",
         "location", ""},
        {"a cell may have several values", all_match().row({{"location", {"A", "B"}}}, unit("One")),
         employee("1", {"B"}), "One", "", ""},
        {"all cells of a row must hold", all_match().row({{"location", {"A"}}, {"job_title", {"Baker"}}}, unit("One")),
         employee("1", {"A"}, {}, "Cook"), "", "job_title", ""},
        {"a star is any value", all_match().row(at("*"), unit("One")), employee("1", {"X"}), "One", "", ""},
        {"but no value is none", all_match().row(at("*"), unit("One")), emptied(employee("1")), "", "", ""},
        {"case counts", all_match().row(at("store"), unit("One")), employee("1", {"Store"}), "", "location", ""},
        {"an expression beside a cell narrows it", all_match().row(at("A"), unit("One"), "job_title == \"Baker\""),
         employee("1", {"A"}, {}, "Cook"), "", "", ""},
        {"a row without cells and expression is for everybody", all_match().row({}, unit("All")), employee("1"), "All",
         "", ""},
        {"a template names the group of each value", all_match().row({}, unit("Store {location}")),
         employee("1", {"A", "B"}), "Store A + Store B", "", ""},
        {"beside a cell on the same field, of the values that made it hold",
         all_match().row(at("A"), unit("Store {location}")), employee("1", {"A", "B"}), "Store A", "location", ""},
        {"a template with two lists names all pairs", all_match().row({}, topic("{location}/{department}")),
         employee("1", {"A", "B"}, {"X", "Y"}), "A/X + A/Y + B/X + B/Y", "", ""},
        {"a template without a value names nothing", all_match().row({}, unit("Store {location}")),
         emptied(employee("1")), "", "", ""},
        {"a value without a row is unmapped", all_match().row(at("A"), unit("One")), employee("1", {"B"}), "",
         "location", ""},
        {"not when a row takes any", all_match().row(at("A"), unit("One")).row(at("*"), unit("Rest")),
         employee("1", {"B"}), "Rest", "", ""},
        {"every location should have its unit, though not every title its group",
         all_match().row(at("A"), unit("One")).row(titled("Cook"), topic("Cooks")), employee("1", {"B"}, {}, "Baker"),
         "", "location", ""},
        {"nor does every location need a group of its own",
         all_match().row(at("A"), topic("One")).row(titled("Cook"), topic("Cooks")), employee("1", {"B"}, {}, "Baker"),
         "", "", ""},
        {"rows that only have an expression leave it unmapped",
         all_match().row(at("A"), unit("One")).row({}, unit("Two"), "location == \"B\""), employee("1", {"B"}), "Two",
         "location", ""},
        {"each table needs to know the value", all_match().row(at("A"), unit("One")).table().row(at("B"), unit("Two")),
         employee("1", {"A"}), "One", "location", ""},
        {"a record that does not speak of a field leaves it empty", all_match().row(at("A"), unit("One")),
         employee("1"), "", "", "location"},
        {"one that says there is none does not", all_match().row(at("A"), unit("One")), emptied(employee("1")), "", "",
         ""},
        {"fields of expressions and templates count", all_match().row({}, unit("{location}"), "status == \"x\""),
         employee("1"), "", "", "location status"},
    }));
    INFO(c.what);

    const auto network = desired(c.rules, {c.person});

    CHECK(outcome(network) == c.groups);
    CHECK(joined(network.users.at(0).placement->unmapped_fields) == c.unmapped);
    CHECK(joined(network.users.at(0).placement->empty_fields) == c.empty);
}

TEST_CASE("a group by XID is one group, whether rules say its kind or not", "[core][rules]") {
    auto of_kind = with_xid("s12");
    of_kind.kind = "business_unit";
    const auto network =
        desired(all_match().row(at("A"), with_xid("s12")).row(at("A"), of_kind), {employee("1", {"A"})});

    REQUIRE(network.users.at(0).placement->groups.size() == 1);
    CHECK(network.users[0].placement->groups[0].group.kind == GroupKind::business_unit);
    CHECK(network.users[0].placement->groups[0].reasons.size() == 2);
}
