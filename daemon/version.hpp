#pragma once
// What this program calls itself.

namespace usersync {

inline constexpr const char* version = USERSYNC_VERSION;

}  // namespace usersync
