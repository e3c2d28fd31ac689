#pragma once
// Runs one coroutine to its end on an io_context of its own.

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <exception>
#include <optional>
#include <stdexcept>
#include <utility>

namespace usersync::test {

/// Drives `context` until the coroutine has ended; gives its value or throws its exception.
template <class T>
T run(boost::asio::io_context& context, boost::asio::awaitable<T> coroutine) {
    std::optional<T> value;
    std::exception_ptr error;
    boost::asio::co_spawn(context, std::move(coroutine), [&](std::exception_ptr e, T v) {
        error = e;
        if (!e) value.emplace(std::move(v));
    });
    context.restart();
    while (!value && !error) {
        if (context.run_one() == 0) throw std::logic_error("the coroutine waits for something that never comes");
    }
    if (error) std::rethrow_exception(error);
    return std::move(*value);
}

inline void run(boost::asio::io_context& context, boost::asio::awaitable<void> coroutine) {
    bool ended = false;
    std::exception_ptr error;
    boost::asio::co_spawn(context, std::move(coroutine), [&](std::exception_ptr e) {
        error = e;
        ended = true;
    });
    context.restart();
    while (!ended) {
        if (context.run_one() == 0) throw std::logic_error("the coroutine waits for something that never comes");
    }
    if (error) std::rethrow_exception(error);
}

template <class T>
T run(boost::asio::awaitable<T> coroutine) {
    boost::asio::io_context context;
    return run(context, std::move(coroutine));
}

}  // namespace usersync::test
