#pragma once
// Rows as CSV (RFC 4180): what is written here is read back the same.

#include <string>
#include <string_view>
#include <vector>

namespace usersync::record {

/// How a CSV text is written. Lines end in CRLF.
struct CsvStyle {
    char delimiter = ',';
    bool byte_order_mark = false;  ///< so that Excel takes it for UTF-8
    /// For sheets that people open: a cell that a spreadsheet would take for a formula (it begins with = + - @ or a
    /// tab) gets an apostrophe in front. Such a text is not read back the same.
    bool defuses_formulas = false;
};

/// What stands in front of the first row.
std::string_view csv_opening(const CsvStyle& style);

void append_csv_row(std::string& text, const std::vector<std::string_view>& cells, const CsvStyle& style);

}  // namespace usersync::record
