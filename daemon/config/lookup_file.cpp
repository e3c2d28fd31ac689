#include "daemon/config/lookup_file.hpp"

#include "core/record/csv.hpp"
#include "core/record/text.hpp"

#include <algorithm>
#include <utility>

namespace usersync::config {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

Failure unusable(const char* code, std::string detail) {
    return {.kind = FailureKind::blocked, .code = code, .where = "config", .detail = std::move(detail)};
}

bool is_blank(const record::Row& row) {
    return std::all_of(row.cells.begin(), row.cells.end(),
                       [](std::string_view cell) { return record::trim(cell).empty(); });
}

/// The first row that says something; false when there is none.
bool first_row(record::CsvScanner scanner, record::Row& row) {
    while (scanner.next(row)) {
        if (row.flaw != record::RowFlaw::none || !is_blank(row)) return true;
    }
    return false;
}

char find_delimiter(std::string_view text) {
    for (const char delimiter : {';', ',', '\t', '|'}) {
        const record::CsvScanner scanner(text, {.delimiter = delimiter});
        record::Row row;
        if (first_row(scanner, row) && row.cells.size() == 2) return delimiter;
    }
    return ',';
}

}  // namespace

Result<std::vector<LookupRow>> lookup_rows(std::string_view bytes, const std::string& name) {
    std::string_view text = bytes;
    if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
    if (!record::is_utf8(text)) return unusable("lookup_not_utf8", name + " is not written in UTF-8");

    std::vector<LookupRow> rows;
    record::CsvScanner scanner(text, {.delimiter = find_delimiter(text)});
    for (record::Row row; scanner.next(row);) {
        const bool sound = row.flaw == record::RowFlaw::none;
        if (sound && is_blank(row)) continue;
        const auto from = row.cells.empty() ? std::string_view() : record::trim(row.cells.front());
        if (!sound || row.cells.size() != 2 || from.empty()) {
            return unusable("lookup_bad_row", name + ", line " + std::to_string(row.line) +
                                                  ": expected two columns, the first one not empty");
        }
        rows.push_back({.line = row.line, .from = std::string(from), .to = std::string(record::trim(row.cells[1]))});
    }
    return rows;
}

}  // namespace usersync::config
