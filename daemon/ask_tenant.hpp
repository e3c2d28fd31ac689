#pragma once
// What questions about a tenant begin with: its newest snapshot, its network, and the options they were asked with.

#include "daemon/compose.hpp"
#include "daemon/control/command.hpp"

namespace usersync {

/// The newest snapshot, if there is one. A doubtful record that a person has confirmed is as good as a complete one.
boost::asio::awaitable<Result<std::optional<Snapshot>>> newest_snapshot(Tenant& tenant);

/// The whole network, by a reader of its own: the one that runs use keeps what it knows of the network from one reading
/// to the next. `transient`/"run_under_way" while a run needs the network's rate; `where` stands in that failure.
boost::asio::awaitable<Result<ActualNetwork>> read_network(Tenant& tenant, Clock& clock, Duration read_max,
                                                           std::string where);

/// So that a question does not take calls from a run.
std::optional<Failure> run_under_way(const Tenant& tenant, std::string where);

/// nullopt when it is missing or empty.
std::optional<std::string> option_of(const control::CommandRequest& request, const std::string& name);

/// The day in "today"; without it, the tenant's own. `rejected`/"bad_day" when it is none.
Result<Day> day_of(const control::CommandRequest& request, const sync::TenantSettings& settings, Clock& clock);

control::CommandResult ended(control::ExitCode code, std::string sentence);
control::CommandResult failed(const Failure& failure);
control::CommandResult answered(std::string out);

}  // namespace usersync
