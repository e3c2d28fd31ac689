#pragma once
// The removal queue and the brakes as people and programs read them. Employee keys alone: no names, no addresses.

#include "core/plan/guard.hpp"
#include "core/plan/removal_queue.hpp"
#include "core/plan/suggest.hpp"

#include <string>

namespace usersync::queue_view {

struct Queue {
    TenantId tenant;
    plan::Removals removals;
    plan::QueueLimits limits;
    bool ends_memberships = false;  ///< the tenant removes leavers, and does not only suspend them
    bool can_suspend = true;        ///< there is a call that suspends
};
std::string queue_text(const Queue& queue);
std::string queue_json(const Queue& queue);

struct Brakes {
    TenantId tenant;
    plan::GuardLimits limits;
    plan::RecentCounts recent;
    std::size_t plans = 0;  ///< carried out in the last month, the tenant's first one left out
    std::vector<plan::Suggestion> suggestions;
};
std::string brakes_text(const Brakes& brakes);
std::string brakes_json(const Brakes& brakes);

}  // namespace usersync::queue_view
