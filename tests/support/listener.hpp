#pragma once
// Sockets on loopback for servers that tests play.

#include <cstdint>

namespace usersync::test {

/// A listening descriptor on a port that the system chose; throws when there is none.
int listen_on_loopback(std::uint16_t& port);

/// A connected descriptor; -1 when nobody listens there.
int connect_to_loopback(std::uint16_t port);

}  // namespace usersync::test
