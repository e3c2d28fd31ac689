#pragma once
// Carries out a plan: does what core/apply says, waits for it, and writes every step into the ledger.

#include "daemon/sync/tenant_parts.hpp"

#include <set>

namespace usersync::sync {

/// Applies `plan` as part of `run`. A Failure means that the ledger could not be written, or a bug: nothing was sent
/// after that. Everything else is in the summary. On stop, nothing new starts, calls under way may be answered until
/// `drain_max`, and what is still open then stays an unsettled intent.
/// `seed` spreads the waits between retries; `expected` is how long it was estimated to take, for the progress.
boost::asio::awaitable<Result<apply::Summary>> apply_plan(TenantParts parts, RunId run, const Plan& plan,
                                                          std::uint64_t seed, Duration expected = Duration(0));

/// Looks up every intent without an outcome, left by a process that died, and settles it. REQUIRES: the network was
/// read (`read_all`) before. Where the network cannot say what became of a call, its intent stays open and nothing else
/// may be done about that person; a network that cannot be asked at all is a Failure.
struct Recovered {
    std::size_t settled = 0;
    std::set<EmployeeKey> unknown;  ///< people with an intent that is still open
};
boost::asio::awaitable<Result<Recovered>> settle_open_intents(TenantParts parts);

}  // namespace usersync::sync
