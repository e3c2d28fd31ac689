#pragma once
// Addresses that change, and people who are asked in once more.

#include "core/diff/comparison.hpp"
#include "core/diff/decided.hpp"

namespace usersync::diff {

/// Somebody who has accepted keeps the address that they sign in with, where the tenant wants it so: the difference is
/// noted, and `target` has the account's address.
void keep_address_in_use(const Comparison& compare, const DesiredUser& wanted, const ActualUser& account,
                         Profile& target);

/// A fresh invitation for somebody of ours who has not accepted: to a new address, also when it was changed in an
/// earlier run that could not ask them, or because it is time
/// (`Policy::reminders`). Nobody who comes in by other means than e-mail is asked.
void invite_again(const Comparison& compare, const DesiredUser& wanted, const ActualUser& account,
                  const OwnedUser& owned, Decided& decided);

}  // namespace usersync::diff
