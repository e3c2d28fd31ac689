#pragma once
// With which people a plan begins alone.

#include "core/plan/plan.hpp"

#include <cstddef>
#include <vector>

namespace usersync::plan {

/// Pure. The operations of the first `people` for whom something is sent, those that are about nobody, and what all of
/// these need, in the plan's order. Empty where `people` is 0, or where no more than `above` people are to be changed.
std::vector<std::size_t> canary_of(const Plan& plan, std::size_t people, std::size_t above);

}  // namespace usersync::plan
