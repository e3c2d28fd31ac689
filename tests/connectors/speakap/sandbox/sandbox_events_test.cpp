#include "connectors/speakap/sandbox/sandbox_show.hpp"
#include "tests/connectors/speakap/sandbox/sandbox_world.hpp"

#include <catch2/catch.hpp>

using namespace usersync;
using test::body_of;
using test::each;
using test::SandboxWorld;
using test::scim_person;
using Names = std::vector<std::string>;

TEST_CASE("what happens in the network is told in order, by XID and without names or addresses",
          "[connectors][speakap][sandbox]") {
    SandboxWorld world;
    REQUIRE(world.scim("POST", "Users", scim_person("102", "cor@shop.example")).status == 201);
    REQUIRE(world.scim("PUT", "Users/" + world.person("102").scim_id, scim_person("102", "c@shop.example")).status ==
            200);
    REQUIRE(world.post_form("/sandbox/accept", {{"xid", "102"}}).status == 200);
    const auto cor = world.person("102");
    const auto food = world.group("Food").eid;
    REQUIRE(world.post_form("users/" + cor.eid + "/groups/add", {{"groups[]", food}}).status == 200);
    REQUIRE(world.post_form("changeroles", {{"memberships[" + cor.network.eid + "]", "admin"}}).status == 200);
    REQUIRE(world.post_form("users/" + cor.eid + "/groups/remove", {{"groups[]", food}}).status == 200);
    REQUIRE(world.scim("PUT", "Users/" + cor.scim_id, {{"userName", "102"}, {"active", false}}).status == 200);
    REQUIRE(world.scim("PUT", "Users/" + cor.scim_id, {{"userName", "202"}, {"externalId", "202"}, {"active", true}})
                .status == 200);
    REQUIRE(world.post_json("business-units/", {{"name", "Store 15"}}).status == 201);

    const auto answer = world.get("/sandbox/events");
    const auto events = body_of(answer);

    CHECK(each(events, "what") == Names{"user_created", "invited", "invited_again", "activated", "member_added",
                                        "role_changed", "member_removed", "suspended", "key_changed", "reactivated",
                                        "group_made"});
    CHECK(events[0]["number"] == 1);
    CHECK(events[0]["xid"] == "102");
    CHECK(events[0]["user"] == cor.eid);
    CHECK(events[4]["group"] == food);
    CHECK(events[5]["role"] == "admin");
    CHECK(events[5]["before"] == "member");
    CHECK(events[8]["xid"] == "202");
    CHECK(events[8]["before"] == "102");
    for (const auto* word : {"Cor", "Wit", "shop.example", "Baker"}) {
        CHECK(answer.body.find(word) == std::string::npos);
    }
}

TEST_CASE("a reader of events asks for those after the last it has seen", "[connectors][speakap][sandbox]") {
    SandboxWorld world;
    CHECK(body_of(world.get("/sandbox/events")).empty());
    REQUIRE(world.scim("POST", "Users", scim_person("102", "cor@shop.example")).status == 201);

    CHECK(each(body_of(world.get("/sandbox/events?after=1")), "what") == Names{"invited"});
    CHECK(body_of(world.get("/sandbox/events?after=2")).empty());
    CHECK(world.get("/sandbox/events?after=x").status == 400);
}

TEST_CASE("nothing that changes nothing is an event", "[connectors][speakap][sandbox]") {
    SandboxWorld world;
    const auto anna = world.person("100");

    REQUIRE(world.post_form("users/" + anna.eid + "/groups/add", {{"groups[]", world.group("Sales 12").eid}}).status ==
            200);
    REQUIRE(world.post_form("users/" + anna.eid + "/groups/remove", {{"groups[]", world.group("Food").eid}}).status ==
            200);
    REQUIRE(world.post_form("changeroles", {{"memberships[" + anna.network.eid + "]", "member"}}).status == 200);
    REQUIRE(world.scim("PUT", "Users/" + anna.scim_id, {{"userName", "100"}, {"active", true}}).status == 200);

    CHECK(body_of(world.get("/sandbox/events")).empty());
}

TEST_CASE("an administrator's work by hand can be played", "[connectors][speakap][sandbox]") {
    SandboxWorld world;
    const auto anna = world.person("100");
    const auto by_hand = [&](std::vector<http::Parameter> form) {
        return world.post_form("/sandbox/by-hand", form).status;
    };

    CHECK(by_hand({{"what", "rename_group"}, {"group", world.group("Food").eid}, {"name", "Fresh food"}}) == 200);
    CHECK(by_hand({{"what", "set_xid"}, {"user", anna.eid}, {"xid", "900"}}) == 200);
    CHECK(by_hand({{"what", "set_title"}, {"user", anna.eid}, {"title", "Boss"}}) == 200);
    CHECK(by_hand({{"what", "lock"}, {"membership", anna.network.eid}, {"app", "abc"}}) == 200);
    CHECK(by_hand({{"what", "suspend"}, {"user", world.person("101").eid}}) == 200);
    CHECK(by_hand({{"what", "dance"}, {"user", anna.eid}}) == 400);
    CHECK(by_hand({{"what", "set_xid"}, {"user", "nobody"}}) == 400);

    CHECK(world.person("900").job_title == "Boss");
    CHECK(world.person("900").network.locked_by == "abc");
    CHECK(world.person("101").suspended_at);
    CHECK(each(body_of(world.get("/sandbox/events")), "what") == Names{"group_renamed", "key_changed", "suspended"});
}

TEST_CASE("events are shown to people one a line", "[connectors][speakap][sandbox]") {
    SandboxWorld world;
    REQUIRE(world.post_form("users/" + world.person("101").eid + "/groups/add", {{"groups[]", world.group("Food").eid}})
                .status == 200);

    CHECK(sandbox::show_events(world.state) ==
          "events: 1\n  1      2025-12-18T00:00:00.000+00:00 member_added 101 in Food\n");
}
