// Accounts that are somebody's although they do not stand under their key, addresses that change, and invitations.

#include "core/diff/adoption.hpp"
#include "core/diff/diff.hpp"

#include "tests/support/network_builder.hpp"

#include <catch2/catch.hpp>

using namespace usersync;
using namespace usersync::test;

namespace {

using Lines = std::vector<std::string>;

ChangeSet compare(std::vector<DesiredUser> users, std::vector<ActualUser> accounts, std::vector<OwnedUser> owned,
                  const diff::Policy& policy) {
    return diff::diff(should_be(std::move(users)), network_of(std::move(accounts)), Ownership{std::move(owned)},
                      policy);
}

/// Has the address of the employee with this key, and no XID.
ActualUser unlinked(const std::string& key, const std::vector<std::string>& groups = {}) {
    auto user = account(key, groups);
    user.xid.reset();
    return user;
}

diff::Policy by_email() {
    diff::Policy policy;
    policy.adopt_by_email = true;
    return policy;
}

diff::Policy by_new_key() {
    diff::Policy policy;
    policy.xid_change_on_reactivation = true;
    return policy;
}

/// Comes back as 2001, with the address of 1001.
DesiredUser returner() {
    auto person = wanted("2001", {"Store 12"});
    person.profile.email = profile_of("1001").email;
    return person;
}

OwnedUser suspended_by_us(const std::string& key) {
    auto owned = ours(key, {"g12"});
    owned.suspended = true;
    return owned;
}

ActualUser invited(const std::string& key, std::optional<Time> at = std::nullopt) {
    auto user = account(key);
    user.state = UserState::invited;
    user.role = RoleId("invitee");
    user.invited_at = at;
    return user;
}

Time day(int number) { return Time(std::chrono::hours(24) * number); }

}  // namespace

TEST_CASE("an account without XID that alone has a person's address becomes theirs, with what it has", "[core][diff]") {
    auto there = unlinked("1001", {"g12", "g14"});
    there.profile.job_title = "something else";
    there.role = RoleId("admin");
    const auto found = compare({as_admin(wanted("1001", {"Store 12"}))}, {there}, {}, by_email());

    // The rest of the differences is the next plan's, which knows the account by the link.
    CHECK(lines_of(found) == Lines{"adopt 1001 user g12 admin link u1001"});
    CHECK(found.notes.empty());
}

TEST_CASE("letters of another case, and other addresses of an account, are addresses all the same", "[core][diff]") {
    auto other = unlinked("x");
    other.other_emails = {"p1001@shop.example"};
    CHECK(lines_of(compare({wanted("1001")}, {other}, {}, by_email())) == Lines{"adopt 1001 user link ux"});

    auto shouting = unlinked("x");
    shouting.profile.email = "P1001@SHOP.example";
    CHECK(lines_of(compare({wanted("1001")}, {shouting}, {}, by_email())) == Lines{"adopt 1001 user link ux"});
}

TEST_CASE("an address that is not of one account and one person alone links nobody", "[core][diff]") {
    SECTION("two accounts have it") {
        auto second = unlinked("y");
        second.other_emails = {"p1001@shop.example"};
        const auto found = compare({wanted("1001")}, {unlinked("1001"), second}, {}, by_email());
        CHECK(lines_of(found).empty());
        CHECK(notes_of(found.notes) == Lines{"conflict 1001"});
    }
    SECTION("two people of the record have addresses of the account") {
        auto both = unlinked("1001");
        both.other_emails = {"p1002@shop.example"};
        const auto found = compare({wanted("1001"), wanted("1002")}, {both}, {}, by_email());
        CHECK(lines_of(found).empty());
        CHECK(notes_of(found.notes) == Lines{"conflict 1001", "conflict 1002"});
    }
    SECTION("another application has locked the account") {
        auto locked = unlinked("1001");
        locked.locked = true;
        CHECK(notes_of(compare({wanted("1001")}, {locked}, {}, by_email()).notes) == Lines{"conflict 1001"});
    }
}

TEST_CASE("somebody who comes back under another employee ID gets the account that they had", "[core][diff]") {
    const auto found = compare({returner()}, {suspended(account("1001"))}, {suspended_by_us("1001")}, by_new_key());

    CHECK(lines_of(found) == Lines{"reactivate_user 2001 formerly 1001", "add_to_groups 2001 g12"});
    CHECK(found.notes.empty());
}

TEST_CASE("a tenant that removes leavers does not remove the one who comes back", "[core][diff]") {
    auto policy = by_new_key();
    policy.leavers = diff::LeaverAction::remove;
    const auto found = compare({returner()}, {suspended(account("1001"))}, {suspended_by_us("1001")}, policy);

    CHECK(lines_of(found) == Lines{"reactivate_user 2001 formerly 1001", "add_to_groups 2001 g12"});
}

TEST_CASE("an account is given to nobody else while it is not certain whose it is", "[core][diff]") {
    const std::vector<ActualUser> there{suspended(account("1001"))};
    SECTION("two new people have the address") {
        auto second = returner();
        second.key = EmployeeKey("2002");
        const auto found = compare({returner(), second}, there, {suspended_by_us("1001")}, by_new_key());
        CHECK(lines_of(found).empty());
        CHECK(notes_of(found.notes) == Lines{"conflict 2001", "conflict 2002"});
    }
    SECTION("another account has the address too") {
        auto second = unlinked("y");
        second.other_emails = {"p1001@shop.example"};
        const auto found = compare({returner()}, {there[0], second}, {suspended_by_us("1001")}, by_new_key());
        CHECK(lines_of(found).empty());
        CHECK(notes_of(found.notes) == Lines{"conflict 2001"});
    }
    SECTION("the key that it stands under is in the record") {
        auto desired = should_be({returner()});
        desired.not_wanted = {not_wanted("1001", Absence::ended)};
        const auto found = diff::diff(desired, network_of(there), {{suspended_by_us("1001")}}, by_new_key());
        CHECK(notes_of(found.notes) == Lines{"conflict 2001"});
        CHECK(lines_of(found).empty());
    }
    SECTION("the record could not be read whole") {
        auto desired = should_be({returner()});
        desired.completeness = Completeness::partial;
        CHECK(lines_of(diff::diff(desired, network_of(there), {{suspended_by_us("1001")}}, by_new_key())).empty());
    }
    SECTION("it is not ours") { CHECK(lines_of(compare({returner()}, there, {}, by_new_key())).empty()); }
    SECTION("it is in use") {
        CHECK(lines_of(compare({returner()}, {account("1001")}, {ours("1001")}, by_new_key())) ==
              Lines{"suspend_user 1001"});
    }
    SECTION("the tenant does not want it") {
        CHECK(lines_of(compare({returner()}, there, {suspended_by_us("1001")}, {})).empty());
    }
}

TEST_CASE("somebody who has not accepted gets a fresh invitation at their new address", "[core][diff]") {
    auto person = wanted("1001");
    person.profile.email = "new@shop.example";
    const auto found = compare({person}, {invited("1001")}, {ours("1001")}, {.active_email = diff::ActiveEmail::stays});

    REQUIRE(lines_of(found) == Lines{"update_profile 1001 email", "invite_again 1001"});
    CHECK(std::get<UpdateProfile>(found.changes[0].what).asks_in_again);
    CHECK(std::get<InviteAgain>(found.changes[1].what).email == "new@shop.example");
    CHECK_FALSE(std::get<InviteAgain>(found.changes[1].what).reminder);
}

TEST_CASE("an address that stays does so too when its holder comes back", "[core][diff]") {
    const diff::Policy stays{.active_email = diff::ActiveEmail::stays};
    auto person = wanted("1001");
    person.profile.email = "new@shop.example";
    const auto back = compare({person}, {suspended(account("1001"))}, {suspended_by_us("1001")}, stays);
    REQUIRE(lines_of(back) == Lines{"reactivate_user 1001"});
    CHECK(std::get<ReactivateUser>(back.changes[0].what).profile.email == profile_of("1001").email);

    auto other_primary = suspended(account("1001"));
    other_primary.profile.email = "first@shop.example";
    other_primary.other_emails = {"p1001@shop.example"};
    auto both = by_new_key();
    both.active_email = diff::ActiveEmail::stays;
    const auto with_new_key = compare({returner()}, {other_primary}, {suspended_by_us("1001")}, both);
    REQUIRE(lines_of(with_new_key).front() == "reactivate_user 2001 formerly 1001");
    CHECK(std::get<ReactivateUser>(with_new_key.changes[0].what).profile.email == "first@shop.example");
}

TEST_CASE("the address of whoever signs in with the company's account follows the record in any case", "[core][diff]") {
    auto person =
        placed(wanted("1001"), [](Placement& says) { says.invitation.channel = InviteChannel::single_sign_on; });
    person.profile.email = "new@shop.example";
    CHECK(lines_of(compare({person}, {account("1001")}, {ours("1001")}, {.active_email = diff::ActiveEmail::stays})) ==
          Lines{"update_profile 1001 email"});
}

TEST_CASE("another address of an account is taken as much as its first one", "[core][diff]") {
    SECTION("of an account that is linked to nobody") {
        auto private_first = unlinked("x");
        private_first.other_emails = {"p1001@shop.example"};
        const auto found = compare({wanted("1001")}, {private_first}, {}, {});
        CHECK(lines_of(found).empty());
        CHECK(notes_of(found.notes) == Lines{"conflict 1001"});
    }
    SECTION("of somebody else's account, whose first address changes") {
        auto holder = wanted("1002");
        holder.profile.email = "new@shop.example";
        auto there = account("1002");
        there.other_emails = {"p1001@shop.example"};
        const auto found = compare({wanted("1001"), holder}, {there}, {ours("1002")}, {});
        CHECK(lines_of(found) == Lines{"update_profile 1002 email"});
        CHECK(notes_of(found.notes) == Lines{"conflict 1001"});
    }
    SECTION("of their own account") {
        auto there = account("1001");
        there.profile.email = "first@shop.example";
        there.other_emails = {"p1001@shop.example"};
        CHECK(lines_of(compare({wanted("1001")}, {there}, {ours("1001")}, {})) == Lines{"update_profile 1001 email"});
    }
    SECTION("in letters of another case") {
        auto shouting = unlinked("x");
        shouting.profile.email = "P1001@SHOP.example";
        CHECK(lines_of(compare({wanted("1001")}, {shouting}, {}, {})).empty());
    }
}

TEST_CASE("an account that somebody detached from its employee is not linked again against the tenant's answer",
          "[core][diff]") {
    const auto answering = [](Drift::Answer answer) {
        auto policy = by_email();
        policy.drift.accounts = answer;
        return policy;
    };
    const auto with = [&](Drift::Answer answer) {
        return compare({wanted("1001")}, {unlinked("1001")}, {ours("1001")}, answering(answer));
    };

    CHECK(lines_of(with(Drift::Answer::adopt)) == Lines{"release 1001 user"});
    CHECK(lines_of(with(Drift::Answer::ignore)).empty());
    CHECK(lines_of(with(Drift::Answer::ignore).drift) == Lines{"account_gone 1001 account ignore"});
    CHECK(lines_of(with(Drift::Answer::repair)) == Lines{"adopt 1001 link u1001"});
}

TEST_CASE("an account that was made by an invitation whose answer was lost is found by its address", "[core][diff]") {
    auto policy = by_email();
    policy.can_suspend = false;
    policy.drift.accounts = Drift::Answer::adopt;
    policy.may_not_show_since = Time(std::chrono::hours(5));
    auto owned = ours("1001");
    owned.changed_at = Time(std::chrono::hours(6));
    CHECK(lines_of(compare({wanted("1001")}, {unlinked("1001")}, {owned}, policy)) == Lines{"adopt 1001 link u1001"});

    owned.link = UserEid("u1001");  // it was theirs, and somebody has removed it
    owned.changed_at = Time(std::chrono::hours(4));
    CHECK(lines_of(compare({wanted("1001")}, {}, {owned}, policy)) == Lines{"release 1001 user"});
}

TEST_CASE("whoever comes back under another employee ID is not put back where somebody took them out", "[core][diff]") {
    auto owned = suspended_by_us("1001");
    owned.declined = {GroupEid("g12")};
    const auto found = compare({returner()}, {suspended(account("1001"))}, {owned}, by_new_key());

    CHECK(lines_of(found) == Lines{"reactivate_user 2001 formerly 1001"});
    CHECK(notes_of(found.notes) == Lines{"left_alone 2001"});
}

TEST_CASE("an XID that two accounts have is shown also of people who are not in the record", "[core][diff]") {
    auto second = account("1001");
    second.eid = UserEid("other");
    const auto found = compare({}, {account("1001"), second}, {ours("1001")}, {});

    CHECK(lines_of(found).empty());
    CHECK(notes_of(found.notes) == Lines{"conflict 1001"});
}

TEST_CASE("the address of somebody who has accepted follows the record or stays, as the tenant says", "[core][diff]") {
    auto person = wanted("1001");
    person.profile.email = "new@shop.example";
    CHECK(lines_of(compare({person}, {account("1001")}, {ours("1001")}, {})) == Lines{"update_profile 1001 email"});

    const diff::Policy stays{.active_email = diff::ActiveEmail::stays};
    const auto alone = compare({person}, {account("1001")}, {ours("1001")}, stays);
    CHECK(lines_of(alone).empty());
    CHECK(notes_of(alone.notes) == Lines{"by_hand 1001"});

    person.profile.job_title = "Manager";
    const auto with_title = compare({person}, {account("1001")}, {ours("1001")}, stays);
    REQUIRE(lines_of(with_title) == Lines{"update_profile 1001 job_title"});
    CHECK(std::get<UpdateProfile>(with_title.changes[0].what).after.email == profile_of("1001").email);
}

TEST_CASE("an address that stays with its holder is not given to anybody else", "[core][diff]") {
    auto holder = wanted("1001");
    holder.profile.email = "new@shop.example";
    auto newcomer = wanted("1002");
    newcomer.profile.email = profile_of("1001").email;
    const auto found =
        compare({holder, newcomer}, {account("1001")}, {ours("1001")}, {.active_email = diff::ActiveEmail::stays});

    CHECK(lines_of(found).empty());
    CHECK(notes_of(found.notes) == Lines{"conflict 1002", "by_hand 1001"});
}

TEST_CASE("nobody is invited at an address that they do not get after all", "[core][diff]") {
    auto one = wanted("1001");
    auto other = wanted("1002");
    std::swap(one.profile.email, other.profile.email);
    const auto found =
        compare({one, other}, {invited("1001"), invited("1002")}, {ours("1001"), ours("1002")}, diff::Policy{});

    CHECK(lines_of(found).empty());
    CHECK(notes_of(found.notes) == Lines{"conflict 1001", "conflict 1002"});
}

TEST_CASE("whoever does not accept is asked again after a while, and not for ever", "[core][diff]") {
    diff::Policy policy;
    auto owned = ours("1001");
    int last_asked = 1;  // the network shows the last invitation, not the first
    const auto asked_on = [&](int today) {
        policy.reminders =
            diff::reminders_on({.after = std::chrono::days(7), .times = 2}, Day() + std::chrono::days(today));
        const auto found = compare({wanted("1001")}, {invited("1001", day(last_asked))}, {owned}, policy);
        if (found.changes.empty()) return false;
        CHECK(std::get<InviteAgain>(found.changes.front().what).reminder);
        last_asked = today;
        ++owned.invited_again;
        return true;
    };

    std::vector<int> asked;
    for (int today = 1; today < 60; ++today) {
        if (asked_on(today)) asked.push_back(today);
    }
    CHECK(asked == std::vector{9, 17});
}

TEST_CASE("nobody is reminded where the tenant does not ask for it", "[core][diff]") {
    CHECK(diff::reminders_on({}, Day() + std::chrono::days(20)) == diff::Reminders{});
}

TEST_CASE("an invitation at a new address that was not sent with the change of the address is still due",
          "[core][diff]") {
    auto owned = ours("1001");
    owned.invite_due = true;

    const auto due = compare({wanted("1001")}, {invited("1001")}, {owned}, {});
    REQUIRE(lines_of(due) == Lines{"invite_again 1001"});
    CHECK_FALSE(std::get<InviteAgain>(due.changes.front().what).reminder);
    CHECK(lines_of(compare({wanted("1001")}, {account("1001")}, {owned}, {})) == Lines{"release 1001 -invite_due"});
}

TEST_CASE("nobody is asked again whom we did not ask, or who is not asked by e-mail", "[core][diff]") {
    diff::Policy policy;
    policy.reminders = {.before = day(20), .times = 3};
    const auto old = invited("1001", day(1));

    CHECK(lines_of(compare({wanted("1001")}, {old}, {ours("1001")}, policy)) == Lines{"invite_again 1001"});
    CHECK(lines_of(compare({wanted("1001")}, {invited("1001")}, {ours("1001")}, policy)).empty());  // since when?
    CHECK(lines_of(compare({wanted("1001")}, {old}, {}, policy)) == Lines{"adopt 1001 user"});
    for (const auto channel : {InviteChannel::none, InviteChannel::single_sign_on, InviteChannel::sms}) {
        const auto otherwise = placed(wanted("1001"), [&](Placement& says) { says.invitation.channel = channel; });
        CHECK(lines_of(compare({otherwise}, {old}, {ours("1001")}, policy)).empty());
    }
}

TEST_CASE("the adoption of a network that predates the sync is proposed by XID, by address, and hinted at by likeness",
          "[core][diff]") {
    auto linked_elsewhere = account("x9");
    linked_elsewhere.profile.email = profile_of("1004").email;
    auto alike = unlinked("y");
    alike.profile = {.email = "private@mail.example", .name = profile_of("1005").name, .job_title = {}, .phone = {}};
    alike.birthday = "1980-02-29";
    auto second_mail = unlinked("1006");
    auto second_mail_too = unlinked("z");
    second_mail_too.other_emails = {"p1006@shop.example"};
    const auto desired = should_be({wanted("1001", {"Store 12"}), wanted("1002"), wanted("1003"), wanted("1004"),
                                    wanted("1005"), wanted("1006"), wanted("1007")});
    const auto network = network_of({account("1001", {"g12"}), unlinked("1002"), account("1003"), linked_elsewhere,
                                     alike, second_mail, second_mail_too});
    const auto proposal =
        diff::propose_adoption(desired, network, {{ours("1003")}},
                               {{EmployeeKey("1005"), "1980-02-29"}, {EmployeeKey("1007"), "1980-02-29"}}, {});

    CHECK(lines_of(proposal) == Lines{"adopt 1001 user g12", "adopt 1002 user link u1002"});
    CHECK(notes_of(proposal.notes) == Lines{"conflict 1004", "conflict 1006", "by_hand 1005"});
    for (const auto& note : proposal.notes) {
        CHECK(note.text.find('@') == std::string::npos);
        CHECK(note.text.find("Person") == std::string::npos);
    }
}

TEST_CASE("whoever cannot be reactivated because somebody has their address is placed nowhere either", "[core][diff]") {
    auto other = unlinked("x");
    other.other_emails = {"p1001@shop.example"};
    const auto found =
        compare({wanted("1001", {"Store 12"})}, {suspended(account("1001")), other}, {suspended_by_us("1001")}, {});

    CHECK(lines_of(found).empty());
    CHECK(notes_of(found.notes) == Lines{"conflict 1001"});
}
