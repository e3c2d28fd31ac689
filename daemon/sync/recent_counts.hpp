#pragma once
// What took effect lately, for the brakes that look at more than one plan.

#include "core/plan/guard.hpp"
#include "core/ports/ledger.hpp"

namespace usersync::sync {

/// By the ledger, in the windows of the guard before `now`.
boost::asio::awaitable<Result<plan::RecentCounts>> recent_counts(Ledger& ledger, Time now);

}  // namespace usersync::sync
