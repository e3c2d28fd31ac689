#pragma once
// Times as people and programs read them.

#include "core/base/time.hpp"

#include <string>

namespace usersync {

/// "2026-11-22T19:45:01Z": ISO 8601 in UTC, whole seconds.
std::string utc_text(Time time);

/// The two largest units: "3 d 4 h", "12 min 5 s", "0 s". Negative spans, after the clock was set back, are "0 s".
std::string span_text(Duration span);

}  // namespace usersync
