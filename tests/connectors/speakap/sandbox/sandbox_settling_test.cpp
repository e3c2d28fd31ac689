#include "connectors/speakap/sandbox/sandbox_times.hpp"
#include "tests/connectors/speakap/sandbox/sandbox_world.hpp"

#include <catch2/catch.hpp>

using namespace usersync;
using test::body_of;
using test::each;
using test::SandboxWorld;
using Names = std::vector<std::string>;

namespace {

constexpr auto settling = std::chrono::seconds(5);

struct SlowWorld : SandboxWorld {
    explicit SlowWorld(bool single_reads = false) {
        state.settling = {.delay = settling, .single_reads = single_reads};
    }
    Names listed() { return each(body_of(rest("users/?embed=users"))["_embedded"]["users"], "XID"); }
    int scim_total(const std::string& query = "") {
        return body_of(scim("GET", "Users" + query))["totalResults"].get<int>();
    }
    void create(const std::string& key) {
        REQUIRE(scim("POST", "Users", test::scim_person(key, key + "@shop.example")).status == 201);
    }
};

}  // namespace

TEST_CASE("a new person shows in lists only after a while, and is taken all the same",
          "[connectors][speakap][sandbox]") {
    SlowWorld world;
    world.create("102");
    const auto eid = world.person("102").eid;

    CHECK(world.listed() == Names{"100", "101"});
    CHECK(body_of(world.rest("memberships/"))["_links"]["memberships"].size() == 2);
    CHECK(world.scim_total() == 2);
    CHECK(world.rest("users/" + eid + "/").status == 200);
    CHECK(world.scim_total("?filter=userName+eq+%22102%22") == 1);
    CHECK(world.scim("POST", "Users", test::scim_person("102", "x@shop.example")).status == 409);

    world.now += settling;
    CHECK(world.listed() == Names{"100", "101", "102"});
    CHECK(body_of(world.rest("memberships/"))["_links"]["memberships"].size() == 3);
    CHECK(world.scim_total() == 3);
}

TEST_CASE("reads of one person and filters can be late as well", "[connectors][speakap][sandbox]") {
    SlowWorld world(true);
    world.create("102");
    const auto cor = world.person("102");

    CHECK(world.rest("users/" + cor.eid + "/").status == 404);
    CHECK(body_of(world.rest("users/" + cor.eid + "/status"))["status"] == "unknown");
    CHECK(world.rest("memberships/" + cor.network.eid + "/").status == 404);
    CHECK(world.scim("GET", "Users/" + cor.scim_id).status == 404);
    CHECK(world.scim_total("?filter=userName+eq+%22102%22") == 0);
    CHECK(world.scim("POST", "Users", test::scim_person("102", "x@shop.example")).status == 409);

    world.now += settling;
    CHECK(world.rest("users/" + cor.eid + "/").status == 200);
    CHECK(world.scim_total("?filter=userName+eq+%22102%22") == 1);
}

TEST_CASE("a new membership shows in lists only after a while", "[connectors][speakap][sandbox]") {
    SlowWorld world;
    const auto food = world.group("Food").eid;
    REQUIRE(world.post_form("users/" + world.person("101").eid + "/groups/add", {{"groups[]", food}}).status == 200);

    const auto members = [&] {
        return body_of(world.rest("memberships/?group=" + food))["_links"]["memberships"].size();
    };
    CHECK(members() == 0);
    CHECK(body_of(world.rest("groups/" + food + "/"))["numMembers"] == 0);
    CHECK(body_of(world.rest("users/?group=" + food))["_links"]["users"].empty());
    world.now += settling;
    CHECK(members() == 1);
    CHECK(body_of(world.rest("groups/" + food + "/"))["numMembers"] == 1);
}

TEST_CASE("a new group is accepted and shows after a while, with the time that was promised",
          "[connectors][speakap][sandbox]") {
    SlowWorld world;
    const auto accepted = world.post_json("groups/", {{"name", "Football"}, {"groupType", "public"}});

    CHECK(accepted.status == 202);
    CHECK(body_of(accepted)["ETC"] == sandbox::to_iso(world.now + settling));
    const auto found = [&] { return body_of(world.rest("groups/?q=football"))["_links"]["groups"].size(); };
    CHECK(found() == 0);
    CHECK(world.post_json("groups/", {{"name", "Football"}, {"groupType", "public"}}).status == 409);
    world.now += settling;
    CHECK(found() == 1);
}

TEST_CASE("a removal that was accepted is carried out after a while, and is not accepted twice",
          "[connectors][speakap][sandbox]") {
    SlowWorld world;
    const auto anna = world.person("100");
    const auto path = "memberships/" + anna.network.eid + "/";

    CHECK(world.remove(path).status == 202);
    CHECK(world.rest(path).status == 200);
    const auto again = world.remove(path);
    CHECK(again.status == 410);
    CHECK(body_of(again)["code"] == -10);
    CHECK(world.post_form("users/" + anna.eid + "/groups/add", {{"groups[]", world.group("Food").eid}}).status == 410);

    world.now += settling;
    CHECK(world.rest(path).status == 404);
    CHECK(body_of(world.rest("users/" + anna.eid + "/status"))["status"] == "deleted");
}

TEST_CASE("another role and another title show in lists only after a while, and at once when one is read",
          "[connectors][speakap][sandbox]") {
    SlowWorld world;
    world.now += std::chrono::hours(1);
    const auto anna = world.person("100");
    REQUIRE(world.post_form("changeroles", {{"memberships[" + anna.network.eid + "]", "admin"}}).status == 200);
    auto body = test::scim_person("100", "anna@shop.example");
    REQUIRE(world.scim("PUT", "Users/" + anna.scim_id, body).status == 200);

    const auto roles = [&] {
        return each(body_of(world.rest("memberships/?embed=memberships"))["_embedded"]["memberships"], "role");
    };
    const auto titles = [&] {
        return each(body_of(world.rest("users/?embed=users"))["_embedded"]["users"], "jobTitle");
    };
    const auto scim_title = [&](const std::string& query) {
        return body_of(world.scim("GET", "Users" + query))["Resources"][0]["title"];
    };
    CHECK(roles() == Names{"member", "invitee"});
    CHECK(titles().front() == "Cashier");
    CHECK(scim_title("") == "Cashier");
    CHECK(scim_title("?filter=userName+eq+%22100%22") == "Baker");
    CHECK(body_of(world.rest("memberships/" + anna.network.eid + "/"))["role"] == "admin");
    CHECK(body_of(
              world.rest("users/?modified_since=" + sandbox::to_iso(world.now).substr(0, 23) + "Z"))["_links"]["users"]
              .empty());
    world.now += settling;
    CHECK(roles() == Names{"admin", "invitee"});
    CHECK(titles().front() == "Baker");
    CHECK(scim_title("") == "Baker");
}

TEST_CASE("each change of a person has its own time to show", "[connectors][speakap][sandbox]") {
    SlowWorld world;
    const auto membership = world.person("100").network.eid;
    const auto give = [&](const std::string& role) {
        REQUIRE(world.post_form("changeroles", {{"memberships[" + membership + "]", role}}).status == 200);
    };
    const auto role = [&] {
        return each(body_of(world.rest("memberships/?embed=memberships"))["_embedded"]["memberships"], "role").front();
    };
    give("admin");
    world.now += std::chrono::seconds(3);
    give(world.state.roles.front().eid);

    CHECK(role() == "member");
    world.now += std::chrono::seconds(2);
    CHECK(role() == "admin");
    world.now += std::chrono::seconds(3);
    CHECK(role() == world.state.roles.front().eid);
}

TEST_CASE("whoever left a group, was suspended or was invited again shows in lists as before for a while",
          "[connectors][speakap][sandbox]") {
    SlowWorld world;
    const auto anna = world.person("100");
    const auto sales = world.group("Sales 12").eid;
    world.post_form("users/" + anna.eid + "/groups/remove", {{"groups[]", sales}});
    const auto invited_at = [&] {
        return body_of(
            world.rest("memberships/?embed=memberships&role=invitee"))["_embedded"]["memberships"][0]["invitedAt"];
    };
    const auto first = invited_at();
    world.now += std::chrono::seconds(1);
    world.post_form("invite", {{"invitees[0][email]", "bas@shop.example"}, {"resend", "true"}});
    const auto members = [&] {
        return body_of(world.rest("memberships/?group=" + sales))["_links"]["memberships"].size();
    };
    CHECK(members() == 1);
    CHECK(body_of(world.rest("groups/" + sales + "/"))["numMembers"] == 1);
    CHECK(invited_at() == first);
    world.now += settling;
    CHECK(members() == 0);
    CHECK(body_of(world.rest("groups/" + sales + "/"))["numMembers"] == 0);
    CHECK(invited_at() == sandbox::to_iso(world.now - settling));

    auto body = test::scim_person("100", "anna@shop.example");
    body["active"] = false;
    REQUIRE(world.scim("PUT", "Users/" + anna.scim_id, body).status == 200);
    CHECK(world.listed() == Names{"100", "101"});
    world.now += settling;
    CHECK(world.listed() == Names{"101"});
}

TEST_CASE("a change can be late for reads of the one, too", "[connectors][speakap][sandbox]") {
    SlowWorld world(true);
    const auto anna = world.person("100");
    REQUIRE(world.post_form("changeroles", {{"memberships[" + anna.network.eid + "]", "admin"}}).status == 200);
    REQUIRE(world.scim("PUT", "Users/" + anna.scim_id, test::scim_person("100", "anna@shop.example")).status == 200);

    const auto role = [&] { return body_of(world.rest("memberships/" + anna.network.eid + "/"))["role"]; };
    const auto title = [&] { return body_of(world.scim("GET", "Users/" + anna.scim_id))["title"]; };
    CHECK(role() == "member");
    CHECK(title() == "Cashier");
    CHECK(body_of(world.rest("users/" + anna.eid + "/"))["jobTitle"] == "Cashier");
    world.now += settling;
    CHECK(role() == "admin");
    CHECK(title() == "Baker");
}

TEST_CASE("a removal that was carried out shows, whatever else was changed meanwhile",
          "[connectors][speakap][sandbox]") {
    SlowWorld world;
    const auto anna = world.person("100");
    CHECK(world.remove("memberships/" + anna.network.eid + "/").status == 202);
    world.now += std::chrono::seconds(4);
    REQUIRE(world.scim("PUT", "Users/" + anna.scim_id, test::scim_person("100", "anna@shop.example")).status == 200);

    CHECK(world.listed() == Names{"100", "101"});
    world.now += std::chrono::seconds(1);
    CHECK(world.listed() == Names{"101"});
}

TEST_CASE("who was there before the start shows at once", "[connectors][speakap][sandbox]") {
    SlowWorld world;

    CHECK(world.listed() == Names{"100", "101"});
    CHECK(body_of(world.rest("groups/?include_hidden=true&include_secret=true"))["_links"]["groups"].size() == 6);
}
