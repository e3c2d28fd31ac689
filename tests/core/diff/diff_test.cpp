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

}  // namespace

TEST_CASE("a new employee is created, placed and given the role", "[core][diff]") {
    const auto changes = compare({as_admin(wanted("1001", {"Store 12"}))}, {}, {});

    CHECK(lines_of(changes) == Lines{"create_user 1001", "add_to_groups 1001 g12", "change_role 1001 member>admin"});
    CHECK(changes.notes.empty());
}

TEST_CASE("somebody who is as they should be needs nothing", "[core][diff]") {
    const auto changes = compare({wanted("1001", {"Store 12"})}, {account("1001", {"g12"})}, {ours("1001", {"g12"})});

    CHECK(changes == ChangeSet{});
}

TEST_CASE("an account that was there before is adopted with the memberships that the rules want", "[core][diff]") {
    const auto changes = compare({wanted("1001", {"Store 12"})}, {account("1001", {"g12", "g14"})}, {});

    CHECK(lines_of(changes) == Lines{"adopt 1001 user g12"});
}

TEST_CASE("a mover leaves the old store and joins the new one", "[core][diff]") {
    const auto changes = compare({wanted("1001", {"Store 14"})}, {account("1001", {"g12"})}, {ours("1001", {"g12"})});

    CHECK(lines_of(changes) == Lines{"add_to_groups 1001 g14", "remove_from_groups 1001 g12"});
}

TEST_CASE("a membership that somebody gave by hand is never taken away", "[core][diff]") {
    const auto changes = compare({wanted("1001")}, {account("1001", {"g12"})}, {ours("1001")});

    CHECK(changes == ChangeSet{});
}

TEST_CASE("a person whose group the network does not have keeps every membership and is shown", "[core][diff]") {
    const auto changes = compare({wanted("1001", {"Store 99"})}, {account("1001", {"g12"})}, {ours("1001", {"g12"})});

    CHECK(lines_of(changes).empty());
    CHECK(notes_of(changes.notes) == Lines{"unknown_group 1001"});
}

TEST_CASE("a place that no rule knows may be a new name of the old one: the person keeps it, and is shown",
          "[core][diff]") {
    auto mover = wanted("1001");
    mover.unmapped_fields = {"location"};
    auto desired = should_be({mover});
    desired.field_groups = {{"location", {business_unit("Store 12")}, {}}};
    const auto network = network_of({account("1001", {"g12", "g14"})});
    const auto changes = diff::diff(desired, network, Ownership{{ours("1001", {"g12", "g14"})}}, {});

    CHECK(lines_of(changes) == Lines{"remove_from_groups 1001 g14"});
    CHECK(notes_of(changes.notes) == Lines{"unmapped 1001"});
}

TEST_CASE("a place that the record says nothing about keeps the memberships of its rules", "[core][diff]") {
    auto person = wanted("1001");
    person.empty_fields = {"location"};
    auto desired = should_be({person});
    desired.field_groups = {{"location", {}, {GroupKind::business_unit}}};
    const auto network = network_of({account("1001", {"g12"})});
    const Ownership ownership{{ours("1001", {"g12"})}};

    CHECK(diff::diff(desired, network, ownership, {}) == ChangeSet{});

    desired.users.front().empty_fields = {};  // the record says that there is none
    CHECK(lines_of(diff::diff(desired, network, ownership, {})) == Lines{"remove_from_groups 1001 g12"});
}

TEST_CASE("an address whose holder keeps it after all is not claimed", "[core][diff]") {
    auto holder = wanted("1001");
    holder.profile.email = profile_of("1003").email;  // which 1003 keeps, so 1001 keeps its own
    auto newcomer = wanted("1002");
    newcomer.profile.email = profile_of("1001").email;
    auto third = wanted("1003");
    third.profile.email = std::nullopt;
    const auto changes =
        compare({holder, newcomer, third}, {account("1001"), account("1003")}, {ours("1001"), ours("1003")});

    CHECK(lines_of(changes).empty());
    CHECK(notes_of(changes.notes) == Lines{"conflict 1001", "conflict 1002"});
}

TEST_CASE("a role that somebody gave by hand is never taken away or replaced", "[core][diff]") {
    auto editor = account("1001");
    editor.role = RoleId("editor");
    const auto changes = compare({as_admin(wanted("1001"))}, {editor}, {ours("1001")});

    CHECK(lines_of(changes).empty());
    CHECK(notes_of(changes.notes) == Lines{"protected 1001"});
}

TEST_CASE("a group name that two groups of one kind share is ambiguous, so nobody is placed by it", "[core][diff]") {
    auto network = network_of({account("1001")});
    network.groups.push_back({GroupEid("g12b"), GroupKind::business_unit, "Store 12", std::nullopt});
    const auto changes = diff::diff(should_be({wanted("1001", {"Store 12"})}), network, Ownership{{ours("1001")}}, {});

    CHECK(lines_of(changes).empty());
    CHECK(notes_of(changes.notes) == Lines{"unknown_group 1001"});
}

TEST_CASE("a leaver loses role and groups, and is suspended", "[core][diff]") {
    auto leaver = account("1001", {"g12", "g14"});
    leaver.role = RoleId("admin");
    auto owned = ours("1001", {"g12"});
    owned.role = RoleId("admin");
    const auto changes = compare({}, {leaver}, {owned});

    CHECK(lines_of(changes) ==
          Lines{"change_role 1001 admin>member", "remove_from_groups 1001 g12", "suspend_user 1001"});
}

TEST_CASE("a tenant may have leavers removed from the network after the suspension", "[core][diff]") {
    const auto changes = compare({}, {account("1001")}, {ours("1001")}, {.leavers = diff::LeaverAction::remove});

    CHECK(lines_of(changes) == Lines{"suspend_user 1001", "end_membership 1001"});
}

TEST_CASE("somebody who is suspended already is not suspended again", "[core][diff]") {
    CHECK(compare({}, {suspended(account("1001"))}, {ours("1001")}) == ChangeSet{});
}

TEST_CASE("an account that is not ours is left alone when it is not in the record", "[core][diff]") {
    const auto changes = compare({}, {account("1001", {"g12"})}, {});

    CHECK(lines_of(changes).empty());
    CHECK(notes_of(changes.notes) == Lines{"protected 1001"});
}

TEST_CASE("people without an XID are nobody's business", "[core][diff]") {
    auto stranger = account("x");
    stranger.xid.reset();
    CHECK(compare({}, {stranger}, {}) == ChangeSet{});
}

TEST_CASE("an administrator by hand who left the record is left alone and shown", "[core][diff]") {
    auto administrator = account("1001");
    administrator.role = RoleId("admin");
    const auto changes = compare({}, {administrator}, {ours("1001")});

    CHECK(lines_of(changes).empty());
    CHECK(notes_of(changes.notes) == Lines{"protected 1001"});
}

TEST_CASE("an administrator by hand keeps the role when a rule says less", "[core][diff]") {
    auto administrator = account("1001");
    administrator.role = RoleId("admin");
    auto person = wanted("1001");
    person.role = DesiredRole{RoleId("editor"), {}};
    const auto changes = compare({person}, {administrator}, {ours("1001")});

    CHECK(lines_of(changes).empty());
    CHECK(notes_of(changes.notes) == Lines{"protected 1001"});
}

TEST_CASE("a role that we gave is taken back when no rule gives it any more", "[core][diff]") {
    auto manager = account("1001");
    manager.role = RoleId("admin");
    auto owned = ours("1001");
    owned.role = RoleId("admin");

    CHECK(lines_of(compare({wanted("1001")}, {manager}, {owned})) == Lines{"change_role 1001 admin>member"});
}

TEST_CASE("a role that a rule wants and the person has already is adopted", "[core][diff]") {
    auto manager = account("1001");
    manager.role = RoleId("admin");

    CHECK(lines_of(compare({as_admin(wanted("1001"))}, {manager}, {ours("1001")})) == Lines{"adopt 1001 admin"});
}

TEST_CASE("an invited person counts as having the default role", "[core][diff]") {
    auto invited = account("1001");
    invited.state = UserState::invited;
    invited.role = RoleId("invitee");

    CHECK(compare({wanted("1001")}, {invited}, {ours("1001")}) == ChangeSet{});
}

TEST_CASE("a role can wait until the invitation is accepted", "[core][diff]") {
    auto invited = account("1001");
    invited.state = UserState::invited;
    invited.role = RoleId("invitee");

    CHECK(lines_of(compare({as_admin(wanted("1001"))}, {invited}, {ours("1001")})) ==
          Lines{"change_role 1001 member>admin"});
    CHECK(lines_of(compare({as_admin(wanted("1001"))}, {invited}, {ours("1001")}, {.roles_before_activation = false}))
              .empty());
}

TEST_CASE("a changed phone number is one profile update that names the field", "[core][diff]") {
    auto person = wanted("1001");
    person.profile.phone = "+31201234567";
    const auto changes = compare({person}, {account("1001")}, {ours("1001")});

    REQUIRE(lines_of(changes) == Lines{"update_profile 1001 phone"});
    CHECK(std::get<UpdateProfile>(changes.changes[0].what).after.phone == "+31201234567");
}

TEST_CASE("a field that the record says nothing about is left as it is", "[core][diff]") {
    auto person = wanted("1001");
    person.profile.phone = std::nullopt;
    person.profile.job_title = std::nullopt;

    CHECK(compare({person}, {account("1001")}, {ours("1001")}) == ChangeSet{});
}

TEST_CASE("a field that the record says is empty is emptied", "[core][diff]") {
    auto person = wanted("1001");
    person.profile.job_title = "";
    const auto changes = compare({person}, {account("1001")}, {ours("1001")});

    REQUIRE(lines_of(changes) == Lines{"update_profile 1001 job_title"});
    CHECK(std::get<UpdateProfile>(changes.changes[0].what).after.job_title == "");
}

TEST_CASE("a field that the network does not show is not compared", "[core][diff]") {
    auto unseen = account("1001");
    unseen.profile.phone = std::nullopt;

    CHECK(compare({wanted("1001")}, {unseen}, {ours("1001")}) == ChangeSet{});
}

TEST_CASE("an infix makes no difference to a network that keeps it in the last name", "[core][diff]") {
    auto person = wanted("1001");
    person.profile.name = PersonName{.first = "Jan", .infix = "van der", .last = "Berg"};
    auto there = account("1001");
    there.profile.name = PersonName{.first = "Jan", .infix = "", .last = "van der Berg"};

    CHECK(compare({person}, {there}, {ours("1001")}) == ChangeSet{});
}

TEST_CASE("somebody who comes back is reactivated, not created again", "[core][diff]") {
    const auto changes = compare({wanted("1001", {"Store 12"})}, {suspended(account("1001"))}, {ours("1001")});

    CHECK(lines_of(changes) == Lines{"reactivate_user 1001", "add_to_groups 1001 g12"});
}

TEST_CASE("a frozen person is neither changed nor removed", "[core][diff]") {
    auto desired = should_be({});
    desired.frozen = {{EmployeeKey("1001"), "row 4: the e-mail address is not valid"}};
    const auto changes = diff::diff(desired, network_of({account("1001", {"g12"})}), Ownership{{ours("1001")}}, {});

    CHECK(lines_of(changes).empty());
    CHECK(notes_of(changes.notes) == Lines{"frozen 1001"});
}

TEST_CASE("a record that could not be read whole removes nobody", "[core][diff]") {
    auto desired = should_be({wanted("1002")});
    desired.completeness = Completeness::partial;
    const auto changes = diff::diff(desired, network_of({account("1001")}), Ownership{{ours("1001")}}, {});

    CHECK(lines_of(changes) == Lines{
                                   "create_user 1002",
                               });
    CHECK(notes_of(changes.notes) == Lines{"no_removal 1001"});
}

TEST_CASE("an address that belongs to an unlinked account is a conflict, not a second account", "[core][diff]") {
    auto unlinked = account("x");
    unlinked.xid.reset();
    unlinked.profile.email = profile_of("1001").email;
    const auto changes = compare({wanted("1001")}, {unlinked}, {});

    CHECK(lines_of(changes).empty());
    CHECK(notes_of(changes.notes) == Lines{"conflict 1001"});
}

TEST_CASE("an address that another person keeps is a conflict", "[core][diff]") {
    auto newcomer = wanted("1002");
    newcomer.profile.email = profile_of("1001").email;
    auto holder = wanted("1001");
    holder.profile.email = std::nullopt;  // the record says nothing about the holder's address: it stays
    const auto changes = compare({holder, newcomer}, {account("1001")}, {ours("1001")});

    CHECK(lines_of(changes).empty());
    CHECK(notes_of(changes.notes) == Lines{"conflict 1002"});
}

TEST_CASE("an address may be claimed in the run in which its holder gives it up", "[core][diff]") {
    auto holder = wanted("1001");
    holder.profile.email = "new@shop.example";
    auto newcomer = wanted("1002");
    newcomer.profile.email = profile_of("1001").email;
    const auto changes = compare({holder, newcomer}, {account("1001")}, {ours("1001")});

    CHECK(lines_of(changes) == Lines{"update_profile 1001 email", "create_user 1002"});
    CHECK(changes.notes.empty());
}

TEST_CASE("two people who swap addresses are a conflict for both", "[core][diff]") {
    auto one = wanted("1001");
    auto other = wanted("1002");
    std::swap(one.profile.email, other.profile.email);
    const auto changes = compare({one, other}, {account("1001"), account("1002")}, {ours("1001"), ours("1002")});

    CHECK(lines_of(changes).empty());
    CHECK(notes_of(changes.notes) == Lines{"conflict 1001", "conflict 1002"});
}

TEST_CASE("an XID that two accounts share is a conflict and nothing is sent", "[core][diff]") {
    auto twin = account("1001");
    twin.eid = UserEid("u9");
    const auto changes = compare({wanted("1001", {"Store 12"})}, {account("1001"), twin}, {ours("1001")});

    CHECK(lines_of(changes).empty());
    CHECK(notes_of(changes.notes) == Lines{"conflict 1001"});
}

TEST_CASE("a rule that names a group nobody has is reported even when it places nobody", "[core][diff]") {
    auto desired = should_be({});
    desired.managed_groups = {business_unit("Store 99")};

    CHECK(notes_of(diff::diff(desired, network_of({}), {}, {}).notes) == Lines{"unknown_group"});
}
