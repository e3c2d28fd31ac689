#include "core/record/write_csv.hpp"

#include "core/record/text.hpp"

#include <algorithm>

namespace usersync::record {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

bool looks_like_formula(std::string_view cell) {
    return !cell.empty() && std::string_view("=+-@\t").find(cell.front()) != std::string_view::npos;
}

// A quote within a cell would be text, but one at its front would not; quoting any is what RFC 4180 says.
// A byte order mark at the front of the text would be taken for one.
bool needs_quotes(std::string_view cell, char delimiter) {
    const auto is_special = [delimiter](char c) { return c == delimiter || c == '"' || c == '\r' || c == '\n'; };
    return std::any_of(cell.begin(), cell.end(), is_special) || cell.starts_with(byte_order_mark);
}

void append_quoted(std::string& text, std::string_view cell) {
    text += '"';
    for (const char c : cell) {
        if (c == '"') text += '"';
        text += c;
    }
    text += '"';
}

}  // namespace

std::string_view csv_opening(const CsvStyle& style) { return style.byte_order_mark ? byte_order_mark : ""; }

void append_csv_row(std::string& text, const std::vector<std::string_view>& cells, const CsvStyle& style) {
    // A row of one blank cell would be a blank line.
    const bool is_blank = cells.size() == 1 && trim(cells.front()).empty();
    std::string defused;
    for (std::size_t i = 0; i < cells.size(); ++i) {
        if (i > 0) text += style.delimiter;
        auto cell = cells[i];
        if (style.defuses_formulas && looks_like_formula(cell)) {
            defused.assign("'").append(cell);
            cell = defused;
        }
        if (is_blank || needs_quotes(cell, style.delimiter)) {
            append_quoted(text, cell);
        } else {
            text += cell;
        }
    }
    text += "\r\n";
}

}  // namespace usersync::record
