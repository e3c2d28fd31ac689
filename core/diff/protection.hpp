#pragma once
// What nobody may change, whatever was decided.

#include "core/diff/comparison.hpp"
#include "core/diff/decided.hpp"

namespace usersync::diff {

/// Withdraws what another application has locked (`lockedBy`): the account with its profile, role and end, and single
/// memberships. Nobody leaves a business unit while they stay in a local department of it, and somebody from outside
/// keeps one group. Each is noted.
void respect_protection(const Comparison& compare, const EmployeeKey& person, const ActualUser& account,
                        Decided& decided);

/// True, and noted, when another application has locked the membership.
bool is_locked(const Comparison& compare, const EmployeeKey& person, const ActualUser& account, const GroupEid& group);

/// Business units and departments before local departments where people come in; the other way round where they leave.
void order_by_hierarchy(const Comparison& compare, Decided& decided);

}  // namespace usersync::diff
