#include "core/pace/adaptive_rate.hpp"

#include <catch2/catch.hpp>

#include <chrono>

using namespace usersync;
using namespace usersync::pace;
using namespace std::chrono_literals;

namespace {

/// Takes turns and lets them pass for so long.
SteadyTime use(AdaptiveRate& rate, SteadyTime from, Duration time) {
    auto now = from;
    while (now < from + time) {
        now = std::max(now + 1ms, rate.free_at(now));
        rate.passed(rate.reserve(now));
    }
    return now;
}

}  // namespace

TEST_CASE("a rate that is known is used from the beginning", "[core][pace]") {
    AdaptiveRate rate({.most = {.calls_per_second = 10, .burst = 5}});
    CHECK(rate.calls_per_second() == 10);
    CHECK_FALSE(rate.learnt());
    use(rate, SteadyTime(0ms), 10s);
    CHECK(rate.calls_per_second() == 10);
}

TEST_CASE("an unknown rate begins low and rises step by step, never above the most that is wanted", "[core][pace]") {
    AdaptiveRate rate({.most = {.calls_per_second = 100, .burst = 5}, .learns = true});
    CHECK(rate.calls_per_second() == 20);
    use(rate, SteadyTime(0ms), 5s);
    CHECK(rate.calls_per_second() == 100);
}

TEST_CASE("a refusal pauses everybody for as long as the server says, and lowers the rate once", "[core][pace]") {
    AdaptiveRate rate({.most = {.calls_per_second = 10, .burst = 5}});
    const auto now = use(rate, SteadyTime(0ms), 10s);
    const auto one = rate.reserve(now);
    const auto other = rate.reserve(now);

    rate.refused(one, now, 30s);
    rate.refused(other, now + 10ms, 30s);

    const auto again = rate.free_at(now + 20ms);
    CHECK(again >= now + 30s);
    rate.free_at(again);
    CHECK(rate.calls_per_second() < 10);
    CHECK(rate.calls_per_second() >= 5);
    const auto lowered = rate.calls_per_second();
    // An answer that comes late is about the rate as it was.
    rate.refused(other, again + 1s, std::nullopt);
    rate.free_at(again + 2s);
    CHECK(rate.calls_per_second() == lowered);
    CHECK(rate.refusals() == 3);
    CHECK(rate.learnt() == lowered);
}

TEST_CASE("a refusal without a word costs a second, and each further one half of the rate at most",
          "[core][pace][fault19]") {
    AdaptiveRate rate({.most = {.calls_per_second = 8, .burst = 1}});
    SteadyTime now(1h);
    double before = rate.calls_per_second();
    for (int i = 0; i < 20; ++i) {
        now = rate.free_at(now);
        rate.refused(rate.reserve(now), now, std::nullopt);
        CHECK(rate.free_at(now) >= now + 1s);
        now += 1s;
        rate.free_at(now);
        CHECK(rate.calls_per_second() >= std::min(before / 2, before) * 0.99);
        CHECK(rate.calls_per_second() < before + 1e-9);
        before = rate.calls_per_second();
    }
    // Slow, and still alive.
    CHECK(rate.calls_per_second() <= 0.051);
    CHECK(rate.free_at(now) <= now + 30s);
}

TEST_CASE("after a calm time the rate rises slowly, up to the most that is wanted", "[core][pace]") {
    AdaptiveRate rate({.most = {.calls_per_second = 10, .burst = 5}});
    auto now = use(rate, SteadyTime(0ms), 10s);
    rate.refused(rate.reserve(now), now, 1s);
    now = use(rate, rate.free_at(now), 15s);
    const auto lowered = rate.calls_per_second();
    CHECK(lowered < 10);
    now = use(rate, now, 20s);
    CHECK(rate.calls_per_second() > lowered);
    CHECK(rate.calls_per_second() < lowered * 1.3);
    use(rate, now, 10min);
    CHECK(rate.calls_per_second() == Approx(10));
}

TEST_CASE("what was learnt before is what the next process begins with", "[core][pace]") {
    AdaptiveRate rate({.most = {.calls_per_second = 100, .burst = 5}, .learns = true});
    rate.remember(42, SteadyTime(1s));
    CHECK(rate.calls_per_second() == 42);
    CHECK(rate.learnt() == 42);
    // What this process has found out counts more.
    rate.remember(7, SteadyTime(2s));
    CHECK(rate.calls_per_second() == 42);
    AdaptiveRate narrow({.most = {.calls_per_second = 5, .burst = 5}, .learns = true});
    narrow.remember(42, SteadyTime(1s));
    CHECK(narrow.calls_per_second() == 5);
}

TEST_CASE("the slowest of those who share a credential holds for all", "[core][pace]") {
    AdaptiveRate rate({.most = {.calls_per_second = 100, .burst = 50}});
    rate.lower_to({.calls_per_second = 10, .burst = 80}, SteadyTime(1s));
    CHECK(rate.calls_per_second() == 10);
    CHECK(rate.limits().most.burst == 50);
    rate.lower_to({.calls_per_second = 20, .burst = 80}, SteadyTime(1s));
    CHECK(rate.calls_per_second() == 10);
}
