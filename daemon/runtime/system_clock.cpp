#include "daemon/runtime/system_clock.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/system_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <chrono>

namespace usersync::runtime {

namespace asio = boost::asio;

namespace {

// Further away is "never": the timers count finer than our time types and would overflow.
constexpr std::chrono::hours far_away{24 * 365};

template <class Timer, class Moment>
asio::awaitable<void> sleep_on(Moment when, Moment now) {
    auto executor = co_await asio::this_coro::executor;
    Timer timer(executor, std::min<Moment>(when, now + far_away));
    co_await timer.async_wait(asio::use_awaitable);
}

}  // namespace

Time SystemClock::now() const { return std::chrono::floor<Duration>(std::chrono::system_clock::now()); }

SteadyTime SystemClock::steady_now() const { return std::chrono::floor<Duration>(std::chrono::steady_clock::now()); }

asio::awaitable<void> SystemClock::sleep_until(Time when) { return sleep_on<asio::system_timer>(when, now()); }

asio::awaitable<void> SystemClock::sleep_until(SteadyTime when) {
    return sleep_on<asio::steady_timer>(when, steady_now());
}

}  // namespace usersync::runtime
