#include "core/diff/diff.hpp"
#include "core/plan/guard.hpp"
#include "core/plan/make_plan.hpp"
#include "core/plan/render.hpp"
#include "tests/support/network_builder.hpp"

#include <catch2/catch.hpp>

using namespace usersync;
using namespace usersync::test;

namespace {

using Lines = std::vector<std::string>;

PlanBasis basis() {
    return {.tenant = TenantId("shop"),
            .snapshot = SnapshotId(3),
            .snapshot_content = fingerprint_of("record"),
            .rules = fingerprint_of("rules"),
            .completeness = Completeness::complete};
}

Plan plan_for(std::vector<DesiredUser> users, std::vector<ActualUser> accounts, std::vector<OwnedUser> owned,
              const diff::Policy& policy = {}) {
    auto changes =
        diff::diff(should_be(std::move(users)), network_of(std::move(accounts)), Ownership{std::move(owned)}, policy);
    return plan::make_plan(std::move(changes), basis(), {});
}

/// A plan in which so many of ours leave.
Plan plan_with_leavers(int count) {
    std::vector<ActualUser> accounts;
    std::vector<OwnedUser> owned;
    for (int i = 0; i < count; ++i) {
        accounts.push_back(account(std::to_string(1000 + i)));
        owned.push_back(ours(std::to_string(1000 + i)));
    }
    return plan_for({}, std::move(accounts), std::move(owned));
}

std::vector<std::string> codes(const Verdict& verdict) {
    std::vector<std::string> result;
    for (const auto& hold : verdict.hold) result.push_back(hold.code);
    return result;
}

}  // namespace

TEST_CASE("joiners and movers come before leavers, and a leaver loses role, groups and access in that order",
          "[core][plan]") {
    auto leaver = account("1003", {"g12"});
    leaver.role = RoleId("admin");
    auto owned = ours("1003", {"g12"});
    owned.role = RoleId("admin");
    const auto plan = plan_for({as_admin(wanted("1001", {"Store 12"})), wanted("1002", {"Store 14"})},
                               {account("1002", {"g12"}), leaver}, {ours("1002", {"g12"}), owned},
                               {.leavers = diff::LeaverAction::remove});

    CHECK(lines_of(plan) == Lines{"create_user 1001", "add_to_groups 1001 g12", "add_to_groups 1002 g14",
                                  "remove_from_groups 1002 g12", "change_role 1001 member>admin",
                                  "change_role 1003 admin>member", "remove_from_groups 1003 g12", "suspend_user 1003",
                                  "end_membership 1003"});
}

TEST_CASE("what needs an account waits for it, and removal waits for suspension", "[core][plan]") {
    const auto plan = plan_for({wanted("1001", {"Store 12"})}, {account("1003")}, {ours("1003")},
                               {.leavers = diff::LeaverAction::remove});

    REQUIRE(lines_of(plan) ==
            Lines{"create_user 1001", "add_to_groups 1001 g12", "suspend_user 1003", "end_membership 1003"});
    CHECK(plan.operations[0].after.empty());
    CHECK(plan.operations[1].after == std::vector{plan.operations[0].key});
    CHECK(plan.operations[3].after == std::vector{plan.operations[2].key});
}

TEST_CASE("an address is given up before another person claims it", "[core][plan]") {
    auto holder = wanted("1009");
    holder.profile.email = "new@shop.example";
    auto newcomer = wanted("1002");
    newcomer.profile.email = profile_of("1009").email;
    const auto plan = plan_for({newcomer, holder}, {account("1009")}, {ours("1009")});

    REQUIRE(lines_of(plan) == Lines{"create_user 1002", "update_profile 1009 email"});
    CHECK(plan.operations[0].after == std::vector{plan.operations[1].key});
}

TEST_CASE("the same inputs give the same plan, and the snapshot's number is not one of them", "[core][plan]") {
    const auto make = [](SnapshotId snapshot) {
        auto from = basis();
        from.snapshot = snapshot;
        return plan::make_plan(diff::diff(should_be({wanted("1001", {"Store 12"})}), network_of({}), {}, {}), from, {});
    };

    CHECK(make(SnapshotId(3)) == make(SnapshotId(3)));
    CHECK(make(SnapshotId(3)).id == make(SnapshotId(4)).id);
}

TEST_CASE("another rule set or another record is another plan", "[core][plan]") {
    const auto changes = diff::diff(should_be({wanted("1001")}), network_of({}), {}, {});
    auto other_rules = basis();
    other_rules.rules = fingerprint_of("other rules");
    auto other_record = basis();
    other_record.snapshot_content = fingerprint_of("other record");

    const auto id = plan::make_plan(changes, basis(), {}).id;
    CHECK(plan::make_plan(changes, other_rules, {}).id != id);
    CHECK(plan::make_plan(changes, other_record, {}).id != id);
}

TEST_CASE("the rest of a begun plan is recognised, something new in it is not", "[core][plan]") {
    const auto whole = plan_for({wanted("1001", {"Store 12"}), wanted("1002")}, {}, {});
    const auto rest = plan_for({wanted("1001", {"Store 12"}), wanted("1002")}, {account("1001")}, {ours("1001")});
    const auto more = plan_for({wanted("1001"), wanted("1003")}, {account("1001")}, {ours("1001")});

    CHECK(lines_of(rest) == Lines{"create_user 1002", "add_to_groups 1001 g12"});
    CHECK(plan::is_part_of(rest, whole));
    CHECK_FALSE(plan::is_part_of(more, whole));
    CHECK(plan::differences(whole, more) ==
          Lines{"- create_user 1001", "- create_user 1002", "- add_to_groups 1001", "+ create_user 1003"});
}

TEST_CASE("what changed since a plan was looked at is what would be done otherwise, and not what stayed",
          "[core][plan]") {
    std::vector<DesiredUser> joiners;
    for (int i = 0; i < 1000; ++i) joiners.push_back(wanted(std::to_string(1000 + i)));
    const auto plan_with = [](const std::vector<DesiredUser>& users, const PlanBasis& from) {
        return plan::make_plan(diff::diff(should_be(users), network_of({}), {}, {}), from, {});
    };
    const auto seen = plan_with(joiners, basis());
    auto other = basis();
    other.snapshot_content = fingerprint_of("other record");
    other.rules = fingerprint_of("other rules");
    other.completeness = Completeness::doubtful;
    joiners.push_back(wanted("5000"));

    CHECK(plan::differences(seen, plan_with(joiners, other)) ==
          Lines{"the record has other content", "the rules are others", "the record was complete and is doubtful",
                "+ create_user 5000"});
    auto noted = seen;
    noted.notes = {{Note::Kind::left_alone, EmployeeKey("1007"), "is excluded"}};
    noted.drift = {{.kind = Drift::Kind::role_changed, .employee = EmployeeKey("1008"), .object = "role admin"}};
    CHECK(plan::differences(seen, noted) ==
          Lines{"+ note left_alone 1007: is excluded", "+ drift role_changed 1008: role admin, repair"});
    const auto nothing_left = plan::differences(seen, plan_with({}, basis()));
    REQUIRE(nothing_left.size() == 51);
    CHECK(nothing_left.back() == "… and 950 more");
}

TEST_CASE("the first plan of a tenant waits for a person", "[core][guard]") {
    const auto plan = plan_for({wanted("1001")}, {}, {});

    CHECK(codes(plan::guard(plan, {.first_run = true}, {})) == Lines{"first_run"});
    CHECK(plan::guard(plan, {.first_run = false}, {}).allowed());
}

TEST_CASE("a mapping that is not final acts only when a person says so", "[core][guard]") {
    const auto plan = plan_for({wanted("1001")}, {}, {});

    for (const auto state : {MappingState::concept_, MappingState::feedback}) {
        CHECK(codes(plan::guard(plan, {.mapping = state}, {})) == Lines{"mapping_not_final"});
    }
    CHECK(plan::guard(plan, {.mapping = MappingState::final_}, {}).allowed());
}

TEST_CASE("a plan that does nothing never waits", "[core][guard]") {
    CHECK(plan::guard(Plan{}, {.first_run = true}, {}).allowed());
}

TEST_CASE("removals are braked by count and by share, whichever comes first", "[core][guard]") {
    const auto five_leave = plan_with_leavers(5);
    const auto many_leave = plan_with_leavers(26);

    CHECK(plan::guard(five_leave, {.people_managed = 100}, {}).allowed());
    CHECK(codes(plan::guard(five_leave, {.people_managed = 99}, {})) == Lines{"removals"});
    CHECK(codes(plan::guard(many_leave, {.people_managed = 10000}, {})) == Lines{"removals"});
    CHECK(plan::guard(plan_with_leavers(25), {.people_managed = 10000}, {}).allowed());
    CHECK(plan::guard(five_leave, {.people_managed = 99}, {}).hold[0].sentence ==
          "5 of 99 people would be removed (5.1 %), the limit is 5 %");
}

TEST_CASE("memberships that staying people lose have a brake of their own", "[core][guard]") {
    const auto plan = plan_for({wanted("1001")}, {account("1001", {"g12"})}, {ours("1001", {"g12"})});

    CHECK(codes(plan::guard(plan, {.people_managed = 100, .memberships_owned = 9}, {})) == Lines{"memberships_lost"});
    CHECK(plan::guard(plan, {.people_managed = 100, .memberships_owned = 10}, {}).allowed());
}

TEST_CASE("role grants have a tighter brake", "[core][guard]") {
    std::vector<DesiredUser> managers;
    for (int i = 0; i < 11; ++i) managers.push_back(as_admin(wanted(std::to_string(1000 + i))));

    CHECK(codes(plan::guard(plan_for(managers, {}, {}), {.people_managed = 1000}, {})) == Lines{"role_grants"});
    managers.pop_back();
    CHECK(plan::guard(plan_for(managers, {}, {}), {.people_managed = 1000}, {}).allowed());
}

TEST_CASE("taking roles away from people who stay counts like giving them", "[core][guard]") {
    std::vector<DesiredUser> people;
    std::vector<ActualUser> accounts;
    std::vector<OwnedUser> owned;
    for (int i = 0; i < 11; ++i) {
        const auto key = std::to_string(1000 + i);
        people.push_back(wanted(key));
        accounts.push_back(account(key));
        accounts.back().role = RoleId("admin");
        owned.push_back(ours(key));
        owned.back().role = RoleId("admin");
    }
    const auto plan = plan_for(people, accounts, owned);

    CHECK(codes(plan::guard(plan, {.people_managed = 1000}, {})) == Lines{"role_grants"});
}

TEST_CASE("many groups at once wait for a person", "[core][guard]") {
    auto desired = should_be({});
    for (int i = 0; i < 11; ++i) {
        const auto store = business_unit("Store " + std::to_string(100 + i));
        desired.groups_to_make.push_back({.group = store, .reason = reason("group_mapping[1]"), .parents = {}});
    }
    const auto plan_of = [](const DesiredNetwork& network) {
        return plan::make_plan(diff::diff(network, network_of({}), {}, {}), basis(), {});
    };

    CHECK(codes(plan::guard(plan_of(desired), {}, {})) == Lines{"groups_made"});
    CHECK(plan::guard(plan_of(desired), {}, {.groups_made_max = 11}).allowed());
    desired.groups_to_make.pop_back();
    CHECK(plan::guard(plan_of(desired), {}, {}).allowed());
}

TEST_CASE("groups are made before everything else, and each has a key of its own", "[core][plan]") {
    auto desired = should_be({wanted("1001", {"Store 98"})});
    desired.groups_to_make = {
        {.group = business_unit("Store 98"), .reason = reason("group_mapping[1]"), .parents = {}},
        {.group = business_unit("Store 99"), .reason = reason("group_mapping[1]"), .parents = {}}};
    const auto plan = plan::make_plan(diff::diff(desired, network_of({account("1001")}), {}, {}), basis(), {});

    CHECK(lines_of(plan) ==
          Lines{"make_group business_unit Store 98", "make_group business_unit Store 99", "adopt 1001 user"});
    CHECK(plan.operations[0].stage == Stage::make_group);
    CHECK(plan.operations[0].key != plan.operations[1].key);
    CHECK(plan::calls_of(plan) == 2);
    auto nothing = plan;
    nothing.operations.clear();
    CHECK(plan::differences(plan, nothing) ==
          Lines{"- make_group \"Store 98\"", "- make_group \"Store 99\"", "- adopt 1001"});
    CHECK(plan::render_text(plan, {}).find("  + make the business_unit \"Store 98\"  [group_mapping[1]]\n") !=
          std::string::npos);
    CHECK(plan::render_json(plan, {}).find(R"("name": "Store 98")") != std::string::npos);
}

TEST_CASE("a plan says where the rule stands that wants something", "[core][plan]") {
    const auto mapped = placed(wanted("1001", {"Store 12"}), [](Placement& says) {
        says.groups.front().reasons.front().rule = "group_mapping[2]";
        says.groups.front().reasons.front().origin = {.file = "tenant.toml", .line = 41, .column = 3};
    });
    const auto plan = plan_for({mapped}, {account("1001")}, {ours("1001")});

    CHECK(plan::render_text(plan, {}).find(
              "add to \"Store 12\"  [group_mapping[2] (tenant.toml:41): location = \"Store 12\"]") !=
          std::string::npos);
    const auto json = plan::render_json(plan, {});
    CHECK(json.find(R"("file": "tenant.toml")") != std::string::npos);
    CHECK(json.find(R"("line": 41)") != std::string::npos);
}

TEST_CASE("the public view of a new account says what is asked for, not the user name", "[core][plan]") {
    auto person = placed(wanted("1001"), [](Placement& says) {
        says.invitation = {.channel = InviteChannel::sms, .language = "nl-NL", .reason = {}};
    });
    person.user_name = "jansen1001";
    const auto plan = plan_for({person}, {}, {});

    const auto text = plan::render_text(plan, {});
    CHECK(text.find("create the account and invite (asked for: sms, nl-NL, with a user name)") != std::string::npos);
    CHECK(text.find("jansen") == std::string::npos);
    CHECK(plan::render_json(plan, {}).find("jansen") == std::string::npos);
    CHECK(plan::render_json(plan, {}).find(R"("channel": "sms")") != std::string::npos);
}

TEST_CASE("a plan from a doubtful record waits for a person", "[core][guard]") {
    auto plan = plan_for({wanted("1001")}, {}, {});
    plan.basis.completeness = Completeness::doubtful;

    CHECK(codes(plan::guard(plan, {}, {})) == Lines{"doubtful_snapshot"});
}

TEST_CASE("people and memberships that count are ours and in use", "[core][guard]") {
    const auto network = network_of({account("1001"), suspended(account("1002")), account("1003")});
    const Ownership ownership{{ours("1001", {"g12", "g14"}), ours("1002", {"g12"})}};

    CHECK(plan::context_of(ownership, network) ==
          plan::GuardContext{
              .people_managed = 1, .memberships_owned = 2, .members = {{GroupEid("g12"), 1}, {GroupEid("g14"), 1}}});
}

TEST_CASE("the public view of a plan holds reasons and keys, but no names, addresses or phone numbers",
          "[core][plan]") {
    auto mover = wanted("1001", {"Store 14"});
    mover.profile.phone = "+31209999999";
    const auto plan = plan_for({mover, wanted("1002")}, {account("1001", {"g12"})}, {ours("1001", {"g12"})});

    const auto text = plan::render_text(plan, {});
    const auto json = plan::render_json(plan, {});
    for (const auto& view : {text, json}) {
        CHECK(view.find("1001") != std::string::npos);
        CHECK(view.find("Store 14") != std::string::npos);
        CHECK(view.find("P1001") == std::string::npos);
        CHECK(view.find("@shop.example") == std::string::npos);
        CHECK(view.find("+31") == std::string::npos);
    }
    CHECK(text.find("~ 1001  update the profile  [employee record: phone]") != std::string::npos);
}

TEST_CASE("what counts as ours or not any more comes first, a letter after the address, a role after the membership",
          "[core][plan]") {
    diff::Policy policy;
    policy.group_roles_by_call = true;
    policy.drift.memberships = Drift::Answer::adopt;
    auto moved = wanted("1001", {"Store 12", "Store 14"});
    moved.profile.email = "new@shop.example";
    moved = placed(std::move(moved), [](Placement& says) {
        says.group_roles.push_back({business_unit("Store 14"), {RoleId("admin"), reason("role rule")}});
    });
    auto invited = account("1001");
    invited.state = UserState::invited;
    const auto plan = plan_for({moved}, {invited}, {ours("1001", {"g12"})}, policy);

    REQUIRE(lines_of(plan) == Lines{"release 1001 g12", "update_profile 1001 email", "invite_again 1001",
                                    "add_to_groups 1001 g14", "change_group_role 1001 g14 member>admin"});
    CHECK(plan.operations[2].after == std::vector{plan.operations[1].key});
    CHECK(plan.operations[4].after == std::vector{plan.operations[3].key});
    CHECK(plan::calls_of(plan) == 4);
}

TEST_CASE("drift is shown in the plan, decides about its id, and is no removal to the guard", "[core][plan]") {
    const auto answered = [](Drift::Answer answer) {
        diff::Policy policy;
        policy.drift.memberships = answer;
        return plan_for({wanted("1001", {"Store 12"})}, {account("1001")}, {ours("1001", {"g12"})}, policy);
    };
    const auto given_up = answered(Drift::Answer::adopt);
    const auto left = answered(Drift::Answer::ignore);
    const auto nothing = plan_for({wanted("1001")}, {account("1001")}, {ours("1001")});

    CHECK(plan::render_text(given_up, {}).find("  * membership_ended 1001: business_unit Store 12 (adopt)\n") !=
          std::string::npos);
    CHECK(plan::render_text(given_up, {}).find("  = 1001  not ours any more: \"Store 12\"") != std::string::npos);
    CHECK(plan::render_json(left, {}).find("\"answer\": \"ignore\"") != std::string::npos);
    CHECK(left.empty());
    CHECK(left.id != nothing.id);
    CHECK(plan::guard(given_up, {.people_managed = 1, .memberships_owned = 1}, {.removals_max = 0}).allowed());
    CHECK(plan::calls_of(given_up) == 0);
}

TEST_CASE("letters to people who did not accept are no removals to the guard", "[core][plan]") {
    diff::Policy policy;
    policy.reminders = {.before = Time(std::chrono::hours(24)), .times = 1};
    auto invited = account("1001");
    invited.state = UserState::invited;
    invited.invited_at = Time();
    const auto plan = plan_for({wanted("1001")}, {invited}, {ours("1001")}, policy);

    REQUIRE(lines_of(plan) == Lines{"invite_again 1001"});
    CHECK(plan::guard(plan, {.people_managed = 1}, {.removals_max = 0}).allowed());
}

TEST_CASE("what counts as ours does not wait for the account to come back, nor the other way round", "[core][plan]") {
    const auto plan = plan_for({wanted("1001", {"Store 12"})}, {suspended(account("1001"))}, {});

    REQUIRE(lines_of(plan) == Lines{"adopt 1001 user", "reactivate_user 1001", "add_to_groups 1001 g12"});
    CHECK(plan.operations[0].after.empty());
    CHECK(plan.operations[2].after == std::vector{plan.operations[1].key});
}
