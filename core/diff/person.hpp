#pragma once
// The comparison of one person who should be in the network: joins or stays.

#include "core/diff/comparison.hpp"

namespace usersync::diff {

/// Without an account.
void joins(const Comparison& compare, const DesiredUser& wanted);
/// With an account.
void stays(const Comparison& compare, const DesiredUser& wanted, const ActualUser& account, const OwnedUser& owned);

}  // namespace usersync::diff
