#include "core/record/biff_sheet.hpp"

#include "core/record/biff_workbook.hpp"
#include "core/record/little_endian.hpp"

#include <algorithm>
#include <optional>
#include <string>

namespace usersync::record {
namespace {

constexpr std::uint16_t sheet_part = 0x0010;

// The least that each kind of cell must hold; 0 for records that are no cell with a value.
std::size_t least_bytes(std::uint16_t type) {
    switch (type) {
        case biff::formula: return 20;
        case biff::number: return 14;
        case biff::rk: return 10;
        case biff::shared_label: return 10;
        case biff::label: return 9;
        case biff::rich_label: return 9;
        case biff::boolean_or_error: return 8;
        case biff::rk_run: return 12;
        default: return 0;
    }
}

constexpr std::size_t run_place_bytes = 4;  // row, first column
constexpr std::size_t run_cell_bytes = 6;   // format, number
constexpr std::size_t run_end_bytes = 2;    // last column

std::size_t cells_in_run(const BiffRecord& record) {
    return (record.body.size() - run_place_bytes - run_end_bytes) / run_cell_bytes;
}

bool is_whole(const BiffRecord& record) {
    if (record.body.size() < least_bytes(record.type)) return false;
    if (record.type != biff::rk_run) return true;
    const bool fits = (record.body.size() - run_place_bytes - run_end_bytes) % run_cell_bytes == 0;
    return fits && u16_at(record.body, 2) + cells_in_run(record) - 1 == u16_at(record.body, record.body.size() - 2);
}

struct Placed {
    std::size_t offset;
    std::uint16_t row;
};

Failure sheet_damaged() { return xls_failure("damaged_workbook", "the sheet is damaged, or its end is missing"); }

// Cells that stand out of order are put into it. Of two at one place the later counts, as in Excel.
Result<BiffCells> sorted_cells(std::string_view stream, std::size_t offset, const RecordLimits& limits) {
    std::vector<Placed> placed;
    BiffCells cells(stream, offset);
    for (BiffRecord record; cells.next(record);) {
        placed.push_back({.offset = record.offset, .row = place_of(record).row});
    }
    std::sort(placed.begin(), placed.end(), [](const Placed& a, const Placed& b) {
        if (a.row != b.row) return a.row < b.row;
        return a.offset < b.offset;
    });
    std::size_t rows = 0;
    std::vector<std::size_t> offsets;
    offsets.reserve(placed.size());
    for (std::size_t i = 0; i < placed.size(); ++i) {
        if (i == 0 || placed[i].row != placed[i - 1].row) ++rows;
        offsets.push_back(placed[i].offset);
    }
    if (rows > limits.rows_max) return xls_failure("too_many_rows", "the sheet has more rows than are read");
    return BiffCells(stream, std::move(offsets));
}

}  // namespace

bool BiffCells::next(BiffRecord& record) {
    if (in_order_) return next_in_stream(record);
    if (next_offset_ == offsets_.size()) return false;
    cursor_ = BiffCursor(cursor_.stream(), offsets_[next_offset_++]);
    return cursor_.next(record);
}

bool BiffCells::next_in_stream(BiffRecord& record) {
    while (cursor_.next(record)) {
        if (record.type == biff::begin_of_part) {
            const bool is_sheet = record.body.size() >= 4 && u16_at(record.body, 2) == sheet_part;
            is_damaged_ = depth_ == 0 && !is_sheet;
            ++depth_;
        } else if (depth_ == 0) {
            is_damaged_ = true;
        } else if (record.type == biff::end_of_part) {
            if (--depth_ == 0) return false;
        } else if (depth_ == 1 && least_bytes(record.type) > 0) {
            is_damaged_ = !is_whole(record);
            return !is_damaged_;
        }
        if (is_damaged_) return false;
    }
    is_damaged_ = true;
    return false;
}

BiffPlace place_of(const BiffRecord& record) {
    BiffPlace place{.row = u16_at(record.body, 0), .column = u16_at(record.body, 2)};
    place.last_column =
        record.type == biff::rk_run ? u16_at(record.body, record.body.size() - run_end_bytes) : place.column;
    return place;
}

Result<BiffSurvey> survey_sheet(std::string_view stream, std::size_t offset, const RecordLimits& limits) {
    BiffCells cells(stream, offset);
    std::size_t rows = 0;
    std::size_t formulas = 0;
    bool any_computed = false;
    bool in_order = true;
    std::optional<std::uint16_t> last_row;
    for (BiffRecord record; cells.next(record);) {
        const auto place = place_of(record);
        if (place.last_column >= limits.columns_max) {
            return xls_failure("too_many_columns", "the sheet has more columns than are read");
        }
        if (last_row && place.row < *last_row) in_order = false;
        if (last_row != place.row) ++rows;
        last_row = place.row;
        if (record.type != biff::formula) continue;
        ++formulas;
        if (formula_result(record) != FormulaResult::empty_text) any_computed = true;
    }
    if (cells.is_damaged()) return sheet_damaged();
    const bool not_computed = formulas > 0 && !any_computed;
    if (in_order && rows > limits.rows_max) {
        return xls_failure("too_many_rows", "the sheet has more rows than are read");
    }
    if (in_order) return BiffSurvey{.cells = BiffCells(stream, offset), .formulas_not_computed = not_computed};
    auto sorted = sorted_cells(stream, offset, limits);
    if (!sorted) return sorted.error();
    return BiffSurvey{.cells = std::move(*sorted), .formulas_not_computed = not_computed};
}

// Eight bytes hold a number, unless the last two say that they do not.
FormulaResult formula_result(const BiffRecord& record) {
    constexpr std::size_t result_at = 6;
    if (u16_at(record.body, result_at + 6) != 0xFFFF) return FormulaResult::number;
    switch (static_cast<unsigned char>(record.body[result_at])) {
        case 0: return FormulaResult::text;
        case 1: return FormulaResult::boolean;
        case 2: return FormulaResult::error;
        case 3: return FormulaResult::empty_text;
        default: return FormulaResult::unknown;
    }
}

}  // namespace usersync::record
