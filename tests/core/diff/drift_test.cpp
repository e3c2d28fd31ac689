// What somebody changed in the network of what is ours, and what is done about it.

#include "core/diff/diff.hpp"

#include "tests/support/network_builder.hpp"

#include <catch2/catch.hpp>

using namespace usersync;
using namespace usersync::test;

namespace {

using Lines = std::vector<std::string>;
using Answer = Drift::Answer;

ChangeSet compare(std::vector<DesiredUser> users, std::vector<ActualUser> accounts, std::vector<OwnedUser> owned,
                  const diff::Policy& policy = {}) {
    return diff::diff(should_be(std::move(users)), network_of(std::move(accounts)), Ownership{std::move(owned)},
                      policy);
}

diff::Policy answering(Answer answer) {
    diff::Policy policy;
    policy.drift = {.memberships = answer, .roles = answer, .accounts = answer};
    return policy;
}

ActualUser with_role_now(ActualUser user, const std::string& role) {
    user.role = RoleId(role);
    return user;
}

OwnedUser with_owned_role(OwnedUser owned, const std::string& role) {
    owned.role = RoleId(role);
    return owned;
}

OwnedUser declining(OwnedUser owned, const std::string& group) {
    owned.declined.emplace_back(group);
    return owned;
}

}  // namespace

TEST_CASE(
    "a membership of ours that somebody ended is put back, given up or left, as the tenant says, and always shown",
    "[core][diff][fault25]") {
    struct Case {
        Answer answer;
        Lines changes;
    };
    for (const auto& [answer, changes] : {Case{Answer::repair, {"add_to_groups 1001 g12,g14"}},
                                          Case{Answer::adopt, {"add_to_groups 1001 g14", "release 1001 g12"}},
                                          Case{Answer::ignore, {"add_to_groups 1001 g14"}}}) {
        INFO(to_string(answer));
        const auto found = compare({wanted("1001", {"Store 12", "Store 14"})}, {account("1001")},
                                   {ours("1001", {"g12"})}, answering(answer));

        CHECK(lines_of(found) == changes);
        CHECK(lines_of(found.drift) ==
              Lines{"membership_ended 1001 business_unit Store 12 " + std::string(to_string(answer))});
    }
}

TEST_CASE("a membership that was given up is not put back while the rules want it, and each plan says so",
          "[core][diff]") {
    const auto found = compare({wanted("1001", {"Store 12"})}, {account("1001")}, {declining(ours("1001"), "g12")});

    CHECK(lines_of(found).empty());
    CHECK(found.drift.empty());
    CHECK(notes_of(found.notes) == Lines{"left_alone 1001"});
}

TEST_CASE("the memory of a membership that was given up goes when the rules stop wanting it", "[core][diff]") {
    const auto owned = declining(ours("1001"), "g12");

    CHECK(lines_of(compare({wanted("1001")}, {account("1001")}, {owned})) ==
          Lines{"release 1001 -declined_membership:g12"});

    const auto in_doubt = placed(wanted("1001"), [](Placement& says) { says.empty_fields = {"location"}; });
    CHECK(lines_of(compare({in_doubt}, {account("1001")}, {owned})).empty());
}

TEST_CASE("a membership that was given up and that somebody makes again is ours again", "[core][diff]") {
    const auto found =
        compare({wanted("1001", {"Store 12"})}, {account("1001", {"g12"})}, {declining(ours("1001"), "g12")});

    CHECK(lines_of(found) == Lines{"adopt 1001 g12", "release 1001 -declined_membership:g12"});
}

TEST_CASE("a membership of ours that is gone and not wanted is forgotten: given by hand later, it is not ours",
          "[core][diff]") {
    CHECK(lines_of(compare({wanted("1001")}, {account("1001")}, {ours("1001", {"g12"})})) ==
          Lines{"release 1001 -membership:g12"});
    // The network does not know this group: it may only be hidden.
    CHECK(lines_of(compare({wanted("1001")}, {account("1001")}, {ours("1001", {"hidden"})})).empty());
    // Nothing is known about the groups of somebody who is suspended.
    auto left = ours("1001", {"g12"});
    left.suspended = true;
    CHECK(lines_of(compare({wanted("1001")}, {suspended(account("1001"))}, {left})) == Lines{"reactivate_user 1001"});
}

TEST_CASE("a role of ours that somebody took away is given again, given up or left", "[core][diff][fault25]") {
    struct Case {
        Answer answer;
        Lines changes;
    };
    for (const auto& [answer, changes] : {Case{Answer::repair, {"change_role 1001 member>admin"}},
                                          Case{Answer::adopt, {"release 1001 admin"}}, Case{Answer::ignore, {}}}) {
        INFO(to_string(answer));
        const auto found = compare({as_admin(wanted("1001"))}, {account("1001")},
                                   {with_owned_role(ours("1001"), "admin")}, answering(answer));

        CHECK(lines_of(found) == changes);
        CHECK(lines_of(found.drift) == Lines{"role_changed 1001 role admin " + std::string(to_string(answer))});
    }
}

TEST_CASE("a role of ours that somebody replaced by another is not forced back, and shown", "[core][diff]") {
    const auto found = compare({as_admin(wanted("1001"))}, {with_role_now(account("1001"), "editor")},
                               {with_owned_role(ours("1001"), "admin")});

    CHECK(lines_of(found).empty());
    CHECK(lines_of(found.drift) == Lines{"role_changed 1001 role admin ignore"});
    CHECK(notes_of(found.notes) == Lines{"protected 1001"});
}

TEST_CASE("a role that was given up stays away until the rules want another or none", "[core][diff]") {
    auto owned = ours("1001");
    owned.role_declined = RoleId("admin");

    const auto still = compare({as_admin(wanted("1001"))}, {account("1001")}, {owned});
    CHECK(lines_of(still).empty());
    CHECK(notes_of(still.notes) == Lines{"left_alone 1001"});
    CHECK(lines_of(compare({with_role(wanted("1001"), "editor")}, {account("1001")}, {owned})) ==
          Lines{"change_role 1001 member>editor", "release 1001 -declined_role"});
    CHECK(lines_of(compare({wanted("1001")}, {account("1001")}, {owned})) == Lines{"release 1001 -declined_role"});
}

TEST_CASE("a role of ours that is gone and not wanted is forgotten", "[core][diff]") {
    CHECK(lines_of(compare({wanted("1001")}, {account("1001")}, {with_owned_role(ours("1001"), "admin")})) ==
          Lines{"release 1001 -role"});
}

TEST_CASE("what somebody who has not accepted shows as their role says nothing", "[core][diff]") {
    auto invited = with_role_now(account("1001"), "invitee");
    invited.state = UserState::invited;
    const auto found = compare({wanted("1001")}, {invited}, {with_owned_role(ours("1001"), "admin")});

    CHECK(found == ChangeSet{});
}

TEST_CASE("an account of ours that somebody removed is made again, given up or left", "[core][diff][fault25]") {
    struct Case {
        Answer answer;
        Lines changes;
    };
    for (const auto& [answer, changes] : {Case{Answer::repair, {"create_user 1001", "add_to_groups 1001 g12"}},
                                          Case{Answer::adopt, {"release 1001 user"}}, Case{Answer::ignore, {}}}) {
        INFO(to_string(answer));
        const auto found = compare({wanted("1001", {"Store 12"})}, {}, {ours("1001", {"g12"})}, answering(answer));

        CHECK(lines_of(found) == changes);
        CHECK(lines_of(found.drift) == Lines{"account_gone 1001 account " + std::string(to_string(answer))});
    }
}

TEST_CASE("an account of ours that somebody suspended is reactivated, given up or left", "[core][diff][fault25]") {
    struct Case {
        Answer answer;
        Lines changes;
    };
    for (const auto& [answer, changes] : {Case{Answer::repair, {"reactivate_user 1001"}},
                                          Case{Answer::adopt, {"release 1001 user"}}, Case{Answer::ignore, {}}}) {
        INFO(to_string(answer));
        const auto found = compare({wanted("1001")}, {suspended(account("1001"))}, {ours("1001")}, answering(answer));

        CHECK(lines_of(found) == changes);
        CHECK(lines_of(found.drift) == Lines{"account_suspended 1001 account " + std::string(to_string(answer))});
    }
}

TEST_CASE("whom we suspended ourselves comes back whatever the tenant says about drift", "[core][diff]") {
    auto on_leave = ours("1001");
    on_leave.suspended = true;
    const auto back = compare({wanted("1001")}, {suspended(account("1001"))}, {on_leave}, answering(Answer::adopt));
    CHECK(lines_of(back) == Lines{"reactivate_user 1001"});
    CHECK(back.drift.empty());

    // The platform has forgotten the suspended account since.
    const auto made_again = compare({wanted("1001")}, {}, {on_leave}, answering(Answer::adopt));
    CHECK(lines_of(made_again) == Lines{"create_user 1001"});
    CHECK(made_again.drift.empty());
}

TEST_CASE("an account that was given up stays away until nobody wants it any more", "[core][diff]") {
    const OwnedUser given_up{.key = EmployeeKey("1001"), .user_declined = true};

    const auto still = compare({wanted("1001")}, {}, {given_up});
    CHECK(lines_of(still).empty());
    CHECK(notes_of(still.notes) == Lines{"left_alone 1001"});
    CHECK(notes_of(compare({wanted("1001")}, {suspended(account("1001"))}, {given_up}).notes) ==
          Lines{"left_alone 1001"});
    CHECK(lines_of(compare({}, {}, {given_up})) == Lines{"release 1001 -declined_account"});

    auto desired = should_be({});
    desired.not_wanted = {not_wanted("1001", Absence::ended)};
    CHECK(lines_of(diff::diff(desired, network_of({}), {{given_up}}, {})) == Lines{"release 1001 -declined_account"});
    desired.not_wanted = {not_wanted("1001", Absence::not_started)};
    CHECK(lines_of(diff::diff(desired, network_of({}), {{given_up}}, {})).empty());

    // Somebody let them in again.
    CHECK(lines_of(compare({wanted("1001")}, {account("1001")}, {given_up})) ==
          Lines{"adopt 1001 user", "release 1001 -declined_account"});
}

TEST_CASE("a record that could not be read whole makes nobody forgotten", "[core][diff]") {
    auto desired = should_be({});
    desired.completeness = Completeness::partial;
    const Ownership ownership{{OwnedUser{.key = EmployeeKey("1001"), .user_declined = true}}};

    CHECK(lines_of(diff::diff(desired, network_of({}), ownership, {})).empty());
}

TEST_CASE("once somebody has accepted, it is forgotten how often they were asked", "[core][diff]") {
    auto asked = ours("1001");
    asked.invited_again = 2;

    CHECK(lines_of(compare({wanted("1001")}, {account("1001")}, {asked})) == Lines{"release 1001 -invited_again"});
}

TEST_CASE("what we changed a short while ago and the network does not show yet is neither drift nor done again",
          "[core][diff]") {
    const Time since(std::chrono::hours(5));
    const auto changed = [](OwnedUser owned, int hour) {
        owned.changed_at = Time(std::chrono::hours(hour));
        return owned;
    };
    auto policy = answering(Answer::adopt);
    policy.may_not_show_since = since;

    SECTION("an account") {
        const auto found = compare({wanted("1001", {"Store 12"})}, {}, {changed(ours("1001"), 5)}, policy);
        CHECK(lines_of(found).empty());
        CHECK(found.drift.empty());
        CHECK(notes_of(found.notes) == Lines{"not_shown_yet 1001"});
        CHECK(is_open(Note::Kind::not_shown_yet));
        CHECK(lines_of(compare({wanted("1001")}, {}, {changed(ours("1001"), 4)}, policy)) ==
              Lines{"release 1001 user"});
    }
    SECTION("that it is not suspended any more") {
        const auto found = compare({wanted("1001")}, {suspended(account("1001"))}, {changed(ours("1001"), 5)}, policy);
        CHECK(lines_of(found).empty());
        CHECK(notes_of(found.notes) == Lines{"not_shown_yet 1001"});
    }
    SECTION("that it is suspended") {
        auto owned = changed(ours("1001"), 5);
        owned.suspended = true;
        const auto left = compare({}, {account("1001")}, {owned}, policy);
        CHECK(lines_of(left).empty());
        CHECK(left.drift.empty());
        CHECK(notes_of(left.notes) == Lines{"not_shown_yet 1001"});
        CHECK(lines_of(compare({wanted("1001")}, {account("1001")}, {owned}, policy)).empty());
    }
    SECTION("a membership, and another that is new") {
        const auto found = compare({wanted("1001", {"Store 12", "Store 14"})}, {account("1001")},
                                   {changed(ours("1001", {"g12"}), 6)}, policy);
        CHECK(lines_of(found) == Lines{"add_to_groups 1001 g14"});
        CHECK(found.drift.empty());
        CHECK(notes_of(found.notes) == Lines{"not_shown_yet 1001"});
    }
    SECTION("a role") {
        const auto found = compare({as_admin(wanted("1001"))}, {account("1001")},
                                   {changed(with_owned_role(ours("1001"), "admin"), 6)}, policy);
        CHECK(lines_of(found).empty());
        CHECK(found.drift.empty());
        CHECK(notes_of(found.notes) == Lines{"not_shown_yet 1001"});
    }
    SECTION("what is not wanted any more is not forgotten either") {
        CHECK(lines_of(compare({wanted("1001")}, {account("1001")}, {changed(ours("1001", {"g12"}), 6)}, policy))
                  .empty());
    }
}

TEST_CASE("whoever left, was suspended by us and let in again by somebody is suspended again, given up or left",
          "[core][diff]") {
    struct Case {
        Answer answer;
        Lines changes;
    };
    auto owned = ours("1001");
    owned.suspended = true;
    for (const auto& [answer, changes] : {Case{Answer::repair, {"suspend_user 1001"}},
                                          Case{Answer::adopt, {"release 1001 user"}}, Case{Answer::ignore, {}}}) {
        INFO(to_string(answer));
        const auto shown = Lines{"account_reactivated 1001 account " + std::string(to_string(answer))};
        const auto gone = compare({}, {account("1001")}, {owned}, answering(answer));
        CHECK(lines_of(gone) == changes);
        CHECK(lines_of(gone.drift) == shown);

        auto desired = should_be({});
        desired.not_wanted = {not_wanted("1001", Absence::on_leave)};
        const auto on_leave = diff::diff(desired, network_of({account("1001")}), {{owned}}, answering(answer));
        CHECK(lines_of(on_leave) == changes);
        CHECK(lines_of(on_leave.drift) == shown);
    }
    CHECK(compare({}, {account("1001")}, {ours("1001")}).drift.empty());
}

TEST_CASE("a suspension by somebody is not taken for ours because we once suspended the same person", "[core][diff]") {
    auto owned = ours("1001");
    owned.suspended = true;
    CHECK(lines_of(compare({wanted("1001")}, {account("1001")}, {owned})) == Lines{"release 1001 -suspended"});

    auto desired = should_be({});
    desired.not_wanted = {not_wanted("1001", Absence::excluded)};
    CHECK(lines_of(diff::diff(desired, network_of({account("1001")}), {{owned}}, {})) ==
          Lines{"release 1001 -suspended"});
    // A record that could not be read whole does not say whether they should be.
    desired = should_be({});
    desired.completeness = Completeness::partial;
    CHECK(lines_of(diff::diff(desired, network_of({account("1001")}), {{owned}}, {})).empty());
}

TEST_CASE("whoever is reactivated is not put back where somebody took them out", "[core][diff]") {
    auto owned = declining(ours("1001"), "g12");
    owned.suspended = true;
    owned.role_declined = RoleId("admin");
    const auto found =
        compare({as_admin(wanted("1001", {"Store 12", "Store 14"}))}, {suspended(account("1001"))}, {owned});

    CHECK(lines_of(found) == Lines{"reactivate_user 1001", "add_to_groups 1001 g14"});
    CHECK(notes_of(found.notes) == Lines{"left_alone 1001", "left_alone 1001"});
    // An account that is made is another one: nobody took anything from it.
    CHECK(lines_of(compare({wanted("1001", {"Store 12"})}, {}, {owned})) ==
          Lines{"create_user 1001", "add_to_groups 1001 g12"});
}

TEST_CASE("without SCIM leavers are ended at once, or left to somebody's hand and open until it is done",
          "[core][diff]") {
    diff::Policy policy;
    policy.can_suspend = false;

    const auto left = compare({}, {account("1001", {"g12"})}, {ours("1001", {"g12"})}, policy);
    CHECK(lines_of(left) == Lines{"remove_from_groups 1001 g12"});
    CHECK(notes_of(left.notes) == Lines{"awaits_hand 1001"});
    CHECK(is_open(Note::Kind::awaits_hand));

    auto desired = should_be({});
    desired.not_wanted = {not_wanted("1001", Absence::on_leave)};
    const auto on_leave = diff::diff(desired, network_of({account("1001")}), {{ours("1001")}}, policy);
    CHECK(lines_of(on_leave).empty());
    CHECK(notes_of(on_leave.notes) == Lines{"awaits_hand 1001"});

    policy.leavers = diff::LeaverAction::remove;
    CHECK(lines_of(compare({}, {account("1001")}, {ours("1001")}, policy)) == Lines{"end_membership 1001"});

    auto person = wanted("1001");
    person.profile.job_title = "Manager";
    const auto changed = compare({person}, {account("1001")}, {ours("1001")}, policy);
    CHECK(lines_of(changed).empty());
    CHECK(notes_of(changed.notes) == Lines{"by_hand 1001"});
}
