#pragma once
// Looking at the removal queue and at the brakes, and a person's word that somebody stays: queue, brakes.

#include "daemon/compose.hpp"
#include "daemon/control/command.hpp"

namespace usersync {

bool is_queue_command(const std::string& command);

/// | command       | answer                                                                                     |
/// |---------------|--------------------------------------------------------------------------------------------|
/// | queue TENANT  | who is to leave: evidence, since when, what is waited for and until when, held by whom     |
/// | brakes TENANT | the limits in force, what took effect lately, and limits that fit the last month's plans   |
///
/// Options of queue: "hold" (an employee key) with "reason", "release" (an employee key); both answer with the queue as
/// it is then. Exit codes: 0; 2 for somebody of whom nothing is ours, or whom nobody holds; 4 when the store cannot be
/// read. Neither sends anything.
boost::asio::awaitable<control::CommandResult> answer_queue_command(Tenant& tenant, Clock& clock,
                                                                    control::CommandRequest request);

}  // namespace usersync
