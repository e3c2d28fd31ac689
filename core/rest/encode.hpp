#pragma once
// How texts are written where they go.

#include <string>
#include <string_view>

namespace usersync::rest {

/// Only what would end a parameter of a query or may not stand in a URL: for texts that a declaration spells out.
std::string query_literal(std::string_view text);
/// As in application/x-www-form-urlencoded: a space is '+'.
std::string form_encoded(std::string_view text);
std::string xml_escaped(std::string_view text);

}  // namespace usersync::rest
