#include "core/record/number_format.hpp"

#include "core/record/serial_date.hpp"

#include <catch2/catch.hpp>

#include <limits>
#include <random>
#include <string>

using namespace usersync::record;

TEST_CASE("a number becomes the shortest digits that give the same number", "[record][number]") {
    CHECK(number_text(12) == "12");
    CHECK(number_text(-0.0) == "0");
    CHECK(number_text(0.1) == "0.1");
    CHECK(number_text(-2.5) == "-2.5");
    CHECK(number_text(100000) == "100000");
    CHECK(number_text(123456789012345678.0) == "123456789012345680");
    CHECK(number_text(1e20) == "100000000000000000000");
    CHECK(number_text(1e21) == "1e+21");
    CHECK(number_text(1.5e300) == "1.5e+300");
    CHECK(number_text(0.000001) == "0.000001");
    CHECK(number_text(1e-7) == "1e-7");
    CHECK(number_text(std::numeric_limits<double>::infinity()).empty());
    CHECK(number_text(std::numeric_limits<double>::quiet_NaN()).empty());
}

TEST_CASE("a number is read as files write it, and nothing else is", "[record][number]") {
    CHECK(number_from("0.10000000000000001") == 0.1);
    CHECK(number_from(" -2E3 ") == -2000);
    CHECK(number_from("+7") == 7);
    for (const auto* text : {"", " ", "1,5", "1 2", "abc", "inf", "nan", "0x10", "1e999", "+-1", "1.2.3"}) {
        INFO(text);
        CHECK_FALSE(number_from(text));
    }
}

TEST_CASE("a text that is said to be the shortest one is", "[record][number]") {
    for (const auto* text : {"0", "7", "123456789012345", "0.5", "-12.25", "0.000001"}) CHECK(is_shortest_number(text));
    for (const auto* text : {"", "-", "-0", "007", "1.", "1.50", ".5", "1e5", "1234567890123456", "0.0000001", "1,5",
                             "1.2.3", "12345678901234.123"}) {
        INFO(text);
        CHECK_FALSE(is_shortest_number(text));
    }
    const auto seed = std::random_device{}();
    INFO("seed " << seed);
    std::mt19937 random(seed);
    for (int i = 0; i < 20'000; ++i) {
        std::string text = random() % 4 == 0 ? "-" : "";
        const auto length = 1 + random() % 17;
        for (std::size_t k = 0; k < length; ++k) text += "00123456789.."[random() % 13];
        INFO(text);
        if (is_shortest_number(text)) REQUIRE(number_text(number_from(text).value()) == text);
    }
}

TEST_CASE("a number format shows a date when it has letters of dates that are not quoted", "[record][date]") {
    for (const auto* code : {"yyyy\\-mm\\-dd;@", "d/m/yy", "[$-409]d-mmm-yy", "hh:mm", "mm:ss", "DD.MM.YYYY",
                             "[=0]\"\";dd/mm/yyyy", "\"on \"d"}) {
        INFO(code);
        CHECK(is_date_format(code));
    }
    for (const auto* code : {"", "General", "Standard", "0", "0.00E+00", "@", "#,##0 \"days\"", "0\\d", "[Red]0", "_d0",
                             "*y0", "[h]:mm", "[mm]:ss", "[$USD] 0", "\"d", "[d"}) {
        INFO(code);
        CHECK_FALSE(is_date_format(code));
    }
    for (const auto id : {14U, 22U, 27U, 36U, 45U, 47U, 50U, 58U}) CHECK(is_date_format(id));
    for (const auto id : {0U, 1U, 13U, 23U, 37U, 46U, 49U, 59U, 164U}) CHECK_FALSE(is_date_format(id));
}

TEST_CASE("a serial becomes a date, with the leap day that Excel believes in", "[record][date]") {
    CHECK(serial_date_text(1, false) == "1900-01-01");
    CHECK(serial_date_text(59, false) == "1900-02-28");
    CHECK_FALSE(serial_date_text(60, false));
    CHECK(serial_date_text(61, false) == "1900-03-01");
    CHECK(serial_date_text(46082, false) == "2026-03-01");
    CHECK(serial_date_text(2958465, false) == "9999-12-31");
    CHECK_FALSE(serial_date_text(2958466, false));
    CHECK_FALSE(serial_date_text(0, false));
    CHECK_FALSE(serial_date_text(-1, false));
    CHECK_FALSE(serial_date_text(std::numeric_limits<double>::quiet_NaN(), false));
    CHECK_FALSE(serial_date_text(1e300, false));
}

TEST_CASE("a serial of a workbook that counts from 1904 is four years and a day later", "[record][date]") {
    CHECK(serial_date_text(0, true) == "1904-01-01");
    CHECK(serial_date_text(60, true) == "1904-03-01");
    CHECK(serial_date_text(44620, true) == "2026-03-01");
    CHECK_FALSE(serial_date_text(2958465, true));
}

TEST_CASE("a serial with a fraction has a time of day, rounded to the second", "[record][date]") {
    CHECK(serial_date_text(46082.354166666664, false) == "2026-03-01T08:30:00");
    CHECK(serial_date_text(46082.99999999, false) == "2026-03-02");
    CHECK(serial_date_text(46082.000001, false) == "2026-03-01");
    CHECK(serial_date_text(0.354166667, false) == "08:30:00");
    CHECK(serial_date_text(0.354166667, true) == "08:30:00");
}

TEST_CASE("an ISO date comes in one form, and days that do not exist in none", "[record][date]") {
    CHECK(iso_date_text("2026-03-01") == "2026-03-01");
    CHECK(iso_date_text("2026-03-01T00:00:00.000") == "2026-03-01");
    CHECK(iso_date_text("2026-03-01T08:30") == "2026-03-01T08:30:00");
    CHECK(iso_date_text("2026-03-01T08:30:00Z") == "2026-03-01T08:30:00");
    CHECK(iso_date_text("2026-03-01T08:29:59.9996") == "2026-03-01T08:30:00");
    CHECK(iso_date_text("2024-02-29") == "2024-02-29");
    CHECK(iso_date_text("1899-12-31T08:30:00.000") == "08:30:00");
    CHECK(iso_date_text("1899-12-30T00:00:00") == "00:00:00");
    for (const auto* text : {"", "2026", "2026-02-29", "2026-13-01", "01-03-2026", "2026-03-01T", "2026-03-01T25:00",
                             "2026-03-01T08:30:00+02:00", "2026-03-01x", "2026-3-1"}) {
        INFO(text);
        CHECK_FALSE(iso_date_text(text));
    }
}

TEST_CASE("a duration is a time of day or a number of days", "[record][date]") {
    CHECK(duration_text("PT08H30M00S")->text == "08:30:00");
    CHECK(duration_text("PT08H30M00S")->is_time_of_day);
    CHECK(duration_text("PT0S")->text == "00:00:00");
    CHECK(duration_text("PT36H0M0S")->text == "1.5");
    CHECK_FALSE(duration_text("PT36H0M0S")->is_time_of_day);
    CHECK(duration_text("P1DT12H")->text == "1.5");
    CHECK(duration_text("-PT12H")->text == "-0.5");
    for (const auto* text : {"", "P", "PT", "8:30", "P1M", "PT1X", "PT1", "PTT1S", "PT1.2.3S"}) {
        INFO(text);
        CHECK_FALSE(duration_text(text));
    }
}
