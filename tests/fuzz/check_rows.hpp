#pragma once
// The promises of row.hpp and sheet.hpp, whatever the bytes are.

#include "core/record/record_format.hpp"
#include "core/record/sheet.hpp"

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace usersync::record {

/// Small enough for a fuzz program to reach them.
inline RecordLimits fuzz_limits() {
    RecordLimits limits;
    limits.unpacked_bytes_max = 1 << 20;
    limits.shared_text_bytes_max = 1 << 16;
    limits.entries_max = 100;
    limits.columns_max = 300;
    limits.rows_max = 3000;
    limits.cell_bytes_max = 1000;
    return limits;
}

inline void check_rows(const Result<OpenSheet>& sheet, const RecordLimits& limits) {
    if (!sheet) {
        USERSYNC_INVARIANT(sheet.error().kind == FailureKind::rejected, "a damaged record is rejected");
        return;
    }
    const auto is_it = [&](const std::string& name) { return name == sheet->sheet; };
    USERSYNC_INVARIANT(std::any_of(sheet->sheets.begin(), sheet->sheets.end(), is_it),
                       "the sheet is one of its sheets");
    Row row;
    std::size_t line = 0;
    while (true) {
        const auto more = sheet->rows->next(row);
        if (!more) {
            USERSYNC_INVARIANT(more.error().kind == FailureKind::rejected, "a damaged record is rejected");
            return;
        }
        if (!*more) return;
        USERSYNC_INVARIANT(row.line > line && row.line <= limits.rows_max, "rows have ascending numbers");
        line = row.line;
        USERSYNC_INVARIANT(!row.cells.empty() && row.cells.size() <= limits.columns_max, "a row has its cells");
        USERSYNC_INVARIANT(row.kinds.empty() || row.kinds.size() == row.cells.size(), "a cell has a kind");
        const auto last = row.cells.size() - 1;
        USERSYNC_INVARIANT(!row.cells[last].empty() || row.kind(last) != CellKind::text, "the last cell is not empty");
        for (const auto cell : row.cells) {
            USERSYNC_INVARIANT(cell.size() <= limits.cell_bytes_max, "a cell is within its limit");
            // Whoever reads the bytes would find views of what is gone.
            const auto zeros = std::count(cell.begin(), cell.end(), '\0');
            USERSYNC_INVARIANT(zeros == 0, "XML has no zero bytes");
        }
    }
}

}  // namespace usersync::record
