#include "core/record/serial_date.hpp"

#include "core/record/number_format.hpp"

#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdint>

namespace usersync::record {
namespace {

constexpr std::int64_t seconds_per_day = 86'400;

std::string two_digits(std::int64_t number) {
    return {static_cast<char>('0' + number / 10 % 10), static_cast<char>('0' + number % 10)};
}

std::string time_text(std::int64_t second) {
    return two_digits(second / 3600) + ":" + two_digits(second / 60 % 60) + ":" + two_digits(second % 60);
}

/// Days from 1970-01-01; nothing beyond the years 0 to 9999.
std::optional<std::string> day_text(std::chrono::sys_days day) {
    const std::chrono::year_month_day date(day);
    const int year = static_cast<int>(date.year());
    if (year < 0 || year > 9999) return std::nullopt;
    return two_digits(year / 100) + two_digits(year % 100) + "-" + two_digits(unsigned{date.month()}) + "-" +
           two_digits(unsigned{date.day()});
}

std::optional<std::string> moment_text(std::chrono::sys_days midnight, std::int64_t seconds) {
    auto text = day_text(midnight + std::chrono::days(seconds / seconds_per_day));
    if (text && seconds % seconds_per_day != 0) *text += "T" + time_text(seconds % seconds_per_day);
    return text;
}

/// Takes `count` digits from the front, no more and no less.
std::optional<int> take_digits(std::string_view& text, std::size_t count) {
    if (text.size() < count) return std::nullopt;
    int number = 0;
    for (std::size_t i = 0; i < count; ++i) {
        if (text[i] < '0' || text[i] > '9') return std::nullopt;
        number = number * 10 + (text[i] - '0');
    }
    text.remove_prefix(count);
    return number;
}

bool take(std::string_view& text, char c) {
    if (text.empty() || text.front() != c) return false;
    text.remove_prefix(1);
    return true;
}

/// "08:30", "08:30:00" or "08:30:00.123", up to the end.
std::optional<std::int64_t> take_time(std::string_view text) {
    const auto hours = take_digits(text, 2);
    if (!hours || *hours > 24 || !take(text, ':')) return std::nullopt;
    const auto minutes = take_digits(text, 2);
    if (!minutes || *minutes > 59) return std::nullopt;
    std::int64_t seconds = *hours * 3600 + *minutes * 60;
    if (take(text, ':')) {
        const auto whole = take_digits(text, 2);
        if (!whole || *whole > 59) return std::nullopt;
        seconds += *whole;
        if (take(text, '.')) {
            if (text.empty()) return std::nullopt;
            if (text.front() >= '5' && text.front() <= '9') ++seconds;
            while (!text.empty() && text.front() >= '0' && text.front() <= '9') text.remove_prefix(1);
        }
    }
    if (!text.empty() || seconds > seconds_per_day) return std::nullopt;
    return seconds;
}

}  // namespace

std::optional<std::string> serial_date_text(double serial, bool dates_from_1904) {
    using namespace std::chrono;
    constexpr double last_day = 2'958'466;  // the day after 9999-12-31, from 1900
    if (!(serial >= 0) || serial >= last_day) return std::nullopt;
    const auto seconds = std::llround(serial * static_cast<double>(seconds_per_day));
    // Before its first day is over, a serial is only a time of day: of no date, or of one that nobody means.
    if (serial < 1 && seconds != 0 && seconds < seconds_per_day) return time_text(seconds);
    if (dates_from_1904) return moment_text(sys_days(1904y / January / 1), seconds);
    const auto days_from_1900 = seconds / seconds_per_day;
    if (days_from_1900 == 0 || days_from_1900 == 60) return std::nullopt;
    const auto first = days_from_1900 < 60 ? 1899y / December / 31 : 1899y / December / 30;
    return moment_text(sys_days(first), seconds);
}

std::optional<std::string> iso_date_text(std::string_view text) {
    using namespace std::chrono;
    const auto year_number = take_digits(text, 4);
    if (!year_number || !take(text, '-')) return std::nullopt;
    const auto month_number = take_digits(text, 2);
    if (!month_number || !take(text, '-')) return std::nullopt;
    const auto day_number = take_digits(text, 2);
    if (!day_number) return std::nullopt;
    const year_month_day date(year(*year_number), month(static_cast<unsigned>(*month_number)),
                              day(static_cast<unsigned>(*day_number)));
    if (!date.ok()) return std::nullopt;
    if (!text.empty() && text.back() == 'Z') text.remove_suffix(1);
    if (text.empty()) return day_text(sys_days(date));
    if (!take(text, 'T') && !take(text, ' ')) return std::nullopt;
    const auto seconds = take_time(text);
    if (!seconds) return std::nullopt;
    if ((date == 1899y / December / 30 || date == 1899y / December / 31) && *seconds < seconds_per_day) {
        return time_text(*seconds);
    }
    return moment_text(sys_days(date), *seconds);
}

std::optional<DurationText> duration_text(std::string_view text) {
    const bool is_negative = take(text, '-');
    if (!take(text, 'P')) return std::nullopt;
    double seconds = 0;
    bool in_time = false;
    bool has_part = false;
    while (!text.empty()) {
        if (take(text, 'T')) {
            if (in_time) return std::nullopt;
            in_time = true;
            continue;
        }
        const auto length = text.find_first_not_of("0123456789.,");
        if (length == std::string_view::npos || length == 0) return std::nullopt;
        std::string digits(text.substr(0, length));
        if (const auto comma = digits.find(','); comma != std::string::npos) digits[comma] = '.';
        const auto number = number_from(digits);
        const char unit = text[length];
        text.remove_prefix(length + 1);
        if (!number) return std::nullopt;
        has_part = true;
        if (!in_time && unit == 'D') {
            seconds += *number * static_cast<double>(seconds_per_day);
        } else if (in_time && unit == 'H') {
            seconds += *number * 3600;
        } else if (in_time && unit == 'M') {
            seconds += *number * 60;
        } else if (in_time && unit == 'S') {
            seconds += *number;
        } else {
            return std::nullopt;  // months and years have no fixed length
        }
    }
    if (!has_part) return std::nullopt;
    const double days = seconds / static_cast<double>(seconds_per_day);
    const double rounded = std::round(seconds);
    if (!is_negative && rounded < static_cast<double>(seconds_per_day)) {
        return DurationText{time_text(static_cast<std::int64_t>(rounded)), true};
    }
    auto days_text = number_text(is_negative ? -days : days);
    if (days_text.empty()) return std::nullopt;
    return DurationText{std::move(days_text), false};
}

}  // namespace usersync::record
