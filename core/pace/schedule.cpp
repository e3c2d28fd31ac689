#include "core/pace/schedule.hpp"

#include <date/tz.h>

#include <exception>

namespace usersync::pace {
namespace {

// Long enough for 29 February, whichever day of the week it must be met on together with other fields' "either".
constexpr int days_ahead_max = 4 * 366;

bool has(std::uint64_t bits, unsigned n) { return (bits >> n & 1) != 0; }

bool matches_day(const Cron& cron, date::local_days day) {
    const date::year_month_day date(day);
    if (!has(cron.months, static_cast<unsigned>(date.month()))) return false;
    const bool by_date = has(cron.days, static_cast<unsigned>(date.day()));
    const bool by_weekday = has(cron.weekdays, date::weekday(day).c_encoding());
    // As in cron(5): when both fields are restricted, either may match; a field with a '*' never widens the other.
    if (cron.any_day || cron.any_weekday) return by_date && by_weekday;
    return by_date || by_weekday;
}

/// A local time as an instant. Never goes back when the local time goes forward, so the first hit is the earliest.
Time instant_of(const date::time_zone& zone, date::local_seconds local) {
    const auto found = zone.get_info(local);
    if (found.result == date::local_info::nonexistent) return found.first.end;
    return date::sys_seconds(local.time_since_epoch()) - found.first.offset;
}

std::optional<Time> first_on(const Cron& cron, const date::time_zone& zone, date::local_days day, Time after) {
    for (unsigned hour = 0; hour < 24; ++hour) {
        if (!has(cron.hours, hour)) continue;
        for (unsigned minute = 0; minute < 60; ++minute) {
            if (!has(cron.minutes, minute)) continue;
            const auto due = instant_of(zone, day + std::chrono::hours(hour) + std::chrono::minutes(minute));
            if (due > after) return due;
        }
    }
    return std::nullopt;
}

std::optional<Time> next_match(const Cron& cron, const date::time_zone& zone, Time after) {
    const auto today = date::floor<date::days>(zone.to_local(after));
    for (int ahead = 0; ahead <= days_ahead_max; ++ahead) {
        const date::local_days day = today + date::days(ahead);
        if (!matches_day(cron, day)) continue;
        const auto due = first_on(cron, zone, day, after);
        if (due) return due;
    }
    return std::nullopt;
}

const date::time_zone* find_zone(const std::string& name) {
    try {
        const auto* zone = date::locate_zone(name);
        static_cast<void>(zone->get_info(date::sys_seconds{}));  // reads the zone's file, once
        return zone;
    } catch (const std::exception&) {
        return nullptr;
    }
}

}  // namespace

Result<void> check_time_zone(const std::string& name) {
    if (find_zone(name) != nullptr) return {};
    return Failure{.kind = FailureKind::rejected,
                   .code = "unknown_time_zone",
                   .where = "schedule",
                   .detail = "\"" + name +
                             "\" is not in the system's time zone database (a name such as "
                             "Europe/Amsterdam is expected)"};
}

Day day_in(const std::string& time_zone, Time when) {
    return std::chrono::floor<std::chrono::days>(clocks_in(time_zone, when));
}

Time clocks_in(const std::string& time_zone, Time when) {
    const auto* zone = find_zone(time_zone);
    USERSYNC_INVARIANT(zone != nullptr, "a time zone was checked before it is used");
    return Time(zone->to_local(when).time_since_epoch());
}

Time instant_when(const std::string& time_zone, Time shown) {
    const auto* zone = find_zone(time_zone);
    USERSYNC_INVARIANT(zone != nullptr, "a time zone was checked before it is used");
    return instant_of(*zone, date::local_seconds(std::chrono::floor<std::chrono::seconds>(shown.time_since_epoch())));
}

Duration place_of(const Schedule& schedule, std::uint64_t spread) {
    const auto places = static_cast<std::uint64_t>(schedule.jitter.count()) + 1;
    return Duration(static_cast<Duration::rep>(spread % places));
}

std::optional<Time> next_due(const Schedule& schedule, Time after, std::uint64_t spread) {
    // Runs that are counted from the run before need no place of their own: an offset would only slow their rhythm.
    if (const auto* interval = std::get_if<Interval>(&schedule.when)) return after + interval->every;

    const Duration offset = place_of(schedule, spread);
    const auto* zone = find_zone(schedule.time_zone);
    USERSYNC_INVARIANT(zone != nullptr, "a schedule's time zone was checked before it is used");
    // All due times lie `offset` after a match, so the match to find is the first after `after - offset`.
    const auto match = next_match(std::get<Cron>(schedule.when), *zone, after - offset);
    if (!match) return std::nullopt;
    return *match + offset;
}

Time allowed_from(const Schedule& schedule, Time when, std::uint64_t spread) {
    const auto over = out_of_quiet(schedule.quiet, schedule.time_zone, when);
    if (over == when) return when;
    // Where a place lies in the next quiet hours, it is no place.
    return out_of_quiet(schedule.quiet, schedule.time_zone, over + place_of(schedule, spread));
}

Duration longest_gap(const Schedule& schedule, Time from) {
    if (const auto* interval = std::get_if<Interval>(&schedule.when)) return interval->every;
    constexpr int looked_at = 64;
    Duration longest{0};
    auto before = next_due(schedule, from, 0);
    for (int i = 0; before && i < looked_at; ++i) {
        const auto due = next_due(schedule, *before, 0);
        if (due) longest = std::max(longest, *due - *before);
        before = due;
    }
    return longest;
}

}  // namespace usersync::pace
