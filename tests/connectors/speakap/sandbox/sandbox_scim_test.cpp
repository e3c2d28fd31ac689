#include "tests/connectors/speakap/sandbox/sandbox_world.hpp"

#include "core/base/byte_text.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <cctype>
#include <set>

using namespace usersync;
using test::body_of;
using test::each;
using test::SandboxWorld;
using test::scim_person;
using Names = std::vector<std::string>;

TEST_CASE("a person created by SCIM is seen by REST under the same XID and another id",
          "[connectors][speakap][sandbox]") {
    SandboxWorld world;

    const auto created = world.scim("POST", "Users", scim_person("102", "cor@shop.example"));

    CHECK(created.status == 201);
    const auto scim = body_of(created);
    const auto id = scim["id"].get<std::string>();
    CHECK(id.size() == 20);
    CHECK(std::all_of(id.begin(), id.end(), [](unsigned char c) { return std::isalnum(c) != 0; }));
    CHECK(http::find_header(created.headers, "Location") == "/scim/Users/" + id);
    const auto& cor = world.person("102");
    CHECK(cor.eid.size() == 16);
    const auto rest = body_of(world.rest("users/" + cor.eid + "/"));
    CHECK(rest["XID"] == "102");
    CHECK(rest["name"] == nlohmann::json::parse(R"({"firstName":"Cor","infix":"de","familyName":"Wit"})"));
    CHECK(rest["jobTitle"] == "Baker");
    CHECK(cor.network.role == "invitee");
}

TEST_CASE("SCIM gives back what it was sent", "[connectors][speakap][sandbox]") {
    SandboxWorld world;
    auto sent = scim_person("102", "cor@shop.example");
    sent["urn:speakap:params:scim:bag"]["login"] = "102";

    const auto id = body_of(world.scim("POST", "Users", sent))["id"].get<std::string>();
    const auto shown = body_of(world.scim("GET", "Users/" + id));

    CHECK(shown["userName"] == "102");
    CHECK(shown["externalId"] == "102");
    CHECK(shown["active"] == true);
    CHECK(shown["name"]["middleName"] == "de");
    CHECK(shown["emails"][0]["value"] == "cor@shop.example");
    CHECK(shown["title"] == "Baker");
    CHECK(shown["urn:speakap:params:scim:bag"]["login"] == "102");
}

TEST_CASE("what is taken cannot be claimed a second time", "[connectors][speakap][sandbox]") {
    SandboxWorld world;
    const auto people = world.state.users.size();

    const auto same_name = world.scim("POST", "Users", scim_person("100", "other@shop.example"));
    const auto same_address = world.scim("POST", "Users", scim_person("102", "Anna@Shop.example"));

    CHECK(same_name.status == 409);
    CHECK(body_of(same_name)["scimType"] == "uniqueness");
    CHECK(body_of(same_name)["status"] == "409");
    CHECK(same_address.status == 409);
    CHECK(world.state.users.size() == people);
}

TEST_CASE("a PUT cannot take another person's address, and may repeat one's own", "[connectors][speakap][sandbox]") {
    SandboxWorld world;
    const auto path = "Users/" + world.person("100").scim_id;

    CHECK(world.scim("PUT", path, scim_person("100", "bas@shop.example")).status == 409);
    CHECK(world.scim("PUT", path, scim_person("100", "anna@shop.example")).status == 200);
}

TEST_CASE("a PUT replaces what it carries and leaves the rest", "[connectors][speakap][sandbox]") {
    SandboxWorld world;
    const auto path = "Users/" + world.person("100").scim_id;

    REQUIRE(world.scim("PUT", path, {{"userName", "100"}, {"name", {{"givenName", "Ann"}, {"familyName", "Berg"}}}})
                .status == 200);

    const auto& anna = world.person("100");
    CHECK(anna.first_name == "Ann");
    CHECK(anna.infix.empty());
    CHECK(anna.job_title == "Cashier");
    CHECK(anna.emails == Names{"anna@shop.example"});
    CHECK(anna.phones == Names{"+31201234567"});
}

TEST_CASE("a person is found by userName or externalId", "[connectors][speakap][sandbox]") {
    SandboxWorld world;
    REQUIRE(world.scim("POST", "Users", scim_person("o\"hara", "o@shop.example")).status == 201);
    const auto found = [&](const std::string& filter) {
        return each(body_of(world.scim("GET", "Users?filter=" + percent_encoded(filter)))["Resources"], "userName");
    };

    CHECK(found("userName eq \"100\"") == Names{"100"});
    CHECK(found("externalId eq \"101\"") == Names{"101"});
    CHECK(found("USERNAME EQ \"100\"") == Names{"100"});
    CHECK(found("userName eq \"o\\\"hara\"") == Names{"o\"hara"});
    CHECK(found("userName eq \"nobody\"").empty());
    CHECK(body_of(world.scim("GET", "Users?filter=title+co+%22x%22"))["scimType"] == "invalidFilter");
}

TEST_CASE("pages of SCIM hold 20 at most and count from 1", "[connectors][speakap][sandbox]") {
    SandboxWorld world;
    for (int i = 0; i < 43; ++i) {
        const auto key = std::to_string(1000 + i);
        REQUIRE(world.scim("POST", "Users", scim_person(key, key + "@shop.example")).status == 201);
    }

    std::set<std::string> read;
    std::size_t pages = 0;
    for (std::size_t start = 1; read.size() < 45 && pages < 10; start = read.size() + 1, ++pages) {
        const auto body = body_of(world.scim("GET", "Users?startIndex=" + std::to_string(start) + "&count=100"));
        CHECK(body["totalResults"] == 45);
        CHECK(body["Resources"].size() <= 20);
        for (const auto& id : each(body["Resources"], "id")) read.insert(id);
    }

    CHECK(read.size() == 45);
    CHECK(pages == 3);
    CHECK(body_of(world.scim("GET", "Users?count=0"))["Resources"].empty());
    CHECK(body_of(world.scim("GET", "Users?startIndex=0"))["startIndex"] == 1);
}

TEST_CASE("SCIM refuses in its own words", "[connectors][speakap][sandbox]") {
    SandboxWorld world;
    const auto path = "Users/" + world.person("100").scim_id;

    CHECK(world.scim("PATCH", path, nlohmann::json::object()).status == 405);
    CHECK(http::find_header(world.scim("DELETE", path).headers, "Allow") == "GET, PUT");
    CHECK(world.scim("PUT", "Users").status == 405);
    CHECK(world.scim("GET", "Users/nobody").status == 404);
    CHECK(world.scim("GET", "Groups").status == 404);
    CHECK(world.scim("POST", "Users", {{"externalId", "102"}}).status == 400);
    CHECK(world.scim("POST", "Users", {{"userName", 102}}).status == 400);
    CHECK(world.get("/scim/Users").status == 401);
    CHECK(body_of(world.get("/scim/Users"))["schemas"][0] == "urn:ietf:params:scim:api:messages:2.0:Error");
}

TEST_CASE("an account made by invitation can be linked to an employee afterwards", "[connectors][speakap][sandbox]") {
    SandboxWorld world;
    REQUIRE(world.post_form("invite", {{"invitees[0][email]", "cor@shop.example"}}).status == 202);
    const auto id = world.state.users.back().scim_id;

    REQUIRE(world.scim("PUT", "Users/" + id, scim_person("102", "cor@shop.example")).status == 200);

    CHECK(world.person("102").scim_id == id);
    CHECK(body_of(world.get("/sandbox/invitations")).size() == 1);
}

TEST_CASE("a strict PUT clears what it does not carry", "[connectors][speakap][sandbox]") {
    SandboxWorld world;
    world.state.behaviour.strict_put = true;
    const auto path = "Users/" + world.person("100").scim_id;

    REQUIRE(world.scim("PUT", path, {{"userName", "100"}, {"name", {{"givenName", "Ann"}}}}).status == 200);

    const auto& anna = world.person("100");
    CHECK(anna.first_name == "Ann");
    CHECK(anna.family_name.empty());
    CHECK(anna.job_title.empty());
    CHECK(anna.emails.empty());
    CHECK(anna.phones.empty());
    CHECK_FALSE(anna.suspended_at);
}

TEST_CASE("a conflict is told in the shape that the network has", "[connectors][speakap][sandbox]") {
    SandboxWorld world;
    const auto refused = [&](sandbox::ConflictShape shape) {
        world.state.behaviour.scim_conflict = shape;
        const auto answer = world.scim("POST", "Users", scim_person("100", "x@shop.example"));
        CHECK(answer.status == 409);
        return answer.body;
    };

    CHECK(nlohmann::json::parse(refused(sandbox::ConflictShape::scim))["scimType"] == "uniqueness");
    CHECK(nlohmann::json::parse(refused(sandbox::ConflictShape::rest))["code"] == -9);
    CHECK(refused(sandbox::ConflictShape::text) == "userName is taken");
    CHECK(refused(sandbox::ConflictShape::empty).empty());
}

TEST_CASE("another key for the same account is taken, refused, or taken on return", "[connectors][speakap][sandbox]") {
    SandboxWorld world;
    const auto anna = world.person("100");
    const auto rename = [&](const nlohmann::json& active) {
        return world.scim("PUT", "Users/" + anna.scim_id,
                          {{"userName", "900"}, {"externalId", "900"}, {"active", active}});
    };

    SECTION("taken") {
        CHECK(rename(true).status == 200);
        CHECK(world.person("900").eid == anna.eid);
        CHECK(body_of(world.rest("users/" + anna.eid + "/"))["XID"] == "900");
    }
    SECTION("refused") {
        world.state.behaviour.key_change = sandbox::KeyChange::refused;
        CHECK(body_of(rename(true))["scimType"] == "mutability");
        CHECK(world.person("100").user_name == "100");
    }
    SECTION("taken on return only") {
        world.state.behaviour.key_change = sandbox::KeyChange::on_reactivation;
        CHECK(rename(true).status == 400);
        REQUIRE(world.scim("PUT", "Users/" + anna.scim_id, {{"userName", "100"}, {"active", false}}).status == 200);
        CHECK(rename(true).status == 200);
        CHECK(world.person("900").groups == anna.groups);
    }
}

TEST_CASE("the requests of a public client are understood", "[connectors][speakap][sandbox]") {
    SandboxWorld world;
    auto create = scim_person("102", "cor@shop.example");
    create["Sleutel"] = "102";
    create["upn"] = "cor@ad.shop.example";
    create["urn:speakap:params:scim:bag"] = {{"login", "102"}};
    create["urn:scim:schemas:extension:enterprise:2.0"] = {{"employeeNumber", "102"}, {"department", "Bakery"}};

    const auto created = world.scim("POST", "Users", create);
    CHECK(created.status == 201);
    const auto id = body_of(created)["id"].get<std::string>();
    const auto found = body_of(world.scim("GET", "Users?filter=userName%20eq%20%22102%22"));
    CHECK(found["Resources"][0]["id"] == id);
    const nlohmann::json disable = {{"schemas", nlohmann::json::array({"urn:ietf:params:scim:schemas:core:2.0:User"})},
                                    {"userName", "102"},
                                    {"active", false}};
    CHECK(body_of(world.scim("PUT", "Users/" + id, disable))["active"] == false);
    CHECK(world.person("102").job_title == "Baker");
}
