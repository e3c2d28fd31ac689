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
/// Of one employee; of no employee: the groups that were made.
struct Past {
    std::vector<Done> done;    ///< the newest first
    std::vector<What> wanted;  ///< what the plan before this one wanted for them
    bool is_noted = false;     ///< or it said of something that it has no effect
};
using DoneBefore = std::map<EmployeeKey, Past>;

struct RepeatLimits {
    /// For so long our own word counts more than what the network shows: its lists may be late. 0: they never are.
    Duration settle_max{0};
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
/// `past`: of the same employee. What the plan before this one did not want was there in between, so it is new; so it
/// is when runs did something else for them. An invitation that is sent again is never repeated: who is asked how often
/// is counted elsewhere.
Repeated repeated(const Change& change, const Past& past, Time now, const RepeatLimits& limits);

/// Something was done so short a while ago that the network may not show it yet.
bool is_settling(const Past& past, Time now, const RepeatLimits& limits);

/// Takes what is repeated out of `changes` and notes it; with an account that is still to show, everything of its
/// person. What seems to be changed in the network of people who are settling is not told: it is not known yet.
void leave_out_repeated(ChangeSet& changes, const DoneBefore& done, Time now, const RepeatLimits& limits);

}  // namespace usersync::plan
