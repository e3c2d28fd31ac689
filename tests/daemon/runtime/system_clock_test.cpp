#include "daemon/runtime/system_clock.hpp"

#include "tests/support/run.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>
#include <catch2/catch.hpp>

#include <chrono>
#include <exception>

using namespace usersync;
using runtime::SystemClock;
namespace asio = boost::asio;

namespace {

constexpr Duration short_while{15};

void check_cancels(asio::io_context& context, asio::awaitable<void> sleep) {
    asio::cancellation_signal stop;
    std::exception_ptr error;
    auto ended = [&](std::exception_ptr e) { error = e; };
    asio::co_spawn(context, std::move(sleep), asio::bind_cancellation_slot(stop.slot(), ended));
    context.restart();
    context.poll();
    REQUIRE_FALSE(error);

    asio::post(context, [&] { stop.emit(asio::cancellation_type::terminal); });
    context.run();

    REQUIRE(error);
    try {
        std::rethrow_exception(error);
    } catch (const boost::system::system_error& failed) {
        CHECK(failed.code() == asio::error::operation_aborted);
    }
}

}  // namespace

TEST_CASE("a sleeper wakes when its moment has come and not before", "[daemon][runtime]") {
    asio::io_context context;
    SystemClock clock;

    const auto steady = clock.steady_now() + short_while;
    test::run(context, clock.sleep_until(steady));
    CHECK(clock.steady_now() >= steady);

    const auto wall = clock.now() + short_while;
    test::run(context, clock.sleep_until(wall));
    CHECK(clock.now() >= wall);
}

TEST_CASE("a moment that has passed is not waited for", "[daemon][runtime]") {
    asio::io_context context;
    SystemClock clock;

    test::run(context, clock.sleep_until(Time()));
    test::run(context, clock.sleep_until(clock.steady_now()));
}

TEST_CASE("a sleeper can be woken by cancelling it, however far its moment", "[daemon][runtime]") {
    asio::io_context context;
    SystemClock clock;

    check_cancels(context, clock.sleep_until(clock.now() + std::chrono::hours(1)));
    check_cancels(context, clock.sleep_until(clock.steady_now() + std::chrono::hours(1)));
    check_cancels(context, clock.sleep_until(Time::max()));
    check_cancels(context, clock.sleep_until(SteadyTime::max()));
}
