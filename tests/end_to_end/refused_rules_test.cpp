// A slip in a tenant's files: commands that a running daemon answers, and a start, go on with the rules of before.

#include "tests/end_to_end/town.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>

using namespace usersync::test;
using Json = nlohmann::json;

namespace {

const std::vector<std::string> people{"1001,Store 12,Store manager,+31612345601", "1002,Store 12,Cashier,+31612345602"};
const std::string slip =
    "[[role_mapping]]\n[[role_mapping.rules]]\nwhen = \"'anna@shop.example' == 1\"\nrole = 'admin'\n";

const std::string good_rule =
    "[[role_mapping]]\n[[role_mapping.rules]]\nwhen = 'job_title == \"Store manager\"'\nrole = 'admin'\n";

/// The first plan is made and held, so the version of its rules is kept.
void first_day(Town& town) {
    town.deliver("day1.csv", people);
    REQUIRE(town.usersyncd({"sync", "shop"}).exit_code == 3);
}

std::string tenant_file(const Town& town, const std::string& tenant) {
    return town.config_folder() + "/tenants/" + tenant + "/tenant.toml";
}

void append(const std::string& file, const std::string& text) { std::ofstream(file, std::ios::app) << text; }

void replace(const std::string& file, const std::string& what, const std::string& with) {
    std::ifstream in(file);
    std::string text{std::istreambuf_iterator<char>(in), {}};
    const auto at = text.find(what);
    REQUIRE(at != std::string::npos);
    std::ofstream(file) << text.replace(at, what.size(), with);
}

/// Another tenant with the same files, and a network of its own.
void add_tenant(Town& town, const std::string& name, const std::string& network) {
    std::ifstream in(tenant_file(town, "shop"));
    std::string text{std::istreambuf_iterator<char>(in), {}};
    const auto key = text.find("network = '");
    text.replace(key, text.find('\n', key) - key, "network = '" + network + "'");
    const auto inbox = text.find("/inbox");
    text.replace(inbox, std::string("/inbox").size(), "/inbox-" + name);
    std::filesystem::create_directories(town.dir() / ("inbox-" + name));
    town.dir().write("env/tenants/" + name + "/tenant.toml", text);
}

/// The tenant's object in `status --format json`.
Json status_of(Town& town, const std::string& tenant) {
    const auto status = town.usersyncd({"status", "--format", "json"});
    INFO(status.out << status.err);
    REQUIRE(!status.out.empty());
    const auto told = Json::parse(status.out);
    for (const auto& one : told.at("tenants")) {
        if (one.at("name") == tenant) return one;
    }
    FAIL("no tenant " << tenant);
    return {};
}

}  // namespace

TEST_CASE("a running daemon answers commands although a tenant's rules have a slip since", "[end_to_end][rules]") {
    Town town;
    first_day(town);
    const auto daemon = town.serve();
    append(tenant_file(town, "shop"), slip);

    for (const auto& command : std::vector<std::vector<std::string>>{{"status"}, {"plan", "shop"}, {"sync", "shop"}}) {
        const auto answer = town.usersyncd(command);
        INFO(command.front() << ": " << answer.out << answer.err);
        CHECK(answer.exit_code == 3);  // the plan still waits
        CHECK(answer.err.find("anna@shop.example") == std::string::npos);
    }
    CHECK(town.usersyncd({"explain", "shop", "1001"}).exit_code == 0);
    CHECK(town.usersyncd({"approve", "shop", town.held_plan()}).exit_code == 0);
    CHECK(town.people() == 2);

    // Without one, each command needs the files itself.
    daemon->signal(SIGTERM);
    daemon->wait();
    const auto alone = town.usersyncd({"sync", "shop"});
    CHECK(alone.exit_code == 2);
    CHECK(alone.err.find("tenants/shop/tenant.toml:") != std::string::npos);
}

TEST_CASE("a daemon that starts while rules have an error goes on with the version that it kept, and says so",
          "[end_to_end][rules]") {
    Town town;
    first_day(town);
    const auto before =
        Json::parse(town.usersyncd({"check", "--format", "json"}).out).at("tenants")[0].at("fingerprint");
    add_tenant(town, "works", "feedfeedfeedfeed");
    append(tenant_file(town, "shop"), slip);
    REQUIRE(town.usersyncd({"check"}).exit_code == 2);

    const auto daemon = town.serve();

    const auto shop = status_of(town, "shop");
    CHECK(shop.at("rules").at("fingerprint") == before);
    CHECK(shop.at("health") == "attention");
    const auto problem = shop.at("rules").at("refused").at("problems").at(0);
    CHECK(problem.at("file") == "tenant.toml");
    CHECK(problem.at("code") == "unknown_field");
    CHECK(problem.at("sentence").get<std::string>().find("anna@shop.example") != std::string::npos);
    CHECK(town.usersyncd({"status"}).out.find("shop: changed rules were refused") != std::string::npos);
    CHECK(status_of(town, "works").at("rules").at("refused").is_null());
    CHECK(daemon->err().find("event=rules_refused tenant=shop") != std::string::npos);
    CHECK(daemon->err().find("anna@shop.example") == std::string::npos);
    CHECK(town.usersyncd({"approve", "shop", town.held_plan()}).exit_code == 0);
    CHECK(town.people() == 2);
}

TEST_CASE("a tenant of which no good rules are kept fails the start, whatever is kept of the others",
          "[end_to_end][rules]") {
    Town town;
    first_day(town);
    add_tenant(town, "works", "feedfeedfeedfeed");
    append(tenant_file(town, "works"), slip);

    const auto served = town.usersyncd({"serve"});

    CHECK(served.exit_code == 2);
    CHECK(served.err.find("tenants/works/tenant.toml:") != std::string::npos);
    CHECK(served.err.find("unknown_field") != std::string::npos);
    CHECK(served.err.find("anna@shop.example") == std::string::npos);
}

TEST_CASE("a start does not go back to rules older than those that counted last", "[end_to_end][rules]") {
    Town town;
    first_day(town);
    const auto token = town.dir() / "secrets/rest";
    const auto newer = town.dir() / "secrets/newer";
    std::filesystem::copy_file(token, newer);
    replace(tenant_file(town, "shop"), "secrets/rest'", "secrets/newer'");
    append(tenant_file(town, "shop"), good_rule);
    REQUIRE(town.usersyncd({"sync", "shop"}).exit_code == 3);
    std::filesystem::remove(newer);
    append(tenant_file(town, "shop"), slip);

    CHECK(town.usersyncd({"serve"}).exit_code == 2);
}

TEST_CASE("a start with kept rules says so also when it is a secret that is missing", "[end_to_end][rules]") {
    Town town;
    first_day(town);
    replace(tenant_file(town, "shop"), "secrets/rest'", "secrets/gone'");
    REQUIRE(town.usersyncd({"check"}).exit_code == 2);

    const auto daemon = town.serve();

    const auto refused = status_of(town, "shop").at("rules").at("refused");
    REQUIRE_FALSE(refused.is_null());
    CHECK(refused.at("problems").at(0).at("file") == "tenant.toml");
    CHECK(daemon->err().find("event=rules_refused tenant=shop") != std::string::npos);
}
