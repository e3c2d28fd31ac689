// Faults of the machine that only the real program shows.
#include "tests/end_to_end/town.hpp"

#include <catch2/catch.hpp>

#include <chrono>
#include <csignal>
#include <fstream>

using namespace usersync::test;
using namespace std::chrono_literals;

namespace {

const std::vector<std::string> day_1{"1001,Store 12,Store manager,+31612345601", "1002,Store 12,Cashier,+31612345602"};

}  // namespace

TEST_CASE("asked to stop while the network wants it to wait for an hour, the daemon ends within five seconds",
          "[end_to_end][fault30]") {
    TempDir files;
    const auto faults =
        files.write("faults.json", R"({"rules":[{"method":"POST","path":"/scim/Users","from":1,"what":"status",)"
                                   R"("status":429,"retry_after":3600}]})");
    Town town({"--faults", faults.string()});
    town.deliver("day1.csv", day_1);
    REQUIRE(town.usersyncd({"sync", "shop"}).exit_code == 3);
    const auto daemon = town.serve();
    Program approval({town.binary(), "approve", "shop", town.held_plan(), "--environment", town.config_folder()});
    wait_until("the daemon to wait",
               [&] { return town.usersyncd({"status"}).out.find("waits until") != std::string::npos; });

    const auto asked = std::chrono::steady_clock::now();
    daemon->signal(SIGTERM);
    CHECK(daemon->wait(10s) == 0);
    CHECK(std::chrono::steady_clock::now() - asked < 5s);
    approval.wait();
    CHECK(town.people() == 0);
}

TEST_CASE("on a file system that may only be read nothing is sent, and work goes on when it may be written again",
          "[end_to_end][fault31]") {
    if (run_program({"/bin/sh", "-c", "unshare -rm true"}).exit_code != 0) {
        WARN("this machine lets nobody mount anything of their own: not tried");
        return;
    }
    Town town;
    town.deliver("day1.csv", day_1);
    REQUIRE(town.usersyncd({"sync", "shop"}).exit_code == 3);
    const auto plan = town.held_plan();
    const auto state = "'" + (town.dir() / "state").string() + "'";

    const auto result = run_program({"/bin/sh", "-c",
                                     "exec unshare -rm /bin/sh -c \"mount --bind " + state + ' ' + state +
                                         " && mount -o remount,ro,bind " + state + " && exec '" + town.binary() +
                                         "' approve shop " + plan + " --environment '" + town.config_folder() + "'\""});

    INFO(result.out << result.err);
    CHECK(result.exit_code == 4);
    CHECK(result.err.find("Read-only file system") != std::string::npos);
    CHECK(town.people() == 0);
    CHECK(town.usersyncd({"approve", "shop", plan}).exit_code == 0);
    CHECK(town.people() == 2);
}

TEST_CASE("a store that is damaged is refused by name, and nothing is sent", "[end_to_end][fault32]") {
    Town town;
    town.deliver("day1.csv", day_1);
    REQUIRE(town.usersyncd({"sync", "shop"}).exit_code == 3);
    const auto plan = town.held_plan();
    for (const auto& entry : std::filesystem::recursive_directory_iterator(town.dir() / "state")) {
        if (entry.path().extension() != ".db") continue;
        std::fstream store(entry.path(), std::ios::in | std::ios::out | std::ios::binary);
        store.write("no database any more", 20);
    }

    const auto result = town.usersyncd({"approve", "shop", plan});

    INFO(result.out << result.err);
    CHECK(result.exit_code == 4);
    CHECK(result.err.find("store_damaged") != std::string::npos);
    CHECK(town.people() == 0);
}
