// The budgets: one row a kind, and what is told about it.

#include "core/plan/guard.hpp"

#include "core/diff/diff.hpp"
#include "core/model/ledger_counts.hpp"
#include "core/plan/held_people.hpp"
#include "core/plan/make_plan.hpp"
#include "core/plan/plan_json.hpp"
#include "core/plan/suggest.hpp"
#include "tests/support/network_builder.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace usersync;
using namespace usersync::test;
using namespace std::chrono_literals;
using plan::Budgeted;

namespace {

using Lines = std::vector<std::string>;

Operation operation_of(const std::string& key, What what, Stage stage) {
    return {.key = OperationKey("op-" + key + std::string(kind_of(what))),
            .stage = stage,
            .change = {.employee = EmployeeKey(key),
                       .what = std::move(what),
                       .reason = reason("rule", "location", "Store 12")},
            .after = {}};
}

GroupChange group_of(const std::string& eid) {
    return {.eid = GroupEid(eid), .name = "Store " + eid, .reason = reason("moved")};
}

std::string key_of(std::size_t number) { return std::to_string(1000 + number); }

/// A plan that does the same to so many people.
template <class Make>
Plan plan_of(std::size_t count, Stage stage, Make make) {
    Plan plan;
    for (std::size_t i = 0; i < count; ++i) {
        plan.operations.push_back(operation_of(key_of(i), make(i), stage));
    }
    return plan;
}

Plan suspensions(std::size_t count) {
    return plan_of(count, Stage::suspend, [](std::size_t i) { return SuspendUser{profile_of(key_of(i))}; });
}

Plan role_grants(std::size_t count) {
    return plan_of(count, Stage::role, [](std::size_t) { return ChangeRole{RoleId("member"), RoleId("admin")}; });
}

Plan emptied_phones(std::size_t count) {
    return plan_of(count, Stage::profile, [](std::size_t i) {
        auto after = profile_of(key_of(i));
        after.phone = "";
        return UpdateProfile{.before = profile_of(key_of(i)), .after = after};
    });
}

Plan taken_from_group(std::size_t count, Stage stage = Stage::group_remove) {
    return plan_of(count, stage, [](std::size_t) { return RemoveFromGroups{{group_of("g12")}}; });
}

Plan operations_of(Budgeted kind, std::size_t count) {
    switch (kind) {
        case Budgeted::removals:
        case Budgeted::suspensions: return suspensions(count);
        case Budgeted::endings: return plan_of(count, Stage::remove, [](std::size_t) { return EndMembership{}; });
        case Budgeted::accounts_made:
            return plan_of(count, Stage::create, [](std::size_t i) {
                CreateUser create;
                create.profile = profile_of(key_of(i));
                return create;
            });
        case Budgeted::profiles_changed:
        case Budgeted::addresses_changed:
            return plan_of(count, Stage::profile, [](std::size_t i) {
                auto after = profile_of(key_of(i));
                after.email = "new" + key_of(i) + "@shop.example";
                return UpdateProfile{.before = profile_of(key_of(i)), .after = after};
            });
        case Budgeted::memberships_gained:
            return plan_of(count, Stage::group_add, [](std::size_t) { return AddToGroups{{group_of("g12")}}; });
        case Budgeted::memberships_lost: return taken_from_group(count);
        case Budgeted::role_grants: return role_grants(count);
        case Budgeted::groups_made:
            return plan_of(count, Stage::make_group, [](std::size_t i) {
                return MakeGroup{.kind = GroupKind::department, .name = "Team " + std::to_string(i)};
            });
        case Budgeted::invitations:
            return plan_of(count, Stage::invite_again, [](std::size_t) { return InviteAgain{}; });
    }
    return {};
}

Lines codes(const Verdict& verdict) {
    Lines result;
    for (const auto& hold : verdict.hold) result.push_back(hold.code);
    return result;
}

/// A company in which nothing of these plans is much.
plan::GuardContext large_company() {
    plan::GuardContext context;
    context.people_managed = 100'000;
    context.memberships_owned = 100'000;
    context.members[GroupEid("g12")] = 100'000;
    return context;
}

LedgerCounts removed(std::size_t people) {
    LedgerCounts counts;
    counts.removals = people;
    return counts;
}

}  // namespace

TEST_CASE("each kind of operation may have a budget by count, which brakes above it and nothing else",
          "[core][guard]") {
    for (const auto kind : plan::further_counts()) {
        plan::GuardLimits limits;
        limits.counts[kind] = 5;
        INFO(to_string(kind));

        CHECK(plan::guard(operations_of(kind, 5), large_company(), limits).allowed());
        const auto verdict = plan::guard(operations_of(kind, 6), large_company(), limits);
        CHECK(codes(verdict) == Lines{std::string(to_string(kind))});
        CHECK(verdict.hold.at(0).sentence.find(", the limit is 5") != std::string::npos);
        CHECK(plan::guard(operations_of(kind, 6), large_company(), {}).allowed());
    }
}

TEST_CASE("each kind of operation may have a budget by share of what we manage", "[core][guard]") {
    plan::GuardContext context;
    context.people_managed = 20;
    context.memberships_owned = 20;
    for (const auto kind : plan::further_shares()) {
        plan::GuardLimits limits;
        limits.removals_share_max = 1;
        limits.shares[kind] = 0.10;
        INFO(to_string(kind));

        CHECK(plan::guard(operations_of(kind, 2), context, limits).allowed());
        CHECK(codes(plan::guard(operations_of(kind, 3), context, limits)) == Lines{std::string(to_string(kind))});
    }
}

TEST_CASE("a person who is suspended and removed in one plan is one removal", "[core][guard]") {
    auto plan = suspensions(25);
    for (const auto& operation : operations_of(Budgeted::endings, 25).operations) plan.operations.push_back(operation);

    CHECK(plan::impact_of(plan).of(Budgeted::removals) == 25);
    CHECK(plan::guard(plan, large_company(), {}).allowed());
}

TEST_CASE("whoever goes on under another employee ID is no removal, in the plan and in what took effect",
          "[core][guard]") {
    const auto plan = plan_of(60, Stage::suspend, [](std::size_t i) {
        return SuspendUser{.profile = profile_of(key_of(i)), .becomes = EmployeeKey("2" + key_of(i))};
    });

    CHECK(plan::impact_of(plan).of(Budgeted::removals) == 0);
    CHECK(plan::impact_of(plan).of(Budgeted::suspensions) == 60);
    CHECK(plan::guard(plan, large_company(), {}).allowed());
    CHECK(counts_of(plan.operations).removals == 0);
    CHECK(counts_of(suspensions(60).operations).removals == 60);
}

TEST_CASE("a group that loses most of its members and more than a few is named", "[core][guard]") {
    plan::GuardContext context = large_company();
    context.members[GroupEid("g12")] = 20;

    CHECK(plan::guard(taken_from_group(10), context, {}).allowed());  // half of them
    const auto verdict = plan::guard(taken_from_group(11), context, {});
    REQUIRE(codes(verdict) == Lines{"group_loss"});
    CHECK(verdict.hold[0].object == "g12");
    CHECK(verdict.hold[0].sentence ==
          "the group \"Store g12\" would lose 11 of its 20 members that are ours (55 %), the limit is 50 % above 10 "
          "people");
    context.members[GroupEid("g12")] = 22;
    CHECK(plan::guard(taken_from_group(11), context, {}).allowed());
    CHECK(codes(plan::guard(taken_from_group(3), context, {.group_loss_share_max = 0.10, .group_loss_max = 2})) ==
          Lines{"group_loss"});
}

TEST_CASE("leavers count for what their group loses", "[core][guard]") {
    auto context = large_company();
    context.members[GroupEid("g12")] = 12;

    CHECK(codes(plan::guard(taken_from_group(12, Stage::leave_groups), context, {})) == Lines{"group_loss"});
}

TEST_CASE("a field that is suddenly empty for many people is held", "[core][guard][fault8]") {
    plan::GuardContext context;
    context.people_managed = 100;

    CHECK(plan::guard(emptied_phones(20), context, {}).allowed());
    const auto verdict = plan::guard(emptied_phones(21), context, {});
    REQUIRE(codes(verdict) == Lines{"values_cleared"});
    CHECK(verdict.hold[0].sentence ==
          "the field phone would be emptied of 21 of 100 people (21 %), the limit is 20 % above 10 people");
    CHECK(verdict.hold[0].object == "phone");
    context.people_managed = 10;
    CHECK(plan::guard(emptied_phones(10), context, {}).allowed());  // few people: nobody is asked
}

TEST_CASE("a field that was empty before, or about which the record says nothing, is not emptied", "[core][guard]") {
    plan::GuardContext context;
    context.people_managed = 30;
    const auto plan = plan_of(30, Stage::profile, [](std::size_t i) {
        auto before = profile_of(key_of(i));
        auto after = before;
        before.phone = "";
        after.phone = "";
        after.job_title.reset();
        return UpdateProfile{.before = before, .after = after};
    });

    CHECK(plan::guard(plan, context, {}).allowed());
}

TEST_CASE("what took effect in the last days counts with the plan, by count and by share", "[core][guard]") {
    auto context = large_company();
    context.recent.week = removed(8);
    plan::GuardLimits limits;
    limits.week = {.removals_max = 10};

    CHECK(plan::guard(suspensions(2), context, limits).allowed());
    const auto verdict = plan::guard(suspensions(3), context, limits);
    REQUIRE(codes(verdict) == Lines{"removals_7_days"});
    CHECK(verdict.hold[0].sentence == "in 7 days, this plan included: 11 people would be removed, the limit is 10");
    CHECK(plan::guard(role_grants(3), context, limits).allowed());  // adds nothing to that window
}

TEST_CASE("a little every day is held when it becomes much in a week or a month", "[core][guard]") {
    plan::GuardContext context;
    context.people_managed = 270;
    context.recent.week = removed(30);
    context.recent.month = removed(30);
    const auto verdict = plan::guard(suspensions(2), context, {});
    REQUIRE(codes(verdict) == Lines{"removals_7_days"});
    CHECK(verdict.hold[0].sentence ==
          "in 7 days, this plan included: 32 of 300 people would be removed (10.7 %), the limit is 10 %");

    context.recent.week = removed(0);
    context.recent.month = removed(60);
    CHECK(codes(plan::guard(suspensions(8), context, {})) == Lines{"removals_30_days"});
    // Few people in all: a share says little.
    context.people_managed = 20;
    context.recent.month = removed(4);
    CHECK(plan::guard(suspensions(1), context, {}).allowed());
}

TEST_CASE("windows of a day, of memberships and of roles are there for who sets them", "[core][guard]") {
    auto context = large_company();
    context.recent.day.role_grants = 3;
    context.recent.month.memberships_lost = 9'000;
    plan::GuardLimits limits;
    limits.day = {.role_grants_max = 4};
    limits.month = {.memberships_lost_share_max = 0.05};
    context.members[GroupEid("g12")] = 100'000;

    CHECK(codes(plan::guard(role_grants(2), context, limits)) == Lines{"role_grants_1_day"});
    CHECK(codes(plan::guard(taken_from_group(2), context, limits)) == Lines{"memberships_lost_30_days"});
}

TEST_CASE("a group that is emptied a little every day is held when it becomes much in a week", "[core][guard]") {
    auto context = large_company();
    context.members[GroupEid("g12")] = 20;
    context.recent.week.memberships_lost_in[GroupEid("g12")] = 18;
    const auto plan = taken_from_group(2);
    const auto verdict = plan::guard(plan, context, {});

    REQUIRE(codes(verdict) == Lines{"group_loss_7_days"});
    CHECK(verdict.hold[0].object == "g12");
    CHECK(verdict.hold[0].sentence.find("in 7 days, this plan included: the group") == 0);
    CHECK(verdict.hold[0].sentence.find("would lose 20 of its 38 members that are ours (52.6 %), the limit is 50 %") !=
          std::string::npos);
    CHECK(plan::held_people(plan, verdict).size() == 2);
    CHECK(plan::is_about_amount(verdict.hold[0]));

    context.members[GroupEid("g12")] = 30;
    CHECK(plan::guard(plan, context, {}).allowed());
    // Others went from it, of late: this plan takes nobody from it.
    context.members[GroupEid("g12")] = 2;
    CHECK(plan::guard(role_grants(1), context, {}).allowed());
}

TEST_CASE("ten administrators a day are not made for a week without a person", "[core][guard]") {
    auto context = large_company();
    context.recent.week.role_grants = 18;

    CHECK(plan::guard(role_grants(2), context, {}).allowed());
    CHECK(codes(plan::guard(role_grants(3), context, {})) == Lines{"role_grants_7_days"});
}

TEST_CASE("any kind of operation may have a window", "[core][guard]") {
    auto context = large_company();
    auto& before = context.recent.month;
    before = {.groups_made = 1,
              .suspensions = 1,
              .endings = 1,
              .accounts_made = 1,
              .profiles_changed = 1,
              .addresses_changed = 1,
              .memberships_gained = 1,
              .invitations = 1};
    before.memberships_lost = 1;
    const auto plan = suspensions(2);
    for (const auto kind : plan::further_counts_of_window()) {
        plan::GuardLimits limits;
        limits.month.counts[kind] = 2;
        const bool is_held = kind == plan::Budgeted::suspensions;
        INFO(to_string(kind));
        CHECK(codes(plan::guard(plan, context, limits)) == (is_held ? Lines{"suspensions_30_days"} : Lines{}));
    }
}

TEST_CASE("a held plan says for whom it is held and why, by key", "[core][guard]") {
    auto plan = suspensions(2);
    for (const auto& operation : role_grants(1).operations) plan.operations.push_back(operation);
    plan.operations[0].change.reason = reason("left the employee record");
    const auto verdict = plan::guard(plan, {.people_managed = 10, .first_run = true}, {.role_grants_max = 0});
    REQUIRE(codes(verdict) == Lines{"first_run", "removals", "role_grants"});

    const auto people = plan::held_people(plan, verdict);

    CHECK(people ==
          std::vector<plan::HeldPerson>{{EmployeeKey("1000"), "removals", "left the employee record"},
                                        {EmployeeKey("1001"), "removals", "rule: location = \"Store 12\""},
                                        {EmployeeKey("1000"), "role_grants", "rule: location = \"Store 12\""}});
    CHECK(plan::held_text(people).find("    removals 1000: left the employee record\n") == 0);
    CHECK(plan::held_counts(people) ==
          std::vector<plan::HeldCount>{{"removals", 2, {EmployeeKey("1000"), EmployeeKey("1001")}},
                                       {"role_grants", 1, {EmployeeKey("1000")}}});
}

TEST_CASE("of very many people who are held, all are counted and the first hundred named", "[core][plan]") {
    std::vector<plan::HeldPerson> people;
    for (int n = 1000; n < 1250; ++n) people.push_back({EmployeeKey(std::to_string(n)), "removals", "left"});
    const auto counts = plan::held_counts(people);
    REQUIRE(counts.size() == 1);
    CHECK(counts[0].people == 250);
    CHECK(counts[0].first.size() == 100);
    CHECK(counts[0].first.back() == EmployeeKey("1099"));
}

TEST_CASE("whom a group loses, whose field is emptied and who adds to a window are told as well", "[core][guard]") {
    auto context = large_company();
    context.members[GroupEid("g12")] = 12;
    const auto of_group = plan::held_people(taken_from_group(12), plan::guard(taken_from_group(12), context, {}));
    REQUIRE(of_group.size() == 12);
    CHECK(of_group[0] == plan::HeldPerson{EmployeeKey("1000"), "group_loss", "moved"});

    const auto emptied = emptied_phones(30);
    const auto of_field = plan::held_people(emptied, plan::guard(emptied, {.people_managed = 30}, {}));
    CHECK(of_field.size() == 30);

    context.recent.week = removed(8);
    plan::GuardLimits limits;
    limits.week = {.removals_max = 8};
    const auto leaving = suspensions(1);
    const auto of_window = plan::held_people(leaving, plan::guard(leaving, context, limits));
    REQUIRE(of_window.size() == 1);
    CHECK(of_window[0].code == "removals_7_days");
}

TEST_CASE("a verdict is stored with what each reason is about", "[core][guard]") {
    const Verdict verdict{{{"group_loss", "the group would lose many", "g12"}, {"removals", "many people"}}};

    CHECK(plan::decode_verdict(plan::encode(verdict)).value() == verdict);
}

TEST_CASE("limits are suggested from what the last month's plans did", "[core][guard]") {
    const Time now = Time(std::chrono::hours(24 * 400));
    const auto did = [&](Duration ago, const Plan& plan) {
        return plan::PastPlan{.at = now - ago, .impact = plan::impact_of(plan)};
    };
    auto first = did(24h * 10, suspensions(900));
    first.is_first = true;
    const std::vector past{did(24h * 40, suspensions(500)), first, did(24h * 9, suspensions(7)),
                           did(24h * 4, suspensions(5)), did(24h * 3, role_grants(1))};

    const auto suggestions = plan::suggest_limits(past, {}, now);

    const auto of = [&](const std::string& setting) {
        for (const auto& one : suggestions) {
            if (one.setting == setting) return one;
        }
        return plan::Suggestion{};
    };
    CHECK(of("brakes.removals_max") == plan::Suggestion{"brakes.removals_max", 7, 25, 14});
    CHECK(of("brakes.suspensions_max") == plan::Suggestion{"brakes.suspensions_max", 7, std::nullopt, 14});
    CHECK(of("brakes.role_grants_max") == plan::Suggestion{"brakes.role_grants_max", 1, 10, 5});
    CHECK(of("brakes.week.removals_max") == plan::Suggestion{"brakes.week.removals_max", 12, std::nullopt, 24});
    CHECK(of("brakes.day.removals_max").largest == 7);
    CHECK(of("brakes.groups_made_max") == plan::Suggestion{});
    CHECK(plan::suggest_limits({}, {}, now).empty());
}

TEST_CASE("one kind of operation waits, with what needs it, and the rest may go ahead", "[core][guard][blast]") {
    auto plan = suspensions(2);
    plan.operations.push_back(operation_of("1000", RemoveFromGroups{{group_of("g12")}}, Stage::leave_groups));
    for (const auto& operation : operations_of(Budgeted::accounts_made, 1).operations) {
        plan.operations.push_back(operation);
    }
    plan.operations.push_back(operation_of("1007", AddToGroups{{group_of("g12")}}, Stage::group_add));
    plan.operations.back().after = {plan.operations[0].key};
    const auto verdict = plan::guard(plan, {.people_managed = 10}, {});
    REQUIRE(codes(verdict) == Lines{"removals"});

    const auto rest = plan::without_held(plan, verdict);

    REQUIRE(rest.has_value());
    CHECK(lines_of(*rest) == Lines{"create_user 1000"});
}

TEST_CASE("of people who swap their addresses all wait when one of them does, and nobody is left with a parked one",
          "[core][guard][blast][swap]") {
    // 1001, 1002 and 1003 hand their addresses round; 1003 loses the phone number besides, as 12 others do.
    std::vector<DesiredUser> users;
    std::vector<ActualUser> accounts;
    std::vector<OwnedUser> owned;
    const auto add = [&](const std::string& key) {
        users.push_back(wanted(key));
        accounts.push_back(account(key));
        accounts.back().profile.phone = "1";
        users.back().profile.phone = "1";
        owned.push_back(ours(key));
        return &users.back().profile;
    };
    add("1001")->email = profile_of("1002").email;
    add("1002")->email = profile_of("1003").email;
    auto* third = add("1003");
    third->email = profile_of("1001").email;
    third->phone = "";
    add("1004")->job_title = "Baker";
    for (int i = 0; i < 12; ++i) add("20" + std::to_string(10 + i))->phone = "";
    diff::Policy policy;
    policy.swap_parking = "parked+{key}@example.invalid";
    const auto plan =
        plan::make_plan(diff::diff(should_be(users), network_of(accounts), Ownership{owned}, policy), {}, {});
    const auto verdict = plan::guard(plan, {.people_managed = 16}, {});
    REQUIRE(codes(verdict) == Lines{"values_cleared"});

    const auto rest = plan::without_held(plan, verdict);

    REQUIRE(rest.has_value());
    CHECK(lines_of(*rest) == Lines{"update_profile 1004 job_title"});
}

TEST_CASE("a plan that waits because of what it was made from waits as a whole", "[core][guard][blast]") {
    const auto plan = suspensions(2);

    CHECK_FALSE(plan::without_held(plan, plan::guard(plan, {.people_managed = 10, .first_run = true}, {})));
    CHECK_FALSE(plan::without_held(plan, plan::guard(plan, {.people_managed = 10}, {})));  // nothing else is in it
    CHECK_FALSE(plan::without_held(plan, {}));
}

TEST_CASE("leavers whom no call suspends are removals, and no staying people who lose memberships", "[core][guard]") {
    std::vector<ActualUser> accounts;
    std::vector<OwnedUser> owned;
    for (std::size_t i = 0; i < 30; ++i) {
        accounts.push_back(account(key_of(i), {"g12"}));
        owned.push_back(ours(key_of(i), {"g12"}));
    }
    auto manager = account("9000");
    manager.role = RoleId("admin");
    accounts.push_back(manager);
    owned.push_back(ours("9000"));
    owned.back().role = RoleId("admin");
    const PlanBasis basis{.tenant = TenantId("shop"), .snapshot = {}, .snapshot_content = {}, .rules = {}};
    const auto plan = plan::make_plan(
        diff::diff(should_be({}), network_of(accounts), Ownership{owned}, {.can_suspend = false}), basis, {});

    CHECK(plan::impact_of(plan).of(Budgeted::removals) == 31);
    CHECK(plan::impact_of(plan).of(Budgeted::memberships_lost) == 0);
    CHECK(plan::impact_of(plan).of(Budgeted::role_grants) == 0);
    plan::GuardContext context;
    context.people_managed = 400;
    context.memberships_owned = 400;
    const auto verdict = plan::guard(plan, context, {.group_loss_max = 100});
    REQUIRE(codes(verdict) == Lines{"removals"});
    CHECK(plan::held_people(plan, verdict).size() == 31);
    const auto counts = counts_of(plan.operations);
    CHECK(counts.removals == 31);
    CHECK(counts.memberships_lost == 0);
    CHECK(counts.role_grants == 0);
}

TEST_CASE("a small company that loses a few people an hour is held before it has lost many", "[core][guard]") {
    plan::GuardContext context;
    context.people_managed = 96;
    context.recent.week = removed(4);
    context.recent.month = removed(4);
    CHECK(plan::guard(suspensions(4), context, {}).allowed());
    context.people_managed = 92;
    context.recent.week = removed(8);
    context.recent.month = removed(8);
    const auto verdict = plan::guard(suspensions(4), context, {});
    REQUIRE(codes(verdict) == Lines{"removals_7_days"});
    CHECK(verdict.hold[0].sentence ==
          "in 7 days, this plan included: 12 of 100 people would be removed (12 %), the limit is 10 %");
}
