#pragma once
// Rows of an employee record, whatever its format: a table whose cells are text and whose first rows hold a header.

#include "core/base/result.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace usersync::record {

/// What a cell was before it became text. Text formats know `text` only.
enum class CellKind : std::uint8_t {
    text,
    number,   ///< the shortest digits that give the same number: "12", "0.5", "1e+21"
    date,     ///< shown as a date by the spreadsheet: "2026-03-01", or "2026-03-01T08:30:00" with a time of day
    boolean,  ///< "true" or "false"
    error,    ///< "#N/A" and its like: the sheet could not compute it
    formula,  ///< a formula that was never computed: its text is empty, its value unknown
    list,     ///< several values, each on a line of its own: JSON and XML have them in one place
    absent,   ///< the record does not have this cell: JSON and XML records that leave a name out
};

/// What is wrong with the quoting or the size of a row.
enum class RowFlaw : std::uint8_t {
    none,
    text_after_quote,  ///< a closing quote is followed by something else than a delimiter or a line break
    quote_left_open,   ///< an opening quote is not closed before the end of the record or the limit of a row
    too_long,          ///< longer than the limit, without any quote that explains it
    in_doubt,          ///< well formed, but it stands where an earlier, broken quote may have reached
};

struct Row {
    std::size_t line = 0;                 ///< 1-based: line of a text, row of a sheet, number of a JSON or XML record
    std::vector<std::string_view> cells;  ///< UTF-8, untrimmed; of a row with a broken quote those before it
    std::vector<CellKind> kinds;          ///< one per cell, or empty: all are text
    std::string_view bytes;  ///< of a text format: the row as it stands in the record, without its line break
    RowFlaw flaw = RowFlaw::none;
    bool terminated = true;  ///< of a format of lines: a line break stands behind it
    std::size_t lines = 1;   ///< of csv: how many it goes over; more than one by line breaks within quotes

    CellKind kind(std::size_t cell) const { return kinds.empty() ? CellKind::text : kinds[cell]; }
};

/// The rows of one table, from the first to the last, once.
///
/// Sheets give every row that holds a cell, with its cells up to the last one that is not empty; cells that are
/// left out before it are empty texts. Rows without any text may be left out.
class RowSource {
public:
    virtual ~RowSource() = default;

    /// False at the end, after which it is not called again. What `row` refers to is valid until the next call.
    /// A Failure (`rejected`) means that the record is damaged or beyond a limit; nothing may be concluded from the
    /// rows before it, and `next` is not called again.
    virtual Result<bool> next(Row& row) = 0;
};

}  // namespace usersync::record
