#pragma once
// What an operation that took effect means for ownership.

#include "core/model/operation.hpp"
#include "core/model/ownership.hpp"

#include <vector>

namespace usersync::apply {

/// Ownership changes that go with the operation's effect at `at`; they are written with the settled outcome. `made` is
/// the account that came into being, where the network's answer names it and it will not be found by its key.
std::vector<OwnershipChange> ownership_after(const Change& change, Time at, std::optional<UserEid> made = {});

/// Of what was so before the call: nobody got a letter that counts.
void discount_reminder(std::vector<OwnershipChange>& changes);

}  // namespace usersync::apply
