#include "core/rules/checking.hpp"

#include <utility>

namespace usersync::rules {
namespace {

/// The business unit or department above a local department.
void check_parent(const std::optional<WrittenGroup>& written, GroupKind kind, const At& at, Checking& checking,
                  std::vector<GroupTarget>& parents) {
    if (!written) return;
    auto parent = checking.group(*written, at, kind);
    if (!parent) return;
    if (parent->kind != kind) {
        checking.error(at, "wrong_parent_kind",
                       "what is above a local department is its " + std::string(to_string(kind)) + ", not a " +
                           std::string(to_string(*parent->kind)));
        return;
    }
    parents.push_back(std::move(*parent));
}

void check_hierarchy(const WrittenGroupRule& written, const GroupTarget& group, const At& at, Checking& checking) {
    const bool is_local = group.kind == GroupKind::local_department;
    const bool has_all = written.business_unit && written.department;
    if (is_local && group.by == GroupRef::By::name && !has_all) {
        // Its name alone does not tell it from the same department elsewhere.
        checking.error(at, "local_department_without_parents",
                       "a local department by name needs its business unit and its department");
    }
    const bool may_be_local = is_local || !group.kind;
    if (!may_be_local && (written.business_unit || written.department)) {
        checking.error(at, "parents_of_no_local_department",
                       "only a local department has a business unit and a department above it");
    }
}

std::optional<GroupRule> check_rule(const WrittenGroupRule& written, Checking& checking) {
    const At at{written.origin, written.id};
    GroupRule rule{.id = written.id, .origin = written.origin, .when = checking.condition(written.when, at)};
    // The values are known, and that is all.
    if (written.group.text.empty()) return rule;
    auto group = checking.group(written.group, at);
    check_parent(written.business_unit, GroupKind::business_unit, at, checking, rule.parents);
    check_parent(written.department, GroupKind::department, at, checking, rule.parents);
    if (!group) return std::nullopt;
    check_hierarchy(written, *group, at, checking);
    rule.group = std::move(*group);
    return rule;
}

}  // namespace

std::vector<GroupTable> check_groups(const std::vector<WrittenGroupTable>& written, Checking& checking) {
    std::vector<GroupTable> tables;
    for (const auto& one : written) {
        GroupTable table{.id = one.id,
                         .origin = one.origin,
                         .first_match = one.first_match,
                         .create_missing = one.create_missing,
                         .rules = {}};
        for (const auto& row : one.rules) {
            if (auto rule = check_rule(row, checking)) table.rules.push_back(std::move(*rule));
        }
        tables.push_back(std::move(table));
    }
    return tables;
}

std::vector<RoleRule> check_roles(const std::vector<WrittenRoleRule>& written, Checking& checking) {
    std::vector<RoleRule> rules;
    for (const auto& one : written) {
        const At at{one.origin, one.id};
        RoleRule rule{.id = one.id,
                      .origin = one.origin,
                      .when = checking.condition(one.when, at),
                      .target = std::nullopt,
                      .role = {}};
        if (one.target) rule.target = checking.group(*one.target, at);
        auto named = one.origin;
        if (one.role_column != 0) named.column = one.role_column;
        if (auto role = checking.role(one.role, {named, one.id})) rule.role = std::move(*role);
        rules.push_back(std::move(rule));
    }
    return rules;
}

}  // namespace usersync::rules
