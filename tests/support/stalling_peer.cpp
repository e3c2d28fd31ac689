#include "tests/support/stalling_peer.hpp"

#include "tests/support/listener.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace usersync::test {
namespace {

/// False when either side is gone.
bool copy(int from, int to, std::size_t count_max, std::size_t& copied) {
    char buffer[16 * 1024];
    const ssize_t count = ::recv(from, buffer, std::min(sizeof buffer, count_max), 0);
    if (count <= 0) return false;
    copied = static_cast<std::size_t>(count);
    for (std::size_t sent = 0; sent < copied;) {
        const ssize_t written = ::send(to, buffer + sent, copied - sent, MSG_NOSIGNAL);
        if (written <= 0) return false;
        sent += static_cast<std::size_t>(written);
    }
    return true;
}

void hang_up(int descriptor) { ::shutdown(descriptor, SHUT_RDWR); }

}  // namespace

StallingPeer::StallingPeer(std::uint16_t server_port) : server_port_(server_port) {
    listener_ = listen_on_loopback(port_);
    thread_ = std::thread([this] { serve(); });
}

StallingPeer::~StallingPeer() {
    stopping_ = true;
    ::shutdown(listener_, SHUT_RDWR);
    thread_.join();
    ::close(listener_);
    for (const auto& connection : connections_) {
        hang_up(connection->client);
        hang_up(connection->server);
        connection->thread.join();
        ::close(connection->client);
        ::close(connection->server);
    }
}

void StallingPeer::fail_at(std::size_t number, std::size_t bytes, Fault fault) {
    const std::lock_guard lock(mutex_);
    failed_ = false;
    number_ = number;
    limit_ = bytes;
    fault_ = fault;
}

std::size_t StallingPeer::connections() const {
    const std::lock_guard lock(mutex_);
    return connections_.size();
}

std::size_t StallingPeer::bytes(std::size_t number) const {
    const std::lock_guard lock(mutex_);
    return connections_.at(number)->bytes;
}

void StallingPeer::serve() {
    while (true) {
        const int client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        if (client < 0 && errno == EINTR) continue;
        if (client < 0) return;
        const std::lock_guard lock(mutex_);
        auto connection = std::make_unique<Connection>();
        connection->number = connections_.size();
        connection->client = client;
        connection->server = connect_to_loopback(server_port_);
        auto& started = *connection;
        connections_.push_back(std::move(connection));
        started.thread = std::thread([this, &started] { forward(started); });
    }
}

std::size_t StallingPeer::still_allowed(const Connection& connection) const {
    const std::lock_guard lock(mutex_);
    if (connection.number != number_) return never;
    return limit_ - std::min<std::size_t>(limit_, connection.bytes);
}

void StallingPeer::forward(Connection& connection) {
    while (!stopping_) {
        const std::size_t allowed = still_allowed(connection);
        if (allowed == 0) {
            failed_ = true;
            const std::lock_guard lock(mutex_);
            // A stalled connection stays as it is until the proxy dies.
            if (fault_ == Fault::stall) return;
            break;
        }
        pollfd both[] = {{.fd = connection.client, .events = POLLIN, .revents = 0},
                         {.fd = connection.server, .events = POLLIN, .revents = 0}};
        if (::poll(both, 2, -1) < 0) break;
        std::size_t copied = 0;
        if (both[0].revents != 0 && !copy(connection.client, connection.server, never, copied)) break;
        if (both[1].revents == 0) continue;
        if (!copy(connection.server, connection.client, allowed, copied)) break;
        connection.bytes += copied;
    }
    hang_up(connection.client);
    hang_up(connection.server);
}

}  // namespace usersync::test
