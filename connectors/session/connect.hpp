#pragma once
// A TCP connection under a deadline, as a bare descriptor.

#include "connectors/session/breaker.hpp"
#include "core/base/result.hpp"
#include "core/base/time.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <string>

namespace usersync::session {

/// Resolves and connects; real time. Transient, at `where`: name_not_resolved, connect_failed.
/// Cancellation unwinds as operation_aborted.
boost::asio::awaitable<Result<Descriptor>> connect_to(std::string where, std::string host, std::uint16_t port,
                                                      Deadline deadline);

}  // namespace usersync::session
