#include "core/rules/exact_number.hpp"

#include <catch2/catch.hpp>
#include <random>
#include <string>

using namespace usersync::rules;

namespace {

int sign(std::strong_ordering order) { return order < 0 ? -1 : order > 0 ? 1 : 0; }

int order(const std::string& left, const std::string& right) {
    const auto a = exact_number(left);
    const auto b = exact_number(right);
    REQUIRE(a.has_value());
    REQUIRE(b.has_value());
    return sign(compare(*a, *b));
}

}  // namespace

TEST_CASE("numbers that are written differently are equal", "[core][rules]") {
    CHECK(order("0004", "4") == 0);
    CHECK(order("+4", "4.00") == 0);
    CHECK(order("0,8", "0.80") == 0);
    CHECK(order("-0", "0") == 0);
    CHECK(order("-0.00", "+000") == 0);
    CHECK(order("-007,50", "-7.5") == 0);
}

TEST_CASE("numbers are ordered whatever their length", "[core][rules]") {
    CHECK(order("9", "10") < 0);
    CHECK(order("-10", "-9") < 0);
    CHECK(order("-1", "0") < 0);
    CHECK(order("0.09", "0.1") < 0);
    CHECK(order("0.1", "0.1000000000000000000000000001") < 0);
    CHECK(order("9007199254740993", "9007199254740992") > 0);
    CHECK(order("-0.5", "-0.49") < 0);
}

TEST_CASE("what is no number is none", "[core][rules]") {
    for (const auto* text : {"", "-", "+", ".", "4.", ".5", "4 ", " 4", "1.234.567", "1,234.5", "4a", "--4", "+-4",
                             "1e3", "0x10", "1/2", "٤", "NaN"}) {
        CAPTURE(text);
        CHECK_FALSE(exact_number(text).has_value());
    }
}

TEST_CASE("numbers are ordered as the integers that they write", "[core][rules]") {
    const unsigned seed = 20260301;
    CAPTURE(seed);
    std::mt19937 random(seed);
    std::uniform_int_distribution<int> numbers(-1200, 1200);
    for (int round = 0; round < 2000; ++round) {
        const int left = numbers(random);
        const int right = numbers(random);
        CAPTURE(left, right);
        CHECK(order(std::to_string(left), std::to_string(right)) == sign(left <=> right));
    }
}
