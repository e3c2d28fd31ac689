#pragma once
// Rows that a test writes down, as a record would give them.

#include "core/record/row.hpp"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace usersync::test {

using Rows = std::vector<std::vector<std::string>>;

class ListOfRows final : public record::RowSource {
public:
    explicit ListOfRows(Rows rows, std::size_t first_line = 1) : rows_(std::move(rows)), line_(first_line) {}

    /// All cells of this column, below the first row, are of this kind.
    void set_kind(std::size_t column, record::CellKind kind) { kinds_.emplace_back(column, kind); }
    /// Reading ends with it.
    void fail_at_end(Failure failure) { failure_ = std::move(failure); }
    /// The row at this place, counted from 0, has a broken quote.
    void break_row(std::size_t at) { broken_ = at; }

    Result<bool> next(record::Row& row) override {
        if (next_ == rows_.size()) return failure_ ? Result<bool>(*failure_) : Result<bool>(false);
        const auto& cells = rows_[next_];
        row = {};
        row.line = line_++;
        row.cells.assign(cells.begin(), cells.end());
        if (broken_ == next_) row.flaw = record::RowFlaw::text_after_quote;
        if (next_ > 0 && !kinds_.empty()) {
            row.kinds.assign(cells.size(), record::CellKind::text);
            for (const auto& [column, kind] : kinds_) {
                if (column < cells.size()) row.kinds[column] = kind;
            }
        }
        ++next_;
        return true;
    }

private:
    Rows rows_;
    std::size_t line_;
    std::size_t next_ = 0;
    std::vector<std::pair<std::size_t, record::CellKind>> kinds_;
    std::optional<Failure> failure_;
    std::optional<std::size_t> broken_;
};

}  // namespace usersync::test
