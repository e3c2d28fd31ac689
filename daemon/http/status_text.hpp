#pragma once
// The daemon's state for a terminal, and the exit code that goes with it.

#include "daemon/control/command.hpp"
#include "daemon/http/daemon_status.hpp"

#include <string>

namespace usersync::status {

/// A table with one tenant a line; below it, one block per held plan (with the command that approves it) and one line
/// per failure.
std::string status_text(const DaemonStatus& status);

/// | true of any tenant                       | exit code       |
/// |------------------------------------------|-----------------|
/// | its last run failed                      | 4, failed       |
/// | a plan of it is held                     | 3, held         |
/// | someone is not in the desired state      | 1, people_open  |
/// | none of these                            | 0, done         |
/// The first row that is true counts.
control::ExitCode exit_code_of(const DaemonStatus& status);

}  // namespace usersync::status
