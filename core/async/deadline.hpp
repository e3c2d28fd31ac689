#pragma once
// A deadline around one awaited operation.

#include "core/base/time.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <exception>
#include <optional>
#include <utility>

namespace usersync {

/// The operation's value, or nullopt when the deadline came first; the operation is then cancelled and has ended
/// before this returns. Real time: for I/O at the edges. An exception of the operation comes out at once.
/// REQUIRES: T is default-constructible; the operation reacts to cancellation.
template <class T>
boost::asio::awaitable<std::optional<T>> with_deadline(boost::asio::awaitable<T> operation, Deadline deadline) {
    namespace asio = boost::asio;
    auto executor = co_await asio::this_coro::executor;
    asio::steady_timer timer(executor, deadline);
    auto running = asio::co_spawn(executor, std::move(operation), asio::deferred);
    auto waiting = timer.async_wait(asio::deferred);
    auto group = asio::experimental::make_parallel_group(std::move(running), std::move(waiting));
    auto ended = co_await std::move(group).async_wait(asio::experimental::wait_for_one(), asio::use_awaitable);
    if (std::get<0>(ended)[0] == 1) co_return std::nullopt;
    std::exception_ptr error = std::get<1>(ended);
    if (error) std::rethrow_exception(error);
    co_return std::move(std::get<2>(ended));
}

}  // namespace usersync
