#pragma once
// The configuration for commands: loaded, or every problem told.

#include "daemon/cli.hpp"
#include "daemon/config/config.hpp"

#include <optional>

namespace usersync {

/// `usersyncd check`: prints every problem, or what was found to be right. Exit code 0, or 2 when something is an
/// error.
int check_configuration(const cli::Check& arguments);

/// For every other command: problems go to standard error; nullopt when one of them is an error.
std::optional<config::EnvironmentConfig> load_or_complain(const cli::EnvironmentArguments& where);

/// usersync.toml alone, likewise: all that a command needs to find the running daemon.
std::optional<config::EnvironmentConfig> service_or_complain(const cli::EnvironmentArguments& where);

/// For the daemon. A tenant whose files have an error runs by what its store has kept, see `TenantConfig::refused`;
/// nullopt, and problems on standard error, when nothing good is kept of it, or when anything else has an error.
std::optional<config::EnvironmentConfig> load_to_serve(const cli::EnvironmentArguments& where);

}  // namespace usersync
