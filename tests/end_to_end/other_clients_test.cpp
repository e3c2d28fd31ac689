// Clients that are not ours: what the public HelloID connector and the public SDKs send, sent by curl to the sandbox.
// Of these clients only the shape of the calls is known; what a call leads to is the sandbox's reading of it.

#include "tests/support/program.hpp"
#include "tests/support/temp_dir.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <memory>
#include <set>
#include <string>
#include <vector>

using namespace usersync::test;
using Json = nlohmann::json;

namespace {

const std::string network_eid = "00000000000000aa";

struct Answer {
    int status = 0;
    std::string body;
    Json json() const { return Json::parse(body); }
};

/// A sandbox of its own, and curl.
class Stand {
public:
    explicit Stand(const Json& users = Json::array()) {
        const Json network{{"network", network_eid},
                           {"groups",
                            {{{"kind", "business_unit"}, {"name", "Store 12"}},
                             {{"kind", "department"}, {"name", "Sales"}},
                             {{"kind", "public"}, {"name", "Football"}}}},
                           {"users", users}};
        sandbox_ = std::make_unique<Program>(std::vector<std::string>{
            USERSYNC_BINARY_DIR "/usersyncd", "sandbox", "--listen", "127.0.0.1:0", "--state",
            (dir_ / "sandbox.json").string(), "--network", dir_.write("network.json", network.dump()).string()});
        const auto addresses = Json::parse(sandbox_->wait_for_line());
        scim_ = addresses.at("scim").get<std::string>();
        rest_ = addresses.at("rest").get<std::string>() + "/networks/" + network_eid;
        scim_token_ = addresses.at("scim_token").get<std::string>();
        rest_token_ = addresses.at("token").get<std::string>();
    }

    Answer scim(std::vector<std::string> arguments, const std::string& path) const {
        return curl(std::move(arguments), scim_token_, scim_ + path);
    }
    Answer rest(std::vector<std::string> arguments, const std::string& path) const {
        return curl(std::move(arguments), rest_token_, rest_ + path);
    }

private:
    static Answer curl(std::vector<std::string> arguments, const std::string& token, const std::string& url) {
        std::vector<std::string> command{"/usr/bin/curl",  "-sS", "-g",
                                         "--max-time",     "30",  "-w",
                                         "\n%{http_code}", "-H",  "Authorization: Bearer " + token};
        command.insert(command.end(), arguments.begin(), arguments.end());
        command.push_back(url);
        const auto finished = run_program(std::move(command));
        INFO(finished.err);
        REQUIRE(finished.exit_code == 0);
        const auto end = finished.out.rfind('\n');
        return {.status = std::stoi(finished.out.substr(end + 1)), .body = finished.out.substr(0, end)};
    }

    TempDir dir_;
    std::unique_ptr<Program> sandbox_;
    std::string scim_;
    std::string rest_;
    std::string scim_token_;
    std::string rest_token_;
};

// ---- HelloID ------------------------------------------------------------------------------------------------------

const std::string schema = "urn:ietf:params:scim:schemas:core:2.0:User";
const std::string bag = "urn:speakap:params:scim:bag";
const std::string enterprise = "urn:scim:schemas:extension:enterprise:2.0";

Json new_person(const std::string& number) {
    return {{"schemas", {schema}},
            {"userName", number},
            {"externalId", number},
            {"Sleutel", number},
            {"upn", "p" + number + "@corp.example"},
            {"active", true},
            {"name", {{"givenName", "Anna"}, {"familyName", "van der Berg"}}},
            {"emails", {{{"value", "p" + number + "@shop.example"}, {"primary", true}, {"type", "Work"}}}},
            {"title", "Cashier"},
            {bag, {{"login", number}}},
            {enterprise, {{"employeeNumber", number}, {"department", {{"displayName", "Sales"}}}}}};
}

Json small_put(const std::string& number, bool active) {
    return {{"schemas", {schema}}, {"userName", number}, {"active", active}};
}

std::vector<std::string> writing(const std::string& method, const Json& body) {
    return {"-X", method, "-H", "Content-Type: application/scim+json", "--data-binary", body.dump()};
}

std::string created(const Stand& stand, const std::string& number) {
    const auto answer = stand.scim(writing("POST", new_person(number)), "/Users");
    INFO(answer.body);
    REQUIRE(answer.status == 201);
    return answer.json().at("id").get<std::string>();
}

std::string by_user_name(const std::string& number) { return "/Users?filter=userName%20eq%20%22" + number + "%22"; }

}  // namespace

TEST_CASE("the HelloID connector creates a person and finds them again by userName", "[end_to_end][sandbox]") {
    const Stand stand;
    CHECK(stand.scim({}, by_user_name("100200")).json().at("totalResults") == 0);

    const auto id = created(stand, "100200");

    // Its reads carry no content type.
    const auto found = stand.scim({}, by_user_name("100200"));
    CHECK(found.status == 200);
    CHECK(found.json().at("totalResults") == 1);
    const auto person = found.json().at("Resources").at(0);
    CHECK(person.at("id") == id);
    CHECK(person.at("userName") == "100200");
    CHECK(person.at("title") == "Cashier");
    CHECK(person.at("name").at("familyName") == "van der Berg");
    CHECK(person.at(bag).at("login") == "100200");
    CHECK(stand.scim(writing("POST", new_person("100200")), "/Users").status == 409);
}

TEST_CASE("the HelloID connector correlates, enables and disables by a PUT of three attributes",
          "[end_to_end][sandbox]") {
    const Stand stand;
    const auto id = created(stand, "100200");

    const auto correlated = stand.scim(writing("PUT", small_put("100200", true)), "/Users/" + id);
    CHECK(correlated.status == 200);
    CHECK(correlated.json().at("id") == id);

    // Its delete is the same call as its disable.
    const auto disabled = stand.scim(writing("PUT", small_put("100200", false)), "/Users/" + id);
    CHECK(disabled.status == 200);
    CHECK(disabled.json().at("active") == false);
    const auto still = stand.scim({}, by_user_name("100200")).json();
    CHECK(still.at("totalResults") == 1);
    CHECK(still.at("Resources").at(0).at("emails").at(0).at("value") == "p100200@shop.example");

    const auto enabled = stand.scim(writing("PUT", small_put("100200", true)), "/Users/" + id);
    CHECK(enabled.json().at("active") == true);
    CHECK(enabled.json().at("name").at("givenName") == "Anna");
    CHECK(enabled.json().at("title") == "Cashier");
}

TEST_CASE("the HelloID connector updates a person by a PUT without their key", "[end_to_end][sandbox]") {
    const Stand stand;
    const auto id = created(stand, "100200");
    const Json update{{"schemas", {schema}},
                      {"userName", "100200"},
                      {"active", true},
                      {"name", {{"givenName", "Anna"}, {"familyName", "Smit"}}},
                      {"emails", {{{"value", "anna.smit@shop.example"}, {"primary", true}, {"type", "Work"}}}},
                      {"title", "Team leader"},
                      {bag, {{"login", "100200"}}},
                      {enterprise, {{"department", {{"displayName", "Logistics"}}}}}};

    const auto updated = stand.scim(writing("PUT", update), "/Users/" + id);

    CHECK(updated.status == 200);
    CHECK(updated.json().at("name").at("familyName") == "Smit");
    CHECK(updated.json().at("title") == "Team leader");
    CHECK(updated.json().at("externalId") == "100200");
}

TEST_CASE("the HelloID connector pages from what it has read, one too early, and meets everybody",
          "[end_to_end][sandbox]") {
    const Stand stand;
    std::set<std::string> made;
    for (int number = 1; number <= 23; ++number) made.insert(created(stand, std::to_string(100200 + number)));

    std::set<std::string> met;
    std::size_t read = 0;
    std::size_t total = 1;
    for (int page = 0; read < total && page < 10; ++page) {
        const auto answer = stand.scim({}, "/Users?startIndex=" + std::to_string(read) + "&count=20").json();
        total = answer.at("totalResults").get<std::size_t>();
        CHECK(answer.at("Resources").size() <= 20);
        for (const auto& person : answer.at("Resources")) met.insert(person.at("id").get<std::string>());
        read += answer.at("Resources").size();
    }

    CHECK(total == 23);
    CHECK(met == made);
}

// ---- the SDKs -----------------------------------------------------------------------------------------------------

namespace {

const std::string hal = "Accept: application/vnd.speakap.api-v1.8.2+json+hal";

Json some_people(int count) {
    Json users = Json::array();
    for (int number = 1; number <= count; ++number) {
        const auto key = std::to_string(100 + number);
        users.push_back({{"xid", key},
                         {"first", "P" + key},
                         {"family", "Person"},
                         {"email", "p" + key + "@shop.example"},
                         {"groups", {"Store 12"}}});
    }
    return users;
}

}  // namespace

TEST_CASE("an SDK reads the network without asking who it is, and a collection as links", "[end_to_end][sandbox]") {
    const Stand stand(some_people(3));

    const auto network = stand.rest({"-H", hal}, "/");
    CHECK(network.status == 200);
    CHECK(network.json().at("EID") == network_eid);

    // One client sends no Accept line at all.
    for (const auto& arguments : {std::vector<std::string>{"-H", hal}, std::vector<std::string>{"-H", "Accept:"}}) {
        const auto users = stand.rest(arguments, "/users/");
        CHECK(users.status == 200);
        CHECK(users.json().at("_links").at("users").size() == 3);
        CHECK(users.json().at("_links").at("users").at(0).contains("href"));
        CHECK_FALSE(users.json().contains("_embedded"));
    }
}

TEST_CASE("an SDK embeds people with the properties it names, and their groups with their own paging",
          "[end_to_end][sandbox]") {
    const Stand stand(some_people(3));

    const auto answer = stand.rest({"-H", hal},
                                   "/users/?embed=users,users.organizationGroups&properties[users]=XID,name"
                                   "&offset[self]=0&limit[self]=100&offset[users.organizationGroups]=0"
                                   "&limit[users.organizationGroups]=1000");

    REQUIRE(answer.status == 200);
    const auto users = answer.json().at("_embedded").at("users");
    REQUIRE(users.size() == 3);
    CHECK(users.at(0).at("XID") == "101");
    CHECK(users.at(0).at("type") == "user");
    CHECK_FALSE(users.at(0).contains("jobTitle"));
    CHECK(users.at(0).at("_embedded").at("organizationGroups").at(0).at("name") == "Store 12");
}

TEST_CASE("an SDK pages until an empty page", "[end_to_end][sandbox]") {
    const Stand stand(some_people(7));

    std::set<std::string> met;
    std::vector<std::size_t> pages;
    while (pages.size() < 10 && (pages.empty() || pages.back() > 0)) {
        const auto answer = stand.rest(
            {"-H", hal}, "/users/?embed=users&offset[self]=" + std::to_string(met.size()) + "&limit[self]=3");
        const auto users = answer.json().at("_embedded").at("users");
        for (const auto& user : users) met.insert(user.at("EID").get<std::string>());
        pages.push_back(users.size());
    }

    CHECK(pages == std::vector<std::size_t>{3, 3, 1, 0});
    CHECK(met.size() == 7);
}

TEST_CASE("a client of plain JSON finds the people beside the collection's own keys", "[end_to_end][sandbox]") {
    const Stand stand(some_people(2));

    const auto answer = stand.rest({"-H", "Accept: application/vnd.speakap.api-v1.4+json"}, "/users/?embed=users");

    REQUIRE(answer.status == 200);
    REQUIRE(answer.json().at("users").size() == 2);
    CHECK(answer.json().at("users").at(0).at("XID") == "101");
    CHECK_FALSE(answer.json().contains("_links"));
}

TEST_CASE("an SDK sends resources as JSON and actions as forms, and reads the code of an error",
          "[end_to_end][sandbox]") {
    const Stand stand(some_people(1));
    const auto user = stand.rest({"-H", hal}, "/users/?embed=users").json().at("_embedded").at("users").at(0);
    const auto eid = user.at("EID").get<std::string>();
    const auto groups = stand.rest({"-H", hal}, "/groups/?embed=groups&include_hidden=true&include_secret=true")
                            .json()
                            .at("_embedded")
                            .at("groups");
    std::string football;
    for (const auto& group : groups) {
        if (group.at("name") == "Football") football = group.at("EID").get<std::string>();
    }
    REQUIRE_FALSE(football.empty());

    const auto added = stand.rest({"-H", hal, "-d", "groups[]=" + football}, "/users/" + eid + "/groups/add");
    CHECK(added.status / 100 == 2);
    const auto members = stand.rest({"-H", hal}, "/users/?embed=users&group=" + football).json();
    CHECK(members.at("_embedded").at("users").size() == 1);

    const auto made = stand.rest(
        {"-H", hal, "-H", "Content-type: application/json; charset=utf-8", "--data-binary", R"({"name":"Store 14"})"},
        "/business-units/");
    CHECK(made.status == 201);

    const auto unknown = stand.rest({"-H", hal}, "/users/00000000000000ff/");
    CHECK(unknown.status == 404);
    CHECK(unknown.json().at("code") == -4);
    CHECK(unknown.json().contains("message"));
}
