#include "connectors/speakap/sandbox/sandbox_limits.hpp"

#include <catch2/catch.hpp>

using namespace usersync;
using sandbox::parse_rate;
using sandbox::RateLimit;
using namespace std::chrono_literals;

TEST_CASE("a rate is so many calls per second", "[connectors][speakap][sandbox]") {
    CHECK(parse_rate("10/s").value() == 10.0);
    CHECK(parse_rate("0.5/s").value() == 0.5);
    for (const auto* text : {"", "10", "/s", "0/s", "-1/s", "10/m", "10/s ", "nan/s", "inf/s"}) {
        INFO(text);
        CHECK(parse_rate(text).has_error());
    }
}

TEST_CASE("calls above the rate are told when to come back, and may then", "[connectors][speakap][sandbox]") {
    RateLimit limit(2);
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
    RateLimit limit(0.3);
    SteadyTime now{};

    CHECK_FALSE(limit.refuse("rest", now));
    const auto wait = limit.refuse("rest", now);
    CHECK(wait == 4s);
    CHECK_FALSE(limit.refuse("rest", now + *wait));
}

TEST_CASE("each token has its own rate, and without a rate nothing is refused", "[connectors][speakap][sandbox]") {
    RateLimit limit(1);
    CHECK_FALSE(limit.refuse("rest", SteadyTime{}));
    CHECK(limit.refuse("rest", SteadyTime{}));
    CHECK_FALSE(limit.refuse("scim", SteadyTime{}));

    RateLimit none(0);
    for (int i = 0; i < 100; ++i) CHECK_FALSE(none.refuse("rest", SteadyTime{}));
}
