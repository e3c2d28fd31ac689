#include "core/async/deadline.hpp"

#include "tests/support/run.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/system/system_error.hpp>
#include <catch2/catch.hpp>

#include <stdexcept>
#include <string>

using namespace usersync;
namespace asio = boost::asio;

namespace {

Deadline in(Duration wait) { return std::chrono::time_point_cast<Duration>(std::chrono::steady_clock::now()) + wait; }

asio::awaitable<std::string> answer_at_once() { co_return std::string("done"); }

asio::awaitable<std::string> never_answer(bool& unwound) {
    struct Mark {
        bool& unwound;
        ~Mark() { unwound = true; }
    } mark{unwound};
    asio::steady_timer timer(co_await asio::this_coro::executor, asio::steady_timer::time_point::max());
    co_await timer.async_wait(asio::use_awaitable);
    co_return std::string("never");
}

asio::awaitable<std::string> fail_at_once() {
    throw std::runtime_error("refused");
    co_return std::string();
}

}  // namespace

TEST_CASE("an operation within its deadline gives its value", "[core][async]") {
    const auto value = test::run(with_deadline(answer_at_once(), in(std::chrono::hours(1))));

    CHECK(value == std::optional<std::string>("done"));
}

TEST_CASE("an operation that does not answer is broken off at its deadline, before the caller goes on",
          "[core][async]") {
    bool unwound = false;

    const auto value = test::run(with_deadline(never_answer(unwound), in(std::chrono::milliseconds(20))));

    CHECK_FALSE(value.has_value());
    CHECK(unwound);
}

TEST_CASE("an operation that fails says so at once instead of waiting for its deadline", "[core][async]") {
    CHECK_THROWS_WITH(test::run(with_deadline(fail_at_once(), in(std::chrono::hours(1)))), "refused");
}

TEST_CASE("a deadline without end is no deadline", "[core][async]") {
    const auto value = test::run(with_deadline(answer_at_once(), Deadline::max()));

    CHECK(value == std::optional<std::string>("done"));
}

TEST_CASE("a cancelled caller unwinds and is not told that time ran out", "[core][async]") {
    asio::io_context context;
    asio::cancellation_signal stop;
    bool unwound = false;
    std::exception_ptr error;
    auto ended = [&](std::exception_ptr e, std::optional<std::string>) { error = e; };
    asio::co_spawn(context, with_deadline(never_answer(unwound), in(std::chrono::hours(1))),
                   asio::bind_cancellation_slot(stop.slot(), ended));
    context.poll();

    stop.emit(asio::cancellation_type::terminal);
    context.run();

    CHECK(unwound);
    REQUIRE(error);
    CHECK_THROWS_AS(std::rethrow_exception(error), boost::system::system_error);
}
