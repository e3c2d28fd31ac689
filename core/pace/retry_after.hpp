#pragma once
// What a server says about when to come back.

#include "core/base/time.hpp"

#include <optional>
#include <string_view>

namespace usersync::pace {

/// Reads the value of a Retry-After header: whole seconds, or an HTTP date in any of its three forms (RFC 9110,
/// sections 5.6.7 and 10.2.3), which is relative to `now`.
///
/// | value                        | answer                                                      |
/// |------------------------------|-------------------------------------------------------------|
/// | "120"                        | 120 s                                                       |
/// | a date to come               | the time until then                                         |
/// | a date that has passed       | 0 s: come back at once                                      |
/// | a number of any size         | as given, at most a hundred years: the caller caps it        |
/// | negative, fraction, anything else | nullopt                                                |
std::optional<Duration> parse_retry_after(std::string_view value, Time now);

}  // namespace usersync::pace
