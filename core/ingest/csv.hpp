#pragma once
// Rows and cells out of the bytes of a CSV record (RFC 4180), with every doubt reported and nothing repaired.

#include <cstddef>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace usersync::ingest {

/// What is wrong with the quoting or the size of a row.
enum class RowFlaw {
    none,
    text_after_quote,  ///< a closing quote is followed by something else than a delimiter or a line break
    quote_left_open,   ///< an opening quote is not closed before the end of the record or the limit of a row
    too_long,          ///< longer than the limit, without any quote that explains it
    in_doubt,          ///< well formed, but it stands where an earlier, broken quote may have reached
};

struct Row {
    std::size_t line = 0;                 ///< 1-based line at which the row begins
    std::vector<std::string_view> cells;  ///< as written, untrimmed; of a row with a broken quote those before it
    std::string_view bytes;               ///< the row as it stands in the record, without its line break
    RowFlaw flaw = RowFlaw::none;
    bool terminated = true;  ///< a line break stands behind it
};

/// Reads rows one after another. Lines end in LF, CRLF or CR. A quote inside an unquoted cell is text.
///
/// A quote that is not closed properly damages its own line alone: the row ends with its first line, and reading
/// goes on at the next one. The rows up to where the quote might have reached come out as `in_doubt`.
class CsvScanner {
public:
    /// REQUIRES: `bytes` outlives the scanner; the delimiter is neither a quote nor a line break.
    CsvScanner(std::string_view bytes, char delimiter, std::size_t row_bytes_max, std::size_t first_line = 1);

    /// False at the end. The cells are valid until the next call.
    bool next(Row& row);

    std::size_t position() const { return static_cast<std::size_t>(at_ - begin_); }
    std::size_t line() const { return line_; }

private:
    void read_cells(Row& row);
    void plain_cell(Row& row);
    bool quoted_cell(Row& row);
    void give_up(Row& row, RowFlaw flaw, const char* reach);
    void pass_line_break();

    const char* begin_;
    const char* end_;
    const char* at_;
    const char* row_start_;
    const char* doubt_until_;
    char delimiter_;
    std::size_t row_bytes_max_;
    std::size_t line_;
    std::size_t cells_on_first_line_ = 0;
    std::deque<std::string> unescaped_;  // cells with a doubled quote cannot be a view of the record
};

}  // namespace usersync::ingest
