#pragma once
// Questions to a tenant's network: network, probe. Reads are sent, and nothing changes.

#include "daemon/compose.hpp"
#include "daemon/control/command.hpp"

namespace usersync {

bool is_network_question(const std::string& command);

/// | command        | answer                                                  | exit code                               |
/// |----------------|---------------------------------------------------------|-----------------------------------------|
/// | network TENANT | the network as it is, with ownership and drift          | 1 when drift that is shown is ignored   |
/// | probe TENANT   | which assumptions hold, see docs/speakap-assumptions.md | 1 when one fails                        |
///
/// 2 for somebody, a group or a day that is not there, 4 when network or store cannot be read, or a run is under way.
/// Options: "format"; of network "user" (an employee key or EID) or "group" (a name, EID or XID), and "today" for
/// drift, which is found by the rules in force over the newest snapshot, where there is one.
boost::asio::awaitable<control::CommandResult> answer_network_question(Tenant& tenant, Clock& clock,
                                                                       control::CommandRequest request);

}  // namespace usersync
