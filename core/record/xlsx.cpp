// Office Open XML workbooks: .xlsx, .xlsm, .xltx, transitional and strict.

#include "core/record/number_format.hpp"
#include "core/record/serial_date.hpp"
#include "core/record/shared_texts.hpp"
#include "core/record/sheet.hpp"
#include "core/record/sheet_rows.hpp"
#include "core/record/workbook_package.hpp"
#include "core/record/xlsx_parts.hpp"
#include "core/record/zip.hpp"

#include <algorithm>
#include <utility>

namespace usersync::record {
namespace {

constexpr const char* where = "xlsx";
constexpr std::size_t line_max = std::size_t{1} << 40;

/// What the cells of a sheet refer to.
struct Shared {
    SharedTexts texts;
    std::vector<bool> date_styles;
    bool dates_from_1904 = false;
};

enum class CellType : std::uint8_t { number, shared_text, text, formula_text, boolean, error, date };

/// Names of one letter are most of a sheet; comparing them as texts would measure each first.
bool is_letter(const char* name, char letter) { return name[0] == letter && name[1] == '\0'; }

std::optional<CellType> cell_type(const char* type) {
    if (is_letter(type, 's')) return CellType::shared_text;
    const std::string_view t(type);
    if (t == "n") return CellType::number;
    if (t == "str") return CellType::formula_text;
    if (t == "inlineStr") return CellType::text;
    if (t == "b") return CellType::boolean;
    if (t == "e") return CellType::error;
    if (t == "d") return CellType::date;
    return std::nullopt;
}

/// "AB12" → 27; nothing for what is no such address.
std::optional<std::size_t> column_of(const char* address) {
    constexpr std::size_t column_max = 1 << 24;
    std::size_t column = 0;
    const char* at = address;
    for (; (*at >= 'A' && *at <= 'Z') || (*at >= 'a' && *at <= 'z'); ++at) {
        column = column * 26 + static_cast<std::size_t>((*at & 0x1F));
        if (column > column_max) return std::nullopt;
    }
    if (at == address || *at < '0' || *at > '9') return std::nullopt;
    return column - 1;
}

class XlsxSheetHandler : public SheetHandler {
public:
    XlsxSheetHandler(std::unique_ptr<Shared> shared, const RecordLimits& limits)
        : SheetHandler(limits, where), shared_(std::move(shared)) {}

    void on_start(const char* name, XmlAttributes attributes) override;
    void on_end() override;
    void on_text(std::string_view text) override;

private:
    enum class Place : std::uint8_t { outside, sheet, rows, row, cell, value, formula, inline_text, run, characters };

    void begin_row(XmlAttributes attributes);
    void begin_cell(XmlAttributes attributes);
    void begin_in_cell(const char* local);
    void end_cell();
    void end_shared_text();
    void end_number();
    void end_boolean();
    void end_date();
    void end_as(CellKind kind, std::string_view text);
    void damaged(const char* what);

    std::unique_ptr<Shared> shared_;
    Place place_ = Place::outside;
    bool in_run_ = false;
    std::size_t skipped_ = 0;  ///< depth within an element that does not matter
    std::size_t line_ = 0;

    CellType type_ = CellType::number;
    bool is_date_style_ = false;
    bool has_formula_ = false;
    bool has_value_ = false;
    bool has_inline_ = false;
};

void XlsxSheetHandler::on_start(const char* name, XmlAttributes attributes) {
    if (skipped_ != 0) {
        ++skipped_;
        return;
    }
    const char* local = local_name(name);
    switch (place_) {
        case Place::outside:
            if (std::string_view(local) != "worksheet") return damaged("the sheet is not a worksheet");
            place_ = Place::sheet;
            return;
        case Place::sheet:
            if (std::string_view(local) == "sheetData") {
                place_ = Place::rows;
                return;
            }
            break;
        case Place::rows:
            if (std::string_view(local) == "row") return begin_row(attributes);
            break;
        case Place::row:
            if (is_letter(local, 'c')) return begin_cell(attributes);
            break;
        case Place::cell: return begin_in_cell(local);
        case Place::inline_text:
        case Place::run:
            if (is_letter(local, 't')) {
                in_run_ = place_ == Place::run;
                place_ = Place::characters;
                return;
            }
            if (is_letter(local, 'r') && place_ == Place::inline_text) {
                place_ = Place::run;
                return;
            }
            break;
        case Place::value:
        case Place::formula:
        case Place::characters: break;
    }
    skipped_ = 1;
}

void XlsxSheetHandler::begin_row(XmlAttributes attributes) {
    ++line_;
    if (const char* address = find_local_attribute(attributes, "r")) {
        const auto line = count_from(address, line_max);
        if (!line || *line == 0) return damaged("a row of the sheet has no number");
        line_ = *line;
    }
    place_ = Place::row;
    check(queue_.begin_row(line_));
}

void XlsxSheetHandler::begin_cell(XmlAttributes attributes) {
    place_ = Place::cell;
    type_ = CellType::number;
    is_date_style_ = false;
    has_formula_ = false;
    has_value_ = false;
    has_inline_ = false;
    for (; *attributes != nullptr; attributes += 2) {
        const char* name = attributes[0];
        const char* value = attributes[1];
        if (name[0] == '\0' || name[1] != '\0') continue;
        if (name[0] == 'r') {
            const auto column = column_of(value);
            if (!column) return damaged("a cell has no address");
            if (*column < queue_.column()) return damaged("the cells of a row are not in their order");
            queue_.skip_to(*column);
        } else if (name[0] == 's') {
            const auto style = count_from(value, shared_->date_styles.size());
            is_date_style_ = style && *style < shared_->date_styles.size() && shared_->date_styles[*style];
        } else if (name[0] == 't') {
            const auto type = cell_type(value);
            if (!type) return damaged("a cell has a type that does not exist");
            type_ = *type;
        }
    }
}

void XlsxSheetHandler::begin_in_cell(const char* local) {
    if (is_letter(local, 'v') && !has_inline_) {
        has_value_ = true;
        place_ = Place::value;
    } else if (is_letter(local, 'f')) {
        has_formula_ = true;
        place_ = Place::formula;
    } else if (std::string_view(local) == "is") {
        has_inline_ = true;
        queue_.drop_text();
        place_ = Place::inline_text;
    } else {
        skipped_ = 1;
    }
}

void XlsxSheetHandler::on_text(std::string_view text) {
    if (skipped_ == 0 && (place_ == Place::value || place_ == Place::characters)) check(queue_.add_text(text));
}

void XlsxSheetHandler::on_end() {
    if (skipped_ != 0) {
        --skipped_;
        return;
    }
    switch (place_) {
        case Place::outside: break;
        case Place::sheet: place_ = Place::outside; break;
        case Place::rows: place_ = Place::sheet; break;
        case Place::row:
            place_ = Place::rows;
            check(queue_.end_row());
            break;
        case Place::cell:
            place_ = Place::row;
            end_cell();
            break;
        case Place::value:
        case Place::formula:
        case Place::inline_text: place_ = Place::cell; break;
        case Place::run: place_ = Place::inline_text; break;
        case Place::characters: place_ = in_run_ ? Place::run : Place::inline_text; break;
    }
}

void XlsxSheetHandler::end_cell() {
    if (has_inline_) type_ = CellType::text;
    const bool is_empty = queue_.text().empty();
    // A program that never computed writes the formula alone, or an empty value; an empty text says that it is one.
    if (has_formula_ && is_empty && !(type_ == CellType::formula_text && has_value_)) {
        return check(queue_.end_cell(CellKind::formula));
    }
    if (is_empty) return check(queue_.end_cell(CellKind::text));
    switch (type_) {
        case CellType::number: return end_number();
        case CellType::shared_text: return end_shared_text();
        case CellType::text:
        case CellType::formula_text:
            if (may_be_escaped(queue_.text())) return end_as(CellKind::text, unescaped_text(queue_.text()));
            return check(queue_.end_cell(CellKind::text));
        case CellType::boolean: return end_boolean();
        case CellType::error: return check(queue_.end_cell(CellKind::error));
        case CellType::date: return end_date();
    }
}

void XlsxSheetHandler::end_as(CellKind kind, std::string_view text) {
    queue_.drop_text();
    if (queue_.add_text(text)) {
        check(queue_.end_cell(kind));
    } else {
        check(false);
    }
}

void XlsxSheetHandler::end_shared_text() {
    const auto text = queue_.text();
    std::size_t index = 0;
    for (const char c : text) {
        if (c < '0' || c > '9' || index > shared_->texts.size())
            return damaged("a cell refers to a text that is missing");
        index = index * 10 + static_cast<std::size_t>(c - '0');
    }
    if (index >= shared_->texts.size()) return damaged("a cell refers to a text that is missing");
    check(queue_.end_cell_elsewhere(shared_->texts[index]));
}

void XlsxSheetHandler::end_number() {
    const auto text = queue_.text();
    if (!is_date_style_ && is_shortest_number(text)) return check(queue_.end_cell(CellKind::number));
    const auto number = number_from(text);
    // Not a number, though the cell says so: nobody knows what was meant.
    if (!number) return check(queue_.end_cell(CellKind::error));
    const auto date = is_date_style_ ? serial_date_text(*number, shared_->dates_from_1904) : std::nullopt;
    if (date) return end_as(CellKind::date, *date);
    end_as(CellKind::number, number_text(*number));
}

void XlsxSheetHandler::end_boolean() {
    const auto text = queue_.text();
    if (text == "1" || text == "true") return end_as(CellKind::boolean, "true");
    if (text == "0" || text == "false") return end_as(CellKind::boolean, "false");
    check(queue_.end_cell(CellKind::error));
}

void XlsxSheetHandler::end_date() {
    if (const auto date = iso_date_text(queue_.text())) return end_as(CellKind::date, *date);
    check(queue_.end_cell(CellKind::error));
}

void XlsxSheetHandler::damaged(const char* what) {
    auto detail = std::string(what);
    if (line_ != 0) detail += ", at row " + std::to_string(line_);
    refuse(damaged_workbook(where, std::move(detail)));
}

Result<void> check_content_type(std::string_view type) {
    const auto has = [&](std::string_view part) { return type.find(part) != std::string_view::npos; };
    const auto refused = [](std::string detail) {
        return Failure{FailureKind::rejected, "unknown_format", where, std::move(detail), Effect::none, {}};
    };
    if (has("sheet.binary")) {
        return refused("this is an Excel binary workbook (.xlsb), which is not read; save it as .xlsx");
    }
    if (has("wordprocessingml") || has("presentationml") || has("visio")) {
        return refused("this is an Office document, but no workbook");
    }
    return {};
}

Result<std::string> workbook_part(ZipArchive& archive, const RecordLimits& limits) {
    const auto relations = relations_of(archive, "", limits);
    if (!relations) return relations.error();
    for (const auto& relation : *relations) {
        if (relation.type == "officeDocument") return relation.target;
    }
    return std::string("xl/workbook.xml");
}

const Relation* find_relation(const std::vector<Relation>& relations, std::string_view type) {
    const auto is_wanted = [&](const Relation& relation) { return relation.type == type; };
    const auto found = std::find_if(relations.begin(), relations.end(), is_wanted);
    return found == relations.end() ? nullptr : &*found;
}

/// Reads the part that the workbook has of this type, if it has one.
Result<void> read_related(ZipArchive& archive, const std::vector<Relation>& relations, std::string_view type,
                          XmlHandler& handler, const RecordLimits& limits) {
    const auto* relation = find_relation(relations, type);
    if (relation == nullptr) return {};
    const auto index = archive.find(relation->target);
    if (!index) return damaged_workbook(where, "the workbook lacks its part " + std::string(type));
    return read_part(archive, *index, handler, xlsx_options(limits));
}

Result<std::unique_ptr<Shared>> read_shared(ZipArchive& archive, const std::vector<Relation>& relations,
                                            const RecordLimits& limits) {
    auto shared = std::make_unique<Shared>();
    StylesHandler styles;
    const auto styles_read = read_related(archive, relations, "styles", styles, limits);
    if (!styles_read) return styles_read.error();
    shared->date_styles = styles.dates();
    SharedTextsHandler texts(shared->texts, limits);
    const auto texts_read = read_related(archive, relations, "sharedStrings", texts, limits);
    if (!texts_read) return texts_read.error();
    return shared;
}

Result<WorkbookHandler> read_workbook(ZipArchive& archive, const std::string& part, const RecordLimits& limits) {
    const auto type = content_type_of(archive, part, limits);
    if (!type) return type.error();
    const auto accepted = check_content_type(*type);
    if (!accepted) return accepted.error();
    const auto index = archive.find(part);
    if (!index) return damaged_workbook(where, "the workbook lacks the list of its sheets");
    WorkbookHandler workbook(limits);
    const auto read = read_part(archive, *index, workbook, xlsx_options(limits));
    if (!read) return read.error();
    if (!workbook.is_workbook) return damaged_workbook(where, "the workbook lacks the list of its sheets");
    return workbook;
}

/// The entry of the sheet in the archive.
Result<std::size_t> sheet_entry(const ZipArchive& archive, const XlsxSheet& sheet,
                                const std::vector<Relation>& relations) {
    const auto is_its = [&](const Relation& relation) { return relation.id == sheet.relation; };
    const auto relation = std::find_if(relations.begin(), relations.end(), is_its);
    const auto index = relation == relations.end() ? std::nullopt : archive.find(relation->target);
    if (!index) return damaged_workbook(where, "the workbook lacks its sheet \"" + sheet.name.name + "\"");
    return *index;
}

}  // namespace

Result<OpenSheet> open_xlsx(std::string_view bytes, const std::optional<std::string>& sheet,
                            const RecordLimits& limits) {
    auto archive = ZipArchive::open(bytes, limits);
    if (!archive) return as_workbook(archive.error(), where);
    const auto part = workbook_part(*archive, limits);
    if (!part) return part.error();
    const auto workbook = read_workbook(*archive, *part, limits);
    if (!workbook) return workbook.error();
    const auto relations = relations_of(*archive, *part, limits);
    if (!relations) return relations.error();

    OpenSheet opened;
    std::vector<SheetName> names;
    for (const auto& each : workbook->sheets) {
        const auto is_its = [&](const Relation& relation) { return relation.id == each.relation; };
        const auto relation = std::find_if(relations->begin(), relations->end(), is_its);
        const bool is_other = relation != relations->end() && relation->type != "worksheet";  // a chart, a dialogue
        names.push_back({is_other ? std::string() : each.name.name, each.name.is_visible && !is_other});
        opened.sheets.push_back(each.name.name);
    }
    const auto chosen = choose_sheet(names, sheet, where);
    if (!chosen) return chosen.error();
    const auto entry = sheet_entry(*archive, workbook->sheets[*chosen], *relations);
    if (!entry) return entry.error();
    auto shared = read_shared(*archive, *relations, limits);
    if (!shared) return shared.error();
    (*shared)->dates_from_1904 = workbook->dates_from_1904;
    auto stream = archive->read(*entry);
    if (!stream) return as_workbook(stream.error(), where);

    opened.visible_sheets = visible_names(names);
    opened.sheet = opened.sheets[*chosen];
    opened.dates_from_1904 = workbook->dates_from_1904;
    opened.rows = sheet_rows(std::make_unique<XlsxSheetHandler>(std::move(*shared), limits),
                             bytes_of(std::move(*stream), where), xlsx_options(limits));
    return opened;
}

}  // namespace usersync::record
