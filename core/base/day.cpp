#include "core/base/day.hpp"

#include <array>
#include <cstddef>

namespace usersync {
namespace {

constexpr std::size_t size = 10;

/// Below ten exactly when the character is a digit.
unsigned digit(char c) { return static_cast<unsigned>(static_cast<unsigned char>(c)) - '0'; }

std::string digits_of(unsigned number, std::size_t width) {
    auto digits = std::to_string(number);
    return digits.size() < width ? std::string(width - digits.size(), '0') + digits : digits;
}

}  // namespace

// Asked for every date of every person whenever rules run, hence without a search for its shape.
std::optional<Day> day_from(std::string_view text) {
    if (text.size() != size || text[4] != '-' || text[7] != '-') return std::nullopt;
    const std::array<unsigned, 8> digits = {digit(text[0]), digit(text[1]), digit(text[2]), digit(text[3]),
                                            digit(text[5]), digit(text[6]), digit(text[8]), digit(text[9])};
    for (const auto one : digits) {
        if (one > 9) return std::nullopt;
    }
    const auto year = static_cast<int>(digits[0] * 1000 + digits[1] * 100 + digits[2] * 10 + digits[3]);
    const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(digits[4] * 10 + digits[5]),
                                           std::chrono::day(digits[6] * 10 + digits[7])};
    if (!date.ok() || year < 1) return std::nullopt;
    return Day(date);
}

std::string to_string(Day day) {
    const std::chrono::year_month_day date(day);
    return digits_of(static_cast<unsigned>(static_cast<int>(date.year())), 4) + '-' +
           digits_of(static_cast<unsigned>(date.month()), 2) + '-' + digits_of(static_cast<unsigned>(date.day()), 2);
}

}  // namespace usersync
