#pragma once
// What an operation that took effect means for ownership.

#include "core/model/operation.hpp"
#include "core/model/ownership.hpp"

#include <vector>

namespace usersync::apply {

/// Ownership changes that go with the operation's effect; they are written with the settled outcome.
std::vector<OwnershipChange> ownership_after(const Change& change);

}  // namespace usersync::apply
