#include "core/ingest/dates.hpp"

#include "core/base/ascii.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace usersync::ingest {
namespace {

constexpr int year_min = 1900;
constexpr int year_max = 2199;
constexpr std::string_view time_may_follow = " *";
constexpr std::string_view iso = "yyyy-MM-dd *";

bool is_field(char c) { return c == 'd' || c == 'M' || c == 'y'; }
bool is_serial(std::string_view pattern) { return pattern == "excel" || pattern == "excel1904"; }

struct Day {
    int year = 0;
    int month = 0;
    int day = 0;
};

int days_of(int month, int year) {
    constexpr int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month == 2 && leap ? 29 : days[month - 1];
}

DateFlaw flaw_of(const Day& day) {
    if (day.year < 1 || day.month < 1 || day.month > 12) return DateFlaw::not_a_day;
    if (day.day < 1 || day.day > days_of(day.month, day.year)) return DateFlaw::not_a_day;
    return day.year < year_min || day.year > year_max ? DateFlaw::outside : DateFlaw::none;
}

/// The field at the front of a pattern: "yyyy" of "yyyyMMdd".
std::string_view field_at_front(std::string_view pattern) {
    const auto end = pattern.find_first_not_of(pattern.front());
    return pattern.substr(0, end);
}

bool is_compact(std::string_view pattern) { return std::all_of(pattern.begin(), pattern.end(), is_field); }

std::string_view without_time(std::string_view pattern) {
    if (pattern.ends_with(time_may_follow)) pattern.remove_suffix(time_may_follow.size());
    return pattern;
}

/// "08:30:00.000+01:00", "8:30 AM", "08.30": digits and what stands among them.
bool is_time(std::string_view text) {
    constexpr std::string_view others = ":.,+- ZzAaPpMm";
    if (text.empty() || !is_digit(text.front())) return false;
    return std::all_of(text.begin(), text.end(),
                       [&](char c) { return is_digit(c) || others.find(c) != std::string_view::npos; });
}

std::optional<int> take_number(std::string_view& text, std::string_view field) {
    const bool short_form = field.size() == 1;
    const std::size_t width_max = short_form ? 2 : field.size();
    int number = 0;
    std::size_t width = 0;
    for (; width < width_max && width < text.size() && is_digit(text[width]); ++width) {
        number = number * 10 + (text[width] - '0');
    }
    if (width == 0 || (!short_form && width != field.size())) return std::nullopt;
    text.remove_prefix(width);
    return number;
}

void put(Day& day, std::string_view field, int number) {
    if (field.front() == 'd') {
        day.day = number;
    } else if (field.front() == 'M') {
        day.month = number;
    } else if (field.size() == 2) {
        day.year = number + (number < 50 ? 2000 : 1900);
    } else {
        day.year = number;
    }
}

std::optional<Day> by_pattern(std::string_view text, std::string_view pattern) {
    const auto fields = without_time(pattern);
    const bool time_allowed = fields.size() != pattern.size();
    Day day;
    for (auto rest = fields; !rest.empty();) {
        if (!is_field(rest.front())) {
            if (text.empty() || text.front() != rest.front()) return std::nullopt;
            text.remove_prefix(1);
            rest.remove_prefix(1);
            continue;
        }
        const auto field = field_at_front(rest);
        const auto number = take_number(text, field);
        if (!number) return std::nullopt;
        put(day, field, *number);
        rest.remove_prefix(field.size());
    }
    if (text.empty()) return day;
    const bool separated = text.front() == ' ' || text.front() == 'T';
    if (!time_allowed || !separated || !is_time(text.substr(1))) return std::nullopt;
    return day;
}

/// Days since 1970-01-01 → the calendar; after Howard Hinnant's civil_from_days.
Day day_of(std::int64_t days) {
    days += 719468;
    const auto era = (days >= 0 ? days : days - 146096) / 146097;
    const auto day_of_era = days - era * 146097;
    const auto year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    const auto day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    const auto shifted_month = (5 * day_of_year + 2) / 153;
    const auto month = shifted_month < 10 ? shifted_month + 3 : shifted_month - 9;
    return {.year = static_cast<int>(year_of_era + era * 400 + (month <= 2 ? 1 : 0)),
            .month = static_cast<int>(month),
            .day = static_cast<int>(day_of_year - (153 * shifted_month + 2) / 5 + 1)};
}

/// "46082", "46082.25", "46082,25" → 46082.
std::optional<std::int64_t> serial_of(std::string_view text) {
    constexpr std::size_t digits_max = 7;
    std::int64_t serial = 0;
    std::size_t digits = 0;
    for (; digits < text.size() && is_digit(text[digits]); ++digits) {
        if (digits == digits_max) return std::nullopt;
        serial = serial * 10 + (text[digits] - '0');
    }
    if (digits == 0) return std::nullopt;
    text.remove_prefix(digits);
    if (text.empty()) return serial;
    if (text.front() != '.' && text.front() != ',') return std::nullopt;
    text.remove_prefix(1);
    return !text.empty() && std::all_of(text.begin(), text.end(), is_digit) ? std::optional(serial) : std::nullopt;
}

/// Excel counts 1900-01-01 as 1 and believes in 29 February 1900, its day 60; from 1904 it counts from 0.
std::optional<Day> by_serial(std::string_view text, std::string_view pattern) {
    constexpr std::int64_t first_of_1900 = -25567;
    constexpr std::int64_t first_of_1904 = -24107;
    constexpr std::int64_t day_that_never_was = 60;
    const auto serial = serial_of(text);
    if (!serial) return std::nullopt;
    if (pattern == "excel1904") return day_of(first_of_1904 + *serial);
    if (*serial == 0 || *serial == day_that_never_was) return Day{};
    return day_of(first_of_1900 + *serial - (*serial < day_that_never_was ? 1 : 2));
}

void write(std::string& date, const Day& day) {
    const auto digits = [&date](int number, int highest) {
        for (; highest > 0; highest /= 10) date += static_cast<char>('0' + number / highest % 10);
    };
    date.clear();
    digits(day.year, 1000);
    date += '-';
    digits(day.month, 10);
    date += '-';
    digits(day.day, 10);
}

/// Which pattern a cell is read by; empty: none can be believed.
std::string_view pattern_for(record::CellKind kind, std::string_view pattern) {
    switch (kind) {
        case record::CellKind::date: return iso;
        case record::CellKind::number: return is_serial(pattern) || is_compact(pattern) ? pattern : std::string_view();
        case record::CellKind::text:
        case record::CellKind::absent: return pattern;
        case record::CellKind::boolean:
        case record::CellKind::list:
        case record::CellKind::error:
        case record::CellKind::formula: return {};
    }
    return {};
}

std::optional<std::string> check_field(std::string_view field) {
    const auto size = field.size();
    const bool year = field.front() == 'y';
    if (year ? size == 2 || size == 4 : size <= 2) return std::nullopt;
    return "\"" + std::string(field) + "\" is none of d, dd, M, MM, yy, yyyy";
}

}  // namespace

DateFlaw read_date(std::string& date, record::CellKind kind, std::string_view pattern) {
    const auto chosen = pattern_for(kind, pattern);
    if (chosen.empty()) return DateFlaw::unexpected_form;
    const auto day = is_serial(chosen) ? by_serial(date, chosen) : by_pattern(date, chosen);
    if (!day) return DateFlaw::not_as_written;
    const auto flaw = flaw_of(*day);
    if (flaw == DateFlaw::none) write(date, *day);
    return flaw;
}

std::optional<std::string> check_pattern(std::string_view pattern) {
    if (is_serial(pattern)) return std::nullopt;
    std::string seen;
    bool touches = false;  // a field stands right before
    bool open = false;     // … and it has no fixed width
    for (auto rest = without_time(pattern); !rest.empty();) {
        const char c = rest.front();
        if (!is_field(c)) {
            if (is_letter(c) || is_digit(c)) {
                return "only d, M and y mean something in it, not " + std::string(1, c);
            }
            touches = false;
            rest.remove_prefix(1);
            continue;
        }
        const auto field = field_at_front(rest);
        if (auto wrong = check_field(field)) return wrong;
        if (seen.find(c) != std::string::npos) return std::string(1, c) + " stands in it twice";
        const bool no_fixed_width = field.size() == 1;
        if (touches && (open || no_fixed_width)) return "fields without anything between them are dd, MM, yy or yyyy";
        seen += c;
        touches = true;
        open = no_fixed_width;
        rest.remove_prefix(field.size());
    }
    for (const char c : std::string_view("dMy")) {
        if (seen.find(c) == std::string::npos) return "it does not say where " + std::string(1, c) + " stands";
    }
    return std::nullopt;
}

}  // namespace usersync::ingest
