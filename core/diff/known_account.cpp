#include "core/diff/known_account.hpp"

#include "core/diff/decided.hpp"
#include "core/diff/drift.hpp"
#include "core/diff/person.hpp"
#include "core/diff/protection.hpp"

#include <algorithm>

namespace usersync::diff {
namespace {

template <class Person>
bool has_key(const std::vector<Person>& sorted, const EmployeeKey& key) {
    const auto at = std::lower_bound(sorted.begin(), sorted.end(), key,
                                     [](const Person& one, const EmployeeKey& wanted) { return one.key < wanted; });
    return at != sorted.end() && at->key == key;
}

}  // namespace

KnownAccounts::KnownAccounts(const DesiredNetwork& desired, const ActualNetwork& actual, const Ownership& ownership,
                             const Policy& policy)
    : desired_(desired), ownership_(ownership), policy_(policy) {
    if (policy.adopt_by_email || policy.xid_change_on_reactivation) {
        addresses_ = std::make_unique<AddressIndex>(desired, actual);
    }
}

bool KnownAccounts::deal_with(const Comparison& compare, const DesiredUser& wanted, const OwnedUser& owned) {
    if (addresses_ == nullptr || !wanted.profile.email || wanted.profile.email->empty()) return false;
    return (policy_.xid_change_on_reactivation && policy_.can_suspend && come_back(compare, wanted)) ||
           (policy_.adopt_by_email && link(compare, wanted, owned));
}

/// Suspended, ours, and of nobody in the record. A record that could not be read whole does not tell who is in it.
bool KnownAccounts::is_former(const ActualUser& account) const {
    if (!account.xid || account.state != UserState::suspended) return false;
    if (desired_.completeness == Completeness::partial) return false;
    const auto* owned = ownership_.find(*account.xid);
    return owned != nullptr && owned->user && !has_key(desired_.users, *account.xid) &&
           !has_key(desired_.not_wanted, *account.xid) && !has_key(desired_.frozen, *account.xid);
}

/// Nothing but the link: what is sent names people by their key, and the network is read with the link first.
bool KnownAccounts::link(const Comparison& compare, const DesiredUser& wanted, const OwnedUser& owned) const {
    const auto& holders = addresses_->holders(*wanted.profile.email);
    if (holders.size() != 1) return false;
    const auto& account = *holders.front();
    if (account.xid || !account.eid || account.locked) return false;
    if (wanted.placement->not_invited || !addresses_->belong_together(account, wanted)) return false;
    link_account(compare, wanted, account, owned);
    return true;
}

bool KnownAccounts::come_back(const Comparison& compare, const DesiredUser& wanted) {
    const auto& holders = addresses_->holders(*wanted.profile.email);
    const auto former =
        std::find_if(holders.begin(), holders.end(), [&](const ActualUser* account) { return is_former(*account); });
    if (former == holders.end()) return false;
    const auto& account = **former;
    if (!addresses_->belong_together(account, wanted) || account.locked) {
        compare.note(
            Note::Kind::conflict, wanted.key,
            "may be somebody who comes back under another employee ID, but it is not certain whose account it is");
        return true;
    }
    taken_over_.insert(*account.xid);
    Decided decided(compare.out);
    const auto places = comes_back(compare, wanted, account);
    // With the account comes what was known of it.
    answer_drift(compare, wanted, nullptr, *ownership_.find(*account.xid), places, decided);
    order_by_hierarchy(compare, decided);
    return true;
}

}  // namespace usersync::diff
