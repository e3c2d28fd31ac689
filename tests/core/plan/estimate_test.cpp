// How long a plan will take, against the machine that carries it out, on a clock that jumps.

#include "core/plan/estimate.hpp"

#include "core/apply/apply_run.hpp"
#include "core/pace/bucket.hpp"
#include "core/plan/make_plan.hpp"
#include "tests/support/network_builder.hpp"

#include <catch2/catch.hpp>

#include <map>
#include <random>

using namespace usersync;
using namespace usersync::test;

namespace {

Change change(const std::string& key, What what) { return {EmployeeKey(key), std::move(what), reason("rule")}; }

GroupChange group(const std::string& eid) { return {GroupEid(eid), "the " + eid, reason("rule")}; }

/// So many people join, move and leave.
Plan town(int joiners, int movers, int leavers) {
    ChangeSet set;
    for (int i = 0; i < joiners; ++i) {
        const auto key = "j" + std::to_string(i);
        set.changes.push_back(change(key, CreateUser{.profile = profile_of(key), .invitation = {}, .user_name = {}}));
        set.changes.push_back(change(key, AddToGroups{{group("g1")}}));
        if (i % 10 == 0) set.changes.push_back(change(key, ChangeRole{RoleId("member"), RoleId("admin"), true}));
    }
    for (int i = 0; i < movers; ++i) {
        const auto key = "m" + std::to_string(i);
        set.changes.push_back(change(key, AddToGroups{{group("g1")}}));
        set.changes.push_back(change(key, RemoveFromGroups{{group("g2")}}));
    }
    for (int i = 0; i < leavers; ++i) {
        const auto key = "l" + std::to_string(i);
        set.changes.push_back(change(key, RemoveFromGroups{{group("g2")}}));
        set.changes.push_back(change(key, SuspendUser{.profile = profile_of(key)}));
    }
    return plan::make_plan(std::move(set), {}, {});
}

std::size_t requests_of(const What& what) {
    return std::holds_alternative<SuspendUser>(what) || std::holds_alternative<ChangeRole>(what) ? 2 : 1;
}

/// The last request of these; what looks first, looks by REST.
bool is_of_scim(const What& what) {
    return std::holds_alternative<CreateUser>(what) || std::holds_alternative<SuspendUser>(what);
}

/// Carries the plan out with the machine and the bucket of the daemon; answers take as long as they like. Gives the
/// seconds that passed.
double carried_out(const Plan& plan, const plan::Pace& pace, unsigned seed) {
    std::mt19937 engine(seed);
    std::lognormal_distribution<double> jitter(-0.125, 0.5);  // 1 on average
    apply::ApplyLimits limits;
    limits.concurrency = pace.concurrency;
    apply::ApplyRun run(plan, limits, seed);
    pace::TokenBucket rest({.calls_per_second = pace.calls_per_second, .burst = pace.burst});
    pace::TokenBucket scim({.calls_per_second = pace.scim_per_second.value_or(1), .burst = pace.burst});
    std::multimap<SteadyTime, std::pair<std::size_t, std::size_t>> answers;  // operation, requests that follow
    SteadyTime now{};
    const auto send = [&](std::size_t operation, std::size_t left) {
        const auto latency = std::chrono::duration<double>(pace.latency) * jitter(engine);
        const bool by_scim = pace.scim_per_second && left == 0 && is_of_scim(plan.operations[operation].change.what);
        const auto at =
            (by_scim ? scim : rest).reserve(now) + std::chrono::duration_cast<SteadyTime::duration>(latency);
        answers.emplace(at, std::pair(operation, left));
    };
    for (;;) {
        const auto step = run.next(now);
        if (std::holds_alternative<apply::Finished>(step)) break;
        if (const auto* call = std::get_if<apply::Call>(&step)) {
            send(call->operation, requests_of(plan.operations[call->operation].change.what) - 1);
        } else if (std::holds_alternative<apply::WaitForAnswer>(step)) {
            const auto [when, answer] = *answers.begin();
            answers.erase(answers.begin());
            now = when;
            if (answer.second > 0) {
                send(answer.first, answer.second - 1);
            } else {
                run.call_succeeded(answer.first, apply::ApplyRun::Effected::now);
            }
        }
    }
    return std::chrono::duration<double>(now - SteadyTime{}).count();
}

double seconds(Duration duration) { return std::chrono::duration<double>(duration).count(); }

}  // namespace

TEST_CASE("what a plan takes is known before within five per cent, whether rate, answers or chains limit it",
          "[core][plan][estimate]") {
    const std::vector<plan::Pace> paces{
        {.calls_per_second = 100, .burst = 20, .latency = Duration(50), .concurrency = 32},
        {.calls_per_second = 10, .burst = 10, .latency = Duration(200), .concurrency = 4},
        {.calls_per_second = 5, .burst = 5, .latency = Duration(200), .concurrency = 4},
        {.calls_per_second = 50, .burst = 5, .latency = Duration(400), .concurrency = 4},  // answers limit it
        {.calls_per_second = 20, .burst = 1, .latency = Duration(100), .concurrency = 1},
        {.calls_per_second = 50, .scim_per_second = 4, .burst = 15, .latency = Duration(200), .concurrency = 16},
        {.calls_per_second = 10, .scim_per_second = 60, .burst = 3, .latency = Duration(200), .concurrency = 16},
    };
    const auto plan = town(200, 100, 50);

    for (const auto& pace : paces) {
        const auto told = plan::estimate(plan, pace);
        const auto took = carried_out(plan, pace, 7);
        INFO("rate " << pace.calls_per_second << ", " << pace.concurrency << " at once: told " << seconds(told.expected)
                     << " s, took " << took << " s");
        CHECK(told.calls == plan::calls_of(plan));
        CHECK(seconds(told.expected) > 0.95 * took);
        CHECK(seconds(told.expected) < 1.05 * took);
        CHECK(told.ideal <= told.expected);
    }
}

TEST_CASE("the ideal is bound by the rate, or by the longest chain", "[core][plan][estimate]") {
    const auto many = town(0, 50, 0);  // 100 calls in chains of two
    const auto fast = plan::estimate(many, {.calls_per_second = 10, .burst = 20, .latency = Duration(100)});
    CHECK(seconds(fast.ideal) == Approx((100.0 - 20.0) / 10.0 + 0.1));
    CHECK(fast.longest == 2);

    const auto one = town(0, 0, 1);  // groups, then a look and the suspension
    const auto slow = plan::estimate(one, {.calls_per_second = 100, .burst = 100, .latency = Duration(1000)});
    CHECK(slow.longest == 3);
    CHECK(slow.calls == 2);
    CHECK(slow.requests == 3);
    CHECK(seconds(slow.ideal) == Approx(3.0));
    CHECK(slow.expected == slow.ideal);
}

TEST_CASE("what has a rate of its own takes its own time: accounts by SCIM, changes by REST",
          "[core][plan][estimate]") {
    const auto joiners = town(1000, 0, 0);
    const plan::Pace fast{.calls_per_second = 100, .burst = 15, .latency = Duration(100), .concurrency = 32};
    auto slow_scim = fast;
    slow_scim.scim_per_second = 2;
    const auto told = plan::estimate(joiners, slow_scim);
    CHECK(seconds(told.expected) > (1000.0 - 15.0) / 2.0);
    CHECK(seconds(told.expected) < 1000.0 / 2.0 + 5.0);
    CHECK(seconds(told.ideal) == Approx((1000.0 - 15.0) / 2.0 + 0.1));
    CHECK(plan::estimate(joiners, fast).expected < Duration(30'000));

    const auto movers = town(0, 500, 0);
    auto slow_writes = fast;
    slow_writes.write_per_second = 5;
    CHECK(seconds(plan::estimate(movers, slow_writes).expected) > (1000.0 - 15.0) / 5.0);
    CHECK(plan::estimate(movers, slow_scim).expected < Duration(15'000));
}

TEST_CASE("calls that will be sent again take their time, and shared invitations spare theirs",
          "[core][plan][estimate]") {
    const auto plan = town(100, 0, 0);
    const plan::Pace pace{.calls_per_second = 10, .burst = 1, .latency = Duration(100), .concurrency = 10};
    auto failing = pace;
    failing.failures = 0.10;
    auto sharing = pace;
    sharing.invitations = 100;

    CHECK(plan::estimate(plan, failing).expected > plan::estimate(plan, pace).expected + Duration(1500));
    CHECK(plan::estimate(plan, sharing).requests == plan::estimate(plan, pace).requests - 99);
}

TEST_CASE("what a call takes is told by the newest operations, else by reads, else it is assumed",
          "[core][plan][estimate]") {
    std::vector<plan::Took> newest;
    for (int i = 0; i < 30; ++i) {
        newest.push_back({.what = AddToGroups{{group("g1")}}, .span = Duration(300)});
        newest.push_back({.what = SuspendUser{.profile = profile_of("1")}, .span = Duration(600)});  // two requests
        newest.push_back({.what = Adopt{}, .span = Duration(0)});                                    // none
    }
    for (int i = 0; i < 5; ++i) newest.push_back({.what = AddToGroups{{group("g1")}}, .span = Duration(90'000)});

    CHECK(plan::latency_of(newest, Duration(80), Duration(200)) ==
          plan::Latency{.of_call = Duration(300), .from = plan::LatencyFrom::ledger});
    newest.resize(9);
    CHECK(plan::latency_of(newest, Duration(80), Duration(200)) ==
          plan::Latency{.of_call = Duration(80), .from = plan::LatencyFrom::reads});
    CHECK(plan::latency_of({}, Duration(0), Duration(200)) ==
          plan::Latency{.of_call = Duration(200), .from = plan::LatencyFrom::assumed});
}

TEST_CASE("operations that waited for the rate make no plan of the same rate look longer", "[core][plan][estimate]") {
    const auto plan = town(200, 100, 50);
    const plan::Pace pace{.calls_per_second = 5, .burst = 5, .latency = Duration(200), .concurrency = 4};
    auto by_ledger = pace;
    by_ledger.latency = Duration(4 * 1000 / 5);  // four under way share five calls a second

    const auto took = carried_out(plan, pace, 7);
    CHECK(seconds(plan::estimate(plan, by_ledger).expected) > 0.95 * took);
    CHECK(seconds(plan::estimate(plan, by_ledger).expected) < 1.05 * took);
}

TEST_CASE("a plan that sends nothing takes no time", "[core][plan][estimate]") {
    CHECK(plan::estimate(Plan{}, {}) == plan::Estimate{});
}
