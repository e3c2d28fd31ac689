// Roles in groups, where a call can give them.

#include "core/diff/diff.hpp"

#include "tests/support/network_builder.hpp"

#include <catch2/catch.hpp>

using namespace usersync;
using namespace usersync::test;

namespace {

using Lines = std::vector<std::string>;

diff::Policy by_call(Drift::Answer answer = Drift::Answer::repair) {
    diff::Policy policy;
    policy.group_roles_by_call = true;
    policy.drift.roles = answer;
    return policy;
}

DesiredUser leading(DesiredUser user, const std::string& store) {
    return placed(std::move(user), [&](Placement& says) {
        says.group_roles.push_back({business_unit(store), {RoleId("admin"), reason("role rule")}});
    });
}

ActualUser with_role_in(ActualUser user, const std::string& group, const std::string& role) {
    user.group_roles.push_back({GroupEid(group), RoleId(role), MembershipEid("x")});
    return user;
}

OwnedUser owning_role_in(OwnedUser owned, const std::string& group, const std::string& role) {
    owned.group_roles.push_back({GroupEid(group), RoleId(role)});
    return owned;
}

ChangeSet compare(std::vector<DesiredUser> users, std::vector<ActualUser> accounts, std::vector<OwnedUser> owned,
                  const diff::Policy& policy) {
    return diff::diff(should_be(std::move(users)), network_of(std::move(accounts)), Ownership{std::move(owned)},
                      policy);
}

}  // namespace

TEST_CASE("a role in a group is given once the person is a member of it", "[core][diff]") {
    CHECK(lines_of(compare({leading(wanted("1001"), "Store 12")}, {}, {}, by_call())) ==
          Lines{"create_user 1001", "add_to_groups 1001 g12", "change_group_role 1001 g12 member>admin"});
    CHECK(lines_of(compare({leading(wanted("1001"), "Store 12")}, {account("1001", {"g12"})}, {ours("1001", {"g12"})},
                           by_call())) == Lines{"change_group_role 1001 g12 member>admin"});
}

TEST_CASE("a membership that goes says which role goes with it, and whose it was", "[core][diff]") {
    const auto there = with_role_in(with_role_in(account("1001", {"g12", "g14"}), "g12", "admin"), "g14", "editor");
    const auto owned = owning_role_in(ours("1001", {"g12", "g14"}), "g12", "admin");
    const auto moves = compare({wanted("1001")}, {there}, {owned}, by_call());
    const auto leaves = compare({}, {there}, {owned}, by_call());
    const auto by_hand = compare({}, {there}, {owned}, {});

    const std::vector<GroupRoleLost> roles{{GroupEid("g12"), RoleId("admin"), true},
                                           {GroupEid("g14"), RoleId("editor"), false}};
    for (const auto* found : {&moves, &leaves, &by_hand}) {
        std::vector<RemoveFromGroups> removals;
        for (const auto& one : found->changes) {
            if (const auto* remove = std::get_if<RemoveFromGroups>(&one.what)) removals.push_back(*remove);
        }
        REQUIRE(removals.size() == 1);
        CHECK(removals[0].roles == roles);
        CHECK(removals[0].roles_by_hand == (found == &by_hand));
    }
}

TEST_CASE("where no call gives a role in a group, somebody is told to give it", "[core][diff]") {
    const auto found =
        compare({leading(wanted("1001"), "Store 12")}, {account("1001", {"g12"})}, {ours("1001", {"g12"})}, {});

    CHECK(lines_of(found).empty());
    CHECK(notes_of(found.notes) == Lines{"by_hand 1001"});
}

TEST_CASE("a role in a group that is wanted and there already counts as ours", "[core][diff]") {
    CHECK(lines_of(compare({leading(wanted("1001"), "Store 12")},
                           {with_role_in(account("1001", {"g12"}), "g12", "admin")}, {ours("1001", {"g12"})},
                           by_call())) == Lines{"adopt 1001 admin@g12"});
}

TEST_CASE("a role in a group is taken back when no rule gives it, and only when it is ours", "[core][diff]") {
    const auto leader = with_role_in(account("1001", {"g12"}), "g12", "admin");
    const auto member = wanted("1001", {"Store 12"});

    CHECK(lines_of(compare({member}, {leader}, {owning_role_in(ours("1001", {"g12"}), "g12", "admin")}, by_call())) ==
          Lines{"change_group_role 1001 g12 admin>member"});
    CHECK(compare({member}, {leader}, {ours("1001", {"g12"})}, by_call()) == ChangeSet{});
    // In a membership by hand, the role alone.
    CHECK(lines_of(compare({wanted("1001")}, {leader}, {owning_role_in(ours("1001"), "g12", "admin")}, by_call())) ==
          Lines{"change_group_role 1001 g12 admin>member"});
    // With the membership, it goes by itself.
    CHECK(lines_of(compare({wanted("1001")}, {leader}, {owning_role_in(ours("1001", {"g12"}), "g12", "admin")},
                           by_call())) == Lines{"remove_from_groups 1001 g12"});
}

TEST_CASE("another role in a group that somebody gave is neither replaced nor taken away", "[core][diff]") {
    const auto found =
        compare({leading(wanted("1001"), "Store 12")}, {with_role_in(account("1001", {"g12"}), "g12", "editor")},
                {ours("1001", {"g12"})}, by_call());

    CHECK(lines_of(found).empty());
    CHECK(notes_of(found.notes) == Lines{"protected 1001"});
}

TEST_CASE("a role in a group that somebody took away is given again, given up or left", "[core][diff]") {
    struct Case {
        Drift::Answer answer;
        Lines changes;
    };
    for (const auto& [answer, changes] :
         {Case{Drift::Answer::repair, {"change_group_role 1001 g12 member>admin"}},
          Case{Drift::Answer::adopt, {"release 1001 admin@g12"}}, Case{Drift::Answer::ignore, {}}}) {
        INFO(to_string(answer));
        const auto found = compare({leading(wanted("1001"), "Store 12")}, {account("1001", {"g12"})},
                                   {owning_role_in(ours("1001", {"g12"}), "g12", "admin")}, by_call(answer));

        CHECK(lines_of(found) == changes);
        CHECK(lines_of(found.drift) ==
              Lines{"group_role_changed 1001 role admin in business_unit Store 12 " + std::string(to_string(answer))});
    }
}

TEST_CASE("a role in a group that was given up stays away while the rules want it", "[core][diff]") {
    auto owned = ours("1001", {"g12"});
    owned.group_roles_declined = {GroupEid("g12")};

    const auto found = compare({leading(wanted("1001"), "Store 12")}, {account("1001", {"g12"})}, {owned}, by_call());
    CHECK(lines_of(found).empty());
    CHECK(notes_of(found.notes) == Lines{"left_alone 1001"});
    CHECK(lines_of(compare({wanted("1001", {"Store 12"})}, {account("1001", {"g12"})}, {owned}, by_call())) ==
          Lines{"release 1001 -declined_group_role:g12"});
}

TEST_CASE("a leaver's role of ours in a membership by hand is taken back; the membership stays", "[core][diff]") {
    CHECK(lines_of(compare({}, {with_role_in(account("1001", {"g12"}), "g12", "admin")},
                           {owning_role_in(ours("1001"), "g12", "admin")}, by_call())) ==
          Lines{"suspend_user 1001", "change_group_role 1001 g12 admin>member"});
}

TEST_CASE("whoever is on leave keeps roles in groups", "[core][diff]") {
    auto owned = owning_role_in(ours("1001"), "g12", "admin");
    auto desired = should_be({});
    desired.not_wanted.push_back(not_wanted("1001", Absence::on_leave));
    const auto found = diff::diff(desired, network_of({with_role_in(account("1001", {"g12"}), "g12", "admin")}),
                                  Ownership{{owned}}, by_call());
    CHECK(lines_of(found) == Lines{"suspend_user 1001"});
}

TEST_CASE("a role in a group that waits for the acceptance does not wait for whoever is brought back", "[core][diff]") {
    auto policy = by_call();
    policy.roles_before_activation = false;
    auto left = account("1001");
    left.state = UserState::suspended;
    CHECK(lines_of(compare({leading(wanted("1001"), "Store 12")}, {left}, {ours("1001")}, policy)) ==
          Lines{"reactivate_user 1001", "add_to_groups 1001 g12", "change_group_role 1001 g12 member>admin"});
    CHECK(lines_of(compare({leading(wanted("1001"), "Store 12")}, {}, {}, policy)) ==
          Lines{"create_user 1001", "add_to_groups 1001 g12"});
}

TEST_CASE("a role in a group that another application has locked is left alone", "[core][diff]") {
    auto locked = account("1001", {"g12"});
    locked.locked_groups = {GroupEid("g12")};
    const auto found = compare({leading(wanted("1001"), "Store 12")}, {locked}, {ours("1001", {"g12"})}, by_call());

    CHECK(lines_of(found).empty());
    CHECK(notes_of(found.notes) == Lines{"protected 1001"});
}
