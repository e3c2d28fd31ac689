#pragma once
// The project's time types. Nothing here reads a clock: `Clock` in core/ports is the only time there is.

#include <chrono>

namespace usersync {

using Duration = std::chrono::milliseconds;

/// Wall-clock time in UTC: for schedules, dates and records. It may jump.
using Time = std::chrono::sys_time<Duration>;

/// Monotonic time: for waits, deadlines and pacing. It never jumps and means nothing outside this process.
using SteadyTime = std::chrono::time_point<std::chrono::steady_clock, Duration>;

/// The point after which an answer is of no use any more. Passed down, never restarted at each level.
using Deadline = SteadyTime;

}  // namespace usersync
