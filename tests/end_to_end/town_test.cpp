#include "tests/end_to_end/town.hpp"

#include "tests/support/certificates.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <chrono>
#include <csignal>
#include <set>

using namespace usersync::test;
using namespace std::chrono_literals;
using Json = nlohmann::json;

namespace {

using Lines = std::vector<std::string>;

const Lines day_1{"1001,Store 12,Store manager,+31612345601", "1002,Store 12,Cashier,+31612345602",
                  "1003,Store 14,Cashier,+31612345603"};
const Lines day_2{"1001,Store 12,Store manager,+31612345601", "1003,Store 12,Cashier,+31699999999",
                  "1004,Store 14,Cashier,+31612345604"};

void first_day_delivered(Town& town) {
    REQUIRE(town.usersyncd({"sync", "shop"}).exit_code == 3);
    REQUIRE(town.usersyncd({"approve", "shop", town.held_plan()}).exit_code == 0);
}

void first_day(Town& town) {
    town.deliver("day1.csv", day_1);
    first_day_delivered(town);
}

}  // namespace

TEST_CASE("without a daemon, sync holds the first plan, approve carries it out, and the next sync has nothing to do",
          "[end_to_end]") {
    Town town;
    town.deliver("day1.csv", day_1);

    const auto first = town.usersyncd({"sync", "shop"});
    INFO(first.out << first.err);
    CHECK(first.exit_code == 3);
    CHECK(first.out.find("held (first_run)") != std::string::npos);
    CHECK(town.people() == 0);

    const auto approved = town.usersyncd({"approve", "shop", town.held_plan()});
    INFO(approved.out << approved.err);
    CHECK(approved.exit_code == 0);
    CHECK(town.people() == 3);
    CHECK(town.invitations("1001") == 1);

    const auto again = town.usersyncd({"sync", "shop", "--format", "json"});
    CHECK(again.exit_code == 0);
    CHECK(Json::parse(again.out).at("plan").at("calls") == 0);
}

TEST_CASE("the second day arrives in the network and the third run is empty", "[end_to_end]") {
    Town town;
    first_day(town);
    town.deliver("day2.csv", day_2);

    const auto second = town.usersyncd({"sync", "shop"});
    INFO(second.out << second.err);
    CHECK(second.exit_code == 0);
    CHECK(town.invitations("1004") == 1);
    const auto plan = town.usersyncd({"plan", "shop", "--format", "json"});
    CHECK(plan.exit_code == 0);
    CHECK(Json::parse(plan.out).at("operations").empty());
}

TEST_CASE("a running daemon answers commands over its socket and refuses a second daemon", "[end_to_end]") {
    Town town;
    const auto daemon = town.serve();
    town.deliver("day1.csv", day_1);

    CHECK(town.usersyncd({"sync", "shop"}).exit_code == 3);
    const auto second = town.usersyncd({"serve"});
    CHECK(second.exit_code == 3);
    CHECK(second.err.find("already_locked") != std::string::npos);
    CHECK(town.usersyncd({"approve", "shop", town.held_plan()}).exit_code == 0);
    CHECK(daemon->err().find("event=plan_approved") != std::string::npos);
    CHECK(town.people() == 3);

    daemon->signal(SIGTERM);
    CHECK(daemon->wait(5s) == 0);
    CHECK(town.usersyncd({"sync", "shop"}).exit_code == 0);
}

TEST_CASE("the daemon picks a record up by itself on its schedule", "[end_to_end]") {
    Town town;
    first_day(town);
    town.schedule = "1s";
    town.write_configuration();
    const auto daemon = town.serve();
    town.deliver("day2.csv", day_2);

    wait_until("the joiner's invitation", [&] { return town.invitations("1004") == 1; });
}

TEST_CASE("a daemon killed in the middle of its calls invites nobody twice", "[end_to_end][crash]") {
    for (const int kill_at : {1, 3, 5}) {
        INFO("killed at the " << kill_at << ". account");
        Town town({"--latency", "20"});
        town.deliver("day1.csv", day_1);
        town.usersyncd({"sync", "shop"});
        auto daemon = town.serve();
        Program approval({town.binary(), "approve", "shop", town.held_plan(), "--environment", town.config_folder()});
        if (kill_at < 5) {
            wait_until("some accounts", [&] { return town.people() >= static_cast<std::size_t>((kill_at + 1) / 2); });
        } else {
            daemon->wait_for_error_text("kind=add_to_groups");
        }
        daemon->signal(SIGKILL);
        daemon->wait();
        approval.wait();

        // Nobody asks it to: whatever was begun is finished, although the schedule says tomorrow.
        const auto again = town.serve();
        wait_until("the daemon to finish what was begun", [&] { return town.health() == "well"; });
        CHECK(town.people() == 3);
        for (const auto* key : {"1001", "1002", "1003"}) CHECK(town.invitations(key) == 1);
        CHECK(Json::parse(town.usersyncd({"plan", "shop", "--format", "json"}).out).at("operations").empty());
    }
}

TEST_CASE("a lost answer, a server error and a closed connection lead to the same network", "[end_to_end][fault21]") {
    Town town({"--fault", "POST:/scim/Users:1:lost", "--fault", "POST:/scim/Users:3:500", "--fault",
               "POST:*/groups/add:1:closed", "--fault", "GET:*/users/:2:503"});
    first_day(town);

    for (const auto* key : {"1001", "1002", "1003"}) CHECK(town.invitations(key) == 1);
    CHECK(town.usersyncd({"sync", "shop"}).exit_code == 0);
}

TEST_CASE("a rate limit at the other end is obeyed", "[end_to_end][fault20]") {
    Town town({"--rate", "20/s"});
    first_day(town);

    CHECK(town.people() == 3);
    CHECK(town.usersyncd({"sync", "shop"}).exit_code == 0);
}

TEST_CASE(
    "asked to stop while a call hangs, the daemon ends within five seconds and the next run finds out what happened",
    "[end_to_end]") {
    Town town({"--fault", "POST:/scim/Users:2:slow=20000"});
    town.deliver("day1.csv", day_1);
    town.usersyncd({"sync", "shop"});
    const auto daemon = town.serve();
    Program approval({town.binary(), "approve", "shop", town.held_plan(), "--environment", town.config_folder()});
    wait_until("the call that hangs", [&] { return town.people() >= 2; });

    const auto asked = std::chrono::steady_clock::now();
    daemon->signal(SIGTERM);
    CHECK(daemon->wait(10s) == 0);
    CHECK(std::chrono::steady_clock::now() - asked < 5s);

    const auto rest = town.usersyncd({"sync", "shop"});
    INFO(rest.out << rest.err);
    CHECK(rest.exit_code == 0);
    for (const auto* key : {"1001", "1002", "1003"}) CHECK(town.invitations(key) == 1);
}

TEST_CASE("on a full disk nothing is sent, because no intent could be kept", "[end_to_end]") {
    Town town;
    town.deliver("day1.csv", day_1);
    town.usersyncd({"sync", "shop"});
    const auto plan = town.held_plan();

    const auto full = town.usersyncd({"approve", "shop", plan}, {.file_bytes_max = 1});

    CHECK(full.exit_code == 4);
    CHECK(town.people() == 0);
    CHECK(town.usersyncd({"approve", "shop", plan}).exit_code == 0);
    CHECK(town.people() == 3);
}

TEST_CASE("the sandbox keeps its network over a kill", "[end_to_end]") {
    Town town;
    first_day(town);
    const auto before = town.shown();
    town.sandbox().signal(SIGKILL);
    town.sandbox().wait();
    town.restart_sandbox();

    CHECK(town.shown() == before);
    CHECK(town.usersyncd({"sync", "shop"}).exit_code == 0);
}

TEST_CASE("a broken configuration is told whole, with exit code 2, before anything is touched", "[end_to_end]") {
    Town town;
    town.dir().write("env/usersync.toml", "[state]\nfodler = 'x'\n[health]\nlisten = 5\n");

    const auto check = town.usersyncd({"check"});
    CHECK(check.exit_code == 2);
    CHECK(check.out.find("usersync.toml:2:") != std::string::npos);
    CHECK(check.out.find("usersync.toml:4:") != std::string::npos);
    CHECK(town.usersyncd({"serve"}).exit_code == 2);
    CHECK(town.usersyncd({"sync", "shop"}).exit_code == 2);
}

TEST_CASE("wrong usage is exit code 2, and every command has help", "[end_to_end]") {
    const std::string binary = USERSYNC_BINARY_DIR "/usersyncd";

    CHECK(run_program({binary}).exit_code == 2);
    CHECK(run_program({binary, "dance"}).exit_code == 2);
    CHECK(run_program({binary, "sync"}).exit_code == 2);
    CHECK(run_program({binary, "--version"}).out.rfind("usersyncd ", 0) == 0);
    for (const auto* command : {"serve", "check", "sync", "plan", "apply", "approve", "status", "sandbox"}) {
        const auto help = run_program({binary, command, "--help"});
        CHECK(help.exit_code == 0);
        CHECK(help.out.find("Exit codes") != std::string::npos);
    }
    Town town;
    CHECK(town.usersyncd({"sync", "nobody"}).exit_code == 2);
    CHECK(town.usersyncd({"approve", "shop", "0123456789"}).exit_code == 3);
}

TEST_CASE("over HTTPS a network is spoken to when its certificate is trusted, and not at all when it is not",
          "[end_to_end][fault29]") {
    const Certificates certificates;
    const Certificates others;
    Town town({"--certificate", certificates.server.certificate_file.string(), "--key",
               certificates.server.key_file.string()});
    REQUIRE(town.rest_url().rfind("https://", 0) == 0);
    town.deliver("day1.csv", day_1);

    town.extra_target = "ca_file = '" + others.ca_file() + "'\n";
    town.write_configuration();
    const auto distrusted = town.usersyncd({"sync", "shop"});
    CHECK(distrusted.exit_code == 4);
    CHECK(distrusted.err.find("tls_not_trusted") != std::string::npos);

    town.extra_target = "ca_file = '" + certificates.ca_file() + "'\n";
    town.write_configuration();
    first_day_delivered(town);
    CHECK(town.people() == 3);
}

TEST_CASE("a network that is not the configured one is not touched", "[end_to_end][fault27]") {
    Town town;
    town.deliver("day1.csv", day_1);
    auto file = TempDir::read(town.dir() / "env/tenants/shop/tenant.toml");
    const auto at = file.find("00000000000000aa");
    REQUIRE(at != std::string::npos);
    town.dir().write("env/tenants/shop/tenant.toml", file.replace(at, 16, "00000000000000bb"));

    const auto result = town.usersyncd({"sync", "shop"});
    INFO(result.out << result.err);
    CHECK(result.exit_code == 4);
    CHECK(town.people() == 0);
}

TEST_CASE("no name, address or phone number reaches the log, the status or a plan", "[end_to_end]") {
    Town town;
    const auto daemon = town.serve();
    town.deliver("day1.csv", day_1);
    const auto sync = town.usersyncd({"sync", "shop"});
    const auto plan = town.usersyncd({"plan", "shop"});
    town.usersyncd({"approve", "shop", town.held_plan()});
    const auto status = town.usersyncd({"status", "--format", "json"});

    for (const auto& text : {sync.out, plan.out, status.out, daemon->err()}) {
        CHECK(text.find("town.example") == std::string::npos);
        CHECK(text.find("P1001") == std::string::npos);
        CHECK(text.find("+3161") == std::string::npos);
    }
}
