#include "core/pace/backoff.hpp"

#include <catch2/catch.hpp>

#include <limits>
#include <random>

using namespace usersync;
using namespace std::chrono_literals;
using pace::BackoffLimits;
using pace::wait_before_retry;

namespace {

constexpr auto least = std::uint64_t(0);

/// The random value that draws the longest wait of a span.
std::uint64_t most(Duration span) { return static_cast<std::uint64_t>(span.count()) - 1; }

}  // namespace

TEST_CASE("waits double from the first to the longest", "[core][pace]") {
    const BackoffLimits limits{.first = 1s, .longest = 10s, .attempts_max = 100};
    struct Row {
        int failed;
        Duration longest;
    };
    const auto row = GENERATE(Row{1, 1s}, Row{2, 2s}, Row{3, 4s}, Row{4, 8s}, Row{5, 10s}, Row{99, 10s});

    CHECK(wait_before_retry(row.failed, std::nullopt, most(row.longest), limits) == row.longest);
    CHECK(wait_before_retry(row.failed, std::nullopt, least, limits) == Duration(1));
}

TEST_CASE("after the last attempt there is no other", "[core][pace]") {
    const BackoffLimits limits{.attempts_max = 4};

    CHECK(wait_before_retry(3, std::nullopt, least, limits));
    CHECK_FALSE(wait_before_retry(4, std::nullopt, least, limits));
    CHECK_FALSE(wait_before_retry(4, Duration(5s), least, limits));
    CHECK_FALSE(wait_before_retry(1, std::nullopt, least, BackoffLimits{.attempts_max = 1}));
}

TEST_CASE("a server's word beats our own calculation", "[core][pace][fault19]") {
    const BackoffLimits limits{.first = 1s, .longest = 4s, .attempts_max = 4, .server_wait_max = 10min};

    CHECK(wait_before_retry(1, Duration(60s), least, limits) == Duration(60s));
    CHECK(wait_before_retry(3, Duration(2s), least, limits) == Duration(2s));
    CHECK(wait_before_retry(1, Duration(0s), least, limits) == Duration(0s));
}

TEST_CASE("an absurd word of a server is capped", "[core][pace][fault19]") {
    const BackoffLimits limits{.attempts_max = 4, .server_wait_max = 10min};

    CHECK(wait_before_retry(1, Duration(24h * 365), least, limits) == Duration(10min));
    CHECK(wait_before_retry(1, Duration::max(), least, limits) == Duration(10min));
    CHECK(wait_before_retry(1, Duration(-5s), least, limits) == Duration(0));
}

TEST_CASE("clients that were sent away together do not come back together, and never early",
          "[core][pace][property][fault28]") {
    const BackoffLimits limits{.first = 1s, .longest = 4s, .attempts_max = 4};
    for (unsigned seed = 0; seed < 200; ++seed) {
        INFO("seed " << seed);
        std::mt19937_64 random(seed);

        const auto own = wait_before_retry(2, std::nullopt, random(), limits);
        const auto asked = wait_before_retry(2, Duration(60s), random(), limits);

        REQUIRE(own);
        CHECK((*own > 0s && *own <= 2s));
        REQUIRE(asked);
        CHECK((*asked >= 60s && *asked <= 66s));
    }
    CHECK(wait_before_retry(2, Duration(60s), 1, limits) != wait_before_retry(2, Duration(60s), 2, limits));
    CHECK(wait_before_retry(2, Duration(60s), std::numeric_limits<std::uint64_t>::max(), limits) <= Duration(66s));
}
