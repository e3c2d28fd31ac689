#include "core/diff/diff.hpp"

#include "core/diff/address_book.hpp"
#include "core/diff/group_directory.hpp"
#include "core/diff/leaver.hpp"
#include "core/diff/missing_groups.hpp"
#include "core/diff/person.hpp"

#include <algorithm>
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
}

}  // namespace

ChangeSet diff(const DesiredNetwork& desired, const ActualNetwork& actual, const Ownership& ownership,
               const Policy& policy) {
    ChangeSet out;
    const GroupDirectory groups(actual);
    const AddressBook addresses(desired, actual, policy.fill.email);
    const auto accounts = accounts_of(actual);
    const auto awaited = make_missing_groups(desired, groups, out);
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
        const auto* account = account_of(user.key);
        if (account == nullptr) {
            joins(compare, user);
        } else {
            stays(compare, user, *account, owned_of(user.key));
        }
    }
    for (const auto& person : desired.not_wanted) {
        if (is_clear(person.key)) not_wanted(compare, person, account_of(person.key), owned_of(person.key));
    }
    for (const auto& [key, account] : accounts.by_key) {
        if (spoken_for.contains(key) || accounts.doubled.contains(key)) continue;
        absent(compare, *account, owned_of(key));
    }
    refuse_swaps(out);
    refuse_claims_without_giver(out, addresses);
    sort_changes(out);
    return out;
}

}  // namespace usersync::diff
