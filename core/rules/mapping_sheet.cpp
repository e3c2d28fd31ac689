#include "core/rules/mapping_sheet.hpp"

#include "core/base/nearest.hpp"
#include "core/record/open_record.hpp"
#include "core/record/text.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <span>
#include <utility>

namespace usersync::rules {
namespace {

using record::CellKind;

constexpr std::size_t header_rows_max = 100;
constexpr std::size_t unpacked_bytes_max = std::size_t{64} << 20;
constexpr std::string_view any_value = "*";
constexpr char value_separator = ';';

/// The columns that are no fields, under their names.
namespace column {
constexpr std::string_view expression = "expression";
constexpr std::string_view group = "group";
constexpr std::string_view kind = "kind";
constexpr std::string_view by = "by";
constexpr std::string_view in_business_unit = "in business unit";
constexpr std::string_view in_department = "in department";
constexpr std::string_view role = "role";
constexpr std::string_view target_group = "target group";
constexpr std::string_view target_kind = "target kind";
constexpr std::string_view target_by = "target by";
constexpr std::string_view comment = "comment";
}  // namespace column

constexpr std::array<std::string_view, 7> group_columns{
    column::group,         column::kind,   column::by, column::expression, column::in_business_unit,
    column::in_department, column::comment};
constexpr std::array<std::string_view, 6> role_columns{column::role,         column::expression, column::target_kind,
                                                       column::target_group, column::target_by,  column::comment};

/// A row that outlives the next one.
struct KeptRow {
    std::size_t line = 0;
    std::vector<std::string> cells;  ///< trimmed
    std::vector<CellKind> kinds;
    bool is_sound = true;

    explicit KeptRow(const record::Row& row)
        : line(row.line), kinds(row.kinds), is_sound(row.flaw == record::RowFlaw::none) {
        cells.reserve(row.cells.size());
        for (const auto cell : row.cells) cells.emplace_back(record::trim(cell));
    }
    bool is_blank() const {
        const auto says_nothing = [](const std::string& cell) { return cell.empty(); };
        return is_sound && std::all_of(cells.begin(), cells.end(), says_nothing) && !has_unknown_value();
    }
    /// What the sheet could not compute, or has never computed.
    bool has_unknown_value() const { return std::any_of(kinds.begin(), kinds.end(), is_unknown); }
    static bool is_unknown(CellKind kind) { return kind == CellKind::error || kind == CellKind::formula; }
};

/// What a column of the sheet is: one of the fixed ones, or a field; neither when its heading is empty or wrong.
struct Column {
    std::optional<std::string_view> fixed;
    std::optional<std::string> field;
    auto operator<=>(const Column&) const = default;
};

/// A row taken apart.
struct SheetRow {
    std::size_t line = 0;
    std::size_t column = 0;  ///< of its first cell that says for whom; 0: none does
    WrittenCondition when;
    std::map<std::string_view, std::string> fixed;  ///< without empty cells

    const std::string& text(std::string_view name) const {
        static const std::string none;
        const auto found = fixed.find(name);
        return found == fixed.end() ? none : found->second;
    }
};

std::vector<std::string> values_in(std::string_view cell) {
    std::vector<std::string> values;
    for (;;) {
        const auto cut = cell.find(value_separator);
        const auto value = record::trim(cell.substr(0, cut));
        if (!value.empty()) values.emplace_back(value);
        if (cut == std::string_view::npos) break;
        cell.remove_prefix(cut + 1);
    }
    std::sort(values.begin(), values.end());
    values.erase(std::unique(values.begin(), values.end()), values.end());
    // Among others it still means any.
    const bool is_any = std::find(values.begin(), values.end(), any_value) != values.end();
    return is_any ? std::vector<std::string>{std::string(any_value)} : values;
}

/// "Local department" is local_department.
std::string word_of(std::string_view cell) {
    std::string word = record::fold_name(cell);
    std::replace(word.begin(), word.end(), ' ', '_');
    return word;
}

class SheetReader {
public:
    SheetReader(std::string_view file, const FieldNames& names, std::span<const std::string_view> fixed,
                std::vector<RuleProblem>& problems)
        : file_(file), names_(names), fixed_(fixed), problems_(problems) {}

    /// The rows below the header. `required`: the column without which a row is no header.
    std::vector<SheetRow> read(std::string_view bytes, std::string_view required);
    std::string id_of(std::size_t line) const { return file_ + " row " + std::to_string(line); }
    Origin origin_of(std::size_t line, std::size_t column) const {
        return {.file = file_, .line = line, .column = column};
    }
    /// The number of the column of this name; 0: there is none.
    std::size_t place_of(std::string_view name) const;
    /// Where the row says this, and 0 where it does not.
    std::size_t place_in(const SheetRow& row, std::string_view name) const {
        return row.text(name).empty() ? 0 : place_of(name);
    }
    /// About a cell, or with column 0 about the whole row.
    void note(std::size_t line, std::size_t column, std::string code, std::string sentence);

private:
    std::vector<std::string> folded_names() const;
    std::vector<KeptRow> rows_of(std::string_view bytes);
    std::optional<std::size_t> header_among(const std::vector<KeptRow>& rows, std::string_view required);
    void note_no_header(const std::vector<KeptRow>& rows, std::string_view required);
    std::optional<std::string_view> fixed_of(const std::string& heading) const;
    Column column_of(const std::string& heading, std::size_t line, std::size_t column);
    std::vector<Column> columns_of(const KeptRow& header);
    std::optional<SheetRow> taken_apart(const KeptRow& row);
    bool take(const std::string& cell, std::size_t at, SheetRow& row);
    std::string sentence_of_unknown(const std::string& heading, const FieldNames::Looked& looked) const;

    std::string file_;
    const FieldNames& names_;
    std::span<const std::string_view> fixed_;
    std::vector<RuleProblem>& problems_;
    std::vector<Column> columns_;  ///< once the header was found
};

std::size_t SheetReader::place_of(std::string_view name) const {
    const auto found =
        std::find_if(columns_.begin(), columns_.end(), [&](const Column& column) { return column.fixed == name; });
    return found == columns_.end() ? 0 : static_cast<std::size_t>(found - columns_.begin()) + 1;
}

void SheetReader::note(std::size_t line, std::size_t column, std::string code, std::string sentence) {
    problems_.push_back({.severity = RuleProblem::Severity::error,
                         .origin = origin_of(line, column),
                         .rule = line == 0 ? file_ : id_of(line),
                         .code = std::move(code),
                         .sentence = std::move(sentence)});
}

/// They help to find out what divides the columns of a text.
std::vector<std::string> SheetReader::folded_names() const {
    std::vector<std::string> folded(fixed_.begin(), fixed_.end());
    for (const auto& field : names_.all()) {
        folded.push_back(record::fold_name(field.name));
        for (const auto& heading : field.headings) folded.push_back(record::fold_name(heading));
    }
    return folded;
}

std::vector<KeptRow> SheetReader::rows_of(std::string_view bytes) {
    record::RecordLimits limits;
    limits.unpacked_bytes_max = unpacked_bytes_max;
    std::vector<KeptRow> rows;
    const auto refuse = [&](const Failure& failure) {
        note(0, 0, "sheet_unreadable", "this sheet cannot be read: " + failure.detail);
        rows.clear();
    };
    auto opened = record::open_record(bytes, {}, limits, folded_names());
    if (!opened) {
        refuse(opened.error());
        return rows;
    }
    for (record::Row row;;) {
        const auto more = opened->rows->next(row);
        if (!more) refuse(more.error());
        if (!more || !*more) break;
        KeptRow kept(row);
        if (!kept.is_blank()) rows.push_back(std::move(kept));
    }
    return rows;
}

std::optional<std::string_view> SheetReader::fixed_of(const std::string& heading) const {
    const auto folded = record::fold_name(heading);
    const auto found = std::find(fixed_.begin(), fixed_.end(), folded);
    return found == fixed_.end() ? std::nullopt : std::optional(*found);
}

std::optional<std::size_t> SheetReader::header_among(const std::vector<KeptRow>& rows, std::string_view required) {
    for (std::size_t at = 0; at < std::min(rows.size(), header_rows_max); ++at) {
        const auto& cells = rows[at].cells;
        const auto is_required = [&](const std::string& cell) { return fixed_of(cell) == required; };
        if (std::any_of(cells.begin(), cells.end(), is_required)) return at;
    }
    note_no_header(rows, required);
    return std::nullopt;
}

void SheetReader::note_no_header(const std::vector<KeptRow>& rows, std::string_view required) {
    if (rows.empty()) return note(0, 0, "sheet_no_header", "the sheet is empty");
    const auto name = std::string(required);
    for (std::size_t at = 0; at < std::min(rows.size(), header_rows_max); ++at) {
        std::vector<std::string> folded;
        for (const auto& cell : rows[at].cells) folded.push_back(record::fold_name(cell));
        const auto close = nearest(name, folded);
        if (!close) continue;
        const auto column = std::find(folded.begin(), folded.end(), *close) - folded.begin();
        return note(rows[at].line, static_cast<std::size_t>(column) + 1, "sheet_no_header",
                    "no column is named \"" + name + "\"; is it the one that is named \"" + *close + "\"?");
    }
    note(rows.front().line, 0, "sheet_no_header", "no column is named \"" + name + "\", so no row can be the header");
}

std::string SheetReader::sentence_of_unknown(const std::string& heading, const FieldNames::Looked& looked) const {
    if (looked.ambiguous) {
        return "several fields are filled from columns named \"" + heading + "\": use a field's own name";
    }
    const auto meant_fixed =
        nearest(record::fold_name(heading), std::vector<std::string>(fixed_.begin(), fixed_.end()));
    const auto meant = meant_fixed ? meant_fixed : looked.nearest;
    return "the column \"" + heading + "\" is no field" + (meant ? ", did you mean \"" + *meant + "\"?" : "");
}

Column SheetReader::column_of(const std::string& heading, std::size_t line, std::size_t column) {
    if (heading.empty()) return {};
    if (const auto fixed = fixed_of(heading)) return {.fixed = fixed, .field = {}};
    const auto looked = names_.find(heading);
    if (looked.index) return {.fixed = {}, .field = names_.field(*looked.index).name};
    note(line, column, "sheet_unknown_column", sentence_of_unknown(heading, looked));
    return {};
}

std::vector<Column> SheetReader::columns_of(const KeptRow& header) {
    std::vector<Column> columns;
    for (const auto& heading : header.cells) {
        auto one = column_of(heading, header.line, columns.size() + 1);
        const bool is_twice = one != Column{} && one.fixed != column::comment &&
                              std::find(columns.begin(), columns.end(), one) != columns.end();
        if (is_twice) {
            note(header.line, columns.size() + 1, "sheet_column_twice",
                 "two columns are " + (one.field ? "the field " + *one.field : "named \"" + heading + "\""));
        }
        columns.push_back(std::move(one));
    }
    return columns;
}

/// One filled cell. False after it was noted what is wrong with it.
bool SheetReader::take(const std::string& cell, std::size_t at, SheetRow& row) {
    const auto number = at + 1;
    const auto wrong = [&](const std::string& sentence) {
        note(row.line, number, "sheet_bad_row", sentence);
        return false;
    };
    if (at >= columns_.size()) return wrong("cell " + std::to_string(number) + " stands beyond the last column");
    const auto& to = columns_[at];
    if (to == Column{}) {
        // It may be the one that narrows the rule: without it the rule would be for more people than was meant.
        return wrong("cell " + std::to_string(number) +
                     " stands below an empty heading: name its field there, or name it \"comment\"");
    }
    const bool says_for_whom = to.field || to.fixed == column::expression;
    if (says_for_whom && row.column == 0) row.column = number;
    if (to.fixed == column::expression) {
        row.when.expression = Written{.text = cell, .origin = origin_of(row.line, number), .in_cell = true};
    } else if (to.fixed) {
        row.fixed[*to.fixed] = cell;
    } else {
        auto values = values_in(cell);
        if (values.empty()) return wrong("the cell of " + *to.field + " holds no value");
        row.when.cells.push_back({.field = *to.field, .values = std::move(values), .column = number});
    }
    return true;
}

/// nullopt after it was noted that the row cannot be read.
std::optional<SheetRow> SheetReader::taken_apart(const KeptRow& row) {
    if (!row.is_sound) {
        note(row.line, 0, "sheet_bad_row", "a quote in this row is not closed properly");
        return std::nullopt;
    }
    SheetRow taken;
    taken.line = row.line;
    for (std::size_t at = 0; at < row.cells.size(); ++at) {
        const bool is_comment = at < columns_.size() && columns_[at].fixed == column::comment;
        if (is_comment) continue;
        if (at < row.kinds.size() && KeptRow::is_unknown(row.kinds[at])) {
            note(row.line, at + 1, "sheet_bad_row", "the formula in cell " + std::to_string(at + 1) + " has no value");
            return std::nullopt;
        }
        if (!row.cells[at].empty() && !take(row.cells[at], at, taken)) return std::nullopt;
    }
    // What comes first in the sheet must not matter to whether two rules are the same.
    std::sort(taken.when.cells.begin(), taken.when.cells.end());
    return taken;
}

std::vector<SheetRow> SheetReader::read(std::string_view bytes, std::string_view required) {
    const auto rows = rows_of(bytes);
    std::vector<SheetRow> taken;
    if (!problems_.empty()) return taken;
    const auto header = header_among(rows, required);
    if (!header) return taken;
    columns_ = columns_of(rows[*header]);
    // A column that nobody understands may be the one that narrows every rule.
    if (!problems_.empty()) return taken;
    for (auto at = *header + 1; at < rows.size(); ++at) {
        auto row = taken_apart(rows[at]);
        if (row) taken.push_back(std::move(*row));
    }
    return taken;
}

/// By name, as the parents of a local department are told.
std::optional<WrittenGroup> parent_in(const SheetRow& row, std::string_view name, std::string_view kind,
                                      const std::optional<WrittenGroup>& otherwise, const SheetReader& reader) {
    const auto& text = row.text(name);
    if (text.empty()) return otherwise;
    return WrittenGroup{.kind = std::string(kind), .by = {}, .text = text, .text_column = reader.place_in(row, name)};
}

/// A cell that was forgotten must not give everybody a group, or a role.
bool is_for_somebody(const SheetRow& row, SheetReader& reader) {
    if (!row.when.cells.empty() || row.when.expression) return true;
    reader.note(row.line, 0, "sheet_bad_row", "does not say for whom: no field and no expression; \"*\" is any value");
    return false;
}

bool is_name(std::string_view by) { return by.empty() || by == "name"; }

std::string or_else(std::string text, const std::string& otherwise) { return text.empty() ? otherwise : text; }

}  // namespace

SheetRules<WrittenGroupRule> read_group_sheet(std::string_view bytes, const std::string& file, const FieldNames& names,
                                              const GroupDefaults& defaults) {
    SheetRules<WrittenGroupRule> sheet;
    SheetReader reader(file, names, group_columns, sheet.problems);
    for (auto& row : reader.read(bytes, column::group)) {
        if (!is_for_somebody(row, reader)) continue;
        const WrittenGroup group{.kind = or_else(word_of(row.text(column::kind)), defaults.kind),
                                 .by = or_else(word_of(row.text(column::by)), defaults.by),
                                 .text = row.text(column::group),
                                 .kind_column = reader.place_in(row, column::kind),
                                 .by_column = reader.place_in(row, column::by),
                                 .text_column = reader.place_in(row, column::group)};
        if (group.text.empty()) {
            reader.note(row.line, reader.place_of(column::group), "sheet_bad_row", "names no group");
        } else if (group.kind.empty() && is_name(group.by)) {
            reader.note(row.line, reader.place_of(column::kind), "sheet_bad_row", "names a group without its kind");
        } else {
            sheet.rules.push_back(
                {.id = reader.id_of(row.line),
                 .origin = reader.origin_of(row.line, row.column),
                 .when = std::move(row.when),
                 .group = group,
                 .business_unit =
                     parent_in(row, column::in_business_unit, "business_unit", defaults.business_unit, reader),
                 .department = parent_in(row, column::in_department, "department", defaults.department, reader)});
        }
    }
    std::sort(sheet.problems.begin(), sheet.problems.end());
    return sheet;
}

SheetRules<WrittenRoleRule> read_role_sheet(std::string_view bytes, const std::string& file, const FieldNames& names) {
    SheetRules<WrittenRoleRule> sheet;
    SheetReader reader(file, names, role_columns, sheet.problems);
    for (auto& row : reader.read(bytes, column::role)) {
        if (!is_for_somebody(row, reader)) continue;
        const auto& role = row.text(column::role);
        const WrittenGroup target{.kind = word_of(row.text(column::target_kind)),
                                  .by = word_of(row.text(column::target_by)),
                                  .text = row.text(column::target_group),
                                  .kind_column = reader.place_in(row, column::target_kind),
                                  .by_column = reader.place_in(row, column::target_by),
                                  .text_column = reader.place_in(row, column::target_group)};
        // The network is a target that is not a group; people write it where the kind stands.
        const bool is_network = target.text.empty() && (target.kind.empty() || target.kind == "network");
        if (role.empty()) {
            reader.note(row.line, reader.place_of(column::role), "sheet_bad_row", "names no role");
        } else if (target.text.empty() && !is_network) {
            reader.note(row.line, reader.place_of(column::target_group), "sheet_bad_row",
                        "names the kind of a target, and no target group");
        } else if (!is_network && target.kind.empty() && is_name(target.by)) {
            reader.note(row.line, reader.place_of(column::target_kind), "sheet_bad_row",
                        "names a target group without its kind");
        } else {
            sheet.rules.push_back({.id = reader.id_of(row.line),
                                   .origin = reader.origin_of(row.line, row.column),
                                   .when = std::move(row.when),
                                   .target = is_network ? std::nullopt : std::optional(target),
                                   .role = role,
                                   .role_column = reader.place_of(column::role)});
        }
    }
    std::sort(sheet.problems.begin(), sheet.problems.end());
    return sheet;
}

}  // namespace usersync::rules
