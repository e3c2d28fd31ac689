#pragma once
// The operator's commands over an environment: the same code behind the control socket and in a process of its own.

#include "daemon/compose.hpp"
#include "daemon/control/command.hpp"
#include "daemon/control/control_server.hpp"

namespace usersync {

/// Carries out one command:
///
/// | command             | does                                                        | output                  |
/// |---------------------|-------------------------------------------------------------|-------------------------|
/// | sync TENANT         | one run now                                                 | the run                 |
/// | sync TENANT --person KEY | one run for this person alone                          | the run                 |
/// | plan TENANT         | takes a new record in, plans, sends nothing                 | the plan                |
/// | adopt TENANT        | likewise, which accounts are to count as ours               | the plan                |
/// | approve TENANT PLAN | carries out exactly that plan, or refuses with what changed | the run                 |
/// | retry TENANT        | forgets how long people wait who were refused, and runs     | the run                 |
/// | plan TENANT --save  | likewise; the plan then waits until it is carried out by name | the plan              |
/// | apply TENANT [PLAN] | carries out the newest plan, or the one that is named, if it was let pass or saved; refuses a stale one with what changed | the run |
/// | status              | –                                                           | the state of all tenants |
/// | explain, desired, mapping check, mapping diff | answers, see daemon/rule_questions.hpp | the answer          |
/// | undo TENANT RUN     | plans to take back what that run did; sends nothing         | the plan                |
/// | ledger, what-changed | answers, see daemon/ledger_commands.hpp                    | the answer              |
/// | connector test, fetch | answers, see daemon/connector_commands.hpp                | the answer              |
/// | network, probe      | answers, see daemon/network_questions.hpp                   | the answer              |
/// | queue, brakes       | answers and holds, see daemon/queue_commands.hpp            | the answer              |
/// | reject, pause, resume | a person's word, see daemon/pause_commands.hpp            | a sentence              |
///
/// Option "format": "text" (default) or "json". Anything else: exit code 2 and a sentence. REQUIRES: the
/// environment's loops are running.
boost::asio::awaitable<control::CommandResult> carry_out(Environment& environment, Clock& clock,
                                                         control::CommandRequest request, control::Progress progress);

}  // namespace usersync
