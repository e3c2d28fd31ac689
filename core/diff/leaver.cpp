#include "core/diff/leaver.hpp"

#include "core/diff/diff.hpp"
#include "core/diff/drift.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace usersync::diff {
namespace {

const NeverRemoved* exception_for(const Comparison& compare, const EmployeeKey& person) {
    const auto& all = compare.desired.never_removed;
    const auto at = std::lower_bound(all.begin(), all.end(), person,
                                     [](const NeverRemoved& one, const EmployeeKey& key) { return one.key < key; });
    return at == all.end() || at->key != person ? nullptr : &*at;
}

/// An administrator whom we did not make one: nobody but a person takes the network away from them.
bool is_protected(const Comparison& compare, const ActualUser& account, const OwnedUser& owned) {
    const auto role = role_in_effect(account, compare.policy);
    const auto& roles = compare.policy.protected_roles;
    return std::find(roles.begin(), roles.end(), role) != roles.end() && owned.role != role;
}

std::vector<GroupEid> groups_to_keep(const Comparison& compare, const EmployeeKey& person) {
    std::vector<GroupEid> kept;
    const auto* exception = exception_for(compare, person);
    if (exception == nullptr) return kept;
    for (const auto& reference : exception->keep_in_groups) {
        const auto found = compare.groups.find(reference);
        if (const auto* group = std::get_if<const ActualGroup*>(&found)) kept.push_back((*group)->eid);
    }
    std::sort(kept.begin(), kept.end());
    return kept;
}

void to_be_suspended_by_hand(const Comparison& compare, const EmployeeKey& person, const Reason& why) {
    compare.note(Note::Kind::awaits_hand, person,
                 "is to be suspended by somebody in the network, nothing that we can call does it: " + describe(why));
}

/// Role, groups, account, in this order; what is not ours stays.
void take_leave(const Comparison& compare, const EmployeeKey& person, const ActualUser& account, const OwnedUser& owned,
                const Reason& why) {
    if (leaves_reactivated(compare, person, account, owned)) return;
    const bool is_ended = compare.policy.leavers == LeaverAction::remove;
    if (account.state != UserState::suspended) {
        const auto role = role_in_effect(account, compare.policy);
        if (owned.role == role && role != compare.policy.default_role) {
            compare.change(person, ChangeRole{.before = role, .after = compare.policy.default_role, .granted = false},
                           why);
        }
        const auto kept = groups_to_keep(compare, person);
        std::string staying;
        RemoveFromGroups remove;
        for (const auto& group : account.groups) {
            if (!has(owned.groups, group)) continue;
            if (has(kept, group)) {
                staying += (staying.empty() ? "\"" : ", \"") + compare.groups.name_of(group) + '"';
            } else {
                remove.groups.push_back({group, compare.groups.name_of(group), why});
            }
        }
        if (!staying.empty()) {
            compare.note(Note::Kind::left_alone, person,
                         "stays in " + staying + ": " + describe(exception_for(compare, person)->reason));
        }
        if (!remove.groups.empty()) compare.change(person, std::move(remove), why);
        if (compare.policy.can_suspend) compare.change(person, SuspendUser{account.profile}, why);
        if (!compare.policy.can_suspend && !is_ended) to_be_suspended_by_hand(compare, person, why);
    }
    if (is_ended) compare.change(person, EndMembership{}, why);
}

std::string sentence_of(Absence absence) {
    switch (absence) {
        case Absence::not_started: return "has not started yet";
        case Absence::ended: return "has left";
        case Absence::inactive: return "is not active";
        case Absence::on_leave: return "is on leave";
        case Absence::unclear: return "cannot be judged by the record";
        case Absence::excluded: return "is excluded";
        case Absence::no_email: return "has no e-mail address";
        case Absence::no_business_unit: return "belongs in no business unit";
        case Absence::no_group: return "belongs in no group";
    }
    return "is not wanted";
}

/// The account may be taken from them, as far as record, ownership, role and exceptions are concerned; noted when not.
bool may_lose_account(const Comparison& compare, const NotWanted& person, const ActualUser& account,
                      const OwnedUser& owned) {
    const auto sentence = sentence_of(person.absence);
    if (person.never_removed) {
        compare.note(Note::Kind::left_alone, person.key,
                     sentence + ", but is never removed: " + describe(*person.never_removed));
        forget_suspension(compare, person.key, account, owned);
        return false;
    }
    if (!owned.user) {
        compare.note(Note::Kind::protected_, person.key, sentence + ", but the account is not ours");
        return false;
    }
    // What is broken elsewhere may have shifted this row's cells, too.
    if (compare.desired.completeness == Completeness::partial) {
        compare.note(Note::Kind::no_removal, person.key, sentence + ", but the record could not be read whole");
        return false;
    }
    if (is_protected(compare, account, owned)) {
        compare.note(Note::Kind::protected_, person.key, sentence + ", but is an administrator by hand");
        return false;
    }
    return true;
}

}  // namespace

bool is_gone(const ActualUser& account, const Policy& policy) {
    return account.state == UserState::suspended && (policy.leavers == LeaverAction::suspend || !account.membership);
}

void absent(const Comparison& compare, const ActualUser& account, const OwnedUser& owned) {
    const auto& person = *account.xid;
    if (!owned.user) {
        compare.note(Note::Kind::protected_, person, "has an XID, but is neither in the record nor ours");
        return;
    }
    if (is_gone(account, compare.policy)) return;
    const auto* exception = exception_for(compare, person);
    if (exception != nullptr && exception->whole_account) {
        compare.note(Note::Kind::left_alone, person,
                     "is not in the record, but is never removed: " + describe(exception->reason));
        forget_suspension(compare, person, account, owned);
        return;
    }
    if (compare.desired.completeness == Completeness::partial) {
        compare.note(Note::Kind::no_removal, person, "is not in the record, but the record could not be read whole");
        return;
    }
    if (is_protected(compare, account, owned)) {
        compare.note(Note::Kind::protected_, person, "left the record, but is an administrator by hand");
        return;
    }
    take_leave(compare, person, account, owned, because("left the employee record"));
}

void not_wanted(const Comparison& compare, const NotWanted& person, const ActualUser* account, const OwnedUser& owned) {
    const auto why = sentence_of(person.absence) + ": " + describe(person.reason);
    switch (person.absence) {
        case Absence::ended:
        case Absence::inactive:
            if (account == nullptr || is_gone(*account, compare.policy)) return;
            if (!may_lose_account(compare, person, *account, owned)) return;
            take_leave(compare, person.key, *account, owned, person.reason);
            return;
        case Absence::on_leave:
            if (account == nullptr || account->state != UserState::active) return;
            if (!may_lose_account(compare, person, *account, owned)) return;
            if (leaves_reactivated(compare, person.key, *account, owned)) return;
            if (!compare.policy.can_suspend) return to_be_suspended_by_hand(compare, person.key, person.reason);
            compare.change(person.key, SuspendUser{account->profile}, person.reason);
            return;
        case Absence::not_started:
            if (account == nullptr) return;
            compare.note(Note::Kind::left_alone, person.key, why);
            return forget_suspension(compare, person.key, *account, owned);
        case Absence::unclear:
            compare.note(
                Note::Kind::unclear, person.key,
                (account == nullptr ? "is not created: what decides is " : "is left as they are: what decides is ") +
                    describe(person.reason) + ", and the record says nothing there");
            return;
        case Absence::excluded:
            compare.note(Note::Kind::left_alone, person.key, why);
            if (account != nullptr) forget_suspension(compare, person.key, *account, owned);
            return;
        case Absence::no_email:
        case Absence::no_business_unit:
        case Absence::no_group: compare.note(Note::Kind::not_admitted, person.key, why); return;
    }
}

}  // namespace usersync::diff
