#pragma once
// Lanes: where blocking libraries and long computations run, so that the I/O thread never waits.

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <exception>
#include <optional>
#include <type_traits>
#include <utility>

namespace usersync {

/// Runs `work` on `lane` and comes back to the caller's executor with its value. `work` takes what it needs by
/// value and gives a default-constructible value back; nothing is shared. Exceptions come back too. It cannot be
/// cancelled: whoever blocks in there needs its own limit.
template <class Work>
boost::asio::awaitable<std::invoke_result_t<Work&>> run_on(boost::asio::any_io_executor lane, Work work) {
    using Value = std::invoke_result_t<Work&>;
    auto home = co_await boost::asio::this_coro::executor;
    auto initiate = [lane, home](auto handler, Work job) {
        auto guard = boost::asio::make_work_guard(home);
        boost::asio::post(
            lane, [handler = std::move(handler), job = std::move(job), home, guard = std::move(guard)]() mutable {
                std::exception_ptr error;
                std::optional<Value> value;
                try {
                    value.emplace(job());
                } catch (...) {
                    error = std::current_exception();
                }
                boost::asio::post(home, [handler = std::move(handler), error, value = std::move(value),
                                         guard = std::move(guard)]() mutable {
                    Value result = value ? std::move(*value) : Value{};
                    std::move(handler)(error, std::move(result));
                });
            });
    };
    auto token = boost::asio::use_awaitable;
    auto operation = boost::asio::async_initiate<boost::asio::use_awaitable_t<>, void(std::exception_ptr, Value)>(
        std::move(initiate), token, std::move(work));
    Value result = co_await std::move(operation);
    co_return result;
}

}  // namespace usersync
