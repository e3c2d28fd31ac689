#pragma once
// The brakes: may this plan be carried out without a person having looked at it?

#include "core/model/ownership.hpp"
#include "core/model/rule_version.hpp"
#include "core/plan/plan.hpp"

#include <cstddef>

namespace usersync::plan {

/// Defaults of demands G-1 and G-2. A limit is exceeded by more than it, not by reaching it.
struct GuardLimits {
    std::size_t removals_max = 25;             ///< people who lose their account, on leave or for good, by count
    double removals_share_max = 0.05;          ///< … or as a share of the people we manage, whichever is first
    double memberships_lost_share_max = 0.10;  ///< group memberships that staying people lose, of those we own
    std::size_t role_grants_max = 10;          ///< people who stay and get another role, higher or lower
    std::size_t groups_made_max = 10;          ///< groups that come into being
    bool operator==(const GuardLimits&) const = default;
};

struct GuardContext {
    std::size_t people_managed = 0;     ///< accounts that are ours
    std::size_t memberships_owned = 0;  ///< group memberships that are ours
    bool first_run = false;             ///< no plan of this tenant was ever applied
    MappingState mapping = MappingState::final_;
    bool operator==(const GuardContext&) const = default;
};

/// Counts what is ours and in use: suspended accounts are no population to take a share of.
GuardContext context_of(const Ownership& ownership, const ActualNetwork& actual);

/// Judges the whole plan before the first call. An empty plan is always allowed.
Verdict guard(const Plan& plan, const GuardContext& context, const GuardLimits& limits);

/// For a plan that only proposes what is to count as ours: unless it is empty, a person decides, whatever the limits.
Verdict adoption_verdict(const Plan& plan);
/// True of what `adoption_verdict` said about a plan that is not empty: how a proposal is known when it is approved.
bool is_adoption(const Verdict& verdict);

}  // namespace usersync::plan
