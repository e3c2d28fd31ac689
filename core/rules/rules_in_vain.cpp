#include "core/rules/checking.hpp"
#include "core/rules/spelling.hpp"

#include <algorithm>
#include <unordered_map>

namespace usersync::rules {
namespace {

/// "groups.csv row 3 (groups.csv:3)"
std::string place_of(const std::string& id, const Origin& origin) {
    const auto where = describe(origin);
    return where.empty() ? id : id + " (" + where + ")";
}

/// Rules by what they say.
template <class Rule>
class Said {
public:
    void look_at(const Rule& rule, const Spelling& spelling, Checking& checking) {
        const auto [at, fresh] = first_.emplace(spelling.bytes(), &rule);
        if (fresh) return;
        checking.warning({rule.origin, rule.id}, "same_rule_twice",
                         "the same stands in " + place_of(at->second->id, at->second->origin));
    }
    /// False for a rule that was found to stand twice.
    bool is_first(const Rule& rule, const Spelling& spelling) const { return first_.at(spelling.bytes()) == &rule; }

private:
    std::unordered_map<std::string, const Rule*> first_;
};

Spelling spelled(const GroupRule& rule) {
    Spelling spelling;
    spelling.add(rule.when);
    spelling.add(rule.group);
    spelling.add_each(rule.parents);
    return spelling;
}

Spelling spelled(const RoleRule& rule) {
    Spelling spelling;
    spelling.add(rule.when);
    spelling.add_if(rule.target);
    spelling.add(rule.role.value());
    return spelling;
}

/// Every value that makes `narrow` hold makes `wide` hold.
bool covers(const Cell& wide, const Cell& narrow) {
    if (wide.field != narrow.field) return false;
    if (wide.values.empty()) return true;
    return !narrow.values.empty() &&
           std::includes(wide.values.begin(), wide.values.end(), narrow.values.begin(), narrow.values.end());
}

/// Whoever is matched by `narrow` is matched by `wide`. What expressions mean is not looked into: only the same text is
/// known to mean the same.
bool covers(const Condition& wide, const Condition& narrow) {
    if (wide.expression && wide.expression != narrow.expression) return false;
    return std::all_of(wide.cells.begin(), wide.cells.end(), [&](const Cell& cell) {
        return std::any_of(narrow.cells.begin(), narrow.cells.end(),
                           [&](const Cell& other) { return covers(cell, other); });
    });
}

void find_shadowed(const GroupTable& table, const Said<GroupRule>& said, Checking& checking) {
    for (auto rule = table.rules.begin(); rule != table.rules.end(); ++rule) {
        if (!said.is_first(*rule, spelled(*rule))) continue;
        const auto earlier = std::find_if(table.rules.begin(), rule,
                                          [&](const GroupRule& other) { return covers(other.when, rule->when); });
        if (earlier == rule) continue;
        checking.warning({rule->origin, rule->id}, "shadowed_rule",
                         "the rule never applies: " + place_of(earlier->id, earlier->origin) +
                             " comes first and matches everybody whom this one matches");
    }
}

}  // namespace

void find_rules_in_vain(const std::vector<GroupTable>& tables, const std::vector<RoleRule>& roles, Checking& checking) {
    for (const auto& table : tables) {
        Said<GroupRule> said;
        for (const auto& rule : table.rules) said.look_at(rule, spelled(rule), checking);
        if (table.first_match) find_shadowed(table, said, checking);
    }
    Said<RoleRule> said;
    for (const auto& rule : roles) said.look_at(rule, spelled(rule), checking);
}

}  // namespace usersync::rules
