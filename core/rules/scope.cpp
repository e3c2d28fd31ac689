#include "core/rules/scope.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <utility>

namespace usersync::rules {
namespace {

constexpr std::array all_kinds{GroupKind::business_unit, GroupKind::department, GroupKind::local_department,
                               GroupKind::topic};

struct Reach {
    std::set<GroupRef> groups;
    std::set<GroupKind> any_of;

    void add(const GroupTarget& target) {
        if (target.text.is_constant()) {
            groups.insert(constant_group(target));
        } else if (target.kind) {
            any_of.insert(*target.kind);
        } else {
            any_of.insert(all_kinds.begin(), all_kinds.end());
        }
    }
};

class FieldSurvey {
public:
    explicit FieldSurvey(const FieldNames& names) : names_(names) {}

    void add(std::vector<std::size_t> fields, const std::vector<GroupTarget>& targets) {
        if (targets.empty()) return;
        for (const auto& target : targets) {
            const auto more = target.text.fields();
            fields.insert(fields.end(), more.begin(), more.end());
        }
        for (const auto field : fields) {
            auto& reach = reached_[names_.field(field).name];
            for (const auto& target : targets) reach.add(target);
        }
    }

    std::vector<FieldGroups> take() {
        std::vector<FieldGroups> result;
        for (auto& [field, reach] : reached_) {
            result.push_back({.field = field,
                              .groups = {reach.groups.begin(), reach.groups.end()},
                              .any_of = {reach.any_of.begin(), reach.any_of.end()}});
        }
        return result;
    }

private:
    const FieldNames& names_;
    std::map<std::string, Reach> reached_;
};

/// Where a rule places people.
std::vector<GroupTarget> targets_of(const GroupRule& rule) {
    auto targets = rule.parents;
    if (!rule.group.text.text().empty()) targets.push_back(rule.group);
    return targets;
}

std::vector<GroupTarget> targets_of(const Exception& exception) {
    auto targets = exception.add_groups;
    if (exception.role_in) targets.push_back(*exception.role_in);
    return targets;
}

/// The parents of a local department; none when a template must be filled for that.
std::vector<GroupRef> constant_parents(const GroupRule& rule) {
    std::vector<GroupRef> parents;
    for (const auto& parent : rule.parents) {
        if (!parent.text.is_constant()) return {};
        parents.push_back(constant_group(parent));
    }
    return parents;
}

void add_named(GroupsInScope& scope, const GroupTarget& target, std::optional<Making> make) {
    if (!target.text.is_constant() || target.text.text().empty()) return;
    const bool can_be_made = target.by == GroupRef::By::name && target.kind.has_value();
    add_group(scope, constant_group(target), can_be_made ? std::move(make) : std::nullopt);
}

}  // namespace

std::vector<FieldGroups> field_groups(const RuleSet& rules, const ExceptionIndex& exceptions) {
    FieldSurvey survey(rules.names);
    for (const auto& table : rules.groups) {
        for (const auto& rule : table.rules) survey.add(fields_of(rule.when), targets_of(rule));
    }
    for (const auto& rule : rules.roles) {
        if (rule.target) survey.add(fields_of(rule.when), {*rule.target});
    }
    for (const auto* exception : exceptions.by_expression()) {
        survey.add(exception->when->fields(), targets_of(*exception));
        survey.add(exception->when->fields(), exception->keep_in_groups);
    }
    return survey.take();
}

void add_group(GroupsInScope& scope, const GroupRef& group, std::optional<Making> make) {
    const auto comes_before = [](const Making& a, const Making& b) {
        return a.parents.empty() != b.parents.empty() ? b.parents.empty() : a < b;
    };
    auto& known = scope[group];
    if (make && (!known || comes_before(*make, *known))) known = std::move(make);
}

GroupsInScope groups_named(const RuleSet& rules, const ExceptionIndex& exceptions) {
    GroupsInScope scope;
    for (const auto& table : rules.groups) {
        for (const auto& rule : table.rules) {
            const Reason reason{.rule = rule.id, .origin = rule.origin, .column = {}, .value = {}};
            const auto making = [&](std::vector<GroupRef> parents) {
                return table.create_missing ? std::optional(Making{reason, std::move(parents)}) : std::nullopt;
            };
            add_named(scope, rule.group, making(constant_parents(rule)));
            for (const auto& parent : rule.parents) add_named(scope, parent, making({}));
        }
    }
    for (const auto& rule : rules.roles) {
        if (rule.target) add_named(scope, *rule.target, std::nullopt);
    }
    const auto add_excepted = [&](const Exception& exception) {
        for (const auto& target : targets_of(exception)) add_named(scope, target, std::nullopt);
    };
    for (const auto* exception : exceptions.by_expression()) add_excepted(*exception);
    for (const auto& named : exceptions.named()) {
        for (const auto* exception : named.exceptions) add_excepted(*exception);
    }
    return scope;
}

}  // namespace usersync::rules
