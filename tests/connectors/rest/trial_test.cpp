#include "connectors/rest/trial.hpp"

#include "tests/connectors/rest/rest_world.hpp"
#include "tests/support/show_result.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace usersync;
using namespace usersync::test;
using rest_api::HowMuch;

namespace {

rest_api::Trial try_out(RestWorld& world, HowMuch how_much = HowMuch::first_page,
                        std::vector<std::string> columns = {}) {
    const auto executor = world.context.get_executor();
    return world.drive(rest_api::try_out(world.options, std::move(columns), how_much, world.clock, executor, executor,
                                         world.clock.steady_now() + std::chrono::minutes(10)));
}

std::vector<std::string> names(const rest_api::Trial& trial) {
    std::vector<std::string> all;
    for (const auto& step : trial.steps) all.push_back(step.name);
    return all;
}

const rest_api::TrialStep& last(const rest_api::Trial& trial) { return trial.steps.back(); }

}  // namespace

TEST_CASE("a trial tells every step, from the name to the fields", "[connectors][rest]") {
    RestWorld world;
    world.people = 1500;
    world.options.connector.list.records.fields.push_back({.name = "boss", .paths = {path("boss")}});

    const auto trial = try_out(world);

    CHECK(trial.is_good());
    CHECK(names(trial) == std::vector<std::string>{"name of " + world.origin(), "connection to " + world.origin(),
                                                   "TLS with " + world.origin(), "login", "first page", "fields"});
    CHECK(trial.steps[3].says == "a new token was given");
    CHECK(trial.steps[4].says == "1000 records on 1 page; there are more pages");
    CHECK(trial.steps[5].says == "found: id, site; in no record: boss");
    CHECK((trial.lines == people_lines(1000)));
    CHECK_FALSE(trial.is_whole);
}

TEST_CASE("a trial of everything reads all pages", "[connectors][rest]") {
    RestWorld world;
    world.people = 1500;

    const auto trial = try_out(world, HowMuch::everything);

    CHECK(trial.is_whole);
    CHECK((trial.lines == people_lines(1500)));
}

TEST_CASE("a trial ends at the first step that fails, and says who mends it", "[connectors][rest]") {
    RestWorld world;
    world.options.connector.errors.rules = {
        {.statuses = {401}, .is = rest::AnswerKind::auth, .code = "client_refused", .says = "make a new secret"}};
    world.answer = [](const http::Request&) { return json(R"({"message":"top-secret is wrong"})", 401); };

    const auto trial = try_out(world);

    CHECK_FALSE(trial.is_good());
    CHECK(last(trial).name == "login");
    CHECK(last(trial).code == "client_refused");
    CHECK(last(trial).says == "make a new secret (status 401): *** is wrong");
    CHECK(trial.lines.empty());
}

TEST_CASE("a name that is not offered comes with the nearest one that is", "[connectors][rest]") {
    RestWorld world;
    auto& connector = world.options.connector;
    world.options.values.settings["connector"] = {"Usersync_Employes"};
    connector.settings = {{.name = "connector"}};
    rest::Probe probe;
    probe.name = "whether the connector is linked";
    probe.request.path = text("/metainfo");
    probe.names = path("connectors[*].id");
    probe.must_name = "connector";
    probe.shows = {path("expiry")};
    connector.probes = {probe};
    world.answer = [&](const http::Request& request) {
        if (path_in(request) != "/metainfo") return world.usual(request);
        return json(R"({"connectors":[{"id":"Other"},{"id":"Usersync_Employees"}],"expiry":"2027-05-01"})");
    };

    const auto wrong = try_out(world);
    world.options.values.settings["connector"] = {"Usersync_Employees"};
    const auto right = try_out(world);

    CHECK(last(wrong).code == "not_offered");
    CHECK(last(wrong).says.find("did you mean \"Usersync_Employees\"?") != std::string::npos);
    CHECK(right.is_good());
    const auto& steps = right.steps;
    const auto probed =
        std::find_if(steps.begin(), steps.end(), [&](const auto& step) { return step.name == probe.name; });
    REQUIRE(probed != steps.end());
    CHECK(probed->says == "2 names are offered; expiry: 2027-05-01");
}

TEST_CASE("mapped columns and order fields that are not offered are told by name, before a page is read",
          "[connectors][rest]") {
    RestWorld world;
    auto& connector = world.options.connector;
    connector.settings = {{.name = "order_by", .kind = rest::Setting::Kind::list}};
    rest::Probe probe;
    probe.name = "the fields";
    probe.request.path = text("/metainfo");
    probe.names = path("fields[*].id");
    probe.must_name = "order_by";
    probe.names_columns = true;
    connector.probes = {probe};
    world.answer = [&](const http::Request& request) {
        if (path_in(request) != "/metainfo") return world.usual(request);
        return json(R"({"fields":[{"id":"id"},{"id":"site"},{"id":"E-mail"}]})");
    };
    const auto fields_of = [&](const rest_api::Trial& trial) {
        const auto found = std::find_if(trial.steps.begin(), trial.steps.end(),
                                        [&](const auto& step) { return step.name == probe.name; });
        REQUIRE(found != trial.steps.end());
        return *found;
    };

    world.options.values.settings["order_by"] = {"-id", "['E-mail']"};
    const auto right = try_out(world, HowMuch::first_page, {"id", "site"});
    const auto unmapped = try_out(world, HowMuch::first_page, {"id", "Infix", "Phone"});
    world.options.values.settings["order_by"] = {"id", "Start"};
    const auto unordered = try_out(world, HowMuch::first_page, {"id"});

    CHECK(fields_of(right).is_good);
    CHECK_FALSE(fields_of(unmapped).is_good);
    CHECK(fields_of(unmapped).code == "column_not_offered");
    CHECK_THAT(fields_of(unmapped).says, Catch::EndsWith("these are not: Infix, Phone"));
    CHECK(unmapped.is_good());  // all the same the page was read
    CHECK(last(unordered).code == "not_offered");
}

TEST_CASE("of records whose fields the customer chose, a trial tells those that it saw", "[connectors][rest]") {
    RestWorld world;
    auto& records = world.options.connector.list.records;
    records.fields.clear();
    records.other_members = true;

    const auto trial = try_out(world);

    CHECK(last(trial).says == "found: id, site");
    CHECK(trial.tally.fields == std::vector<std::string>{"id", "site"});
    CHECK(trial.tally.with_field == std::vector<std::size_t>{3, 3});
}

TEST_CASE("a trial keeps its token for the runs, and no record", "[connectors][rest]") {
    RestWorld world;
    world.options.connector.person = world.options.connector.list;

    try_out(world);

    CHECK(std::filesystem::exists(world.state / "source/memory.json"));
    CHECK_FALSE(world.source().reads_one_person());
    REQUIRE(world.fetch());
    CHECK(world.tokens_given == 1);
}
