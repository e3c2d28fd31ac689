#include "core/pace/schedule.hpp"

#include <catch2/catch.hpp>

using namespace usersync;
using pace::Cron;
using pace::parse_cron;

namespace {

std::uint64_t bits(std::initializer_list<unsigned> values) {
    std::uint64_t result = 0;
    for (const auto value : values) result |= std::uint64_t(1) << value;
    return result;
}

std::uint64_t bits_from_to(unsigned first, unsigned last) {
    std::uint64_t result = 0;
    for (unsigned value = first; value <= last; ++value) result |= std::uint64_t(1) << value;
    return result;
}

}  // namespace

TEST_CASE("a cron expression names minutes, hours, days, months and weekdays", "[core][pace]") {
    const auto cron = parse_cron("*/15 6-22/8 1,15,31 jan,Mar-APR mon-fri");

    REQUIRE(cron.has_value());
    CHECK(*cron == Cron{.minutes = bits({0, 15, 30, 45}),
                        .hours = bits({6, 14, 22}),
                        .days = bits({1, 15, 31}),
                        .months = bits({1, 3, 4}),
                        .weekdays = bits({1, 2, 3, 4, 5}),
                        .any_day = false,
                        .any_weekday = false});
}

TEST_CASE("a star matches everything a field can be", "[core][pace]") {
    const auto cron = parse_cron("  * \t* * *   * ");

    REQUIRE(cron.has_value());
    CHECK(*cron == Cron{.minutes = bits_from_to(0, 59),
                        .hours = bits_from_to(0, 23),
                        .days = bits_from_to(1, 31),
                        .months = bits_from_to(1, 12),
                        .weekdays = bits_from_to(0, 6),
                        .any_day = true,
                        .any_weekday = true});
}

TEST_CASE("Sunday is 0, 7, or sun, and may close a week", "[core][pace]") {
    struct Row {
        const char* field;
        std::uint64_t weekdays;
    };
    const auto row =
        GENERATE(Row{"0", bits({0})}, Row{"7", bits({0})}, Row{"sun", bits({0})}, Row{"sat-sun", bits({0, 6})},
                 Row{"5-7", bits({0, 5, 6})}, Row{"sun-tue", bits({0, 1, 2})});
    INFO(row.field);

    const auto cron = parse_cron("0 0 * * " + std::string(row.field));

    REQUIRE(cron.has_value());
    CHECK(cron->weekdays == row.weekdays);
}

TEST_CASE("the words hourly, daily, weekly and monthly are schedules", "[core][pace]") {
    CHECK(*parse_cron("hourly") == *parse_cron("0 * * * *"));
    CHECK(*parse_cron("daily") == *parse_cron("0 6 * * *"));
    CHECK(*parse_cron("Weekly") == *parse_cron("0 6 * * mon"));
    CHECK(*parse_cron("monthly") == *parse_cron("0 6 1 * *"));
}

TEST_CASE("a bad cron expression is refused with a sentence that names the field", "[core][pace]") {
    struct Row {
        const char* expression;
        const char* sentence;
    };
    const auto row = GENERATE(
        Row{"60 * * * *", "minute: \"60\" is not between 0 and 59"},
        Row{"* 24 * * *", "hour: \"24\" is not between 0 and 23"},
        Row{"* * 0 * *", "day of month: \"0\" is not between 1 and 31"},
        Row{"* * * 13 *", "month: \"13\" is not between 1 and 12"},
        Row{"* * * * 8", "day of week: \"8\" is not between 0 and 7"},
        Row{"* * * january *", "month: \"january\" is neither a number nor a name"},
        Row{"mon * * * *", "minute: \"mon\" is not a number"}, Row{"* 22-6 * * *", "hour: \"22-6\" runs backwards"},
        Row{"*/0 * * * *", "minute: \"*/0\" has no step of 1 or more after the slash"},
        Row{"*/ * * * *", "minute: \"*/\" has no step of 1 or more after the slash"},
        Row{"5/15 * * * *", "minute: \"5/15\" has a step but no range"},
        Row{"1,,2 * * * *", "minute: \"\" is not a number"}, Row{"-5 * * * *", "minute: \"\" is not a number"},
        Row{"* * L * *", "day of month: \"l\" is not a number"});
    INFO(row.expression);

    const auto cron = parse_cron(row.expression);

    REQUIRE(cron.has_error());
    CHECK(cron.error().kind == FailureKind::rejected);
    CHECK(cron.error().code == "bad_cron");
    CHECK(cron.error().detail == row.sentence);
}

TEST_CASE("anything but five fields or one of the four words is refused", "[core][pace]") {
    const auto expression = GENERATE("", "   ", "* * * *", "* * * * * *", "yearly", "@daily", "daily daily");
    INFO(expression);

    const auto cron = parse_cron(expression);

    REQUIRE(cron.has_error());
    CHECK(cron.error().code == "bad_cron");
}
