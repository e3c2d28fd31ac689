#pragma once
// What was done before and is wanted again: a network may be late to show it, or have done nothing.

#include "core/base/time.hpp"
#include "core/plan/plan.hpp"

#include <chrono>
#include <cstddef>
#include <map>
#include <vector>

namespace usersync::plan {

/// A call that took effect, by the network's word.
struct Done {
    RunId run;
    What what;
    Time at{};
};
/// The newest first. Those of no employee are groups that were made.
using DoneBefore = std::map<EmployeeKey, std::vector<Done>>;

struct RepeatLimits {
    /// For so long our own word counts more than what the network shows: its lists may be late.
    Duration settle_max = std::chrono::minutes(2);
    /// What so many runs in a row have done for somebody, and is wanted all the same, has no effect …
    std::size_t runs_max = 2;
    /// … and is not sent again until the first of them is so long ago.
    Duration remembered = std::chrono::hours(24 * 30);
    bool operator==(const RepeatLimits&) const = default;
};

enum class Repeated {
    no,
    settling,   ///< done a moment ago; or somebody's things would be given up for whom something was
    no_effect,  ///< done again and again, and not there
};
/// `done`: of the same employee. Runs that did something else for them in between make it new. An invitation that is
/// sent again is never repeated: who is asked how often is counted elsewhere.
Repeated repeated(const Change& change, const std::vector<Done>& done, Time now, const RepeatLimits& limits);

/// Something was done so short a while ago that the network may not show it yet.
bool is_settling(const std::vector<Done>& done, Time now, const RepeatLimits& limits);

/// Takes what is repeated out of `changes` and notes it; with an account that is still to show, everything of its
/// person. What seems to be changed in the network of people who are settling is not told: it is not known yet.
void leave_out_repeated(ChangeSet& changes, const DoneBefore& done, Time now, const RepeatLimits& limits);

}  // namespace usersync::plan
