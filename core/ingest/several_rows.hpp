#pragma once
// Several rows of one person → one employee, by the tenant's rule.

#include "core/ingest/column_map.hpp"
#include "core/model/employee.hpp"

#include <optional>
#include <string>
#include <vector>

namespace usersync::ingest {

struct RowOfPerson {
    Employee employee;
    std::string marker;  ///< the cell of `RowsPerPerson::column`, trimmed; empty when the rule looks at none
};

/// The main row's employee, with the locations and departments of the others after its own when lists are merged.
/// nullopt when no row, or more than one, is the main one: two rows with the same latest start, say. Nobody guesses.
/// REQUIRES: at least one row, in the order of the record; `rule.main` is not `none`.
std::optional<Employee> merge_rows(std::vector<RowOfPerson> rows, const RowsPerPerson& rule);

}  // namespace usersync::ingest
