#pragma once
// From the employee record to the network that should be: every membership and role with its reasons.

#include "core/model/network.hpp"
#include "core/model/snapshot.hpp"
#include "core/rules/rule_set.hpp"

#include <memory>

namespace usersync::rules {

/// Who wins, from the strongest (docs/rules.md holds the same table; tests hold it case by case):
///
/// 1. exceptions: exclude, then not in a group, then add to and keep in a group, the role, do not invite, never remove
/// 2. life cycle: not active, ended, not started yet, cannot be judged, on leave
/// 3. role mapping: within a target the highest role by `role_order`; a role in a group makes its holder a member of it
/// 4. group mapping: all rules of a table that match, or its first; all tables
/// 5. defaults: the network's default role, no groups
///
/// Pure; the order of people and, within all-match tables, of rules never matters. Values are compared exactly: a value
/// that a table's cells do not know is reported as unmapped, never guessed. Rules run once for each distinct
/// combination of values that they look at, so the cost is that of people times a look-up plus combinations times
/// rules.
DesiredNetwork desired_network(const Snapshot& snapshot, const RuleSet& rules, Day today);

/// The same for a few people: what became of those whose rows have changed. Their users and absences only.
class Mapper {
public:
    /// Refers to the rules, which must outlive it.
    Mapper(const RuleSet& rules, Day today);
    ~Mapper();
    Mapper(Mapper&&) noexcept;

    /// Room for so many more.
    void reserve(std::size_t people);
    /// Adds the person to `users` or to `not_wanted` of what will be `take`n. Key and profile are moved out.
    void add(Employee&& employee);
    void add(const Employee& employee) { add(Employee(employee)); }
    /// Everybody that was added, sorted by key, with what is counted over all of them. Leaves it empty for more.
    DesiredNetwork take();

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace usersync::rules
