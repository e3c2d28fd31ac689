#include "core/pace/bucket.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <random>
#include <vector>

using namespace usersync;
using namespace std::chrono_literals;
using pace::BucketLimits;
using pace::TokenBucket;

namespace {

SteadyTime at(Duration since_start) { return SteadyTime(since_start); }

std::vector<Duration> reserve(TokenBucket& bucket, std::size_t calls, Duration now) {
    std::vector<Duration> moments;
    for (std::size_t i = 0; i < calls; ++i) moments.push_back(bucket.reserve(at(now)).time_since_epoch());
    return moments;
}

/// The largest number of moments beyond the promise, over all windows that begin and end at a moment.
double worst_excess(const std::vector<SteadyTime>& moments, const BucketLimits& limits) {
    double worst = -1e9;
    for (std::size_t first = 0; first < moments.size(); ++first) {
        for (std::size_t last = first; last < moments.size(); ++last) {
            const std::chrono::duration<double> window = moments[last] - moments[first];
            const double promised = limits.burst + limits.calls_per_second * window.count();
            worst = std::max(worst, static_cast<double>(last - first + 1) - promised);
        }
    }
    return worst;
}

}  // namespace

TEST_CASE("after a pause a burst of calls goes at once, the rest at the steady rate", "[core][pace]") {
    TokenBucket bucket({.calls_per_second = 4, .burst = 3});

    const auto moments = reserve(bucket, 6, 10s);

    CHECK(moments == std::vector<Duration>{10s, 10s, 10s, 10250ms, 10500ms, 10750ms});
}

TEST_CASE("a bucket that rested fills up again, but never above its burst", "[core][pace]") {
    TokenBucket bucket({.calls_per_second = 2, .burst = 2});
    reserve(bucket, 4, 0s);

    CHECK(reserve(bucket, 2, 2s) == std::vector<Duration>{2s, 2s});
    CHECK(reserve(bucket, 3, 1h) == std::vector<Duration>{1h, 1h, 1h + 500ms});
}

TEST_CASE("a server's pause holds every later call and spends the burst", "[core][pace]") {
    TokenBucket bucket({.calls_per_second = 1, .burst = 5});
    reserve(bucket, 1, 0s);

    bucket.pause_until(at(30s));

    CHECK(reserve(bucket, 3, 1s) == std::vector<Duration>{30s, 31s, 32s});
}

TEST_CASE("a pause that is already over changes nothing for a full bucket", "[core][pace]") {
    TokenBucket bucket({.calls_per_second = 1, .burst = 2});

    bucket.pause_until(at(10s));

    CHECK(reserve(bucket, 2, 1min) == std::vector<Duration>{1min, 1min});
}

TEST_CASE("a shorter pause does not shorten a longer one", "[core][pace]") {
    TokenBucket bucket({.calls_per_second = 1, .burst = 1});

    bucket.pause_until(at(60s));
    bucket.pause_until(at(5s));

    CHECK(reserve(bucket, 1, 0s) == std::vector<Duration>{60s});
}

TEST_CASE("an absurd pause or rate stays within the range of time", "[core][pace]") {
    TokenBucket slow({.calls_per_second = 1e-300, .burst = 1e9});
    TokenBucket paused({.calls_per_second = 1, .burst = 1});
    paused.pause_until(SteadyTime::max());

    CHECK(reserve(slow, 1, 0s) == std::vector<Duration>{0s});
    CHECK(paused.reserve(at(0s)) > at(24h * 365 * 99));
}

TEST_CASE("in no window of time do more calls go than burst plus rate allow", "[core][pace][property]") {
    std::random_device entropy;
    for (int round = 0; round < 60; ++round) {
        const auto seed = round < 40 ? static_cast<unsigned>(round) : entropy();
        INFO("seed " << seed);
        std::mt19937 random(seed);
        const auto draw = [&](int first, int last) { return std::uniform_int_distribution<int>(first, last)(random); };
        const BucketLimits limits{.calls_per_second = draw(1, 4000) / 7.0, .burst = draw(10, 200) / 10.0};
        TokenBucket bucket(limits);
        SteadyTime now(std::chrono::milliseconds(draw(0, 1 << 30)));
        SteadyTime earliest = now;
        std::vector<SteadyTime> moments;
        for (int call = 0; call < 300; ++call) {
            if (draw(0, 3) == 0) now += std::chrono::milliseconds(draw(0, 1 << draw(0, 12)));
            if (draw(0, 99) == 0) {
                earliest = std::max(earliest, now + std::chrono::milliseconds(draw(0, 3000)));
                bucket.pause_until(earliest);
            }
            moments.push_back(bucket.reserve(now));
            REQUIRE(moments.back() >= now);
            REQUIRE(moments.back() >= earliest);
        }

        CHECK(std::is_sorted(moments.begin(), moments.end()));
        CHECK(worst_excess(moments, limits) <= 1e-6);
    }
}

TEST_CASE("a busy bucket really lets through what it may", "[core][pace]") {
    TokenBucket bucket({.calls_per_second = 300, .burst = 10});

    const auto moments = reserve(bucket, 3010, 0s);

    CHECK(moments.back() <= 10s + 1ms);
}
