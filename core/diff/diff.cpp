#include "core/diff/diff.hpp"

#include "core/diff/address_book.hpp"
#include "core/diff/drift.hpp"
#include "core/diff/email_change.hpp"
#include "core/diff/group_directory.hpp"
#include "core/diff/group_roles.hpp"
#include "core/diff/known_account.hpp"
#include "core/diff/leaver.hpp"
#include "core/diff/missing_groups.hpp"
#include "core/diff/person.hpp"
#include "core/diff/protection.hpp"

#include <algorithm>
#include <cstdint>
#include <set>

namespace usersync::diff {
namespace {

/// Accounts by XID. An XID that two accounts share means nobody in particular.
struct Accounts {
    std::map<EmployeeKey, const ActualUser*> by_key;
    std::set<EmployeeKey> doubled;
};

Accounts accounts_of(const ActualNetwork& actual) {
    Accounts accounts;
    for (const auto& user : actual.users) {
        if (!user.xid) continue;
        if (!accounts.by_key.emplace(*user.xid, &user).second) accounts.doubled.insert(*user.xid);
    }
    return accounts;
}

void sort_changes(ChangeSet& set) {
    std::stable_sort(set.changes.begin(), set.changes.end(), [](const Change& a, const Change& b) {
        return a.employee != b.employee ? a.employee < b.employee : a.what.index() < b.what.index();
    });
    std::sort(set.notes.begin(), set.notes.end());
    set.notes.erase(std::unique(set.notes.begin(), set.notes.end()), set.notes.end());
    std::sort(set.drift.begin(), set.drift.end());
}

/// Asked in by us, and the answer never said which account that is: nothing but the address finds it.
bool is_to_be_found(const Policy& policy, const ActualUser* account, const OwnedUser& owned) {
    return account == nullptr && owned.user && !owned.link && !policy.can_suspend;
}

/// In the record, and wanted: what should be, what somebody changed, what nobody may change.
void wanted_person(const Comparison& compare, const DesiredUser& wanted, const ActualUser* account,
                   const OwnedUser& owned, KnownAccounts& known) {
    if (is_to_be_found(compare.policy, account, owned) && known.deal_with(compare, wanted, owned)) return;
    if (waits_to_be_shown(compare, wanted.key, account, owned)) return;
    // An account of ours that somebody detached is not linked again before the tenant has answered that.
    if (leaves_account_as_it_is(compare, wanted, account, owned)) return;
    // Whose account stands elsewhere has one all the same.
    if (account == nullptr && known.deal_with(compare, wanted, owned)) return;
    Decided decided(compare.out);
    const bool is_shown = account != nullptr && account->state != UserState::suspended;
    const auto places = account == nullptr ? joins(compare, wanted) : stays(compare, wanted, *account, owned);
    if (is_shown || !decided.nothing()) {
        static const OwnedUser nothing;  // of an account that is made
        answer_drift(compare, wanted, is_shown ? account : nullptr, account == nullptr ? nothing : owned, places,
                     decided);
    }
    if (account != nullptr) {
        invite_again(compare, wanted, *account, owned, decided);
        respect_protection(compare, wanted.key, *account, decided);
        tell_lost_roles(compare, *account, owned, decided);
    }
    order_by_hierarchy(compare, decided);
}

enum class Goes : std::uint8_t { away, on_leave };

/// Not to be in the network, or nobody says so.
/// True when something is taken from them.
template <class Decide>
bool unwanted_person(const Comparison& compare, const EmployeeKey& person, const ActualUser* account,
                     const OwnedUser& owned, Goes goes, Decide decide) {
    Decided decided(compare.out);
    decide();
    if (account == nullptr) return false;
    if (goes == Goes::away) take_back_group_roles(compare, person, *account, owned, decided);
    respect_protection(compare, person, *account, decided);
    tell_lost_roles(compare, *account, owned, decided);
    order_by_hierarchy(compare, decided);
    return decided.find<SuspendUser>() != nullptr || decided.find<EndMembership>() != nullptr ||
           decided.find<RemoveFromGroups>() != nullptr || decided.find<ChangeRole>() != nullptr ||
           decided.find<ChangeGroupRole>() != nullptr;
}

/// Without an account under their key, and none is brought back or linked to them either.
std::vector<const DesiredUser*> joining(const DesiredNetwork& desired, const Accounts& accounts,
                                        const ChangeSet& decided) {
    std::set<EmployeeKey> have_one;
    for (const auto& change : decided.changes) {
        const auto* adopt = std::get_if<Adopt>(&change.what);
        if (std::holds_alternative<ReactivateUser>(change.what) || (adopt != nullptr && adopt->link)) {
            have_one.insert(change.employee);
        }
    }
    std::vector<const DesiredUser*> found;
    for (const auto& user : desired.users) {
        const bool is_new = !accounts.by_key.contains(user.key) && !have_one.contains(user.key);
        if (is_new && !user.placement->not_invited) found.push_back(&user);
    }
    return found;
}

bool has_left(Absence absence) { return absence == Absence::ended || absence == Absence::inactive; }

/// Nothing is taken by a record that could not be read whole, but whoever joins by it may be one of these.
bool may_have_another_key(const Comparison& compare, const ActualUser* account, const OwnedUser& owned) {
    return compare.desired.completeness == Completeness::partial && account != nullptr && owned.user &&
           account->state != UserState::suspended;
}

}  // namespace

ChangeSet diff(const DesiredNetwork& desired, const ActualNetwork& actual, const Ownership& ownership,
               const Policy& policy, const Birthdays& birthdays) {
    ChangeSet out;
    const GroupDirectory groups(actual, desired.groups_to_make);
    const AddressBook addresses(desired, actual, policy);
    const auto accounts = accounts_of(actual);
    const auto renamed = renamed_groups(desired, actual, groups, ownership);
    const auto awaited = make_missing_groups(desired, groups, renamed, out);
    const Comparison compare{
        .desired = desired, .groups = groups, .addresses = addresses, .policy = policy, .awaited = awaited, .out = out};
    const auto owned_of = [&](const EmployeeKey& key) -> const OwnedUser& {
        static const OwnedUser nothing;
        const auto* owned = ownership.find(key);
        return owned != nullptr ? *owned : nothing;
    };
    const auto account_of = [&](const EmployeeKey& key) -> const ActualUser* {
        const auto at = accounts.by_key.find(key);
        return at == accounts.by_key.end() ? nullptr : at->second;
    };

    KnownAccounts known(desired, actual, ownership, policy);
    LeavingAndJoining leaving;
    std::set<EmployeeKey> spoken_for;
    for (const auto& frozen : desired.frozen) {
        spoken_for.insert(frozen.key);
        compare.note(Note::Kind::frozen, frozen.key, frozen.reason);
    }
    const auto is_clear = [&](const EmployeeKey& key) {
        spoken_for.insert(key);
        if (!accounts.doubled.contains(key)) return true;
        compare.note(Note::Kind::conflict, key, "two accounts of the network have this XID");
        return false;
    };
    for (const auto& user : desired.users) {
        if (!is_clear(user.key)) continue;
        wanted_person(compare, user, account_of(user.key), owned_of(user.key), known);
    }
    for (const auto& person : desired.not_wanted) {
        if (!is_clear(person.key)) continue;
        const auto* account = account_of(person.key);
        const auto& owned = owned_of(person.key);
        const auto goes = person.absence == Absence::on_leave ? Goes::on_leave : Goes::away;
        const bool is_taken_from = unwanted_person(compare, person.key, account, owned, goes,
                                                   [&] { not_wanted(compare, person, account, owned); });
        const bool may_pair = is_taken_from || may_have_another_key(compare, account, owned);
        if (may_pair && has_left(person.absence)) leaving.leaving.push_back(account);
        if (has_left(person.absence)) forget_declined(compare, person.key, owned);
    }
    spoken_for.insert(known.taken_over().begin(), known.taken_over().end());
    for (const auto& key : accounts.doubled) {
        if (!spoken_for.contains(key)) is_clear(key);
    }
    for (const auto& [key, account] : accounts.by_key) {
        if (spoken_for.contains(key) || accounts.doubled.contains(key)) continue;
        const auto& owned = owned_of(key);
        const bool is_taken_from = unwanted_person(compare, key, account, owned, Goes::away,
                                                   [&, found = account] { absent(compare, *found, owned); });
        if (is_taken_from || may_have_another_key(compare, account, owned)) leaving.leaving.push_back(account);
        if (is_taken_from) leaving.gone.insert(key);
    }
    if (desired.completeness == Completeness::complete) {
        for (const auto& owned : ownership.users) {
            if (!spoken_for.contains(owned.key)) forget_declined(compare, owned.key, owned);
        }
    }
    leaving.joining = joining(desired, accounts, out);
    keep_rekeyed(out, leaving, desired, actual, birthdays, policy);
    order_swaps(out, addresses, policy);
    refuse_claims_without_giver(out, addresses);
    sort_changes(out);
    return out;
}

}  // namespace usersync::diff
