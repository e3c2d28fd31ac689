#include "connectors/speakap/sandbox/sandbox_limits.hpp"

#include <catch2/catch.hpp>

using namespace usersync;
using sandbox::parse_rate;
using sandbox::RateLimit;
using sandbox::RatePlan;
using namespace std::chrono_literals;

namespace {

RatePlan per_second(double calls) {
    RatePlan plan;
    plan.calls_per_second = calls;
    return plan;
}

/// Calls that go through in ten seconds of asking ten times a second.
int calls_in_ten_seconds(RateLimit& limit, SteadyTime& now) {
    int passed = 0;
    for (int i = 0; i < 100; ++i, now += 100ms) passed += limit.refuse("rest", now) ? 0 : 1;
    return passed;
}

}  // namespace

TEST_CASE("a rate is so many calls per second", "[connectors][speakap][sandbox]") {
    CHECK(parse_rate("10/s").value() == 10.0);
    CHECK(parse_rate("0.5/s").value() == 0.5);
    for (const auto* text : {"", "10", "/s", "0/s", "-1/s", "10/m", "10/s ", "nan/s", "inf/s"}) {
        INFO(text);
        CHECK(parse_rate(text).has_error());
    }
}

TEST_CASE("calls above the rate are told when to come back, and may then", "[connectors][speakap][sandbox]") {
    RateLimit limit(per_second(2));
    SteadyTime now{};

    CHECK_FALSE(limit.refuse("rest", now));
    CHECK_FALSE(limit.refuse("rest", now));
    CHECK(limit.refuse("rest", now) == 1s);
    now += 1s;
    CHECK_FALSE(limit.refuse("rest", now));
    CHECK_FALSE(limit.refuse("rest", now));
    CHECK(limit.refuse("rest", now) == 1s);
}

TEST_CASE("a slow rate says whole seconds, long enough", "[connectors][speakap][sandbox]") {
    RateLimit limit(per_second(0.3));
    SteadyTime now{};

    CHECK_FALSE(limit.refuse("rest", now));
    const auto wait = limit.refuse("rest", now);
    CHECK(wait == 4s);
    CHECK_FALSE(limit.refuse("rest", now + *wait));
}

TEST_CASE("each token has its own rate, and without a rate nothing is refused", "[connectors][speakap][sandbox]") {
    RateLimit limit(per_second(1));
    CHECK_FALSE(limit.refuse("rest", SteadyTime{}));
    CHECK(limit.refuse("rest", SteadyTime{}));
    CHECK_FALSE(limit.refuse("scim", SteadyTime{}));

    RateLimit none(per_second(0));
    for (int i = 0; i < 100; ++i) CHECK_FALSE(none.refuse("rest", SteadyTime{}));
}

TEST_CASE("a limit that is lowered in the middle holds from that call on", "[connectors][speakap][sandbox]") {
    auto plan = per_second(5);
    plan.changes.push_back({.from_call = 4, .after = 0ms, .until = std::nullopt, .calls_per_second = 1});
    RateLimit limit(plan);
    SteadyTime now{};

    for (int i = 0; i < 3; ++i) CHECK_FALSE(limit.refuse("rest", now));
    CHECK_FALSE(limit.refuse("rest", now));  // what was saved up is cut to one call
    CHECK(limit.refuse("rest", now) == 1s);
    now += 1s;
    CHECK_FALSE(limit.refuse("rest", now));
    CHECK(limit.refuse("rest", now) == 1s);
}

TEST_CASE("a limit can be lowered for a span only, counted from the start", "[connectors][speakap][sandbox]") {
    auto plan = per_second(10);
    plan.changes.push_back({.from_call = 0, .after = 10s, .until = 20s, .calls_per_second = 2});
    SteadyTime now{5s};
    RateLimit limit(plan, now);

    CHECK(calls_in_ten_seconds(limit, now) == 100);
    const int lowered = calls_in_ten_seconds(limit, now);
    CHECK(lowered >= 20);
    CHECK(lowered <= 22);
    CHECK(calls_in_ten_seconds(limit, now) >= 95);
}

TEST_CASE("a second client leaves us what it does not take, and never nothing", "[connectors][speakap][sandbox]") {
    auto plan = per_second(10);
    plan.second_clients.push_back({.token = "rest", .calls_per_second = 7, .after = 10s, .until = 20s});
    plan.second_clients.push_back({.token = "rest", .calls_per_second = 1000, .after = 20s, .until = std::nullopt});
    RateLimit limit(plan);
    SteadyTime now{};

    CHECK(calls_in_ten_seconds(limit, now) == 100);
    const int shared = calls_in_ten_seconds(limit, now);
    CHECK(shared >= 29);
    CHECK(shared <= 33);
    const int starved = calls_in_ten_seconds(limit, now);
    CHECK(starved >= 4);
    CHECK(starved <= 7);
    CHECK_FALSE(limit.refuse("scim", now));
}
