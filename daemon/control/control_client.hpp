#pragma once
// Asks the running daemon to carry out a command.

#include "core/base/result.hpp"
#include "daemon/control/command.hpp"

#include <boost/asio/awaitable.hpp>

#include <functional>
#include <string>

namespace usersync::control {

/// Called with each line of progress, while the command runs.
using OnProgress = std::function<void(std::string)>;

/// Sends one command to the daemon that listens at `path` and waits for its result, however long that takes.
///
/// | failure                          | when                                                                    |
/// |----------------------------------|-------------------------------------------------------------------------|
/// | transient, "daemon_not_running"  | no socket there, or nobody behind it                                     |
/// | transient, "daemon_went_away"    | it closed the connection without a result; Effect::unknown               |
/// | blocked, "control_not_permitted" | the socket is there but not for this user                                |
/// | blocked, "cannot_connect"        | anything else that keeps us from it, such as a path too long for a socket |
/// | broken, "bad_answer"             | it said something that is not an answer; Effect::unknown                 |
boost::asio::awaitable<Result<CommandResult>> call(std::string path, CommandRequest request, OnProgress on_progress);

}  // namespace usersync::control
