#pragma once
// `usersyncd match`, and `usersyncd desired --record`: questions about rules over a file, without store or network.

#include "daemon/cli.hpp"

namespace usersync {

/// Whom an expression matches in a record. Exit code 2 for an expression with an error, underlined on standard error;
/// 3 for a record that is refused.
int match_people(const cli::Match& arguments);

/// The network that should be if this file were the tenant's record. Exit code 1 when somebody is frozen or unknown, 3
/// when the record is refused.
int print_desired(const cli::Desired& arguments);

}  // namespace usersync
