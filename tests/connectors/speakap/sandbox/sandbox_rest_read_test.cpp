#include "tests/connectors/speakap/sandbox/sandbox_world.hpp"

#include <catch2/catch.hpp>

using namespace usersync;
using test::body_of;
using test::each;
using test::SandboxWorld;
using Names = std::vector<std::string>;

TEST_CASE("a collection is a list of links unless its members are embedded", "[connectors][speakap][sandbox]") {
    SandboxWorld world;

    const auto plain = world.rest("users/");
    const auto embedded = world.rest("users/?embed=users");

    CHECK(plain.status == 200);
    CHECK(http::find_header(plain.headers, "content-type") == "application/vnd.speakap.api-v1.8.2+json+hal");
    CHECK_FALSE(body_of(plain).contains("_embedded"));
    CHECK(each(body_of(plain)["_links"]["users"], "href") ==
          Names{"/networks/f00d/users/" + world.person("100").eid + "/",
                "/networks/f00d/users/" + world.person("101").eid + "/"});
    CHECK(each(body_of(embedded)["_embedded"]["users"], "XID") == Names{"100", "101"});
}

TEST_CASE("a user shows name, title, address, telephone number and groups", "[connectors][speakap][sandbox]") {
    SandboxWorld world;

    const auto user = body_of(world.rest("users/" + world.person("100").eid + "/?embed=organizationGroups"));

    CHECK(user["type"] == "user");
    CHECK(user["EID"] == world.person("100").eid);
    CHECK(user["name"] == nlohmann::json::parse(R"({"firstName":"Anna","infix":"van der","familyName":"Berg"})"));
    CHECK(user["fullName"] == "Anna van der Berg");
    CHECK(user["jobTitle"] == "Cashier");
    CHECK(user["primaryEmail"] == "anna@shop.example");
    CHECK(user["telephoneNumbers"][0]["value"] == "+31201234567");
    CHECK(each(user["_embedded"]["organizationGroups"], "name") == Names{"Store 12", "Sales", "Sales 12"});
}

TEST_CASE("nested relations are embedded by a dotted path, and the innermost is enough",
          "[connectors][speakap][sandbox]") {
    SandboxWorld world;

    const auto body = body_of(world.rest("users/?embed=users.organizationGroups"));

    const auto& anna = body["_embedded"]["users"][0];
    CHECK(each(anna["_embedded"]["organizationGroups"], "name") == Names{"Store 12", "Sales", "Sales 12"});
}

TEST_CASE("a whitelist leaves the named properties, the EID and the type", "[connectors][speakap][sandbox]") {
    SandboxWorld world;

    const auto body = body_of(world.rest("users/?embed=users&properties%5Busers%5D=XID,name"));

    Names keys;
    for (const auto& [key, value] : body["_embedded"]["users"][0].items()) keys.push_back(key);
    CHECK(keys == Names{"EID", "XID", "_links", "name", "type"});
}

TEST_CASE("pages of users follow one another until an empty one", "[connectors][speakap][sandbox]") {
    SandboxWorld world;
    for (int i = 0; i < 58; ++i) {
        const auto key = std::to_string(1000 + i);
        REQUIRE(world.scim("POST", "Users", test::scim_person(key, key + "@shop.example")).status == 201);
    }

    const auto page = [&](const std::string& query) {
        return body_of(world.rest("users/?" + query))["_links"]["users"].size();
    };

    CHECK(page("") == 25);
    CHECK(page("offset=50") == 10);
    CHECK(page("limit%5Bself%5D=40") == 40);
    CHECK(page("offset%5Bself%5D=40&limit%5Bself%5D=40") == 20);
    CHECK(page("offset[self]=60&limit[self]=40") == 0);
}

TEST_CASE("an offset without a path also moves the embedded collections", "[connectors][speakap][sandbox]") {
    SandboxWorld world;

    const auto everywhere = body_of(world.rest("users/?embed=users.organizationGroups&offset=0&limit=1"));
    const auto apart =
        body_of(world.rest("users/?embed=users.organizationGroups&limit[self]=1&limit[users.organizationGroups]=9"));

    CHECK(everywhere["_embedded"]["users"][0]["_embedded"]["organizationGroups"].size() == 1);
    CHECK(apart["_embedded"]["users"][0]["_embedded"]["organizationGroups"].size() == 3);
}

TEST_CASE("users are filtered by EIDs, group, role, change and words", "[connectors][speakap][sandbox]") {
    SandboxWorld world;
    const auto anna = world.person("100").eid;
    const auto bas = world.person("101").eid;
    world.now += std::chrono::hours(1);
    REQUIRE(world.post_form("/sandbox/accept", {{"xid", "101"}}).status == 200);
    REQUIRE(world.scim("POST", "Users", test::scim_person("102", "cor@shop.example")).status == 201);

    const auto found = [&](const std::string& query) {
        return each(body_of(world.rest("users/?embed=users&" + query))["_embedded"]["users"], "XID");
    };

    CHECK(found("eid=" + anna + "," + bas) == Names{"100", "101"});
    CHECK(found("group=" + world.group("Store 12").eid) == Names{"100"});
    CHECK(found("role=invitee") == Names{"102"});
    CHECK(found("role=member,invitee").size() == 3);
    CHECK(found("modified_since=2025-12-18T00:30:00.000%2B00:00") == Names{"101", "102"});
    CHECK(found("q=der+berg") == Names{"100"});
    CHECK(found("q=cashier") == Names{"100"});
    CHECK(found("q=XID:100").empty());
}

TEST_CASE("departments are hidden and secret groups unseen unless asked for", "[connectors][speakap][sandbox]") {
    SandboxWorld world;

    const auto found = [&](const std::string& query) {
        return each(body_of(world.rest("groups/?embed=groups&" + query))["_embedded"]["groups"], "name");
    };

    CHECK(found("") == Names{"Store 12", "Store 14", "Food", "Sales 12"});
    CHECK(found("include_hidden=true") == Names{"Store 12", "Store 14", "Sales", "Food", "Sales 12"});
    CHECK(found("include_secret=true&type=basic") == Names{"Board"});
    CHECK(found("type=business_unit,local_department") == Names{"Store 12", "Store 14", "Sales 12"});
    CHECK(found("parent=" + world.group("Store 12").eid) == Names{"Sales 12"});
    CHECK(found("q=store") == Names{"Store 12", "Store 14"});
    CHECK(found("user=" + world.person("100").eid) == Names{"Store 12", "Sales 12"});
}

TEST_CASE("a group shows its XID, its kind and how many are in it", "[connectors][speakap][sandbox]") {
    SandboxWorld world;

    const auto group = body_of(world.rest("groups/" + world.group("Store 12").eid + "/"));

    CHECK(group["XID"] == "s12");
    CHECK(group["groupType"] == "business_unit");
    CHECK(group["numMembers"] == 1);
    CHECK_FALSE(body_of(world.rest("groups/" + world.group("Store 14").eid + "/")).contains("XID"));
}

TEST_CASE("memberships of the network and of a group name the person and the role", "[connectors][speakap][sandbox]") {
    SandboxWorld world;

    const auto network = body_of(world.rest("memberships/?embed=memberships,memberships.user"));
    const auto group = body_of(world.rest("memberships/?embed=memberships&group=" + world.group("Sales").eid));

    const auto& shown = network["_embedded"]["memberships"];
    CHECK(each(shown, "rev") == Names{"network", "network"});
    CHECK(each(shown, "role") == Names{"member", "invitee"});
    CHECK(shown[0]["_embedded"]["user"]["XID"] == "100");
    CHECK(shown[1].contains("invitedAt"));
    REQUIRE(group["_embedded"]["memberships"].size() == 1);
    const auto& sales = group["_embedded"]["memberships"][0];
    CHECK(sales["rev"] == "group");
    CHECK(sales["_links"]["group"]["href"] == "/networks/f00d/groups/" + world.group("Sales").eid + "/");
    CHECK(body_of(world.rest("memberships/" + sales["EID"].get<std::string>() + "/"))["EID"] == sales["EID"]);
    CHECK(body_of(world.rest("memberships/?excluded_role=invitee"))["_links"]["memberships"].size() == 1);
}

TEST_CASE("roles are the built-in ones and the network's own", "[connectors][speakap][sandbox]") {
    SandboxWorld world;

    const auto roles = body_of(world.rest("roles/?embed=roles"));

    CHECK(each(roles["_embedded"]["roles"], "name") ==
          Names{"Member", "Administrator", "Invitee", "External", "Enterprise administrator", "Store manager"});
    for (const auto* key : {"invitee", "admin", "external", "enterprise_admin"}) {
        CHECK(body_of(world.rest("roles/" + std::string(key) + "/"))["roleType"] == "built_in");
    }
    CHECK(body_of(world.rest("roles/default/"))["key"] == "member");
    CHECK(body_of(world.rest("roles/" + world.state.roles[0].eid + "/"))["roleType"] == "user_defined");
    CHECK(world.rest("roles/nobody/").status == 404);
}

TEST_CASE("a status says invited, active, or that nobody knows the person", "[connectors][speakap][sandbox]") {
    SandboxWorld world;

    CHECK(body_of(world.rest("users/" + world.person("100").eid + "/status"))["status"] == "active");
    CHECK(body_of(world.rest("users/" + world.person("101").eid + "/status"))["status"] == "inactive");
    CHECK(body_of(world.rest("users/0123456789abcdef/status"))["status"] == "unknown");
}

TEST_CASE("refusals carry the published codes", "[connectors][speakap][sandbox]") {
    SandboxWorld world;
    const auto shape = [](const http::Response& response) {
        return std::pair<int, int>(response.status, body_of(response)["code"].get<int>());
    };

    CHECK(shape(world.call({.method = "GET", .target = "/networks/f00d/", .headers = {}, .body = ""})) ==
          std::pair(401, -2));
    CHECK(shape(world.get("/networks/beef/")) == std::pair(403, -3));
    CHECK(shape(world.rest("users/0123456789abcdef/")) == std::pair(404, -4));
    CHECK(shape(world.rest("users/?xid=100")) == std::pair(400, -1));
    CHECK(shape(world.rest("users/?q=a&q=b")) == std::pair(400, -1));
    CHECK(shape(world.rest("users/?embed=friends")) == std::pair(400, -1));
    CHECK(shape(world.rest("users/?limit[self]=many")) == std::pair(400, -1));
}

TEST_CASE("resources end with a slash and actions do not", "[connectors][speakap][sandbox]") {
    SandboxWorld world;
    const auto anna = "users/" + world.person("100").eid;

    CHECK(world.rest("users").status == 404);
    CHECK(world.rest(anna).status == 404);
    CHECK(world.get("/networks/f00d").status == 404);
    CHECK(world.rest(anna + "/status/").status == 404);
    CHECK(world.rest(anna + "/status").status == 200);
    CHECK(world.rest("").status == 200);
}

TEST_CASE("an app sees and does only what it was granted", "[connectors][speakap][sandbox]") {
    SandboxWorld world;
    world.state.permissions = {"get_profiles"};

    CHECK_FALSE(body_of(world.rest("users/" + world.person("100").eid + "/")).contains("XID"));
    CHECK(world.rest("groups/").status == 403);
    CHECK(world.rest("users/" + world.person("100").eid + "/status").status == 403);
    CHECK(world.post_form("invite", {{"invitees[0][email]", "x@shop.example"}}).status == 403);
}
