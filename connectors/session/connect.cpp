#include "connectors/session/connect.hpp"

#include "core/async/deadline.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include <fcntl.h>

#include <optional>
#include <utility>
#include <vector>

namespace usersync::session {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

using Endpoints = std::vector<tcp::endpoint>;

Failure transient(std::string code, std::string detail) {
    return Failure{.kind = FailureKind::transient, .code = std::move(code), .where = {}, .detail = std::move(detail)};
}

/// By whoever was connecting.
Failure at(std::string where, Failure failure) {
    failure.where = std::move(where);
    return failure;
}

asio::awaitable<Result<Endpoints>> resolve(std::string host, std::uint16_t port) {
    error_code error;
    const auto address = asio::ip::make_address(host, error);
    if (!error) co_return Endpoints(1, tcp::endpoint(address, port));
    auto executor = co_await asio::this_coro::executor;
    tcp::resolver resolver(executor);
    const std::string service = std::to_string(port);
    auto token = asio::redirect_error(asio::use_awaitable, error);
    auto found = co_await resolver.async_resolve(host, service, token);
    if (error == asio::error::operation_aborted) throw boost::system::system_error(error);
    if (error) co_return transient("name_not_resolved", "the host name has no address: " + error.message());
    Endpoints endpoints;
    for (const auto& entry : found) endpoints.push_back(entry.endpoint());
    co_return endpoints;
}

asio::awaitable<Result<Descriptor>> resolve_and_connect(std::string host, std::uint16_t port) {
    auto endpoints = co_await resolve(std::move(host), port);
    if (!endpoints) co_return endpoints.error();
    auto executor = co_await asio::this_coro::executor;
    tcp::socket socket(executor);
    error_code error;
    auto token = asio::redirect_error(asio::use_awaitable, error);
    co_await asio::async_connect(socket, *endpoints, token);
    if (error == asio::error::operation_aborted) throw boost::system::system_error(error);
    if (error) co_return transient("connect_failed", "no connection: " + error.message());
    error_code ignored;
    socket.set_option(tcp::no_delay(true), ignored);
    Descriptor descriptor(socket.release(error));
    if (error) co_return transient("connect_failed", "the connection could not be handed over: " + error.message());
    ::fcntl(descriptor.get(), F_SETFD, FD_CLOEXEC);
    co_return descriptor;
}

}  // namespace

asio::awaitable<Result<Descriptor>> connect_to(std::string where, std::string host, std::uint16_t port,
                                               Deadline deadline) {
    auto connecting = resolve_and_connect(std::move(host), port);
    auto connected = co_await with_deadline(std::move(connecting), deadline);
    auto state = co_await asio::this_coro::cancellation_state;
    if (state.cancelled() != asio::cancellation_type::none) {
        throw boost::system::system_error(asio::error::operation_aborted);
    }
    if (!connected) {
        co_return at(where, transient("connect_failed", "no connection: the host did not answer in time"));
    }
    if (!*connected) co_return at(where, connected->error());
    co_return std::move(*connected);
}

}  // namespace usersync::session
