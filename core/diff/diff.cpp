#include "core/diff/diff.hpp"

#include "core/diff/address_book.hpp"
#include "core/diff/group_directory.hpp"
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

void note_groups_that_are_missing(const DesiredNetwork& desired, const GroupDirectory& groups, ChangeSet& out) {
    for (const auto& reference : desired.managed_groups) {
        const auto found = groups.find(reference);
        if (const auto* problem = std::get_if<NotFound>(&found)) {
            out.notes.push_back({Note::Kind::unknown_group, EmployeeKey{},
                                 describe(reference) + (*problem == NotFound::unknown
                                                            ? " is named by a rule, but the network does not have it"
                                                            : " is named by a rule, but the network has several")});
        }
    }
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
    const AddressBook addresses(desired, actual);
    const auto accounts = accounts_of(actual);
    static const OwnedUser nothing;
    const PersonComparison compare{
        .desired = desired, .groups = groups, .addresses = addresses, .policy = policy, .out = out};

    note_groups_that_are_missing(desired, groups, out);
    std::set<EmployeeKey> spoken_for;
    for (const auto& frozen : desired.frozen) {
        spoken_for.insert(frozen.key);
        out.notes.push_back({Note::Kind::frozen, frozen.key, frozen.reason});
    }
    for (const auto& user : desired.users) {
        spoken_for.insert(user.key);
        if (accounts.doubled.contains(user.key)) {
            out.notes.push_back({Note::Kind::conflict, user.key, "two accounts of the network have this XID"});
            continue;
        }
        const auto account = accounts.by_key.find(user.key);
        const auto* owned = ownership.find(user.key);
        if (account == accounts.by_key.end()) {
            joins(compare, user);
        } else {
            stays(compare, user, *account->second, owned != nullptr ? *owned : nothing);
        }
    }
    for (const auto& [key, account] : accounts.by_key) {
        if (spoken_for.contains(key) || accounts.doubled.contains(key)) continue;
        const auto* owned = ownership.find(key);
        if (owned == nullptr || !owned->user) {
            out.notes.push_back({Note::Kind::protected_, key, "has an XID, but is neither in the record nor ours"});
        } else {
            leaves(compare, *account, *owned, desired.completeness);
        }
    }
    refuse_swaps(out);
    refuse_claims_without_giver(out, addresses);
    sort_changes(out);
    return out;
}

}  // namespace usersync::diff
