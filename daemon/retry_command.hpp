#pragma once
// "retry": forget how long people have to wait for another try.

#include "daemon/compose.hpp"
#include "daemon/control/command.hpp"

namespace usersync {

/// What the network refused for this person, or for all without one, does not count any more: the next run tries them.
/// How many that are; 0 when nobody waits, or not this one. `rejected`/"nobody_waits" when a person was named in vain.
boost::asio::awaitable<Result<std::size_t>> forget_waits(Tenant& tenant, Clock& clock, control::CommandRequest request);

}  // namespace usersync
