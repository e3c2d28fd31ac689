#pragma once
// The daemon's state for a terminal, and the exit code that goes with it.

#include "daemon/control/command.hpp"
#include "daemon/http/daemon_status.hpp"

#include <string>

namespace usersync::status {

/// A table with one tenant a line; below it, one block per held plan (with the command that approves it), one line
/// per failure, and one where changed rules are refused or need a restart.
std::string status_text(const DaemonStatus& status);

/// | true of any tenant                       | exit code       |
/// |------------------------------------------|-----------------|
/// | its last run failed                      | 4, failed       |
/// | a plan of it is held                     | 3, held         |
/// | anything else asks for attention         | 1, people_open  |
/// | none of these                            | 0, done         |
/// The first row that is true counts.
control::ExitCode exit_code_of(const DaemonStatus& status);

}  // namespace usersync::status
