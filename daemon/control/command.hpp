#pragma once
// A command of the operator and its result, as they travel over the control socket.

#include <map>
#include <string>
#include <vector>

namespace usersync::control {

/// What every command of usersyncd ends with. More than one may be true: the worst wins, in the order
/// failed, held, people_open, done.
enum class ExitCode {
    done = 0,         ///< everything is as it should be
    people_open = 1,  ///< done, but someone is not in the desired state
    usage = 2,        ///< wrong arguments or configuration: nothing was tried
    held = 3,         ///< a plan is held, or what was asked for is refused
    failed = 4,       ///< it could not be carried through
};

struct CommandRequest {
    std::string command;                         ///< "sync"
    std::vector<std::string> arguments;          ///< {"shop"}
    std::map<std::string, std::string> options;  ///< {"format": "json"}
    std::string caller;  ///< who asks: the user's name, or "uid 1000"; filled in by the server, never by the client
    bool operator==(const CommandRequest&) const = default;
};

struct CommandResult {
    ExitCode exit_code = ExitCode::done;
    std::string out;  ///< for standard output
    std::string err;  ///< for standard error
    bool operator==(const CommandResult&) const = default;
};

}  // namespace usersync::control
