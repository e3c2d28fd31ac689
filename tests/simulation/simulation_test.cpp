// The whole daemon in a world that goes wrong, and comes right.

#include "tests/simulation/every_step.hpp"
#include "tests/simulation/simulate.hpp"

#include <catch2/catch.hpp>

#include <cstdint>
#include <string>
#include <vector>

using namespace usersync::simulation;
using namespace std::chrono_literals;
using usersync::Duration;

namespace {

void check_seeds(std::uint64_t first, std::uint64_t count) {
    Simulation simulation;
    for (auto seed = first; seed < first + count; ++seed) {
        const auto repeat = seed == first ? Repeat::yes : Repeat::no;
        const auto verdict = simulation.live(seed, Planted::nothing, repeat);
        INFO(describe(seed, verdict));
        CHECK(verdict.ok());
    }
}

/// Whether the oracle says of a small world with this bug that the promise is broken.
bool is_found(Planted planted, const std::string& promise, const std::vector<Happening>& happenings = {}) {
    SmallWorld small;
    auto faults = no_faults(small.story());
    faults.tenants[0].happenings = happenings;
    const auto findings = small.live(faults, planted);
    const auto is_it = [&](const std::string& finding) { return finding.starts_with(promise); };
    return std::any_of(findings.begin(), findings.end(), is_it);
}

}  // namespace

TEST_CASE("whatever goes wrong, the end is as if nothing had, and no promise is broken: seeds 5 to 9", "[simulation]") {
    check_seeds(5, 5);
}

TEST_CASE("whatever goes wrong, the end is as if nothing had, and no promise is broken: seeds 10 to 14",
          "[simulation]") {
    check_seeds(10, 5);
}

TEST_CASE("whatever goes wrong, the end is as if nothing had, and no promise is broken: seeds 15 to 19",
          "[simulation]") {
    check_seeds(15, 5);
}

TEST_CASE("whatever goes wrong, the end is as if nothing had, and no promise is broken: seeds 20 to 23",
          "[simulation]") {
    check_seeds(20, 4);
}

TEST_CASE("the simulation finds a ledger that forgets an intent", "[simulation]") {
    CHECK(is_found(Planted::forgotten_intent, "I6"));
}

TEST_CASE("the simulation finds a call that the network says it has done and has not", "[simulation]") {
    CHECK(is_found(Planted::dropped_call, "I1"));
}

TEST_CASE("the simulation finds a plan that is carried out although it waits for a person", "[simulation]") {
    CHECK(is_found(Planted::passed_guard, "I9"));
}

TEST_CASE("the simulation finds calls that come too fast", "[simulation]") { CHECK(is_found(Planted::too_fast, "I7")); }
