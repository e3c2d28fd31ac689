// Scenarios A, B, C, E and F of the executor's goals, by a clock that jumps. The figures stand in the output.
#include "tests/core/apply/pacing_simulation.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <chrono>

using namespace usersync;
using namespace usersync::test;
using namespace std::chrono_literals;

namespace {

PacingScenario known(const std::string& name) {
    PacingScenario scenario;
    scenario.name = name;
    scenario.errors = 0.01;
    // One call of the network's burst is left for whoever else knocks.
    scenario.ours.most = {.calls_per_second = scenario.rate, .burst = scenario.burst - 1};
    scenario.limits.outage_wait_max = 60s;
    return scenario;
}

/// The middle of three seeds; all three are told.
struct Three {
    PacingResult middle;
    double wasted = 0;
    std::vector<std::size_t> while_away;  ///< sorted
    explicit Three(PacingScenario scenario) {
        std::vector<PacingResult> results;
        for (std::uint64_t seed = 1; seed <= 3; ++seed) {
            scenario.seed = seed;
            results.push_back(simulate(scenario));
            WARN(line_of(scenario, results.back()));
            CHECK(results.back().twice == 0);
            CHECK(results.back().disorder == 0);
            CHECK(results.back().summary.open.empty());
            wasted = std::max(wasted, results.back().wasted());
            while_away.push_back(results.back().sent_while_away);
        }
        std::sort(while_away.begin(), while_away.end());
        std::sort(results.begin(), results.end(), [](const auto& a, const auto& b) { return a.ratio() < b.ratio(); });
        middle = std::move(results[1]);
    }
};

}  // namespace

TEST_CASE("scenario A: a known rate is used up, and never passed", "[core][apply][pace]") {
    const Three runs(known("A known rate"));
    CHECK(runs.middle.ratio() <= 1.03);
    CHECK(runs.middle.refused == 0);
}

TEST_CASE("scenario B: an unknown rate is found in the first run, and remembered for the second",
          "[core][apply][pace]") {
    auto scenario = known("B unknown rate, first run");
    scenario.ours = {.most = {.calls_per_second = 1000, .burst = 100}, .learns = true};
    const Three first(scenario);
    CHECK(first.wasted <= 0.02);
    CHECK(first.middle.ratio() <= 1.30);
    REQUIRE(first.middle.learnt);
    scenario.name = "B unknown rate, second run";
    scenario.remembered = first.middle.learnt;
    const Three second(scenario);
    CHECK(second.wasted <= 0.02);
    CHECK(second.middle.ratio() <= 1.15);
}

TEST_CASE("scenario C: a slow network is as fast as it lets itself be used", "[core][apply][pace]") {
    auto scenario = known("C slow network");
    scenario.rate = 10;
    scenario.burst = 10;
    scenario.latency = 200ms;
    scenario.calls = 300;
    scenario.ours.most = {.calls_per_second = 10, .burst = 9};
    const Three runs(scenario);
    CHECK(runs.middle.ratio() <= 1.03);
    CHECK(runs.middle.refused == 0);
}

TEST_CASE("scenario D: lost answers are looked for, and nothing is done twice", "[core][apply][pace]") {
    auto scenario = known("D lost answers");
    scenario.lost = 0.005;
    const Three runs(scenario);
    CHECK(runs.middle.ratio() <= 1.05);
}

TEST_CASE("scenario E: a limit that is halved in the middle is found again", "[core][apply][pace][fault20]") {
    auto scenario = known("E limit lowered");
    scenario.lowered_after = 500;
    scenario.lowered_rate = 50;
    const Three runs(scenario);
    CHECK(runs.middle.ratio() <= 1.20);
    CHECK(runs.wasted <= 0.03);
}

TEST_CASE("scenario F: an outage of half a minute costs a call a second, and ends within five",
          "[core][apply][pace][fault28]") {
    auto scenario = known("F outage");
    scenario.away_from = 3s;
    scenario.away_until = 33s;
    const Three runs(scenario);
    CHECK(runs.while_away[1] <= 30);
    CHECK(runs.while_away[2] <= 36);
    CHECK(runs.middle.back_after > 0ms);
    CHECK(runs.middle.back_after <= 5s);
}

TEST_CASE("no more calls than the limit lie in any window, whatever the network answers", "[core][apply][pace]") {
    const auto seed = GENERATE(range(1, 25));
    std::mt19937_64 random(static_cast<std::uint64_t>(seed));
    const auto draw = [&](double from, double to) { return std::uniform_real_distribution<double>(from, to)(random); };
    PacingScenario scenario;
    scenario.seed = static_cast<std::uint64_t>(seed);
    scenario.calls = 120;
    scenario.rate = draw(2, 200);
    scenario.burst = std::floor(draw(1, 30));
    scenario.errors = draw(0, 0.2);
    scenario.lost = draw(0, 0.1);
    scenario.latency = Duration(static_cast<int>(draw(5, 400)));
    scenario.limits.outage_wait_max = seed % 2 == 0 ? 60s : 0s;
    scenario.ours.most = {.calls_per_second = draw(1, 300), .burst = std::floor(draw(1, 30))};
    scenario.ours.learns = seed % 3 == 0;
    const auto result = simulate(scenario);
    const auto& limit = scenario.ours.most;
    INFO(line_of(scenario, result));
    CHECK(result.twice == 0);
    CHECK(result.disorder == 0);
    const auto& sent = result.moments;
    for (std::size_t first = 0; first < sent.size(); ++first) {
        for (std::size_t last = first; last < sent.size(); ++last) {
            const auto span = std::chrono::duration<double>(sent[last] - sent[first]).count();
            const auto calls = static_cast<double>(last - first + 1);
            if (calls > limit.burst + span * limit.calls_per_second + 1e-6) {
                FAIL(calls << " calls within " << span << " s");
            }
        }
    }
}

TEST_CASE("driving a plan takes time in proportion to its operations", "[core][apply][pace]") {
    const auto seconds_for = [](std::size_t people) {
        const auto plan = plan_of(people, 2);
        apply::ApplyLimits limits;
        limits.concurrency = 64;
        limits.canary = 3;
        const auto begun = std::chrono::steady_clock::now();
        apply::ApplyRun run(plan, limits, 1);
        std::vector<std::size_t> under_way;
        for (;;) {
            const auto step = run.next(SteadyTime(1h));
            if (const auto* call = std::get_if<apply::Call>(&step)) under_way.push_back(call->operation);
            if (const auto* check = std::get_if<apply::Check>(&step)) {
                run.checked(check->operation, apply::ApplyRun::Seen::in_effect);
            }
            if (std::holds_alternative<apply::Finished>(step)) break;
            if (!std::holds_alternative<apply::WaitForAnswer>(step)) continue;
            for (const auto operation : std::exchange(under_way, {})) {
                run.call_succeeded(operation, apply::ApplyRun::Effected::now);
            }
        }
        CHECK(run.settled() == 2 * people);
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
    };
    const auto some = seconds_for(1000);
    const auto many = seconds_for(8000);
    WARN("2,000 operations " << some << " s, 16,000 operations " << many << " s");
    // Far below the square: 64 times.
    CHECK(many < 24 * some + 1);
}
