#pragma once
// Says whether a world kept every promise: compared with its twin, in which nothing went wrong, and by what was seen.

#include "tests/simulation/sim_world.hpp"

#include <string>
#include <vector>

namespace usersync::simulation {

/// Every broken promise, the first difference of each: empty when all were kept. Both worlds have run.
std::vector<std::string> judge(SimWorld& world, SimWorld& twin, const FaultPlan& faults);

}  // namespace usersync::simulation
