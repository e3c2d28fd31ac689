#pragma once
// The cells of one sheet of an old workbook, looked over once before any of them is believed.

#include "core/base/result.hpp"
#include "core/record/biff_records.hpp"
#include "core/record/record_format.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace usersync::record {

/// Walks the records of a sheet that hold a value; blank cells and what belongs to a drawn chart are passed over.
class BiffCells {
public:
    /// From the sheet's first record on.
    BiffCells(std::string_view stream, std::size_t offset) : cursor_(stream, offset) {}

    /// In another order: the records at these places.
    BiffCells(std::string_view stream, std::vector<std::size_t> offsets)
        : cursor_(stream, 0), offsets_(std::move(offsets)), in_order_(false) {}

    /// False at the end of the sheet; look at `is_damaged` then.
    bool next(BiffRecord& record);

    bool is_damaged() const { return is_damaged_; }

    /// Stands behind the record that was given last.
    const BiffCursor& cursor() const { return cursor_; }

private:
    bool next_in_stream(BiffRecord& record);

    BiffCursor cursor_;
    std::vector<std::size_t> offsets_;
    std::size_t next_offset_ = 0;
    std::size_t depth_ = 0;  // 1 within the sheet, more within a chart in it
    bool in_order_ = true;
    bool is_damaged_ = false;
};

/// Row and columns of a record that BiffCells gave.
struct BiffPlace {
    std::uint16_t row = 0;
    std::uint16_t column = 0;
    std::uint16_t last_column = 0;
};
BiffPlace place_of(const BiffRecord& record);

struct BiffSurvey {
    BiffCells cells;  ///< row by row, whatever their order in the file
    /// No formula has a result other than an empty text: the program that wrote them never computed any.
    bool formulas_not_computed = false;
};

/// Walks the whole sheet. Rows that stand out of order are put into it: 24 bytes for each record
/// of a cell while that is done, 8 from then on.
/// `rejected`: "damaged_workbook", "too_many_rows", "too_many_columns".
Result<BiffSurvey> survey_sheet(std::string_view stream, std::size_t offset, const RecordLimits& limits);

/// What a formula's cell shows, as it was saved with the formula.
enum class FormulaResult { number, text, boolean, error, empty_text, unknown };
FormulaResult formula_result(const BiffRecord& record);

}  // namespace usersync::record
