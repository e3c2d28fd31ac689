#pragma once
// `usersyncd sandbox`: the stand-in for Speakap as a program.

#include "daemon/cli.hpp"

namespace usersync {

/// Prints one JSON line with the addresses and tokens, then serves until SIGTERM or SIGINT.
int run_sandbox(const cli::RunSandbox& arguments);

/// Prints the network of a state file, and what happened in it when asked to.
int show_sandbox(const cli::ShowSandbox& arguments);

}  // namespace usersync
