#include "core/model/ledger_counts.hpp"

#include <set>

namespace usersync {
namespace {

/// Of the kinds that count by operation.
void count(LedgerCounts& counts, const What& what) {
    if (const auto* add = std::get_if<AddToGroups>(&what)) counts.memberships_gained += add->groups.size();
    if (std::holds_alternative<CreateUser>(what) || std::holds_alternative<ReactivateUser>(what)) {
        ++counts.accounts_made;
    }
    if (const auto* update = std::get_if<UpdateProfile>(&what)) {
        ++counts.profiles_changed;
        const bool moves = update->after.email && update->before.email != update->after.email;
        if (moves) ++counts.addresses_changed;
    }
    if (std::holds_alternative<SuspendUser>(what)) ++counts.suspensions;
    if (std::holds_alternative<EndMembership>(what)) ++counts.endings;
    if (std::holds_alternative<InviteAgain>(what)) ++counts.invitations;
}

}  // namespace

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
        count(counts, what);
    }
    counts.removals = removed.size();
    return counts;
}

}  // namespace usersync
