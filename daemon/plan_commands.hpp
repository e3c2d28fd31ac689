#pragma once
// What `plan` and `apply` ask of a tenant's loop.

#include "daemon/compose.hpp"
#include "daemon/control/command.hpp"
#include "daemon/sync/sync_cycle.hpp"

#include <variant>

namespace usersync {

/// The whole id behind the beginning of one, where only the newest plan can be meant.
boost::asio::awaitable<Result<PlanId>> whole_plan_id(Tenant& tenant, std::string given);

/// The order that carries out a plan which was looked at before: the one that is named, else the newest. Or the answer,
/// when there is none that could be: it was carried out already, or none was ever made.
boost::asio::awaitable<std::variant<sync::CycleOrder, control::CommandResult>> order_to_apply(
    Tenant& tenant, control::CommandRequest request);

}  // namespace usersync
