// SpreadsheetML 2003, "XML Spreadsheet": one XML document, often named .xls or .xml.
//
// Whether a sheet is hidden stands behind its rows, so the document is read twice: once for the sheets, then for the
// rows of one of them.

#include "core/record/number_format.hpp"
#include "core/record/serial_date.hpp"
#include "core/record/sheet.hpp"
#include "core/record/sheet_rows.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <set>
#include <utility>

namespace usersync::record {
namespace {

constexpr const char* where = "spreadsheetml";
constexpr std::size_t index_max = std::size_t{1} << 30;

constexpr std::string_view spreadsheet = "urn:schemas-microsoft-com:office:spreadsheet|";
constexpr std::string_view excel = "urn:schemas-microsoft-com:office:excel|";

bool is(std::string_view name, std::string_view space, std::string_view local) {
    return name.size() == space.size() + local.size() && name.substr(space.size()) == local &&
           name.substr(0, space.size()) == space;
}

bool is_spreadsheet(std::string_view name, std::string_view local) { return is(name, spreadsheet, local); }

/// Some programs leave the prefix of the attributes out.
const char* value_of(XmlAttributes attributes, std::string_view local) {
    for (; *attributes != nullptr; attributes += 2) {
        if (is_spreadsheet(*attributes, local) || local == *attributes) return attributes[1];
    }
    return nullptr;
}

std::string text_of(XmlAttributes attributes, std::string_view local) {
    const char* value = value_of(attributes, local);
    return value == nullptr ? std::string() : std::string(value);
}

bool is_date_number_format(std::string_view format) {
    constexpr std::array<std::string_view, 7> names = {"General Date", "Long Date",   "Medium Date", "Short Date",
                                                       "Long Time",    "Medium Time", "Short Time"};
    if (std::find(names.begin(), names.end(), format) != names.end()) return true;
    // The other names, which are no codes: some have letters of dates in them.
    constexpr std::array<std::string_view, 9> others = {"General",       "General Number", "Currency",
                                                        "Euro Currency", "Fixed",          "Standard",
                                                        "Percent",       "Scientific",     "Yes/No"};
    if (std::find(others.begin(), others.end(), format) != others.end()) return false;
    return is_date_format(format);
}

/// What the document says about its sheets and cell styles.
class SheetsHandler : public XmlHandler {
public:
    explicit SheetsHandler(const RecordLimits& limits) : limits_(limits) {}

    bool is_workbook = false;
    bool dates_from_1904 = false;
    std::vector<SheetName> sheets;
    std::set<std::string> date_styles;

    void on_start(const char* name_, XmlAttributes attributes) override {
        const std::string_view name(name_);
        ++depth_;
        // Workbook > Worksheet > WorksheetOptions > Visible, > ExcelWorkbook > Date1904, > Styles > Style >
        // NumberFormat.
        if (depth_ == 1) {
            is_workbook = is_spreadsheet(name, "Workbook");
        } else if (depth_ == 2 && is_spreadsheet(name, "Worksheet")) {
            sheets.push_back({text_of(attributes, "Name"), true});
            check_count(sheets.size());
        } else if (depth_ == 3 && is(name, excel, "Date1904")) {
            dates_from_1904 = true;
        } else if (depth_ == 3 && is_spreadsheet(name, "Style")) {
            style_ = text_of(attributes, "ID");
        } else if (depth_ == 4 && is_spreadsheet(name, "NumberFormat")) {
            if (is_date_number_format(text_of(attributes, "Format"))) date_styles.insert(style_);
            check_count(date_styles.size());
        } else if (depth_ == 4 && is(name, excel, "Visible")) {
            in_visible_ = true;
            visible_.clear();
        }
    }
    void on_end() override {
        if (depth_-- != 4 || !in_visible_) return;
        in_visible_ = false;
        if (!sheets.empty()) sheets.back().is_visible = visible_.find("Hidden") == std::string::npos;
    }
    void on_text(std::string_view text) override {
        constexpr std::size_t visible_max = 100;
        if (in_visible_) visible_.append(text.substr(0, visible_max - std::min(visible_max, visible_.size())));
    }

private:
    void check_count(std::size_t count) {
        if (count > limits_.entries_max) {
            refuse(damaged_workbook(where, "the workbook has more sheets or styles than any program writes"));
        }
    }

    RecordLimits limits_;
    std::size_t depth_ = 0;
    std::string style_;
    bool in_visible_ = false;
    std::string visible_;
};

class SpreadsheetmlHandler : public SheetHandler {
public:
    SpreadsheetmlHandler(std::size_t wanted, std::set<std::string> date_styles, bool dates_from_1904,
                         const RecordLimits& limits)
        : SheetHandler(limits, where),
          wanted_(wanted),
          date_styles_(std::move(date_styles)),
          dates_from_1904_(dates_from_1904) {}

    void on_start(const char* name, XmlAttributes attributes) override;
    void on_end() override;
    void on_text(std::string_view text) override {
        if (place_ == Place::value && skipped_ == 0) check(queue_.add_text(text));
    }

private:
    enum class Place : std::uint8_t { document, workbook, sheet, table, row, cell, value };
    enum class Type : std::uint8_t { text, number, date, boolean, error };

    void begin_row(XmlAttributes attributes);
    void begin_cell(XmlAttributes attributes);
    void begin_value(XmlAttributes attributes);
    void end_row();
    void end_cell();
    void end_number();
    void end_date();
    void end_boolean();
    void end_as(CellKind kind, std::string_view text);
    std::size_t count_of(XmlAttributes attributes, std::string_view name, std::size_t otherwise);
    void damaged(const char* what);

    std::size_t wanted_;
    std::set<std::string> date_styles_;
    bool dates_from_1904_;
    std::size_t sheets_seen_ = 0;
    Place place_ = Place::document;
    std::size_t skipped_ = 0;  ///< depth within an element that does not matter
    std::size_t runs_ = 0;     ///< formatted runs within the value
    std::size_t line_ = 0;
    std::size_t rows_spanned_ = 0;

    Type type_ = Type::text;
    bool has_formula_ = false;
    bool has_value_ = false;
    bool is_date_style_ = false;
    std::size_t columns_merged_ = 0;
};

void SpreadsheetmlHandler::on_start(const char* name_, XmlAttributes attributes) {
    if (skipped_ != 0) {
        ++skipped_;
        return;
    }
    const std::string_view name(name_);
    switch (place_) {
        case Place::document: place_ = Place::workbook; return;
        case Place::workbook:
            if (is_spreadsheet(name, "Worksheet") && sheets_seen_++ == wanted_) {
                place_ = Place::sheet;
                return;
            }
            break;
        case Place::sheet:
            if (is_spreadsheet(name, "Table")) {
                place_ = Place::table;
                return;
            }
            break;
        case Place::table:
            if (is_spreadsheet(name, "Row")) return begin_row(attributes);
            break;
        case Place::row:
            if (is_spreadsheet(name, "Cell")) return begin_cell(attributes);
            break;
        case Place::cell:
            if (is_spreadsheet(name, "Data")) return begin_value(attributes);
            break;  // a comment has data of its own, which is not the cell's
        case Place::value: ++runs_; return;
    }
    skipped_ = 1;
}

std::size_t SpreadsheetmlHandler::count_of(XmlAttributes attributes, std::string_view name, std::size_t otherwise) {
    const char* value = value_of(attributes, name);
    if (value == nullptr) return otherwise;
    const auto count = count_from(value, index_max);
    if (!count) damaged("a row or cell has a place that is no number");
    return count.value_or(otherwise);
}

void SpreadsheetmlHandler::begin_row(XmlAttributes attributes) {
    line_ = count_of(attributes, "Index", line_ + 1);
    rows_spanned_ = count_of(attributes, "Span", 0);
    place_ = Place::row;
    check(queue_.begin_row(line_));
}

void SpreadsheetmlHandler::begin_cell(XmlAttributes attributes) {
    place_ = Place::cell;
    has_value_ = false;
    has_formula_ = value_of(attributes, "Formula") != nullptr;
    columns_merged_ = count_of(attributes, "MergeAcross", 0);
    const char* style = value_of(attributes, "StyleID");
    is_date_style_ = style != nullptr && !date_styles_.empty() && date_styles_.count(style) != 0;
    const auto index = count_of(attributes, "Index", queue_.column() + 1);
    if (index <= queue_.column()) return damaged("the cells of a row are not in their order");
    queue_.skip_to(index - 1);
}

void SpreadsheetmlHandler::begin_value(XmlAttributes attributes) {
    if (has_value_) return damaged("a cell has two values");
    place_ = Place::value;
    has_value_ = true;
    runs_ = 0;
    const auto type = text_of(attributes, "Type");
    if (type == "String" || type.empty()) {
        type_ = Type::text;
    } else if (type == "Number") {
        type_ = Type::number;
    } else if (type == "DateTime") {
        type_ = Type::date;
    } else if (type == "Boolean") {
        type_ = Type::boolean;
    } else if (type == "Error") {
        type_ = Type::error;
    } else {
        damaged("a cell has a type that does not exist");
    }
}

void SpreadsheetmlHandler::on_end() {
    if (skipped_ != 0) {
        --skipped_;
        return;
    }
    switch (place_) {
        case Place::document: break;
        case Place::workbook: place_ = Place::document; break;
        case Place::sheet:
            place_ = Place::workbook;
            finish();
            break;
        case Place::table: place_ = Place::sheet; break;
        case Place::row: end_row(); break;
        case Place::cell: end_cell(); break;
        case Place::value:
            if (runs_ != 0) {
                --runs_;
            } else {
                place_ = Place::cell;
            }
            break;
    }
}

void SpreadsheetmlHandler::end_row() {
    place_ = Place::table;
    check(queue_.end_row());
    line_ += rows_spanned_;  // rows that only share this one's height are not written
}

void SpreadsheetmlHandler::end_cell() {
    place_ = Place::row;
    if (queue_.text().empty()) {
        check(queue_.end_cell(has_formula_ && !has_value_ ? CellKind::formula : CellKind::text));
    } else {
        switch (type_) {
            case Type::text: check(queue_.end_cell(CellKind::text)); break;
            case Type::number: end_number(); break;
            case Type::date: end_date(); break;
            case Type::boolean: end_boolean(); break;
            case Type::error: check(queue_.end_cell(CellKind::error)); break;
        }
    }
    queue_.skip(columns_merged_);
}

void SpreadsheetmlHandler::end_number() {
    const auto text = queue_.text();
    if (!is_date_style_ && is_shortest_number(text)) return check(queue_.end_cell(CellKind::number));
    const auto number = number_from(text);
    // Not a number, though the cell says so: nobody knows what was meant.
    if (!number) return check(queue_.end_cell(CellKind::error));
    const auto date = is_date_style_ ? serial_date_text(*number, dates_from_1904_) : std::nullopt;
    if (date) return end_as(CellKind::date, *date);
    end_as(CellKind::number, number_text(*number));
}

void SpreadsheetmlHandler::end_date() {
    if (const auto date = iso_date_text(queue_.text())) return end_as(CellKind::date, *date);
    check(queue_.end_cell(CellKind::error));
}

void SpreadsheetmlHandler::end_boolean() {
    const auto text = queue_.text();
    if (text == "1") return end_as(CellKind::boolean, "true");
    if (text == "0") return end_as(CellKind::boolean, "false");
    check(queue_.end_cell(CellKind::error));
}

void SpreadsheetmlHandler::end_as(CellKind kind, std::string_view text) {
    queue_.drop_text();
    if (!queue_.add_text(text)) return check(false);
    check(queue_.end_cell(kind));
}

void SpreadsheetmlHandler::damaged(const char* what) {
    refuse(damaged_workbook(where, std::string(what) + ", at row " + std::to_string(line_)));
}

ReadBytes bytes_of_text(std::string_view bytes) {
    return [bytes](char* into, std::size_t capacity) mutable -> Result<std::size_t> {
        const auto count = bytes.copy(into, capacity);
        bytes.remove_prefix(count);
        return count;
    };
}

XmlOptions options_for(const RecordLimits& limits, XmlEncoding encoding) {
    XmlOptions options;
    options.where = where;
    options.damaged_code = "damaged_workbook";
    options.depth_max = limits.depth_max;
    options.namespaces = true;
    options.is_utf8 = encoding == XmlEncoding::utf8;
    return options;
}

}  // namespace

Result<OpenSheet> open_spreadsheetml(std::string_view bytes, const std::optional<std::string>& sheet,
                                     const RecordLimits& limits, XmlEncoding encoding) {
    // Templates begin with an empty line now and then, which XML does not allow.
    bytes.remove_prefix(std::min(bytes.find_first_not_of(" \t\r\n"), bytes.size()));
    SheetsHandler found(limits);
    XmlReader reader(found, bytes_of_text(bytes), options_for(limits, encoding));
    const auto read = reader.read_to_end();
    if (!read) return read.error();
    if (!found.is_workbook) return damaged_workbook(where, "the XML is no workbook");
    const auto chosen = choose_sheet(found.sheets, sheet, where);
    if (!chosen) return chosen.error();

    OpenSheet opened;
    for (const auto& each : found.sheets) opened.sheets.push_back(each.name);
    opened.visible_sheets = visible_names(found.sheets);
    opened.sheet = opened.sheets[*chosen];
    opened.dates_from_1904 = found.dates_from_1904;
    auto rows =
        std::make_unique<SpreadsheetmlHandler>(*chosen, std::move(found.date_styles), found.dates_from_1904, limits);
    opened.rows = sheet_rows(std::move(rows), bytes_of_text(bytes), options_for(limits, encoding));
    return opened;
}

}  // namespace usersync::record
