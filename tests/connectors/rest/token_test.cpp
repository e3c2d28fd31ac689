// Tokens from run to run.

#include "tests/connectors/rest/rest_world.hpp"
#include "tests/support/show_result.hpp"

#include <catch2/catch.hpp>

#include <filesystem>

using namespace usersync;
using namespace usersync::test;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

TEST_CASE("a token is used from one process to the next until shortly before it ends", "[connectors][rest]") {
    RestWorld world;
    REQUIRE(world.fetch());
    world.restart();
    world.clock.advance(50min);
    REQUIRE(world.fetch());
    CHECK(world.tokens_given == 1);

    world.restart();
    world.clock.advance(9min);
    REQUIRE(world.fetch());

    CHECK(world.tokens_given == 2);
}

TEST_CASE("nobody but its owner may read the file of a token", "[connectors][rest]") {
    RestWorld world;
    REQUIRE(world.fetch());
    const auto file = world.state / "source/memory.json";

    CHECK(fs::status(file).permissions() == (fs::perms::owner_read | fs::perms::owner_write));
    CHECK(fs::status(world.state / "source").permissions() == fs::perms::owner_all);
    CHECK(TempDir::read(file).find("top-secret") == std::string::npos);
}

TEST_CASE("a token that others could read is not used, and the failure says what to do", "[connectors][rest]") {
    RestWorld world;
    REQUIRE(world.fetch());
    world.restart();
    fs::permissions(world.state / "source/memory.json", fs::perms(0644));

    const auto refused = world.fetch();

    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind == FailureKind::blocked);
    CHECK(refused.error().code == "state_too_open");
    CHECK(refused.error().detail.find("delete it") != std::string::npos);
}

TEST_CASE("other credentials get a token of their own", "[connectors][rest]") {
    RestWorld world;
    REQUIRE(world.fetch());
    world.restart();
    world.options.values.secrets["secret"] = Secret("another");

    REQUIRE(world.fetch());

    CHECK(world.tokens_given == 2);
}

TEST_CASE("a damaged file costs a token and nothing else", "[connectors][rest]") {
    RestWorld world;
    REQUIRE(world.fetch());
    world.restart();
    std::ofstream(world.state / "source/memory.json") << "{\"version\":1,";

    CHECK(world.fetch());
    CHECK(world.tokens_given == 2);
}

TEST_CASE("a limit of calls for a token holds over any number of starts", "[connectors][rest]") {
    RestWorld world;
    auto& credentials = std::get<rest::auth::ClientCredentials>(world.options.connector.auth);
    credentials.use.calls_max = 2;
    credentials.use.calls_in = 24h;
    for (int day = 0; day < 2; ++day) {
        REQUIRE(world.fetch());
        world.restart();
        world.clock.advance(2h);
    }

    const auto spent = world.fetch();
    world.clock.advance(24h);
    const auto next_day = world.fetch();

    REQUIRE_FALSE(spent);
    CHECK(spent.error().kind == FailureKind::blocked);
    CHECK(spent.error().code == "token_calls_spent");
    CHECK(next_day);
}

TEST_CASE("the next secret is tried when one is refused, and stays in use", "[connectors][rest]") {
    RestWorld world;
    auto& credentials = std::get<rest::auth::ClientCredentials>(world.options.connector.auth);
    credentials.client_secrets.push_back(text("{secret:next}"));
    world.options.values.secrets["next"] = Secret("successor");
    world.answer = [&](const http::Request& request) {
        const bool is_old = request.body.find("top-secret") != std::string::npos;
        return is_old ? json(R"({"message":"invalid_client"})", 400) : world.usual(request);
    };

    REQUIRE(world.fetch());
    world.restart();
    world.clock.advance(2h);
    REQUIRE(world.fetch());

    CHECK(world.asked("/token") == 3);
}

TEST_CASE("credentials that are refused are somebody's to mend, and are not sent again", "[connectors][rest]") {
    RestWorld world;
    world.answer = [](const http::Request&) {
        return json(R"({"message":"invalid_client: top-secret is wrong"})", 401);
    };

    const auto refused = world.fetch();

    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind == FailureKind::blocked);
    CHECK(refused.error().code == "not_authorised");
    CHECK(refused.error().where == "people login");
    CHECK(refused.error().detail == "status 401: invalid_client: *** is wrong");
    CHECK(world.requests.size() == 1);
}
