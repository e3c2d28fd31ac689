#pragma once
// The names that HTML has for characters.

#include <string_view>

namespace usersync::record {

/// "eacute" → U+00E9; 0 for a name that is not known. Known are those of HTML 4, and all of HTML 5 for the letters up
/// to U+017F.
char32_t html_entity(std::string_view name);

}  // namespace usersync::record
