// OpenDocument spreadsheets: .ods, .ots.
//
// The names of the sheets stand between their rows, so the document is read twice: once for the names, then for the
// rows of one sheet.

#include "core/record/number_format.hpp"
#include "core/record/serial_date.hpp"
#include "core/record/sheet.hpp"
#include "core/record/sheet_rows.hpp"
#include "core/record/workbook_package.hpp"
#include "core/record/zip.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

namespace usersync::record {
namespace {

constexpr const char* where = "ods";
constexpr std::size_t repeat_max = std::size_t{1} << 30;

constexpr std::string_view office_ns = "urn:oasis:names:tc:opendocument:xmlns:office:1.0|";
constexpr std::string_view table_ns = "urn:oasis:names:tc:opendocument:xmlns:table:1.0|";
constexpr std::string_view text_ns = "urn:oasis:names:tc:opendocument:xmlns:text:1.0|";
constexpr std::string_view style_ns = "urn:oasis:names:tc:opendocument:xmlns:style:1.0|";
constexpr std::string_view calc_ns = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0|";

bool is(std::string_view name, std::string_view space, std::string_view local) {
    return name.size() == space.size() + local.size() && name.substr(space.size()) == local &&
           name.substr(0, space.size()) == space;
}

std::optional<std::string_view> value_of(XmlAttributes attributes, std::string_view space, std::string_view local) {
    for (; *attributes != nullptr; attributes += 2) {
        if (is(*attributes, space, local)) return attributes[1];
    }
    return std::nullopt;
}

/// How often a cell or row stands, by an attribute that may be left out; nothing for what is no such number.
std::optional<std::size_t> times_of(XmlAttributes attributes, std::string_view space, std::string_view local) {
    const auto value = value_of(attributes, space, local);
    if (!value) return 1;
    const auto times = count_from(value->data(), repeat_max);
    return times ? std::max<std::size_t>(*times, 1) : times;
}

/// What the document says about its sheets.
class TablesHandler : public XmlHandler {
public:
    explicit TablesHandler(const RecordLimits& limits) : limits_(limits) {}

    bool is_spreadsheet = false;
    bool dates_from_1904 = false;

    struct Table {
        std::string name;
        std::string style;
        bool is_cache = false;  ///< what another document held, kept for formulas
    };
    std::vector<Table> tables;

    bool is_hidden(const Table& sheet) const { return hidden_styles_.count(sheet.style) != 0; }

    void on_start(const char* name_, XmlAttributes attributes) override {
        const std::string_view name(name_);
        ++depth_;
        // document-content > body > spreadsheet > table, and > automatic-styles > style > table-properties.
        if (depth_ == 3 && is(name, office_ns, "spreadsheet")) {
            is_spreadsheet = true;
            in_spreadsheet_ = true;
        } else if (depth_ == 4 && in_spreadsheet_ && is(name, table_ns, "table")) {
            add_table(attributes);
        } else if (depth_ == 5 && in_spreadsheet_ && is(name, table_ns, "table-source") && !tables.empty()) {
            tables.back().is_cache = true;
        } else if (depth_ == 5 && in_spreadsheet_ && is(name, table_ns, "null-date")) {
            const auto date = value_of(attributes, table_ns, "date-value");
            dates_from_1904 = date && date->substr(0, 10) == "1904-01-01";
        } else if (depth_ == 3 && is(name, style_ns, "style")) {
            style_ = value_of(attributes, style_ns, "name").value_or("");
        } else if (depth_ == 4 && is(name, style_ns, "table-properties")) {
            if (value_of(attributes, table_ns, "display") == "false") add_hidden_style();
        }
    }
    void on_end() override {
        if (depth_-- == 3) in_spreadsheet_ = false;
    }
    void on_text(std::string_view) override {}

private:
    void add_table(XmlAttributes attributes) {
        if (tables.size() == limits_.entries_max) {
            refuse(damaged_workbook(where, "the workbook has more sheets than any program writes"));
            return;
        }
        tables.push_back({std::string(value_of(attributes, table_ns, "name").value_or("")),
                          std::string(value_of(attributes, table_ns, "style-name").value_or("")), false});
    }
    void add_hidden_style() {
        hidden_styles_.insert(style_);
        if (hidden_styles_.size() > limits_.entries_max) {
            refuse(damaged_workbook(where, "the workbook has more styles than any program writes"));
        }
    }

    RecordLimits limits_;
    std::size_t depth_ = 0;
    bool in_spreadsheet_ = false;
    std::string style_;
    std::set<std::string> hidden_styles_;
};

class OdsSheetHandler : public SheetHandler {
public:
    OdsSheetHandler(std::size_t wanted, const RecordLimits& limits) : SheetHandler(limits, where), wanted_(wanted) {}

    void on_start(const char* name, XmlAttributes attributes) override;
    void on_end() override;
    void on_text(std::string_view text) override;

private:
    enum class Place : std::uint8_t { document, body, spreadsheet, table, row, cell, covered, paragraph };
    enum class Type : std::uint8_t { text, number, date, time, boolean, error };

    void start_in_table(std::string_view name, XmlAttributes attributes);
    void start_in_paragraph(std::string_view name, XmlAttributes attributes);
    void begin_row(XmlAttributes attributes);
    void begin_cell(XmlAttributes attributes);
    void begin_paragraph();
    void end_cell();
    void end_number();
    void end_date();
    void end_time();
    void end_boolean();
    void end_text();
    void end_as(CellKind kind, std::string_view text);
    void add(std::string_view text) { check(queue_.add_text(text)); }
    void damaged(const char* what);

    std::size_t wanted_;
    std::size_t tables_seen_ = 0;
    Place place_ = Place::document;
    std::size_t skipped_ = 0;  ///< depth within an element that does not matter
    std::size_t groups_ = 0;   ///< row groups and header rows around the row
    std::size_t spans_ = 0;    ///< formatted runs, links within the paragraph
    std::size_t next_line_ = 1;
    std::size_t row_times_ = 1;

    Type type_ = Type::text;
    std::size_t cell_times_ = 1;
    std::string value_;  ///< of the attribute that belongs to the type
    bool has_value_ = false;
    bool has_type_ = false;
    bool has_formula_ = false;
    std::size_t paragraphs_ = 0;
    bool after_space_ = false;  ///< further white space is layout of the XML
};

void OdsSheetHandler::on_start(const char* name_, XmlAttributes attributes) {
    if (skipped_ != 0) {
        ++skipped_;
        return;
    }
    const std::string_view name(name_);
    switch (place_) {
        case Place::document:
            // The root element is the first start; body comes after the styles.
            if (is(name, office_ns, "document-content")) return;
            if (is(name, office_ns, "body")) {
                place_ = Place::body;
                return;
            }
            break;
        case Place::body:
            if (is(name, office_ns, "spreadsheet")) {
                place_ = Place::spreadsheet;
                return;
            }
            break;
        case Place::spreadsheet:
            if (is(name, table_ns, "table") && tables_seen_++ == wanted_) {
                place_ = Place::table;
                return;
            }
            break;
        case Place::table: return start_in_table(name, attributes);
        case Place::row:
            if (is(name, table_ns, "table-cell")) return begin_cell(attributes);
            if (is(name, table_ns, "covered-table-cell")) {
                const auto times = times_of(attributes, table_ns, "number-columns-repeated");
                if (!times) return damaged("a cell is repeated beyond every reason");
                queue_.skip(*times);
                place_ = Place::covered;
                return;
            }
            break;
        case Place::cell:
            if (is(name, text_ns, "p") || is(name, text_ns, "h")) return begin_paragraph();
            break;  // annotations and drawings have texts of their own, which are not the cell's
        case Place::covered: break;
        case Place::paragraph: return start_in_paragraph(name, attributes);
    }
    skipped_ = 1;
}

void OdsSheetHandler::start_in_table(std::string_view name, XmlAttributes attributes) {
    if (is(name, table_ns, "table-row")) return begin_row(attributes);
    if (is(name, table_ns, "table-row-group") || is(name, table_ns, "table-header-rows") ||
        is(name, table_ns, "table-rows")) {
        ++groups_;
        return;
    }
    skipped_ = 1;
}

void OdsSheetHandler::start_in_paragraph(std::string_view name, XmlAttributes attributes) {
    if (is(name, text_ns, "span") || is(name, text_ns, "a")) {
        ++spans_;
        return;
    }
    skipped_ = 1;
    if (is(name, text_ns, "s")) {
        const auto times = times_of(attributes, text_ns, "c");
        constexpr std::string_view spaces = "                                                                ";
        std::size_t left = times.value_or(repeat_max);
        while (left != 0 && !refusal()) {
            const auto piece = spaces.substr(0, left);
            add(piece);
            left -= piece.size();
        }
    } else if (is(name, text_ns, "tab")) {
        add("\t");
    } else if (is(name, text_ns, "line-break")) {
        add("\n");
    }
    after_space_ = false;
}

void OdsSheetHandler::begin_row(XmlAttributes attributes) {
    const auto times = times_of(attributes, table_ns, "number-rows-repeated");
    if (!times) return damaged("a row is repeated beyond every reason");
    row_times_ = *times;
    place_ = Place::row;
    check(queue_.begin_row(next_line_));
    next_line_ += row_times_;
}

void OdsSheetHandler::begin_cell(XmlAttributes attributes) {
    place_ = Place::cell;
    const auto times = times_of(attributes, table_ns, "number-columns-repeated");
    if (!times) return damaged("a cell is repeated beyond every reason");
    cell_times_ = *times;
    has_formula_ = value_of(attributes, table_ns, "formula").has_value();
    paragraphs_ = 0;
    const auto type = value_of(attributes, office_ns, "value-type");
    has_type_ = type.has_value();
    std::optional<std::string_view> value;
    if (!type || *type == "string" || *type == "void") {
        type_ = value_of(attributes, calc_ns, "value-type") == "error" ? Type::error : Type::text;
        if (type_ == Type::text) value = value_of(attributes, office_ns, "string-value");
    } else if (*type == "float" || *type == "percentage" || *type == "currency") {
        type_ = Type::number;
        value = value_of(attributes, office_ns, "value");
    } else if (*type == "date") {
        type_ = Type::date;
        value = value_of(attributes, office_ns, "date-value");
    } else if (*type == "time") {
        type_ = Type::time;
        value = value_of(attributes, office_ns, "time-value");
    } else if (*type == "boolean") {
        type_ = Type::boolean;
        value = value_of(attributes, office_ns, "boolean-value");
    } else {
        return damaged("a cell has a type that does not exist");
    }
    has_value_ = value.has_value();
    value_.assign(value.value_or(""));
}

void OdsSheetHandler::begin_paragraph() {
    place_ = Place::paragraph;
    spans_ = 0;
    after_space_ = true;
    if (paragraphs_++ != 0) add("\n");
}

void OdsSheetHandler::on_text(std::string_view text) {
    if (place_ != Place::paragraph || skipped_ != 0) return;
    const auto is_space = [](char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; };
    while (!text.empty()) {
        const auto size = static_cast<std::size_t>(std::find_if(text.begin(), text.end(), is_space) - text.begin());
        if (size != 0) {
            add(text.substr(0, size));
            after_space_ = false;
            text.remove_prefix(size);
        } else {
            if (!after_space_) add(" ");
            after_space_ = true;
            text.remove_prefix(1);
        }
    }
}

void OdsSheetHandler::on_end() {
    if (skipped_ != 0) {
        --skipped_;
        return;
    }
    switch (place_) {
        case Place::document: break;
        case Place::body: place_ = Place::document; break;
        case Place::spreadsheet: place_ = Place::body; break;
        case Place::table:
            if (groups_ != 0) {
                --groups_;
                break;
            }
            place_ = Place::spreadsheet;
            finish();
            break;
        case Place::row:
            place_ = Place::table;
            check(queue_.end_row(row_times_));
            break;
        case Place::cell:
            place_ = Place::row;
            end_cell();
            break;
        case Place::covered: place_ = Place::row; break;
        case Place::paragraph:
            if (spans_ != 0) {
                --spans_;
            } else {
                place_ = Place::cell;
            }
            break;
    }
}

void OdsSheetHandler::end_cell() {
    if (has_formula_ && !has_type_ && queue_.text().empty())
        return check(queue_.end_cell(CellKind::formula, cell_times_));
    switch (type_) {
        case Type::text: return end_text();
        case Type::number: return end_number();
        case Type::date: return end_date();
        case Type::time: return end_time();
        case Type::boolean: return end_boolean();
        case Type::error: return check(queue_.end_cell(CellKind::error, cell_times_));
    }
}

void OdsSheetHandler::end_text() {
    // Not every program marks what its formulas could not compute.
    constexpr std::array<std::string_view, 8> errors = {"#N/A",   "#DIV/0!", "#REF!",  "#VALUE!",
                                                        "#NAME?", "#NUM!",   "#NULL!", "Err:"};
    const auto text = has_value_ ? std::string_view(value_) : queue_.text();
    const auto is_error = [&](std::string_view error) { return text.substr(0, error.size()) == error; };
    const bool failed = has_formula_ && std::any_of(errors.begin(), errors.end(), is_error);
    const auto kind = failed ? CellKind::error : CellKind::text;
    if (has_value_) return end_as(kind, value_);
    check(queue_.end_cell(kind, cell_times_));
}

void OdsSheetHandler::end_number() {
    if (is_shortest_number(value_)) return end_as(CellKind::number, value_);
    const auto number = number_from(value_);
    if (number) return end_as(CellKind::number, number_text(*number));
    // The text is what is shown for a number that is not there: nobody knows what was meant.
    check(queue_.end_cell(CellKind::error, cell_times_));
}

void OdsSheetHandler::end_date() {
    if (const auto date = iso_date_text(value_)) return end_as(CellKind::date, *date);
    check(queue_.end_cell(CellKind::error, cell_times_));
}

void OdsSheetHandler::end_time() {
    const auto time = duration_text(value_);
    if (!time) return check(queue_.end_cell(CellKind::error, cell_times_));
    end_as(time->is_time_of_day ? CellKind::date : CellKind::number, time->text);
}

void OdsSheetHandler::end_boolean() {
    if (value_ == "true" || value_ == "false") return end_as(CellKind::boolean, value_);
    check(queue_.end_cell(CellKind::error, cell_times_));
}

void OdsSheetHandler::end_as(CellKind kind, std::string_view text) {
    queue_.drop_text();
    if (!queue_.add_text(text)) return check(false);
    check(queue_.end_cell(kind, cell_times_));
}

void OdsSheetHandler::damaged(const char* what) {
    refuse(damaged_workbook(where, std::string(what) + ", at row " + std::to_string(next_line_)));
}

/// Looks for the one element that only encrypted documents have.
class ManifestHandler : public XmlHandler {
public:
    bool is_encrypted = false;
    void on_start(const char* name, XmlAttributes) override {
        is_encrypted = is_encrypted || std::string_view(local_name(name)) == "encryption-data";
    }
    void on_end() override {}
    void on_text(std::string_view) override {}
};

XmlOptions ods_options(const RecordLimits& limits) {
    XmlOptions options;
    options.where = where;
    options.damaged_code = "damaged_workbook";
    options.depth_max = limits.depth_max;
    options.namespaces = true;
    return options;
}

Failure refused(std::string code, std::string detail) {
    return {FailureKind::rejected, std::move(code), where, std::move(detail), Effect::none, {}};
}

Result<void> check_is_spreadsheet(ZipArchive& archive) {
    const auto index = archive.find("mimetype");
    if (!index) return {};
    constexpr std::size_t type_bytes_max = 128;
    if (archive.entries()[*index].encrypted) return {};
    auto stream = archive.read(*index);
    if (!stream) return as_workbook(stream.error(), where);
    std::array<char, type_bytes_max> buffer;
    const auto count = stream->read(buffer.data(), buffer.size());
    if (!count) return as_workbook(count.error(), where);
    const std::string_view type(buffer.data(), *count);
    if (type.find("opendocument.spreadsheet") != std::string_view::npos) return {};
    return refused("unknown_format", "this is an OpenDocument file, but no spreadsheet");
}

Result<void> check_is_readable(ZipArchive& archive, const RecordLimits& limits) {
    const auto index = archive.find("META-INF/manifest.xml");
    if (!index) return {};
    ManifestHandler manifest;
    auto options = ods_options(limits);
    options.namespaces = false;
    const auto read = read_part(archive, *index, manifest, options);
    if (!read) {
        // Old programs wrote a DOCTYPE into this one part; it says nothing that is needed then.
        if (read.error().code != "doctype_refused") return read.error();
    }
    if (manifest.is_encrypted) return refused("password_protected", "the workbook is protected by a password");
    return {};
}

}  // namespace

Result<OpenSheet> open_ods(std::string_view bytes, const std::optional<std::string>& sheet,
                           const RecordLimits& limits) {
    auto archive = ZipArchive::open(bytes, limits);
    if (!archive) return as_workbook(archive.error(), where);
    const auto kind = check_is_spreadsheet(*archive);
    if (!kind) return kind.error();
    const auto readable = check_is_readable(*archive, limits);
    if (!readable) return readable.error();
    const auto content = archive->find("content.xml");
    if (!content) return damaged_workbook(where, "the workbook lacks its content");
    TablesHandler found(limits);
    const auto read = read_part(*archive, *content, found, ods_options(limits));
    if (!read) return read.error();
    if (!found.is_spreadsheet) return damaged_workbook(where, "the workbook lacks its sheets");

    OpenSheet opened;
    std::vector<SheetName> names;
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < found.tables.size(); ++i) {
        const auto& each = found.tables[i];
        if (each.is_cache) continue;
        names.push_back({each.name, !found.is_hidden(each)});
        places.push_back(i);
        opened.sheets.push_back(each.name);
    }
    const auto chosen = choose_sheet(names, sheet, where);
    if (!chosen) return chosen.error();
    auto stream = archive->read(*content);
    if (!stream) return as_workbook(stream.error(), where);
    opened.visible_sheets = visible_names(names);
    opened.sheet = opened.sheets[*chosen];
    opened.dates_from_1904 = found.dates_from_1904;
    opened.rows = sheet_rows(std::make_unique<OdsSheetHandler>(places[*chosen], limits),
                             bytes_of(std::move(*stream), where), ods_options(limits));
    return opened;
}

}  // namespace usersync::record
