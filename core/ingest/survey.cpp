#include "core/ingest/survey.hpp"

#include "core/ingest/heading.hpp"
#include "core/ingest/normalise.hpp"
#include "core/ingest/survey_roles.hpp"
#include "core/ingest/tally.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace usersync::ingest {
namespace {

using record::CellKind;
using record::Row;

constexpr std::size_t header_rows_max = 100;
constexpr std::size_t kept_cell_bytes_max = 256;
constexpr std::size_t shown_heading_bytes_max = 120;
constexpr std::size_t rows_compared = 5;
constexpr std::size_t distinct_pool = 1'000'000;  // hashes, over all columns
constexpr std::size_t distinct_max = 100'000;

struct Cell {
    std::string text;  ///< trimmed, and no longer than needed to tell what it is
    CellKind kind = CellKind::text;

    bool is_empty() const { return text.empty(); }
};

/// A row at the top of the record, kept until it is known which is the header.
struct KeptRow {
    std::size_t line = 0;
    bool is_flawed = false;
    std::vector<Cell> cells;

    std::size_t width() const { return cells.size(); }  ///< up to the last cell that is not empty
};

// A cut must not end within a letter.
std::string_view cut(std::string_view text, std::size_t bytes_max) {
    if (text.size() <= bytes_max) return text;
    std::size_t end = bytes_max;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
    return text.substr(0, end);
}

bool is_unknown(CellKind kind) { return kind == CellKind::error || kind == CellKind::formula; }

KeptRow kept(const Row& row) {
    KeptRow result{.line = row.line, .is_flawed = row.flaw != record::RowFlaw::none, .cells = {}};
    const auto columns = std::min(row.cells.size(), survey_columns_max);
    for (std::size_t at = 0; at < columns; ++at) {
        const auto text = trim(row.cells[at]);
        if (text.empty() && !is_unknown(row.kind(at))) continue;
        result.cells.resize(at + 1);
        result.cells[at] = {.text = std::string(cut(text, kept_cell_bytes_max)), .kind = row.kind(at)};
    }
    return result;
}

// ---- which row is the header

bool is_plain_value(const Cell& cell) { return !cell.is_empty() && !may_be_heading(cell.text, cell.kind); }

// Some headings are plain values, "2025", and some people's values are usual headings, "Manager", "Team".
std::size_t known_headings_in(const KeptRow& row) {
    std::set<std::string> known;
    std::size_t values = 0;
    for (const auto& cell : row.cells) {
        if (is_plain_value(cell)) {
            ++values;
        } else if (is_known_heading(cell.text)) {
            known.insert(squeezed(cell.text));
        }
    }
    return known.size() > 2 * values ? known.size() : 0;
}

bool has_different_headings(const KeptRow& row) {
    std::set<std::string> names;
    std::size_t filled = 0;
    for (const auto& cell : row.cells) {
        if (cell.is_empty()) continue;
        if (!may_be_heading(cell.text, cell.kind)) return false;
        ++filled;
        names.insert(fold_name(cell.text));
    }
    return filled >= 2 && names.size() == filled;
}

// Rows of people below: about as wide, and with an address, a number or a date in a column that has a heading.
bool has_people_below(const std::vector<KeptRow>& rows, std::size_t header) {
    const auto width = rows[header].width();
    const auto end = std::min(rows.size(), header + 1 + rows_compared);
    std::size_t similar = 0;
    bool has_values = false;
    for (std::size_t at = header + 1; at < end; ++at) {
        const auto& row = rows[at];
        if (row.width() > width || row.width() * 3 < width) continue;
        ++similar;
        for (std::size_t column = 0; column < row.width(); ++column) {
            has_values = has_values || (is_plain_value(row.cells[column]) && !rows[header].cells[column].is_empty());
        }
    }
    return has_values && similar * 2 >= end - header - 1;
}

std::optional<std::size_t> find_header(const std::vector<KeptRow>& rows) {
    if (!rows.empty() && rows.front().line == 0) return 0;
    const bool has_one_column =
        std::all_of(rows.begin(), rows.end(), [](const KeptRow& row) { return row.width() <= 1; });
    const std::size_t known_min = has_one_column ? 1 : 2;
    std::optional<std::size_t> best;
    std::size_t best_known = 0;
    for (std::size_t at = 0; at < rows.size(); ++at) {
        const auto known = known_headings_in(rows[at]);
        if (known < known_min || known <= best_known) continue;
        best = at;
        best_known = known;
    }
    std::size_t widest_above = 0;
    for (std::size_t at = 0; at < rows.size() && !best; ++at) {
        const bool is_first = rows[at].width() > widest_above;
        if (is_first && has_different_headings(rows[at]) && has_people_below(rows, at)) best = at;
        widest_above = std::max(widest_above, rows[at].width());
    }
    return best;
}

// ---- what is below it

std::string heading_of(const Cell& cell) {
    std::string heading;
    for (const char c : shown_as_utf8(cut(cell.text, shown_heading_bytes_max))) {
        const bool is_space = c == ' ' || c == '\t' || c == '\n' || c == '\r';
        if (!is_space) heading += c;
        if (is_space && !heading.empty() && heading.back() != ' ') heading += ' ';
    }
    return heading;
}

class Surveyor {
public:
    explicit Surveyor(std::size_t expected_columns)
        : distinct_max_(std::min(distinct_max, distinct_pool / std::max<std::size_t>(expected_columns, 1))) {}

    void set_header(const KeptRow& row) {
        survey_.has_header = true;
        survey_.header_line = row.line;
        make_columns(row.width());
        for (std::size_t at = 0; at < row.width(); ++at) survey_.columns[at].name = heading_of(row.cells[at]);
    }

    void add(const KeptRow& row) {
        if (!count(row.is_flawed)) return;
        make_columns(row.width());
        for (std::size_t at = 0; at < row.width(); ++at) add(at, row.cells[at].text, row.cells[at].kind);
    }

    void add(const Row& row) {
        const auto columns = std::min(row.cells.size(), survey_columns_max);
        survey_.columns_left_out = std::max(survey_.columns_left_out, row.cells.size() - columns);
        const bool is_blank =
            std::all_of(row.cells.begin(), row.cells.end(), [](std::string_view cell) { return trim(cell).empty(); });
        if (is_blank || !count(row.flaw != record::RowFlaw::none)) return;
        for (std::size_t at = 0; at < columns; ++at) add(at, trim(row.cells[at]), row.kind(at));
    }

    void leave_out(std::size_t columns) { survey_.columns_left_out = std::max(survey_.columns_left_out, columns); }
    void fail(Failure failure) { survey_.failure = std::move(failure); }

    Survey finish() {
        for (std::size_t at = 0; at < tallies_.size(); ++at) tallies_[at].fill_in(survey_.columns[at]);
        assign_roles(survey_, tallies_);
        return std::move(survey_);
    }

private:
    bool count(bool is_flawed) {
        ++survey_.rows;
        survey_.flawed_rows += is_flawed ? 1 : 0;
        return !is_flawed;
    }

    void make_columns(std::size_t count) {
        while (survey_.columns.size() < count) {
            survey_.columns.emplace_back();
            tallies_.emplace_back(distinct_max_);
        }
    }

    void add(std::size_t column, std::string_view trimmed, CellKind kind) {
        if (trimmed.empty() && !is_unknown(kind)) return;
        make_columns(column + 1);
        tallies_[column].add(trimmed, kind);
    }

    Survey survey_;
    std::vector<Tally> tallies_;
    std::size_t distinct_max_;
};

std::size_t widest(const std::vector<KeptRow>& rows) {
    std::size_t width = 0;
    for (const auto& row : rows) width = std::max(width, row.width());
    return width;
}

}  // namespace

Survey survey(record::RowSource& rows) {
    std::vector<KeptRow> top;
    std::size_t left_out = 0;
    std::optional<Failure> failure;
    bool is_open = true;
    Row row;
    while (top.size() < header_rows_max && is_open) {
        const auto next = rows.next(row);
        if (!next) failure = next.error();
        is_open = next && *next;
        if (!is_open) break;
        auto copy = kept(row);
        if (row.cells.size() > survey_columns_max) left_out = std::max(left_out, row.cells.size() - survey_columns_max);
        if (copy.width() > 0) top.push_back(std::move(copy));
    }
    const auto header = find_header(top);
    Surveyor surveyor(widest(top));
    surveyor.leave_out(left_out);
    if (header) surveyor.set_header(top[*header]);
    for (std::size_t at = header ? *header + 1 : 0; at < top.size(); ++at) surveyor.add(top[at]);
    top.clear();
    while (is_open) {
        const auto next = rows.next(row);
        if (!next) failure = next.error();
        is_open = next && *next;
        if (is_open) surveyor.add(row);
    }
    if (failure) surveyor.fail(std::move(*failure));
    return surveyor.finish();
}

std::string_view to_string(Look look) {
    switch (look) {
        case Look::empty: return "empty";
        case Look::email: return "email";
        case Look::date: return "date";
        case Look::boolean: return "boolean";
        case Look::percentage: return "percentage";
        case Look::phone: return "phone";
        case Look::id: return "id";
        case Look::number: return "number";
        case Look::name: return "name";
        case Look::text: return "text";
    }
    return "text";
}

}  // namespace usersync::ingest
