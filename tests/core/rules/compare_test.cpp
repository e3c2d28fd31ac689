// Who would move by other rules.
#include "core/rules/compare.hpp"
#include "tests/core/rules/rules_builder.hpp"

using namespace usersync;
using namespace usersync::test;
using rules::compare;

namespace {

const Cells in_a = {{"location", {"A"}}};
const Cells bakers = {{"job_title", {"Baker"}}};
const std::vector<Employee> two = {employee("1", {"A"}, {}, "Baker"), employee("2", {"A"}, {}, "Cook")};

const GroupRef north = named(GroupKind::business_unit, "North");
const GroupRef south = named(GroupKind::business_unit, "South");

}  // namespace

TEST_CASE("the same rules move nobody, also when another rule gives the same", "[core][rules][compare]") {
    const auto before = desired(Rules().row(in_a, unit("North")), two);
    const auto after = desired(Rules().table().row({}, unit("North")), two);

    const auto moves = compare(before, after);

    CHECK(moves.people.empty());
    CHECK(moves.groups.empty());
    CHECK(moves.wanted_before == 2);
}

TEST_CASE("a group that is given to others is told by group and by person", "[core][rules][compare]") {
    const auto before = desired(Rules().row(in_a, unit("North")), two);
    const auto after =
        desired(Rules().row(bakers, unit("South")).row(in_a, unit("North"), "job_title == \"Cook\""), two);

    const auto moves = compare(before, after);

    REQUIRE(moves.groups.size() == 2);
    CHECK(moves.groups[0] == rules::GroupMoves{north, 2, 1, {}, {EmployeeKey("1")}});
    CHECK(moves.groups[1] == rules::GroupMoves{south, 0, 1, {EmployeeKey("1")}, {}});
    REQUIRE(moves.people.size() == 1);
    CHECK(moves.people[0].joins == std::vector{south});
    CHECK(moves.people[0].leaves == std::vector{north});
    CHECK(moves.people[0].standing_before == "wanted");
}

TEST_CASE("somebody who would leave the network leaves their groups and their role", "[core][rules][compare]") {
    const auto base = Rules().row(in_a, unit("North")).role("admin", bakers);
    auto strict = base;
    strict.text.life_cycle.active = written("job_title == \"Cook\"");

    const auto moves = compare(desired(base, two), desired(strict, two));

    REQUIRE(moves.people.size() == 1);
    const auto& person = moves.people[0];
    CHECK(person.standing_after == "inactive");
    CHECK(person.leaves == std::vector{north});
    CHECK(person.roles == std::vector{rules::RoleMove{std::nullopt, RoleId("admin"), std::nullopt}});
    CHECK(moves.wanted_after == 1);
}

TEST_CASE("what else differs is named", "[core][rules][compare]") {
    auto after = Rules().invite("sms", "nl-NL");
    after.text.user_name = written("{employee_id}");
    after.text.temporary_password = written("secret{employee_id}");
    auto kept = about("1");
    kept.never_remove = true;
    kept.keep_in_groups = {unit("North")};
    kept.not_in_groups = {unit("South")};
    kept.do_not_invite = true;
    after.exception(kept);

    const auto moves = compare(desired(Rules(), two), desired(after, two));

    REQUIRE(moves.people.size() == 2);
    CHECK(moves.people[0].others == std::vector<std::string>{"forbidden groups", "invitation", "kept groups",
                                                             "never removed", "not invited", "temporary password",
                                                             "user name"});
    CHECK(moves.people[1].others == std::vector<std::string>{"invitation", "temporary password", "user name"});
    CHECK(moves.people[0].joins.empty());
}

TEST_CASE("people who are in one record only are absent in the other", "[core][rules][compare]") {
    const auto rules = Rules().row(in_a, unit("North"));

    const auto moves = compare(desired(rules, {two[0]}), desired(rules, two));

    REQUIRE(moves.people.size() == 1);
    CHECK(moves.people[0].standing_before == "absent");
    CHECK(moves.people[0].joins == std::vector{north});
}
