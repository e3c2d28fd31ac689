// The commands about plans, brakes and ledger, where docs/operations.md does not show them: what is asked wrongly is
// refused in a clear sentence, with the exit code that the page promises, and nothing is touched.

#include "tests/end_to_end/town.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>

using namespace usersync::test;
using Json = nlohmann::json;
using Words = std::vector<std::string>;

namespace {

const Words day_1{"1001,Store 12,Store manager,+31612345601", "1002,Store 12,Cashier,+31612345602",
                  "1003,Store 14,Cashier,+31612345603"};
const Words day_2{"1001,Store 12,Store manager,+31612345601", "1003,Store 12,Cashier,+31699999999",
                  "1004,Store 14,Cashier,+31612345604"};

/// Each with what it wants besides the environment, the tenant first.
const std::vector<Words> commands{{"plan", "shop"},
                                  {"apply", "shop"},
                                  {"approve", "shop", "0123456789abcdef"},
                                  {"reject", "shop", "0123456789abcdef"},
                                  {"undo", "shop", "1"},
                                  {"retry", "shop"},
                                  {"queue", "shop"},
                                  {"brakes", "shop"},
                                  {"pause", "shop"},
                                  {"resume", "shop"},
                                  {"ledger", "shop"},
                                  {"what-changed", "shop", "--since", "7d"}};

std::string text_of(const Words& words) {
    std::string text;
    for (const auto& word : words) text += ' ' + word;
    return text;
}

Finished asked(Town& town, const Words& words, int exit_code = 0) {
    auto answer = town.usersyncd(words);
    INFO("$ usersyncd" << text_of(words) << '\n' << answer.out << answer.err);
    CHECK(answer.exit_code == exit_code);
    return answer;
}

Json json_of(Town& town, Words words, int exit_code = 0) {
    words.insert(words.end(), {"--format", "json"});
    const auto answer = asked(town, words, exit_code);
    const auto json = Json::parse(answer.out, nullptr, false);
    INFO("$ usersyncd" << text_of(words) << '\n' << answer.out);
    CHECK_FALSE(json.is_discarded());
    return json;
}

/// Refused: the sentence is on standard error, and nothing else is said.
void refused(Town& town, const Words& words, int exit_code, const std::string& sentence) {
    const auto answer = asked(town, words, exit_code);
    INFO("$ usersyncd" << text_of(words) << '\n' << answer.out << answer.err);
    CHECK(answer.out.empty());
    CHECK(answer.err.find(sentence) != std::string::npos);
}

bool says(const Finished& answer, const std::string& words) {
    UNSCOPED_INFO("looked for: " << words << "\nin: " << answer.out);
    return answer.out.find(words) != std::string::npos;
}

void first_day(Town& town) {
    town.deliver("day1.csv", day_1);
    asked(town, {"sync", "shop"}, 3);
    asked(town, {"approve", "shop", town.held_plan()});
}

}  // namespace

TEST_CASE("every command about plans, brakes and ledger has help with its exit codes, and wants a tenant that exists",
          "[end_to_end][brakes]") {
    Town town;
    for (auto words : commands) {
        const auto help = run_program({town.binary(), words[0], "--help"});
        CHECK(help.exit_code == 0);
        CHECK(says(help, "Exit codes"));
        CHECK(says(help, "--format"));
        words[1] = "nobody";
        refused(town, words, 2, "there is no tenant \"nobody\"");
    }
}

TEST_CASE(
    "before anything was planned there is nothing to carry out, to reject or to take back, and that is no failure",
    "[end_to_end][brakes]") {
    Town town;
    refused(town, {"apply", "shop"}, 3, "no plan was made yet: usersyncd plan shop");
    for (const auto* command : {"apply", "approve", "reject"}) {
        refused(town, {command, "shop", "0123456789abcdef"}, 3, "there is no plan \"0123456789abcdef\"; none was made");
    }
    refused(town, {"undo", "shop", "1"}, 3, "there is no run 1; none was made yet");
    CHECK(json_of(town, {"queue", "shop"}).at("queued").empty());
    CHECK(json_of(town, {"ledger", "shop", "--verify"}).at("chain").at("holds") == true);
    CHECK(json_of(town, {"what-changed", "shop", "--since", "7d"}).at("runs").empty());
    CHECK(says(asked(town, {"brakes", "shop"}), "no plan of the last 30 days"));
    CHECK(town.health() == "well");
}

TEST_CASE("a plan or a run that is not there is refused by name, and alarms nobody", "[end_to_end][brakes]") {
    Town town;
    first_day(town);
    const auto plan = json_of(town, {"ledger", "shop"}).at("events").back().at("plan").get<std::string>();
    refused(town, {"approve", "shop", "0123456789"}, 3, "there is no plan \"0123456789\"; the newest is " + plan);
    refused(town, {"reject", "shop", plan}, 3, "this plan does not wait for anybody");
    refused(town, {"apply", "shop", plan}, 3, "plan " + plan + " was carried out already");
    refused(town, {"apply", "shop", plan.substr(0, 6)}, 3, "was carried out already");
    refused(town, {"undo", "shop", "1"}, 3, "run 1 did nothing that took effect");
    refused(town, {"undo", "shop", "99"}, 3, "there is no run 99; the newest is 2");
    refused(town, {"undo", "shop", "first"}, 2, "RUN is the number of a run");
    CHECK(town.health() == "well");
    CHECK(town.people() == 3);
}

TEST_CASE("whoever is held or released has to be there, and holding wants a reason", "[end_to_end][brakes]") {
    Town town;
    first_day(town);
    refused(town, {"queue", "shop", "--hold", "1002"}, 2, "wants a --reason");
    refused(town, {"queue", "shop", "--hold", "9999", "--reason", "x"}, 2, "nothing of 9999 is ours");
    refused(town, {"queue", "shop", "--release", "1002"}, 2, "nobody holds 1002");
    asked(town, {"queue", "shop", "--reason", "x"}, 2);
    asked(town, {"queue", "shop", "--hold", "1002", "--release", "1002", "--reason", "x"}, 2);
    CHECK(json_of(town, {"queue", "shop"}).at("held").empty());

    const auto held = json_of(town, {"queue", "shop", "--hold", "1002", "--reason", "comes back"}).at("held");
    REQUIRE(held.size() == 1);
    CHECK(held[0].at("reason") == "comes back");
    town.deliver("day2.csv", day_2);
    asked(town, {"sync", "shop"});
    const auto queued = json_of(town, {"queue", "shop"}).at("queued");
    REQUIRE(queued.size() == 1);
    CHECK(queued[0].at("employee") == "1002");
    CHECK(queued[0].at("held").at("reason") == "comes back");
    CHECK(json_of(town, {"queue", "shop", "--release", "1002"}).at("held").empty());
    CHECK(town.people() == 4);
}

TEST_CASE("a moment that cannot be read, and a person who does not wait, are wrong usage", "[end_to_end][brakes]") {
    Town town;
    first_day(town);
    for (const auto* command : {"ledger", "what-changed"}) {
        refused(town, {command, "shop", "--since", "yesterday"}, 2, "--since is a moment such as 2026-03-01");
    }
    asked(town, {"what-changed", "shop"}, 2);
    CHECK(json_of(town, {"ledger", "shop", "--person", "9999"}).at("operations").empty());
    CHECK(json_of(town, {"ledger", "shop", "--since", "2099-01-01"}).at("operations").empty());
    refused(town, {"retry", "shop", "--person", "1001"}, 2, "nothing was refused for this person");
    CHECK(json_of(town, {"retry", "shop"}).at("end") == "done");
}

TEST_CASE("while a tenant is paused whatever would send something is refused, and it may be looked at",
          "[end_to_end][brakes]") {
    Town town;
    first_day(town);
    CHECK(json_of(town, {"resume", "shop"}).at("was_paused") == false);
    CHECK(json_of(town, {"pause", "shop", "--reason", "HR is moving"}).at("paused") == true);
    town.deliver("day2.csv", day_2);
    const auto plan = json_of(town, {"plan", "shop", "--save"}, 3).at("plan").get<std::string>();
    for (const auto& words :
         std::vector<Words>{{"sync", "shop"}, {"retry", "shop"}, {"apply", "shop", plan}, {"approve", "shop", plan}}) {
        const auto answer = asked(town, words, 3);
        CHECK(answer.err.find("(HR is moving); usersyncd resume shop lets them go on") != std::string::npos);
    }
    CHECK(town.people() == 3);
    CHECK(town.health() == "attention");
    CHECK(json_of(town, {"resume", "shop"}).at("was_paused") == true);
    CHECK(json_of(town, {"apply", "shop", plan}).at("plan").at("state") == "applied");
    CHECK(town.people() == 4);
}

TEST_CASE("a retry that is refused because of a pause forgets nobody's wait", "[end_to_end][brakes]") {
    TempDir faults;
    const auto refuses = faults.write(
        "faults.json", R"({"rules":[{"method":"PUT","path":"/scim/Users/*","what":"status","status":400,"from":1}]})");
    Town town({"--faults", refuses.string()});
    first_day(town);
    town.deliver("day2.csv", {day_1[0], day_1[1], "1003,Store 14,Cashier,+31699999999"});
    asked(town, {"sync", "shop"}, 1);
    asked(town, {"sync", "shop"}, 1);
    const auto waiting = [&] {
        const auto status = Json::parse(town.usersyncd({"status", "--format", "json"}).out);
        return status.at("tenants").at(0).at("next_attempts");
    };
    const auto before = waiting();
    REQUIRE(before.size() == 1);

    asked(town, {"pause", "shop"});
    for (const auto& words : std::vector<Words>{{"retry", "shop"}, {"retry", "shop", "--person", "1003"}}) {
        const auto answer = asked(town, words, 3);
        CHECK(answer.out.empty());
        CHECK(answer.err.find("usersyncd resume shop lets them go on") != std::string::npos);
    }
    CHECK(waiting() == before);
}

TEST_CASE("each of these commands answers in JSON what it answers in words", "[end_to_end][brakes]") {
    Town town;
    first_day(town);
    town.deliver("day2.csv", day_2);
    const auto plan = json_of(town, {"plan", "shop", "--save"}, 3);
    CHECK(plan.at("estimate").at("calls").get<int>() > 0);
    const auto rejected =
        json_of(town, {"reject", "shop", plan.at("plan").get<std::string>(), "--reason", "not today"});
    CHECK(rejected.at("state") == "rejected");
    json_of(town, {"plan", "shop"}, 1);
    const auto approved = json_of(town, {"approve", "shop", plan.at("plan").get<std::string>()});
    CHECK(approved.at("end") == "done");

    const auto run = approved.at("run").get<int>();
    const auto ledger = json_of(town, {"ledger", "shop", "--person", "1004", "--verify"});
    CHECK(ledger.at("operations").size() >= 2);
    CHECK(ledger.at("chain").at("broken").is_null());
    const auto changed = json_of(town, {"what-changed", "shop", "--since", "1h"});
    CHECK(changed.at("effects").at("create_user").back() == "1004");
    CHECK(json_of(town, {"brakes", "shop"}).at("took_effect").at("1_day").at("removals") == 1);
    const auto undo = json_of(town, {"undo", "shop", std::to_string(run)}, 3);
    CHECK_FALSE(undo.at("operations").empty());
    CHECK(json_of(town, {"apply", "shop"}, 3).at("end") == "held");
}

TEST_CASE("on a terminal one line tells how far a run is, how fast and until when, and the next is written over it",
          "[end_to_end][brakes]") {
    Town town({"--latency", "600"});
    town.deliver("day1.csv", day_1);
    asked(town, {"sync", "shop"}, 3);
    const auto command =
        "'" + town.binary() + "' approve shop " + town.held_plan() + " --environment '" + town.config_folder() + "'";
    const auto seen = run_program({"/bin/sh", "-c", "exec script -qec \"$1\" /dev/null", "sh", command});

    INFO(seen.out);
    CHECK(seen.exit_code == 0);
    CHECK(says(seen, " operations done, "));
    CHECK(says(seen, "/s, ends about "));
    CHECK(says(seen, "\r\033[K"));
    CHECK(says(seen, "applied"));
}

TEST_CASE("while a run is under way the status says how far it is, how fast and until when", "[end_to_end][brakes]") {
    Town town({"--fault", "POST:/scim/Users:3:slow=50000"});
    town.deliver("day1.csv", day_1);
    asked(town, {"sync", "shop"}, 3);
    const auto daemon = town.serve();
    Program approval({town.binary(), "approve", "shop", town.held_plan(), "--environment", town.config_folder()});
    Json tenant;
    wait_until("two of the accounts to be made", [&] {
        tenant = Json::parse(town.usersyncd({"status", "--format", "json"}).out).at("tenants").at(0);
        const auto& progress = tenant.at("progress");
        return !progress.is_null() && progress.at("done").get<int>() > 0;
    });

    CHECK(tenant.at("running") == true);
    const auto& progress = tenant.at("progress");
    CHECK(progress.at("left").get<int>() > 0);
    CHECK(progress.at("per_second").get<double>() > 0);
    CHECK(progress.at("ends_at").is_string());
    CHECK(town.usersyncd({"status"}).out.find(", ends about ") != std::string::npos);
    approval.wait_for_error_text(" operations done, ");
}
