#pragma once
// A started program, and everything it started.

#include "connectors/exec/exec_options.hpp"
#include "connectors/session/descriptor.hpp"
#include "core/base/result.hpp"

#include <sys/types.h>

#include <optional>

namespace usersync::exec {

/// How a program ended.
struct Ending {
    std::optional<int> exit_code;  ///< absent: by `signal`
    int signal = 0;
};

using session::Descriptor;

/// Not reaped before it dies, so its number, and that of its group, cannot come to mean another process.
class Child {
public:
    Child() = default;
    Child(pid_t pid, Descriptor life, Descriptor out, Descriptor err);
    Child(Child&& other) noexcept;
    Child& operator=(Child&& other) noexcept;
    /// Kills what is left of the group, and waits until the program is gone.
    ~Child();

    /// To the whole group.
    void signal(int number) const;
    /// nullopt while it runs.
    std::optional<Ending> ending() const;

    Descriptor life;  ///< readable once the program has ended
    Descriptor out;   ///< its standard output
    Descriptor err;   ///< its standard error

private:
    void end() noexcept;

    pid_t pid_ = -1;
};

/// Starts the program. Blocks as long as the disk does.
Result<Child> start(const ExecOptions& options);

}  // namespace usersync::exec
