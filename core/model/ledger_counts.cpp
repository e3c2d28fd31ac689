#include "core/model/ledger_counts.hpp"

#include <set>

namespace usersync {

LedgerCounts counts_of(const std::vector<Operation>& took_effect) {
    LedgerCounts counts;
    std::set<EmployeeKey> removed;
    for (const auto& operation : took_effect) {
        const auto& what = operation.change.what;
        const auto* suspended = std::get_if<SuspendUser>(&what);
        const bool leaves = suspended != nullptr && !suspended->becomes;
        // Without a call that suspends, leavers lose their role and groups by us, and their access by hand.
        const bool loses = operation.stage == Stage::leave_groups || operation.stage == Stage::leave_role;
        if (leaves || loses || std::holds_alternative<EndMembership>(what)) removed.insert(operation.change.employee);
        const auto* lost = std::get_if<RemoveFromGroups>(&what);
        if (lost != nullptr && operation.stage == Stage::group_remove) {
            counts.memberships_lost += lost->groups.size();
            for (const auto& group : lost->groups) ++counts.memberships_lost_in[group.eid];
        }
        if (operation.stage == Stage::role) ++counts.role_grants;
        if (operation.stage == Stage::make_group) ++counts.groups_made;
    }
    counts.removals = removed.size();
    return counts;
}

}  // namespace usersync
