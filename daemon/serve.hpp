#pragma once
// Running an environment: as the daemon, or for one command.

#include "daemon/config/config.hpp"
#include "daemon/control/command.hpp"

#include <functional>
#include <string>

namespace usersync {

/// The daemon: locks the state folder, runs every tenant, answers on the health listener and the control socket,
/// tells systemd, and ends on SIGTERM or SIGINT within five seconds. A second signal ends it at once.
/// Exit code 3 when another process holds the state folder, 4 when something cannot be opened.
control::ExitCode serve(const config::EnvironmentConfig& config);

/// One command: over the control socket where a daemon runs for this environment, else in this process under the
/// same lock. `on_progress` gets a line now and then.
control::CommandResult run_command(const config::EnvironmentConfig& config, control::CommandRequest request,
                                   std::function<void(std::string)> on_progress);

}  // namespace usersync
