#include "core/record/row_queue.hpp"

#include <algorithm>
#include <utility>

namespace usersync::record {
namespace {

// A row is kept whole until it is complete.
constexpr std::size_t longest_cells_of_row = 16;
constexpr std::uint64_t work_per_byte = 4;

}  // namespace

RowQueue::RowQueue(const RecordLimits& limits, std::string where) : limits_(limits), where_(std::move(where)) {
    // Sizes of cells are kept in 32 bits.
    limits_.cell_bytes_max = std::min(limits.cell_bytes_max, std::size_t{1} << 30);
    limits_.columns_max = std::min(limits.columns_max, std::size_t{1} << 30);
}

bool RowQueue::fail(const char* code, std::string detail) {
    if (!failure_) failure_ = Failure{FailureKind::rejected, code, where_, std::move(detail), Effect::none, {}};
    return false;
}

bool RowQueue::fail_too_long() {
    return fail("cell_too_long", "a cell in row " + std::to_string(line_) + " is longer than the limit allows");
}

bool RowQueue::begin_row(std::size_t line) {
    if (line <= last_line_)
        return fail("damaged_workbook", "row " + std::to_string(line) + " stands after a later row");
    line_ = line;
    column_ = 0;
    pushed_columns_ = 0;
    first_cell_ = cells_.size();
    row_text_begin_ = texts_.size();
    text_begin_ = texts_.size();
    row_work_ = 0;
    return true;
}

bool RowQueue::end_row(std::size_t times) {
    drop_text();
    last_line_ = line_ + times - 1;
    const QueuedRow row = {line_, first_cell_, cells_.size() - first_cell_, times};
    first_cell_ = cells_.size();
    row_text_begin_ = texts_.size();
    if (row.cells == 0) return true;
    if (last_line_ > limits_.rows_max) return fail("too_many_rows", "the sheet has more rows than the limit allows");
    const auto left = limits_.unpacked_bytes_max * work_per_byte - work_;
    if (times > left / (row_work_ + pushed_columns_)) {
        return fail("too_large_unpacked", "the cells of the sheet are more than the limit allows");
    }
    work_ += times * (row_work_ + pushed_columns_);
    rows_.push_back(row);
    return true;
}

bool RowQueue::add_text(std::string_view text) {
    const auto size = texts_.size() - text_begin_;
    if (text.size() > limits_.cell_bytes_max || size > limits_.cell_bytes_max - text.size()) return fail_too_long();
    if (texts_.size() - row_text_begin_ > longest_cells_of_row * limits_.cell_bytes_max) {
        return fail("cell_too_long", "row " + std::to_string(line_) + " is longer than the limit allows");
    }
    texts_.append(text);
    return true;
}

bool RowQueue::end_cell(CellKind kind, std::size_t times) {
    const auto begin = std::exchange(text_begin_, texts_.size());
    const auto size = texts_.size() - begin;
    if (size == 0 && kind == CellKind::text) {
        // Sheets are padded with thousands of empty cells; they count when something comes after them.
        column_ += times;
        return true;
    }
    const auto columns = std::min(times, limits_.columns_max + 1);
    return push({nullptr, begin, static_cast<std::uint32_t>(size), static_cast<std::uint32_t>(columns), kind});
}

bool RowQueue::end_cell_elsewhere(std::string_view text) {
    drop_text();
    if (text.empty()) {
        ++column_;
        return true;
    }
    if (text.size() > limits_.cell_bytes_max) return fail_too_long();
    return push({text.data(), 0, static_cast<std::uint32_t>(text.size()), 1, CellKind::text});
}

bool RowQueue::push(const Cell& cell) {
    if (cell.times > limits_.columns_max || column_ > limits_.columns_max - cell.times) {
        return fail("too_many_columns", "row " + std::to_string(line_) + " has more columns than the limit allows");
    }
    if (column_ > pushed_columns_) {
        const auto gap = static_cast<std::uint32_t>(column_ - pushed_columns_);
        cells_.push_back({nullptr, 0, 0, gap, CellKind::text});
    }
    cells_.push_back(cell);
    row_work_ += std::uint64_t{cell.size} * cell.times;
    column_ += cell.times;
    pushed_columns_ = column_;
    return true;
}

bool RowQueue::pop(Row& row) {
    if (next_row_ == rows_.size()) return false;
    auto& queued = rows_[next_row_];
    row = {queued.line, std::move(row.cells), std::move(row.kinds), {}, RowFlaw::none, true, 1};
    row.cells.clear();
    row.kinds.clear();
    for (std::size_t i = 0; i < queued.cells; ++i) {
        const auto& cell = cells_[queued.first_cell + i];
        const char* text = cell.elsewhere != nullptr ? cell.elsewhere : texts_.data() + cell.begin;
        for (std::uint32_t time = 0; time < cell.times; ++time) {
            row.cells.emplace_back(text, cell.size);
            row.kinds.push_back(cell.kind);
        }
    }
    ++queued.line;
    if (--queued.times == 0) ++next_row_;
    return true;
}

void RowQueue::recycle() {
    if (rows_.empty()) return;
    // Only the row that is not complete yet moves to the front.
    texts_.erase(0, row_text_begin_);
    cells_.erase(cells_.begin(), cells_.begin() + static_cast<std::ptrdiff_t>(first_cell_));
    for (auto& cell : cells_) {
        if (cell.elsewhere == nullptr && cell.size != 0) cell.begin -= row_text_begin_;
    }
    text_begin_ -= row_text_begin_;
    row_text_begin_ = 0;
    first_cell_ = 0;
    rows_.clear();
    next_row_ = 0;
}

}  // namespace usersync::record
