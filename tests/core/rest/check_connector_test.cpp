#include "core/rest/check_connector.hpp"
#include "tests/core/rest/declare.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace usersync;
using namespace usersync::rest;
using declare::path;
using declare::text;

namespace {

Connector sound() {
    auto connector = declare::connector_of(declare::list_of("rows", {{"id", "Id"}, {"department", "Dept"}}));
    connector.settings = {
        {.name = "environment", .description = "the number of the environment", .kind = Setting::Kind::digits},
        {.name = "host", .kind = Setting::Kind::choice, .choices = {"rest", "resttest"}, .fallback = {"rest"}}};
    connector.secrets = {{.name = "client_secret", .description = "the secret"}};
    connector.base_url = text("https://{environment}.{host}.example");
    connector.auth = auth::Bearer{text("{secret:client_secret}")};
    connector.list.paging = paging::Offset{.parameter = "skip", .limit_parameter = "take"};
    return connector;
}

// Whether one of the problems stands there and says that.
bool says(const std::vector<ConnectorProblem>& problems, std::string_view where, std::string_view part) {
    return std::any_of(problems.begin(), problems.end(), [&](const ConnectorProblem& problem) {
        return problem.where == where && problem.sentence.find(part) != std::string::npos;
    });
}

}  // namespace

TEST_CASE("A sound declaration has no problem", "[core][rest]") { CHECK(check_connector(sound()).empty()); }

TEST_CASE("Everything that is wrong with a declaration is said at once, with the nearest name", "[core][rest]") {
    auto connector = sound();
    connector.base_url = text("https://{enviroment}.example");
    connector.auth = auth::Bearer{text("{secret:client_secrte}")};
    connector.list.paging = paging::Offset{};
    connector.list.records.paths = {path("rows[0]")};
    connector.joins = {
        {.name = "departments", .list = declare::list_of("rows", {{"code", "c"}}), .column = "departmnt"}};
    connector.errors.rules = {{.statuses = {404}, .is = AnswerKind::nothing}};
    connector.limits.calls_per_second = 0;
    connector.delta = DeltaRule{.kind = DeltaRule::Kind::since};
    const auto problems = check_connector(connector);
    CHECK(says(problems, "base_url", "did you mean \"environment\"?"));
    CHECK(says(problems, "auth.token", "did you mean \"client_secret\"?"));
    CHECK(says(problems, "paging", "every page would be the first"));
    CHECK(says(problems, "records.path", "names only"));
    CHECK(says(problems, "joins[0].column", "did you mean \"department\"?"));
    CHECK(says(problems, "errors.rules[0]", "people would be missing"));
    CHECK(says(problems, "limits.calls_per_second", "more than 0"));
    CHECK(says(problems, "delta.request", "{since}"));
}

TEST_CASE("What a tenant fills in is checked against what the declaration asks for", "[core][rest]") {
    Values values;
    values.settings = {{"enviroment", {"1"}}, {"host", {"restest"}}};
    const auto problems = check_values(sound(), values);
    CHECK(says(problems, "settings.enviroment", "did you mean \"environment\"?"));
    CHECK(says(problems, "settings.environment", "it is missing: the number of the environment"));
    CHECK(says(problems, "settings.host", "did you mean \"resttest\"?"));
    CHECK(says(problems, "secrets.client_secret", "it is missing"));

    values.settings = {{"environment", {"12345"}}};
    values.secrets = {{"client_secret", Secret("s")}};
    CHECK(check_values(sound(), values).empty());
    CHECK(with_fallbacks(sound(), values).settings.at("host") == std::vector<std::string>{"rest"});
    values.settings["environment"] = {"12345.evil.example/"};
    CHECK(says(check_values(sound(), values), "settings.environment", "digits"));
}

TEST_CASE("A declaration whose offsets go on by the size of a page must say how many there are", "[core][rest]") {
    auto connector = sound();
    connector.list.paging =
        paging::Offset{.parameter = "skip", .limit_parameter = "take", .advance = paging::Offset::Advance::page_size};
    CHECK(says(check_connector(connector), "paging.advance", "stop.total"));
    connector.list.stop.total = path("total");
    CHECK(check_connector(connector).empty());
}

TEST_CASE("An address that a tenant fills in is one of https, but on this machine", "[core][rest]") {
    auto connector = declare::connector_of(declare::list_of("rows", {{"id", "Id"}}));
    connector.settings = {{.name = "url", .description = "the address", .kind = Setting::Kind::url}};
    const auto problems = [&](std::string given) {
        Values values;
        values.settings = {{"url", {std::move(given)}}};
        return check_values(connector, values);
    };
    for (const auto* sound : {"https://hr.example", "https://hr.example:8443/api", "HTTPS://hr.example",
                              "http://127.0.0.1:8080/api", "http://[::1]:8080"}) {
        CAPTURE(sound);
        CHECK(problems(sound).empty());
    }
    for (const auto* plain :
         {"http://hr.example", "http://localhost", "http://127.0.0.1.hr.example", "http://128.0.0.1", "http://[::2]"}) {
        CAPTURE(plain);
        CHECK(says(problems(plain), "settings.url", "https://"));
    }
    for (const auto* none :
         {"hr.example", "https://", "ftp://hr.example", "https://hr.example/api?key=1", "https://user@hr.example"}) {
        CAPTURE(none);
        CHECK(says(problems(none), "settings.url", "it must be a URL"));
    }
}
