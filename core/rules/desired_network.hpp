#pragma once
// From the employee record to the network that should be: every membership and role with its reason.

#include "core/model/network.hpp"
#include "core/model/snapshot.hpp"
#include "core/rules/rule_set.hpp"

namespace usersync::rules {

/// Pure; linear in people and matching rules. Everybody in the snapshot is wanted in the network; all group rules
/// that match apply, the first role rule that matches wins. Values are compared exactly: a value that no rule of
/// its field knows is reported as unmapped, never guessed.
DesiredNetwork desired_network(const Snapshot& snapshot, const RuleSet& rules);

}  // namespace usersync::rules
