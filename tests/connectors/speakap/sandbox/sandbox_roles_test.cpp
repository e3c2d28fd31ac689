#include "connectors/speakap/sandbox/sandbox_file.hpp"
#include "tests/connectors/speakap/sandbox/sandbox_world.hpp"

#include <catch2/catch.hpp>

using namespace usersync;
using test::body_of;
using test::each;
using test::SandboxWorld;
using Names = std::vector<std::string>;

namespace {

std::pair<int, int> shape(const http::Response& response) {
    return {response.status, body_of(response)["code"].get<int>()};
}

http::Response put_json(SandboxWorld& world, const std::string& path, const nlohmann::json& body) {
    return world.call({.method = "PUT",
                       .target = "/networks/f00d/" + path,
                       .headers = {{"Authorization", "Bearer rest-token"}, {"Content-Type", "application/json"}},
                       .body = body.dump()});
}

/// A network with Eva from outside, in one group; Gus, in two units of which one lies in the other; and a boss.
struct GuestWorld : SandboxWorld {
    GuestWorld() {
        state = sandbox::build_network(R"({
            "network": "f00d", "seed": 3, "token": "aa11_rest-token", "scim_token": "scim-token",
            "groups": [
                {"kind": "business_unit", "name": "Store 12"},
                {"kind": "department", "name": "Sales"},
                {"kind": "local_department", "name": "Sales 12", "business_unit": "Store 12", "department": "Sales"},
                {"kind": "public", "name": "Football"},
                {"kind": "public", "name": "Goalkeepers", "parent": "Football"}],
            "users": [
                {"xid": "200", "first": "Eva", "external": true, "groups": ["Football"]},
                {"xid": "201", "first": "Fin", "external": true, "groups": ["Football", "Goalkeepers"]},
                {"xid": "202", "first": "Gus", "locked_by": "BB22",
                 "groups": [{"group": "Football", "locked_by": "bb22"}, {"group": "Goalkeepers", "role": "admin"},
                            {"group": "Store 12", "locked_by": "AA11"}]},
                {"xid": "203", "first": "Boss", "role": "admin", "birthday": "1980-02-29",
                 "other_emails": ["boss@home.example"]}]})",
                                       1, now)
                    .value();
    }
    http::Response call_with(const std::string& method, const std::string& path, const nlohmann::json& body = nullptr) {
        return call({.method = method,
                     .target = "/networks/f00d/" + path,
                     .headers = {{"Authorization", "Bearer aa11_rest-token"}, {"Content-Type", "application/json"}},
                     .body = body.is_null() ? "" : body.dump()});
    }
    std::string membership(std::string_view xid, std::string_view name) const {
        return "memberships/" + sandbox::find_membership(person(xid), group(name).eid)->eid + "/";
    }
    http::Response form(const std::string& path, const std::string& body) {
        return call({.method = "POST",
                     .target = "/networks/f00d/" + path,
                     .headers = {{"Authorization", "Bearer aa11_rest-token"},
                                 {"Content-Type", "application/x-www-form-urlencoded"}},
                     .body = body});
    }
    int suspend(std::string_view xid) {
        return call({.method = "POST",
                     .target = "/sandbox/by-hand",
                     .headers = {{"Authorization", "Bearer aa11_rest-token"},
                                 {"Content-Type", "application/x-www-form-urlencoded"}},
                     .body = "what=suspend&user=" + person(xid).eid})
            .status;
    }
};

}  // namespace

TEST_CASE("roles are made, changed and removed, and a name is given once", "[connectors][speakap][sandbox]") {
    SandboxWorld world;

    const auto made = world.post_json("roles/", {{"name", "Editor"}, {"permissions", {"post_updates"}}});
    CHECK(made.status == 202);
    const auto path = "roles/" + body_of(made)["EID"].get<std::string>() + "/";
    CHECK(body_of(world.rest(path))["permissions"] == nlohmann::json::array({"post_updates"}));
    CHECK(shape(world.post_json("roles/", {{"name", "Editor"}})) == std::pair(409, -18));
    CHECK(shape(world.post_json("roles/", {{"title", "Editor"}})) == std::pair(400, -1));
    CHECK(put_json(world, path, {{"name", "Chief editor"}}).status == 202);
    CHECK(body_of(world.rest(path))["name"] == "Chief editor");
    CHECK(shape(put_json(world, path, {{"name", "Store manager"}})) == std::pair(409, -18));
    CHECK(shape(put_json(world, "roles/admin/", {{"name", "King"}})) == std::pair(403, -3));

    const auto eid = body_of(made)["EID"].get<std::string>();
    REQUIRE(world.post_form("changeroles", {{"memberships[" + world.person("100").network.eid + "]", eid}}).status ==
            200);
    CHECK(world.remove(path).status == 202);
    CHECK(world.rest(path).status == 404);
    CHECK(world.person("100").network.role == "member");
    CHECK(shape(world.remove("roles/default/")) == std::pair(403, -3));
    CHECK(world.remove("roles/nobody/").status == 404);
}

TEST_CASE("a role in a group is given only where the network has it so", "[connectors][speakap][sandbox]") {
    SandboxWorld world;
    const auto eid = sandbox::find_membership(world.person("100"), world.group("Sales 12").eid)->eid;
    const auto give = [&] { return body_of(world.post_form("changeroles", {{"memberships[" + eid + "]", "admin"}})); };

    CHECK(give()["data"]["failed"].size() == 1);
    world.state.behaviour.group_roles = true;
    CHECK_FALSE(give().contains("data"));

    CHECK(body_of(world.rest("memberships/" + eid + "/"))["role"] == "admin");
    CHECK(world.person("100").network.role == "member");
}

TEST_CASE("another role or lock is a change of the person only where the network has it so",
          "[connectors][speakap][sandbox]") {
    SandboxWorld world;
    const auto before = world.person("100").modified;
    const auto membership = world.person("100").network.eid;
    const auto give = [&](const std::string& role) {
        REQUIRE(world.post_form("changeroles", {{"memberships[" + membership + "]", role}}).status == 200);
        return world.person("100").modified;
    };
    const auto lock = [&] {
        world.post_form("/sandbox/by-hand", {{"what", "lock"}, {"membership", membership}, {"app", "bb22"}});
        return world.person("100").modified;
    };
    world.now += std::chrono::hours(1);
    CHECK(give("admin") == before);
    CHECK(lock() == before);

    world.state.behaviour.role_change_modifies = true;
    CHECK(give("member") == world.now);
    world.now += std::chrono::hours(1);
    CHECK(lock() == world.now);
}

TEST_CASE("a membership of a group is created once", "[connectors][speakap][sandbox]") {
    SandboxWorld world;
    const auto food = world.group("Food").eid;
    nlohmann::json body = {{"rev", "group"}, {"user", {{"EID", world.person("101").eid}}}, {"group", {{"EID", food}}}};

    const auto created = world.post_json("memberships/", body);

    CHECK(created.status == 201);
    CHECK(body_of(created)["role"] == "member");
    CHECK(world.groups_of("101") == Names{"Food"});
    CHECK(shape(world.post_json("memberships/", body)) == std::pair(409, -9));
    body["group"]["EID"] = world.group("Sales").eid;
    body["role"]["key"] = "admin";
    CHECK(shape(world.post_json("memberships/", body)) == std::pair(400, -1));
    world.state.behaviour.group_roles = true;
    CHECK(body_of(world.post_json("memberships/", body))["role"] == "admin");
    body["group"]["EID"] = "0123456789abcdef";
    CHECK(shape(world.post_json("memberships/", body)) == std::pair(404, -4));
}

TEST_CASE("who is in the network is no member twice, and who left does not come back",
          "[connectors][speakap][sandbox]") {
    SandboxWorld world;
    const auto bas = world.person("101");
    const nlohmann::json body = {{"rev", "network"}, {"user", {{"EID", bas.eid}}}, {"role", {{"key", "admin"}}}};

    CHECK(shape(world.post_json("memberships/", body)) == std::pair(409, -9));
    REQUIRE(world.remove("memberships/" + bas.network.eid + "/").status == 202);
    CHECK(shape(world.post_json("memberships/", body)) == std::pair(410, -10));
    CHECK(shape(world.post_json("memberships/", {{"rev", "moon"}})) == std::pair(400, -1));
    CHECK(shape(world.post_json("memberships/", {{"rev", "network"}})) == std::pair(400, -1));
}

TEST_CASE("the last group of somebody from outside is ended by force only", "[connectors][speakap][sandbox]") {
    GuestWorld world;
    const auto path = world.membership("200", "Football");

    CHECK(shape(world.call_with("DELETE", path)) == std::pair(409, -20));
    CHECK(shape(world.form("users/" + world.person("200").eid + "/groups/remove",
                           "groups[]=" + world.group("Football").eid)) == std::pair(400, -1));
    SECTION("and they stay in the network without a group") {
        CHECK(world.call_with("DELETE", path + "?force=true").status == 202);
        CHECK(world.groups_of("200").empty());
    }
    SECTION("or leave it altogether") {
        const auto eid = world.person("200").eid;
        CHECK(world.call_with("DELETE", path + "?force=true&resolution=remove_from_network").status == 202);
        CHECK(body_of(world.call_with("GET", "users/" + eid + "/status"))["status"] == "deleted");
    }
    SECTION("never without it") {
        CHECK(shape(world.call_with("DELETE", path + "?resolution=remove_from_network")) == std::pair(400, -1));
    }
}

TEST_CASE("who would not become stray is not removed from the network by a group", "[connectors][speakap][sandbox]") {
    GuestWorld world;

    CHECK(shape(world.call_with("DELETE", world.membership("201", "Football") +
                                              "?force=true&resolution=remove_from_network")) == std::pair(409, -21));
    CHECK(world.call_with("DELETE", world.membership("201", "Football")).status == 202);
    CHECK(world.groups_of("201") == Names{"Goalkeepers"});
}

TEST_CASE("a lock keeps everybody out but the app that set it", "[connectors][speakap][sandbox]") {
    GuestWorld world;
    const auto gus = world.person("202");

    const auto shown = body_of(world.call_with("GET", world.membership("202", "Football")));
    CHECK(shown["lockedBy"] == "bb22");
    CHECK(shape(world.call_with("DELETE", world.membership("202", "Football"))) == std::pair(403, -3));
    CHECK(shape(world.call_with("DELETE", "memberships/" + gus.network.eid + "/")) == std::pair(403, -3));
    CHECK(world.form("users/" + gus.eid + "/groups/remove", "groups[]=" + world.group("Football").eid).status == 403);
    CHECK(world.call_with("DELETE", world.membership("202", "Store 12")).status == 202);
}

TEST_CASE("the last administrator stays", "[connectors][speakap][sandbox]") {
    GuestWorld world;
    const auto path = "memberships/" + world.person("203").network.eid + "/";

    CHECK(shape(world.call_with("DELETE", path)) == std::pair(403, -12));
    REQUIRE(world.form("changeroles", "memberships[" + world.person("200").network.eid + "]=admin").status == 200);
    REQUIRE(world.suspend("200") == 200);
    CHECK(shape(world.call_with("DELETE", path)) == std::pair(403, -12));
    CHECK(world.call_with("DELETE", "memberships/" + world.person("200").network.eid + "/").status == 202);
    REQUIRE(world.form("changeroles", "memberships[" + world.person("201").network.eid + "]=admin").status == 200);
    CHECK(world.call_with("DELETE", path).status == 202);
}

TEST_CASE("people are found by what the network tells of them", "[connectors][speakap][sandbox]") {
    GuestWorld world;
    const auto found = [&](const std::string& query) {
        return each(body_of(world.call_with("GET", "users/?embed=users&" + query))["_embedded"]["users"], "XID");
    };
    const auto football = world.group("Football").eid;
    const auto goal = world.group("Goalkeepers").eid;

    CHECK(found("external=true") == Names{"200", "201"});
    CHECK(found("external=false") == Names{"202", "203"});
    CHECK(found("exclude_role=member") == Names{"203"});
    CHECK(found("group=" + football + "&exclude_group=" + goal) == Names{"200"});
    CHECK(found("group=" + goal + "&role=admin") == Names{"202"});
    CHECK(found("addable_to=" + football) == Names{"203"});
    CHECK(found("scope=network").size() == 4);
    CHECK(world.call_with("GET", "users/?scope=my_groups").status == 400);
    CHECK(world.call_with("GET", "users/?exclude_group=" + goal).status == 400);
    CHECK(found("q=XID:200").empty());
    world.state.behaviour.q_finds_xid = true;
    CHECK(found("q=XID:200") == Names{"200"});

    const auto boss = body_of(world.call_with("GET", "users/" + world.person("203").eid + "/"));
    CHECK(boss["birthday"] == "1980-02-29");
    CHECK(boss["emailAddresses"][0]["value"] == "boss@home.example");
    CHECK(body_of(world.call_with("GET", ""))["hasExternalMembers"] == true);
}

TEST_CASE("groups are found by their place, their people and their labels", "[connectors][speakap][sandbox]") {
    GuestWorld world;
    world.state.labels.push_back({.eid = "00000000000000b1", .name = "Sport", .groups = {world.group("Football").eid}});
    const auto found = [&](const std::string& query) {
        return each(body_of(world.call_with("GET", "groups/?embed=groups&" + query))["_embedded"]["groups"], "name");
    };

    CHECK(found("parent=" + world.group("Football").eid) == Names{"Goalkeepers"});
    CHECK(found("ancestor=" + world.group("Store 12").eid) == Names{"Sales 12"});
    CHECK(found("admin=" + world.person("202").eid) == Names{"Goalkeepers"});
    CHECK(found("invitee=" + world.person("202").eid).empty());
    CHECK(found("label=00000000000000B1") == Names{"Football"});
    CHECK(world.call_with("GET", "groups/?label=00").status == 404);

    const auto labels = body_of(world.call_with("GET", "labels/?embed=labels.groups"));
    CHECK(labels["_embedded"]["labels"][0]["_embedded"]["groups"][0]["name"] == "Football");
    CHECK(body_of(world.call_with("GET", "labels/00000000000000b1/"))["name"] == "Sport");
}

TEST_CASE("somebody joining or leaving is a change of the group", "[connectors][speakap][sandbox]") {
    GuestWorld world;
    const auto since = "groups/?embed=groups&include_hidden=true&modified_since=2025-12-18T00:30:00.000Z";
    const auto changed = [&] { return each(body_of(world.call_with("GET", since))["_embedded"]["groups"], "name"); };
    world.now += std::chrono::hours(1);

    CHECK(changed().empty());
    REQUIRE(world.form("users/" + world.person("203").eid + "/groups/add", "groups[]=" + world.group("Sales 12").eid)
                .status == 200);
    CHECK(changed() == Names{"Store 12", "Sales", "Sales 12"});
    REQUIRE(world.call_with("DELETE", world.membership("201", "Goalkeepers")).status == 202);
    CHECK(changed() == Names{"Store 12", "Sales", "Sales 12", "Goalkeepers"});
}

TEST_CASE("a search finds people and groups by words", "[connectors][speakap][sandbox]") {
    GuestWorld world;
    const auto found = [&](const std::string& query) {
        return each(body_of(world.call_with("GET", "search/?embed=results&" + query))["_embedded"]["results"], "EID");
    };

    CHECK(found("type=user&q=gus") == Names{world.person("202").eid});
    CHECK(found("type=user&q=&group=" + world.group("Goalkeepers").eid).size() == 2);
    CHECK(found("type=group&q=keep") == Names{world.group("Goalkeepers").eid});
    CHECK(found("type=message:update&q=x").empty());
    CHECK(world.call_with("GET", "search/?type=cat&q=x").status == 400);
    CHECK(world.call_with("GET", "search/?q=x").status == 400);
}

TEST_CASE("those who accepted are counted by period", "[connectors][speakap][sandbox]") {
    SandboxWorld world;
    REQUIRE(world.post_form("/sandbox/accept", {{"xid", "101"}}).status == 200);
    const auto counts = [&] {
        return body_of(world.rest("stats/activated-users?periods=today,yesterday,last_7_days,last_month"));
    };

    CHECK(counts() == nlohmann::json::parse(R"({"today": 1, "yesterday": 0, "last_7_days": 1, "last_month": 0})"));
    world.now += std::chrono::hours(24 * 1);
    CHECK(counts()["yesterday"] == 1);
    world.now += std::chrono::hours(24 * 20);
    CHECK(counts() == nlohmann::json::parse(R"({"today": 0, "yesterday": 0, "last_7_days": 0, "last_month": 1})"));
    CHECK(world.rest("stats/activated-users?periods=tomorrow").status == 400);
    CHECK(world.rest("stats/activated-users").status == 400);
}

TEST_CASE("an app does not leave a group as a person does", "[connectors][speakap][sandbox]") {
    SandboxWorld world;

    CHECK(shape(world.post_form("groups/" + world.group("Food").eid + "/leave", {})) == std::pair(403, -3));
    CHECK(world.post_form("groups/0123456789abcdef/leave", {}).status == 404);
}

TEST_CASE("the network as people see it names roles, locks and who is from outside", "[connectors][speakap][sandbox]") {
    GuestWorld world;
    const auto text = world
                          .call({.method = "GET",
                                 .target = "/sandbox/network",
                                 .headers = {{"Authorization", "Bearer aa11_rest-token"}},
                                 .body = ""})
                          .body;

    CHECK(text.find("  202 Gus (admin)\n") != std::string::npos);
    CHECK(text.find("  202 Gus (locked)\n") != std::string::npos);
    CHECK(text.find("(external)") != std::string::npos);
}
