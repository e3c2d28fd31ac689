#pragma once
// The readers of sheets, one per format; `open_record` chooses among them.

#include "core/base/result.hpp"
#include "core/record/record_format.hpp"
#include "core/record/row.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace usersync::record {

/// One sheet of a workbook, opened.
struct OpenSheet {
    std::string sheet;                ///< its name; empty where the format has none
    std::vector<std::string> sheets;  ///< all of them, in their order, hidden ones included
    std::vector<std::string> visible_sheets;
    bool dates_from_1904 = false;
    std::unique_ptr<RowSource> rows;
};

/// How the bytes of an XML workbook are to be understood.
enum class XmlEncoding {
    declared,  ///< as it says itself
    utf8,      ///< whatever it says: it was decoded before
};

/// Each opens the sheet with this name, or the first visible one. REQUIRES: `bytes` outlives the result.
/// `rejected`: "damaged_workbook", "no_such_sheet", "password_protected", "excel_95"; of a zip "damaged_zip" and
/// "encrypted_zip"; "unknown_format" for a container that holds no workbook; of XML "doctype_refused"; of HTML and
/// messages "no_records", "bad_encoding" and "unknown_encoding"; and the limits' codes "too_large_unpacked",
/// "too_deep", "too_many_columns", "too_many_rows", "cell_too_long".
/// @{
Result<OpenSheet> open_xlsx(std::string_view bytes, const std::optional<std::string>& sheet,
                            const RecordLimits& limits);
Result<OpenSheet> open_ods(std::string_view bytes, const std::optional<std::string>& sheet, const RecordLimits& limits);
Result<OpenSheet> open_xls(std::string_view bytes, const std::optional<std::string>& sheet, const RecordLimits& limits);
Result<OpenSheet> open_spreadsheetml(std::string_view bytes, const std::optional<std::string>& sheet,
                                     const RecordLimits& limits, XmlEncoding encoding = XmlEncoding::declared);
/// The first table that has rows. `text` is UTF-8 already.
Result<OpenSheet> open_html(std::string_view text, const RecordLimits& limits);
/// The HTML part of the message, decoded; its tables as `open_html` reads them.
Result<OpenSheet> open_mhtml(std::string_view bytes, const RecordLimits& limits);
/// @}

}  // namespace usersync::record
