// Which cell would have to change for somebody to be in a group.
#include "core/rules/explain.hpp"
#include "tests/core/rules/rules_builder.hpp"

using namespace usersync;
using namespace usersync::test;

namespace {

std::vector<GroupRef> named_so(const std::string& text) {
    return {{GroupRef::By::name, std::nullopt, text}, {GroupRef::By::xid, std::nullopt, text}};
}

/// One line a way: "group_mapping[0] row 2: location is "B" | hindrance".
std::vector<std::string> ways(const Rules& rules, const Employee& person, const std::string& group) {
    std::vector<std::string> lines;
    const auto why = rules::why_not(person, rules.set(), today, named_so(group));
    for (const auto& hindrance : why.hindrances) lines.push_back("! " + hindrance);
    for (const auto& way : why.ways) {
        std::string line = way.rule + ":";
        for (const auto& obstacle : way.obstacles) line += ' ' + obstacle.field + ' ' + obstacle.wanted;
        for (const auto& hindrance : way.hindrances) line += " | " + hindrance;
        lines.push_back(line);
    }
    if (why.nearest) lines.push_back("did you mean " + *why.nearest);
    return lines;
}

using Lines = std::vector<std::string>;

struct Case {
    std::string what;
    Rules rules;
    Employee person;
    std::string group;
    Lines lines;
};

const Cells in_b = {{"location", {"B"}}};

WrittenException forbidding(std::string store) {
    auto exception = about("1");
    exception.not_in_groups = {unit(std::move(store))};
    return exception;
}

Employee left(Employee person) {
    person.employment.end_date = "2026-06-01";
    return person;
}

}  // namespace

TEST_CASE("what stands between somebody and a group", "[core][rules][explain]") {
    const auto c = GENERATE(values<Case>({
        {"a cell",
         Rules().row(in_b, unit("North")),
         employee("1", {"A"}),
         "North",
         {"group_mapping[0] row 1: location is \"B\""}},
        {"the value that names the group",
         Rules().row({{"location", {"*"}}}, unit("Store {location}")),
         employee("1", {"A"}),
         "Store B",
         {"group_mapping[0] row 1: location is \"B\""}},
        {"a row whose cells do not have the value is no way",
         Rules().row({{"location", {"A"}}}, unit("{location}")),
         employee("1", {"A", "B"}),
         "B",
         {}},
        {"the same without any value",
         Rules().row({{"location", {"*"}}}, unit("{location}")),
         employee("1"),
         "B",
         {"group_mapping[0] row 1: location is \"B\""}},
        {"the rule with fewest changes first",
         Rules()
             .row({{"location", {"B"}}, {"job_title", {"Cook"}}}, unit("North"))
             .row({{"job_title", {"Baker"}}}, unit("North")),
         employee("1", {"A"}),
         "North",
         {"group_mapping[0] row 2: job_title is \"Baker\"",
          "group_mapping[0] row 1: location is \"B\" job_title is \"Cook\""}},
        {"a group by XID",
         Rules().row(in_b, with_xid("s12")),
         employee("1", {"A"}),
         "s12",
         {"group_mapping[0] row 1: location is \"B\""}},
        {"a role in the group is a way too",
         Rules().role("admin", in_b, unit("North")),
         employee("1", {"A"}),
         "North",
         {"role_mapping[0]: location is \"B\""}},
        {"an earlier row of a first-match table",
         Rules().table(true).row({{"location", {"A"}}}, unit("South")).row({{"job_title", {"Cook"}}}, unit("North")),
         employee("1", {"A"}),
         "North",
         {"group_mapping[0] row 2: job_title is \"Cook\" | group_mapping[0] row 1 matches and comes first in "
          "group_mapping[0]"}},
        {"an exception that forbids it",
         Rules().row(in_b, unit("North")).exception(forbidding("North")),
         employee("1", {"B"}),
         "North",
         {"! exception[0] forbids it", "group_mapping[0] row 1:"}},
        {"somebody who has left",
         Rules().row(in_b, unit("North")),
         left(employee("1", {"B"})),
         "North",
         {"! they should not be in the network now: ended", "group_mapping[0] row 1:"}},
        {"a group that no rule knows",
         Rules().row(in_b, unit("North")),
         employee("1", {"B"}),
         "Nroth",
         {"did you mean North"}},
    }));
    INFO(c.what);
    CHECK(ways(c.rules, c.person, c.group) == c.lines);
}

TEST_CASE("of a group that somebody is in, the reasons are told", "[core][rules][explain]") {
    const auto rules = Rules().row(in_b, unit("North"));

    const auto why = rules::why_not(employee("1", {"B"}), rules.set(), today, named_so("North"));

    CHECK(why.is_wanted);
    REQUIRE(why.reasons.size() == 1);
    CHECK(why.reasons[0] == Reason{"group_mapping[0] row 1", {"tenant.toml", 2, 1}, "location", "B"});
}
