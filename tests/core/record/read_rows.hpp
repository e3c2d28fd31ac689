#pragma once
// All rows of a source as values, for tests.

#include "core/record/row.hpp"
#include "tests/support/show_result.hpp"

#include <memory>
#include <ostream>
#include <string>
#include <vector>

namespace usersync::record::test {

struct ReadRow {
    std::size_t line = 0;
    std::vector<std::string> cells;  ///< "(absent)" for a cell that is absent
    RowFlaw flaw = RowFlaw::none;
    bool operator==(const ReadRow&) const = default;
};

inline std::ostream& operator<<(std::ostream& out, const ReadRow& row) {
    out << "line " << row.line << " flaw " << static_cast<int>(row.flaw) << ":";
    for (const auto& cell : row.cells) out << " [" << cell << "]";
    return out;
}

using Rows = std::vector<ReadRow>;

inline ReadRow copy_of(const Row& row) {
    ReadRow copy{.line = row.line, .flaw = row.flaw};
    for (std::size_t i = 0; i < row.cells.size(); ++i) {
        const bool absent = row.kind(i) == CellKind::absent;
        copy.cells.push_back(absent ? "(absent)" : std::string(row.cells[i]));
    }
    return copy;
}

/// The rows; or, as one row with line 0, the code of the failure that ended the reading.
inline Rows read_rows(RowSource& source) {
    Rows rows;
    for (Row row;;) {
        const auto more = source.next(row);
        if (!more) {
            rows.push_back({.line = 0, .cells = {more.error().code}});
            return rows;
        }
        if (!*more) return rows;
        rows.push_back(copy_of(row));
    }
}

/// The same; when the source could not be opened, the code of that failure.
inline Rows read_rows(const Result<std::unique_ptr<RowSource>>& source) {
    if (!source) return {{.line = 0, .cells = {source.error().code}}};
    return read_rows(**source);
}

}  // namespace usersync::record::test
