#pragma once
// URLs, as far as calls and next links need them (RFC 3986).

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace usersync::rest {

struct Url {
    std::string scheme;  ///< "https" or "http"
    std::string host;    ///< lower case, without brackets
    std::uint16_t port = 443;
    std::string path = "/";  ///< percent-encoded, begins with '/'
    std::string query;       ///< percent-encoded, without '?'

    std::string origin() const;  ///< "https://host:443"
    std::string target() const;  ///< "/path?query"
    std::string text() const;    ///< whole; the port only when it is not the scheme's own
    bool operator==(const Url&) const = default;
};

/// An absolute http or https URL. nullopt: it is none, has a user name, or a byte that may not stand in one. A
/// fragment is dropped; blanks around it, too.
std::optional<Url> parse_url(std::string_view text);

/// What a link means that stands in an answer to `base`: whole, "//host/…", "/path", "path", "?query".
std::optional<Url> resolve(const Url& base, std::string_view link);

/// `rel=relation` of a Link header (RFC 8288): the first that fits.
std::optional<std::string> link_of(std::string_view header, std::string_view relation);

}  // namespace usersync::rest
