#include "daemon/http/status_text.hpp"

#include "tests/daemon/http/statuses.hpp"

#include <catch2/catch.hpp>

using namespace usersync;
using namespace usersync::test;
using control::ExitCode;
using status::exit_code_of;

TEST_CASE("an operator sees one tenant a line, then what waits for a person, then what failed", "[daemon][http]") {
    auto running = tenant_after("north", RunEnd::done_open, 2);
    running.running = true;
    running.progress = sync::Progress{.done = 3, .left = 9, .people_done = 1, .people_left = 3};

    const auto text =
        status::status_text(daemon_with({failed_tenant("bakery"), tenant("new"), running, held_tenant("shop")}));

    CHECK(text ==
          R"(usersyncd 0.1.0, production, up 3 d 4 h, ready

TENANT  HEALTH     LAST RUN                     OPEN  LAST GOOD SNAPSHOT       RULES     NEXT RUN
bakery  failed     failed 2026-11-22T06:47Z     0     412 employees, 13 h old  00000000  2026-11-23T06:45Z
new     well       none yet                     -     -                        00000000  -
north   attention  done_open 2026-11-22T06:47Z  2     412 employees, 13 h old  00000000  running 3/12, 1/4 people
shop    attention  held 2026-11-22T06:47Z       0     412 employees, 13 h old  00000000  2026-11-23T06:45Z

shop: plan 00ff00ff00ff00ff00ff00ff00ff00ff with 240 operations is held
  - 200 people would be removed, the limit is 25
  approve it with: usersyncd approve shop 00ff00ff00ff00ff00ff00ff00ff00ff

bakery: run 12 failed, host_key_mismatch: the server's key is not the pinned one
)");
}

TEST_CASE("an operator sees that changed rules are refused, why, and whose stay in force", "[daemon][http]") {
    auto shop = tenant_after("shop", RunEnd::done);
    shop.rules = refused_rules();
    auto town = tenant_after("town", RunEnd::done);
    town.rules.needs_restart = {"source", "target"};

    const auto daemon = daemon_with({shop, town});

    const auto text = status::status_text(daemon);
    CHECK(text.substr(text.find("\n\nshop:") + 1) ==
          "\nshop: changed rules were refused 2026-11-22T18:45Z, rules abcdef00 by Ann de Vries stay in force since "
          "2026-11-21T19:45Z; groups.csv:3:1 unknown_field: there is no field \"anna@shop.example\" (usersyncd check "
          "shows all that is wrong)\n"
          "\ntown: changed settings need a restart: source target\n");
    CHECK(exit_code_of(daemon) == ExitCode::people_open);
}

TEST_CASE("a daemon that is not ready says so first", "[daemon][http]") {
    auto starting = daemon_with({});
    starting.ready = false;
    starting.waiting_for = {"configuration", "stores"};

    CHECK(status::status_text(starting) ==
          "usersyncd 0.1.0, production, up 3 d 4 h, not ready: starting, waiting for configuration, stores\n"
          "no tenants are configured\n");
}

TEST_CASE("the exit code of status is that of the worst tenant", "[daemon][http]") {
    const auto well = tenant_after("a", RunEnd::done);
    const auto open = tenant_after("b", RunEnd::done_open, 1);
    const auto held = held_tenant("c");
    const auto failed = failed_tenant("d");
    auto failed_and_held = failed_tenant("e");
    failed_and_held.plan_held = PlanId("1");

    CHECK(exit_code_of(daemon_with({})) == ExitCode::done);
    CHECK(exit_code_of(daemon_with({well, tenant("new")})) == ExitCode::done);
    CHECK(exit_code_of(daemon_with({well, open})) == ExitCode::people_open);
    CHECK(exit_code_of(daemon_with({held, open, well})) == ExitCode::held);
    CHECK(exit_code_of(daemon_with({open, failed, held})) == ExitCode::failed);
    CHECK(exit_code_of(daemon_with({failed_and_held})) == ExitCode::failed);
    CHECK(exit_code_of(daemon_with({tenant_after("f", RunEnd::held)})) == ExitCode::held);
}

TEST_CASE("exit codes are the documented numbers", "[daemon][control]") {
    CHECK(static_cast<int>(ExitCode::done) == 0);
    CHECK(static_cast<int>(ExitCode::people_open) == 1);
    CHECK(static_cast<int>(ExitCode::usage) == 2);
    CHECK(static_cast<int>(ExitCode::held) == 3);
    CHECK(static_cast<int>(ExitCode::failed) == 4);
}

TEST_CASE("an operator sees how much somebody changed in the network of what is ours", "[daemon][http]") {
    auto shop = tenant_after("shop", RunEnd::done);
    shop.drift = 3;

    const auto text = status::status_text(daemon_with({shop}));
    CHECK(text.substr(text.find("\n\nshop:") + 1) ==
          "\nshop: the newest plan found 3 things of ours changed in the network (usersyncd plan shop shows what)\n");
    CHECK(exit_code_of(daemon_with({shop})) == ExitCode::done);
}
