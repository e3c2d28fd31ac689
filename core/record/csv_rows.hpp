#pragma once
// A CSV record as a table: where its rows begin, what separates its cells, and the rows.

#include "core/record/csv.hpp"
#include "core/record/record_format.hpp"
#include "core/record/row.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace usersync::record {

/// How a record is to be read.
struct CsvShape {
    char delimiter = ',';
    std::size_t offset = 0;  ///< of the first row: blank lines at the top and a `sep=;` line are no rows
    std::size_t line = 1;    ///< and its line number
};

/// The delimiter is, in this order: the tenant's; that of a `sep=;` line; of comma, semicolon, tab and bar the one
/// that finds most of `names` (folded) in one of the first hundred rows; the one by which most of these rows have the
/// same number of cells, more than one. A record of one column has none, and is read with a comma.
CsvShape find_csv_shape(std::string_view text, const RecordFormat& format, const std::vector<std::string>& names);

/// Rows of a CSV record. A cell over `cell_bytes_max` makes its row `too_long`, and so do more than `columns_max`
/// cells: the row cannot be used, but the others can. `rejected`: "too_many_rows".
class CsvRows final : public RowSource {
public:
    /// REQUIRES: `text` outlives this.
    CsvRows(std::string_view text, const CsvShape& shape, const RecordFormat& format, const RecordLimits& limits);
    Result<bool> next(Row& row) override;

private:
    CsvScanner scanner_;
    RecordLimits limits_;
    std::size_t rows_ = 0;
};

}  // namespace usersync::record
