#include "daemon/config/quantity.hpp"

#include <arpa/inet.h>

#include <array>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <limits>

namespace usersync::config {
namespace {

struct Unit {
    std::string_view name;
    std::int64_t worth;
};

constexpr std::array<Unit, 5> duration_units{
    {{"ms", 1}, {"s", 1000}, {"m", 60 * 1000}, {"h", 60 * 60 * 1000}, {"d", 24 * 60 * 60 * 1000}}};
constexpr std::array<Unit, 4> size_units{{{"B", 1}, {"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30}}};

template <class Number>
std::optional<Number> parse_number(std::string_view text) {
    Number value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || text.empty() || text.front() == '-') {
        return std::nullopt;
    }
    return value;
}

std::optional<double> parse_real(std::string_view text) {
    const auto value = parse_number<double>(text);
    if (!value || !std::isfinite(*value)) return std::nullopt;
    return value;
}

template <std::size_t N>
std::optional<std::int64_t> parse_with_unit(std::string_view text, const std::array<Unit, N>& units) {
    const auto digits = text.find_first_not_of("0123456789");
    if (digits == std::string_view::npos) return std::nullopt;
    const auto count = parse_number<std::int64_t>(text.substr(0, digits));
    for (const auto& unit : units) {
        if (text.substr(digits) != unit.name) continue;
        if (!count || *count > std::numeric_limits<std::int64_t>::max() / unit.worth) return std::nullopt;
        return *count * unit.worth;
    }
    return std::nullopt;
}

std::optional<double> parse_before(std::string_view text, std::string_view suffix) {
    if (text.size() <= suffix.size() || text.substr(text.size() - suffix.size()) != suffix) return std::nullopt;
    return parse_real(text.substr(0, text.size() - suffix.size()));
}

}  // namespace

std::optional<Duration> parse_duration(std::string_view text) {
    const auto milliseconds = parse_with_unit(text, duration_units);
    if (!milliseconds) return std::nullopt;
    return Duration(*milliseconds);
}

std::string format_duration(Duration duration) {
    const Unit* best = &duration_units.front();
    for (const auto& unit : duration_units) {
        if (duration.count() != 0 && duration.count() % unit.worth == 0) best = &unit;
    }
    return std::to_string(duration.count() / best->worth) + std::string(best->name);
}

std::optional<double> parse_percent(std::string_view text) {
    const auto percent = parse_before(text, "%");
    if (!percent) return std::nullopt;
    return *percent / 100.0;
}

std::optional<double> parse_rate(std::string_view text) {
    if (const auto per_second = parse_before(text, "/s")) return per_second;
    const auto per_minute = parse_before(text, "/min");
    if (!per_minute) return std::nullopt;
    return *per_minute / 60.0;
}

std::optional<std::uint64_t> parse_size(std::string_view text) {
    const auto bytes = parse_with_unit(text, size_units);
    if (!bytes) return std::nullopt;
    return static_cast<std::uint64_t>(*bytes);
}

std::optional<IpEndpoint> parse_endpoint(std::string_view text) {
    const auto colon = text.rfind(':');
    if (colon == std::string_view::npos) return std::nullopt;
    const auto port = parse_number<std::uint16_t>(text.substr(colon + 1));
    auto host = text.substr(0, colon);
    const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
    if (bracketed) host = host.substr(1, host.size() - 2);
    const std::string address(host);
    if (!port || address.empty()) return std::nullopt;

    std::array<unsigned char, sizeof(in6_addr)> bytes{};
    if (bracketed && inet_pton(AF_INET6, address.c_str(), bytes.data()) == 1) {
        const bool loopback = IN6_IS_ADDR_LOOPBACK(reinterpret_cast<const in6_addr*>(bytes.data()));
        return IpEndpoint{.address = address, .port = *port, .loopback = loopback};
    }
    if (!bracketed && inet_pton(AF_INET, address.c_str(), bytes.data()) == 1) {
        return IpEndpoint{.address = address, .port = *port, .loopback = bytes[0] == 127};
    }
    return std::nullopt;
}

}  // namespace usersync::config
