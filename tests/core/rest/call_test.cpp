#include "core/rest/call.hpp"
#include "core/base/byte_text.hpp"
#include "core/rest/budget.hpp"
#include "core/rest/encode.hpp"
#include "tests/core/rest/declare.hpp"

#include <catch2/catch.hpp>

using namespace usersync;
using namespace usersync::rest;
using declare::text;

namespace {

std::string resolved(std::string_view base, std::string_view link) {
    const auto url = resolve(*parse_url(base), link);
    return url ? url->text() : "!";
}

std::string followed(const Connector& connector, std::string_view link,
                     paging::NextLink::Take take = paging::NextLink::Take::whole) {
    const auto first = make_call(connector, connector.list.request, {}, {});
    const auto call = follow(connector, {}, *first, link, take);
    return call ? call->url.text() : "! " + call.error().code;
}

}  // namespace

TEST_CASE("A link means what the standard says", "[core][rest]") {
    const auto* const base = "https://h.example/a/b?x=1";
    CHECK(resolved(base, "https://o.example:444/c?d#e") == "https://o.example:444/c?d");
    CHECK(resolved(base, "//o.example/c") == "https://o.example/c");
    CHECK(resolved(base, "/c?y=2") == "https://h.example/c?y=2");
    CHECK(resolved(base, "c/../d") == "https://h.example/a/d");
    CHECK(resolved(base, "?y=a|b c") == "https://h.example/a/b?y=a%7Cb%20c");
    CHECK(resolved("https://h.example", "../../x") == "https://h.example/x");
    CHECK(resolved("https://[::1]:8443/a", "/b") == "https://[::1]:8443/b");
    for (const auto* link :
         {"", "javascript:x", "https://user@h.example/", "http://h.example:0/", "https:///x", "/a\r\nHost: x"}) {
        CAPTURE(link);
        CHECK(resolved(base, link) == "!");
    }
}

TEST_CASE("The next page is found in a Link header whatever else stands in it", "[core][rest]") {
    CHECK(link_of("<https://h/1>; rel=\"prev\", <https://h/3,a>; title=\"x, y; rel=no\"; rel=\"last next\"", "next") ==
          "https://h/3,a");
    CHECK(link_of("<b>; REL=Next", "next") == "b");
    CHECK_FALSE(link_of("<b>; rel=nextish", "next"));
    CHECK_FALSE(link_of("<b; rel=next", "next"));
    CHECK_FALSE(link_of("", "next"));
}

TEST_CASE("Credentials go to no other host than was declared", "[core][rest]") {
    auto connector = declare::connector_of(declare::list_of("rows", {{"id", "id"}}));
    CHECK(followed(connector, "https://hr.example/other?page=2") == "https://hr.example/other?page=2");
    CHECK(followed(connector, "?page=2") == "https://hr.example/api/people?page=2");
    CHECK(followed(connector, "https://HR.example:443/x") == "https://hr.example/x");
    for (const auto* link : {"https://evil.example/api/people?page=2", "http://hr.example/api",
                             "https://hr.example:8443/api", "//evil.example/x", "https://hr.example.evil.example/"}) {
        CAPTURE(link);
        CHECK(followed(connector, link) == "! link_elsewhere");
    }
    connector.hosts = {"https://other.example"};
    CHECK(followed(connector, "https://other.example/x") == "https://other.example/x");
    CHECK(followed(connector, "https://evil.example/x?page=2", paging::NextLink::Take::query_only) ==
          "https://hr.example/api/people?page=2");
}

TEST_CASE("A call has what was declared, and leaves out what has no value", "[core][rest]") {
    Connector connector;
    connector.base_url = text("https://{environment}.rest.example/ProfitRestServices/");
    connector.headers = {{"IntegrationId", text("45963_1")}, {"Accept-Language", text("nl-nl")}};
    RequestRule request;
    request.path = text("/connectors/{connector}");
    request.query = {
        {"orderbyfieldids", text("{order}")}, {"$filter", text("changed gt {since}")}, {"take", text("5")}};
    request.headers = {{"accept-language", text("en")}};
    Values values;
    values.settings = {{"environment", {"12345"}}, {"connector", {"Users v2"}}, {"order", {"Id", "Start"}}};
    const auto call = make_call(connector, request, values, {}, {{"skip", text("0")}, {"take", text("100")}});
    REQUIRE(call.has_value());
    CHECK(
        call->url.text() ==
        "https://12345.rest.example/ProfitRestServices/connectors/Users%20v2?orderbyfieldids=Id,Start&skip=0&take=100");
    CHECK(header_of(call->headers, "Accept-Language") == "en");
    CHECK(header_of(call->headers, "integrationid") == "45963_1");

    connector.limits.query_max = 20;
    CHECK(make_call(connector, request, values, {}).error().code == "query_too_long");
    CHECK(make_call(connector, request, {}, {}).error().code == "bad_base_url");
}

TEST_CASE("A login is written as the source wants it", "[core][rest]") {
    Values values;
    values.secrets = {{"key", Secret("abc")}};
    CHECK(fixed_credentials(auth::Basic{text("{secret:key}"), text("x")}, values)->front().second == "Basic YWJjOng=");
    CHECK(fixed_credentials(auth::Bearer{text("{secret:key}")}, values)->front().second == "Bearer abc");
    CHECK(fixed_credentials(auth::None{}, values)->empty());
    CHECK(fixed_credentials(auth::Bearer{text("{secret:other}")}, values).error().code == "secret_missing");
}

TEST_CASE("A classic token is taken in each form in which customers paste it", "[core][rest]") {
    const std::string bare = "0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF";
    const auto whole = "<token><version>1</version><data>" + bare + "</data></token>";
    const auth::Header rule{.name = "Authorization",
                            .prefix = "AfasToken ",
                            .value = text("{secret:token}"),
                            .base64 = true,
                            .wrap_before = "<token><version>1</version><data>",
                            .wrap_behind = "</data></token>"};
    const auto broken =
        "  <token><version>1</version>\r\n <data>" + bare.substr(0, 40) + "\n" + bare.substr(40) + "</data></token>\n";
    for (const auto& pasted : {bare, whole, base64(whole), broken, " " + bare + "\n"}) {
        CAPTURE(pasted);
        Values values;
        values.secrets = {{"token", Secret(pasted)}};
        CHECK(fixed_credentials(rule, values)->front().second == "AfasToken " + base64(whole));
    }
}

TEST_CASE("A day has no more calls than the source allows", "[core][rest]") {
    DayCalls calls;
    const Time noon(std::chrono::hours(24 * 20'000 + 12));
    CHECK(take_call(calls, 2, noon).has_value());
    CHECK(take_call(calls, 2, noon).has_value());
    const auto third = take_call(calls, 2, noon);
    REQUIRE_FALSE(third.has_value());
    CHECK(third.error().code == "calls_spent");
    CHECK(third.error().retry_after == std::chrono::hours(12));
    CHECK(take_call(calls, 2, noon + std::chrono::hours(12)).has_value());
    CHECK(calls.calls == 1);
}
