#pragma once
// Hours in which nothing begins by itself.

#include "core/base/result.hpp"
#include "core/base/time.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace usersync::pace {

/// From one time of day to another. Where `until` is not after `from` it reaches into the next day.
struct QuietSpan {
    std::uint64_t weekdays = 0x7F;  ///< the days on which it begins; bit 0 is Sunday
    std::chrono::minutes from{0};   ///< since midnight, below 24 h
    std::chrono::minutes until{0};  ///< up to 24 h
    bool operator==(const QuietSpan&) const = default;
};

/// By the clocks of one place. Where summer time begins or ends they are as long as the clocks there say.
struct QuietHours {
    std::vector<QuietSpan> spans;
    bool operator==(const QuietHours&) const = default;
};

/// Reads "22:00-06:00", every day, or "sat-sun 00:00-24:00", with weekdays as in a cron expression.
/// `rejected`/"bad_quiet_hours" with a sentence.
Result<QuietSpan> parse_quiet(std::string_view text);

/// Nothing would ever begin.
bool never_ends(const QuietHours& quiet);

/// `when`, or the end of the quiet hours that it lies in. REQUIRES: check_time_zone(time_zone) succeeded and
/// !never_ends(quiet).
Time out_of_quiet(const QuietHours& quiet, const std::string& time_zone, Time when);

}  // namespace usersync::pace
