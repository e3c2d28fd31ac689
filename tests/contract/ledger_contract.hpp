#pragma once
// What every Ledger owes, as a function that a test case calls with an empty ledger.

#include "core/plan/ledger_facts.hpp"
#include "core/ports/ledger.hpp"
#include "tests/support/run.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <utility>
#include <vector>

namespace usersync::test {

inline Operation operation(const std::string& key, What what = CreateUser{}) {
    return Operation{.key = OperationKey(key),
                     .stage = Stage::create,
                     .change = {.employee = EmployeeKey("10234"),
                                .what = std::move(what),
                                .reason = {.rule = "employee record", .origin = {}, .column = "", .value = ""}},
                     .after = {}};
}

inline Settlement settlement(const std::string& key, Outcome outcome, std::vector<OwnershipChange> ownership = {}) {
    return Settlement{.key = OperationKey(key),
                      .outcome = outcome,
                      .code = took_effect(outcome) ? "" : "refused",
                      .attempts = 1,
                      .took = Duration(212),
                      .settled_at = Time(Duration(1'790'000'000'999)),
                      .ownership = std::move(ownership)};
}

inline OwnershipChange gain(OwnershipChange::What what, const std::string& key, const std::string& object = "") {
    return {.key = EmployeeKey(key), .what = what, .way = OwnershipChange::Way::gain, .object = object};
}

inline OwnershipChange lose(OwnershipChange::What what, const std::string& key, const std::string& object = "") {
    return {.key = EmployeeKey(key), .what = what, .way = OwnershipChange::Way::lose, .object = object};
}

/// Intends and settles one operation of run 1 that changes ownership like this.
inline void settle_with(Ledger& ledger, const std::string& key, std::vector<OwnershipChange> ownership) {
    const auto what = operation(key);
    REQUIRE(run(ledger.intend(RunId(1), what, Time(Duration(1)))).has_value());
    REQUIRE(run(ledger.settle(RunId(1), what, settlement(key, Outcome::done, std::move(ownership)))).has_value());
}

inline std::vector<std::string> unsettled_keys(Ledger& ledger) {
    std::vector<std::string> keys;
    for (const auto& open : run(ledger.unsettled()).value()) keys.push_back(open.operation.key.value());
    return keys;
}

/// "1 intent", "2 outcome", …: place and kind.
inline std::vector<std::string> lines_of(const std::vector<LedgerEntry>& entries) {
    std::vector<std::string> lines;
    for (const auto& entry : entries) {
        lines.push_back(std::to_string(entry.id) + ' ' + std::string(to_string(entry.kind)));
    }
    return lines;
}

inline void ledger_contract(Ledger& ledger) {
    using Owned = OwnershipChange::What;
    const Time now(Duration(1'790'000'000'000));

    SECTION("an empty ledger owes nothing and owns nothing") {
        CHECK(run(ledger.unsettled()).value().empty());
        CHECK(run(ledger.ownership()).value() == Ownership{});
        CHECK(run(ledger.summary(RunId(1))).value().empty());
    }
    SECTION("an intent without an outcome is unsettled, whole as it was") {
        const auto what = operation("a", ChangeRole{.before = RoleId("member"), .after = RoleId("admin")});

        CHECK(run(ledger.intend(RunId(7), what, now)).has_value());

        CHECK(run(ledger.unsettled()).value() == std::vector{Unsettled{.run = RunId(7), .operation = what}});
        CHECK(run(ledger.summary(RunId(7))).value().empty());
    }
    SECTION("a settled operation is not unsettled any more") {
        CHECK(run(ledger.intend(RunId(1), operation("a"), now)).has_value());
        CHECK(run(ledger.settle(RunId(1), operation("a"), settlement("a", Outcome::rejected))).has_value());

        CHECK(run(ledger.unsettled()).value().empty());
    }
    SECTION("unsettled intents of all runs come oldest first") {
        CHECK(run(ledger.intend(RunId(1), operation("b"), now)).has_value());
        CHECK(run(ledger.intend(RunId(1), operation("a"), now)).has_value());
        CHECK(run(ledger.intend(RunId(2), operation("0"), now)).has_value());

        CHECK(unsettled_keys(ledger) == std::vector<std::string>{"b", "a", "0"});
    }
    SECTION("a retry of the same operation in the same run stays one row") {
        CHECK(run(ledger.intend(RunId(1), operation("a"), now)).has_value());
        CHECK(run(ledger.intend(RunId(1), operation("b"), now)).has_value());
        CHECK(run(ledger.intend(RunId(1), operation("a"), now + Duration(5))).has_value());

        CHECK(unsettled_keys(ledger) == std::vector<std::string>{"a", "b"});
    }
    SECTION("an operation that is intended again after it was settled must be settled again") {
        CHECK(run(ledger.intend(RunId(1), operation("a"), now)).has_value());
        CHECK(run(ledger.settle(RunId(1), operation("a"), settlement("a", Outcome::gave_up))).has_value());

        CHECK(run(ledger.intend(RunId(1), operation("a"), now)).has_value());

        CHECK(unsettled_keys(ledger) == std::vector<std::string>{"a"});
        CHECK(run(ledger.summary(RunId(1))).value().empty());
    }
    SECTION("another operation under the same key is refused, and so is one that is over") {
        auto other = operation("a");
        other.change.employee = EmployeeKey("7");
        CHECK(run(ledger.intend(RunId(1), operation("a"), now)).has_value());
        const auto changed = run(ledger.intend(RunId(1), other, now));
        REQUIRE(changed.has_error());
        CHECK(changed.error().code == "intent_refused");
        CHECK(changed.error().kind == FailureKind::broken);
        CHECK(run(ledger.unsettled()).value() == std::vector{Unsettled{.run = RunId(1), .operation = operation("a")}});

        for (const auto outcome : {Outcome::done, Outcome::already_so, Outcome::rejected, Outcome::skipped}) {
            CHECK(run(ledger.settle(RunId(1), operation("a"), settlement("a", outcome))).has_value());
            CHECK(run(ledger.intend(RunId(1), operation("a"), now)).has_error());
        }
        CHECK(run(ledger.unsettled()).value().empty());
        CHECK_FALSE(run(ledger.verify()).value().broken);
    }
    SECTION("the same operation of two runs is two rows") {
        CHECK(run(ledger.intend(RunId(1), operation("a"), now)).has_value());
        CHECK(run(ledger.intend(RunId(2), operation("a"), now)).has_value());
        CHECK(run(ledger.settle(RunId(2), operation("a"), settlement("a", Outcome::done))).has_value());

        const auto open = run(ledger.unsettled()).value();

        REQUIRE(open.size() == 1);
        CHECK(open[0].run == RunId(1));
    }
    SECTION("the summary counts a run's outcomes by kind, also of what was never sent") {
        const auto add = AddToGroups{.groups = {GroupChange{.eid = GroupEid("g1"), .name = "Store 12", .reason = {}}}};
        for (const auto* key : {"a", "b"}) {
            CHECK(run(ledger.intend(RunId(1), operation(key), now)).has_value());
            CHECK(run(ledger.settle(RunId(1), operation(key), settlement(key, Outcome::done))).has_value());
        }
        CHECK(run(ledger.settle(RunId(1), operation("c"), settlement("c", Outcome::rejected))).has_value());
        CHECK(run(ledger.settle(RunId(1), operation("d", add), settlement("d", Outcome::skipped))).has_value());
        CHECK(run(ledger.settle(RunId(2), operation("a"), settlement("a", Outcome::already_so))).has_value());

        const LedgerSummary expected{{"create_user", {{Outcome::done, 2}, {Outcome::rejected, 1}}},
                                     {"add_to_groups", {{Outcome::skipped, 1}}}};
        CHECK(run(ledger.summary(RunId(1))).value() == expected);
        CHECK(run(ledger.unsettled()).value().empty());
    }
    SECTION("the making of a group is of no employee, comes back as it went in, and makes nothing ours") {
        auto making = operation("g", MakeGroup{.kind = GroupKind::local_department,
                                               .name = "Bakery 12",
                                               .business_unit = GroupEid("g1"),
                                               .department = GroupEid("g2")});
        making.stage = Stage::make_group;
        making.change.employee = EmployeeKey{};
        making.change.reason = {.rule = "groups.csv row 3", .origin = {"groups.csv", 3, 1}, .column = {}, .value = {}};
        CHECK(run(ledger.intend(RunId(1), making, now)).has_value());
        const auto open = run(ledger.unsettled()).value();
        REQUIRE(open.size() == 1);
        CHECK(open[0].operation == making);

        CHECK(run(ledger.settle(RunId(1), making, settlement("g", Outcome::done))).has_value());
        CHECK(run(ledger.summary(RunId(1))).value() == LedgerSummary{{"make_group", {{Outcome::done, 1}}}});
        CHECK(run(ledger.ownership()).value() == Ownership{});
    }
    SECTION("settling the same operation again replaces its outcome") {
        CHECK(run(ledger.settle(RunId(1), operation("a"), settlement("a", Outcome::gave_up))).has_value());
        CHECK(run(ledger.settle(RunId(1), operation("a"), settlement("a", Outcome::done))).has_value());

        CHECK(run(ledger.summary(RunId(1))).value() == LedgerSummary{{"create_user", {{Outcome::done, 1}}}});
    }
    SECTION("a person's history comes newest first, with what is settled and what is not") {
        auto other = operation("x");
        other.change.employee = EmployeeKey("7");
        CHECK(run(ledger.intend(RunId(1), operation("a"), now)).has_value());
        CHECK(run(ledger.settle(RunId(1), operation("a"), settlement("a", Outcome::rejected))).has_value());
        CHECK(run(ledger.intend(RunId(1), other, now)).has_value());
        CHECK(run(ledger.settle(RunId(2), operation("b"), settlement("b", Outcome::skipped))).has_value());
        CHECK(run(ledger.intend(RunId(3), operation("a"), now + Duration(5))).has_value());

        const auto rows = run(ledger.history(EmployeeKey("10234"), 10)).value();

        const auto settled = settlement("a", Outcome::rejected);
        const std::vector<LedgerRow> expected{
            {.run = RunId(3), .operation = operation("a"), .intended_at = now + Duration(5)},
            {.run = RunId(2),
             .operation = operation("b"),
             .settled_at = settled.settled_at,
             .outcome = Outcome::skipped,
             .code = "refused",
             .attempts = 1},
            {.run = RunId(1),
             .operation = operation("a"),
             .intended_at = now,
             .settled_at = settled.settled_at,
             .outcome = Outcome::rejected,
             .code = "refused",
             .attempts = 1}};
        CHECK(rows == expected);
        CHECK(run(ledger.history(EmployeeKey("10234"), 2)).value().size() == 2);
        CHECK(run(ledger.history(EmployeeKey("nobody"), 10)).value().empty());
    }
    SECTION("what took effect since a moment is counted as the brakes count it") {
        const auto group = GroupChange{.eid = GroupEid("g1"), .name = "Store 12", .reason = {}};
        const auto other = GroupChange{.eid = GroupEid("g2"), .name = "Store 14", .reason = {}};
        const auto effect = [&](const std::string& key, Stage stage, What what, Outcome outcome, Time at) {
            auto one = operation(key, std::move(what));
            one.stage = stage;
            auto ended = settlement(key, outcome);
            ended.settled_at = at;
            CHECK(run(ledger.settle(RunId(1), one, ended)).has_value());
        };
        effect("long ago", Stage::suspend, SuspendUser{}, Outcome::done, now - Duration(1));
        effect("a", Stage::suspend, SuspendUser{}, Outcome::done, now);
        effect("b", Stage::remove, EndMembership{}, Outcome::already_so, now + Duration(1));
        effect("c", Stage::group_remove, RemoveFromGroups{{group, other}}, Outcome::done, now);
        effect("d", Stage::group_remove, RemoveFromGroups{{group}}, Outcome::rejected, now);
        effect("e", Stage::leave_groups, RemoveFromGroups{{group}}, Outcome::done, now);
        effect("f", Stage::role, ChangeRole{RoleId("member"), RoleId("admin")}, Outcome::done, now);
        effect("g", Stage::leave_role, ChangeRole{RoleId("admin"), RoleId("member"), false}, Outcome::done, now);
        effect("h", Stage::role, ChangeGroupRole{group, RoleId("member"), RoleId("admin")}, Outcome::done, now);
        effect("i", Stage::make_group, MakeGroup{}, Outcome::done, now);
        CHECK(run(ledger.intend(RunId(1), operation("open", SuspendUser{}), now)).has_value());

        const LedgerCounts expected{.removals = 1,
                                    .memberships_lost = 2,
                                    .role_grants = 2,
                                    .groups_made = 1,
                                    .memberships_lost_in = {{GroupEid("g1"), 1}, {GroupEid("g2"), 1}},
                                    .suspensions = 1,
                                    .endings = 1};
        CHECK(run(ledger.counts_since(now)).value() == expected);
        CHECK(run(ledger.counts_since(now + Duration(2))).value() == LedgerCounts{});
    }
    SECTION("every intent, every outcome and every event is an entry of one chain, whatever became of the row") {
        const EntryFacts facts{.by = "jan", .why = "the record is being mended"};
        const LedgerEvent event{.kind = EntryKind::paused, .at = now + Duration(2), .run = RunId(4), .facts = facts};
        CHECK(run(ledger.intend(RunId(1), operation("a"), now)).has_value());
        CHECK(run(ledger.intend(RunId(1), operation("a"), now + Duration(1))).has_value());
        CHECK(run(ledger.settle(RunId(1), operation("a"), settlement("a", Outcome::gave_up))).has_value());
        CHECK(run(ledger.record(event)).has_value());
        CHECK(run(ledger.settle(RunId(1), operation("b"), settlement("b", Outcome::skipped))).has_value());

        const auto entries = run(ledger.entries({})).value();

        CHECK(lines_of(entries) ==
              std::vector<std::string>{"1 intent", "2 intent", "3 outcome", "4 paused", "5 outcome"});
        CHECK(entries[0].at == now);
        CHECK(entries[0].employee == EmployeeKey("10234"));
        CHECK(entries[0].operation == OperationKey("a"));
        CHECK(plan::decode_facts(entries[0].bytes).value() == plan::facts_of(operation("a")));
        auto outcome = plan::facts_of(operation("a"));
        outcome.outcome = "gave_up";
        outcome.code = "refused";
        outcome.attempts = 1;
        outcome.took_ms = 212;
        CHECK(plan::decode_facts(entries[2].bytes).value() == outcome);
        CHECK(plan::decode_facts(entries[3].bytes).value() == facts);
        CHECK(entries[3].run == RunId(4));
        CHECK_FALSE(verify(entries));
        CHECK(run(ledger.verify()).value() == ChainReport{.head = {.count = 5, .hash = entries[4].hash}, .broken = {}});
    }
    SECTION("entries and rows can be asked for by time, person and run, and no more than asked for") {
        auto other = operation("x");
        other.change.employee = EmployeeKey("7");
        auto ended = settlement("a", Outcome::done);
        ended.settled_at = now + Duration(10);
        CHECK(run(ledger.intend(RunId(1), operation("a"), now)).has_value());
        CHECK(run(ledger.intend(RunId(2), other, now + Duration(5))).has_value());
        CHECK(run(ledger.settle(RunId(1), operation("a"), ended)).has_value());
        CHECK(run(ledger.record({.kind = EntryKind::resumed, .at = now, .run = {}, .facts = {}})).has_value());

        const auto lines = [&](LedgerQuestion question) { return lines_of(run(ledger.entries(question)).value()); };
        CHECK(lines({.since = now + Duration(5)}) == std::vector<std::string>{"2 intent", "3 outcome"});
        CHECK(lines({.person = EmployeeKey("10234")}) == std::vector<std::string>{"1 intent", "3 outcome"});
        CHECK(lines({.run = RunId(2)}) == std::vector<std::string>{"2 intent"});
        CHECK(lines({.newest_max = 2}) == std::vector<std::string>{"3 outcome", "4 resumed"});
        CHECK(lines_of(run(ledger.events(10)).value()) == std::vector<std::string>{"4 resumed"});

        const auto keys = [&](LedgerQuestion question) {
            std::string text;
            for (const auto& row : run(ledger.calls(question)).value()) text += row.operation.key.value();
            return text;
        };
        CHECK(keys({}) == "ax");
        CHECK(keys({.since = now + Duration(6)}) == "a");
        CHECK(keys({.person = EmployeeKey("7")}) == "x");
        CHECK(keys({.run = RunId(1)}) == "a");
        CHECK(keys({.newest_max = 1}) == "x");
    }
    SECTION("how much there is to a question is counted whole, however little of it is read") {
        auto other = operation("x");
        other.change.employee = EmployeeKey("7");
        other.change.what = SuspendUser{};
        const auto ended = [&](const std::string& key, Outcome outcome, Duration after) {
            auto made = settlement(key, outcome);
            made.settled_at = now + after;
            return made;
        };
        CHECK(run(ledger.intend(RunId(1), operation("a"), now)).has_value());
        CHECK(run(ledger.settle(RunId(1), operation("a"), ended("a", Outcome::done, Duration(10)))).has_value());
        CHECK(run(ledger.settle(RunId(1), operation("b"), ended("b", Outcome::already_so, Duration(1)))).has_value());
        CHECK(run(ledger.settle(RunId(2), operation("c"), ended("c", Outcome::gave_up, Duration(1)))).has_value());
        CHECK(run(ledger.intend(RunId(2), other, now + Duration(5))).has_value());
        CHECK(run(ledger.record({.kind = EntryKind::paused, .at = now, .run = {}, .facts = {}})).has_value());
        CHECK(run(ledger.record({.kind = EntryKind::resumed, .at = now + Duration(9), .run = {}, .facts = {}}))
                  .has_value());

        const auto kind = std::string(kind_of(operation("a").change.what));
        const auto totals = [&](LedgerQuestion question) { return run(ledger.totals(question)).value(); };
        CHECK(totals({.newest_max = 1}) == LedgerTotals{.calls = 4, .effects = {{kind, 2}}, .events = 2});
        CHECK(totals({.since = now + Duration(9)}) == LedgerTotals{.calls = 1, .effects = {{kind, 1}}, .events = 1});
        CHECK(totals({.person = EmployeeKey("7")}) == LedgerTotals{.calls = 1, .effects = {}, .events = 0});
    }
    SECTION("what was decided about a person is found with their calls, and is an event like any other") {
        const LedgerEvent held{.kind = EntryKind::held,
                               .at = now,
                               .run = {},
                               .facts = {.by = "jan", .why = "is ill"},
                               .employee = EmployeeKey("7")};
        CHECK(run(ledger.intend(RunId(1), operation("a"), now)).has_value());
        CHECK(run(ledger.record(held)).has_value());
        CHECK(run(ledger.record({.kind = EntryKind::released, .at = now, .run = {}, .facts = {}})).has_value());

        const auto found = run(ledger.entries({.person = EmployeeKey("7")})).value();
        REQUIRE(lines_of(found) == std::vector<std::string>{"2 held"});
        CHECK(found[0].employee == EmployeeKey("7"));
        CHECK(plan::decode_facts(found[0].bytes).value() == held.facts);
        CHECK(lines_of(run(ledger.events(9)).value()) == std::vector<std::string>{"3 released", "2 held"});
        CHECK_FALSE(run(ledger.verify()).value().broken);
    }
    SECTION("events come newest first") {
        for (const auto kind : {EntryKind::paused, EntryKind::resumed, EntryKind::rejection}) {
            CHECK(run(ledger.record({.kind = kind, .at = now, .run = {}, .facts = {}})).has_value());
        }

        CHECK(lines_of(run(ledger.events(2)).value()) == std::vector<std::string>{"3 rejection", "2 resumed"});
    }
    SECTION("an empty chain holds together, and nothing was put back") {
        CHECK(run(ledger.verify()).value() == ChainReport{});
        CHECK_FALSE(was_put_back(run(ledger.continuity()).value()));
    }
    SECTION("nothing becomes ours by an intent") {
        CHECK(run(ledger.intend(RunId(1), operation("a"), now)).has_value());

        CHECK(run(ledger.ownership()).value() == Ownership{});
    }
    SECTION("what was gained is ours, sorted by person and group") {
        settle_with(ledger, "a", {gain(Owned::group, "2", "g2"), gain(Owned::group, "2", "g1")});
        settle_with(ledger, "b",
                    {gain(Owned::user, "1"), gain(Owned::role, "1", "admin"), gain(Owned::group, "1", "g3")});
        settle_with(ledger, "c", {gain(Owned::group, "2", "g1"), gain(Owned::role, "10", "member")});

        const Ownership expected{
            .users = {
                OwnedUser{.key = EmployeeKey("1"), .user = true, .groups = {GroupEid("g3")}, .role = RoleId("admin")},
                OwnedUser{.key = EmployeeKey("10"), .user = false, .groups = {}, .role = RoleId("member")},
                OwnedUser{
                    .key = EmployeeKey("2"), .user = false, .groups = {GroupEid("g1"), GroupEid("g2")}, .role = {}}}};
        CHECK(run(ledger.ownership()).value() == expected);
    }
    SECTION("ownership follows every step as the model says") {
        const std::vector<std::vector<OwnershipChange>> steps = {
            {gain(Owned::role, "1", "admin")},
            {gain(Owned::user, "1"), gain(Owned::group, "1", "g1"), gain(Owned::group, "1", "g2")},
            {gain(Owned::role, "1", "member")},
            {lose(Owned::group, "1", "g1"), lose(Owned::group, "1", "never ours")},
            {lose(Owned::role, "1", "member")},
            {gain(Owned::role, "2", "admin"), gain(Owned::group, "2", "g1")},
            {lose(Owned::role, "2", "admin")},
            {lose(Owned::group, "2", "g1")},
            {gain(Owned::role, "1", "admin"), lose(Owned::user, "1")},
            {lose(Owned::user, "nobody"), lose(Owned::role, "nobody", "admin")},
        };
        Ownership expected;
        for (std::size_t i = 0; i < steps.size(); ++i) {
            INFO("step " << i);
            settle_with(ledger, "op-" + std::to_string(i), steps[i]);
            expected = apply_changes(expected, steps[i]);
            CHECK(run(ledger.ownership()).value() == expected);
        }
        CHECK(expected == Ownership{});
    }
    SECTION("links, what was declined, suspensions, invitations and roles in groups follow as the model says") {
        auto role_in = gain(Owned::group_role, "1", "g1");
        role_in.role = "admin";
        auto other_role = role_in;
        other_role.role = "editor";
        const std::vector<std::vector<OwnershipChange>> steps = {
            {gain(Owned::user, "1"), gain(Owned::link, "1", "u1"), gain(Owned::group, "1", "g1")},
            {role_in},
            {other_role, gain(Owned::group_role_declined, "1", "g2"), gain(Owned::group_role_declined, "1", "g1")},
            {gain(Owned::invited_again, "1"), gain(Owned::invited_again, "1")},
            {lose(Owned::group, "1", "g1"), gain(Owned::declined, "1", "g1"), gain(Owned::declined, "1", "g0")},
            {gain(Owned::role_declined, "1", "admin"), gain(Owned::suspended, "1")},
            {gain(Owned::user_declined, "2"), gain(Owned::suspended, "3"), gain(Owned::role_declined, "4", "admin")},
            {gain(Owned::formerly, "9", "1")},
            {gain(Owned::formerly, "2", "nobody")},
            {gain(Owned::formerly, "3", "9")},
            {lose(Owned::group_role, "3", "g1"), lose(Owned::group_role_declined, "3", "g1")},
            {lose(Owned::declined, "3", "g0"), lose(Owned::link, "3"), lose(Owned::role_declined, "3")},
            {lose(Owned::suspended, "3"), lose(Owned::invited_again, "3"), lose(Owned::user_declined, "2")},
            {lose(Owned::user, "3"), lose(Owned::role_declined, "4")},
            {gain(Owned::link_scim, "5", "s5"), gain(Owned::invite_due, "6")},
            {gain(Owned::changed, "5", "1700000000000"), gain(Owned::invite_due, "5")},
            {gain(Owned::changed, "5", "1700000000001"), lose(Owned::invite_due, "6")},
            {lose(Owned::invite_due, "5"), lose(Owned::link_scim, "5")},
            {lose(Owned::user, "5")},
        };
        Ownership expected;
        for (std::size_t i = 0; i < steps.size(); ++i) {
            INFO("step " << i);
            settle_with(ledger, "op-" + std::to_string(i), steps[i]);
            expected = apply_changes(expected, steps[i]);
            CHECK(run(ledger.ownership()).value() == expected);
        }
        CHECK(expected == Ownership{});
    }
}

}  // namespace usersync::test
