#pragma once
// One row → one employee, by the tenant's recipes.

#include "core/ingest/header.hpp"
#include "core/ingest/transform.hpp"
#include "core/model/employee.hpp"
#include "core/record/row.hpp"

#include <optional>
#include <string>
#include <vector>

namespace usersync::ingest {

/// What is wrong with a row or a cell, before it is known whose row it is.
struct Fault {
    std::string code;
    std::string message;
    std::optional<std::size_t> column;
};

/// Reads rows of the right shape. Keeps its memory between rows, so that a row costs no allocation of its own.
class EmployeeReader {
public:
    /// REQUIRES: both outlive the reader. `check_text`: cells may hold bytes that are not UTF-8.
    EmployeeReader(const Columns& columns, const ColumnMap& map, bool check_text);

    /// The key, in Unicode's composed form; or why there is none.
    std::optional<Fault> read_key(const record::Row& row, std::string& key);

    /// The address alone, as `read` would find it; nullopt when there is none, or none that can be used.
    std::optional<std::string> address(const record::Row& row);

    /// Everything but the key; `employee` is made new. REQUIRES: the row is as wide as the header.
    std::optional<Fault> read(const record::Row& row, Employee& employee);

private:
    /// Reads the values of a field into `values_`. True in `said` when the record says anything at all about it, and in
    /// `has_list_` when a cell of it is a list.
    std::optional<Fault> read_values(const record::Row& row, const FieldColumns& field, bool& said);
    std::optional<Fault> read_text(const record::Row& row, const FieldColumns& field, std::optional<std::string>& text);
    std::optional<Fault> read_list(const record::Row& row, const FieldColumns& field, std::vector<std::string>& list,
                                   bool& emptied);
    std::optional<Fault> read_field(const record::Row& row, Field field, const FieldColumns& columns,
                                    Employee& employee);
    std::optional<Fault> read_email(const record::Row& row, const FieldColumns& columns, Employee& employee);
    std::optional<Fault> text_fault(const record::Row& row) const;
    void take_lines(std::string_view list);

    const Columns& columns_;
    const ColumnMap& map_;
    bool check_text_;
    Values values_;
    bool has_list_ = false;
};

}  // namespace usersync::ingest
