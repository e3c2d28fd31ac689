#pragma once
// What every reader of text needs to know about it: white space, UTF-8, names of columns.

#include <cstddef>
#include <string>
#include <string_view>

namespace usersync::record {

/// Without white space at both ends: ASCII, no-break and zero-width spaces, byte order marks.
std::string_view trim(std::string_view text);

bool is_utf8(std::string_view bytes);

/// The text with every byte that is not UTF-8 replaced by U+FFFD: for showing, never for comparing.
std::string shown_as_utf8(std::string_view bytes);

/// A column name without regard to case (ASCII and Latin-1 letters) and to the amount of white space.
std::string fold_name(std::string_view name);

/// How much of the front is well-formed UTF-8.
std::size_t utf8_at_front(std::string_view bytes);

/// Line breaks: LF, CRLF and CR count as one each.
std::size_t count_line_breaks(std::string_view text);

}  // namespace usersync::record
