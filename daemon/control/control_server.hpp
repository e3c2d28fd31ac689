#pragma once
// The control socket: where the operator's commands reach the running daemon. File permissions say who may.

#include "core/base/result.hpp"
#include "core/base/time.hpp"
#include "daemon/control/command.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

namespace usersync::control {

/// Who may send commands: the daemon's own user (mode 0600), or everybody in the file's group too (0660). Root always.
enum class Access { owner, group };

struct ControlOptions {
    std::string path;  ///< in a folder that exists
    Access access = Access::owner;
    std::size_t request_max = 64u << 10;           ///< bytes of a request, its newline included
    std::size_t clients_max = 64;                  ///< that send or wait at one time; more are closed at once
    Duration idle_max = std::chrono::seconds(10);  ///< for a request to arrive, and for an answer to be taken
};

/// Says how far a command is. Never waits: for a client that reads too slowly the oldest lines are dropped. May be
/// kept and called after the command's end, to no effect. On the server's thread only.
using Progress = std::function<void(std::string)>;

/// Carries out one command; `request.caller` is the user behind the socket. Several may be under way at once.
using CommandHandler = std::function<boost::asio::awaitable<CommandResult>(CommandRequest, Progress)>;

/// A listening control socket. Each connection brings one command:
///
/// | the client                        | what happens                                                         |
/// |-----------------------------------|----------------------------------------------------------------------|
/// | sends a request                   | the handler runs, the client gets its progress and its result        |
/// | sends too much or no request      | exit code 2 with a sentence                                          |
/// | sends nothing for `idle_max`      | the connection is closed                                             |
/// | goes away                         | its command runs to the end all the same                             |
///
/// A handler that throws is answered with exit code 4. Destroying the server cancels everything without a last word;
/// what the handlers use must outlive their unwinding, or `stop` must come first.
class ControlServer {
public:
    virtual ~ControlServer() = default;
    /// Accepts nothing more and removes the socket, lets commands end until the deadline, then cancels them: their
    /// clients are told so (exit code 4). Returns when every coroutine of the server has ended.
    virtual boost::asio::awaitable<void> stop(Deadline deadline) = 0;
};

/// Starts to listen. A socket file that nobody listens behind is replaced.
/// `blocked`/"already_listening" when somebody does; `blocked`/"cannot_listen" when the folder is missing, the path is
/// too long or something else than a socket is there.
/// REQUIRES: the daemon holds its state lock, so that no second daemon starts at the same time.
Result<std::unique_ptr<ControlServer>> listen(boost::asio::any_io_executor executor, ControlOptions options,
                                              CommandHandler handler);

}  // namespace usersync::control
