#include "core/async/shield.hpp"

#include "tests/support/run.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/system/system_error.hpp>
#include <catch2/catch.hpp>

#include <exception>
#include <string>
#include <vector>

using namespace usersync;
namespace asio = boost::asio;

namespace {

struct Scene {
    asio::io_context context;
    asio::steady_timer gate{context, asio::steady_timer::time_point::max()};
    std::vector<std::string> story;
};

asio::awaitable<int> call_and_settle(Scene& scene) {
    scene.story.push_back("called");
    boost::system::error_code opened;
    co_await scene.gate.async_wait(asio::redirect_error(asio::use_awaitable, opened));
    boost::system::error_code later;
    asio::steady_timer moment(scene.context, asio::steady_timer::duration(1));
    co_await moment.async_wait(asio::redirect_error(asio::use_awaitable, later));
    scene.story.push_back(later ? "broken off" : "settled");
    co_return 7;
}

asio::awaitable<void> rest_forever(Scene& scene) {
    asio::steady_timer timer(scene.context, asio::steady_timer::time_point::max());
    co_await timer.async_wait(asio::use_awaitable);
}

asio::awaitable<void> apply_one(Scene& scene) {
    const int receipt = co_await shield(call_and_settle(scene));
    scene.story.push_back("receipt " + std::to_string(receipt));
    co_await rest_forever(scene);
    scene.story.push_back("never");
}

asio::awaitable<void> shield_nothing(Scene& scene) {
    scene.story.push_back("ran");
    co_return;
}

}  // namespace

TEST_CASE("a shielded step ends and its caller unwinds only then", "[core][async]") {
    Scene scene;
    asio::cancellation_signal stop;
    std::exception_ptr error;
    auto ended = [&](std::exception_ptr e) { error = e; };
    asio::co_spawn(scene.context, apply_one(scene), asio::bind_cancellation_slot(stop.slot(), ended));
    scene.context.poll();

    stop.emit(asio::cancellation_type::terminal);
    scene.context.poll();
    CHECK(scene.story == std::vector<std::string>{"called"});
    scene.gate.cancel();
    scene.context.run();

    CHECK(scene.story == std::vector<std::string>{"called", "settled", "receipt 7"});
    REQUIRE(error);
    CHECK_THROWS_AS(std::rethrow_exception(error), boost::system::system_error);
}

TEST_CASE("a shielded step may give nothing back", "[core][async]") {
    Scene scene;

    test::run(scene.context, shield(shield_nothing(scene)));

    CHECK(scene.story == std::vector<std::string>{"ran"});
}
