#pragma once
// The machine's time, for tests in which real I/O waits. No assertion looks at it.

#include "core/ports/clock.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace usersync::test {

class RealClock final : public Clock {
public:
    Time now() const override { return std::chrono::floor<Duration>(std::chrono::system_clock::now()); }
    SteadyTime steady_now() const override { return std::chrono::floor<Duration>(std::chrono::steady_clock::now()); }
    boost::asio::awaitable<void> sleep_until(Time when) override { return sleep_until(steady_now() + (when - now())); }
    boost::asio::awaitable<void> sleep_until(SteadyTime when) override {
        auto executor = co_await boost::asio::this_coro::executor;
        boost::asio::steady_timer timer(executor, when);
        co_await timer.async_wait(boost::asio::use_awaitable);
    }
};

}  // namespace usersync::test
