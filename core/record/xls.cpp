// Workbooks of Excel 97 to 2003 (BIFF8 in a compound file) as rows.

#include "core/record/biff_sheet.hpp"
#include "core/record/biff_workbook.hpp"
#include "core/record/compound_file.hpp"
#include "core/record/little_endian.hpp"
#include "core/record/number_format.hpp"
#include "core/record/serial_date.hpp"
#include "core/record/sheet.hpp"
#include "core/record/sheet_rows.hpp"

#include <bit>
#include <optional>

namespace usersync::record {
namespace {

// The workbook, and what its sheet's rows refer to.
struct XlsFile {
    StreamBytes stream;
    BiffWorkbook workbook;
};

std::string_view error_text(std::uint8_t code) {
    switch (code) {
        case 0x00: return "#NULL!";
        case 0x07: return "#DIV/0!";
        case 0x0F: return "#VALUE!";
        case 0x17: return "#REF!";
        case 0x1D: return "#NAME?";
        case 0x24: return "#NUM!";
        case 0x2A: return "#N/A";
        case 0x2B: return "#GETTING_DATA";
        default: return "#ERROR!";
    }
}

// A number in four bytes: the upper part of a double or a whole number, and either may be meant in hundredths.
double rk_number(std::uint32_t rk) {
    const bool is_whole = (rk & 2) != 0;
    const bool in_hundredths = (rk & 1) != 0;
    const double number = is_whole ? static_cast<double>(static_cast<std::int32_t>(rk) >> 2)
                                   : std::bit_cast<double>(std::uint64_t{rk & ~3U} << 32);
    return in_hundredths ? number / 100 : number;
}

class XlsRows : public RowSource {
public:
    XlsRows(XlsFile file, BiffSurvey survey, const RecordLimits& limits)
        : file_(std::move(file)), survey_(std::move(survey)), limits_(limits) {
        advance();
    }

    Result<bool> next(Row& row) override;

private:
    /// A text in `texts_`, which may still move, or in the workbook, which does not.
    struct Cell {
        std::uint16_t column = 0;
        CellKind kind = CellKind::text;
        std::string_view shared;
        std::size_t offset = 0;
        std::size_t length = 0;
    };

    void advance() { has_record_ = survey_.cells.next(record_); }
    bool read_record();
    bool read_shared_label();
    bool read_label();
    bool read_formula();
    bool read_formula_text();
    void read_rk_run();
    void add_number(std::size_t column, std::uint16_t format, double number);
    void add_text(std::size_t column, CellKind kind, std::string_view text);
    void add_since(std::size_t column, CellKind kind, std::size_t offset);
    void add_boolean_or_error(std::size_t column, std::uint8_t value, bool is_error);
    bool lay_out(Row& row) const;
    bool is_within_work(const Row& row);

    XlsFile file_;
    BiffSurvey survey_;
    RecordLimits limits_;
    BiffRecord record_;
    bool has_record_ = false;
    std::string texts_;  // of this row, except what the workbook holds once for all
    std::vector<Cell> cells_;
    std::uint64_t work_ = 0;
};

Result<bool> XlsRows::next(Row& row) {
    if (!has_record_) return false;
    texts_.clear();
    cells_.clear();
    const auto number = place_of(record_).row;
    while (has_record_ && place_of(record_).row == number) {
        if (!read_record()) {
            return xls_failure("damaged_workbook",
                               "row " + std::to_string(number + 1) + " of the sheet holds a damaged cell");
        }
        advance();
    }
    row.line = std::size_t{number} + 1;
    row.bytes = {};
    row.flaw = RowFlaw::none;
    row.terminated = true;
    if (!lay_out(row)) {
        return xls_failure("cell_too_long",
                           "row " + std::to_string(row.line) + " of the sheet holds a cell with too much text");
    }
    if (is_within_work(row)) return true;
    return xls_failure("too_large_unpacked", "the cells of the sheet are more than are read");
}

bool XlsRows::read_record() {
    const auto& body = record_.body;
    const auto column = u16_at(body, 2);
    const auto format = u16_at(body, 4);
    switch (record_.type) {
        case biff::shared_label: return read_shared_label();
        case biff::label: return read_label();
        case biff::rich_label: return read_label();
        case biff::formula: return read_formula();
        case biff::rk_run: read_rk_run(); return true;
        case biff::rk: add_number(column, format, rk_number(u32_at(body, 6))); return true;
        case biff::number: add_number(column, format, number_at<double>(body, 6)); return true;
        case biff::boolean_or_error:
            add_boolean_or_error(column, static_cast<std::uint8_t>(body[6]), body[7] != 0);
            return true;
        default: return false;
    }
}

bool XlsRows::read_shared_label() {
    const auto number = u32_at(record_.body, 6);
    if (!file_.workbook.texts.has(number)) return false;
    cells_.push_back({.column = u16_at(record_.body, 2), .shared = file_.workbook.texts.text(number)});
    return true;
}

bool XlsRows::read_label() {
    const auto offset = texts_.size();
    if (!ContinuedBytes(record_.body.substr(6), survey_.cells.cursor()).append_text(texts_)) return false;
    add_since(u16_at(record_.body, 2), CellKind::text, offset);
    return true;
}

bool XlsRows::read_formula() {
    const auto& body = record_.body;
    const auto column = u16_at(body, 2);
    const auto value = static_cast<std::uint8_t>(body[8]);
    switch (formula_result(record_)) {
        case FormulaResult::number: add_number(column, u16_at(body, 4), number_at<double>(body, 6)); return true;
        case FormulaResult::boolean: add_boolean_or_error(column, value, false); return true;
        case FormulaResult::error: add_boolean_or_error(column, value, true); return true;
        case FormulaResult::empty_text:
            add_text(column, survey_.formulas_not_computed ? CellKind::formula : CellKind::text, {});
            return true;
        case FormulaResult::text: return read_formula_text();
        case FormulaResult::unknown: return false;
    }
    return false;
}

// The text stands in a record of its own; what several formulas share may stand in between.
bool XlsRows::read_formula_text() {
    auto cursor = survey_.cells.cursor();
    for (BiffRecord record; cursor.next(record);) {
        switch (record.type) {
            case biff::formula_text: {
                const auto offset = texts_.size();
                if (!ContinuedBytes(record.body, cursor).append_text(texts_)) return false;
                add_since(u16_at(record_.body, 2), CellKind::text, offset);
                return true;
            }
            case biff::shared_formula:
            case biff::array_formula:
            case biff::data_table:
            case biff::continued: break;
            default: return false;
        }
    }
    return false;
}

void XlsRows::read_rk_run() {
    const auto& body = record_.body;
    std::size_t column = u16_at(body, 2);
    for (std::size_t at = 4; at + 6 < body.size(); at += 6, ++column) {
        add_number(column, u16_at(body, at), rk_number(u32_at(body, at + 2)));
    }
}

void XlsRows::add_number(std::size_t column, std::uint16_t format, double number) {
    const auto& shows_date = file_.workbook.shows_date;
    if (format < shows_date.size() && shows_date[format]) {
        const auto date = serial_date_text(number, file_.workbook.dates_from_1904);
        if (date) return add_text(column, CellKind::date, *date);
    }
    add_text(column, CellKind::number, number_text(number));
}

void XlsRows::add_text(std::size_t column, CellKind kind, std::string_view text) {
    const auto offset = texts_.size();
    texts_ += text;
    add_since(column, kind, offset);
}

void XlsRows::add_since(std::size_t column, CellKind kind, std::size_t offset) {
    cells_.push_back({.column = static_cast<std::uint16_t>(column),
                      .kind = kind,
                      .offset = offset,
                      .length = texts_.size() - offset});
}

void XlsRows::add_boolean_or_error(std::size_t column, std::uint8_t value, bool is_error) {
    if (is_error) return add_text(column, CellKind::error, error_text(value));
    add_text(column, CellKind::boolean, value == 0 ? "false" : "true");
}

// A few bytes may refer to a long text, and many cells to the same one: whoever copies them must not drown. A cell
// counts as a byte, and its text as often as it is referred to.
bool XlsRows::is_within_work(const Row& row) {
    constexpr std::uint64_t work_per_byte = 4;
    work_ += row.cells.size();
    for (const auto cell : row.cells) work_ += cell.size();
    return work_ / work_per_byte < limits_.unpacked_bytes_max;
}

// False when a cell is too long. Of two cells at one place the later counts.
bool XlsRows::lay_out(Row& row) const {
    std::size_t columns = 0;
    for (const auto& cell : cells_) {
        const bool is_seen = cell.length + cell.shared.size() > 0 || cell.kind != CellKind::text;
        if (is_seen) columns = std::max<std::size_t>(columns, cell.column + std::size_t{1});
    }
    row.cells.assign(columns, {});
    row.kinds.assign(columns, CellKind::text);
    for (const auto& cell : cells_) {
        if (cell.column >= columns) continue;
        const bool is_shared = cell.shared.data() != nullptr;
        const auto text = is_shared ? cell.shared : std::string_view(texts_).substr(cell.offset, cell.length);
        if (text.size() > limits_.cell_bytes_max) return false;
        row.cells[cell.column] = text;
        row.kinds[cell.column] = cell.kind;
    }
    return true;
}

// The workbook itself, out of the file around it.
Result<StreamBytes> workbook_stream(std::string_view bytes) {
    const auto content = what_is_in(bytes);
    if (!content) return content.error();
    if (auto refusal = refusal_of(*content)) return std::move(*refusal);
    const auto file = CompoundFile::open(bytes);
    if (!file) return file.error();
    return file->read("Workbook");
}

}  // namespace

Result<OpenSheet> open_xls(std::string_view bytes, const std::optional<std::string>& sheet,
                           const RecordLimits& limits) {
    auto stream = workbook_stream(bytes);
    if (!stream) return stream.error();
    auto workbook = read_biff_workbook(stream->view, limits);
    if (!workbook) return workbook.error();
    const auto chosen = choose_sheet(workbook->sheets, sheet, "xls");
    if (!chosen) return chosen.error();
    auto survey = survey_sheet(stream->view, workbook->sheet_offsets[*chosen], limits);
    if (!survey) return survey.error();

    OpenSheet open;
    for (const auto& each : workbook->sheets) open.sheets.push_back(each.name);
    open.visible_sheets = visible_names(workbook->sheets);
    open.sheet = open.sheets[*chosen];
    open.dates_from_1904 = workbook->dates_from_1904;
    XlsFile file{.stream = std::move(*stream), .workbook = std::move(*workbook)};
    open.rows = std::make_unique<XlsRows>(std::move(file), std::move(*survey), limits);
    return open;
}

}  // namespace usersync::record
