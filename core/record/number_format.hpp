#pragma once
// Numbers of spreadsheets as text, and whether their format shows them as dates.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace usersync::record {

/// Whether a built-in number format of Excel (numFmtId, or BIFF's ifmt) shows a date or a time of day. 46, "[h]:mm:ss",
/// does not: elapsed hours are a number of days.
bool is_date_format(std::uint32_t builtin);

/// Whether a custom format does: it has a letter of date or time ("y", "m", "d", "h", "s") outside quotes, escapes
/// and brackets, and none of "[h]", "[m]", "[s]". "yyyy\-mm\-dd;@" does; "0.00 \d", "[Red]0" and "General" do not.
bool is_date_format(std::string_view code);

/// The shortest digits that give the same number: "12", "0.5", "100000", "1e+21", "1e-7". Without an exponent from
/// 1e-6 up to 1e21. An infinity or no number at all is empty.
std::string number_text(double number);

/// A number as a file writes it: "1.5", "-2E3", " 7 "; nothing for anything else, for infinities too.
std::optional<double> number_from(std::string_view text);

/// Whether `text` is already what `number_text` makes of it. Not every such text is found, but most, and quickly.
bool is_shortest_number(std::string_view text);

}  // namespace usersync::record
