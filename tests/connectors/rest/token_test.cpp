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

TEST_CASE("calls that were counted stay counted when somebody enters a new secret", "[connectors][rest]") {
    RestWorld world;
    world.options.connector.limits.calls_per_day = 6;
    auto& use = std::get<rest::auth::ClientCredentials>(world.options.connector.auth).use;
    use.calls_max = 2;
    use.calls_in = 24h;
    REQUIRE(world.fetch());  // a token and two pages
    world.restart();
    world.options.values.secrets["secret"] = Secret("another");

    REQUIRE(world.fetch());
    const auto spent = world.fetch();
    world.restart();
    world.options.values.secrets["secret"] = Secret("a third");
    world.options.connector.limits.calls_per_day.reset();
    const auto no_token = world.fetch();

    CHECK(world.tokens_given == 2);
    REQUIRE_FALSE(spent);
    CHECK(spent.error().code == "calls_spent");
    REQUIRE_FALSE(no_token);
    CHECK(no_token.error().code == "token_calls_spent");
}

TEST_CASE("a rest that is owed is kept when somebody changes a setting or a secret", "[connectors][rest][fault17]") {
    RestWorld world;
    world.options.connector.settings = {{.name = "select", .description = "what is asked for"}};
    world.options.connector.limits.pause_after_timeout = 15min;
    REQUIRE(world.fetch());
    world.stalls_once = true;
    REQUIRE_FALSE(world.fetch(300ms));
    const auto asked = world.requests.size();

    world.restart();
    world.options.values.settings["select"] = {"id"};
    const auto by_setting = world.fetch();
    world.restart();
    world.options.values.secrets["secret"] = Secret("another");
    const auto by_secret = world.fetch();

    REQUIRE_FALSE(by_setting);
    CHECK(by_setting.error().code == "left_alone");
    REQUIRE_FALSE(by_secret);
    CHECK(by_secret.error().code == "left_alone");
    CHECK(world.requests.size() == asked);
}

TEST_CASE("a wait of decades that a file remembers is one of a day", "[connectors][rest]") {
    RestWorld world;
    REQUIRE(world.fetch());
    world.restart();
    const auto file = world.state / "source/memory.json";
    auto text = TempDir::read(file);
    const auto decades = std::chrono::duration_cast<Duration>((world.clock.now() + 24h * 365 * 30).time_since_epoch());
    text.insert(text.find('{') + 1, "\"not_before\": " + std::to_string(decades.count()) + ",");
    std::ofstream(file) << text;

    const auto too_early = world.fetch();
    world.clock.advance(24h);
    const auto later = world.fetch();

    REQUIRE_FALSE(too_early);
    CHECK(too_early.error().code == "left_alone");
    CHECK(too_early.error().retry_after == std::optional<Duration>(24h));
    CHECK(later);
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
