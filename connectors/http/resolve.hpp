#pragma once
// Names to addresses, cancellable although the system's resolver cannot be interrupted.

#include "connectors/http/base_url.hpp"
#include "core/base/result.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <vector>

namespace usersync::http {

/// The endpoints of the URL's host, in the order the system prefers, never none. For plain http only those on
/// loopback. `transient`/"cannot_resolve". Cancelled, it unwinds at once.
boost::asio::awaitable<Result<std::vector<boost::asio::ip::tcp::endpoint>>> resolve(BaseUrl url);

}  // namespace usersync::http
