#pragma once
// Limits that fit a tenant, from what its plans have done so far.

#include "core/base/time.hpp"
#include "core/plan/guard.hpp"
#include "core/plan/impact.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace usersync::plan {

/// A plan that was carried out.
struct PastPlan {
    Time at{};
    Impact impact;
    bool is_first = false;  ///< the tenant's first one makes everybody, and says nothing about the days after it
    bool operator==(const PastPlan&) const = default;
};

/// What a setting is, and what it might be.
struct Suggestion {
    std::string setting;                  ///< "brakes.removals_max", "brakes.week.removals_max"
    std::size_t largest = 0;              ///< in one plan of the time looked at, or in one such window
    std::optional<std::size_t> in_force;  ///< nullopt: no limit by count
    std::size_t suggested = 0;            ///< twice the largest, and room for a small team
    bool operator==(const Suggestion&) const = default;
};

/// Twice the largest, at least five: a limit that an ordinary day does not reach, and an accident does.
std::size_t suggested_limit(std::size_t largest);

/// Of the plans in the month before `now`; one suggestion for each budget by count of which anything was done. Empty
/// without such plans.
std::vector<Suggestion> suggest_limits(const std::vector<PastPlan>& past, const GuardLimits& in_force, Time now);

}  // namespace usersync::plan
