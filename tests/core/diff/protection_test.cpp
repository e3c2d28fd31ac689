// What nobody may change, whatever the rules say, and the order in which groups come and go.

#include "core/diff/diff.hpp"

#include "tests/support/network_builder.hpp"

#include <catch2/catch.hpp>

using namespace usersync;
using namespace usersync::test;

namespace {

using Lines = std::vector<std::string>;

ChangeSet compare(std::vector<DesiredUser> users, std::vector<ActualUser> accounts, std::vector<OwnedUser> owned,
                  const diff::Policy& policy = {}) {
    return diff::diff(should_be(std::move(users)), network_of(std::move(accounts)), Ownership{std::move(owned)},
                      policy);
}

ActualUser locked(ActualUser user) {
    user.locked = true;
    return user;
}

ActualUser external(ActualUser user) {
    user.external = true;
    return user;
}

ActualNetwork with_departments(std::vector<ActualUser> users) {
    auto network = network_of(std::move(users));
    network.groups.push_back({GroupEid("a-local"), GroupKind::local_department, "Bakery 12", std::nullopt});
    network.groups.push_back({GroupEid("g20"), GroupKind::department, "Bakery", std::nullopt});
    sort_network(network);
    return network;
}

}  // namespace

TEST_CASE("a leaver whose account another application has locked keeps it, and is shown", "[core][diff]") {
    const auto found = compare({}, {locked(account("1001", {"g12"}))}, {ours("1001", {"g12"})},
                               {.leavers = diff::LeaverAction::remove});

    CHECK(lines_of(found) == Lines{"remove_from_groups 1001 g12"});
    CHECK(notes_of(found.notes) == Lines{"protected 1001"});
}

TEST_CASE("profile and role of an account that another application has locked are left alone", "[core][diff]") {
    auto person = as_admin(wanted("1001", {"Store 12"}));
    person.profile.job_title = "Manager";
    const auto found = compare({person}, {locked(account("1001"))}, {ours("1001")});

    CHECK(lines_of(found) == Lines{"add_to_groups 1001 g12"});
    CHECK(notes_of(found.notes) == Lines{"protected 1001"});
}

TEST_CASE("an account that another application has locked is not adopted, nor reactivated", "[core][diff]") {
    const auto found = compare({wanted("1001")}, {locked(account("1001"))}, {});
    CHECK(lines_of(found).empty());
    CHECK(notes_of(found.notes) == Lines{"protected 1001"});

    const auto back = compare({wanted("1001", {"Store 12"})}, {locked(suspended(account("1001")))}, {ours("1001")});
    CHECK(lines_of(back).empty());
    CHECK(notes_of(back.notes) == Lines{"protected 1001"});
}

TEST_CASE("a membership that another application has locked stays, also when it is ours", "[core][diff]") {
    auto member = account("1001", {"g12", "g14"});
    member.locked_groups = {GroupEid("g12")};
    const auto found = compare({wanted("1001")}, {member}, {ours("1001", {"g12", "g14"})});

    CHECK(lines_of(found) == Lines{"remove_from_groups 1001 g14"});
    CHECK(notes_of(found.notes) == Lines{"protected 1001"});
}

TEST_CASE("somebody from outside keeps one group at least", "[core][diff]") {
    const auto stray =
        compare({wanted("1001")}, {external(account("1001", {"g12", "g14"}))}, {ours("1001", {"g12", "g14"})});
    CHECK(lines_of(stray) == Lines{"remove_from_groups 1001 g14"});
    CHECK(notes_of(stray.notes) == Lines{"protected 1001"});

    const auto leaver = compare({}, {external(account("1001", {"g12"}))}, {ours("1001", {"g12"})});
    CHECK(lines_of(leaver) == Lines{"suspend_user 1001"});

    // Another group is theirs, or will be: then nothing is kept.
    CHECK(lines_of(compare({wanted("1001")}, {external(account("1001", {"g12", "g14"}))}, {ours("1001", {"g12"})})) ==
          Lines{"remove_from_groups 1001 g12"});
    CHECK(lines_of(compare({wanted("1001", {"Store 14"})}, {external(account("1001", {"g12"}))},
                           {ours("1001", {"g12"})})) == Lines{"add_to_groups 1001 g14", "remove_from_groups 1001 g12"});
}

TEST_CASE("people come into a local department after what is above it, and leave it before", "[core][diff]") {
    auto person = wanted("1001", {"Store 12"});
    person = placed(std::move(person), [](Placement& says) {
        const GroupRef local{.by = GroupRef::By::name, .kind = GroupKind::local_department, .text = "Bakery 12"};
        says.groups.push_back({local, DesiredMembership::Mode::member, {reason("rule")}});
        says.groups.push_back({department("Bakery"), DesiredMembership::Mode::member, {reason("rule")}});
        std::sort(says.groups.begin(), says.groups.end());
    });
    CHECK(lines_of(diff::diff(should_be({person}), with_departments({account("1001")}), {{ours("1001")}}, {})) ==
          Lines{"add_to_groups 1001 g12,g20,a-local"});

    const auto member = account("1001", {"a-local", "g12", "g20"});
    const Ownership ownership{{ours("1001", {"a-local", "g12", "g20"})}};
    CHECK(lines_of(diff::diff(should_be({wanted("1001")}), with_departments({member}), ownership, {})) ==
          Lines{"remove_from_groups 1001 a-local,g12,g20"});
}

TEST_CASE("nobody leaves a business unit while they stay in a local department of it", "[core][diff]") {
    auto network = with_departments({account("1001", {"a-local", "g12", "g20"})});
    for (auto& group : network.groups) {
        if (group.eid == GroupEid("a-local")) group.parent = GroupEid("g12");
    }

    // Somebody else placed them in the local department.
    const Ownership two{{ours("1001", {"g12", "g20"})}};
    const auto moved = diff::diff(should_be({wanted("1001")}), network, two, {});
    CHECK(lines_of(moved) == Lines{"remove_from_groups 1001 g20"});
    CHECK(notes_of(moved.notes) == Lines{"protected 1001"});
    const auto left = diff::diff(should_be({}), network, two, {});
    CHECK(lines_of(left) == Lines{"remove_from_groups 1001 g20", "suspend_user 1001"});

    // Ours: they leave both.
    const Ownership all{{ours("1001", {"a-local", "g12", "g20"})}};
    CHECK(lines_of(diff::diff(should_be({wanted("1001")}), network, all, {})) ==
          Lines{"remove_from_groups 1001 a-local,g12,g20"});
}

TEST_CASE("which of two local departments of one name is meant is never guessed", "[core][diff]") {
    auto network = network_of({account("1001")});
    network.groups.push_back({GroupEid("b12"), GroupKind::local_department, "Bakery", {}, GroupEid("g12")});
    network.groups.push_back({GroupEid("b14"), GroupKind::local_department, "Bakery", {}, GroupEid("g14")});
    sort_network(network);
    const auto person = placed(wanted("1001"), [](Placement& says) {
        const GroupRef local{.by = GroupRef::By::name, .kind = GroupKind::local_department, .text = "Bakery"};
        says.groups.push_back({local, DesiredMembership::Mode::member, {reason("rule")}});
    });
    const auto found = diff::diff(should_be({person}), network, {{ours("1001")}}, {});

    CHECK(lines_of(found).empty());
    CHECK(notes_of(found.notes) == Lines{"unknown_group 1001"});

    // A rule that may make it says of which business unit it is.
    auto desired = should_be({person});
    desired.groups_to_make = {{.group = person.placement->groups.front().group,
                               .reason = reason("rule"),
                               .parents = {business_unit("Store 14"), department("Bakery")}}};
    CHECK(lines_of(diff::diff(desired, network, {{ours("1001")}}, {})) == Lines{"add_to_groups 1001 b14"});
    std::erase_if(network.groups, [](const ActualGroup& group) { return group.eid == GroupEid("b14"); });
    network.groups.push_back({GroupEid("d1"), GroupKind::department, "Bakery", {}});
    sort_network(network);
    CHECK(lines_of(diff::diff(desired, network, {{ours("1001")}}, {})) ==
          Lines{"make_group local_department Bakery in g14 and d1"});
}
