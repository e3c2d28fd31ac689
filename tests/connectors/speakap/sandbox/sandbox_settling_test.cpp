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

TEST_CASE("who was there before the start shows at once", "[connectors][speakap][sandbox]") {
    SlowWorld world;

    CHECK(world.listed() == Names{"100", "101"});
    CHECK(body_of(world.rest("groups/?include_hidden=true&include_secret=true"))["_links"]["groups"].size() == 6);
}
