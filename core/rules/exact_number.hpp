#pragma once
// Numbers as cells write them, compared digit by digit: of any length, never rounded.

#include <compare>
#include <optional>
#include <string_view>

namespace usersync::rules {

/// Views into the text that it was read from.
struct ExactNumber {
    bool negative = false;      ///< false for zero
    std::string_view whole;     ///< without leading zeros: empty below one
    std::string_view fraction;  ///< without trailing zeros
};

/// "0004", "-12", "+3", "0,8", "0.80". nullopt: anything else, white space and separators of thousands included.
std::optional<ExactNumber> exact_number(std::string_view text);

std::strong_ordering compare(const ExactNumber& left, const ExactNumber& right);

}  // namespace usersync::rules
