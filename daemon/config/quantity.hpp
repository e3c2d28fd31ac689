#pragma once
// Quantities as people write them in the configuration. nullopt: not one of these, or too large to be meant.

#include "core/base/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace usersync::config {

/// "250ms", "10s", "15m", "24h", "7d".
std::optional<Duration> parse_duration(std::string_view text);
/// The shortest of those forms that is exact: "15m" rather than "900s".
std::string format_duration(Duration duration);

/// "5%", "0.5%" as a share: 0.05, 0.005.
std::optional<double> parse_percent(std::string_view text);

/// "10/s", "300/min" as a number per second.
std::optional<double> parse_rate(std::string_view text);

/// "64KiB", "256MiB", "1GiB" in bytes.
std::optional<std::uint64_t> parse_size(std::string_view text);

struct IpEndpoint {
    std::string address;
    std::uint16_t port = 0;
    bool loopback = false;
    bool operator==(const IpEndpoint&) const = default;
};

/// "127.0.0.1:8080", "[::1]:8080": an IP address, so that no name service decides who may come in.
std::optional<IpEndpoint> parse_endpoint(std::string_view text);

}  // namespace usersync::config
