// Runs, and looks beside them, at one source.

#include "connectors/rest/turns.hpp"
#include "connectors/rest/trial.hpp"
#include "tests/connectors/rest/rest_world.hpp"
#include "tests/support/show_result.hpp"

#include <boost/asio/detached.hpp>
#include <catch2/catch.hpp>

using namespace usersync;
using namespace usersync::test;

namespace {

rest_api::Trial look_beside(RestWorld& world) {
    const auto executor = world.context.get_executor();
    return world.drive(rest_api::try_out(world.options, {}, rest_api::HowMuch::first_page, world.clock, executor,
                                         executor, world.clock.steady_now() + std::chrono::minutes(10)));
}

}  // namespace

TEST_CASE("what the other system told somebody who looked, the runs that go on know as well", "[connectors][rest]") {
    RestWorld world;
    REQUIRE(world.fetch());
    world.answer = [](const http::Request&) {
        return http::Response{.status = 503, .headers = {{"Retry-After", "7200"}}, .body = {}};
    };
    CHECK_FALSE(look_beside(world).is_good());
    const auto asked = world.requests.size();

    const auto run = world.fetch();

    REQUIRE_FALSE(run);
    CHECK(run.error().code == "left_alone");
    CHECK(world.requests.size() == asked);
}

TEST_CASE("a token that somebody got who looked is the one that runs use, and no count of calls is lost",
          "[connectors][rest]") {
    RestWorld world;
    world.options.connector.limits.calls_per_day = 8;
    REQUIRE(world.fetch());  // token, page, end
    world.token = "token-2";
    CHECK(look_beside(world).is_good());  // refused page, token, page

    CHECK(world.fetch());  // page, end: the eighth call of the day
    CHECK(world.tokens_given == 2);
    const auto beyond = world.fetch();
    REQUIRE_FALSE(beyond);
    CHECK(beyond.error().kind != FailureKind::broken);
    CHECK(world.requests.size() == 8);
}

TEST_CASE("who asks a source while somebody else does waits for the turn", "[connectors][rest]") {
    boost::asio::io_context context;
    const auto turns = std::make_shared<rest_api::Turns>(context.get_executor());
    std::vector<std::string> told;
    std::shared_ptr<void> first;
    const auto take = [&](std::string who, bool keeps) -> boost::asio::awaitable<void> {
        auto turn = co_await turns->take();
        told.push_back(std::move(who));
        if (keeps) first = std::move(turn);
    };

    boost::asio::co_spawn(context, take("run", true), boost::asio::detached);
    boost::asio::co_spawn(context, take("look", false), boost::asio::detached);
    boost::asio::co_spawn(context, take("another look", false), boost::asio::detached);
    context.poll();
    CHECK(told == std::vector<std::string>{"run"});

    first.reset();
    context.restart();
    context.poll();
    CHECK(told.size() == 3);
}
