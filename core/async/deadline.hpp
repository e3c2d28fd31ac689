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

#include <algorithm>
#include <chrono>
#include <exception>
#include <optional>
#include <utility>

namespace usersync {

/// The operation's value, or nullopt when the deadline came first; the operation is then cancelled and has ended
/// before this returns. Real time: for I/O at the edges. An exception of the operation comes out at once; so does
/// operation_aborted when it is the caller that was cancelled.
/// REQUIRES: T is default-constructible; the operation reacts to cancellation.
template <class T>
boost::asio::awaitable<std::optional<T>> with_deadline(boost::asio::awaitable<T> operation, Deadline deadline) {
    namespace asio = boost::asio;
    auto executor = co_await asio::this_coro::executor;
    // Deadline::max() means "none" and has no place on the finer clock of the timer.
    const auto now = std::chrono::time_point_cast<Duration>(std::chrono::steady_clock::now());
    const Deadline expiry = std::min<Deadline>(deadline, now + std::chrono::hours(24 * 365));
    asio::steady_timer timer(executor, expiry);
    auto running = asio::co_spawn(executor, std::move(operation), asio::deferred);
    auto waiting = timer.async_wait(asio::deferred);
    auto group = asio::experimental::make_parallel_group(std::move(running), std::move(waiting));
    auto ended = co_await std::move(group).async_wait(asio::experimental::wait_for_one(), asio::use_awaitable);
    // A timer that ended first with an error did not expire: the caller was cancelled, and both were broken off.
    const bool expired = std::get<0>(ended)[0] == 1 && !std::get<3>(ended);
    if (expired) co_return std::nullopt;
    std::exception_ptr error = std::get<1>(ended);
    if (error) std::rethrow_exception(error);
    co_return std::move(std::get<2>(ended));
}

}  // namespace usersync
