#pragma once
// How texts are written where they go.

#include <optional>
#include <string>
#include <string_view>

namespace usersync::rest {

std::string base64(std::string_view bytes);
std::string base64url(std::string_view bytes);  ///< without padding
/// White space is passed over. nullopt: it is not base64.
std::optional<std::string> from_base64(std::string_view text);

/// Everything but unreserved characters (RFC 3986, section 2.3).
std::string percent_encoded(std::string_view text);
/// Only what would end a parameter of a query or may not stand in a URL: for texts that a declaration spells out.
std::string query_literal(std::string_view text);
/// As in application/x-www-form-urlencoded: a space is '+'.
std::string form_encoded(std::string_view text);
std::string xml_escaped(std::string_view text);

}  // namespace usersync::rest
