#include "core/rules/desired_network.hpp"

#include <algorithm>
#include <map>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace usersync::rules {
namespace {

constexpr std::string_view any_value = "*";

/// Rules by field and value, so that an employee costs as many look-ups as they have values.
template <class Rule>
class RuleIndex {
public:
    explicit RuleIndex(const std::vector<Rule>& rules) {
        for (const auto& rule : rules) {
            auto& field = fields_[rule.field];
            (rule.value == any_value ? field.any : field.by_value[rule.value]).push_back(&rule);
        }
    }

    struct Field {
        std::unordered_map<std::string, std::vector<const Rule*>> by_value;
        std::vector<const Rule*> any;
    };
    const std::map<std::string, Field>& fields() const { return fields_; }

private:
    std::map<std::string, Field> fields_;
};

/// A field of one value; nullptr for one of many, or of the tenant's own.
const std::optional<std::string>* single_field(const Employee& employee, const std::string& field) {
    if (field == "job_title") return &employee.profile.job_title;
    if (field == "upn") return &employee.employment.upn;
    if (field == "language") return &employee.employment.language;
    if (field == "start_date") return &employee.employment.start_date;
    if (field == "end_date") return &employee.employment.end_date;
    if (field == "status") return &employee.employment.status;
    if (field == "manager") return &employee.employment.manager;
    return nullptr;
}

std::vector<std::string> values_of(const Employee& employee, const std::string& field) {
    if (field == "location") return employee.locations;
    if (field == "department") return employee.departments;
    if (const auto* text = single_field(employee, field)) {
        return *text && !(*text)->empty() ? std::vector{**text} : std::vector<std::string>{};
    }
    const auto at = employee.extra.find(field);
    return at != employee.extra.end() && !at->second.empty() ? std::vector{at->second} : std::vector<std::string>{};
}

/// Whether the record says that the field has no value, which is another thing than saying nothing.
bool says_none(const Employee& employee, const std::string& field) {
    if (field == "location") return employee.locations_emptied;
    if (field == "department") return employee.departments_emptied;
    if (const auto* text = single_field(employee, field)) return text->has_value();
    return employee.extra.contains(field);
}

GroupRef group_of(const GroupRule& rule, const std::string& value) {
    GroupRef group = rule.group;
    if (rule.value == any_value && group.by == GroupRef::By::name && group.text.empty()) group.text = value;
    return group;
}

using UnmappedCounts = std::map<std::pair<std::string, std::string>, std::size_t>;

void place(const Employee& employee, const RuleIndex<GroupRule>& index, UnmappedCounts& unmapped, DesiredUser& user) {
    auto& memberships = user.groups;
    for (const auto& [field, rules] : index.fields()) {
        const auto values = values_of(employee, field);
        if (values.empty() && !says_none(employee, field)) user.empty_fields.push_back(field);
        for (const auto& value : values) {
            const auto exact = rules.by_value.find(value);
            if (exact == rules.by_value.end() && rules.any.empty()) {
                ++unmapped[{field, value}];
                user.unmapped_fields.push_back(field);
                continue;
            }
            const auto add = [&, &name = field](const GroupRule& rule) {
                memberships.push_back({group_of(rule, value), Reason{rule.origin, name, value}});
            };
            if (exact != rules.by_value.end()) {
                for (const auto* rule : exact->second) add(*rule);
            }
            for (const auto* rule : rules.any) add(*rule);
        }
    }
    auto& fields = user.unmapped_fields;
    fields.erase(std::unique(fields.begin(), fields.end()), fields.end());
    // A group that several values lead to is wanted once, for the first reason in order.
    std::sort(memberships.begin(), memberships.end());
    const auto same_group = [](const auto& a, const auto& b) { return a.group == b.group; };
    memberships.erase(std::unique(memberships.begin(), memberships.end(), same_group), memberships.end());
}

template <class T>
void sort_unique(std::vector<T>& values) {
    std::sort(values.begin(), values.end());
    values.erase(std::unique(values.begin(), values.end()), values.end());
}

std::vector<FieldGroups> field_groups(const std::vector<GroupRule>& rules) {
    std::map<std::string, FieldGroups> by_field;
    for (const auto& rule : rules) {
        auto& groups = by_field[rule.field];
        groups.field = rule.field;
        const bool names_any = rule.value == any_value && rule.group.text.empty();
        if (names_any && rule.group.kind) groups.any_of.push_back(*rule.group.kind);
        if (!names_any) groups.groups.push_back(rule.group);
    }
    std::vector<FieldGroups> result;
    for (auto& [field, groups] : by_field) {
        sort_unique(groups.groups);
        sort_unique(groups.any_of);
        result.push_back(std::move(groups));
    }
    return result;
}

std::optional<DesiredRole> role_of(const Employee& employee, const std::vector<RoleRule>& rules) {
    for (const auto& rule : rules) {
        for (const auto& value : values_of(employee, rule.field)) {
            if (rule.value == any_value || rule.value == value) {
                return DesiredRole{rule.role, Reason{rule.origin, rule.field, value}};
            }
        }
    }
    return std::nullopt;
}

std::vector<GroupRef> managed_groups(const std::vector<DesiredUser>& users, const std::vector<GroupRule>& rules) {
    std::vector<GroupRef> groups;
    for (const auto& rule : rules) {
        if (rule.value != any_value || !rule.group.text.empty()) groups.push_back(rule.group);
    }
    for (const auto& user : users) {
        for (const auto& membership : user.groups) groups.push_back(membership.group);
    }
    sort_unique(groups);
    return groups;
}

}  // namespace

DesiredNetwork desired_network(const Snapshot& snapshot, const RuleSet& rules) {
    const RuleIndex<GroupRule> index(rules.groups);
    UnmappedCounts unmapped;
    DesiredNetwork desired{.users = {},
                           .frozen = snapshot.frozen,
                           .completeness = snapshot.meta.completeness,
                           .completeness_reasons = snapshot.meta.completeness_reasons,
                           .managed_groups = {},
                           .field_groups = {},
                           .unmapped = {}};
    desired.users.reserve(snapshot.employees.size());
    for (const auto& employee : snapshot.employees) {
        DesiredUser user{.key = employee.key, .profile = employee.profile, .role = role_of(employee, rules.roles)};
        place(employee, index, unmapped, user);
        desired.users.push_back(std::move(user));
    }
    desired.field_groups = field_groups(rules.groups);
    desired.managed_groups = managed_groups(desired.users, rules.groups);
    for (const auto& [where, people] : unmapped) desired.unmapped.push_back({where.first, where.second, people});
    return desired;
}

}  // namespace usersync::rules
