#include "core/diff/protection.hpp"

#include <algorithm>
#include <utility>

namespace usersync::diff {
namespace {

void leave_locked_account(const Comparison& compare, const EmployeeKey& person, Decided& decided) {
    // One after the other: each is to be withdrawn, whatever the others say.
    bool any = decided.withdraw<SuspendUser>();
    any = decided.withdraw<EndMembership>() || any;
    if (decided.withdraw<ReactivateUser>()) {
        // Nothing else can happen to somebody who stays suspended.
        decided.keep_only<Release>();
        any = true;
    }
    any = decided.withdraw<UpdateProfile>() || any;
    any = decided.withdraw<InviteAgain>() || any;
    any = decided.withdraw<ChangeRole>() || any;
    if (auto* adopt = decided.find<Adopt>(); adopt != nullptr && adopt->user) {
        adopt->user = false;
        any = true;
        if (*adopt == Adopt{}) decided.withdraw<Adopt>();
    }
    if (any)
        compare.note(Note::Kind::protected_, person, "another application has locked the account: it is left alone");
}

void leave_locked_groups(const Comparison& compare, const EmployeeKey& person, const ActualUser& account,
                         RemoveFromGroups& remove) {
    std::erase_if(remove.groups,
                  [&](const GroupChange& group) { return is_locked(compare, person, account, group.eid); });
}

/// Leaving a business unit ends the memberships in its local departments as well: one that stays, be it by hand or by a
/// rule, keeps the one above it.
void leave_what_is_above(const Comparison& compare, const EmployeeKey& person, std::vector<GroupEid> stays,
                         const AddToGroups* add, RemoveFromGroups& remove) {
    std::erase_if(stays, [&](const GroupEid& group) { return has(remove.groups, group); });
    if (add != nullptr) {
        for (const auto& group : add->groups) stays.push_back(group.eid);
    }
    for (const auto& group : stays) {
        const auto above = compare.groups.parent_of(group);
        if (!above || !has(remove.groups, *above)) continue;
        std::erase_if(remove.groups, [&](const GroupChange& one) { return one.eid == *above; });
        compare.note(Note::Kind::protected_, person,
                     "keeps \"" + compare.groups.name_of(*above) + "\": leaving it would end the membership of \"" +
                         compare.groups.name_of(group) + "\" below it, which stays");
    }
}

/// A group of those that would be left, best one that has nothing above it.
const GroupChange& to_keep(const Comparison& compare, const RemoveFromGroups& remove) {
    const auto top = std::find_if(remove.groups.begin(), remove.groups.end(), [&](const GroupChange& group) {
        return compare.groups.kind_of(group.eid) != GroupKind::local_department;
    });
    return top == remove.groups.end() ? remove.groups.front() : *top;
}

void leave_one_group(const Comparison& compare, const EmployeeKey& person, const ActualUser& account,
                     const AddToGroups* add, RemoveFromGroups& remove) {
    const auto goes = [&](const GroupEid& group) { return has(remove.groups, group); };
    const bool keeps_some = !std::all_of(account.groups.begin(), account.groups.end(), goes);
    if (!account.external || keeps_some || add != nullptr || remove.groups.empty()) return;
    const auto kept = to_keep(compare, remove);
    std::erase(remove.groups, kept);
    compare.note(Note::Kind::protected_, person,
                 "keeps \"" + kept.name + "\": whoever is from outside belongs to one group at least");
}

int depth_of(const Comparison& compare, const GroupChange& group) {
    return compare.groups.kind_of(group.eid) == GroupKind::local_department ? 1 : 0;
}

}  // namespace

bool is_locked(const Comparison& compare, const EmployeeKey& person, const ActualUser& account, const GroupEid& group) {
    if (!has(account.locked_groups, group)) return false;
    compare.note(
        Note::Kind::protected_, person,
        "another application has locked the membership of \"" + compare.groups.name_of(group) + "\": it is left alone");
    return true;
}

void respect_protection(const Comparison& compare, const EmployeeKey& person, const ActualUser& account,
                        Decided& decided) {
    if (auto* remove = decided.find<RemoveFromGroups>()) {
        leave_locked_groups(compare, person, account, *remove);
        leave_what_is_above(compare, person, account.groups, decided.find<AddToGroups>(), *remove);
        leave_one_group(compare, person, account, decided.find<AddToGroups>(), *remove);
        if (remove->groups.empty()) decided.withdraw<RemoveFromGroups>();
    }
    if (account.locked) leave_locked_account(compare, person, decided);
}

void order_by_hierarchy(const Comparison& compare, Decided& decided) {
    const auto higher = [&](const GroupChange& a, const GroupChange& b) {
        return depth_of(compare, a) < depth_of(compare, b);
    };
    const auto lower = [&](const GroupChange& a, const GroupChange& b) { return higher(b, a); };
    if (auto* add = decided.find<AddToGroups>()) std::stable_sort(add->groups.begin(), add->groups.end(), higher);
    if (auto* remove = decided.find<RemoveFromGroups>()) {
        std::stable_sort(remove->groups.begin(), remove->groups.end(), lower);
    }
}

}  // namespace usersync::diff
