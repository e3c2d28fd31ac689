#pragma once
// A small table as an xlsx workbook, such as the example record that customers may download.

#include <string>
#include <string_view>
#include <vector>

namespace usersync::record {

/// A workbook with one sheet, whose first row stands out and stays in view. Every cell is text, and every column is
/// formatted as text, so that leading zeros survive whoever goes on typing in it. The same table gives the same bytes.
///
/// REQUIRES: UTF-8; at most 1,048,576 rows of 16,384 cells, as spreadsheets have; a name of 1 to 31 characters without
/// any of []:*?/\. What XML cannot hold is written as Excel does.
std::string write_xlsx(const std::vector<std::vector<std::string>>& rows, std::string_view sheet_name);

}  // namespace usersync::record
