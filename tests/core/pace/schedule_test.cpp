#include "core/pace/schedule.hpp"

#include <catch2/catch.hpp>

#include <cstdio>
#include <random>
#include <string>

using namespace usersync;
using namespace std::chrono_literals;
using pace::Interval;
using pace::next_due;
using pace::parse_cron;
using pace::Schedule;

namespace {

/// "2026-03-29 01:30" in UTC.
Time utc(const std::string& text) {
    int year = 0, month = 0, day = 0, hour = 0, minute = 0;
    REQUIRE(std::sscanf(text.c_str(), "%d-%d-%d %d:%d", &year, &month, &day, &hour, &minute) == 5);
    return std::chrono::sys_days(std::chrono::year(year) / month / day) + std::chrono::hours(hour) +
           std::chrono::minutes(minute);
}

std::string text_of(Time time) {
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date(day);
    const auto minutes = std::chrono::floor<std::chrono::minutes>(time - day).count();
    char text[32];
    std::snprintf(text, sizeof text, "%04d-%02u-%02u %02d:%02d", static_cast<int>(date.year()),
                  static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                  static_cast<int>(minutes / 60), static_cast<int>(minutes % 60));
    return text;
}

std::string next(const std::string& cron, const std::string& zone, const std::string& after) {
    const auto due = next_due({.when = parse_cron(cron).value(), .time_zone = zone}, utc(after), 0);
    return due ? text_of(*due) : "never";
}

/// Plain cron in UTC, minute by minute: slow and obviously right.
std::optional<Time> next_by_walking(const pace::Cron& cron, Time after, int days_max) {
    const auto has = [](std::uint64_t bits, unsigned n) { return (bits >> n & 1) != 0; };
    Time minute = std::chrono::floor<std::chrono::minutes>(after) + 1min;
    for (int i = 0; i < days_max * 24 * 60; ++i, minute += 1min) {
        const auto day = std::chrono::floor<std::chrono::days>(minute);
        const std::chrono::year_month_day date(day);
        const auto of_day = std::chrono::floor<std::chrono::minutes>(minute - day).count();
        if (!has(cron.minutes, static_cast<unsigned>(of_day % 60))) continue;
        if (!has(cron.hours, static_cast<unsigned>(of_day / 60))) continue;
        if (!has(cron.months, static_cast<unsigned>(date.month()))) continue;
        const bool by_date = has(cron.days, static_cast<unsigned>(date.day()));
        const bool by_weekday = has(cron.weekdays, std::chrono::weekday(day).c_encoding());
        const bool both = cron.any_day || cron.any_weekday;
        if (both ? by_date && by_weekday : by_date || by_weekday) return minute;
    }
    return std::nullopt;
}

}  // namespace

TEST_CASE("cron times come in the tenant's own time zone", "[core][pace]") {
    struct Row {
        const char *cron, *zone, *after, *due;
    };
    const auto row = GENERATE(Row{"0 6 * * *", "UTC", "2026-11-22 05:59", "2026-11-22 06:00"},
                              Row{"0 6 * * *", "UTC", "2026-11-22 06:00", "2026-11-23 06:00"},
                              Row{"0 6 * * *", "Europe/Amsterdam", "2026-11-22 00:00", "2026-11-22 05:00"},
                              Row{"0 6 * * *", "Europe/Amsterdam", "2026-07-22 00:00", "2026-07-22 04:00"},
                              Row{"30 0 * * *", "Pacific/Auckland", "2026-11-22 00:00", "2026-11-22 11:30"},
                              Row{"0 6 * * *", "Asia/Kolkata", "2026-11-22 00:30", "2026-11-23 00:30"},
                              Row{"*/15 6-22 * * mon-fri", "UTC", "2026-11-20 22:45", "2026-11-23 06:00"},
                              Row{"59 23 31 dec *", "UTC", "2026-12-31 23:59", "2027-12-31 23:59"},
                              Row{"weekly", "UTC", "2026-11-23 06:00", "2026-11-30 06:00"},
                              Row{"monthly", "UTC", "2026-11-22 00:00", "2026-12-01 06:00"});
    INFO(row.cron << " " << row.zone << " after " << row.after);

    CHECK(next(row.cron, row.zone, row.after) == row.due);
}

TEST_CASE("with a day of the month and a day of the week, either makes a day match", "[core][pace]") {
    CHECK(next("0 6 13 * fri", "UTC", "2026-11-07 00:00") == "2026-11-13 06:00");
    CHECK(next("0 6 13 * fri", "UTC", "2026-11-13 06:00") == "2026-11-20 06:00");
    CHECK(next("0 6 14 * fri", "UTC", "2026-11-13 06:00") == "2026-11-14 06:00");
    CHECK(next("0 6 * * fri", "UTC", "2026-11-13 06:00") == "2026-11-20 06:00");
    CHECK(next("0 6 */2 * fri", "UTC", "2026-11-13 06:00") == "2026-11-27 06:00");
}

TEST_CASE("a time that daylight saving skips is due once, right after the gap", "[core][pace]") {
    CHECK(next("30 2 * * *", "Europe/Amsterdam", "2026-03-28 12:00") == "2026-03-29 01:00");
    CHECK(next("30 2 * * *", "Europe/Amsterdam", "2026-03-29 01:00") == "2026-03-30 00:30");
    CHECK(next("*/20 2 * * *", "Europe/Amsterdam", "2026-03-28 12:00") == "2026-03-29 01:00");
    CHECK(next("*/20 2 * * *", "Europe/Amsterdam", "2026-03-29 01:00") == "2026-03-30 00:00");
    CHECK(next("0 3 * * *", "Europe/Amsterdam", "2026-03-28 12:00") == "2026-03-29 01:00");
}

TEST_CASE("a time that happens twice is due at the earlier", "[core][pace]") {
    CHECK(next("30 2 * * *", "Europe/Amsterdam", "2026-10-24 12:00") == "2026-10-25 00:30");
    CHECK(next("30 2 * * *", "Europe/Amsterdam", "2026-10-25 00:30") == "2026-10-26 01:30");
    CHECK(next("0 3 * * *", "Europe/Amsterdam", "2026-10-25 00:30") == "2026-10-25 02:00");
}

TEST_CASE("a midnight that a clock change skips is still a due time", "[core][pace]") {
    CHECK(next("0 0 * * *", "America/Santiago", "2026-09-05 12:00") == "2026-09-06 04:00");
    CHECK(next("0 6 * * *", "Pacific/Apia", "2011-12-29 17:00") == "2011-12-30 10:00");
    CHECK(next("0 6 * * *", "Pacific/Apia", "2011-12-30 10:00") == "2011-12-30 16:00");
}

TEST_CASE("a date that never comes gives no due time, one in a leap year does", "[core][pace]") {
    CHECK(next("0 6 31 2 *", "UTC", "2026-11-22 00:00") == "never");
    CHECK(next("0 6 31 apr,jun,sep,nov *", "Europe/Amsterdam", "2026-11-22 00:00") == "never");
    CHECK(next("0 6 29 2 *", "UTC", "2024-02-29 06:00") == "2028-02-29 06:00");
}

TEST_CASE("an interval counts from the last run", "[core][pace]") {
    const Schedule every_quarter{.when = Interval{15min}};

    CHECK(next_due(every_quarter, utc("2026-11-22 10:07"), 99) == utc("2026-11-22 10:22"));
}

TEST_CASE("jitter gives every tenant its own, constant place", "[core][pace]") {
    const Schedule schedule{.when = parse_cron("0 * * * *").value(), .jitter = 10min};
    const auto after = utc("2026-11-22 10:30");
    const std::uint64_t four_minutes = 4 * 60 * 1000;

    CHECK(next_due(schedule, after, 0) == utc("2026-11-22 11:00"));
    CHECK(next_due(schedule, after, four_minutes) == utc("2026-11-22 11:04"));
    CHECK(next_due(schedule, after, 10 * 60 * 1000) == utc("2026-11-22 11:10"));
    CHECK(next_due(schedule, after, 10 * 60 * 1000 + 1) == utc("2026-11-22 11:00"));
    CHECK(next_due(schedule, utc("2026-11-22 11:02"), four_minutes) == utc("2026-11-22 11:04"));
    CHECK(next_due(schedule, utc("2026-11-22 11:04"), four_minutes) == utc("2026-11-22 12:04"));
    // An interval has a rhythm of its own, which an offset at every run would slow down.
    CHECK(next_due({.when = Interval{15min}, .jitter = 10min}, after, four_minutes) == utc("2026-11-22 10:45"));
}

TEST_CASE("a jitter longer than the rhythm skips no run", "[core][pace]") {
    const Schedule schedule{.when = parse_cron("0 * * * *").value(), .jitter = 3h};
    const std::uint64_t ninety_minutes = 90 * 60 * 1000;

    CHECK(next_due(schedule, utc("2026-11-22 07:30"), ninety_minutes) == utc("2026-11-22 08:30"));
}

TEST_CASE("a time zone is one of the system's or refused", "[core][pace]") {
    CHECK(pace::check_time_zone("Europe/Amsterdam").has_value());
    CHECK(pace::check_time_zone("UTC").has_value());
    for (const auto* name : {"", "Europe/Amsterdan", "../../etc/passwd", "CEST+2", "europe/amsterdam"}) {
        INFO(name);
        const auto checked = pace::check_time_zone(name);
        REQUIRE(checked.has_error());
        CHECK(checked.error().kind == FailureKind::rejected);
        CHECK(checked.error().code == "unknown_time_zone");
    }
}

TEST_CASE("due times are those that a walk through every minute finds", "[core][pace][property]") {
    std::random_device entropy;
    for (int round = 0; round < 60; ++round) {
        const auto seed = round < 40 ? static_cast<unsigned>(round) : entropy();
        std::mt19937 random(seed);
        const auto draw = [&](int first, int last) { return std::uniform_int_distribution<int>(first, last)(random); };
        const auto field = [&](int first, int last) {
            switch (draw(0, 3)) {
                case 0: return std::string("*");
                case 1: return "*/" + std::to_string(draw(1, last));
                case 2: return std::to_string(draw(first, last)) + "," + std::to_string(draw(first, last));
                case 3: return std::to_string(first) + "-" + std::to_string(draw(first, last));
            }
            return std::string("*");
        };
        const auto cron_text = field(0, 59) + " " + field(0, 23) + " " + field(1, 28) + " * " + field(0, 7);
        INFO("seed " << seed << ": " << cron_text);
        const auto cron = parse_cron(cron_text).value();
        Time after = utc("2026-11-22 00:00") + std::chrono::milliseconds(draw(0, 1 << 30));
        for (int step = 0; step < 5; ++step) {
            const auto expected = next_by_walking(cron, after, 400);
            if (!expected) break;
            REQUIRE(next_due({.when = cron}, after, 0) == expected);
            after = *expected;
        }
    }
}

TEST_CASE("which day it is depends on where", "[core][pace]") {
    CHECK(to_string(pace::day_in("Europe/Amsterdam", utc("2026-06-30 21:59"))) == "2026-06-30");
    CHECK(to_string(pace::day_in("Europe/Amsterdam", utc("2026-06-30 22:00"))) == "2026-07-01");
    CHECK(to_string(pace::day_in("Europe/Amsterdam", utc("2026-12-31 22:59"))) == "2026-12-31");
    CHECK(to_string(pace::day_in("UTC", utc("2026-06-30 23:59"))) == "2026-06-30");
    CHECK(to_string(pace::day_in("America/New_York", utc("2026-07-01 03:59"))) == "2026-06-30");
}

TEST_CASE("how far apart runs are at most is known of every schedule", "[core][pace]") {
    const auto gap = [](const std::string& cron) {
        return pace::longest_gap({.when = parse_cron(cron).value(), .time_zone = "UTC"}, utc("2026-11-22 10:00"));
    };
    CHECK(pace::longest_gap({.when = pace::Interval{90min}}, Time()) == Duration(90min));
    CHECK(gap("0 6 * * *") == Duration(24h));
    CHECK(gap("0 6 * * mon-fri") == Duration(72h));
    CHECK(gap("0 6 1 * *") == Duration(31 * 24h));
    CHECK(gap("0 6 31 2 *") == Duration(0));  // never
}
