#pragma once
// What stays of a text that nobody is to read: its length and its kind of letters. Pure.

#include <string>
#include <string_view>

namespace usersync::rest {

/// Letters become x or X, digits 9, a letter beyond ASCII one x; everything else stays.
void append_masked(std::string_view text, std::string& into);

/// The same for what stands between the quotes of JSON: an escape stays one, but for the letter behind \u.
void append_masked_json_text(std::string_view text, std::string& into);

}  // namespace usersync::rest
