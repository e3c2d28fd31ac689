#pragma once
// When a tenant's next run is due.

#include "core/base/day.hpp"
#include "core/base/result.hpp"
#include "core/base/time.hpp"
#include "core/pace/quiet_hours.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace usersync::pace {

/// Every `every`, counted from the last run. REQUIRES: `every` > 0.
struct Interval {
    Duration every = std::chrono::hours(24);
    bool operator==(const Interval&) const = default;
};

/// A parsed cron expression: minute, hour, day of month, month, day of week. Bit n set: n matches.
struct Cron {
    std::uint64_t minutes = 0;
    std::uint64_t hours = 0;
    std::uint64_t days = 0;
    std::uint64_t months = 0;
    std::uint64_t weekdays = 0;  ///< 0 is Sunday
    bool any_day = true;         ///< the day of month has a '*'
    bool any_weekday = true;     ///< the day of week has one; when neither has, either may match, as in cron(5)
    bool operator==(const Cron&) const = default;
};

struct Schedule {
    std::variant<Interval, Cron> when = Cron{};
    std::string time_zone = "UTC";              ///< IANA name, e.g. "Europe/Amsterdam"
    Duration jitter = std::chrono::minutes(0);  ///< the span in which each tenant has its own, constant place
    QuietHours quiet;                           ///< in the time zone
    bool operator==(const Schedule&) const = default;
};

/// Reads "*/15 6-22 * * mon-fri": lists, ranges, steps over a range or '*', names in three letters of either case,
/// Sunday as 0 or 7; and the words hourly, daily (06:00), weekly (Monday 06:00), monthly (the first, 06:00).
/// `rejected`/"bad_cron" with a sentence that names the field.
Result<Cron> parse_cron(std::string_view expression);

/// The last field of a cron expression: "mon-fri", "sat,0". Bit 0 is Sunday. Failures as those of parse_cron.
Result<std::uint64_t> parse_weekdays(std::string_view text);

/// The day that it is there at this instant. REQUIRES: check_time_zone(time_zone) succeeded.
Day day_in(const std::string& time_zone, Time when);

/// What the clocks there show at this instant, as if they showed UTC. REQUIRES: as for day_in.
Time clocks_in(const std::string& time_zone, Time when);

/// When the clocks there show `shown`, given as if they showed UTC: the end of the gap where summer time skips it, the
/// earlier of two. REQUIRES: as for day_in.
Time instant_when(const std::string& time_zone, Time shown);

/// `rejected`/"unknown_time_zone".
Result<void> check_time_zone(const std::string& name);

/// A tenant's place within the jitter.
Duration place_of(const Schedule& schedule, std::uint64_t spread);

/// The first due time after `after`, always later than it. `spread` (from the tenant's name) places the tenant within
/// the jitter: every cron time is due that much later; an interval keeps its own rhythm.
///
/// | local time                          | due                                             |
/// |-------------------------------------|-------------------------------------------------|
/// | there once                          | then                                            |
/// | skipped by daylight saving          | at the first instant after the gap, once         |
/// | there twice                         | at the earlier of the two                        |
/// | not within four years (31 February) | nullopt                                         |
///
/// Quiet hours are not looked at: see allowed_from.
///
/// Reads the system's zone files, each once. REQUIRES: check_time_zone(schedule.time_zone) succeeded, unless `when` is
/// an interval; interval and jitter are not negative.
std::optional<Time> next_due(const Schedule& schedule, Time after, std::uint64_t spread);

/// The longest time between two due times in a row: of a cron expression, of the first 64 after `from`. REQUIRES: as
/// for next_due.
Duration longest_gap(const Schedule& schedule, Time from);

/// `when`, or where it lies in quiet hours their end and the tenant's place within the jitter behind it.
/// REQUIRES: check_time_zone(schedule.time_zone) succeeded and !never_ends(schedule.quiet).
Time allowed_from(const Schedule& schedule, Time when, std::uint64_t spread);

}  // namespace usersync::pace
