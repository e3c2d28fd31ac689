#pragma once
// Sources as the operator tries them out: connector test, fetch; and what presets there are.

#include "daemon/cli.hpp"
#include "daemon/compose.hpp"
#include "daemon/control/command.hpp"

namespace usersync {

bool is_connector_question(const std::string& command);

/// | command               | answer                                                        | exit code                    |
/// |-----------------------|---------------------------------------------------------------|------------------------------|
/// | connector test TENANT | every step from the name to the mapping, by the code of a run | 1 when people are left open, 4 when a step fails |
/// | fetch TENANT          | what the source answers or delivers now                       | 4 when it does not, with what came until then |
///
/// Nothing that runs rest on is changed, and nothing is sent to the network. 4 while a run
/// is under way. Options: "format"; of connector test "all": all pages; of fetch "record": of a source with an API the
/// record that is made of the answers; "raw": as it is; without it, letters are x, digits 9, and ids are told apart by
/// pseudonyms.
boost::asio::awaitable<control::CommandResult> answer_connector_question(Tenant& tenant, Clock& clock,
                                                                         control::CommandRequest request);

/// `usersyncd connector list`, `usersyncd connector show PRESET`.
int list_connectors(const cli::ListConnectors& arguments);
int show_connector(const cli::ShowConnector& arguments);

/// Writes what `fetch` gave into a new file that its owner alone may read. Never over another one.
int keep_fetched(const std::string& file, const std::string& bytes);

}  // namespace usersync
