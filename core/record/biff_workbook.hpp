#pragma once
// What an old workbook says about itself before its sheets: their names and places, shared texts, formats, dates.

#include "core/base/result.hpp"
#include "core/record/biff_strings.hpp"
#include "core/record/record_format.hpp"
#include "core/record/sheet_rows.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace usersync::record {

struct BiffWorkbook {
    std::vector<SheetName> sheets;           ///< those with cells; charts and macros are left out
    std::vector<std::size_t> sheet_offsets;  ///< of each one's first record in the stream
    BiffTexts texts;
    std::vector<bool> shows_date;  ///< by the number of a cell's format
    bool dates_from_1904 = false;
};

/// `rejected`, with a sentence for the sender.
Failure xls_failure(std::string code, std::string detail);

/// Reads the first part of the stream. `rejected`: "damaged_workbook", "excel_95", "password_protected",
/// "too_large_unpacked".
Result<BiffWorkbook> read_biff_workbook(std::string_view stream, const RecordLimits& limits);

}  // namespace usersync::record
