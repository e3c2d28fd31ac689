#pragma once
// From differences to an ordered plan with a fingerprint.

#include "core/plan/plan.hpp"

#include <vector>

namespace usersync::plan {

/// Pure. Orders by stage, then person; gives every operation its key and what must have succeeded before it:
///
/// | operation                        | needs                                                        |
/// |----------------------------------|--------------------------------------------------------------|
/// | anything of a joiner, returner   | the person's create or reactivate                            |
/// | end of membership                | the person's suspension                                      |
/// | a profile that claims an address | the profile update that gives the address up                 |
/// | the update after a parking       | the parking                                                  |
/// | a fresh invitation               | the person's profile update: it goes to the new address      |
/// | a role in a group                | the operation that makes the person a member of it           |
///
/// Groups that are made come before everything else; nothing waits for them, since people are placed in them by a plan
/// that knows them.
///
/// The key is made of tenant, record content, rules and the change itself: the same difference found again after
/// a crash has the same key, so that it is known to be part of what was approved. The plan's id covers everything
/// that is decided, not the snapshot's number.
Plan make_plan(ChangeSet changes, PlanBasis basis, std::vector<Unmapped> unmapped);

/// True when every operation of `rest` stands in `whole`: what is left of a plan that was begun.
bool is_part_of(const Plan& rest, const Plan& whole);

/// What changed between two plans of a tenant, as sentences without personal data: "the rules are others",
/// "+ suspend_user 1007". Operations that differ in nothing but their key are the same. So many lines at most, and how
/// many more there would be.
std::vector<std::string> differences(const Plan& before, const Plan& after);

/// Operations that need a call: what the rate limit is spent on.
std::size_t calls_of(const Plan& plan);

}  // namespace usersync::plan
