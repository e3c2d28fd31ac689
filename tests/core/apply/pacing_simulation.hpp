#pragma once
// A run against a simulated network by a simulated clock: the state machines alone, without coroutines and sockets.

#include "core/apply/apply_run.hpp"
#include "core/pace/adaptive_rate.hpp"

#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <vector>

namespace usersync::test {

/// How the network behaves, and how it is met.
struct PacingScenario {
    std::string name;
    std::size_t calls = 1000;
    std::size_t chain = 2;  ///< operations of one person
    double rate = 100;      ///< calls per second that the network allows, and so many at once
    double burst = 20;
    std::size_t lowered_after = 0;  ///< calls carried out; 0: never
    double lowered_rate = 0;
    Duration latency = std::chrono::milliseconds(50);  ///< the median; log-normal
    double sigma = 0.5;
    double errors = 0;      ///< share of calls that are answered by 503
    double lost = 0;        ///< share of calls that are done and whose answer is lost
    Duration away_from{0};  ///< nothing but 503 from then …
    Duration away_until{0};
    pace::AdaptiveLimits ours;
    std::optional<double> remembered;
    apply::ApplyLimits limits;
    std::size_t concurrency_max = 64;
    std::uint64_t seed = 1;
};

/// What the network saw.
struct PacingResult {
    Duration makespan{0};
    double ideal_s = 0;
    std::size_t sent = 0;
    std::size_t carried_out = 0;
    std::size_t refused = 0;   ///< 429
    std::size_t twice = 0;     ///< operations carried out more than once
    std::size_t disorder = 0;  ///< a person's later operation before an earlier one
    std::size_t sent_while_away = 0;
    Duration back_after{0};  ///< from the network's return until it was used at full rate again
    std::optional<double> learnt;
    std::vector<SteadyTime> moments;  ///< of all calls
    apply::Summary summary;

    double ratio() const { return std::chrono::duration<double>(makespan).count() / ideal_s; }
    double wasted() const { return static_cast<double>(refused) / static_cast<double>(carried_out); }
};

PacingResult simulate(const PacingScenario& scenario);

/// One line of a table.
std::string line_of(const PacingScenario& scenario, const PacingResult& result);

/// A plan of `people` with `each` operations, one after the other.
Plan plan_of(std::size_t people, std::size_t each);

}  // namespace usersync::test
