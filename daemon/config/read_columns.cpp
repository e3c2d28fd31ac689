#include "core/ingest/dates.hpp"
#include "daemon/config/read_steps.hpp"
#include "daemon/config/readers.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

namespace usersync::config {
namespace {

using ingest::Field;
using ingest::OnEmpty;
using ingest::Recipe;
namespace step = ingest::step;

constexpr std::string_view iso_date = "yyyy-MM-dd";
constexpr std::array<Choice<OnEmpty>, 2> empty_words{{{"keep", OnEmpty::keep}, {"clear", OnEmpty::clear}}};
constexpr std::array<Choice<ingest::NameOrder>, 2> name_orders{
    {{"first_infix_last", ingest::NameOrder::first_infix_last},
     {"last_comma_first", ingest::NameOrder::last_comma_first}}};

bool is_field_name(std::string_view name) {
    const auto fits = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; };
    return !name.empty() && name.front() >= 'a' && name.front() <= 'z' && std::all_of(name.begin(), name.end(), fits);
}

bool is_list(Field field) { return field == Field::location || field == Field::department; }
bool is_date(Field field) { return field == Field::start_date || field == Field::end_date; }
/// Nobody is read without these, so they cannot be the same for everybody, nor empty.
bool is_personal(Field field) { return field == Field::employee_id || field == Field::email; }

template <class S>
bool has_step(const Recipe& recipe) {
    return std::any_of(recipe.steps.begin(), recipe.steps.end(),
                       [](const ingest::Step& one) { return std::holds_alternative<S>(one); });
}

class ColumnsReader {
public:
    ColumnsReader(TableReader& columns, const RecordDefaults& defaults, ingest::ColumnMap& map)
        : columns_(columns), defaults_(defaults), map_(map) {}

    void read();

private:
    void read_field(Field field);
    void read_extra();
    void read_names();
    bool read_recipe(TableReader& table, std::string_view key, Recipe& recipe);
    void read_recipe_table(TableReader& recipe_table, Recipe& recipe);
    void read_empty(TableReader& recipe_table, Recipe& recipe);
    void check_constant(TableReader& table, std::string_view key, const Recipe& recipe);
    void check_personal(std::string_view key, const Recipe& recipe);

    TableReader& columns_;
    const RecordDefaults& defaults_;
    ingest::ColumnMap& map_;
    bool empty_said_ = false;  // of the recipe that is being read
};

void ColumnsReader::read_empty(TableReader& recipe_table, Recipe& recipe) {
    const auto* value = recipe_table.raw("empty");
    if (value == nullptr) return;
    empty_said_ = true;
    const auto* table = std::get_if<Table>(&value->content);
    if (table == nullptr) return recipe_table.choice("empty", recipe.on_empty, empty_words);
    auto fallback = recipe_table.within(*table, value->at, recipe_table.path_of("empty"));
    fallback.require({"default"});
    fallback.text("default", recipe.fallback);
    recipe.on_empty = OnEmpty::fallback;
}

void ColumnsReader::read_recipe_table(TableReader& recipe_table, Recipe& recipe) {
    std::string column;
    recipe_table.text("column", column);
    recipe_table.texts("columns", recipe.columns);
    if (recipe_table.has("column") && recipe_table.has("columns")) {
        recipe_table.error("columns", "either column or columns, not both");
    }
    if (!column.empty()) recipe.columns = {std::move(column)};
    read_steps(recipe_table, defaults_.list_separators, recipe.steps);
    read_empty(recipe_table, recipe);
}

/// False when the field is not mapped, or not in a way that could be read.
bool ColumnsReader::read_recipe(TableReader& table, std::string_view key, Recipe& recipe) {
    const auto* value = table.raw(key);
    empty_said_ = false;
    if (value == nullptr) return false;
    const auto* column = std::get_if<std::string>(&value->content);
    const auto* several = std::get_if<Array>(&value->content);
    const auto* recipe_table = std::get_if<Table>(&value->content);
    if (column != nullptr && !column->empty()) {
        recipe.columns = {*column};
    } else if (several != nullptr && !several->empty()) {
        table.texts(key, recipe.columns);
    } else if (recipe_table != nullptr) {
        auto reader = table.within(*recipe_table, value->at, table.path_of(key));
        read_recipe_table(reader, recipe);
    } else {
        table.error(key, "expected a column's name in quotes, an array of them, or a table, got " + describe(*value));
        return false;
    }
    if (recipe_table != nullptr) check_constant(table, key, recipe);
    return true;
}

void ColumnsReader::check_constant(TableReader& table, std::string_view key, const Recipe& recipe) {
    const bool constant = has_step<step::Constant>(recipe);
    if (constant && !recipe.columns.empty()) table.error(key, "a constant needs no column");
    if (constant || !recipe.columns.empty()) return;
    // A column that was written wrongly has been said to be.
    const auto* written = std::get_if<Table>(&table.raw(key)->content);
    if (find(*written, "column") == nullptr && find(*written, "columns") == nullptr) {
        table.error(key, "names no column: add column = 'NAME'");
    }
}

void ColumnsReader::check_personal(std::string_view key, const Recipe& recipe) {
    if (has_step<step::Constant>(recipe)) columns_.error(key, "everybody would have the same");
    const bool is_none = key == to_string(Field::email) && recipe.on_empty == ingest::OnEmpty::clear;
    if (empty_said_ && !is_none) {
        columns_.error(key, key == to_string(Field::email)
                                ? "write empty = 'clear' where people may have none; otherwise they cannot be read"
                                : "whoever has none cannot be read, so nothing can be done about an empty cell");
    }
}

void ColumnsReader::read_field(Field field) {
    const auto key = to_string(field);
    Recipe recipe;
    if (!is_personal(field)) recipe.on_empty = defaults_.on_empty;
    if (is_list(field) && !defaults_.list_separators.empty()) {
        recipe.steps = {step::Split{defaults_.list_separators}};
    }
    if (!read_recipe(columns_, key, recipe)) return;
    if (is_personal(field)) check_personal(key, recipe);
    if (is_date(field)) {
        // Whatever the steps make of the cell, a date is kept as one.
        if (!has_step<step::Date>(recipe)) recipe.steps.emplace_back(step::Date{std::string(iso_date)});
        auto day = recipe.fallback;
        const auto flaw = ingest::read_date(day, record::CellKind::text, iso_date);
        if (recipe.on_empty == OnEmpty::fallback && flaw != ingest::DateFlaw::none && !recipe.fallback.empty()) {
            columns_.error(key, "the default is no date such as 2026-03-01");
        }
    }
    map_.fields[field] = std::move(recipe);
}

void ColumnsReader::read_extra() {
    const auto* value = columns_.raw("extra");
    if (value == nullptr) return;
    const auto* table = std::get_if<Table>(&value->content);
    if (table == nullptr) return columns_.error("extra", "expected a table of field names and columns");
    auto extra = columns_.within(*table, value->at, columns_.path_of("extra"));
    for (const auto& [field, at, column] : *table) {
        Recipe recipe;
        recipe.on_empty = defaults_.on_empty;
        const bool read = read_recipe(extra, field, recipe);
        if (!is_field_name(field)) {
            extra.error_at(at, extra.path_of(field),
                           "a field's name has small letters, digits and _, and begins with a letter");
        } else if (ingest::field_from(field)) {
            extra.error_at(at, extra.path_of(field), "this is columns." + field);
        } else if (read) {
            map_.extra[field] = std::move(recipe);
        }
    }
}

void ColumnsReader::read_names() {
    columns_.choice("name_order", map_.name_order, name_orders);
    columns_.texts("infixes", map_.infixes);
    const bool whole = columns_.has("name");
    for (const std::string_view part : {"first_name", "infix", "last_name"}) {
        if (whole && columns_.has(part)) {
            columns_.error(part, "either the whole name in columns.name, or its parts, not both");
        }
    }
    for (const std::string_view key : {"name_order", "infixes"}) {
        if (!whole && columns_.has(key)) columns_.error(key, "there is no columns.name to split");
    }
}

void ColumnsReader::read() {
    columns_.require({"employee_id"});
    for (const auto field : ingest::all_fields()) read_field(field);
    read_extra();
    read_names();
    if (columns_.is_there() && !columns_.has("email")) {
        columns_.warn("email", "missing: nobody can be invited without an e-mail address");
    }
}

}  // namespace

void read_columns(TableReader& root, const RecordDefaults& defaults, ingest::ColumnMap& map) {
    auto columns = root.table("columns");
    ColumnsReader(columns, defaults, map).read();
}

}  // namespace usersync::config
