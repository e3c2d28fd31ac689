#pragma once
// Running an environment: as the daemon, or for one command.

#include "core/base/result.hpp"
#include "daemon/config/config.hpp"
#include "daemon/control/command.hpp"
#include "daemon/runtime/file_lock.hpp"

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace usersync {

/// Makes the state folder where it is missing, and keeps other processes of this environment out of it.
Result<std::unique_ptr<runtime::FileLock>> take_state_folder(const config::EnvironmentConfig& config);

/// The daemon: locks the state folder, runs every tenant, answers on the health listener and the control socket,
/// tells systemd, and ends on SIGTERM or SIGINT within five seconds. A second signal ends it at once.
/// Exit code 3 when another process holds the state folder, 4 when something cannot be opened.
control::ExitCode serve(const config::EnvironmentConfig& config);

/// One command by the daemon that listens at this socket; nullopt when none does. `on_progress` gets a line now and
/// then.
std::optional<control::CommandResult> ask_daemon(const std::filesystem::path& socket,
                                                 const control::CommandRequest& request,
                                                 const std::function<void(std::string)>& on_progress);

/// One command in this process, under the same lock and by the same code.
control::CommandResult run_here(const config::EnvironmentConfig& config, control::CommandRequest request,
                                std::function<void(std::string)> on_progress);

}  // namespace usersync
