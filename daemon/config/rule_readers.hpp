#pragma once
// The parts of tenant.toml that are rules, each read into rules as they are written.

#include "core/ingest/column_map.hpp"
#include "core/rules/rule_set.hpp"
#include "core/rules/written_rules.hpp"
#include "daemon/config/table_reader.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace usersync::config {

using RuleProblems = std::vector<rules::RuleProblem>;

/// What rules may look at.
struct Fields {
    const ingest::ColumnMap& columns;
    rules::FieldNames names;
};

/// Every field with the heading of the column that fills it, where one does.
rules::FieldNames field_names(const ingest::ColumnMap& columns);

/// Whether the tenant maps a column to this field. A whole name fills its parts.
bool is_filled(std::string_view field, const ingest::ColumnMap& columns);

/// A cell of a sheet about a field that nothing fills would never hold.
template <class Rule>
void note_if_unfilled(const Rule& rule, const rules::WrittenCell& cell, const Fields& fields, RuleProblems& problems) {
    if (is_filled(cell.field, fields.columns)) return;
    auto origin = rule.origin;
    origin.column = cell.column;
    problems.push_back({.severity = rules::RuleProblem::Severity::error,
                        .origin = std::move(origin),
                        .rule = rule.id,
                        .code = "unfilled_field",
                        .sentence = "no column is mapped to " + cell.field + ": add columns." + cell.field});
}

/// { kind, group, by }. nullopt after it was noted what is wrong; `alternative` is what else might have stood there.
std::optional<rules::WrittenGroup> read_group(TableReader& table, const Value& value, const std::string& path,
                                              std::string_view alternative = {});

void read_mappings(TableReader& root, const Fields& fields, rules::WrittenRules& written, RuleProblems& problems);
void read_life_cycle(TableReader& root, rules::WrittenLifeCycle& written);
void read_invites(TableReader& root, rules::WrittenRules& written);
/// REQUIRES: the target is read: whether accounts are made by invitation.
void read_accounts(TableReader& root, rules::WrittenRules& written, TenantConfig& config);
void read_exceptions(TableReader& root, rules::WrittenRules& written);

}  // namespace usersync::config
