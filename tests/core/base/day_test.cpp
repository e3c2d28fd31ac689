#include "core/base/day.hpp"

#include <catch2/catch.hpp>

using namespace usersync;

TEST_CASE("a day is written as year, month and day", "[core][base]") {
    for (const auto* text : {"2026-03-01", "2024-02-29", "2000-02-29", "0001-01-01", "9999-12-31", "1970-01-01"}) {
        CAPTURE(text);
        const auto day = day_from(text);
        REQUIRE(day.has_value());
        CHECK(to_string(*day) == text);
    }
}

TEST_CASE("a day that the calendar does not have is no day", "[core][base]") {
    for (const auto* text : {"2026-02-29", "2100-02-29", "2026-04-31", "2026-13-01", "2026-00-01", "2026-01-00",
                             "2026-01-32", "0000-01-01"}) {
        CAPTURE(text);
        CHECK_FALSE(day_from(text).has_value());
    }
}

TEST_CASE("a day in another notation is no day", "[core][base]") {
    for (const auto* text : {"", "2026-3-1", "01-03-2026", "2026/03/01", "20260301", "2026-03-01 ", " 2026-03-01",
                             "2026-03-01T00:00", "+026-03-01", "-026-03-01", "2026-03-0a", "today"}) {
        CAPTURE(text);
        CHECK_FALSE(day_from(text).has_value());
    }
}

TEST_CASE("days are counted over months, years and leap days", "[core][base]") {
    const auto after = [](const char* text, int days) { return to_string(*day_from(text) + std::chrono::days(days)); };

    CHECK(after("2026-02-28", 1) == "2026-03-01");
    CHECK(after("2024-02-28", 1) == "2024-02-29");
    CHECK(after("2025-12-31", 1) == "2026-01-01");
    CHECK(after("2026-03-01", -60) == "2025-12-31");
    CHECK(*day_from("1970-01-01") == Day());
}
