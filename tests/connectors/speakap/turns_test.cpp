#include "connectors/speakap/turns.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <catch2/catch.hpp>

#include <exception>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace usersync::speakap {
namespace {

namespace asio = boost::asio;

struct Seen {
    int inside = 0;
    int together_max = 0;
    std::vector<int> order;
};

asio::awaitable<void> visit(Turns& turns, Seen& seen, int who) {
    Turns::Turn turn = co_await turns.take();
    seen.together_max = std::max(seen.together_max, ++seen.inside);
    seen.order.push_back(who);
    auto executor = co_await asio::this_coro::executor;
    for (int n = 0; n < 3; ++n) co_await asio::post(executor, asio::use_awaitable);
    --seen.inside;
}

TEST_CASE("one has the turn at a time, and nobody is forgotten", "[connectors][speakap]") {
    asio::io_context context;
    Turns turns;
    Seen seen;
    for (int who = 0; who < 5; ++who) {
        asio::co_spawn(context, visit(turns, seen, who), [](std::exception_ptr error) { REQUIRE_FALSE(error); });
    }
    context.run();

    CHECK(seen.together_max == 1);
    CHECK(seen.order.size() == 5);
}

TEST_CASE("whoever is cancelled while waiting leaves the queue in order", "[connectors][speakap]") {
    asio::io_context context;
    Turns turns;
    Seen seen;
    asio::cancellation_signal stop;
    bool unwound = false;
    asio::co_spawn(context, visit(turns, seen, 0), [](std::exception_ptr error) { REQUIRE_FALSE(error); });
    asio::co_spawn(
        context, visit(turns, seen, 1),
        asio::bind_cancellation_slot(stop.slot(), [&](std::exception_ptr error) { unwound = error != nullptr; }));
    asio::co_spawn(context, visit(turns, seen, 2), [](std::exception_ptr error) { REQUIRE_FALSE(error); });
    context.poll_one();
    context.poll_one();
    context.poll_one();
    stop.emit(asio::cancellation_type::terminal);
    context.run();

    CHECK(unwound);
    CHECK(seen.order == std::vector<int>{0, 2});
}

TEST_CASE("whoever needs no turn any more goes on while another one has it", "[connectors][speakap]") {
    asio::io_context context;
    Turns turns;
    bool is_known = false;
    std::vector<std::string> seen;
    const auto look = [&]() -> asio::awaitable<void> {
        Turns::Turn turn = co_await turns.take();
        auto executor = co_await asio::this_coro::executor;
        for (int page = 0; page < 5; ++page) {
            co_await asio::post(executor, asio::use_awaitable);
            seen.push_back("page");
            is_known = page == 2;
            turns.look_again();
        }
    };
    const auto wait = [&]() -> asio::awaitable<void> {
        std::function<bool()> is_done = [&] { return is_known; };
        std::optional<Turns::Turn> turn = co_await turns.take_unless(std::move(is_done));
        seen.push_back(turn ? "turn" : "known");
    };
    asio::co_spawn(context, look(), [](std::exception_ptr error) { REQUIRE_FALSE(error); });
    asio::co_spawn(context, wait(), [](std::exception_ptr error) { REQUIRE_FALSE(error); });
    context.run();

    CHECK(seen == std::vector<std::string>{"page", "page", "page", "known", "page", "page"});
}

}  // namespace
}  // namespace usersync::speakap
