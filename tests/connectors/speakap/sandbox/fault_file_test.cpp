#include "connectors/speakap/sandbox/fault_file.hpp"

#include "connectors/speakap/sandbox/fault_play.hpp"
#include "connectors/speakap/sandbox/sandbox_times.hpp"
#include "tests/connectors/speakap/sandbox/sandbox_world.hpp"

#include <catch2/catch.hpp>

using namespace usersync;
using sandbox::FaultKind;
using sandbox::FaultPlan;
using sandbox::parse_fault_file;
using test::body_of;

namespace {

/// Where the file is wrong.
std::string complaint(const std::string& file) {
    const auto read = parse_fault_file(file);
    REQUIRE(read.has_error());
    CHECK(read.error().code == "bad_fault_file");
    return read.error().where;
}

std::string complaint_about_rule(const std::string& keys) {
    return complaint(R"({"rules": [{"path": "*", )" + keys + "}]}");
}

sandbox::Fault only_fault(const std::string& keys) {
    return parse_fault_file(R"({"rules": [{"path": "*", )" + keys + "}]}").value().rules.at(0).fault;
}

const Time noon = Time(std::chrono::hours(24 * 365 * 56 + 12));

http::Request adding() {
    return {.method = "POST",
            .target = "/networks/f00d/users/1/groups/add",
            .headers = {{"Content-Type", "application/x-www-form-urlencoded"}},
            .body = "groups%5B%5D=aa&groups%5B%5D=bb&groups%5B%5D=cc"};
}

http::Response fine() {
    return {.status = 200, .headers = {{"Content-Type", "application/json"}}, .body = R"({"status":"done"})"};
}

http::Response played(const std::string& keys, const http::Request& request = adding()) {
    return changed_answer(only_fault(keys), request, fine(), noon);
}

}  // namespace

TEST_CASE("a rule of a fault file strikes by number, step, range and span", "[connectors][speakap][sandbox]") {
    const auto struck = [](const std::string& keys) {
        const auto file = parse_fault_file(R"({"rules": [{"path": "/a", "what": "closed", )" + keys + "}]}").value();
        FaultPlan plan(file.rules);
        std::string text;
        for (int i = 0; i < 10; ++i) text += plan.next("GET", "/a", std::chrono::seconds(i)) ? 'x' : '.';
        return text;
    };

    CHECK(struck(R"("name": "always")") == "xxxxxxxxxx");
    CHECK(struck(R"("call": 2)") == ".x........");
    CHECK(struck(R"("every": 4)") == "...x...x..");
    CHECK(struck(R"("from": 3, "to": 5)") == "..xxx.....");
    CHECK(struck(R"("from": 9)") == "........xx");
    CHECK(struck(R"("after_ms": 2000, "until_ms": 4000)") == "..xx......");
    CHECK(struck(R"("after_ms": 5000, "every": 2)") == ".....x.x.x");
    CHECK(struck(R"("method": "POST")") == "..........");
}

TEST_CASE("a fault file with a slip is refused with its place", "[connectors][speakap][sandbox]") {
    CHECK(complaint("{") == "faults");
    CHECK(complaint(R"({"rule": []})") == "faults/rule");
    CHECK(complaint(R"({"rules": [{"what": "lost"}]})") == "faults/rules/0/path");
    CHECK(complaint_about_rule(R"("what": "explode")") == "faults/rules/0/what");
    CHECK(complaint_about_rule(R"("what": "lost", "nth": 1)") == "faults/rules/0/nth");
    CHECK(complaint_about_rule(R"("what": "lost", "call": 0)") == "faults/rules/0/call");
    CHECK(complaint_about_rule(R"("what": "lost", "from": 3, "to": 2)") == "faults/rules/0/to");
    CHECK(complaint_about_rule(R"("what": "lost", "after_ms": 5, "until_ms": 5)") == "faults/rules/0/until_ms");
    CHECK(complaint_about_rule(R"("what": "lost", "status": 500)") == "faults/rules/0/status");
    CHECK(complaint_about_rule(R"("what": "status")") == "faults/rules/0/status");
    CHECK(complaint_about_rule(R"("what": "status", "status": 99)") == "faults/rules/0/status");
    CHECK(complaint_about_rule(R"("what": "status", "status": 429, "retry_after": {"in": 1})") ==
          "faults/rules/0/retry_after/in");
    CHECK(complaint_about_rule(R"("what": "status", "status": 200, "headers": {"X": "a\r\nb"})") ==
          "faults/rules/0/headers");
    CHECK(complaint_about_rule(R"("what": "slow")") == "faults/rules/0/ms");
    CHECK(complaint_about_rule(R"("what": "cut", "length": 5)") == "faults/rules/0/field");
    CHECK(complaint_about_rule(R"("what": "cut", "field": "/title")") == "faults/rules/0/length");
    CHECK(complaint(R"({"rate": {"changes": [{"from_call": 1}]}})") == "faults/rate/changes/0/calls_per_second");
    CHECK(complaint(R"({"rate": {"second_clients": [{"token": "x", "calls_per_second": 1}]}})") ==
          "faults/rate/second_clients/0/token");
    CHECK(complaint(R"({"settle": {"ms": -1}})") == "faults/settle/ms");
}

TEST_CASE("a refusal on demand names the time to come back in every way a server might",
          "[connectors][speakap][sandbox]") {
    const auto retry_after = [](const std::string& keys) {
        const auto answer = played(R"("what": "status", "status": 429)" + keys);
        CHECK(answer.status == 429);
        return std::string(http::find_header(answer.headers, "Retry-After").value_or("missing"));
    };

    CHECK(retry_after("") == "missing");
    CHECK(retry_after(R"(, "retry_after": 3600)") == "3600");
    CHECK(retry_after(R"(, "retry_after": -5)") == "-5");
    CHECK(retry_after(R"(, "retry_after": "soon")") == "soon");
    CHECK(retry_after(R"(, "retry_after": {"date_in_seconds": 90})") ==
          sandbox::to_http_date(noon + std::chrono::seconds(90)));
    CHECK(retry_after(R"(, "retry_after": {"date_in_seconds": -90})") ==
          sandbox::to_http_date(noon - std::chrono::seconds(90)));
}

TEST_CASE("dates in headers are written as HTTP wants them", "[connectors][speakap][sandbox]") {
    CHECK(sandbox::to_http_date(Time(std::chrono::seconds(1365683707))) == "Thu, 11 Apr 2013 12:35:07 GMT");
}

TEST_CASE("a status on demand comes in the words of its API, or in the rule's own", "[connectors][speakap][sandbox]") {
    const auto refused = played(R"("what": "status", "status": 401)");
    const auto in_scim = played(R"("what": "status", "status": 403)",
                                {.method = "GET", .target = "/scim/Users", .headers = {}, .body = ""});
    const auto own = played(
        R"("what": "status", "status": 502, "headers": {"Content-Type": "text/plain", "X-Proxy": "1"}, "body": "bad")");

    CHECK(body_of(refused)["code"] == -2);
    CHECK(body_of(in_scim)["status"] == "403");
    CHECK(own.status == 502);
    CHECK(own.body == "bad");
    CHECK(http::find_header(own.headers, "Content-Type") == "text/plain");
    CHECK(http::find_header(own.headers, "X-Proxy") == "1");
}

TEST_CASE("a 200 can carry an error, a proxy's page, or half an answer", "[connectors][speakap][sandbox]") {
    const auto error = played(R"("what": "error_body")");
    const auto page = played(R"("what": "html")");
    const auto half = played(R"("what": "truncated")");
    const auto short_one = played(R"("what": "truncated", "length": 3)");

    CHECK(error.status == 200);
    CHECK(body_of(error)["code"] == -5);
    CHECK(page.status == 200);
    CHECK(http::find_header(page.headers, "Content-Type") == "text/html; charset=utf-8");
    CHECK(page.body.find("<html>") != std::string::npos);
    CHECK(half.body == fine().body.substr(0, fine().body.size() / 2));
    CHECK(short_one.body.size() == 3);
}

TEST_CASE("of an answer in parts the first so many take effect and the others are named",
          "[connectors][speakap][sandbox]") {
    const auto fault = only_fault(R"("what": "partial", "keep": 1)");

    CHECK(http::parse_form(changed_request(fault, adding()).body).size() == 1);
    const auto answer = changed_answer(fault, adding(), fine(), noon);
    CHECK(answer.status == 207);
    CHECK(body_of(answer)["data"]["failed"].size() == 2);
    CHECK(body_of(answer)["data"]["failed"].contains("bb"));
    CHECK(played(R"("what": "partial", "keep": 3)").body == fine().body);
}

TEST_CASE("a field is cut to so many characters, not bytes, and the answer says nothing of it",
          "[connectors][speakap][sandbox]") {
    const auto fault = only_fault(R"("what": "cut", "field": "/name/familyName", "length": 3)");
    http::Request request{.method = "PUT",
                          .target = "/scim/Users/1",
                          .headers = {{"Content-Type", "application/scim+json"}},
                          .body = R"({"name":{"familyName":"Žižková"},"title":"Baker"})"};

    const auto changed = nlohmann::json::parse(changed_request(fault, request).body);

    CHECK(changed["name"]["familyName"] == "Žiž");
    CHECK(changed["title"] == "Baker");
    CHECK(changed_answer(fault, request, fine(), noon).body == fine().body);
    request.body = "no JSON";
    CHECK(changed_request(fault, request) == request);
}

TEST_CASE("which faults take effect is said by their kind, or by the rule", "[connectors][speakap][sandbox]") {
    CHECK(has_effect(only_fault(R"("what": "lost")")));
    CHECK(has_effect(only_fault(R"("what": "slow", "ms": 5)")));
    CHECK_FALSE(has_effect(only_fault(R"("what": "closed")")));
    CHECK_FALSE(has_effect(only_fault(R"("what": "no_effect")")));
    CHECK_FALSE(has_effect(only_fault(R"("what": "status", "status": 500)")));
    CHECK(has_effect(only_fault(R"("what": "status", "status": 500, "effect": true)")));
}
