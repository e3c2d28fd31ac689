#pragma once
// Writes a small table as a workbook of Excel 97 to 2003.

#include <string>
#include <string_view>
#include <vector>

namespace usersync::record {

/// One sheet whose cells are all text, shown as such: Excel neither takes leading zeros away nor makes dates of them,
/// not even of what is typed below the rows. Empty texts are no cells. The same rows give the same bytes.
///
/// REQUIRES: at most 65,536 rows, 256 columns, 32,767 UTF-16 units a cell; everything is UTF-8; the sheet's name has
/// 1 to 31 units and none of []:*?/\.
std::string write_xls(const std::vector<std::vector<std::string>>& rows, std::string_view sheet);

}  // namespace usersync::record
