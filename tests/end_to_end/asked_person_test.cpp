// An HR system that can be asked for one person, through the whole program: it speaks HiBob's shapes over HTTPS on
// loopback, is read by the preset that comes with the program, and says by webhook who has changed.

#include "connectors/http/server.hpp"
#include "core/webhook/verify.hpp"
#include "tests/connectors/rest/preset.hpp"
#include "tests/connectors/rest/vendors/vendors.hpp"
#include "tests/end_to_end/town.hpp"
#include "tests/support/certificates.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

using namespace usersync;
using namespace usersync::test;
namespace asio = boost::asio;
using Json = nlohmann::json;

namespace {

using Words = std::vector<std::string>;

const std::string hook_secret = "between bob and us";

std::vector<vendors::Person> staff() {
    auto people = vendors::invented_people(5);
    for (auto& person : people) {
        person.location = "Store 12";
        person.job = "Cashier";
        person.end.clear();
    }
    return people;
}

/// The vendor's server, which answers on a thread of its own while programs of the test ask it.
class Bob {
public:
    explicit Bob(const Certificates& certificates) : vendor_(staff()) {
        http::ListenOptions listening;
        listening.certificate_file = certificates.server.certificate_file.string();
        listening.key_file = certificates.server.key_file.string();
        auto answered = [this](http::Request request) { return answer(std::move(request)); };
        server_ = http::listen(context_.get_executor(), std::move(listening), answered).value();
        origin = "https://127.0.0.1:" + std::to_string(server_->port());
        answering_ = std::thread([this] { context_.run(); });
    }
    ~Bob() {
        context_.stop();
        answering_.join();
    }
    Bob(const Bob&) = delete;
    Bob& operator=(const Bob&) = delete;

    void move(const std::string& key, const std::string& store) {
        const std::lock_guard lock(mutex_);
        for (auto& person : vendor_.people) {
            if (person.id == key) person.location = store;
        }
    }

    /// Who was asked for since the last time this was asked, call by call: "1002", or "everybody".
    Words asked_for() {
        const std::lock_guard lock(mutex_);
        Words whom;
        for (const auto& body : std::exchange(bodies_, {})) {
            const auto search = Json::parse(body);
            whom.push_back(search.contains("filters") ? search.at("filters").at(0).at("values").at(0) : "everybody");
        }
        return whom;
    }

    std::string origin;

private:
    asio::awaitable<http::Response> answer(http::Request request) {
        const std::lock_guard lock(mutex_);
        bodies_.push_back(request.body);
        co_return vendor_.answer(request);
    }

    std::mutex mutex_;
    vendors::Hibob vendor_;
    Words bodies_;
    asio::io_context context_;
    asio::executor_work_guard<asio::io_context::executor_type> work_{context_.get_executor()};
    std::unique_ptr<http::Server> server_;
    std::thread answering_;
};

/// The town's tenant with Bob as its source, and its first day behind it.
struct AskedTown {
    AskedTown() {
        const std::string service = "https://api.hibob.com";
        auto preset = preset_text("hibob");
        preset.replace(preset.find(service), service.size(), bob.origin);
        town.dir().write("env/tenants/shop/hibob.toml", preset);
        std::filesystem::permissions(certificates.server.key_file, std::filesystem::perms(0600));
        town.extra_service = "[webhooks]\nlisten = '127.0.0.1:0'\ncertificate = '" +
                             certificates.server.certificate_file.string() + "'\nkey = '" +
                             certificates.server.key_file.string() + "'\n";
        town.extra_tables = "[webhook]\npreset = 'hibob'\nmin_distance = '0s'\none_person = true\nsecret = { file = '" +
                            secret("hook", hook_secret) + "' }\n";
        town.write_configuration();
        const auto file = town.dir() / "env/tenants/shop/tenant.toml";
        auto text = TempDir::read(file);
        const auto cut = [&](const std::string& from, const std::string& until) {
            const auto at = text.find(from);
            text.erase(at, text.find(until) - at);
        };
        cut("[source]", "[schedule]");
        cut("[columns]", "[[group_mapping]]");
        town.dir().write("env/tenants/shop/tenant.toml",
                         "[source]\nkind = 'rest'\npreset_file = 'hibob.toml'\nca_file = '" + certificates.ca_file() +
                             "'\n[source.settings]\nservice_user = 'service-1'\n[source.secrets]\ntoken = { file = '" +
                             secret("token", "token") + "' }\n" + text);

        const auto first = town.usersyncd({"sync", "shop"});
        INFO(first.out << first.err);
        REQUIRE(first.exit_code == 3);
        const auto approved = town.usersyncd({"approve", "shop", town.held_plan()});
        INFO(approved.out << approved.err);
        REQUIRE(approved.exit_code == 0);
        REQUIRE(town.people() == 5);
        bob.asked_for();
        changes_seen();
    }

    std::string secret(const std::string& name, const std::string& value) const {
        const auto file = town.dir().write("secrets/" + name, value);
        std::filesystem::permissions(file, std::filesystem::perms(0600));
        return file.string();
    }

    /// Of whom anything happened in the network since the last time this was asked.
    std::set<std::string> changes_seen() {
        std::set<std::string> whose;
        const auto state = Json::parse(town.sandbox_state());
        for (const auto& event : state.at("events")) {
            const auto number = event.at("number").get<std::uint64_t>();
            if (number <= seen_) continue;
            seen_ = number;
            whose.insert(event.value("xid", Json()).is_string() ? event.at("xid").get<std::string>() : event.dump());
        }
        return whose;
    }

    Certificates certificates;
    Bob bob{certificates};
    Town town;

private:
    std::uint64_t seen_ = 0;
};

}  // namespace

TEST_CASE("an event about one person leads to a look at this person, and to calls for this person alone",
          "[end_to_end][webhook][person]") {
    AskedTown scene;
    const auto daemon = scene.town.serve();
    const std::string mark = "event=webhooks_heard at=127.0.0.1:";
    const auto log = daemon->err();
    REQUIRE(log.find(mark) != std::string::npos);
    const auto at = log.find(mark) + mark.size();
    const auto port = log.substr(at, log.find(' ', at) - at);
    scene.bob.move("1002", "Store 14");
    scene.bob.move("1003", "Store 14");

    const std::string event = R"({"type":"employee.updated","data":{"employeeId":"1002"}})";
    const auto& how = std::get<webhook::Signature>(webhook::find_preset("hibob")->rule.proof);
    const auto sent = run_program({"/usr/bin/env", "curl", "--silent", "--show-error", "--max-time", "20", "--cacert",
                                   scene.certificates.ca_file(), "--write-out", "%{http_code}", "--header",
                                   "Bob-Signature: " + webhook::sign(how, Secret(hook_secret), event, ""),
                                   "--data-binary", event, "https://localhost:" + port + "/webhooks/shop"});

    INFO(sent.err);
    CHECK(sent.out == "202");
    daemon->wait_for_error_text("event=run_done");
    INFO(daemon->err());
    CHECK(scene.bob.asked_for() == Words{"1002"});
    CHECK(scene.changes_seen() == std::set<std::string>{"1002"});

    SECTION("and what it left to the others is done by the run of all") {
        CHECK(scene.town.usersyncd({"sync", "shop"}).exit_code == 0);
        CHECK(scene.bob.asked_for() == Words{"everybody"});
        CHECK(scene.changes_seen() == std::set<std::string>{"1003"});
    }
    daemon->signal(SIGTERM);
    CHECK(daemon->wait() == 0);
}

TEST_CASE("sync --person asks an HR system for this person alone", "[end_to_end][person]") {
    AskedTown scene;
    scene.bob.move("1002", "Store 14");
    scene.bob.move("1003", "Store 14");

    const auto one = scene.town.usersyncd({"sync", "shop", "--person", "1002"});

    INFO(one.out << one.err);
    CHECK(one.exit_code == 0);
    CHECK(one.out.find("person 1002: as they should be") != std::string::npos);
    CHECK(scene.bob.asked_for() == Words{"1002"});
    CHECK(scene.changes_seen() == std::set<std::string>{"1002"});

    SECTION("somebody whom it does not know changes nobody, and nobody leaves") {
        const auto nobody = scene.town.usersyncd({"sync", "shop", "--person", "9999"});
        INFO(nobody.out << nobody.err);
        CHECK(nobody.exit_code == 3);
        CHECK(scene.bob.asked_for() == Words{"9999"});
        CHECK(scene.changes_seen().empty());
        CHECK(scene.town.people() == 5);
    }
}
