#include "daemon/http/status_view.hpp"

#include "core/base/time_text.hpp"
#include "tests/daemon/http/statuses.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace usersync;
using namespace usersync::test;
using namespace std::chrono_literals;
using nlohmann::json;

TEST_CASE("a tenant is as well as its last run and its plan say", "[daemon][sync]") {
    using sync::Health;
    auto approved_elsewhere = tenant_after("a", RunEnd::done);
    approved_elsewhere.plan_held = PlanId("1");
    auto held_before_any_run = tenant("b");
    held_before_any_run.plan_held = PlanId("1");

    CHECK(health_of(tenant("new")) == Health::well);
    CHECK(health_of(tenant_after("a", RunEnd::done)) == Health::well);
    CHECK(health_of(tenant_after("a", RunEnd::done, 1)) == Health::attention);
    CHECK(health_of(tenant_after("a", RunEnd::done_open, 3)) == Health::attention);
    CHECK(health_of(tenant_after("a", RunEnd::held)) == Health::attention);
    CHECK(health_of(tenant_after("a", RunEnd::open)) == Health::attention);
    CHECK(health_of(tenant_after("a", RunEnd::failed)) == Health::failed);
    CHECK(health_of(approved_elsewhere) == Health::attention);
    CHECK(health_of(held_before_any_run) == Health::attention);
}

TEST_CASE("an approval that comes too late asks for attention, and is no failure", "[daemon][sync]") {
    auto too_late = tenant_after("a", RunEnd::failed);
    too_late.last_run->failure_code = "stale_plan";

    CHECK(health_of(too_late) == sync::Health::attention);
    CHECK(health_of(failed_tenant("a")) == sync::Health::failed);
}

TEST_CASE("the status says of every tenant how it is, what was and what comes", "[daemon][http]") {
    auto shop = held_tenant("shop");
    shop.running = true;
    shop.progress = sync::Progress{.done = 3, .left = 9, .people_done = 1, .people_left = 3};
    shop.waits_until = evening + 15min;

    const auto shown = json::parse(status::status_json(daemon_with({shop})));

    CHECK(shown == json::parse(R"({
        "version": "0.1.0", "environment": "production", "health": "attention",
        "started_at": "2026-11-19T15:45:01Z", "now": "2026-11-22T19:45:01Z", "uptime_s": 273600,
        "ready": true, "shutting_down": false,
        "tenants": [{
            "name": "shop", "health": "attention", "running": true, "progress": {"done": 3, "left": 9, "people_done": 1, "people_left": 3, "canary": false},
            "breaker": {"state": "closed"}, "pace": null, "next_attempts": [],
            "waits_until": "2026-11-22T20:00:01Z",
            "last_run": {"id": 12, "trigger": "schedule", "started_at": "2026-11-22T06:45:01Z",
                         "ended_at": "2026-11-22T06:47:01Z", "end": "held", "failure_code": null, "failure": null,
                         "people_open": 0},
            "last_good_snapshot": {"taken_at": "2026-11-22T06:45:01Z", "employees": 412, "age_s": 46800},
            "overdue": false, "drift": 0,
            "plan_rejected": null, "paused": null, "removals": {"waiting": 0, "held": 0},
            "plan_held": {"id": "00ff00ff00ff00ff00ff00ff00ff00ff", "operations": 240,
                          "reasons": [{"code": "removals",
                                       "sentence": "200 people would be removed, the limit is 25"}]},
            "rules": {"fingerprint": "00000000000000000000000000000000", "since": "1970-01-01T00:00:00Z",
                      "state": "final", "author": null, "comment": null, "refused": null, "needs_restart": []},
            "webhook": null,
            "next_run": "2026-11-23T06:45:01Z"
        }]})"));
}

TEST_CASE("a tenant whose record is overdue asks for attention", "[daemon][http]") {
    sync::TenantStatus late;
    late.tenant = TenantId("shop");
    late.is_overdue = true;

    const auto shown = json::parse(status::status_json(daemon_with({late})));

    CHECK(shown["health"] == "attention");
    CHECK(shown["tenants"][0]["overdue"] == true);
}

TEST_CASE("the status tells which rules count, who wrote them and why changed ones do not", "[daemon][http]") {
    auto shop = tenant_after("shop", RunEnd::done);
    shop.rules = refused_rules();
    shop.rules.needs_restart = {"source"};

    const auto shown = json::parse(status::status_json(daemon_with({shop})));

    CHECK(shown["health"] == "attention");
    CHECK(shown["tenants"][0]["rules"] == json::parse(R"({
        "fingerprint": "abcdef00000000000000000000000000", "since": "2026-11-21T19:45:01Z",
        "state": "final", "author": "Ann de Vries", "comment": "Store 14 opens",
        "refused": {"at": "2026-11-22T18:45:01Z", "count": 2,
                    "problems": [{"file": "groups.csv", "line": 3, "column": 1, "code": "unknown_field"},
                                 {"file": "tenant.toml", "line": null, "column": null, "code": "file_missing"}]},
        "needs_restart": ["source"]})"));
}

TEST_CASE("what somebody wrote into a rule is quoted on the control socket alone", "[daemon][http]") {
    auto shop = tenant_after("shop", RunEnd::done);
    shop.rules = refused_rules();
    const auto daemon = daemon_with({shop});

    CHECK(status::status_json(daemon).find("anna@shop.example") == std::string::npos);
    CHECK(status::status_json(daemon, status::Sentences::left_out) == status::status_json(daemon));
    const auto told = json::parse(status::status_json(daemon, status::Sentences::told));
    CHECK(told["tenants"][0]["rules"]["refused"]["problems"][0]["sentence"] ==
          "there is no field \"anna@shop.example\"");
}

TEST_CASE("rules that are refused or wait for a restart ask for attention", "[daemon][sync]") {
    auto refused = tenant_after("a", RunEnd::done);
    refused.rules = refused_rules();
    auto before_any_run = tenant("b");
    before_any_run.rules.needs_restart = {"schedule"};

    CHECK(health_of(refused) == sync::Health::attention);
    CHECK(health_of(before_any_run) == sync::Health::attention);
}

TEST_CASE("what a tenant does not have yet is null", "[daemon][http]") {
    auto shown = json::parse(status::status_json(daemon_with({tenant("new")})))["tenants"][0];
    shown.erase("rules");

    CHECK(shown == json::parse(R"({"name": "new", "health": "well", "running": false, "progress": null,
        "waits_until": null, "last_run": null, "last_good_snapshot": null, "overdue": false, "plan_held": null, "drift": 0, "next_run": null,
        "plan_rejected": null, "paused": null, "removals": {"waiting": 0, "held": 0},
        "breaker": {"state": "closed"}, "pace": null, "next_attempts": [], "webhook": null})"));
}

TEST_CASE("the status names by key whom a held plan is held for", "[daemon][http]") {
    auto shop = held_tenant("shop");
    REQUIRE_FALSE(shop.hold_reasons.empty());
    shop.hold_people = {{shop.hold_reasons.front().code, 240, {EmployeeKey("1001"), EmployeeKey("1002")}}};

    const auto shown = json::parse(status::status_json(daemon_with({shop})));
    CHECK(shown["tenants"][0]["plan_held"]["reasons"][0]["people"] == 240);
    CHECK(shown["tenants"][0]["plan_held"]["reasons"][0]["employees"] == json::parse(R"(["1001", "1002"])"));
}

TEST_CASE("a failure is shown with its code and sentence, whatever bytes it quotes", "[daemon][http]") {
    auto shop = failed_tenant("shop");
    shop.last_run->failure_sentence = "the server said \"\xff\n\"";

    const auto run = json::parse(status::status_json(daemon_with({shop})))["tenants"][0]["last_run"];

    CHECK(run["failure_code"] == "host_key_mismatch");
    CHECK(run["failure"] == "the server said \"\uFFFD\n\"");
}

TEST_CASE("the daemon is as well as the worst of its tenants", "[daemon][http]") {
    using sync::Health;
    const auto well = tenant_after("a", RunEnd::done);
    const auto open = tenant_after("b", RunEnd::done_open, 1);

    CHECK(status::overall_health(daemon_with({})) == Health::well);
    CHECK(status::overall_health(daemon_with({well, tenant("c")})) == Health::well);
    CHECK(status::overall_health(daemon_with({open, well})) == Health::attention);
    CHECK(status::overall_health(daemon_with({open, failed_tenant("c"), well})) == Health::failed);
}

TEST_CASE("no tenants is an empty list, not a missing one", "[daemon][http]") {
    CHECK(json::parse(status::status_json(daemon_with({})))["tenants"] == json::array());
}

TEST_CASE("a clock that was set back makes no negative ages", "[daemon][http]") {
    auto daemon = daemon_with({tenant_after("shop", RunEnd::done)});
    daemon.now = daemon.started_at - 1h;

    const auto shown = json::parse(status::status_json(daemon));

    CHECK(shown["uptime_s"] == 0);
    CHECK(shown["tenants"][0]["last_good_snapshot"]["age_s"] == 0);
}

TEST_CASE("times are written in UTC and spans in their two largest units", "[daemon][http]") {
    CHECK(utc_text(evening) == "2026-11-22T19:45:01Z");
    CHECK(utc_text(Time{}) == "1970-01-01T00:00:00Z");
    CHECK(utc_text(Time(-1ms)) == "1969-12-31T23:59:59Z");
    CHECK(span_text(0s) == "0 s");
    CHECK(span_text(59s + 999ms) == "59 s");
    CHECK(span_text(60s) == "1 min");
    CHECK(span_text(725s) == "12 min 5 s");
    CHECK(span_text(76h) == "3 d 4 h");
    CHECK(span_text(72h + 59min) == "3 d");
    CHECK(span_text(-1h) == "0 s");
}
