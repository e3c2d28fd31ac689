// Fault 18: the system that answers is not the one that is meant.

#include "connectors/rest/trial.hpp"
#include "tests/connectors/rest/rest_world.hpp"
#include "tests/support/show_result.hpp"

#include <catch2/catch.hpp>

using namespace usersync;
using namespace usersync::test;

namespace {

/// A system that says which environment it is.
struct Environments {
    Environments() {
        auto& connector = world.options.connector;
        connector.settings = {{.name = "environment_id", .is_optional = true}};
        rest::Probe probe;
        probe.name = "the environment";
        probe.request.path = text("/info");
        probe.tells = path("info.id");
        probe.must_tell = "environment_id";
        connector.probes = {probe};
        world.options.values.settings["environment_id"] = {"production"};
        world.answer = [this](const http::Request& request) {
            return path_in(request) == "/info" ? json(info) : world.usual(request);
        };
    }
    RestWorld world;
    std::string info = R"({"info":{"id":"production"}})";
};

}  // namespace

TEST_CASE("every run asks which environment answers, before the first page", "[connectors][rest][fault18]") {
    Environments scene;

    REQUIRE(scene.world.fetch());
    REQUIRE(scene.world.fetch());

    CHECK(scene.world.asked("/info") == 2);
    CHECK(path_in(scene.world.requests[1]) == "/info");
}

TEST_CASE("nothing of another environment is read, and somebody is told", "[connectors][rest][fault18]") {
    Environments scene;
    scene.info = GENERATE(R"({"info":{"id":"test"}})", R"({"info":{}})", R"({"info":{"id":null}})");

    const auto refused = scene.world.fetch();

    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind == FailureKind::blocked);
    CHECK(refused.error().code == "other_environment");
    CHECK(refused.error().where == "people the environment");
    CHECK_THAT(refused.error().detail, Catch::Contains("\"production\""));
    CHECK(scene.world.asked("/people") == 0);
}

TEST_CASE("of another environment no single person is read either", "[connectors][rest][fault18]") {
    Environments scene;
    scene.world.options.connector.person = scene.world.options.connector.list;
    const auto first = scene.world.fetch();
    REQUIRE(first);
    REQUIRE(scene.world.acknowledge(*first->delivery));
    scene.info = R"({"info":{"id":"test"}})";
    const auto asked = scene.world.asked("/people");

    const auto refused = scene.world.fetch_person("0001");

    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == "other_environment");
    CHECK(scene.world.asked("/people") == asked);
}

TEST_CASE("where nobody says which environment is meant, nothing is asked for it", "[connectors][rest]") {
    Environments scene;
    scene.world.options.values.settings.clear();

    CHECK(scene.world.fetch());
    CHECK(scene.world.asked("/info") == 0);
}

TEST_CASE("a trial says so when another environment answers", "[connectors][rest][fault18]") {
    Environments scene;
    scene.info = R"({"info":{"id":"test"}})";
    auto& world = scene.world;
    const auto executor = world.context.get_executor();

    const auto trial =
        world.drive(rest_api::try_out(world.options, {}, rest_api::HowMuch::first_page, world.clock, executor, executor,
                                      world.clock.steady_now() + std::chrono::hours(1)));

    CHECK_FALSE(trial.is_good());
    CHECK(trial.steps.back().code == "other_environment");
}
