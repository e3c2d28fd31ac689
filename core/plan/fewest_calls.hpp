#pragma once
// The yardstick of a plan: how few calls could bring about what it does (invariant I5). Written apart from the planner
// on purpose, and from what a call can do alone.

#include "core/plan/plan.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace usersync::plan {

/// By what one call of the network's interface can do: it makes or brings back one account with its profile, writes one
/// profile, adds one person to any number of groups, takes them out of any number, gives one role, asks one person in
/// again, suspends one account, ends one membership of the network, makes one group. What the plan undoes itself does
/// not count. Invitations that the adapter gathers into one call count as one each. Of whoever leaves, each step
/// counts: role and groups are taken before the account (demand X-8).
std::size_t fewest_calls(const Plan& plan);

/// A call beyond the fewest, and why it is there all the same.
struct Excess {
    OperationKey operation;
    std::string reason;  ///< one sentence, without personal data
    auto operator<=>(const Excess&) const = default;
};

/// Every call beyond the fewest, in the plan's order: as many as `calls_of` is more than `fewest_calls`, whatever the
/// plan. Empty for a plan without detours. A reason is empty where nobody knows one: a fault of the planner.
std::vector<Excess> excess_of(const Plan& plan);

}  // namespace usersync::plan
