#pragma once
// A sheet as text, one line a row, so that a test can say what it should hold.

#include "core/record/sheet.hpp"
#include "tests/support/show_result.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace usersync::record::test {

using Lines = std::vector<std::string>;

/// Number of the row, then its cells: "2|00123|n:38.5|d:2026-03-01|b:true|e:#N/A|f:". A failure is a last line
/// "!code"; "!open code" when the sheet could not be opened.
inline Lines shown(RowSource& rows) {
    static constexpr std::string_view marks[] = {"", "n:", "d:", "b:", "e:", "f:", "a:"};
    Lines lines;
    for (Row row;;) {
        const auto more = rows.next(row);
        if (!more) lines.push_back("!" + more.error().code);
        if (!more || !*more) return lines;
        auto line = std::to_string(row.line);
        for (std::size_t i = 0; i < row.cells.size(); ++i) {
            line += "|" + std::string(marks[static_cast<std::size_t>(row.kind(i))]) + std::string(row.cells[i]);
        }
        lines.push_back(std::move(line));
    }
}

inline Lines shown(const Result<OpenSheet>& sheet) {
    if (!sheet) return {"!open " + sheet.error().code};
    return shown(*sheet->rows);
}

}  // namespace usersync::record::test
