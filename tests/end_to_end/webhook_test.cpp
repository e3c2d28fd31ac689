// An HR system says over HTTPS that something has changed, as curl would say it, and the real service hears it.

#include "core/webhook/verify.hpp"
#include "tests/end_to_end/town.hpp"
#include "tests/support/certificates.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <csignal>
#include <filesystem>
#include <string>
#include <vector>

using namespace usersync;
using namespace usersync::test;
using Json = nlohmann::json;

namespace {

using Lines = std::vector<std::string>;

const std::string secret = "between the two of us";
const std::string token = "k3ep-th1s-path-0ut-of-s1ght";
const Lines day_1{"1001,Store 12,Cashier,+31612345601", "1002,Store 12,Cashier,+31612345602",
                  "1003,Store 12,Cashier,+31612345603", "1004,Store 12,Cashier,+31612345604",
                  "1005,Store 12,Cashier,+31612345605"};
const Lines day_2{"1001,Store 12,Cashier,+31612345601", "1002,Store 14,Cashier,+31612345602",
                  "1003,Store 14,Cashier,+31612345603", "1004,Store 12,Cashier,+31612345604",
                  "1005,Store 12,Cashier,+31612345605"};

/// A town whose HR system is HiBob, with its first day behind it.
struct Hearing {
    Hearing() {
        const auto file = [&](const std::string& name, const std::string& text) {
            const auto path = town.dir().path() / name;
            const TempDir& dir = town.dir();
            dir.write(name, text);
            std::filesystem::permissions(path,
                                         std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
            return path.string();
        };
        std::filesystem::permissions(certificates.server.key_file,
                                     std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
        town.extra_service = "[webhooks]\nlisten = '127.0.0.1:0'\ncertificate = '" +
                             certificates.server.certificate_file.string() + "'\nkey = '" +
                             certificates.server.key_file.string() + "'\n";
        town.extra_tables = "[webhook]\npreset = 'hibob'\nmin_distance = '0s'\nsecret = { file = '" +
                            file("secrets/hook", secret) + "' }\npath_token = { file = '" +
                            file("secrets/path", token) + "' }\n";
        town.write_configuration();
        town.deliver("day1.csv", day_1);
        REQUIRE(town.usersyncd({"sync", "shop"}).exit_code == 3);
        REQUIRE(town.usersyncd({"approve", "shop", town.held_plan()}).exit_code == 0);
    }

    void serve() {
        daemon = town.serve();
        const std::string mark = "event=webhooks_heard at=127.0.0.1:";
        const auto log = daemon->err();
        const auto at = log.find(mark);
        REQUIRE(at != std::string::npos);
        port = log.substr(at + mark.size(), log.find(' ', at + mark.size()) - at - mark.size());
    }

    std::string curl(const std::string& path, const std::string& body, const std::string& signature,
                     const Lines& further = {}) const {
        Lines command{"/usr/bin/env",  "curl",
                      "--silent",      "--show-error",
                      "--max-time",    "20",
                      "--cacert",      certificates.ca_file(),
                      "--write-out",   "%{http_code}",
                      "--header",      "Content-Type: application/json",
                      "--header",      "Bob-Signature: " + signature,
                      "--data-binary", body};
        command.insert(command.end(), further.begin(), further.end());
        command.push_back("https://localhost:" + port + path);
        const auto answer = run_program(command);
        INFO(answer.err);
        return answer.out;
    }
    std::string send(const std::string& body, const std::string& with = secret) const {
        const auto& how = std::get<webhook::Signature>(webhook::find_preset("hibob")->rule.proof);
        return curl("/webhooks/shop/" + token, body, webhook::sign(how, Secret(with), body, ""));
    }
    std::size_t runs_by_events() const {
        std::size_t count = 0;
        const auto log = daemon->err();
        for (auto at = log.find("trigger=event"); at != std::string::npos; at = log.find("trigger=event", at + 1))
            ++count;
        return count;
    }
    /// The network is shown between runs alone.
    Json person(const std::string& key) {
        Finished shown;
        wait_until("an answer between two runs", [&] {
            shown = town.usersyncd({"network", "shop", "--user", key, "--format", "json"});
            return shown.err.find("run_under_way") == std::string::npos;
        });
        INFO(shown.out << shown.err);
        return Json::parse(shown.out).at("account");
    }
    bool is_in(const std::string& key, const std::string& store) {
        return person(key).dump().find(store) != std::string::npos;
    }

    Certificates certificates;
    Town town;
    std::unique_ptr<Program> daemon;
    std::string port;
};

}  // namespace

TEST_CASE("an event over HTTPS brings a change into the network, and only a genuine one does",
          "[end_to_end][webhook]") {
    Hearing hearing;
    hearing.serve();
    hearing.town.deliver("day2.csv", day_2);

    const std::string event = R"({"type":"employee.updated","data":{"employeeId":"1002"}})";
    CHECK(hearing.send(event, "guessed") == "401");
    CHECK(hearing.curl("/webhooks/shop", event, "x") == "404");
    CHECK(hearing.curl("/webhooks/office/" + token, event, "x") == "404");
    CHECK(hearing.curl("/status", event, "x") == "404");
    CHECK(hearing.curl("/webhooks/shop/" + token, std::string(300 << 10, 'x').substr(0, 100 << 10), "x") == "401");
    CHECK(hearing.is_in("1002", "Store 12"));
    CHECK(hearing.runs_by_events() == 0);

    CHECK(hearing.send(event) == "202");
    hearing.daemon->wait_for_error_text("trigger=event");
    wait_until("the change in the network", [&] { return hearing.is_in("1002", "Store 14"); });
    CHECK(hearing.is_in("1003", "Store 14"));

    // The same once more wakes nobody: a run that was asked for afterwards is the next there is.
    CHECK(hearing.send(event) == "202");
    CHECK(hearing.town.usersyncd({"sync", "shop"}).exit_code == 0);
    CHECK(hearing.runs_by_events() == 1);

    const auto log = hearing.daemon->err();
    CHECK(log.find("event=webhook tenant=shop outcome=accepted") != std::string::npos);
    CHECK(log.find("event=webhook tenant=shop outcome=doubled") != std::string::npos);
    CHECK(log.find("event=webhook tenant=shop outcome=unproven") != std::string::npos);
    CHECK(log.find(token) == std::string::npos);
    CHECK(log.find(secret) == std::string::npos);
    hearing.daemon->signal(SIGTERM);
    CHECK(hearing.daemon->wait() == 0);
}

TEST_CASE("sync --person sees to one person alone", "[end_to_end][person]") {
    Hearing hearing;
    hearing.town.deliver("day2.csv", day_2);

    const auto one = hearing.town.usersyncd({"sync", "shop", "--person", "1002"});
    INFO(one.out << one.err);
    CHECK(one.exit_code == 0);
    CHECK(one.out.find("person 1002: as they should be") != std::string::npos);
    CHECK(one.out.find("left to the next run of all: changes of 1 others") != std::string::npos);
    CHECK(hearing.is_in("1002", "Store 14"));
    CHECK(hearing.is_in("1003", "Store 12"));

    const auto nobody = hearing.town.usersyncd({"sync", "shop", "--person", "9999", "--format", "json"});
    CHECK(nobody.exit_code == 3);
    CHECK(Json::parse(nobody.out).at("person").at("found") == "nowhere");

    CHECK(hearing.town.usersyncd({"sync", "shop"}).exit_code == 0);
    CHECK(hearing.is_in("1003", "Store 14"));

    SECTION("and goes around no plan that waits") {
        hearing.town.deliver("day3.csv", {day_2[0]});
        REQUIRE(hearing.town.usersyncd({"sync", "shop"}).exit_code == 3);
        const auto refused = hearing.town.usersyncd({"sync", "shop", "--person", "1001"});
        CHECK(refused.exit_code == 3);
        CHECK(refused.out.empty());
        CHECK(refused.err.find("waits for somebody to approve or reject it") != std::string::npos);
    }
}
