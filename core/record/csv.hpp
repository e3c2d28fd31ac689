#pragma once
// Rows and cells out of the text of a CSV record (RFC 4180), with every doubt reported and nothing repaired.

#include "core/record/row.hpp"

#include <cstddef>
#include <deque>
#include <string>
#include <string_view>

namespace usersync::record {

/// How the cells of a record are told apart.
struct CsvDialect {
    char delimiter = ',';            ///< REQUIRES: neither a quote nor a line break
    bool backslash_escapes = false;  ///< within quotes \" and \\ instead of a doubled quote; \n and its like stay
    std::size_t row_bytes_max = 1 << 20;
    std::size_t columns_max = 16'384;
};

/// Reads rows one after another. Lines end in LF, CRLF or CR. A quote inside an unquoted cell is text.
///
/// A quote that is not closed properly damages its own line alone: the row ends with its first line, and reading
/// goes on at the next one. The rows up to where the quote might have reached come out as `in_doubt`.
/// A row with more than `columns_max` cells is `too_long` and keeps the first of them.
class CsvScanner {
public:
    /// REQUIRES: `text` outlives the scanner.
    CsvScanner(std::string_view text, const CsvDialect& dialect, std::size_t first_line = 1);

    /// False at the end. The cells are valid until the next call.
    bool next(Row& row);

    std::size_t position() const { return static_cast<std::size_t>(at_ - begin_); }
    std::size_t line() const { return line_; }

private:
    void read_cells(Row& row);
    void plain_cell(Row& row);
    bool quoted_cell(Row& row);
    void give_up(Row& row, RowFlaw flaw, const char* reach);
    void end_row(Row& row);
    void pass_line_break();

    const char* begin_;
    const char* end_;
    const char* at_;
    bool breaks_are_pairs_ = false;  ///< a row ended with CR LF
    const char* row_start_;
    const char* doubt_until_;
    CsvDialect dialect_;
    std::size_t line_;
    std::size_t cells_on_first_line_ = 0;
    std::deque<std::string> unescaped_;  // cells with an escaped quote cannot be a view of the record
};

}  // namespace usersync::record
