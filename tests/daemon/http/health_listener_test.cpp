#include "daemon/http/health_listener.hpp"

#include "tests/daemon/http/statuses.hpp"
#include "tests/support/run.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace usersync;
using namespace usersync::test;

namespace {

http::Response ask(status::DaemonStatus daemon, std::string target, std::string method = "GET") {
    // The handler is gone before its answer is awaited, as a server under destruction might have it.
    auto answer = status::make_health_handler([daemon] { return daemon; })(
        {.method = std::move(method), .target = std::move(target), .headers = {}, .body = {}});
    return run(std::move(answer));
}

status::DaemonStatus starting() {
    auto daemon = daemon_with({});
    daemon.ready = false;
    daemon.waiting_for = {"stores"};
    return daemon;
}

status::DaemonStatus stopping() {
    auto daemon = daemon_with({});
    daemon.shutting_down = true;
    return daemon;
}

}  // namespace

TEST_CASE("the daemon is alive while it answers, whatever else is wrong", "[daemon][http]") {
    for (const auto& daemon : {daemon_with({failed_tenant("shop")}), starting(), stopping()}) {
        const auto answer = ask(daemon, "/healthz");
        CHECK(answer.status == 200);
        CHECK(answer.body == "ok\n");
    }
}

TEST_CASE("the daemon is ready between start and stop, and says what is missing otherwise", "[daemon][http]") {
    CHECK(ask(daemon_with({}), "/readyz").status == 200);
    CHECK(ask(daemon_with({}), "/readyz").body == "ready\n");
    CHECK(ask(starting(), "/readyz").status == 503);
    CHECK(ask(starting(), "/readyz").body == "not ready: starting, waiting for stores\n");
    CHECK(ask(stopping(), "/readyz").status == 503);
    CHECK(ask(stopping(), "/readyz").body == "not ready: shutting down\n");
}

TEST_CASE("a tenant that failed does not make the daemon unready", "[daemon][http]") {
    CHECK(ask(daemon_with({failed_tenant("shop")}), "/readyz").status == 200);
}

TEST_CASE("the status is JSON and always there", "[daemon][http]") {
    for (const auto& daemon : {daemon_with({failed_tenant("shop")}), starting(), stopping()}) {
        const auto answer = ask(daemon, "/status?pretty=1");
        CHECK(answer.status == 200);
        CHECK(http::find_header(answer.headers, "Content-Type") == "application/json");
        CHECK(http::find_header(answer.headers, "Cache-Control") == "no-store");
        CHECK(nlohmann::json::parse(answer.body)["environment"] == "production");
    }
}

TEST_CASE("the root points to the three pages, and there are no others", "[daemon][http]") {
    for (const auto* page : {"/healthz", "/readyz", "/status"}) {
        CHECK(ask(daemon_with({}), "/").body.find(page) != std::string::npos);
    }
    for (const auto* target : {"/nothing", "/healthz/", "//status", "/Status", "", "?x"}) {
        INFO(target);
        CHECK(ask(daemon_with({}), target).status == 404);
    }
}

TEST_CASE("the listener cannot change anything", "[daemon][http]") {
    for (const auto* method : {"POST", "PUT", "DELETE", "OPTIONS", "get"}) {
        INFO(method);
        const auto answer = ask(daemon_with({}), "/status", method);
        CHECK(answer.status == 405);
        CHECK(http::find_header(answer.headers, "Allow") == "GET, HEAD");
    }
    CHECK(ask(daemon_with({}), "/nothing", "POST").status == 404);
    CHECK(ask(daemon_with({}), "/readyz", "HEAD").status == 200);
    CHECK(ask(starting(), "/readyz", "HEAD").status == 503);
}
