// Sources that are asked at every run, through the whole program.

#include "tests/end_to_end/town.hpp"
#include "tests/support/slapd.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <string>

using namespace usersync::test;
using Json = nlohmann::json;

namespace {

/// The town's tenant with another source, and a program of its own where it wants one.
void set_source(Town& town, const std::string& source) {
    const auto file = town.dir() / "env/tenants/shop/tenant.toml";
    const auto text = TempDir::read(file);
    town.dir().write("env/tenants/shop/tenant.toml", "[source]\n" + source + text.substr(text.find("[schedule]")));
}

void set_program(const Town& town, const std::string& script) {
    const auto file = town.dir().write("env/tenants/shop/export.sh", "#!/bin/sh\n" + script);
    std::filesystem::permissions(file, std::filesystem::perms(0755));
}

void write_secret(const Town& town, const std::string& name, const std::string& text) {
    std::filesystem::permissions(town.dir().write("secrets/" + name, text), std::filesystem::perms(0600));
}

constexpr const char* two_people =
    "{\"ID\":\"1001\",\"Store\":\"Store 12\",\"Job\":\"Cashier\",\"Phone\":\"+31612345601\","
    "\"E-mail\":\"p1001@town.example\",\"First\":\"P1001\",\"Last\":\"Person\"}\n"
    "{\"ID\":\"1002\",\"Store\":\"Store 12\",\"Job\":\"Cashier\",\"Phone\":\"+31612345602\","
    "\"E-mail\":\"p1002@town.example\",\"First\":\"P1002\",\"Last\":\"Person\"}\n";

/// A directory with two people as the source of the town's tenant.
struct DirectoryTown {
    DirectoryTown() {
        write_secret(town, "ldap", Slapd::password);
        set_source(town, "kind = 'ldap'\nurl = 'ldaps://127.0.0.1:" + std::to_string(slapd.tls_port()) +
                             "'\nca_file = '" + slapd.ca_file() + "'\nbind_dn = '" + Slapd::bind_dn +
                             "'\npassword = { file = '" + (town.dir() / "secrets/ldap").string() + "' }\nbase = '" +
                             Slapd::base +
                             "'\nfilter = '(employeeNumber=*)'\nattributes = ['employeeNumber', 'ou', 'title', "
                             "'telephoneNumber', 'mail', 'givenName', 'sn', 'userAccountControl']\n");
        rename("= 'ID'", "= 'employeeNumber'");
        rename("= 'E-mail'", "= 'mail'");
        rename("= 'First'", "= 'givenName'");
        rename("= 'Last'", "= 'sn'");
        rename("= 'Store'", "= 'ou'");
        rename("= 'Job'", "= 'title'");
        rename("= 'Phone'", "= 'telephoneNumber'");
    }

    /// In the tenant's file.
    void rename(const std::string& from, const std::string& to) {
        const std::string file = "env/tenants/shop/tenant.toml";
        auto text = TempDir::read(town.dir() / file);
        REQUIRE(text.find(from) != std::string::npos);
        town.dir().write(file, text.replace(text.find(from), from.size(), to));
    }

    Slapd slapd{
        0,
        "dn: uid=p1001,ou=people,dc=shop,dc=example\nobjectClass: inetOrgPerson\nobjectClass: user\nuid: p1001\n"
        "cn: P1001\nsn: Person\ngivenName: P1001\nmail: p1001@town.example\nemployeeNumber: 1001\n"
        "ou: Store 12\nou: Store 14\ntitle: Cashier\ntelephoneNumber: +31612345601\nuserAccountControl: 512\n\n"
        "dn: uid=p1002,ou=people,dc=shop,dc=example\nobjectClass: inetOrgPerson\nobjectClass: user\nuid: p1002\n"
        "cn: P1002\nsn: Person\ngivenName: P1002\nmail: p1002@town.example\nemployeeNumber: 1002\n"
        "ou: Store 12\ntitle: Cashier\nuserAccountControl: 512\n"};
    Town town;
};

}  // namespace

TEST_CASE("what a program writes comes to the network as a file would", "[end_to_end][source]") {
    Town town;
    write_secret(town, "api", "s3cret-token");
    set_source(town,
               "kind = 'exec'\ncommand = ['./export.sh', '--all']\nenvironment = { REGION = 'nl' }\nsecrets = { "
               "API_TOKEN = { file = '" +
                   (town.dir() / "secrets/api").string() + "' } }\n");
    town.dir().write("env/tenants/shop/people.jsonl", two_people);
    set_program(town, "[ \"$1 $REGION $API_TOKEN\" = '--all nl s3cret-token' ] || exit 1\ncat people.jsonl\n");

    const auto first = town.usersyncd({"sync", "shop"});

    INFO(first.out << first.err);
    REQUIRE(first.exit_code == 3);
    REQUIRE(town.usersyncd({"approve", "shop", town.held_plan()}).exit_code == 0);
    CHECK(town.people() == 2);

    SECTION("asked again, it changes nothing") {
        const auto second = town.usersyncd({"sync", "shop", "--format", "json"});
        INFO(second.out << second.err);
        CHECK(second.exit_code == 0);
        CHECK(Json::parse(second.out).at("plan").at("calls") == 0);
    }
    SECTION("when it fails nobody leaves, and what it said is told without its secret") {
        set_program(town, "head -n 1 people.jsonl\necho \"login refused for $API_TOKEN\" >&2\nexit 1\n");
        const auto failed = town.usersyncd({"sync", "shop"});
        INFO(failed.out << failed.err);
        CHECK(failed.exit_code == 4);
        CHECK(failed.err.find("program_failed") != std::string::npos);
        CHECK(failed.err.find("login refused for ***") != std::string::npos);
        CHECK(failed.err.find("s3cret") == std::string::npos);
        CHECK(town.people() == 2);
    }
    SECTION("when it writes nothing nobody leaves") {
        set_program(town, "exit 0\n");
        const auto empty = town.usersyncd({"sync", "shop"});
        INFO(empty.out << empty.err);
        CHECK(empty.exit_code == 4);
        CHECK(town.people() == 2);
    }
    SECTION("things may be again as they once were: that is no old file") {
        set_program(town,
                    "cat people.jsonl\necho '{\"ID\":\"1003\",\"Store\":\"Store 14\",\"Job\":\"Cashier\","
                    "\"Phone\":null,\"E-mail\":\"p1003@town.example\",\"First\":\"P1003\",\"Last\":\"Person\"}'\n");
        REQUIRE(town.usersyncd({"plan", "shop"}).exit_code != 4);
        set_program(town, "cat people.jsonl\n");
        const auto back = town.usersyncd({"sync", "shop", "--format", "json"});
        INFO(back.out << back.err);
        CHECK(back.exit_code == 0);
    }
}

TEST_CASE("a directory's people come to the network", "[end_to_end][source]") {
    DirectoryTown scene;
    auto& town = scene.town;

    const auto first = town.usersyncd({"sync", "shop"});

    INFO(first.out << first.err);
    REQUIRE(first.exit_code == 3);
    REQUIRE(town.usersyncd({"approve", "shop", town.held_plan()}).exit_code == 0);
    CHECK(town.people() == 2);

    write_secret(town, "ldap", "wrong");
    const auto refused = town.usersyncd({"sync", "shop"});
    INFO(refused.out << refused.err);
    CHECK(refused.exit_code == 4);
    CHECK(refused.err.find("login_refused") != std::string::npos);
    CHECK(town.people() == 2);
}

TEST_CASE("a directory is tried out step by step, and nobody's name is shown", "[end_to_end][source][connectors]") {
    DirectoryTown scene;
    auto& town = scene.town;

    const auto tested = town.usersyncd({"connector", "test", "shop"});
    INFO(tested.out << tested.err);
    CHECK(tested.exit_code == 0);
    for (const std::string text : {"  name: ", "  connection: ", "  TLS: ", "  login: ", " ms  entries: ",
                                   "2 employees; the first ones, masked:", "x9999@xxxx.xxxxxxx"}) {
        CHECK_THAT(tested.out, Catch::Contains(text));
    }
    for (const std::string text : {"p1001", "P1001", "Person", "31612345601", Slapd::password}) {
        CHECK(tested.out.find(text) == std::string::npos);
    }
    CHECK(town.people() == 0);

    const auto told = Json::parse(town.usersyncd({"connector", "test", "shop", "--format", "json"}).out);
    CHECK(told.at("good") == true);
    REQUIRE(told.at("steps").size() == 5);
    CHECK(told.at("steps").back().at("name") == "entries");
    for (const auto& step : told.at("steps")) CHECK(step.at("good") == true);
    CHECK(told.at("steps").back().at("milliseconds").is_number_unsigned());
    CHECK(told.at("records").at("whole") == true);
    CHECK(told.at("mapping").at("employees") == 2);
    CHECK(told.at("mapping").at("people").size() == 2);

    SECTION("a login that is refused is named as the step that went wrong") {
        write_secret(town, "ldap", "wrong");
        const auto refused = town.usersyncd({"connector", "test", "shop"});
        INFO(refused.out << refused.err);
        CHECK(refused.exit_code == 4);
        CHECK_THAT(refused.out, Catch::Contains("WRONG") && Catch::Contains("login: login_refused"));
        CHECK(refused.out.find("entries") == std::string::npos);
        const auto as_json = Json::parse(town.usersyncd({"connector", "test", "shop", "--format", "json"}).out);
        CHECK(as_json.at("good") == false);
        CHECK(as_json.at("steps").back().at("code") == "login_refused");
        CHECK(as_json.at("mapping").is_null());
    }
    SECTION("an attribute that nobody has is named, and so is the mapped column that lacks") {
        scene.rename("'givenName', 'sn'", "'givenName'");
        const auto lacking = town.usersyncd({"connector", "test", "shop"});
        INFO(lacking.out << lacking.err);
        CHECK(lacking.exit_code == 1);
        CHECK_THAT(lacking.out, Catch::Contains("column_missing: 1 (sn)"));
    }
}
