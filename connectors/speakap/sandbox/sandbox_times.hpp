#pragma once
// Times as Speakap writes them: ISO 8601 with milliseconds and offset.

#include "core/base/time.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace usersync::sandbox {

/// "2013-04-11T13:35:07.123+00:00"
std::string to_iso(Time time);
/// Reads the above; milliseconds may be missing, the offset may be "Z", "+0100" or "+01:00".
std::optional<Time> from_iso(std::string_view text);

/// "Thu, 11 Apr 2013 12:35:07 GMT", as HTTP headers have it; whole seconds.
std::string to_http_date(Time time);

}  // namespace usersync::sandbox
