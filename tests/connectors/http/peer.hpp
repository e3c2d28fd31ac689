#pragma once
// The other end of a connection, saying and doing exactly what the test wants.

#include "connectors/http/client.hpp"
#include "core/async/task_group.hpp"
#include "core/base/time.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

namespace usersync::test {

/// Accepts connections on a free loopback port and runs `script` on each; the connection closes when it ends.
class Peer {
public:
    using Script = std::function<boost::asio::awaitable<void>(boost::asio::ip::tcp::socket&, std::size_t connection)>;

    Peer(boost::asio::io_context& context, Script script);

    std::uint16_t port() const { return port_; }
    std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
    std::size_t accepted() const { return accepted_; }
    std::size_t closed() const { return closed_; }

private:
    boost::asio::awaitable<void> accept_all();
    boost::asio::awaitable<void> play(boost::asio::ip::tcp::socket socket, std::size_t connection);

    Script script_;
    boost::asio::ip::tcp::acceptor acceptor_;
    std::uint16_t port_;
    std::size_t accepted_ = 0;
    std::size_t closed_ = 0;
    TaskGroup tasks_;
};

/// Reads one request without a body, or with the body that its Content-Length announces.
boost::asio::awaitable<std::string> hear(boost::asio::ip::tcp::socket& socket);
boost::asio::awaitable<void> say(boost::asio::ip::tcp::socket& socket, std::string text);

/// Opens a connection to loopback, says `text` and gives everything that comes back until the other end closes.
boost::asio::awaitable<std::string> talk(std::uint16_t port, std::string text);
boost::asio::awaitable<boost::asio::ip::tcp::socket> dial(std::uint16_t port);
boost::asio::awaitable<std::string> hear_all(boost::asio::ip::tcp::socket& socket);

Deadline in(Duration wait);
/// Longer than any test may take.
Deadline ample();

/// A port of loopback on which nobody listens.
std::uint16_t free_port();

}  // namespace usersync::test
