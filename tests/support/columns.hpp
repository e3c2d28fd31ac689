#pragma once
// Column mappings for tests, short.

#include "core/ingest/column_map.hpp"

#include <map>
#include <string>

namespace usersync::test {

/// Each field from one column; several locations and departments in one cell are divided by '|'.
inline ingest::ColumnMap columns(const std::map<ingest::Field, std::string>& fields,
                                 const std::map<std::string, std::string>& extra = {}) {
    ingest::ColumnMap map;
    for (const auto& [field, column] : fields) {
        auto& recipe = map.fields[field];
        recipe.columns = {column};
        const bool is_list = field == ingest::Field::location || field == ingest::Field::department;
        if (is_list) recipe.steps = {ingest::step::Split{"|"}};
    }
    for (const auto& [field, column] : extra) map.extra[field].columns = {column};
    return map;
}

}  // namespace usersync::test
