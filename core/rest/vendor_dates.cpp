#include "core/rest/vendor_dates.hpp"

#include "core/base/day.hpp"
#include "core/base/time_text.hpp"
#include "core/pace/schedule.hpp"

#include <algorithm>
#include <charconv>

namespace usersync::rest {
namespace {

// A moment of a record lies within these years: what counts farther is no time.
constexpr std::int64_t seconds_max = 253'402'300'799;  // 9999-12-31

std::string day_text(Time when, const DateRule& rule) {
    if (rule.day == DateRule::Day::in_zone) return to_string(pace::day_in(rule.zone, when));
    return to_string(Day(std::chrono::floor<std::chrono::days>(when)));
}

std::optional<std::int64_t> whole_number(std::string_view text) {
    std::int64_t value = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || read.ec != std::errc() || read.ptr != text.data() + text.size()) return std::nullopt;
    return value;
}

std::optional<std::string> day_from_milliseconds(std::int64_t milliseconds, const DateRule& rule) {
    const auto first = -std::chrono::milliseconds(std::chrono::seconds(62'135'596'800)).count();  // 0001-01-01
    if (milliseconds < first || milliseconds > seconds_max * 1000) return std::nullopt;
    return day_text(Time(Duration(milliseconds)), rule);
}

// "/Date(1772323200000)/" or "/Date(1772323200000+0060)/": the offset is minutes and says nothing about the moment.
std::optional<std::string> day_of_odata(std::string_view text, const DateRule& rule) {
    if (!text.starts_with("/Date(") || !text.ends_with(")/")) return std::nullopt;
    text.remove_prefix(6);
    text.remove_suffix(2);
    const auto offset = text.find_first_of("+-", 1);
    if (offset != std::string_view::npos) {
        if (!whole_number(text.substr(offset + 1))) return std::nullopt;
        text = text.substr(0, offset);
    }
    const auto milliseconds = whole_number(text);
    if (!milliseconds) return std::nullopt;
    return day_from_milliseconds(*milliseconds, rule);
}

std::optional<int> two_digits(std::string_view& text) {
    if (text.size() < 2 || text[0] < '0' || text[0] > '9' || text[1] < '0' || text[1] > '9') return std::nullopt;
    const int value = (text[0] - '0') * 10 + (text[1] - '0');
    text.remove_prefix(2);
    return value;
}

bool take(std::string_view& text, char c) {
    if (text.empty() || text.front() != c) return false;
    text.remove_prefix(1);
    return true;
}

struct TimeOfDay {
    std::chrono::seconds time{0};
    std::optional<std::chrono::minutes> offset;  // none: no zone is written
};

// "08:30", "08:30:00", "08:30:00.123", each perhaps with "Z", "+01:00" or "+0100".
std::optional<TimeOfDay> time_of_day(std::string_view text) {
    TimeOfDay found;
    const auto hour = two_digits(text);
    if (!hour || *hour > 24 || !take(text, ':')) return std::nullopt;
    const auto minute = two_digits(text);
    if (!minute || *minute > 59) return std::nullopt;
    found.time = std::chrono::hours(*hour) + std::chrono::minutes(*minute);
    if (take(text, ':')) {
        const auto second = two_digits(text);
        if (!second || *second > 60) return std::nullopt;
        found.time += std::chrono::seconds(*second);
        if (take(text, '.')) {
            const auto digits = std::min(text.find_first_not_of("0123456789"), text.size());
            if (digits == 0) return std::nullopt;
            text.remove_prefix(digits);
        }
    }
    if (text.empty()) return found;
    if (take(text, 'Z'))
        return found.offset = std::chrono::minutes(0), text.empty() ? std::optional(found) : std::nullopt;
    const bool is_west = text.front() == '-';
    if (!take(text, '+') && !take(text, '-')) return std::nullopt;
    const auto hours = two_digits(text);
    take(text, ':');
    const auto minutes = text.empty() ? std::optional(0) : two_digits(text);
    if (!hours || !minutes || !text.empty()) return std::nullopt;
    const auto offset = std::chrono::hours(*hours) + std::chrono::minutes(*minutes);
    found.offset = is_west ? -offset : offset;
    return found;
}

}  // namespace

std::optional<std::string> day_of(std::string_view text, const DateRule& rule) {
    if (text.starts_with('/')) return day_of_odata(text, rule);
    if (rule.epoch != DateRule::Epoch::none) {
        if (const auto count = whole_number(text)) {
            if (*count > seconds_max * 1000 || *count < -seconds_max * 1000) return std::nullopt;
            return day_from_milliseconds(rule.epoch == DateRule::Epoch::seconds ? *count * 1000 : *count, rule);
        }
    }
    if (text.size() < 10) return std::nullopt;
    const auto day = day_from(text.substr(0, 10));
    if (!day) return std::nullopt;
    if (text.size() == 10) return to_string(*day);
    if (text[10] != 'T' && text[10] != ' ') return std::nullopt;
    const auto time = time_of_day(text.substr(11));
    if (!time) return std::nullopt;
    if (rule.day == DateRule::Day::as_written || !time->offset) return to_string(*day);
    return day_text(Time(*day + time->time - *time->offset), rule);
}

std::string written(Time when, const SinceForm& form) {
    switch (form.as) {
        case SinceForm::As::utc: return utc_text(when);
        case SinceForm::As::local: {
            auto text = utc_text(pace::clocks_in(form.zone, when));
            text.pop_back();
            return text;
        }
        case SinceForm::As::day: return to_string(pace::day_in(form.zone, when));
        case SinceForm::As::epoch_seconds:
            return std::to_string(std::chrono::floor<std::chrono::seconds>(when).time_since_epoch().count());
        case SinceForm::As::epoch_milliseconds: return std::to_string(when.time_since_epoch().count());
    }
    return {};
}

}  // namespace usersync::rest
