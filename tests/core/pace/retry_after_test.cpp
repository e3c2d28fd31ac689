#include "core/pace/retry_after.hpp"

#include <catch2/catch.hpp>

using namespace usersync;
using namespace std::chrono_literals;
using pace::parse_retry_after;

namespace {

constexpr Time noon = std::chrono::sys_days(std::chrono::year(2026) / 11 / 22) + 12h;

}  // namespace

TEST_CASE("Retry-After is understood as seconds", "[core][pace][fault19]") {
    struct Row {
        const char* value;
        Duration wait;
    };
    const auto row = GENERATE(Row{"0", 0s}, Row{"120", 120s}, Row{"  7\t", 7s}, Row{"007", 7s}, Row{"86400", 24h});
    INFO(row.value);

    CHECK(parse_retry_after(row.value, noon) == row.wait);
}

TEST_CASE("Retry-After is understood as a date in each of its three forms", "[core][pace][fault19]") {
    const auto value =
        GENERATE("Sun, 22 Nov 2026 12:01:30 GMT", "Sunday, 22-Nov-26 12:01:30 GMT", "Sun Nov 22 12:01:30 2026");
    INFO(value);

    CHECK(parse_retry_after(value, noon) == Duration(90s));
}

TEST_CASE("a date with a one-digit day is padded with a space in the oldest form", "[core][pace]") {
    CHECK(parse_retry_after("Tue Dec  1 12:00:00 2026", noon) == Duration(24h * 9));
}

TEST_CASE("a date that has passed means at once", "[core][pace][fault19]") {
    CHECK(parse_retry_after("Sun, 06 Nov 1994 08:49:37 GMT", noon) == Duration(0));
    CHECK(parse_retry_after("Sunday, 06-Nov-94 08:49:37 GMT", noon) == Duration(0));
}

TEST_CASE("a number too large for time is the longest there is, for the caller to cap", "[core][pace]") {
    const Duration century = 24h * 365 * 100;

    CHECK(parse_retry_after("99999999999", noon) == century);
    CHECK(parse_retry_after("999999999999999999999999999999", noon) == century);
}

TEST_CASE("what is neither seconds nor a date is not guessed at", "[core][pace][fault19]") {
    const auto value = GENERATE("", " ", "-5", "+5", "1.5", "1e3", "soon", "120s", "12 0", "Sun, 22 Nov 2026 12:01:30",
                                "GMT", "Sun, 22 Nov 2026 24:01:30 GMT", "Sun, 31 Feb 2026 12:00:00 GMT",
                                "Sun, 22 Nvo 2026 12:00:00 GMT", "Sun, 22 Nov 2026 12:00:00 CET",
                                "Sun, 22 Nov 20260 12:00:00 GMT", "2026-11-22T12:00:00Z", ", , : : - - 1");
    INFO(value);

    CHECK_FALSE(parse_retry_after(value, noon));
}
