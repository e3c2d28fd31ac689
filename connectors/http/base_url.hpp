#pragma once
// Where a client speaks to: the parts of a base URL, checked.

#include "core/base/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace usersync::http {

enum class Scheme { http, https };

struct BaseUrl {
    Scheme scheme = Scheme::https;
    std::string host;         ///< a name or an IP address, without brackets
    bool is_address = false;  ///< `host` is an IP address
    std::uint16_t port = 443;
    std::string path;       ///< put before every target; "" or "/scim", never with a slash at its end
    std::string authority;  ///< for the Host header: the port only when it is not the scheme's own
    bool operator==(const BaseUrl&) const = default;
};

/// `blocked`/"bad_base_url", without the URL in the detail, since somebody may have put a password into it.
Result<BaseUrl> parse_base_url(std::string_view text);

}  // namespace usersync::http
