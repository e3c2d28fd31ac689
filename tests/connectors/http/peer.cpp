#include "tests/connectors/http/peer.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <chrono>
#include <utility>

namespace usersync::test {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

Peer::Peer(asio::io_context& context, Script script)
    : script_(std::move(script)),
      acceptor_(context, tcp::endpoint(asio::ip::address_v4::loopback(), 0)),
      port_(acceptor_.local_endpoint().port()),
      tasks_(context.get_executor()) {
    tasks_.spawn(accept_all());
}

asio::awaitable<void> Peer::accept_all() {
    for (;;) {
        auto socket = co_await acceptor_.async_accept(asio::use_awaitable);
        tasks_.spawn(play(std::move(socket), ++accepted_));
    }
}

asio::awaitable<void> Peer::play(tcp::socket socket, std::size_t connection) {
    co_await script_(socket, connection);
    socket.close();
    ++closed_;
}

asio::awaitable<std::string> hear(tcp::socket& socket) {
    std::string text;
    const auto head =
        co_await asio::async_read_until(socket, asio::dynamic_buffer(text), "\r\n\r\n", asio::use_awaitable);
    const auto at = text.find("Content-Length: ");
    const std::size_t length = at == std::string::npos ? 0 : std::stoul(text.substr(at + 16));
    const std::size_t missing = head + length - text.size();
    co_await asio::async_read(socket, asio::dynamic_buffer(text), asio::transfer_exactly(missing), asio::use_awaitable);
    co_return text;
}

asio::awaitable<void> say(tcp::socket& socket, std::string text) {
    error_code gone;
    co_await asio::async_write(socket, asio::buffer(text), asio::redirect_error(asio::use_awaitable, gone));
}

asio::awaitable<tcp::socket> dial(std::uint16_t port) {
    tcp::socket socket(co_await asio::this_coro::executor);
    const tcp::endpoint endpoint(asio::ip::address_v4::loopback(), port);
    co_await socket.async_connect(endpoint, asio::use_awaitable);
    co_return std::move(socket);
}

asio::awaitable<std::string> hear_all(tcp::socket& socket) {
    std::string text;
    error_code end;
    co_await asio::async_read(socket, asio::dynamic_buffer(text), asio::redirect_error(asio::use_awaitable, end));
    co_return end == asio::error::eof ? text : text + "<" + end.message() + ">";
}

asio::awaitable<std::string> talk(std::uint16_t port, std::string text) {
    auto socket = co_await dial(port);
    co_await say(socket, std::move(text));
    co_return co_await hear_all(socket);
}

Deadline in(Duration wait) { return std::chrono::time_point_cast<Duration>(std::chrono::steady_clock::now()) + wait; }

Deadline ample() { return in(std::chrono::minutes(2)); }

std::uint16_t free_port() {
    asio::io_context context;
    tcp::acceptor acceptor(context, tcp::endpoint(asio::ip::address_v4::loopback(), 0));
    return acceptor.local_endpoint().port();
}

}  // namespace usersync::test
