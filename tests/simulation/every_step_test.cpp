// The machine fails: the process dies, the disk refuses, the clock is wrong.

#include "tests/simulation/every_step.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace usersync::simulation;
using namespace std::chrono_literals;

namespace {

using Findings = std::vector<std::string>;

/// `script/simulate --every-step` takes each; here every so-manieth is enough, and each file of the loop is met.
constexpr std::size_t stride = 16;

}  // namespace

TEST_CASE("a process that dies at any step, on the disk or in the network, leads to the same network",
          "[simulation][crash][fault30]") {
    SmallWorld small;
    Findings findings;
    std::size_t steps = 0;
    for (std::size_t effect = 3; small.dies_after(effect, findings); effect += stride) {
        CHECK(findings == Findings{});
        ++steps;
    }
    CHECK(steps >= 4);
}

TEST_CASE("a write that fails, made or not, leads to the same network, and no call goes without an intent on disk",
          "[simulation][fault31]") {
    SmallWorld small;
    for (std::size_t write = 2; write <= 60; write += stride) {
        CHECK(small.fails_at(write, false) == Findings{});
        CHECK(small.fails_at(write + 3, true) == Findings{});
    }
}

TEST_CASE("a disk that is full for hours sends nothing, and work goes on by itself when there is room again",
          "[simulation][fault31]") {
    SmallWorld small;
    auto faults = no_faults(small.story());
    faults.tenants[0].disk = {{.from = 12, .to = 1'000'000, .after_writing = false}};
    CHECK(small.live(faults) == Findings{});
}

TEST_CASE("a clock that is set back or forward, by an hour or a day, and right again, changes nothing in the end",
          "[simulation][fault34]") {
    SmallWorld small;
    const std::vector<Happening> jumps{
        {.at = 5h, .what = Happening::What::clock_jump, .chance = 0, .by = 24h},
        {.at = 29h, .what = Happening::What::clock_jump, .chance = 1, .by = 1h},
        {.at = 30h, .what = Happening::What::clock_jump, .chance = 0, .by = 1h},
        {.at = 31h, .what = Happening::What::clock_jump, .chance = 1, .by = 24h},
    };
    for (const auto& jump : jumps) {
        auto faults = no_faults(small.story());
        faults.happenings = {jump};
        CHECK(small.live(faults) == Findings{});
    }
}
