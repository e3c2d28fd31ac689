// An HTML page as rows: the first table that has any.

#include "core/record/html_cell_text.hpp"
#include "core/record/html_tokens.hpp"
#include "core/record/row_queue.hpp"
#include "core/record/sheet.hpp"

#include <algorithm>
#include <charconv>
#include <set>

namespace usersync::record {
namespace {

constexpr std::size_t colspan_max = 1000;  // these two as browsers have them
constexpr std::size_t rowspan_max = 65'534;

Failure refused(std::string code, std::string detail) {
    return {.kind = FailureKind::rejected, .code = std::move(code), .where = "html", .detail = std::move(detail)};
}

bool is_block(std::string_view name) {
    static const std::set<std::string_view> blocks = {
        "address", "article", "blockquote", "caption", "center",  "dd",    "div", "dl", "dt",     "fieldset",
        "footer",  "form",    "h1",         "h2",      "h3",      "h4",    "h5",  "h6", "header", "hr",
        "li",      "ol",      "p",          "pre",     "section", "table", "tr",  "ul"};
    return blocks.contains(name);
}

bool is_section(std::string_view name) { return name == "thead" || name == "tbody" || name == "tfoot"; }
bool is_cell(std::string_view name) { return name == "td" || name == "th"; }

// How far a cell reaches; one where nothing sensible is said.
std::size_t span_of(std::string_view attributes, std::string_view name, std::size_t span_max) {
    const auto text = html_attribute(attributes, name);
    std::size_t span = 1;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), span);
    if (read.ec == std::errc::result_out_of_range) return span_max;
    return read.ec == std::errc() ? std::min(span, span_max) : 1;
}

/// | in the page                   | in the rows                                                           |
/// |-------------------------------|-----------------------------------------------------------------------|
/// | cell over several columns     | its text in the first, the others empty                               |
/// | cell over several rows        | its text in the first row, its columns left empty in the rows below   |
/// | table within a cell           | part of the cell's text: a line for each of its rows                  |
/// | heading cell (th)             | a cell like any other                                                 |
/// | text outside cells, caption   | nothing                                                               |
/// | what follows the table        | nothing                                                               |
///
/// A table must be closed, or the page must be: otherwise nobody knows whether rows are missing. With a table within
/// a cell only the former will do: a "</table>" too few would let the cell swallow every row behind it.
class HtmlRows : public RowSource {
public:
    HtmlRows(std::string_view html, const RecordLimits& limits)
        : tokens_(html), limits_(limits), queue_(limits, "html"), text_(limits.cell_bytes_max) {}

    /// Reads up to the first cell. "no_records" when the page has none.
    Result<void> find_table();

    Result<bool> next(Row& row) override;

private:
    void take(const HtmlToken& token);
    void take_start(const HtmlToken& token);
    void take_end(const HtmlToken& token);
    void take_in_cell(const HtmlToken& token);
    void begin_row();
    void begin_cell(std::string_view attributes);
    void pass_occupied_columns();
    void occupy(std::size_t first_column);
    void end_cell();
    void end_row();
    void end_section();
    void end_table();
    void fail(Failure failure) {
        if (!failure_) failure_ = std::move(failure);
    }
    void check(bool within_limits) {
        if (!within_limits) fail(queue_.failure());
    }

    HtmlTokens tokens_;
    RecordLimits limits_;
    RowQueue queue_;
    HtmlCellText text_;
    HtmlToken token_;
    std::optional<Failure> failure_;
    std::size_t tables_open_ = 0;
    std::size_t line_ = 0;
    std::size_t colspan_ = 1;
    std::size_t rowspan_ = 1;
    std::vector<std::size_t> occupied_until_;  // by column: the last line of the cell that reaches down into it
    std::size_t steps_ = 0;                    // over such columns, so that they cannot take for ever
    bool in_row_ = false;
    bool in_cell_ = false;
    bool has_cells_ = false;
    bool holds_tables_ = false;
    bool page_is_closed_ = false;
    bool is_finished_ = false;
};

Result<void> HtmlRows::find_table() {
    while (!has_cells_ && !failure_ && tokens_.next(token_)) take(token_);
    if (failure_) return *failure_;
    if (!has_cells_) return refused("no_records", "the page holds no table with rows");
    return {};
}

Result<bool> HtmlRows::next(Row& row) {
    queue_.recycle();
    for (;;) {
        if (failure_) return *failure_;
        if (queue_.pop(row)) return true;
        if (is_finished_) return false;
        if (tokens_.next(token_)) {
            take(token_);
        } else if (tables_open_ == 1 && page_is_closed_ && !holds_tables_) {
            end_table();
        } else {
            fail(refused("damaged_workbook", "the table in the page has no end: the file seems to be cut off"));
        }
    }
}

void HtmlRows::take(const HtmlToken& token) {
    switch (token.kind) {
        case HtmlToken::Kind::text:
            if (in_cell_) text_.add(token.text);
            return;
        case HtmlToken::Kind::start: return take_start(token);
        case HtmlToken::Kind::end: return take_end(token);
    }
}

void HtmlRows::take_start(const HtmlToken& token) {
    if (token.name == "table") {
        if (in_cell_) text_.add_border();
        if (tables_open_ > 0) holds_tables_ = true;
        ++tables_open_;
    } else if (tables_open_ == 1 && token.name == "tr") {
        begin_row();
    } else if (tables_open_ == 1 && is_cell(token.name)) {
        begin_cell(token.attributes);
    } else if (tables_open_ == 1 && is_section(token.name)) {
        end_section();
    } else if (in_cell_) {
        take_in_cell(token);
    }
}

void HtmlRows::take_end(const HtmlToken& token) {
    if (token.name == "body" || token.name == "html") page_is_closed_ = true;
    if (tables_open_ == 0) return;
    if (token.name == "table") {
        if (tables_open_ == 1) return end_table();
        --tables_open_;
        if (in_cell_) text_.add_border();
    } else if (tables_open_ == 1 && token.name == "tr") {
        end_row();
    } else if (tables_open_ == 1 && is_cell(token.name)) {
        end_cell();
    } else if (tables_open_ == 1 && is_section(token.name)) {
        end_section();
    } else if (in_cell_) {
        take_in_cell(token);
    }
}

void HtmlRows::take_in_cell(const HtmlToken& token) {
    if (token.name == "br") return text_.add_line_break();
    if (is_cell(token.name)) return text_.add_space();
    if (is_block(token.name)) text_.add_border();
}

void HtmlRows::begin_row() {
    end_row();
    in_row_ = true;
    check(queue_.begin_row(++line_));
}

void HtmlRows::begin_cell(std::string_view attributes) {
    end_cell();
    if (!in_row_) begin_row();
    in_cell_ = true;
    has_cells_ = true;
    colspan_ = std::max<std::size_t>(span_of(attributes, "colspan", colspan_max), 1);
    rowspan_ = span_of(attributes, "rowspan", rowspan_max);
    if (rowspan_ == 0) rowspan_ = rowspan_max;  // down to the end of the section
    text_.clear();
    pass_occupied_columns();
}

void HtmlRows::pass_occupied_columns() {
    auto column = queue_.column();
    while (column < occupied_until_.size() && occupied_until_[column] >= line_) ++column;
    steps_ += column - queue_.column();
    if (steps_ > limits_.unpacked_bytes_max) {
        fail(refused("too_large_unpacked", "the cells of the table are more than the limit allows"));
    }
    queue_.skip_to(column);
}

void HtmlRows::occupy(std::size_t first_column) {
    const auto end = std::min(first_column + colspan_, limits_.columns_max);
    if (end > occupied_until_.size()) occupied_until_.resize(end, 0);
    for (auto column = first_column; column < end; ++column) occupied_until_[column] = line_ + rowspan_ - 1;
}

void HtmlRows::end_cell() {
    if (!in_cell_) return;
    in_cell_ = false;
    if (rowspan_ > 1) occupy(queue_.column());
    const auto text = text_.finish();
    if (text_.is_too_long()) {
        fail(refused("cell_too_long", "a cell in row " + std::to_string(line_) + " of the table is too long"));
        return;
    }
    check(queue_.add_text(text) && queue_.end_cell(CellKind::text));
    queue_.skip(colspan_ - 1);
}

void HtmlRows::end_row() {
    end_cell();
    if (!in_row_) return;
    in_row_ = false;
    check(queue_.end_row());
}

// No cell reaches down into another section.
void HtmlRows::end_section() {
    end_row();
    occupied_until_.clear();
}

void HtmlRows::end_table() {
    end_section();
    tables_open_ = 0;
    holds_tables_ = false;
    line_ = 0;
    is_finished_ = has_cells_;
    if (!has_cells_) queue_ = RowQueue(limits_, "html");
}

}  // namespace

Result<OpenSheet> open_html(std::string_view text, const RecordLimits& limits) {
    auto rows = std::make_unique<HtmlRows>(text, limits);
    if (const auto found = rows->find_table(); !found) return found.error();
    OpenSheet open;
    open.rows = std::move(rows);
    return open;
}

}  // namespace usersync::record
