#pragma once
// Is this text an address that calls with a token may go to?

#include <optional>
#include <string>
#include <string_view>

namespace usersync::config {

/// What is wrong with the URL, as a sentence; nullopt when it may be used: https, or http to a loopback address,
/// with a host, perhaps a port and a path, and nothing else.
std::optional<std::string> why_not_base_url(std::string_view url);

}  // namespace usersync::config
