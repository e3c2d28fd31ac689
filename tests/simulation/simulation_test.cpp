// The whole daemon in a world that goes wrong, and comes right.

#include "tests/simulation/simulate.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <string>

using namespace usersync::simulation;

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

/// Some seed of the first few shows what was planted, as a broken promise that begins so.
bool is_found(Planted planted, const std::string& promise) {
    Simulation simulation;
    for (std::uint64_t seed = 1; seed <= 25; ++seed) {
        const auto verdict = simulation.live(seed, planted);
        const auto& findings = verdict.findings;
        const auto is_it = [&](const std::string& finding) { return finding.starts_with(promise); };
        if (std::any_of(findings.begin(), findings.end(), is_it)) return true;
    }
    return false;
}

}  // namespace

// A hundred seeds, in four parts so that they run side by side.
TEST_CASE("whatever goes wrong, the end is as if nothing had, and no promise is broken: seeds 1 to 25",
          "[simulation]") {
    check_seeds(1, 25);
}

TEST_CASE("whatever goes wrong, the end is as if nothing had, and no promise is broken: seeds 26 to 50",
          "[simulation]") {
    check_seeds(26, 25);
}

TEST_CASE("whatever goes wrong, the end is as if nothing had, and no promise is broken: seeds 51 to 75",
          "[simulation]") {
    check_seeds(51, 25);
}

TEST_CASE("whatever goes wrong, the end is as if nothing had, and no promise is broken: seeds 76 to 100",
          "[simulation]") {
    check_seeds(76, 25);
}

TEST_CASE("the simulation finds a ledger that forgets an intent", "[simulation]") {
    CHECK(is_found(Planted::forgotten_intent, "I6"));
}

TEST_CASE("the simulation finds a call that the network says it has done and has not", "[simulation]") {
    CHECK(is_found(Planted::dropped_call, "I1"));
}

TEST_CASE("the simulation finds a record that is believed although it is not complete", "[simulation]") {
    CHECK(is_found(Planted::believed_record, "I3"));
}

TEST_CASE("the simulation finds a plan that is carried out although it waits for a person", "[simulation]") {
    CHECK(is_found(Planted::passed_guard, "I9"));
}

TEST_CASE("the simulation finds calls that come too fast", "[simulation]") { CHECK(is_found(Planted::too_fast, "I7")); }
