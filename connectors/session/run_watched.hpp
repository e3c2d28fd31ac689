#pragma once
// A blocking session on a lane, and the coroutine that watches it.

#include "connectors/session/breaker.hpp"
#include "connectors/session/connection_lost.hpp"
#include "core/async/run_on.hpp"
#include "core/base/deadline_passed.hpp"
#include "core/base/result.hpp"
#include "core/base/time.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/cancellation_type.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include <chrono>
#include <exception>
#include <string>
#include <tuple>
#include <utility>

namespace usersync::session {

/// Runs `session` on the lane until it ends by itself or is cut. It shares nothing with the caller but the breaker,
/// since it may outlive the caller when the daemon is torn down.
template <class T, class Session>
boost::asio::awaitable<Result<T>> run_watched(boost::asio::any_io_executor lane, Session session, CutWhenGone guard,
                                              Duration idle_max, Deadline until) {
    namespace asio = boost::asio;
    auto executor = co_await asio::this_coro::executor;
    auto running = asio::co_spawn(executor, run_on(std::move(lane), std::move(session)), asio::deferred);
    auto watching = asio::co_spawn(executor, watch(std::move(guard), idle_max, until), asio::deferred);
    auto group = asio::experimental::make_parallel_group(std::move(running), std::move(watching));
    auto ended = co_await std::move(group).async_wait(asio::experimental::wait_for_one(), asio::use_awaitable);
    auto state = co_await asio::this_coro::cancellation_state;
    if (state.cancelled() != asio::cancellation_type::none) {
        throw boost::system::system_error(asio::error::operation_aborted);
    }
    const std::exception_ptr error = std::get<1>(ended);
    if (error) std::rethrow_exception(error);
    co_return std::move(std::get<2>(ended));
}

/// A lost connection ("connection_lost") that was our own doing is told by its reason: "peer_stalled" or
/// "deadline_passed", both transient. Any other answer was the server's, and stays.
template <class T>
Result<T> with_reason(Result<T> result, const Breaker& breaker, Duration idle_max) {
    if (result || result.error().code != connection_lost_code) return result;
    switch (breaker.reason()) {
        case CutReason::none:
        case CutReason::stopped: return result;
        case CutReason::deadline: return deadline_passed(result.error().where);
        case CutReason::idle: break;
    }
    return Failure{.kind = FailureKind::transient,
                   .code = "peer_stalled",
                   .where = result.error().where,
                   .detail = "the server made no progress for " + std::to_string(idle_max.count()) + " ms"};
}

inline Deadline real_now() { return std::chrono::time_point_cast<Duration>(std::chrono::steady_clock::now()); }

/// What is left until `deadline` by a clock that shows `now`, as real time from now; bounded, since "never" does not
/// survive conversions.
inline Deadline real_deadline(Deadline deadline, SteadyTime now) {
    constexpr Duration longest = std::chrono::hours(24);
    return real_now() + (deadline > now + longest ? longest : deadline - now);
}

}  // namespace usersync::session
