#pragma once
// What `plan` and `apply` ask of a tenant's loop.

#include "daemon/compose.hpp"
#include "daemon/control/command.hpp"
#include "daemon/sync/sync_cycle.hpp"

#include <optional>
#include <string>
#include <variant>

namespace usersync {

/// The plan that somebody names: by its whole id, or by the beginning of the newest one's. `rejected`/"no_such_plan".
boost::asio::awaitable<Result<StoredPlan>> named_plan(Tenant& tenant, std::string given, std::string command);

/// Why nothing of this run can be taken back: `rejected`/"no_such_run" or "nothing_to_undo". nullopt: something can.
boost::asio::awaitable<std::optional<Failure>> why_not_undone(Tenant& tenant, RunId run);

/// What there is to say when a command asked for something that is not there, or could not look: nothing is recorded.
control::CommandResult not_begun(const Failure& failure);

/// The order that carries out a plan which was looked at before: the one that is named, else the newest. Or the answer,
/// when there is none that could be: it was carried out already, or none was ever made.
boost::asio::awaitable<std::variant<sync::CycleOrder, control::CommandResult>> order_to_apply(
    Tenant& tenant, control::CommandRequest request);

}  // namespace usersync
