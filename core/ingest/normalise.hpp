#pragma once
// Cells as written → values that can be compared. Nothing is guessed: what does not fit is refused.

#include "core/model/ids.hpp"
#include "core/record/text.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace usersync::ingest {

using record::fold_name;
using record::is_utf8;
using record::shown_as_utf8;
using record::trim;

/// One plain address: `local@domain.tld`, ASCII, no quotes, no comments, no display name.
bool is_email(std::string_view trimmed);

/// The address in lower case, or nullopt when it is none.
std::optional<std::string> parse_email(std::string_view trimmed);

/// Split at any of the separators; parts trimmed, empty ones and repetitions dropped, order kept.
std::vector<std::string> split_list(std::string_view cell, std::string_view separators);

/// "1,23457E+11", "1.2E11": how a spreadsheet or a program shows a number that is too long. Its digits are lost. An id
/// such as 12E5, with neither a sign nor a fraction, may be a code.
bool is_scientific(std::string_view trimmed);

/// "#N/A", "#WERT!", "####": what a spreadsheet shows instead of a value, in English, German or Dutch.
bool is_error_text(std::string_view trimmed);

/// Why a cell cannot be an employee id.
enum class KeyFlaw {
    none,
    empty,
    error_text,  ///< #N/A, ####
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
