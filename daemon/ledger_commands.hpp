#pragma once
// Questions to a tenant's ledger, and taking back what a run did.

#include "daemon/compose.hpp"
#include "daemon/control/command.hpp"

namespace usersync {

/// "ledger", "what-changed".
bool is_ledger_question(const std::string& command);

/// | command             | options                | answers                                                       |
/// |---------------------|------------------------|---------------------------------------------------------------|
/// | ledger TENANT       | person, since, verify  | every operation with its outcome, every approval, change, …   |
/// | what-changed TENANT | since                  | what took effect, by kind with the keys; runs, approvals      |
///
/// A chain that does not hold together ends with `failed`: somebody has to look.
boost::asio::awaitable<control::CommandResult> answer_ledger_question(Tenant& tenant, Clock& clock,
                                                                      control::CommandRequest request);

/// "12" as in the ledger; nothing when it is no number of a run.
std::optional<RunId> run_id_from(const std::string& text);

}  // namespace usersync
