#include "tests/core/apply/pacing_simulation.hpp"

#include <catch2/catch.hpp>

#include <set>
#include <string>

using namespace usersync;
using namespace usersync::apply;
using namespace usersync::test;
using namespace std::chrono_literals;

namespace {

ApplyLimits with_canary(std::size_t people) {
    ApplyLimits limits;
    limits.concurrency = 8;
    limits.canary = people;
    return limits;
}

/// Everything that may start now, answered as done; the looks that follow.
struct Begun {
    std::set<std::string> called;
    std::vector<std::size_t> to_look_at;
};
Begun begin(ApplyRun& run, const Plan& plan) {
    Begun begun;
    std::vector<std::size_t> under_way;
    for (;;) {
        const auto step = run.next(SteadyTime(1h));
        if (const auto* call = std::get_if<Call>(&step)) {
            begun.called.insert(plan.operations[call->operation].change.employee.value());
            under_way.push_back(call->operation);
        } else if (const auto* check = std::get_if<Check>(&step)) {
            begun.to_look_at.push_back(check->operation);
        } else if (!std::holds_alternative<Settle>(step)) {
            if (under_way.empty()) return begun;
            for (const auto operation : under_way) run.call_succeeded(operation, ApplyRun::Effected::now);
            under_way.clear();
        }
    }
}

}  // namespace

TEST_CASE("the first people of a large plan go alone, with all that is theirs, and the rest after a look at them",
          "[core][apply]") {
    const auto plan = plan_of(40, 2);
    ApplyRun run(plan, with_canary(3), 1);

    const auto first = begin(run, plan);
    CHECK(first.called == std::set<std::string>{"100000", "100001", "100002"});
    CHECK(first.to_look_at.size() == 6);
    CHECK(run.canary_open());

    for (const auto operation : first.to_look_at) run.checked(operation, ApplyRun::Seen::in_effect);
    CHECK_FALSE(run.canary_open());
    const auto rest = begin(run, plan);
    CHECK(rest.called.size() == 37);
    CHECK(rest.to_look_at.empty());
    CHECK(run.summary().open.empty());
}

TEST_CASE("what is answered as done and is not there ends the run before the rest begins", "[core][apply][fault23]") {
    const auto plan = plan_of(40, 2);
    ApplyRun run(plan, with_canary(3), 1);
    const auto first = begin(run, plan);
    for (const auto operation : first.to_look_at) {
        run.checked(operation, operation == 1 ? ApplyRun::Seen::not_in_effect : ApplyRun::Seen::in_effect);
    }

    CHECK(begin(run, plan).called.empty());
    const auto summary = run.summary();
    REQUIRE(summary.stopped_by);
    CHECK(summary.stopped_by->code == "canary");
    CHECK(summary.stopped_by->kind == FailureKind::blocked);
    CHECK(summary.stopped_by->detail.find("update_profile of 100001") != std::string::npos);
    CHECK(summary.not_started == 74);
}

TEST_CASE("a small plan, and a tenant without a canary, begin with everybody", "[core][apply]") {
    const auto small = plan_of(20, 1);
    ApplyRun run(small, with_canary(3), 1);
    CHECK(begin(run, small).called.size() == 20);

    const auto large = plan_of(40, 1);
    ApplyRun other(large, with_canary(0), 1);
    CHECK(begin(other, large).called.size() == 40);
}

TEST_CASE("one of the first people who is refused does not stop the others; when all are, the run ends",
          "[core][apply]") {
    const auto plan = plan_of(40, 1);
    const Failure refused{.kind = FailureKind::rejected, .code = "invalid_email_address"};
    ApplyRun run(plan, with_canary(3), 1);
    for (int i = 0; i < 3; ++i) REQUIRE(std::holds_alternative<Call>(run.next(SteadyTime(1h))));

    SECTION("one") {
        run.call_failed(0, refused, SteadyTime(1h));
        run.call_succeeded(1, ApplyRun::Effected::now);
        run.call_succeeded(2, ApplyRun::Effected::now);
        const auto looks = begin(run, plan).to_look_at;
        CHECK(looks == std::vector<std::size_t>{1, 2});
        for (const auto operation : looks) run.checked(operation, ApplyRun::Seen::in_effect);
        CHECK(begin(run, plan).called.size() == 37);
        CHECK_FALSE(run.stopped());
    }
    SECTION("all") {
        for (std::size_t i = 0; i < 3; ++i) run.call_failed(i, refused, SteadyTime(1h));
        CHECK(begin(run, plan).called.empty());
        CHECK(run.summary().stopped_by->code == "canary");
    }
}

namespace {

/// The looks of the canary fail in this way until something else happens; how many they were.
int look_in_vain(ApplyRun& run, const Failure& failure) {
    SteadyTime now{1h};
    int looked = 1;
    run.check_failed(0, failure, now);
    for (;;) {
        const auto step = run.next(now);
        if (const auto* wait = std::get_if<WaitUntil>(&step)) now = wait->when;
        if (std::holds_alternative<Call>(step) || std::holds_alternative<Finished>(step)) return looked;
        if (!std::holds_alternative<Check>(step)) continue;
        ++looked;
        run.check_failed(0, failure, now);
    }
}

}  // namespace

TEST_CASE("a look that does not find out is repeated, and then the rest begins", "[core][apply][fault24]") {
    const auto plan = plan_of(40, 1);
    ApplyRun run(plan, with_canary(1), 1);
    REQUIRE(begin(run, plan).to_look_at.size() == 1);

    CHECK(look_in_vain(run, {.kind = FailureKind::transient, .code = "not_visible_yet"}) ==
          ApplyLimits{}.backoff.attempts_max);
    CHECK_FALSE(run.canary_open());
    CHECK_FALSE(run.stopped());
}

TEST_CASE("where changes are answered and no look is, the rest does not go out unread", "[core][apply][fault24]") {
    const auto plan = plan_of(40, 1);
    ApplyRun run(plan, with_canary(1), 1);
    REQUIRE(begin(run, plan).to_look_at.size() == 1);

    CHECK(look_in_vain(run, {.kind = FailureKind::transient, .code = "bad_gateway"}) ==
          ApplyLimits{}.backoff.attempts_max);
    CHECK(begin(run, plan).called.empty());
    const auto summary = run.summary();
    REQUIRE(summary.stopped_by);
    CHECK(summary.stopped_by->kind == FailureKind::transient);
    CHECK(summary.stopped_by->code == "canary_not_read");
    CHECK(summary.not_started == 39);
}

TEST_CASE("one of the first people who cannot be looked at is in doubt beside another who was seen",
          "[core][apply][fault24]") {
    const auto plan = plan_of(40, 1);
    ApplyRun run(plan, with_canary(2), 1);
    REQUIRE(begin(run, plan).to_look_at.size() == 2);

    run.checked(1, ApplyRun::Seen::in_effect);
    look_in_vain(run, {.kind = FailureKind::transient, .code = "bad_gateway"});
    CHECK_FALSE(run.canary_open());
    CHECK_FALSE(run.stopped());
}
