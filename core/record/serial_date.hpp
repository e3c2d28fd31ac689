#pragma once
// Dates as spreadsheets count them, and as they write them, in the one form that rows use.

#include <optional>
#include <string>
#include <string_view>

namespace usersync::record {

/// Days since the workbook's first day, with the time of day as a fraction, rounded to the second:
///
/// | serial          | 1900                  | 1904                  |
/// |-----------------|-----------------------|-----------------------|
/// | 1               | "1900-01-01"          | "1904-01-02"          |
/// | 46082           | "2026-03-01"          | "2030-03-02"          |
/// | 46082.354166667 | "2026-03-01T08:30:00" | "2030-03-02T08:30:00" |
/// | 0.354166667     | "08:30:00"            | "08:30:00"            |
/// | 60              | nothing               | "1904-03-01"          |
///
/// Nothing for what is no date: below zero, beyond the year 9999, and the 29 February 1900 that Excel believes in.
std::optional<std::string> serial_date_text(double serial, bool dates_from_1904);

/// An ISO 8601 date, with or without a time, in the same form: "2026-03-01T08:30:00.000" → "2026-03-01T08:30:00",
/// "2026-03-01T00:00:00" → "2026-03-01". A "Z" is dropped: sheets know no time zones. Spreadsheets date a time of day
/// back to before their first day: "1899-12-31T08:30:00", and the 30th alike → "08:30:00".
/// Nothing for anything else, and for days that do not exist.
std::optional<std::string> iso_date_text(std::string_view text);

/// An ISO 8601 duration of less than a day as a time of day: "PT08H30M00S" → "08:30:00"; a longer one as a number of
/// days: "PT36H00M00S" → "1.5". Nothing for anything else.
struct DurationText {
    std::string text;
    bool is_time_of_day = false;
};
std::optional<DurationText> duration_text(std::string_view text);

}  // namespace usersync::record
