#pragma once
// Dates as a tenant says they are written → "2026-03-01".

#include "core/record/row.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace usersync::ingest {

enum class DateFlaw {
    none,
    not_as_written,   ///< not what the pattern says
    not_a_day,        ///< 31-02, or 29-02 in a year without it
    outside,          ///< before 1900 or after 2199
    unexpected_form,  ///< a plain number, or a boolean, where the pattern is of a text
};

/// Turns `date` into "2026-03-01" in place; on a flaw it stays as it is. REQUIRES: `check_pattern` has nothing to say.
///
/// | cell                               | is read                                                                  |
/// |------------------------------------|--------------------------------------------------------------------------|
/// | kind date                          | as the ISO date that it is, whatever the pattern; its time is dropped    |
/// | kind number, "excel", "excel1904"  | as the serial number of a day; its fraction is dropped                   |
/// | kind number, pattern of digits     | by the pattern: 20260301 is the same in a number and in a text           |
/// | kind number, any other pattern     | not at all                                                               |
/// | text, "excel", "excel1904"         | as the serial number, "46082" or "46082,25"                              |
/// | text                               | by the pattern                                                           |
DateFlaw read_date(std::string& date, record::CellKind kind, std::string_view pattern);

/// A pattern has one of d, dd, one of M, MM and one of yy, yyyy; whatever stands between them and is neither an ASCII
/// letter nor a digit is taken literally. dd, MM, yy and yyyy are that many digits, d and M are one or two. Fields
/// without anything between them need fixed widths. " *" at the end: a space or a T, and a time behind it, may follow
/// and are dropped. Or the pattern is the word "excel" or "excel1904".
/// Gives a sentence about what is wrong with it.
std::optional<std::string> check_pattern(std::string_view pattern);

}  // namespace usersync::ingest
