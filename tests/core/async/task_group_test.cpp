#include "core/async/task_group.hpp"

#include "tests/support/run.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <catch2/catch.hpp>

#include <memory>
#include <stdexcept>

using namespace usersync;
namespace asio = boost::asio;

namespace {

asio::awaitable<void> rest_forever(std::shared_ptr<int> held) {
    asio::steady_timer timer(co_await asio::this_coro::executor, asio::steady_timer::time_point::max());
    co_await timer.async_wait(asio::use_awaitable);
    ++*held;
}

asio::awaitable<void> count(int& ran) {
    ++ran;
    co_return;
}

asio::awaitable<void> fail() {
    throw std::runtime_error("no such tenant");
    co_return;
}

}  // namespace

TEST_CASE("who joins a group goes on when its last task has ended", "[core][async]") {
    asio::io_context context;
    TaskGroup group(context.get_executor());
    int ran = 0;
    group.spawn(count(ran));
    group.spawn(count(ran));

    test::run(context, group.join());

    CHECK(ran == 2);
    CHECK(group.size() == 0);
}

TEST_CASE("cancelling a group ends its tasks without an error", "[core][async]") {
    asio::io_context context;
    int errors = 0;
    auto held = std::make_shared<int>(0);
    TaskGroup group(context.get_executor(), [&](std::exception_ptr) { ++errors; });
    group.spawn(rest_forever(held));
    group.spawn(rest_forever(held));
    context.poll();

    group.cancel();
    test::run(context, group.join());

    CHECK(errors == 0);
    CHECK(held.use_count() == 1);
    CHECK(*held == 0);
}

TEST_CASE("a task that fails is reported and the others go on", "[core][async]") {
    asio::io_context context;
    std::exception_ptr seen;
    int ran = 0;
    TaskGroup group(context.get_executor(), [&](std::exception_ptr error) { seen = error; });
    group.spawn(fail());
    group.spawn(count(ran));

    test::run(context, group.join());

    CHECK(ran == 1);
    REQUIRE(seen);
    CHECK_THROWS_WITH(std::rethrow_exception(seen), "no such tenant");
}

TEST_CASE("a group that is gone leaves no task behind", "[core][async]") {
    asio::io_context context;
    auto held = std::make_shared<int>(0);
    {
        TaskGroup group(context.get_executor());
        group.spawn(rest_forever(held));
        context.poll();
    }

    context.restart();
    context.run();

    CHECK(held.use_count() == 1);
}

TEST_CASE("tasks may die with their context", "[core][async]") {
    auto held = std::make_shared<int>(0);
    {
        asio::io_context context;
        TaskGroup group(context.get_executor());
        group.spawn(rest_forever(held));
        context.poll();
    }

    CHECK(held.use_count() == 1);
}

TEST_CASE("a task that is cancelled before it begins does not begin", "[core][async]") {
    asio::io_context context;
    int ran = 0;
    TaskGroup group(context.get_executor());
    group.spawn(count(ran));

    group.cancel();
    test::run(context, group.join());

    CHECK(ran == 0);
}
