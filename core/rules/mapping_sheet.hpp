#pragma once
// Mapping sheets: rules that people keep in a spreadsheet, one per row, as CSV, workbook or any other form of record.
//
// The header is the first row that has the column "group" (of a sheet of roles: "role"); anything may stand above it.
// Its names are compared without regard to case and spaces. Each column is one of these, or a field by its own name
// or by the heading of the record's column; the names of this table win over fields:
//
// | column             | sheet  | its cell                                                                        |
// |--------------------|--------|---------------------------------------------------------------------------------|
// | a field            | both   | values, divided by ";", of which the person must have one; "*": any value;      |
// |                    |        | empty: the field does not matter                                                |
// | expression         | both   | must hold, too                                                                  |
// | group              | groups | name, EID or XID; required                                                      |
// | kind               | groups | "business unit", "department", "local department", "topic"                      |
// | by                 | groups | "name", "eid", "xid"; empty: name                                               |
// | in business unit   | groups | of a local department, by name                                                  |
// | in department      | groups | likewise                                                                        |
// | role               | roles  | required                                                                        |
// | target group       | roles  | the group in which the role is given; empty: in the network                     |
// | target kind        | roles  | its kind                                                                        |
// | target by          | roles  | like "by"                                                                       |
// | comment            | both   | not read                                                                        |
//
// A row needs a field or an expression: a forgotten cell must not make it one for everybody. For the same reason a cell
// below an empty heading is an error.
// Numbers of a workbook are read as those of a record are, so that a store number is the same text in both.

#include "core/rules/rule_set.hpp"
#include "core/rules/written_rules.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace usersync::rules {

/// What stands for rows that say nothing themselves.
struct GroupDefaults {
    std::string kind;
    std::string by;
    std::optional<WrittenGroup> business_unit;
    std::optional<WrittenGroup> department;
};

template <class Rule>
struct SheetRules {
    std::vector<Rule> rules;            ///< in the order of the sheet, without the rows that are wrong
    std::vector<RuleProblem> problems;  ///< in the order of the sheet
};

/// Pure. `file` is the sheet's name in origins, and in the ids of rules: "groups.csv row 12". Columns of origins are
/// the numbers of cells: of a rule the first one that says for whom it is. Whatever is wrong is an error among the
/// problems: "sheet_unreadable", "sheet_no_header", "sheet_unknown_column", "sheet_column_twice", "sheet_bad_row".
/// @{
SheetRules<WrittenGroupRule> read_group_sheet(std::string_view bytes, const std::string& file, const FieldNames& names,
                                              const GroupDefaults& defaults = {});
SheetRules<WrittenRoleRule> read_role_sheet(std::string_view bytes, const std::string& file, const FieldNames& names);
/// @}

}  // namespace usersync::rules
