#include "core/base/day.hpp"

#include <algorithm>

namespace usersync {
namespace {

constexpr std::string_view shape = "0000-00-00";

bool fits(std::string_view text) {
    const auto alike = [](char c, char wanted) { return wanted == '-' ? c == '-' : c >= '0' && c <= '9'; };
    return text.size() == shape.size() && std::equal(text.begin(), text.end(), shape.begin(), alike);
}

int number_in(std::string_view digits) {
    int number = 0;
    for (const char c : digits) number = number * 10 + (c - '0');
    return number;
}

std::string digits_of(unsigned number, std::size_t width) {
    auto digits = std::to_string(number);
    return digits.size() < width ? std::string(width - digits.size(), '0') + digits : digits;
}

}  // namespace

std::optional<Day> day_from(std::string_view text) {
    if (!fits(text)) return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year(number_in(text.substr(0, 4))),
                                           std::chrono::month(static_cast<unsigned>(number_in(text.substr(5, 2)))),
                                           std::chrono::day(static_cast<unsigned>(number_in(text.substr(8, 2))))};
    if (!date.ok() || date.year() < std::chrono::year(1)) return std::nullopt;
    return Day(date);
}

std::string to_string(Day day) {
    const std::chrono::year_month_day date(day);
    return digits_of(static_cast<unsigned>(static_cast<int>(date.year())), 4) + '-' +
           digits_of(static_cast<unsigned>(date.month()), 2) + '-' + digits_of(static_cast<unsigned>(date.day()), 2);
}

}  // namespace usersync
