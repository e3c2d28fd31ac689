#pragma once
// Days of the calendar, as records and rules write them.

#include "core/base/time.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace usersync {

/// A day without a time of day or a zone.
using Day = std::chrono::sys_days;

/// "2026-03-01", years 0001 to 9999, and nothing else.
std::optional<Day> day_from(std::string_view text);
std::string to_string(Day day);

}  // namespace usersync
