#pragma once
// Which groups rules speak of at all, whoever is in the record.

#include "core/rules/exceptions.hpp"

#include <map>
#include <optional>
#include <vector>

namespace usersync::rules {

/// Per field, where the rules that look at it can place people. Sorted by field.
///
/// A rule with several cells belongs to each of its fields: any of them alone can keep it from holding. A template
/// stands for any group of its kind, and for all kinds when it does not say one.
std::vector<FieldGroups> field_groups(const RuleSet& rules, const ExceptionIndex& exceptions);

/// How a group may be made.
struct Making {
    Reason reason;
    std::vector<GroupRef> parents;  ///< of a local department; empty where they are not clear
    auto operator<=>(const Making&) const = default;
};

/// Groups that may be placed in, and how they may be made.
using GroupsInScope = std::map<GroupRef, std::optional<Making>>;

/// Adds one. Of several ways to make it the first in order counts, those with parents first.
void add_group(GroupsInScope& scope, const GroupRef& group, std::optional<Making> make);

/// Those that rules name without a template.
GroupsInScope groups_named(const RuleSet& rules, const ExceptionIndex& exceptions);

}  // namespace usersync::rules
