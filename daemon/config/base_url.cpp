#include "daemon/config/base_url.hpp"

#include "daemon/config/quantity.hpp"

#include <algorithm>

namespace usersync::config {
namespace {

bool is_host_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-';
}

/// "host", "host:port", "[::1]:port": the port is optional, a name or an address of either kind will do.
bool is_authority(std::string_view text) {
    if (!text.empty() && text.front() == '[') {
        const bool has_port = text.back() != ']';
        return parse_endpoint(has_port ? std::string(text) : std::string(text) + ":1").has_value();
    }
    const auto colon = text.find(':');
    const auto host = text.substr(0, colon);
    if (host.empty() || !std::all_of(host.begin(), host.end(), is_host_character)) return false;
    return colon == std::string_view::npos || parse_endpoint("127.0.0.1" + std::string(text.substr(colon)));
}

bool is_loopback(std::string_view authority) {
    const bool has_port = authority.back() != ']' && authority.find(':') != std::string_view::npos;
    const auto endpoint = parse_endpoint(has_port ? std::string(authority) : std::string(authority) + ":1");
    return endpoint && endpoint->loopback;
}

}  // namespace

std::optional<std::string> why_not_base_url(std::string_view url) {
    constexpr std::string_view secure = "https://";
    constexpr std::string_view plain = "http://";
    const bool is_secure = url.substr(0, secure.size()) == secure;
    const bool is_plain = url.substr(0, plain.size()) == plain;
    if (!is_secure && !is_plain) return "expected a URL that begins with https://";

    const auto rest = url.substr(is_secure ? secure.size() : plain.size());
    const auto authority = rest.substr(0, rest.find_first_of("/?#"));
    if (!is_authority(authority)) return "expected a URL with a host and perhaps a port, such as https://api.example";
    const bool odd =
        std::any_of(rest.begin(), rest.end(), [](char c) { return c <= ' ' || c == '?' || c == '#' || c == 0x7f; });
    if (odd) return "a base URL ends with its path: no query, fragment, space or control character";
    if (is_plain && !is_loopback(authority)) {
        return "a token would travel in the clear: https is required beyond loopback addresses";
    }
    return std::nullopt;
}

}  // namespace usersync::config
