#pragma once
// The comparison of people who should not be in the network: absent from the record, or not wanted by it.

#include "core/diff/comparison.hpp"

namespace usersync::diff {

/// Not in the record, with an account.
void absent(const Comparison& compare, const ActualUser& account, const OwnedUser& owned);

/// In the record, and not wanted. `account` is nullptr when there is none.
void not_wanted(const Comparison& compare, const NotWanted& person, const ActualUser* account, const OwnedUser& owned);

}  // namespace usersync::diff
