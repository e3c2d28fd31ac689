#include "core/diff/group_roles.hpp"

#include "core/diff/drift.hpp"
#include "core/diff/protection.hpp"

#include <algorithm>
#include <utility>

namespace usersync::diff {
namespace {

using Owned = OwnershipChange::What;

template <class Role>
const RoleId* role_in(const std::vector<Role>& sorted, const GroupEid& group) {
    const auto at = std::lower_bound(sorted.begin(), sorted.end(), group,
                                     [](const Role& one, const GroupEid& eid) { return one.group < eid; });
    return at == sorted.end() || at->group != group ? nullptr : &at->role;
}

class Roles {
public:
    Roles(const Comparison& compare, const DesiredUser& wanted, const ActualUser* account, const OwnedUser& owned,
          const Places& places, Decided& decided, Release& release)
        : compare_(compare),
          wanted_(wanted),
          account_(account),
          owned_(owned),
          places_(places),
          decided_(decided),
          release_(release) {}

    void change_all() {
        for (const auto& one : places_.roles) {
            if (is_member(one.group.eid)) give(one);
        }
        if (account_ == nullptr || !is_certain(wanted_, places_)) return;
        for (const auto& owned : owned_.group_roles) {
            if (!is_wanted(owned.group)) take_back(owned);
        }
        for (const auto& group : owned_.group_roles_declined) {
            if (!is_wanted(group)) release_.forgotten.push_back({Owned::group_role_declined, group.value()});
        }
    }

private:
    bool is_wanted(const GroupEid& group) const {
        return std::any_of(places_.roles.begin(), places_.roles.end(),
                           [&](const GroupRoleOf& one) { return one.group.eid == group; });
    }

    bool was_member(const GroupEid& group) const { return account_ != nullptr && has(account_->groups, group); }

    bool is_member(const GroupEid& group) {
        const auto* add = decided_.find<AddToGroups>();
        return was_member(group) || (add != nullptr && has(add->groups, group));
    }

    RoleId role_now(const GroupEid& group) const {
        const auto* role = account_ == nullptr ? nullptr : role_in(account_->group_roles, group);
        return role == nullptr ? ordinary_role : *role;
    }

    void give(const GroupRoleOf& wish) {
        const auto& group = wish.group.eid;
        const auto now = role_now(group);
        const auto* owned = role_in(owned_.group_roles, group);
        const bool declined = has(owned_.group_roles_declined, group);
        if (now == wish.role) {
            if (declined) release_.forgotten.push_back({Owned::group_role_declined, group.value()});
            if (now != ordinary_role && (owned == nullptr || *owned != now)) adopt(wish);
            return;
        }
        const bool was_ours = owned != nullptr && *owned == wish.role && was_member(group);
        if (was_ours && !is_repaired(wish, now)) return;
        if (declined) {
            return compare_.note(Note::Kind::left_alone, wanted_.key,
                                 "is not made " + wish.role.value() + " of \"" + wish.group.name +
                                     "\" again: somebody took the role away");
        }
        if (now != ordinary_role && (owned == nullptr || *owned != now)) return leave_to_others(wish);
        if (is_locked_here(group)) return;
        // Whoever is brought back has accepted before.
        const bool waits =
            account_ == nullptr ? decided_.find<CreateUser>() != nullptr : account_->state == UserState::invited;
        if (waits && !compare_.policy.roles_before_activation) return;
        compare_.change(
            wanted_.key,
            ChangeGroupRole{
                .group = wish.group, .before = now, .after = wish.role, .granted = wish.role != ordinary_role},
            wish.group.reason);
    }

    bool is_locked_here(const GroupEid& group) const {
        return account_ != nullptr && is_locked(compare_, wanted_.key, *account_, group);
    }

    void leave_to_others(const GroupRoleOf& wish) const {
        compare_.note(Note::Kind::protected_, wanted_.key,
                      "has another role in \"" + wish.group.name + "\", given by hand");
    }

    /// Somebody changed what we gave; true when it is to be put back.
    bool is_repaired(const GroupRoleOf& wish, const RoleId& now) {
        if (is_settling(compare_.policy, owned_)) {
            compare_.note(Note::Kind::not_shown_yet, wanted_.key,
                          "is " + wish.role.value() + " of \"" + wish.group.name +
                              "\" by us, and the network may not show it yet");
            return false;
        }
        auto answer = compare_.policy.drift.roles;
        const bool is_anothers = now != ordinary_role;
        if (answer == Drift::Answer::repair && is_anothers) answer = Drift::Answer::ignore;
        const auto kind = compare_.groups.kind_of(wish.group.eid);
        compare_.out.drift.push_back({Drift::Kind::group_role_changed, wanted_.key,
                                      "role " + wish.role.value() + " in " +
                                          (kind ? std::string(to_string(*kind)) + ' ' : std::string()) +
                                          wish.group.name,
                                      answer});
        if (answer == Drift::Answer::adopt) release_.group_roles.push_back(wish);
        if (compare_.policy.drift.roles == Drift::Answer::repair && is_anothers) leave_to_others(wish);
        return answer == Drift::Answer::repair;
    }

    void adopt(const GroupRoleOf& wish) {
        if (auto* adopted = decided_.find<Adopt>()) {
            adopted->group_roles.push_back(wish);
            return;
        }
        Adopt adopted;
        adopted.group_roles.push_back(wish);
        compare_.change(wanted_.key, std::move(adopted), wish.group.reason);
    }

    void take_back(const OwnedGroupRole& owned) {
        const auto now = role_now(owned.group);
        const auto* remove = decided_.find<RemoveFromGroups>();
        if (remove != nullptr && has(remove->groups, owned.group)) return;  // it goes with the membership
        if (!was_member(owned.group) || now != owned.role) {
            const bool is_known = compare_.groups.kind_of(owned.group).has_value();
            if (is_known && !is_settling(compare_.policy, owned_))
                release_.forgotten.push_back({Owned::group_role, owned.group.value()});
            return;
        }
        if (is_locked_here(owned.group)) return;
        const auto why = because("no role rule matches any more");
        compare_.change(wanted_.key,
                        ChangeGroupRole{.group = {owned.group, compare_.groups.name_of(owned.group), why},
                                        .before = now,
                                        .after = ordinary_role,
                                        .granted = false},
                        why);
    }

    const Comparison& compare_;
    const DesiredUser& wanted_;
    const ActualUser* account_;
    const OwnedUser& owned_;
    const Places& places_;
    Decided& decided_;
    Release& release_;
};

}  // namespace

void change_group_roles(const Comparison& compare, const DesiredUser& wanted, const ActualUser* account,
                        const OwnedUser& owned, const Places& places, Decided& decided, Release& release) {
    if (!compare.policy.group_roles_by_call) return;
    Roles(compare, wanted, account, owned, places, decided, release).change_all();
}

void take_back_group_roles(const Comparison& compare, const EmployeeKey& person, const ActualUser& account,
                           const OwnedUser& owned, Decided& decided) {
    const auto* leaving = decided.change<SuspendUser>();
    if (leaving == nullptr) leaving = decided.change<EndMembership>();
    if (!compare.policy.group_roles_by_call || leaving == nullptr) return;
    const auto why = leaving->reason;
    for (const auto& [group, role] : owned.group_roles) {
        const auto* now = role_in(account.group_roles, group);
        if (now == nullptr || *now != role || has(owned.groups, group)) continue;
        if (is_locked(compare, person, account, group)) continue;
        compare.change(person,
                       ChangeGroupRole{.group = {group, compare.groups.name_of(group), why},
                                       .before = role,
                                       .after = ordinary_role,
                                       .granted = false},
                       why);
    }
}

void tell_lost_roles(const Comparison& compare, const ActualUser& account, const OwnedUser& owned, Decided& decided) {
    auto* remove = decided.find<RemoveFromGroups>();
    if (remove == nullptr) return;
    for (const auto& [group, role, membership] : account.group_roles) {
        if (role == ordinary_role || !has(remove->groups, group)) continue;
        const auto* given = role_in(owned.group_roles, group);
        remove->roles.push_back({.group = group, .role = role, .is_ours = given != nullptr && *given == role});
    }
    remove->roles_by_hand = !remove->roles.empty() && !compare.policy.group_roles_by_call;
}

}  // namespace usersync::diff
