#include "tests/core/apply/pacing_simulation.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <chrono>
#include <functional>
#include <set>

using namespace usersync;
using namespace usersync::apply;
using namespace usersync::test;
using namespace std::chrono_literals;

namespace {

Failure away(std::optional<Duration> wait = std::nullopt) {
    return {.kind = FailureKind::transient, .code = "service_unavailable", .retry_after = wait};
}
Failure too_fast(std::optional<Duration> wait = std::nullopt) {
    return {.kind = FailureKind::transient, .code = "too_many_requests", .retry_after = wait};
}

/// Drives a run whose calls are answered at once by `answer`, and whose probes by `probe`.
struct Driven {
    explicit Driven(const Plan& plan, ApplyLimits limits) : run(plan, limits, 7) {}

    void drive(
        const std::function<std::optional<Failure>(std::size_t, SteadyTime)>& answer,
        const std::function<bool(SteadyTime)>& probe = [](SteadyTime) { return true; }) {
        for (int steps = 0; steps < 1'000'000; ++steps) {
            const auto step = run.next(now);
            if (const auto* call = std::get_if<Call>(&step)) {
                ++calls;
                if (const auto failure = answer(call->operation, now)) {
                    run.call_failed(call->operation, *failure, now);
                } else {
                    run.call_succeeded(call->operation, ApplyRun::Effected::now);
                }
            } else if (std::holds_alternative<Probe>(step)) {
                ++probes;
                run.probed(probe(now) ? std::nullopt : std::optional(away()), now);
            } else if (const auto* wait = std::get_if<WaitUntil>(&step)) {
                REQUIRE(wait->when > now);
                now = wait->when;
            } else if (std::holds_alternative<Finished>(step)) {
                return;
            }
        }
        FAIL("it does not end");
    }

    ApplyRun run;
    SteadyTime now{1h};
    std::size_t calls = 0;
    std::size_t probes = 0;
};

ApplyLimits patient() {
    ApplyLimits limits;
    limits.outage_wait_max = 5min;
    return limits;
}

}  // namespace

TEST_CASE("an outage that a run may wait for costs probes, and nobody's attempts", "[core][apply][fault28]") {
    const auto plan = plan_of(200, 1);
    Driven d(plan, patient());
    const auto back = d.now + 2min;
    const auto is_away = [&](SteadyTime now) { return now < back; };
    d.drive([&](std::size_t, SteadyTime now) { return is_away(now) ? std::optional(away()) : std::nullopt; },
            [&](SteadyTime now) { return !is_away(now); });

    CHECK(d.run.summary().open.empty());
    CHECK(d.calls <= 200 + 8 + 4);
    CHECK(d.probes >= 20);
    CHECK(d.probes <= 120);
    CHECK(d.now - back <= 5s);
}

TEST_CASE("an outage that lasts longer than a run may wait ends it, and the rest is left for the next one",
          "[core][apply][fault28]") {
    const auto plan = plan_of(200, 1);
    Driven d(plan, patient());
    d.drive([](std::size_t, SteadyTime) { return std::optional(away()); }, [](SteadyTime) { return false; });

    const auto summary = d.run.summary();
    REQUIRE(summary.stopped_by);
    CHECK(summary.stopped_by->code == "service_unavailable");
    CHECK(summary.not_started >= 180);
    CHECK(d.now >= SteadyTime(1h) + 5min);
    CHECK(d.now <= SteadyTime(1h) + 6min);
}

TEST_CASE("where reads are answered and writes are not, one write at a time finds out when that is over",
          "[core][apply][fault28]") {
    const auto plan = plan_of(200, 1);
    Driven d(plan, patient());
    const auto back = d.now + 1min;
    d.drive([&](std::size_t, SteadyTime now) { return now < back ? std::optional(away()) : std::nullopt; });

    CHECK(d.run.summary().open.empty());
    CHECK(d.calls <= 200 + 8 + 4 + 60);
    CHECK(d.now - back <= 5s);
}

TEST_CASE("one operation that always fails is given up, and does not pass for an outage", "[core][apply][fault28]") {
    const auto plan = plan_of(30, 1);
    const auto bad = GENERATE(std::size_t{0}, std::size_t{15}, std::size_t{29});
    Driven d(plan, patient());
    d.drive([&](std::size_t operation, SteadyTime) { return operation == bad ? std::optional(away()) : std::nullopt; });

    const auto summary = d.run.summary();
    CHECK_FALSE(summary.stopped_by);
    CHECK(summary.open == std::set<EmployeeKey>{plan.operations[bad].change.employee});
    CHECK(summary.endings.at(Ending::done) == 29);
}

TEST_CASE("refusals for the pace use up nobody's attempts, and no call leaves before the server's word is over",
          "[core][apply][fault19]") {
    const auto plan = plan_of(3, 1);
    ApplyLimits limits;
    limits.concurrency = 1;
    Driven d(plan, limits);
    int refusals = 9;
    SteadyTime not_before{};
    d.drive([&](std::size_t, SteadyTime now) -> std::optional<Failure> {
        CHECK(now >= not_before);
        if (refusals-- <= 0) return std::nullopt;
        not_before = now + 30s;
        return too_fast(30s);
    });
    CHECK(d.run.summary().open.empty());
    CHECK(d.now >= SteadyTime(1h) + 90s);
}

TEST_CASE("a network that refuses every call for its pace is left alone at last", "[core][apply][fault19]") {
    const auto plan = plan_of(100, 1);
    Driven d(plan, {});
    d.drive([](std::size_t, SteadyTime) { return std::optional(too_fast(10s)); });

    const auto summary = d.run.summary();
    REQUIRE(summary.stopped_by);
    CHECK(summary.stopped_by->code == "too_many_requests");
    CHECK(d.calls <= 20u * 4 + 10);
}

TEST_CASE("a server that says when to come back uses up nobody's attempts, whatever else it says",
          "[core][apply][fault19]") {
    const auto plan = plan_of(30, 1);
    const auto limits = GENERATE(ApplyLimits(), patient());
    Driven d(plan, limits);
    const std::size_t often = 15;
    int refusals = 12;
    d.drive([&](std::size_t operation, SteadyTime) -> std::optional<Failure> {
        if (operation != often || refusals-- <= 0) return std::nullopt;
        return away(20s);
    });
    CHECK_FALSE(d.run.summary().stopped_by);
    CHECK(d.run.summary().open.empty());
    // From the eighth in a row on it is an outage, where the run may wait for one: probes find out when it is over.
    CHECK(d.now >= SteadyTime(1h) + 7 * 20s);
}

TEST_CASE("one who is told to come back for ever is given up at last", "[core][apply][fault19]") {
    const auto plan = plan_of(30, 1);
    const auto bad = GENERATE(std::size_t{0}, std::size_t{15}, std::size_t{29});
    auto limits = GENERATE(ApplyLimits(), patient());
    Driven d(plan, limits);
    d.drive(
        [&](std::size_t operation, SteadyTime) { return operation == bad ? std::optional(away(1s)) : std::nullopt; });

    const auto summary = d.run.summary();
    CHECK(summary.open == std::set<EmployeeKey>{plan.operations[bad].change.employee});
    CHECK(summary.endings.at(Ending::done) == 29);
    CHECK(d.calls <= 29u + 20 + 8);
}

TEST_CASE("calls that are sent again are at most a tenth of the run, beside those that found an outage out",
          "[core][apply][fault28]") {
    const auto seed = GENERATE(range(1, 30));
    std::mt19937_64 random(static_cast<std::uint64_t>(seed));
    const auto plan = plan_of(400, 1);
    auto limits = patient();
    Driven d(plan, limits);
    // Up and down, a third of the time away, and a tenth of the calls refused for their pace.
    const auto is_away = [&](SteadyTime now) { return now.time_since_epoch() / 40s % 3 == 0; };
    d.drive(
        [&](std::size_t, SteadyTime now) -> std::optional<Failure> {
            d.now += 20ms;
            if (is_away(now)) return away();
            if (random() % 20 == 0) return too_fast(1s);
            return std::nullopt;
        },
        [&](SteadyTime now) { return !is_away(now); });
    const auto away_seconds = std::chrono::duration<double>(d.now - SteadyTime(1h)).count() / 3 + 40;
    INFO(d.calls << " calls, " << d.probes << " probes");
    CHECK(static_cast<double>(d.calls) <= 400 * 1.1 + 12 + away_seconds);
    CHECK(d.run.summary().open.empty());
}
