#pragma once
// A person's word against a plan, or against everything: reject, pause, resume.

#include "daemon/compose.hpp"
#include "daemon/control/command.hpp"

namespace usersync {

bool is_pause_command(const std::string& command);

/// | command            | does                                                                     | exit codes          |
/// |--------------------|--------------------------------------------------------------------------|---------------------|
/// | pause TENANT       | no run by itself any more, nothing is sent; a run under way ends          | 0; 4 store          |
/// | resume TENANT      | what was missed is caught up once, now                                    | 0, also when not paused; 4 |
/// | reject TENANT PLAN | a held plan is not wanted: made again, it stays rejected                  | 0; 3 no such plan, or it does not wait; 4 during a run |
///
/// Option "reason". A second pause takes the place of the first.
boost::asio::awaitable<control::CommandResult> carry_out_pause_command(Tenant& tenant, Clock& clock,
                                                                       control::CommandRequest request);

}  // namespace usersync
