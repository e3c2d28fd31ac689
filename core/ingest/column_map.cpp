#include "core/ingest/column_map.hpp"

#include <algorithm>
#include <utility>

namespace usersync::ingest {
namespace {

using Named = std::pair<Field, std::string_view>;

constexpr std::array<Named, 16> names{{{Field::employee_id, "employee_id"},
                                       {Field::email, "email"},
                                       {Field::first_name, "first_name"},
                                       {Field::infix, "infix"},
                                       {Field::last_name, "last_name"},
                                       {Field::name, "name"},
                                       {Field::job_title, "job_title"},
                                       {Field::phone, "phone"},
                                       {Field::location, "location"},
                                       {Field::department, "department"},
                                       {Field::upn, "upn"},
                                       {Field::language, "language"},
                                       {Field::start_date, "start_date"},
                                       {Field::end_date, "end_date"},
                                       {Field::status, "status"},
                                       {Field::manager, "manager"}}};

}  // namespace

std::string_view to_string(Field field) {
    const auto at = std::find_if(names.begin(), names.end(), [&](const Named& named) { return named.first == field; });
    return at == names.end() ? std::string_view() : at->second;
}

std::optional<Field> field_from(std::string_view text) {
    const auto at = std::find_if(names.begin(), names.end(), [&](const Named& named) { return named.second == text; });
    return at == names.end() ? std::nullopt : std::optional(at->first);
}

const std::vector<Field>& all_fields() {
    static const std::vector<Field> fields = [] {
        std::vector<Field> all;
        for (const auto& [field, name] : names) all.push_back(field);
        return all;
    }();
    return fields;
}

std::vector<std::string> ColumnMap::column_names() const {
    std::vector<std::string> columns;
    const auto add = [&columns](const std::string& column) {
        const bool known = std::find(columns.begin(), columns.end(), column) != columns.end();
        if (!known && !column.empty()) columns.push_back(column);
    };
    for (const auto& [field, recipe] : fields) {
        for (const auto& column : recipe.columns) add(column);
    }
    for (const auto& [field, recipe] : extra) {
        for (const auto& column : recipe.columns) add(column);
    }
    add(rows_per_person.column);
    return columns;
}

}  // namespace usersync::ingest
