#pragma once
// What a network should be like in the end, by the ownership rules alone: the simplest way there is to say it, and
// apart from the comparison and the planner.

#include "tests/core/plan/plan_case.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace usersync::test {

struct End {
    std::optional<EmployeeKey> key;
    UserState state = UserState::active;
    Profile profile;
    RoleId role;
    std::vector<GroupEid> groups;               ///< sorted
    std::map<GroupEid, RoleId> in_groups = {};  ///< where they are more than a member
    bool gone = false;                          ///< not in the network any more; the rest says as what they left
    bool asked = false;                         ///< in again, at a new address
    bool operator==(const End&) const = default;
};

/// By account: its EID, or "new:" and the key of whoever gets one.
using Ends = std::map<std::string, End>;

Ends ends_of(const ActualNetwork& network);

/// What `given` should come to by one plan.
Ends expected_ends(const PlanCase& given);

/// Names of the groups that are made by it. Whoever belongs there is placed by the next one.
std::set<std::string> groups_made(const PlanCase& given);

/// What can be read of them in a network.
Ends shown(Ends ends);

/// The fewest calls that lead from one to the other.
std::size_t fewest_calls_between(const Ends& before, const Ends& after);

std::string describe(const End& end);

}  // namespace usersync::test
