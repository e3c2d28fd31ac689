#pragma once
// Workbooks written by hand, and rows as one reads them.

#include "core/record/sheet.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace usersync::record {

using Parts = std::vector<std::pair<std::string, std::string>>;  ///< path and content

std::string zip_of(const Parts& parts, const char* password = nullptr);

/// A workbook with one sheet "Staff"; each part can be replaced by one of the same path, or left out when it is empty.
std::string xlsx_of(std::string_view rows, const Parts& instead = {});
std::string shared_texts_xml(std::string_view texts);
std::string styles_xml(std::string_view formats, std::string_view cell_styles);
std::string workbook_xml(std::string_view sheets, std::string_view properties = "");

std::string ods_content(std::string_view tables, std::string_view styles = "");
std::string ods_of(std::string_view tables, std::string_view styles = "");
/// One table "Staff" around its rows.
std::string ods_of_rows(std::string_view rows);

std::string spreadsheetml_of(std::string_view sheets, std::string_view head = "");
std::string spreadsheetml_of_rows(std::string_view rows, std::string_view head = "");

/// "2: 000123|n:0.5|d:2026-03-01", a line per row; t, n, d, b, e, f, a are the kinds, and text has no letter.
/// A failure is its code, in its place.
std::string shown(const Result<OpenSheet>& sheet);

/// The code of the failure, wherever it comes up; "none" for a sheet that can be read to its end.
std::string failure_code(const Result<OpenSheet>& sheet);

std::string xlsx_rows(std::string_view rows, const Parts& instead = {});
std::string ods_rows(std::string_view rows);
std::string spreadsheetml_rows(std::string_view rows, std::string_view head = "");

}  // namespace usersync::record
