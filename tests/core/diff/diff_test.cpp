#include "core/diff/diff.hpp"

#include "tests/support/network_builder.hpp"

#include <catch2/catch.hpp>

#include <optional>

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
    const auto mover = placed(wanted("1001"), [](Placement& says) { says.unmapped_fields = {"location"}; });
    auto desired = should_be({mover});
    desired.field_groups = {{"location", {business_unit("Store 12")}, {}}};
    const auto network = network_of({account("1001", {"g12", "g14"})});
    const auto changes = diff::diff(desired, network, Ownership{{ours("1001", {"g12", "g14"})}}, {});

    CHECK(lines_of(changes) == Lines{"remove_from_groups 1001 g14"});
    CHECK(notes_of(changes.notes) == Lines{"unmapped 1001"});
}

TEST_CASE("a place that the record says nothing about keeps the memberships of its rules", "[core][diff]") {
    const auto person = placed(wanted("1001"), [](Placement& says) { says.empty_fields = {"location"}; });
    auto desired = should_be({person});
    desired.field_groups = {{"location", {}, {GroupKind::business_unit}}};
    const auto network = network_of({account("1001", {"g12"})});
    const Ownership ownership{{ours("1001", {"g12"})}};

    const auto kept = diff::diff(desired, network, ownership, {});
    CHECK(lines_of(kept).empty());
    CHECK(kept.notes ==
          std::vector<Note>{{Note::Kind::kept, EmployeeKey("1001"), "keeps \"Store 12\": location says nothing"}});

    desired.users = {wanted("1001")};  // the record says that there is none
    CHECK(lines_of(diff::diff(desired, network, ownership, {})) == Lines{"remove_from_groups 1001 g12"});
}

TEST_CASE("what is kept for an empty field is noted once for each field, and not where nothing would be lost",
          "[core][diff]") {
    const auto person = placed(wanted("1001", {"Store 12"}), [](Placement& says) {
        says.empty_fields = {"contract", "department"};
    });
    auto desired = should_be({person});
    desired.field_groups = {{"contract", {}, {GroupKind::business_unit}}, {"department", {}, {GroupKind::topic}}};

    CHECK(diff::diff(desired, network_of({account("1001", {"g12"})}), Ownership{{ours("1001", {"g12"})}}, {}) ==
          ChangeSet{});
    CHECK(notes_of(diff::diff(desired, network_of({account("1001", {"g12", "g14"})}),
                              Ownership{{ours("1001", {"g12", "g14"})}}, {})
                       .notes) == Lines{"kept 1001"});
}

TEST_CASE("a role of ours stays while the record does not say that it is not theirs any more", "[core][diff]") {
    auto boss = account("1001");
    boss.role = RoleId("admin");
    auto owned = ours("1001");
    owned.role = RoleId("admin");
    const auto doubtful = placed(wanted("1001"), [](Placement& says) {
        says.doubted_roles = {{RoleId("admin"), {"contract"}}};
    });
    const auto changes = compare({doubtful}, {boss}, {owned});

    CHECK(lines_of(changes).empty());
    CHECK(changes.notes ==
          std::vector<Note>{{Note::Kind::kept, EmployeeKey("1001"), "keeps the role admin: contract says nothing"}});
    SECTION("also where a lower one is theirs for certain") {
        const auto planner = placed(doubtful, [](Placement& says) {
            says.role = DesiredRole{.role = RoleId("planner"), .reason = reason("role_mapping[0]")};
        });
        CHECK(lines_of(compare({planner}, {boss}, {owned})).empty());
    }
    SECTION("another role is no matter of this doubt") {
        const auto other = placed(wanted("1001"), [](Placement& says) {
            says.doubted_roles = {{RoleId("planner"), {"contract"}}};
        });
        CHECK(lines_of(compare({other}, {boss}, {owned})) == Lines{"change_role 1001 admin>member"});
    }
    SECTION("nobody is given a role by doubt") {
        CHECK(compare({doubtful}, {account("1001")}, {ours("1001")}) == ChangeSet{});
    }
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
    const auto changes = compare({with_role(wanted("1001"), "editor")}, {administrator}, {ours("1001")});

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

TEST_CASE("an XID that two accounts share is a conflict and nothing is sent", "[core][diff][fault26]") {
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

// ---- people whom the record has, and who should not be in the network ----------------------------------------

namespace {

ChangeSet compare_absence(const NotWanted& person, std::vector<ActualUser> accounts, std::vector<OwnedUser> owned,
                          Completeness completeness = Completeness::complete) {
    auto desired = should_be({});
    desired.not_wanted = {person};
    desired.completeness = completeness;
    return diff::diff(desired, network_of(std::move(accounts)), Ownership{std::move(owned)}, {});
}

ActualUser invited(ActualUser user) {
    user.state = UserState::invited;
    user.role = RoleId("invitee");
    return user;
}

}  // namespace

TEST_CASE("what becomes of people in the record who should not be in the network", "[core][diff]") {
    struct Case {
        Absence absence;
        const char* account;  // "none", "active", "invited", "suspended", "not ours", "administrator by hand"
        Lines changes;
        Lines notes;
    };
    const Lines leaves{"remove_from_groups 1001 g12", "suspend_user 1001"};
    const Lines nothing;
    const Lines left_alone{"left_alone 1001"};
    const Lines protected_{"protected 1001"};
    const Lines open{"not_admitted 1001"};
    const Lines unclear{"unclear 1001"};
    const std::vector<Case> cases{
        {Absence::ended, "none", nothing, nothing},
        {Absence::ended, "active", leaves, nothing},
        {Absence::ended, "invited", leaves, nothing},
        {Absence::ended, "suspended", nothing, nothing},
        {Absence::ended, "not ours", nothing, protected_},
        {Absence::ended, "administrator by hand", nothing, protected_},
        {Absence::inactive, "none", nothing, nothing},
        {Absence::inactive, "active", leaves, nothing},
        {Absence::inactive, "not ours", nothing, protected_},
        {Absence::not_started, "none", nothing, nothing},
        {Absence::not_started, "active", nothing, left_alone},
        {Absence::not_started, "not ours", nothing, left_alone},
        {Absence::on_leave, "none", nothing, nothing},
        {Absence::on_leave, "active", {"suspend_user 1001"}, nothing},
        {Absence::on_leave, "invited", nothing, nothing},
        {Absence::on_leave, "suspended", nothing, nothing},
        {Absence::on_leave, "not ours", nothing, protected_},
        {Absence::on_leave, "administrator by hand", nothing, protected_},
        {Absence::excluded, "none", nothing, left_alone},
        {Absence::excluded, "active", nothing, left_alone},
        {Absence::excluded, "suspended", nothing, left_alone},
        {Absence::unclear, "none", nothing, unclear},
        {Absence::unclear, "active", nothing, unclear},
        {Absence::unclear, "suspended", nothing, unclear},
        {Absence::unclear, "not ours", nothing, unclear},
        {Absence::no_email, "none", nothing, open},
        {Absence::no_email, "active", nothing, open},
        {Absence::no_business_unit, "active", nothing, open},
        {Absence::no_group, "active", nothing, open},
    };
    for (const auto& [absence, name, changes, notes] : cases) {
        INFO(to_string(absence) << ", account: " << name);
        const std::string which = name;
        auto there = account("1001", {"g12"});
        if (which == "invited") there = invited(there);
        if (which == "suspended") there = suspended(account("1001"));
        if (which == "administrator by hand") there.role = RoleId("admin");
        const auto found = compare_absence(
            not_wanted("1001", absence), which == "none" ? std::vector<ActualUser>{} : std::vector<ActualUser>{there},
            which == "not ours" || which == "none" ? std::vector<OwnedUser>{} : std::vector{ours("1001", {"g12"})});

        CHECK(lines_of(found) == changes);
        CHECK(notes_of(found.notes) == notes);
    }
}

TEST_CASE("somebody whose row says that they have left leaves for the reason of that row", "[core][diff]") {
    auto leaver = not_wanted("1001", Absence::ended);
    leaver.reason = {.rule = "life_cycle", .origin = {"tenant.toml", 12, 1}, .column = "end_date", .value = ""};
    const auto changes = compare_absence(leaver, {account("1001")}, {ours("1001")});

    CHECK(lines_of(changes) == Lines{"suspend_user 1001"});
    CHECK(changes.changes.at(0).reason == leaver.reason);
}

TEST_CASE("a record that could not be read whole removes nobody for what a row of it says, either", "[core][diff]") {
    for (const auto absence : {Absence::ended, Absence::inactive, Absence::on_leave}) {
        INFO(to_string(absence));
        const auto changes = compare_absence(not_wanted("1001", absence), {account("1001", {"g12"}), account("1002")},
                                             {ours("1001", {"g12"}), ours("1002")}, Completeness::partial);

        CHECK(lines_of(changes).empty());
        CHECK(notes_of(changes.notes) == Lines{"no_removal 1001", "no_removal 1002"});
    }
}

TEST_CASE("people who are never removed do not leave, whatever their row says", "[core][diff]") {
    for (const auto absence : {Absence::ended, Absence::inactive, Absence::on_leave}) {
        auto person = not_wanted("1001", absence);
        person.never_removed = reason("exception[1]");
        const auto changes = compare_absence(person, {account("1001", {"g12"})}, {ours("1001", {"g12"})});

        CHECK(lines_of(changes).empty());
        CHECK(notes_of(changes.notes) == Lines{"left_alone 1001"});
        CHECK(changes.notes.at(0).text.find("exception[1]") != std::string::npos);
    }
}

TEST_CASE("somebody who comes back from leave is reactivated, and has kept groups and role", "[core][diff]") {
    const auto changes = compare({wanted("1001")}, {suspended(account("1001"))}, {ours("1001")});

    CHECK(lines_of(changes) == Lines{"reactivate_user 1001"});
}

TEST_CASE("whoever is never removed stays when they are not in the record any more", "[core][diff]") {
    auto desired = should_be({});
    desired.never_removed = {
        {.key = EmployeeKey("1001"), .reason = reason("exception[1]"), .keep_in_groups = {}, .whole_account = true}};
    const auto network = network_of({account("1001", {"g12"}), account("1002")});
    const auto changes = diff::diff(desired, network, Ownership{{ours("1001", {"g12"}), ours("1002")}}, {});

    CHECK(lines_of(changes) == Lines{"suspend_user 1002"});
    CHECK(notes_of(changes.notes) == Lines{"left_alone 1001"});
}

TEST_CASE("a leaver keeps the memberships that an exception keeps, and nothing else", "[core][diff]") {
    auto desired = should_be({});
    desired.never_removed = {{.key = EmployeeKey("1001"),
                              .reason = reason("exception[1]"),
                              .keep_in_groups = {business_unit("Store 12")},
                              .whole_account = false}};
    const auto network = network_of({account("1001", {"g12", "g14"})});
    const auto changes = diff::diff(desired, network, Ownership{{ours("1001", {"g12", "g14"})}}, {});

    CHECK(lines_of(changes) == Lines{"remove_from_groups 1001 g14", "suspend_user 1001"});
    CHECK(changes.notes ==
          std::vector<Note>{{Note::Kind::left_alone, EmployeeKey("1001"), "stays in \"Store 12\": exception[1]"}});
}

TEST_CASE("never removing somebody protects the account; memberships and role follow the rules", "[core][diff]") {
    const auto person = placed(wanted("1001"), [](Placement& says) { says.never_removed = reason("exception[1]"); });
    auto manager = account("1001", {"g12"});
    manager.role = RoleId("admin");
    auto owned = ours("1001", {"g12"});
    owned.role = RoleId("admin");

    CHECK(lines_of(compare({person}, {manager}, {owned})) ==
          Lines{"change_role 1001 admin>member", "remove_from_groups 1001 g12"});
}

TEST_CASE("somebody who is not to be invited gets no account, but one that is there is kept in step", "[core][diff]") {
    const auto person =
        placed(wanted("1001", {"Store 12"}), [](Placement& says) { says.not_invited = reason("exception[1]"); });

    const auto without = compare({person}, {}, {});
    CHECK(lines_of(without).empty());
    CHECK(notes_of(without.notes) == Lines{"left_alone 1001"});

    const auto with = compare({person}, {account("1001")}, {ours("1001")});
    CHECK(lines_of(with) == Lines{"add_to_groups 1001 g12"});
    CHECK(with.notes.empty());
}

// ---- memberships of exceptions, and roles in groups ----------------------------------------------------------

TEST_CASE("a membership that is only kept is neither made nor ended", "[core][diff]") {
    const auto person = placed(wanted("1001"), [](Placement& says) {
        says.groups = {{.group = business_unit("Store 12"),
                        .mode = DesiredMembership::Mode::keep,
                        .reasons = {reason("exception[1]")}}};
    });

    CHECK(compare({person}, {account("1001")}, {ours("1001")}) == ChangeSet{});
    CHECK(compare({person}, {account("1001", {"g12"})}, {ours("1001", {"g12"})}) == ChangeSet{});
    CHECK(compare({person}, {account("1001", {"g12"})}, {ours("1001")}) == ChangeSet{});
}

TEST_CASE("a group that an exception forbids is left where the membership is ours, however it is named elsewhere",
          "[core][diff]") {
    const auto person = placed(wanted("1001", {"Store 12"}), [](Placement& says) {
        says.not_in_groups = {{.by = GroupRef::By::eid, .kind = {}, .text = "g12"}};
        says.unmapped_fields = {"location"};
    });
    auto desired = should_be({person});
    desired.field_groups = {{"location", {}, {GroupKind::business_unit}}};
    const auto network = network_of({account("1001", {"g12", "g14"})});

    CHECK(lines_of(diff::diff(desired, network, Ownership{{ours("1001", {"g12", "g14"})}}, {})) ==
          Lines{"remove_from_groups 1001 g12"});
    CHECK(lines_of(diff::diff(desired, network, Ownership{{ours("1001")}}, {})).empty());
}

TEST_CASE("a role in a group makes its holder a member of it; the role itself is shown, to be given by hand",
          "[core][diff]") {
    const auto person = placed(wanted("1001"), [](Placement& says) {
        says.group_roles = {{business_unit("Store 12"), {RoleId("admin"), reason("role_mapping[1]")}}};
    });
    const auto changes = compare({person}, {account("1001")}, {ours("1001")});

    CHECK(lines_of(changes) == Lines{"add_to_groups 1001 g12"});
    REQUIRE(notes_of(changes.notes) == Lines{"by_hand 1001"});
    CHECK(changes.notes[0].text == "should be admin of business_unit \"Store 12\": to be given by hand");
    CHECK_FALSE(is_open(Note::Kind::by_hand));
}

// ---- groups that are missing and may be made -----------------------------------------------------------------

namespace {

GroupToMake to_make(GroupRef group, std::vector<GroupRef> parents = {}) {
    return {.group = std::move(group), .reason = reason("group_mapping[1]"), .parents = std::move(parents)};
}

DesiredNetwork needs(std::vector<GroupToMake> groups, std::vector<DesiredUser> users = {}) {
    auto desired = should_be(std::move(users));
    for (const auto& group : groups) desired.managed_groups.push_back(group.group);
    desired.groups_to_make = std::move(groups);
    return desired;
}

}  // namespace

TEST_CASE("a group that is missing and may be made is made first, and whoever belongs there waits for it",
          "[core][diff]") {
    const auto desired =
        needs({to_make(business_unit("Store 99"))}, {wanted("1001", {"Store 14", "Store 99"}), wanted("1002")});
    const auto network = network_of({account("1001", {"g12"}), account("1002")});
    const auto changes = diff::diff(desired, network, Ownership{{ours("1001", {"g12"}), ours("1002")}}, {});

    CHECK(lines_of(changes) == Lines{"make_group business_unit Store 99", "add_to_groups 1001 g14"});
    CHECK(notes_of(changes.notes) == Lines{"awaits_group 1001"});
    CHECK(changes.changes.at(0).reason == reason("group_mapping[1]"));
}

TEST_CASE("a group that is there is not made again, and one whose name several groups have is not made either",
          "[core][diff]") {
    CHECK(diff::diff(needs({to_make(business_unit("Store 12"))}), network_of({}), {}, {}) == ChangeSet{});

    auto network = network_of({});
    network.groups.push_back({GroupEid("g12b"), GroupKind::business_unit, "Store 12", std::nullopt});
    const auto changes = diff::diff(needs({to_make(business_unit("Store 12"))}), network, {}, {});
    CHECK(lines_of(changes).empty());
    CHECK(notes_of(changes.notes) == Lines{"unknown_group"});
}

TEST_CASE("a local department is made under its business unit and its department, and waits for them", "[core][diff]") {
    const GroupRef local{.by = GroupRef::By::name, .kind = GroupKind::local_department, .text = "Bakery 12"};
    const auto wished = to_make(local, {business_unit("Store 12"), department("Bakery")});
    auto network = network_of({});

    const auto unknown = diff::diff(needs({wished}), network, {}, {});
    CHECK(lines_of(unknown).empty());
    CHECK(notes_of(unknown.notes) == Lines{"unknown_group", "unknown_group"});

    const auto waits = diff::diff(needs({to_make(department("Bakery")), wished}), network, {}, {});
    CHECK(lines_of(waits) == Lines{"make_group department Bakery"});
    CHECK(notes_of(waits.notes) == Lines{"awaits_group"});

    network.groups.push_back({GroupEid("d1"), GroupKind::department, "Bakery", std::nullopt});
    const auto made = diff::diff(needs({wished}), network, {}, {});
    CHECK(lines_of(made) == Lines{"make_group local_department Bakery 12 in g12 and d1"});
    CHECK(made.notes.empty());
}

// ---- how somebody is asked in --------------------------------------------------------------------------------

TEST_CASE("a new account carries how its owner is asked in, and never a password", "[core][diff]") {
    auto person = placed(wanted("1001"), [](Placement& says) {
        says.invitation = {.channel = InviteChannel::sms, .language = "nl-NL", .reason = reason("invite[1]")};
    });
    person.user_name = "person1001";
    person.temporary_password = Secret("Person1001");
    const auto changes = compare({person}, {}, {});

    REQUIRE(lines_of(changes) == Lines{"create_user 1001"});
    const auto& create = std::get<CreateUser>(changes.changes[0].what);
    CHECK(create.invitation == person.placement->invitation);
    CHECK(create.user_name == "person1001");
    CHECK(create.temporary_password);
    CHECK(changes.notes.empty());
}

TEST_CASE("somebody who can only come in on paper is shown until they have", "[core][diff]") {
    const auto on_paper =
        placed(wanted("1001"), [](Placement& says) { says.invitation.channel = InviteChannel::printable; });
    auto unreachable = wanted("1002");
    unreachable.profile.email = unreachable.profile.phone = std::nullopt;
    auto never_came = account("1003");
    never_came.profile.email = never_came.profile.phone = "";
    auto third = wanted("1003");
    third.profile = never_came.profile;
    const auto changes = compare({on_paper, unreachable, third}, {invited(never_came)}, {ours("1003")});

    CHECK(lines_of(changes) == Lines{"create_user 1001", "create_user 1002"});
    CHECK(notes_of(changes.notes) == Lines{"by_hand 1001", "by_hand 1002", "by_hand 1003"});
}

// ---- when a profile is filled --------------------------------------------------------------------------------

TEST_CASE("when each field of a profile is filled from the record", "[core][diff]") {
    struct Case {
        diff::Fill fill;
        std::optional<std::string> there;
        Lines changes;
    };
    const Lines update{"update_profile 1001 job_title"};
    const std::vector<Case> cases{
        {diff::Fill::always, "Baker", update},    {diff::Fill::always, "", update},
        {diff::Fill::on_invite, "Baker", {}},     {diff::Fill::on_invite, "", {}},
        {diff::Fill::if_empty, "Baker", {}},      {diff::Fill::if_empty, "", update},
        {diff::Fill::if_empty, std::nullopt, {}},
    };
    for (const auto& [fill, there, changes] : cases) {
        INFO("fill " << static_cast<int>(fill) << ", there: " << there.value_or("not shown"));
        auto person = account("1001");
        person.profile.job_title = there;
        diff::Policy policy;
        policy.fill.job_title = fill;

        CHECK(lines_of(compare({wanted("1001")}, {person}, {ours("1001")}, policy)) == changes);

        const auto created = compare({wanted("1002")}, {}, {}, policy);
        CHECK(std::get<CreateUser>(created.changes.at(0).what).profile.job_title == "Cashier");
    }
}

TEST_CASE("an address that its holder keeps, since addresses are filled on invitation only, is a conflict",
          "[core][diff]") {
    auto holder = wanted("1001");
    holder.profile.email = "new@shop.example";
    auto newcomer = wanted("1002");
    newcomer.profile.email = profile_of("1001").email;
    diff::Policy policy;
    policy.fill.email = diff::Fill::on_invite;
    const auto changes = compare({holder, newcomer}, {account("1001")}, {ours("1001")}, policy);

    CHECK(lines_of(changes).empty());
    CHECK(notes_of(changes.notes) == Lines{"conflict 1002"});
}

TEST_CASE("somebody who was added by hand where an exception forbids it stays, and is shown", "[core][diff]") {
    const auto person =
        placed(wanted("1001"), [](Placement& says) { says.not_in_groups = {business_unit("Store 12")}; });

    const auto changes = compare({person}, {account("1001", {"g12"})}, {ours("1001")});

    CHECK(lines_of(changes).empty());
    CHECK(changes.notes == std::vector<Note>{{Note::Kind::protected_, EmployeeKey("1001"),
                                              "is in \"Store 12\" by hand, which an exception forbids"}});
}
