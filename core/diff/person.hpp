#pragma once
// The comparison of one person who should be in the network: joins, stays or comes back.

#include "core/diff/comparison.hpp"
#include "core/diff/places.hpp"

namespace usersync::diff {

/// Without an account. Gives where they belong.
Places joins(const Comparison& compare, const DesiredUser& wanted);
/// With an account.
Places stays(const Comparison& compare, const DesiredUser& wanted, const ActualUser& account, const OwnedUser& owned);

/// With an account that is theirs by its XID, and not ours yet: nothing but the adoption.
void adopt_account(const Comparison& compare, const DesiredUser& wanted, const ActualUser& account,
                   const OwnedUser& owned);

/// With an account without XID that is from now on theirs. What else is to be changed is found when the network has
/// been read with the link.
void link_account(const Comparison& compare, const DesiredUser& wanted, const ActualUser& account,
                  const OwnedUser& owned);

/// With a suspended account that stands under the key that they had before.
Places comes_back(const Comparison& compare, const DesiredUser& wanted, const ActualUser& account);

}  // namespace usersync::diff
