#pragma once
// A step that cancelling its caller does not interrupt.

#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <type_traits>
#include <utility>

namespace usersync {

/// Runs `step` to its end and gives its value, also when the caller is cancelled meanwhile; the caller then unwinds
/// with operation_aborted at its next await, not before. What must happen together (intent, call, settle) is one
/// step. A caller that is already cancelled does not begin it.
/// REQUIRES: the step has its own limit in time, since nothing can stop it from outside.
template <class T>
boost::asio::awaitable<T> shield(boost::asio::awaitable<T> step) {
    namespace asio = boost::asio;
    // Switching cancellation off within this chain of coroutines would lose the signal for good. A chain of its own
    // without a slot never hears it, while this one remembers it.
    auto executor = co_await asio::this_coro::executor;
    auto token = asio::bind_cancellation_slot(asio::cancellation_slot(), asio::use_awaitable);
    auto running = asio::co_spawn(executor, std::move(step), token);
    if constexpr (std::is_void_v<T>) {
        co_await std::move(running);
    } else {
        T value = co_await std::move(running);
        co_return value;
    }
}

}  // namespace usersync
