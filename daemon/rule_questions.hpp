#pragma once
// Questions about a tenant's rules that need its store: explain, desired, mapping check, mapping diff. Nothing is ever
// sent, and nothing changes.

#include "daemon/compose.hpp"
#include "daemon/control/command.hpp"

namespace usersync {

bool is_rule_question(const std::string& command);

/// | command                  | answer                                              | exit code                      |
/// |--------------------------|-----------------------------------------------------|--------------------------------|
/// | explain TENANT EMPLOYEE  | one person by the rules in force                    | 2 when nobody knows the person |
/// | desired TENANT           | the network that should be, by the files as they are | 0                              |
/// | mapping check TENANT     | what the files as they are leave open               | 1 when something is open       |
/// | mapping diff TENANT A B  | who would move                                      | 0                              |
///
/// All of them over the newest snapshot: exit code 2 before the first. 2 for files with errors, 4 when a store cannot
/// be read. Options: "format"; "today", a day; of explain "why_not", a group, and "offline", then the network is not
/// read. A and B: "current" for the rules in force, a folder, or the beginning of a stored version's fingerprint.
boost::asio::awaitable<control::CommandResult> answer_question(Tenant& tenant, Clock& clock,
                                                               control::CommandRequest request);

}  // namespace usersync
