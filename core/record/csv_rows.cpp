#include "core/record/csv_rows.hpp"

#include "core/record/refusal.hpp"
#include "core/record/text.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <optional>

namespace usersync::record {
namespace {

constexpr std::array<char, 4> delimiters = {',', ';', '\t', '|'};
constexpr std::size_t sample_rows = 100;
constexpr std::size_t sample_bytes = std::size_t{4} << 20;

std::optional<char> separator_line(std::string_view line) {
    if (line.size() >= 2 && line.front() == '"' && line.back() == '"') line = line.substr(1, line.size() - 2);
    if (line.size() != 5 || fold_name(line.substr(0, 4)) != "sep=") return std::nullopt;
    const char delimiter = line.back();
    return delimiter == '"' ? std::nullopt : std::optional(delimiter);
}

std::size_t after_line_break(std::string_view text, std::size_t at) {
    if (at == std::string_view::npos) return text.size();
    return at + (text.substr(at, 2) == "\r\n" ? 2 : 1);
}

struct Opening {
    CsvShape shape;
    std::optional<char> separator;  // of a `sep=;` line
};

Opening find_opening(std::string_view text) {
    Opening opening;
    while (opening.shape.offset < text.size()) {
        const auto line_end = text.find_first_of("\r\n", opening.shape.offset);
        const auto line = text.substr(opening.shape.offset, line_end - opening.shape.offset);
        const auto separator = opening.separator ? std::nullopt : separator_line(line);
        if (!separator && !trim(line).empty()) break;
        if (separator) opening.separator = separator;
        opening.shape.offset = after_line_break(text, line_end);
        ++opening.shape.line;
    }
    return opening;
}

// How well a delimiter fits. What comes first counts most.
struct Fit {
    std::size_t names_found = 0;  // in the row that has most of them
    std::size_t alike = 0;        // rows with the most common number of cells
    std::size_t cells = 0;        // that number
    auto operator<=>(const Fit&) const = default;
};

bool is_blank(const Row& row) { return row.cells.size() == 1 && trim(row.cells.front()).empty(); }

std::size_t count_found(const Row& row, const std::vector<std::string>& names) {
    std::vector<std::string> folded;
    folded.reserve(row.cells.size());
    for (const auto cell : row.cells) folded.push_back(fold_name(shown_as_utf8(trim(cell))));
    const auto is_there = [&folded](const auto& name) {
        return std::find(folded.begin(), folded.end(), name) != folded.end();
    };
    return static_cast<std::size_t>(std::count_if(names.begin(), names.end(), is_there));
}

Fit fit_of(std::string_view sample, const CsvDialect& dialect, const std::vector<std::string>& names) {
    CsvScanner scanner(sample, dialect);
    Row row;
    Fit fit;
    std::map<std::size_t, std::size_t> rows_by_cells;
    for (std::size_t rows = 0; rows < sample_rows && scanner.next(row);) {
        if (is_blank(row)) continue;
        ++rows;
        // Of a row with a broken quote the cells before it count: the header may be the one that is broken.
        if (fit.names_found < names.size()) fit.names_found = std::max(fit.names_found, count_found(row, names));
        if (row.flaw == RowFlaw::none && row.cells.size() > 1) ++rows_by_cells[row.cells.size()];
    }
    for (const auto& [cells, rows] : rows_by_cells) {
        if (rows >= fit.alike) fit.alike = rows, fit.cells = cells;
    }
    return fit;
}

CsvDialect dialect_of(char delimiter, const RecordFormat& format, std::size_t columns_max) {
    return {.delimiter = delimiter,
            .backslash_escapes = format.backslash_escapes,
            .row_bytes_max = format.row_bytes_max,
            .columns_max = columns_max};
}

char best_delimiter(std::string_view sample, const RecordFormat& format, const std::vector<std::string>& names) {
    char best = delimiters.front();
    Fit best_fit;
    for (const char candidate : delimiters) {
        const auto fit = fit_of(sample, dialect_of(candidate, format, RecordLimits{}.columns_max), names);
        if (fit > best_fit) {
            best = candidate;
            best_fit = fit;
        }
        // Cells that are all the names, and more than one, are not what another delimiter would leave.
        if (names.size() > 1 && fit.names_found == names.size()) break;
    }
    return best;
}

bool has_cell_over(const Row& row, std::size_t bytes_max) {
    if (row.bytes.size() <= bytes_max) return false;
    return std::any_of(row.cells.begin(), row.cells.end(), [&](auto cell) { return cell.size() > bytes_max; });
}

}  // namespace

CsvShape find_csv_shape(std::string_view text, const RecordFormat& format, const std::vector<std::string>& names) {
    auto opening = find_opening(text);
    auto& shape = opening.shape;
    if (format.delimiter) {
        shape.delimiter = *format.delimiter;
    } else if (format.format == Format::tsv) {
        shape.delimiter = '\t';
    } else if (opening.separator) {
        shape.delimiter = *opening.separator;
    } else {
        shape.delimiter = best_delimiter(text.substr(shape.offset, sample_bytes), format, names);
    }
    return shape;
}

CsvRows::CsvRows(std::string_view text, const CsvShape& shape, const RecordFormat& format, const RecordLimits& limits)
    : scanner_(text.substr(shape.offset), dialect_of(shape.delimiter, format, limits.columns_max), shape.line),
      limits_(limits) {}

Result<bool> CsvRows::next(Row& row) {
    if (!scanner_.next(row)) return false;
    if (++rows_ > limits_.rows_max) {
        return refused("too_many_rows", "the record has more than " + std::to_string(limits_.rows_max) + " rows");
    }
    if (row.flaw == RowFlaw::none && has_cell_over(row, limits_.cell_bytes_max)) row.flaw = RowFlaw::too_long;
    return true;
}

}  // namespace usersync::record
