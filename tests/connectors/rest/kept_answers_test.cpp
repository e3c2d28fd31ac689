#include "connectors/rest/kept_answers.hpp"

#include "tests/connectors/rest/rest_world.hpp"
#include "tests/support/show_result.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace usersync;
using namespace usersync::test;

namespace {

rest_api::KeptAnswers keep(RestWorld& world) {
    const auto executor = world.context.get_executor();
    return world.drive(rest_api::keep_answers(world.options, world.clock, executor, executor,
                                              world.clock.steady_now() + std::chrono::minutes(10)));
}

std::vector<std::string> calls(const rest_api::KeptAnswers& kept) {
    std::vector<std::string> all;
    for (const auto& answer : kept.answers) all.push_back(answer.where + " " + std::to_string(answer.reply.status));
    return all;
}

}  // namespace

TEST_CASE("for a support case every answer is kept as it came", "[connectors][rest]") {
    RestWorld world;

    const auto kept = keep(world);

    CHECK_FALSE(kept.failure);
    CHECK(calls(kept) == std::vector<std::string>{"login 200", "list page 1 200", "list page 2 200"});
    CHECK(kept.answers[0].reply.body.empty());
    CHECK(kept.answers[1].reply.body == people_json(3, 0, 1000));
    CHECK(rest::header_of(kept.answers[1].reply.headers, "Content-Type") == "application/json");
}

TEST_CASE("an answer that the read fails by is kept like any other, and those before it", "[connectors][rest]") {
    RestWorld world;
    world.people = 3000;
    const std::string page = "<html>Please log in; top-secret is not your password</html>";
    world.answer = [&](const http::Request& request) {
        if (path_in(request) != "/people" || number_in(request, "skip") < 1000) return world.usual(request);
        return http::Response{.status = 200, .headers = {{"Content-Type", "text/html"}}, .body = page};
    };

    const auto kept = keep(world);

    REQUIRE(kept.failure);
    CHECK(kept.failure->code == "not_json");
    REQUIRE_FALSE(kept.answers.empty());
    CHECK(kept.answers.back().where == "list page 2");
    CHECK(kept.answers.back().reply.body == "<html>Please log in; *** is not your password</html>");
}

TEST_CASE("a refused login and a server error are kept with what the other system said", "[connectors][rest]") {
    RestWorld world;
    world.options.connector.limits.attempts_max = 2;
    world.answer = [&](const http::Request& request) {
        if (path_in(request) == "/token") return world.usual(request);
        return json(R"({"message":"deadlock"})", 500);
    };

    const auto kept = keep(world);

    CHECK(calls(kept) == std::vector<std::string>{"login 200", "list page 1 500", "list page 1 500"});
    CHECK(kept.answers[1].reply.body == R"({"message":"deadlock"})");
    REQUIRE(kept.failure);
}

TEST_CASE("keeping answers keeps no record that runs would rest on", "[connectors][rest]") {
    RestWorld world;
    world.options.connector.person = world.options.connector.list;

    keep(world);

    CHECK_FALSE(world.source().reads_one_person());
}
