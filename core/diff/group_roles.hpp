#pragma once
// Roles in groups, where a call can give them.

#include "core/diff/decided.hpp"
#include "core/diff/places.hpp"

namespace usersync::diff {

/// Gives, adopts and takes back roles in groups: those in memberships that are there, or are made by what is decided.
/// A role in a group is owned by itself, beside the membership: one by hand is neither replaced nor taken away, also in
/// a membership of ours; one of ours is taken back, also in a membership by hand. What was changed in the network is
/// answered by `Policy::drift.roles`; what is given up goes into `release`. `account` as for `answer_drift`.
void change_group_roles(const Comparison& compare, const DesiredUser& wanted, const ActualUser* account,
                        const OwnedUser& owned, const Places& places, Decided& decided, Release& release);

/// A leaver's roles of ours in memberships that are not ours: these stay, without the role.
void take_back_group_roles(const Comparison& compare, const EmployeeKey& person, const ActualUser& account,
                           const OwnedUser& owned, Decided& decided);

/// Says of the memberships that go which roles go with them, so that whoever takes that back knows.
void tell_lost_roles(const Comparison& compare, const ActualUser& account, const OwnedUser& owned, Decided& decided);

}  // namespace usersync::diff
