#include "tests/connectors/speakap/sandbox/sandbox_world.hpp"

#include <catch2/catch.hpp>

using namespace usersync;
using test::body_of;
using test::SandboxWorld;
using Names = std::vector<std::string>;

TEST_CASE("a member of a local department is in its business unit and department too",
          "[connectors][speakap][sandbox]") {
    SandboxWorld world;

    const auto answer =
        world.post_form("users/" + world.person("101").eid + "/groups/add",
                        {{"groups[]", world.group("Sales 12").eid}, {"groups[]", world.group("Food").eid}});

    CHECK(answer.status == 200);
    CHECK(world.groups_of("101") == Names{"Store 12", "Sales", "Sales 12", "Food"});
}

TEST_CASE("adding somebody to a group twice is one membership", "[connectors][speakap][sandbox]") {
    SandboxWorld world;
    const auto path = "users/" + world.person("101").eid + "/groups/add";

    CHECK(world.post_form(path, {{"groups[]", world.group("Food").eid}}).status == 200);
    CHECK(world.post_form(path, {{"groups[]", world.group("Food").eid}}).status == 200);

    CHECK(world.groups_of("101") == Names{"Food"});
}

TEST_CASE("leaving a local department leaves its business unit alone, leaving the business unit ends both",
          "[connectors][speakap][sandbox]") {
    SandboxWorld world;
    const auto path = "users/" + world.person("100").eid + "/groups/remove";

    SECTION("the local department") {
        CHECK(world.post_form(path, {{"groups[]", world.group("Sales 12").eid}}).status == 200);
        CHECK(world.groups_of("100") == Names{"Store 12", "Sales"});
    }
    SECTION("the business unit") {
        CHECK(world.post_form(path, {{"groups[]", world.group("Store 12").eid}}).status == 200);
        CHECK(world.groups_of("100") == Names{"Sales"});
    }
    SECTION("a group they are not in") {
        CHECK(world.post_form(path, {{"groups[]", world.group("Food").eid}}).status == 200);
        CHECK(world.groups_of("100") == Names{"Store 12", "Sales", "Sales 12"});
    }
}

TEST_CASE("one unknown group refuses the whole call", "[connectors][speakap][sandbox]") {
    SandboxWorld world;

    const auto answer = world.post_form("users/" + world.person("101").eid + "/groups/add",
                                        {{"groups[]", world.group("Food").eid}, {"groups[]", "0123456789abcdef"}});

    CHECK(answer.status == 400);
    CHECK(body_of(answer)["code"] == -1);
    CHECK(world.groups_of("101").empty());
}

TEST_CASE("actions take forms and refuse JSON", "[connectors][speakap][sandbox]") {
    SandboxWorld world;

    const auto add =
        world.post_json("users/" + world.person("101").eid + "/groups/add", {{"groups", {world.group("Food").eid}}});
    const auto roles = world.post_json("changeroles", {{"memberships", nlohmann::json::object()}});

    CHECK(add.status == 400);
    CHECK(body_of(add)["code"] == -1);
    CHECK(roles.status == 400);
    CHECK(world.groups_of("101").empty());
}

TEST_CASE("units, departments and groups are created, and a name is given once", "[connectors][speakap][sandbox]") {
    SandboxWorld world;

    const auto unit = world.post_json("business-units/", {{"name", "Store 15"}});
    const auto department = world.post_json("departments/", {{"name", "Bakery"}});
    const auto local = world.post_json("local-departments/",
                                       {{"name", "Bakery 15"},
                                        {"businessUnit", {{"EID", body_of(unit)["EID"]}, {"type", "group"}}},
                                        {"department", {{"EID", body_of(department)["EID"]}, {"type", "group"}}}});
    const auto basic = world.post_json("groups/", {{"name", "Football"}, {"groupType", "public"}});

    CHECK(unit.status == 201);
    CHECK(body_of(unit)["groupType"] == "business_unit");
    CHECK(department.status == 201);
    CHECK(body_of(department)["hidden"] == true);
    CHECK(local.status == 201);
    CHECK(world.group("Bakery 15").business_unit == world.group("Store 15").eid);
    CHECK(basic.status == 202);
    CHECK(world.post_json("business-units/", {{"name", "Store 15"}}).status == 409);
    CHECK(world.post_json("groups/", {{"name", "Bad"}, {"groupType", "business_unit"}}).status == 400);
    CHECK(world.post_form("departments/", {{"name", "Form"}}).status == 400);
}

TEST_CASE("an existing group can become a department", "[connectors][speakap][sandbox]") {
    SandboxWorld world;
    const auto board = world.group("Board").eid;

    const auto answer =
        world.post_json("departments/", {{"name", "Board"}, {"group", {{"EID", board}, {"type", "group"}}}});

    CHECK(answer.status == 201);
    CHECK(world.group("Board").eid == board);
    CHECK(world.group("Board").type == sandbox::GroupType::department);
}

TEST_CASE("roles change in one call, and what failed is named", "[connectors][speakap][sandbox]") {
    SandboxWorld world;
    const auto anna = world.person("100").network.eid;
    const auto bas = world.person("101").network.eid;
    const auto manager = world.state.roles[0].eid;

    const auto answer = world.post_form("changeroles", {{"memberships[" + anna + "]", manager},
                                                        {"memberships[" + bas + "]", "emperor"},
                                                        {"memberships[0123456789abcdef]", "admin"}});

    CHECK(answer.status == 200);
    CHECK(body_of(answer)["data"]["failed"].size() == 2);
    CHECK(body_of(answer)["data"]["failed"].contains(bas));
    CHECK(world.person("100").network.role == manager);
    CHECK(world.person("101").network.role == "invitee");
}

TEST_CASE("removing the network membership removes the person from everything", "[connectors][speakap][sandbox]") {
    SandboxWorld world;
    const auto anna = world.person("100");

    const auto answer = world.remove("memberships/" + anna.network.eid + "/?force=true");

    CHECK(answer.status == 202);
    CHECK(body_of(world.rest("users/" + anna.eid + "/status"))["status"] == "deleted");
    CHECK(world.rest("users/" + anna.eid + "/").status == 404);
    CHECK(world.scim("GET", "Users/" + anna.scim_id).status == 404);
    CHECK(body_of(world.rest("groups/" + world.group("Store 12").eid + "/"))["numMembers"] == 0);
    CHECK(world.remove("memberships/" + anna.network.eid + "/").status == 404);
}

TEST_CASE("an invitee who is removed had their invitation canceled", "[connectors][speakap][sandbox]") {
    SandboxWorld world;
    const auto bas = world.person("101");

    CHECK(world.remove("memberships/" + bas.network.eid + "/").status == 202);

    CHECK(body_of(world.rest("users/" + bas.eid + "/status"))["status"] == "canceled");
}

TEST_CASE("removing a group membership removes the person from that group", "[connectors][speakap][sandbox]") {
    SandboxWorld world;
    const auto membership = sandbox::find_membership(world.person("100"), world.group("Sales 12").eid)->eid;

    CHECK(world.remove("memberships/" + membership + "/?resolution=remove_from_group").status == 202);

    CHECK(world.groups_of("100") == Names{"Store 12", "Sales"});
    CHECK(world.remove("memberships/" + membership + "/").status == 404);
}

TEST_CASE("somebody removed and hired again is a new person", "[connectors][speakap][sandbox]") {
    SandboxWorld world;
    const auto before = world.person("100");
    REQUIRE(world.remove("memberships/" + before.network.eid + "/").status == 202);

    const auto created = world.scim("POST", "Users", test::scim_person("100", "anna@shop.example"));

    CHECK(created.status == 201);
    CHECK(world.person("100").eid != before.eid);
    CHECK(world.person("100").groups.empty());
}

TEST_CASE("a method that a resource does not have is refused", "[connectors][speakap][sandbox]") {
    SandboxWorld world;

    CHECK(world.remove("users/" + world.person("100").eid + "/").status == 405);
    CHECK(world.post_form("unheard-of", {}).status == 404);
}
