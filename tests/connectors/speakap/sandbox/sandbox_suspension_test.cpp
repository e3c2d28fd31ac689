#include "tests/connectors/speakap/sandbox/sandbox_world.hpp"

#include <catch2/catch.hpp>

using namespace usersync;
using test::body_of;
using test::each;
using test::SandboxWorld;
using Names = std::vector<std::string>;

namespace {

nlohmann::json active(const std::string& key, bool is_active) { return {{"userName", key}, {"active", is_active}}; }

}  // namespace

TEST_CASE("a suspended person is gone from REST and inactive in SCIM", "[connectors][speakap][sandbox]") {
    SandboxWorld world;
    const auto anna = world.person("100");

    REQUIRE(world.scim("PUT", "Users/" + anna.scim_id, active("100", false)).status == 200);

    CHECK(each(body_of(world.rest("users/?embed=users"))["_embedded"]["users"], "XID") == Names{"101"});
    CHECK(world.rest("users/" + anna.eid + "/").status == 404);
    CHECK(body_of(world.rest("memberships/"))["_links"]["memberships"].size() == 1);
    CHECK(world.rest("memberships/" + anna.network.eid + "/").status == 404);
    CHECK(body_of(world.rest("memberships/?group=" + world.group("Sales").eid))["_links"]["memberships"].empty());
    CHECK(body_of(world.rest("users/" + anna.eid + "/status"))["status"] == "unknown");
    CHECK(body_of(world.scim("GET", "Users/" + anna.scim_id))["active"] == false);
    CHECK(body_of(world.scim("GET", "Users"))["totalResults"] == 2);
}

TEST_CASE("a person who returns in time is the same person in the same groups and role",
          "[connectors][speakap][sandbox]") {
    SandboxWorld world;
    const auto anna = world.person("100");
    REQUIRE(world.scim("PUT", "Users/" + anna.scim_id, active("100", false)).status == 200);
    world.now += std::chrono::hours(24 * 29);

    REQUIRE(world.scim("PUT", "Users/" + anna.scim_id, active("100", true)).status == 200);

    CHECK(world.person("100").eid == anna.eid);
    CHECK(world.person("100").groups == anna.groups);
    CHECK(world.person("100").network == anna.network);
    CHECK(world.rest("users/" + anna.eid + "/").status == 200);
    CHECK(body_of(world.get("/sandbox/invitations")).empty());
}

TEST_CASE("after thirty days of suspension the account is gone and its key is free", "[connectors][speakap][sandbox]") {
    SandboxWorld world;
    const auto anna = world.person("100");
    REQUIRE(world.scim("PUT", "Users/" + anna.scim_id, active("100", false)).status == 200);
    world.now += std::chrono::hours(24 * 30 + 1);

    CHECK(world.scim("PUT", "Users/" + anna.scim_id, active("100", true)).status == 404);
    CHECK(body_of(world.rest("users/" + anna.eid + "/status"))["status"] == "deleted");
    CHECK(world.scim("POST", "Users", test::scim_person("100", "anna@shop.example")).status == 201);
    CHECK(world.person("100").eid != anna.eid);
}

TEST_CASE("nothing can be changed about the groups and role of a suspended person", "[connectors][speakap][sandbox]") {
    SandboxWorld world;
    const auto anna = world.person("100");
    REQUIRE(world.scim("PUT", "Users/" + anna.scim_id, active("100", false)).status == 200);

    CHECK(world.post_form("users/" + anna.eid + "/groups/add", {{"groups[]", world.group("Food").eid}}).status == 404);
    const auto roles = world.post_form("changeroles", {{"memberships[" + anna.network.eid + "]", "admin"}});

    CHECK(body_of(roles)["data"]["failed"].size() == 1);
    CHECK(world.person("100").groups == anna.groups);
}

TEST_CASE("a suspended person can be removed from the network by the membership", "[connectors][speakap][sandbox]") {
    SandboxWorld world;
    const auto anna = world.person("100");
    REQUIRE(world.scim("PUT", "Users/" + anna.scim_id, active("100", false)).status == 200);

    CHECK(world.remove("memberships/" + anna.network.eid + "/").status == 202);

    CHECK(world.scim("GET", "Users/" + anna.scim_id).status == 404);
    CHECK(body_of(world.rest("users/" + anna.eid + "/status"))["status"] == "deleted");
}

TEST_CASE("a suspended person keeps the address", "[connectors][speakap][sandbox]") {
    SandboxWorld world;
    REQUIRE(world.scim("PUT", "Users/" + world.person("100").scim_id, active("100", false)).status == 200);

    CHECK(world.scim("POST", "Users", test::scim_person("102", "anna@shop.example")).status == 409);
}

TEST_CASE("an account created inactive is invited when it becomes active, once", "[connectors][speakap][sandbox]") {
    SandboxWorld world;
    auto sent = test::scim_person("102", "cor@shop.example");
    sent["active"] = false;

    REQUIRE(world.scim("POST", "Users", sent).status == 201);
    CHECK(body_of(world.get("/sandbox/invitations")).empty());
    const auto path = "Users/" + world.person("102").scim_id;
    for (const bool is_active : {true, false, true}) {
        REQUIRE(world.scim("PUT", path, active("102", is_active)).status == 200);
    }

    CHECK(body_of(world.get("/sandbox/invitations")).size() == 1);
}
