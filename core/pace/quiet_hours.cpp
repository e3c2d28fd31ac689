#include "core/pace/quiet_hours.hpp"

#include "core/pace/schedule.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

namespace usersync::pace {
namespace {

using std::chrono::minutes;

constexpr minutes day_long = std::chrono::hours(24);
constexpr int days_of_week = 7;

Failure bad(std::string_view text) {
    return Failure{
        .kind = FailureKind::rejected,
        .code = "bad_quiet_hours",
        .where = "schedule",
        .detail = "\"" + std::string(text) + "\" is no span such as \"22:00-06:00\" or \"sat-sun 00:00-24:00\""};
}

std::optional<int> two_digits(std::string_view text) {
    int value = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.size() != 2 || text[0] == '-' || read.ptr != text.data() + text.size()) return std::nullopt;
    return value;
}

std::optional<minutes> time_of_day(std::string_view text) {
    if (text.size() != 5 || text[2] != ':') return std::nullopt;
    const auto hour = two_digits(text.substr(0, 2));
    const auto minute = two_digits(text.substr(3));
    if (!hour || !minute || *minute > 59) return std::nullopt;
    const auto time = std::chrono::hours(*hour) + minutes(*minute);
    if (time > day_long) return std::nullopt;
    return time;
}

bool begins_on(const QuietSpan& span, int weekday) { return (span.weekdays >> weekday & 1U) != 0; }

/// How long after the midnight that begins `weekday` this span is over, where it holds at `now`; else nothing.
std::optional<minutes> end_of(const QuietSpan& span, int weekday, minutes now) {
    const bool over_night = span.until <= span.from;
    const int yesterday = (weekday + days_of_week - 1) % days_of_week;
    if (over_night && begins_on(span, yesterday) && now < span.until) return span.until;
    if (!begins_on(span, weekday) || now < span.from) return std::nullopt;
    if (over_night) return day_long + span.until;
    return now < span.until ? std::optional(span.until) : std::nullopt;
}

/// How long after its midnight the quiet that holds then is over by the first span that says so.
std::optional<minutes> end_of(const QuietHours& quiet, int weekday, minutes now) {
    for (const auto& span : quiet.spans) {
        if (const auto end = end_of(span, weekday, now)) return end;
    }
    return std::nullopt;
}

}  // namespace

Result<QuietSpan> parse_quiet(std::string_view text) {
    QuietSpan span;
    auto times = text;
    if (const auto blank = text.rfind(' '); blank != std::string_view::npos) {
        const auto weekdays = parse_weekdays(text.substr(0, blank));
        if (!weekdays) return bad(text);
        span.weekdays = *weekdays;
        times = text.substr(blank + 1);
    }
    const auto dash = times.find('-');
    if (dash == std::string_view::npos) return bad(text);
    const auto from = time_of_day(times.substr(0, dash));
    const auto until = time_of_day(times.substr(dash + 1));
    if (!from || !until || *from == day_long || *from == *until) return bad(text);
    span.from = *from;
    span.until = *until;
    return span;
}

bool never_ends(const QuietHours& quiet) {
    for (int weekday = 0; weekday < days_of_week; ++weekday) {
        for (minutes now{0}; now < day_long; ++now) {
            if (!end_of(quiet, weekday, now)) return false;
        }
    }
    return true;
}

Time out_of_quiet(const QuietHours& quiet, const std::string& time_zone, Time when) {
    if (quiet.spans.empty()) return when;
    // One span may end within another; between them they leave a minute free somewhere in the week.
    while (true) {
        const auto shown = clocks_in(time_zone, when);
        const auto today = std::chrono::floor<std::chrono::days>(shown);
        const auto weekday = static_cast<int>(std::chrono::weekday(today).c_encoding());
        const auto end = end_of(quiet, weekday, std::chrono::floor<minutes>(shown - today));
        if (!end) return when;
        const auto over = instant_when(time_zone, Time(today + *end));
        if (over <= when) return when;  // the clocks were set back meanwhile, and show the same hour again
        when = over;
    }
}

}  // namespace usersync::pace
