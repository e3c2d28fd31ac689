#include "core/pace/server_word.hpp"
#include "core/pace/adaptive_rate.hpp"

#include <catch2/catch.hpp>

#include <cmath>
#include <random>
#include <string>
#include <vector>

using namespace usersync;
using namespace usersync::pace;
using namespace std::chrono_literals;

namespace {

// Tuesday, 2026-06-02 at noon.
const Time noon(std::chrono::sys_days(std::chrono::year(2026) / 6 / 2) + 12h);

ServerWord read(const std::vector<HeaderField>& headers, const WordSettings& settings = {}) {
    return server_word(headers, noon, settings);
}

}  // namespace

TEST_CASE("Retry-After is read as seconds or as a date; what is absurd is capped and told", "[core][pace][fault19]") {
    CHECK(read({{"Retry-After", "120"}}).retry_after == Duration(120s));
    CHECK(read({{"retry-after", "Tue, 02 Jun 2026 12:00:30 GMT"}}).retry_after == Duration(30s));
    CHECK(read({{"Retry-After", "Tue, 02 Jun 2026 11:00:00 GMT"}}).retry_after == Duration(0));

    const auto absurd = read({{"Retry-After", "99999999999999999999999"}});
    CHECK(absurd.retry_after == Duration(15min));
    REQUIRE(absurd.asked);
    CHECK(*absurd.asked > 24h);

    for (const auto* garbage : {"-5", "soon", "", "1.5", "0x10", "12 parsecs"}) {
        INFO(garbage);
        const auto word = read({{"Retry-After", garbage}});
        CHECK_FALSE(word.retry_after);
        CHECK(word.is_unreadable);
    }
    CHECK_FALSE(read({}).is_unreadable);
}

TEST_CASE("a spent budget is read in every dialect", "[core][pace]") {
    CHECK(read({{"RateLimit", "\"default\";r=0;t=30"}}).spent_for == Duration(30s));
    CHECK(read({{"RateLimit", "limit=100, remaining=0, reset=7"}}).spent_for == Duration(7s));
    CHECK(read({{"X-RateLimit-Remaining", "0"}, {"X-RateLimit-Reset", "12"}}).spent_for == Duration(12s));
    const auto moment =
        std::to_string(std::chrono::duration_cast<std::chrono::seconds>(noon.time_since_epoch()).count() + 40);
    CHECK(read({{"X-Rate-Limit-Remaining", "0"}, {"X-Rate-Limit-Reset", moment}}).spent_for == Duration(40s));
    CHECK(read({{"X-Acme-Remaining", "0"}, {"X-Acme-Reset", "3"}}, {.prefixes = {"X-Acme-"}}).spent_for ==
          Duration(3s));
    CHECK_FALSE(read({{"RateLimit", "\"default\";r=3;t=30"}}).spent_for);
    CHECK_FALSE(read({{"X-RateLimit-Remaining", "0"}}).spent_for);
    CHECK(read({{"RateLimit", "\"a\";r=0;t=999999999999"}}).spent_for == Duration(15min));
}

TEST_CASE("a limit that is stated with its window is a rate; without one, only where somebody knows the window",
          "[core][pace]") {
    CHECK(read({{"RateLimit-Policy", "\"default\";q=120;w=60"}}).calls_per_second == Approx(2.0));
    CHECK(read({{"RateLimit-Policy", "100;w=10"}}).calls_per_second == Approx(10.0));
    CHECK(read({{"RateLimit-Limit", "100, 100;w=50"}}).calls_per_second == Approx(2.0));
    CHECK_FALSE(read({{"X-RateLimit-Limit", "600"}}).calls_per_second);
    CHECK(read({{"X-RateLimit-Limit", "600"}}, {.window = Duration(60s)}).calls_per_second == Approx(10.0));
    CHECK_FALSE(read({{"RateLimit-Policy", "\"default\";q=0;w=0"}}).calls_per_second);
}

TEST_CASE("no header value can crash, stall beyond the cap, or speed us up", "[core][pace][fault19]") {
    std::mt19937_64 random(20260602);
    const std::string letters = "0123456789;=,rtqw \"-+.eGMT:Tuesday\x7f\xff\tx";
    const std::vector<std::string> names{"Retry-After",       "RateLimit",         "RateLimit-Policy",
                                         "RateLimit-Limit",   "X-RateLimit-Limit", "X-RateLimit-Remaining",
                                         "X-RateLimit-Reset", "RateLimit-Reset",   "RateLimit-Remaining"};
    const WordSettings settings{.window = Duration(60s)};
    constexpr double configured = 50;
    for (int round = 0; round < 20000; ++round) {
        std::vector<std::string> values;
        for (std::size_t i = 0; i < names.size(); ++i) {
            std::string value;
            for (auto n = random() % 24; n > 0; --n) value += letters[random() % letters.size()];
            if (random() % 4 == 0) value = std::to_string(random());
            if (random() % 4 == 0) value = "0";
            values.push_back(std::move(value));
        }
        std::vector<HeaderField> headers;
        for (std::size_t i = 0; i < names.size(); ++i) headers.emplace_back(names[i], values[i]);
        const auto word = server_word(headers, noon, settings);
        for (const auto& wait : {word.retry_after, word.spent_for}) {
            if (!wait) continue;
            REQUIRE(*wait >= Duration(0));
            REQUIRE(*wait <= settings.wait_max);
        }
        if (!word.calls_per_second) continue;
        REQUIRE(std::isfinite(*word.calls_per_second));
        REQUIRE(*word.calls_per_second > 0);
        AdaptiveRate rate({.most = {.calls_per_second = configured, .burst = 5}});
        rate.told(*word.calls_per_second, SteadyTime(1h));
        REQUIRE(rate.calls_per_second() <= configured);
        REQUIRE(rate.calls_per_second() > 0);
    }
}
