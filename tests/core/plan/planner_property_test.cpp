// Whatever is in the record, in the network and ours: a plan does what the rules of ownership say, by the fewest calls,
// in an order that no network refuses, and leaves nothing to do. script/plan-cases runs a million of these.

#include "tests/core/plan/plan_case.hpp"

#include <catch2/catch.hpp>

using namespace usersync;
using namespace usersync::test;

TEST_CASE("a plan leads to what the reference model says, whatever is found and in whatever order it is answered",
          "[core][plan][property]") {
    constexpr std::uint64_t cases = 3000;
    for (std::uint64_t seed = 1; seed <= cases; ++seed) {
        const auto faults = faults_of(plan_case(seed), seed);
        INFO("script/plan-cases --cases 1 --first-seed " << seed);
        REQUIRE(faults == std::vector<std::string>{});
    }
}
