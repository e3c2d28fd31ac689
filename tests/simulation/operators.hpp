#pragma once
// People with `usersyncd` at hand, and what they may ask of a tenant at any time: the commands' way through the ports.

#include "core/ports/clock.hpp"
#include "core/ports/removal_queue.hpp"
#include "core/ports/run_store.hpp"
#include "daemon/sync/tenant_loop.hpp"
#include "tests/simulation/witness.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstdint>

namespace usersync::simulation {

/// What they have before them, of one tenant, as long as its process lives.
struct Desk {
    sync::TenantLoop& loop;
    RunStore& runs;
    Ledger& ledger;
    RemovalQueue& removals;
    Clock& clock;
    SimTime& time;
    Witness& witness;
};

/// Somebody of ours stays, whoever `chance` says.
boost::asio::awaitable<void> hold_somebody(Desk desk, std::uint64_t chance);
boost::asio::awaitable<void> release_all(Desk desk);
boost::asio::awaitable<void> pause_runs(Desk desk);
boost::asio::awaitable<void> resume_runs(Desk desk);
/// The plan that waits, if one does.
boost::asio::awaitable<void> reject_plan(Desk desk);
/// One of the newest runs that did something, whichever `chance` says; and the plan that takes it back is approved.
boost::asio::awaitable<void> undo_a_run(Desk desk, std::uint64_t chance);
boost::asio::awaitable<void> approve_plan(Desk desk, PlanId plan);

}  // namespace usersync::simulation
