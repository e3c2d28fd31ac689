#pragma once
// People without an account under their key who may have one all the same.

#include "core/diff/address_index.hpp"
#include "core/diff/comparison.hpp"

#include <memory>
#include <set>

namespace usersync::diff {

/// Refers to things that outlive it.
class KnownAccounts {
public:
    KnownAccounts(const DesiredNetwork& desired, const ActualNetwork& actual, const Ownership& ownership,
                  const Policy& policy);

    /// True when the person has been dealt with: an account without XID is linked to them (`Policy::adopt_by_email`),
    /// the suspended account of ours that they had under another key is reactivated
    /// (`Policy::xid_change_on_reactivation`), or it is not certain which account is theirs, and noted.
    bool deal_with(const Comparison& compare, const DesiredUser& wanted, const OwnedUser& owned);

    /// Keys whose account is somebody else's from now on.
    const std::set<EmployeeKey>& taken_over() const { return taken_over_; }

private:
    bool is_former(const ActualUser& account) const;
    bool link(const Comparison& compare, const DesiredUser& wanted, const OwnedUser& owned) const;
    bool come_back(const Comparison& compare, const DesiredUser& wanted);

    const DesiredNetwork& desired_;
    const Ownership& ownership_;
    const Policy& policy_;
    std::unique_ptr<AddressIndex> addresses_;  ///< null where no policy asks for it
    std::set<EmployeeKey> taken_over_;
};

}  // namespace usersync::diff
