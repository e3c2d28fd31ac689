#pragma once
// Rows between the one who finds cells in a sheet and the one who asks for rows.

#include "core/base/result.hpp"
#include "core/record/record_format.hpp"
#include "core/record/row.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace usersync::record {

/// Texts of complete rows stand behind one another in one buffer, and repeated cells and rows are kept as a count, so
/// that a row costs no allocation and memory grows with the document alone.
///
/// What is given out is limited too, to four times `unpacked_bytes_max`: a cell counts as a byte, and its text as
/// often as it is repeated or referred to.
///
/// A cell is built up by `add_text` and finished by one of the `end_…` calls. Every call that returns a bool returns
/// false when a limit is broken; `failure` then says which.
class RowQueue {
public:
    RowQueue(const RecordLimits& limits, std::string where);

    /// The row with this number, which must be above the ones before it. Its cells begin at column 0.
    bool begin_row(std::size_t line);
    /// The row stands this many times, each on its own line. REQUIRES: `times` ≥ 1
    bool end_row(std::size_t times = 1);

    /// Column of the next cell, 0-based.
    std::size_t column() const { return column_; }
    /// Columns without a cell up to `column`, or as many. REQUIRES: `column` ≥ column()
    void skip_to(std::size_t column) { column_ = column; }
    void skip(std::size_t columns) { column_ += columns; }

    bool add_text(std::string_view text);
    /// What was added to the cell since the last one ended.
    std::string_view text() const { return std::string_view(texts_).substr(text_begin_); }
    void drop_text() { texts_.resize(text_begin_); }

    /// A cell with the text that was added; without any, a `text` is no cell at all.
    bool end_cell(CellKind kind, std::size_t times = 1);
    /// A cell with a text that stands elsewhere for as long as this queue is used.
    bool end_cell_elsewhere(std::string_view text);

    /// The next complete row; false when there is none. `row` is valid until `recycle`.
    bool pop(Row& row);
    /// Forgets the rows that were popped. REQUIRES: none is left.
    void recycle();

    const Failure& failure() const { return *failure_; }

private:
    struct Cell {
        const char* elsewhere;  ///< nullptr: in `texts_`, at `begin`
        std::size_t begin;
        std::uint32_t size;
        std::uint32_t times;
        CellKind kind;
    };
    struct QueuedRow {
        std::size_t line;
        std::size_t first_cell;
        std::size_t cells;  ///< in `cells_`
        std::size_t times;
    };

    bool fail(const char* code, std::string detail);
    bool fail_too_long();
    bool push(const Cell& cell);

    RecordLimits limits_;
    std::string where_;
    std::string texts_;
    std::vector<Cell> cells_;
    std::vector<QueuedRow> rows_;
    std::size_t next_row_ = 0;
    std::size_t last_line_ = 0;
    std::size_t line_ = 0;
    std::size_t column_ = 0;
    std::size_t pushed_columns_ = 0;  ///< columns up to the last cell that is kept
    std::size_t first_cell_ = 0;      ///< of the row that is being built
    std::size_t row_text_begin_ = 0;
    std::size_t text_begin_ = 0;
    std::uint64_t row_work_ = 0;  ///< bytes and cells of the row, repeated ones as often as they are
    std::uint64_t work_ = 0;      ///< the same of all rows so far
    std::optional<Failure> failure_;
};

}  // namespace usersync::record
