#pragma once
// What every source of rows promises, for the fuzz programs that read records.

#include "core/record/record_format.hpp"
#include "core/record/row.hpp"
#include "core/record/text.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace usersync::record::fuzz {

/// Small, so that short inputs reach them.
inline RecordLimits small_limits() {
    RecordLimits limits;
    limits.unpacked_bytes_max = std::size_t{1} << 20;
    limits.entries_max = 20;
    limits.shared_text_bytes_max = std::size_t{1} << 16;
    limits.depth_max = 12;
    limits.columns_max = 40;
    limits.rows_max = 500;
    limits.cell_bytes_max = 300;
    return limits;
}

enum class Bytes : std::uint8_t { utf8, any };

/// Reads all rows. They end, have as many kinds as cells, and cells are within the limits.
inline void read_all(RowSource& source, const RecordLimits& limits, Bytes bytes) {
    Row row;
    for (std::size_t rows = 0;; ++rows) {
        const auto more = source.next(row);
        if (!more) {
            USERSYNC_INVARIANT(more.error().kind == FailureKind::rejected, "a damaged record is rejected");
            USERSYNC_INVARIANT(is_utf8(more.error().detail), "a sentence is UTF-8");
            return;
        }
        if (!*more) return;
        USERSYNC_INVARIANT(rows <= limits.rows_max, "no more rows than the limit, and the names");
        USERSYNC_INVARIANT(row.cells.size() <= limits.columns_max, "no more columns than the limit");
        USERSYNC_INVARIANT(row.kinds.empty() || row.kinds.size() == row.cells.size(), "every cell has its kind");
        if (row.flaw != RowFlaw::none) continue;
        for (const auto cell : row.cells) {
            USERSYNC_INVARIANT(cell.size() <= limits.cell_bytes_max || rows == 0, "no cell over the limit");
            USERSYNC_INVARIANT(bytes == Bytes::any || is_utf8(cell), "a cell is UTF-8");
        }
    }
}

inline std::string_view view_of(const std::uint8_t* bytes, std::size_t size) {
    return {static_cast<const char*>(static_cast<const void*>(bytes)), size};
}

}  // namespace usersync::record::fuzz
