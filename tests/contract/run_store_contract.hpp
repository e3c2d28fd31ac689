#pragma once
// What every RunStore owes, as a function that a test case calls with an empty store.

#include "core/ports/run_store.hpp"
#include "tests/support/run.hpp"

#include <catch2/catch.hpp>

#include <optional>
#include <string>

namespace usersync::test {

inline StoredPlan stored_plan(const std::string& id, RunId run, PlanState state = PlanState::held) {
    StoredPlan stored;
    stored.plan.id = PlanId(id);
    stored.plan.basis.tenant = TenantId("shop");
    stored.plan.basis.snapshot = SnapshotId(3);
    stored.plan.basis.rules = fingerprint_of("rules");
    stored.plan.operations = {
        Operation{.key = OperationKey(id + "-1"),
                  .stage = Stage::create,
                  .change = {.employee = EmployeeKey("10234"),
                             .what = CreateUser{.profile = {.email = "", .name = {}, .job_title = {}, .phone = "1"}},
                             .reason = {.rule = "employee record", .column = "", .value = ""}},
                  .after = {}}};
    stored.plan.notes = {Note{.kind = Note::Kind::frozen, .employee = EmployeeKey("87"), .text = "left as it is"}};
    if (state == PlanState::held) stored.verdict.hold = {HoldReason{.code = "first_run", .sentence = "the first one"}};
    stored.state = state;
    stored.run = run;
    stored.created_at = Time(Duration(1'790'000'000'456));
    return stored;
}

inline std::optional<StoredPlan> loaded(RunStore& store, const std::string& id) {
    return run(store.load_plan(PlanId(id))).value();
}

inline PlanState state_of(RunStore& store, const std::string& id) {
    const auto plan = loaded(store, id);
    REQUIRE(plan.has_value());
    return plan->state;
}

inline void run_store_contract(RunStore& store) {
    const Time start(Duration(1'790'000'000'000));

    SECTION("a run is open until it is closed") {
        const auto id = run(store.open_run("schedule", start)).value();

        RunRecord expected;
        expected.id = id;
        expected.trigger = "schedule";
        expected.started_at = start;
        CHECK(id == RunId(1));
        CHECK(run(store.recent(10)).value() == std::vector{expected});
    }
    SECTION("a closed run says how it ended") {
        RunRecord record;
        record.id = run(store.open_run("command", start)).value();
        record.trigger = "command";
        record.started_at = start;
        record.ended_at = start + Duration(1500);
        record.end = RunEnd::failed;
        record.snapshot = SnapshotId(4);
        record.plan = PlanId("abc");
        record.failure_code = "host_key_mismatch";
        record.failure_sentence = "the server's key is not the pinned one";
        record.people_open = 3;

        CHECK(run(store.close_run(record)).has_value());

        CHECK(run(store.recent(1)).value() == std::vector{record});
    }
    SECTION("a run that was never opened cannot be closed") {
        RunRecord record;
        record.id = RunId(9);

        const auto closed = run(store.close_run(record));

        REQUIRE(closed.has_error());
        CHECK(closed.error().kind == FailureKind::broken);
        CHECK(closed.error().code == "no_such_run");
    }
    SECTION("recent runs come newest first, and no more than asked for") {
        for (int i = 0; i < 3; ++i) CHECK(run(store.open_run("schedule", start)).value() == RunId(i + 1));

        const auto runs = run(store.recent(2)).value();

        REQUIRE(runs.size() == 2);
        CHECK(runs[0].id == RunId(3));
        CHECK(runs[1].id == RunId(2));
        CHECK(run(store.recent(0)).value().empty());
    }
    SECTION("before the first plan there is none") {
        CHECK_FALSE(run(store.load_plan(std::nullopt)).value().has_value());
        CHECK_FALSE(run(store.plan_head(std::nullopt)).value().has_value());
        CHECK_FALSE(run(store.plan_head(PlanId("a"))).value().has_value());
        CHECK_FALSE(loaded(store, "a").has_value());
        CHECK_FALSE(run(store.has_applied()).value());
    }
    SECTION("a plan comes back as it was saved, by its id and as the newest") {
        auto plan = stored_plan("a", RunId(1), PlanState::allowed);
        plan.approved_at = start;
        plan.approved_by = "jan";

        CHECK(run(store.save_plan(plan)).has_value());

        CHECK(loaded(store, "a") == plan);
        CHECK(run(store.load_plan(std::nullopt)).value() == plan);
    }
    SECTION("the head of a plan says of it what the whole says, but for what it does") {
        auto held = stored_plan("a", RunId(1));
        held.plan.basis.tenant = TenantId("\",\"operations\":[]");
        CHECK(run(store.save_plan(held)).has_value());
        CHECK(run(store.reject(PlanId("a"), {.at = start, .by = "jan", .reason = "too many"})).has_value());
        auto empty = stored_plan("b", RunId(2), PlanState::allowed);
        empty.plan.operations.clear();
        empty.approved_at = start;
        empty.approved_by = "piet";
        CHECK(run(store.save_plan(empty)).has_value());

        CHECK(run(store.plan_head(PlanId("a"))).value() == head_of(*loaded(store, "a")));
        CHECK_FALSE(run(store.plan_head(PlanId("a"))).value()->is_empty);
        CHECK(run(store.plan_head(std::nullopt)).value() == head_of(empty));
        CHECK(run(store.plan_head(std::nullopt)).value()->is_empty);
        CHECK_FALSE(run(store.plan_head(PlanId("c"))).value().has_value());
    }
    SECTION("a new plan takes the place of one that was not applied") {
        CHECK(run(store.save_plan(stored_plan("a", RunId(1)))).has_value());
        CHECK(run(store.save_plan(stored_plan("b", RunId(2), PlanState::allowed))).has_value());
        CHECK(state_of(store, "a") == PlanState::superseded);
        CHECK(state_of(store, "b") == PlanState::allowed);

        CHECK(run(store.save_plan(stored_plan("c", RunId(3)))).has_value());

        CHECK(state_of(store, "b") == PlanState::superseded);
        CHECK(state_of(store, "c") == PlanState::held);
        CHECK(run(store.load_plan(std::nullopt)).value()->plan.id == PlanId("c"));
    }
    SECTION("an applied plan stays applied when a new one comes") {
        CHECK(run(store.save_plan(stored_plan("a", RunId(1), PlanState::allowed))).has_value());
        CHECK(run(store.mark_applied(PlanId("a"))).has_value());

        CHECK(run(store.save_plan(stored_plan("b", RunId(2)))).has_value());

        CHECK(state_of(store, "a") == PlanState::applied);
    }
    SECTION("the same plan again moves to the new run, state and approval, keeps when it was made, and is the newest") {
        const auto first = stored_plan("a", RunId(1));
        CHECK(run(store.save_plan(first)).has_value());
        CHECK(run(store.save_plan(stored_plan("b", RunId(2)))).has_value());
        auto again = stored_plan("a", RunId(3), PlanState::allowed);
        again.created_at = start + Duration(99);
        again.verdict = Verdict{};
        again.approved_by = "jan";
        again.approved_at = start + Duration(98);

        CHECK(run(store.save_plan(again)).has_value());

        auto expected = again;
        expected.created_at = first.created_at;
        CHECK(run(store.load_plan(std::nullopt)).value() == expected);
        CHECK(state_of(store, "b") == PlanState::superseded);
    }
    SECTION("an approval is kept with its person and moment") {
        auto expected = stored_plan("a", RunId(1));
        CHECK(run(store.save_plan(expected)).has_value());

        CHECK(run(store.approve(PlanId("a"), "jan", start)).has_value());

        expected.state = PlanState::allowed;
        expected.approved_by = "jan";
        expected.approved_at = start;
        CHECK(loaded(store, "a") == expected);
    }
    SECTION("only a held plan can be approved") {
        CHECK(run(store.save_plan(stored_plan("a", RunId(1)))).has_value());
        CHECK(run(store.save_plan(stored_plan("b", RunId(2), PlanState::allowed))).has_value());

        for (const auto* id : {"a", "b"}) {
            const auto approved = run(store.approve(PlanId(id), "jan", start));
            REQUIRE(approved.has_error());
            CHECK(approved.error().kind == FailureKind::rejected);
            CHECK(approved.error().code == "plan_not_held");
        }
        CHECK(state_of(store, "a") == PlanState::superseded);
        CHECK(loaded(store, "b")->approved_by.empty());
    }
    SECTION(
        "a rejected plan is kept with who, when and why, stays so when a newer one comes, and may be approved later") {
        const Rejection rejection{.at = start, .by = "ann", .reason = "the file is from last week"};
        auto expected = stored_plan("a", RunId(1));
        CHECK(run(store.save_plan(expected)).has_value());

        CHECK(run(store.reject(PlanId("a"), rejection)).has_value());

        expected.state = PlanState::rejected;
        expected.rejection = rejection;
        CHECK(loaded(store, "a") == expected);
        CHECK(run(store.reject(PlanId("a"), rejection)).error().code == "plan_not_held");
        CHECK(run(store.save_plan(stored_plan("b", RunId(2)))).has_value());
        CHECK(loaded(store, "a") == expected);
        CHECK(run(store.save_plan(expected)).has_value());
        CHECK(run(store.load_plan(std::nullopt)).value() == expected);
        CHECK(state_of(store, "b") == PlanState::superseded);

        CHECK(run(store.approve(PlanId("a"), "jan", start)).has_value());
        CHECK(state_of(store, "a") == PlanState::allowed);
        CHECK_FALSE(loaded(store, "a")->rejection.has_value());
    }
    SECTION("only a held plan can be rejected") {
        CHECK(run(store.save_plan(stored_plan("a", RunId(1), PlanState::allowed))).has_value());

        CHECK(run(store.reject(PlanId("a"), {})).error().code == "plan_not_held");
        CHECK(run(store.reject(PlanId("x"), {})).error().code == "no_such_plan");
        CHECK(state_of(store, "a") == PlanState::allowed);
    }
    SECTION("a plan that nobody made can be neither approved nor applied") {
        const auto approved = run(store.approve(PlanId("x"), "jan", start));
        const auto applied = run(store.mark_applied(PlanId("x")));

        CHECK(approved.error().kind == FailureKind::rejected);
        CHECK(approved.error().code == "no_such_plan");
        CHECK(applied.error().kind == FailureKind::rejected);
        CHECK(applied.error().code == "no_such_plan");
        CHECK_FALSE(run(store.has_applied()).value());
    }
    SECTION("once a plan was applied, that is never forgotten, not even when the same plan is held again") {
        CHECK(run(store.save_plan(stored_plan("a", RunId(1), PlanState::allowed))).has_value());
        CHECK_FALSE(run(store.has_applied()).value());
        CHECK(run(store.mark_applied(PlanId("a"))).has_value());
        CHECK(run(store.has_applied()).value());

        CHECK(run(store.save_plan(stored_plan("a", RunId(2)))).has_value());

        CHECK(state_of(store, "a") == PlanState::held);
        CHECK(run(store.has_applied()).value());
    }
}

}  // namespace usersync::test
