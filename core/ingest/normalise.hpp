#pragma once
// Cells as written → values that can be compared. Nothing is guessed: what does not fit is refused.

#include "core/model/ids.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace usersync::ingest {

/// Without white space at both ends: ASCII, no-break and zero-width spaces, byte order marks.
std::string_view trim(std::string_view text);

bool is_utf8(std::string_view bytes);

/// The text with every byte that is not UTF-8 replaced by U+FFFD: for showing, never for comparing.
std::string shown_as_utf8(std::string_view bytes);

/// A column name without regard to case (ASCII and Latin-1 letters) and to the amount of white space.
std::string fold_name(std::string_view name);

/// The address in lower case, or nullopt when it is not one plain address: `local@domain.tld`, ASCII, no quotes,
/// no comments, no display name.
std::optional<std::string> parse_email(std::string_view trimmed);

/// Split at any of the separators; parts trimmed, empty ones and repetitions dropped, order kept.
std::vector<std::string> split_list(std::string_view cell, std::string_view separators);

/// Why a cell cannot be an employee id.
enum class KeyFlaw {
    none,
    empty,
    scientific,  ///< 1,23457E+11: a spreadsheet has rounded the number, the real id is lost
    not_plain,   ///< control characters, quotes, not UTF-8, or longer than 255 bytes
};

/// Of a cell, trimmed or not.
KeyFlaw key_flaw(std::string_view cell);

struct KeyReading {
    EmployeeKey key;  ///< trimmed; meaningful without a flaw
    KeyFlaw flaw = KeyFlaw::none;
};
KeyReading read_key(std::string_view cell);

}  // namespace usersync::ingest
