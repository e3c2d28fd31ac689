#pragma once
// Bytes written with few letters.

#include <optional>
#include <string>
#include <string_view>

namespace usersync {

std::string hex_text(std::string_view bytes);  ///< lower case

std::string base64(std::string_view bytes);
std::string base64url(std::string_view bytes);  ///< without padding (RFC 4648, section 5)
/// Either alphabet; white space is passed over. nullopt: it is not base64.
std::optional<std::string> from_base64(std::string_view text);

/// RFC 3986, section 2.3.
bool is_unreserved(char c);
void append_percent(char c, std::string& text);
/// Everything but unreserved characters.
std::string percent_encoded(std::string_view text);

}  // namespace usersync
