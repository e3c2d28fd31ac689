#include "core/pace/breaker.hpp"

#include <catch2/catch.hpp>

#include <chrono>

using namespace usersync;
using namespace usersync::pace;
using namespace std::chrono_literals;

TEST_CASE("a breaker opens after failures in a row, and one call at a time finds out whether it may close",
          "[core][pace][fault28]") {
    Breaker breaker({.failures_in_a_row = 3, .first_rest = 4s, .longest_rest = 16s});
    SteadyTime now(1h);
    breaker.failed(now, 1);
    breaker.succeeded();
    for (std::uint64_t i = 0; i < 2; ++i) breaker.failed(now, i);
    CHECK(breaker.admit(now));
    breaker.failed(now, 5);
    CHECK_FALSE(breaker.admit(now));
    CHECK(breaker.open_until() >= now + 2s);
    CHECK(breaker.open_until() <= now + 4s);

    now = breaker.open_until();
    CHECK(breaker.state(now) == Breaker::State::half_open);
    CHECK(breaker.admit(now));
    CHECK_FALSE(breaker.admit(now));
    breaker.withdrawn();
    CHECK(breaker.admit(now));
    breaker.succeeded();
    CHECK(breaker.state(now) == Breaker::State::closed);
}

TEST_CASE("the rests double up to the longest, with jitter, and begin anew after a success", "[core][pace][fault28]") {
    Breaker breaker({.failures_in_a_row = 1, .first_rest = 1s, .longest_rest = 8s});
    SteadyTime now(1h);
    Duration longest = 1s;
    for (std::uint64_t i = 0; i < 8; ++i) {
        breaker.failed(now, i * 7919);
        CHECK(breaker.open_until() - now >= longest / 2);
        CHECK(breaker.open_until() - now <= longest);
        longest = std::min<Duration>(longest * 2, 8s);
        now = breaker.open_until();
        REQUIRE(breaker.admit(now));
    }
    breaker.probed_well();
    CHECK(breaker.state(now) == Breaker::State::closed);
    breaker.failed(now, 3);
    CHECK(breaker.open_until() - now >= 4s);
    now = breaker.open_until();
    REQUIRE(breaker.admit(now));
    breaker.succeeded();
    breaker.failed(now, 3);
    CHECK(breaker.open_until() - now <= 1s);
}
