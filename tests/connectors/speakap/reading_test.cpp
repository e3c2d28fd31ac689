#include "connectors/speakap/reading.hpp"

#include <catch2/catch.hpp>

#include <string>

namespace usersync::speakap {
namespace {

RestUser rest_user(const std::string& eid, const std::string& xid) {
    RestUser user;
    user.eid = UserEid(eid);
    if (!xid.empty()) user.xid = EmployeeKey(xid);
    user.profile.email = "rest@shop.example";
    user.profile.name = PersonName{.first = "Rest", .infix = "", .last = "Name"};
    user.profile.job_title = "Rest title";
    return user;
}

ScimUser scim_user(const std::string& id, const std::string& key, bool active = true) {
    ScimUser user;
    user.id = ScimId(id);
    user.user_name = key;
    user.external_id = key;
    user.active = active;
    user.profile.email = "scim@shop.example";
    user.profile.name = PersonName{.first = "Scim", .infix = "", .last = "Name"};
    user.profile.job_title = "Scim title";
    user.profile.phone = "1";
    return user;
}

RestMembership membership(const std::string& eid, const std::string& user, const std::string& role) {
    RestMembership made;
    made.eid = MembershipEid(eid);
    made.user = UserEid(user);
    made.role = RoleId(role);
    return made;
}

TEST_CASE("a person is one person although REST and SCIM know them by different ids", "[connectors][speakap]") {
    Reading reading;
    reading.users = {rest_user("00AB", "1001")};
    reading.memberships = {membership("m1", "00ab", "admin")};
    reading.members[GroupEid("g2")] = {membership("x", "00ab", "member")};
    reading.members[GroupEid("g1")] = {membership("y", "00AB", "member")};
    reading.scim_users = {scim_user("aB", "1001")};

    const auto network = assemble(reading);

    REQUIRE(network.users.size() == 1);
    const auto& user = network.users[0];
    CHECK(user.eid == UserEid("00AB"));
    CHECK(user.xid == EmployeeKey("1001"));
    CHECK(user.scim_id == ScimId("aB"));
    CHECK(user.membership == MembershipEid("m1"));
    CHECK(user.role == RoleId("admin"));
    CHECK(user.state == UserState::active);
    CHECK(user.groups == std::vector<GroupEid>{GroupEid("g1"), GroupEid("g2")});
    CHECK(user.profile.name->first == "Rest");
    CHECK(user.profile.email == "scim@shop.example");
    CHECK(user.profile.job_title == "Scim title");
    CHECK(user.profile.phone == "1");
}

TEST_CASE("what a person may do follows from what each side says", "[connectors][speakap]") {
    struct Case {
        std::string story;
        bool rest;
        std::string role;
        bool scim;
        bool active;
        UserState state;
    };
    const Case cases[] = {
        {"both, member", true, "member", true, true, UserState::active},
        {"both, invitee", true, "invitee", true, true, UserState::invited},
        {"both, asked to join", true, "wannabee", true, true, UserState::invited},
        {"both, inactive", true, "member", true, false, UserState::suspended},
        {"REST only", true, "member", false, true, UserState::active},
        {"SCIM only, inactive", false, "", true, false, UserState::suspended},
        {"SCIM only, active", false, "", true, true, UserState::invited},
    };
    for (const auto& one : cases) {
        INFO(one.story);
        Reading reading;
        if (one.rest) reading.users = {rest_user("u1", "1001")};
        if (one.rest) reading.memberships = {membership("m1", "u1", one.role)};
        if (one.scim) reading.scim_users = {scim_user("s1", "1001", one.active)};
        const auto network = assemble(reading);
        REQUIRE(network.users.size() == 1);
        CHECK(network.users[0].state == one.state);
        CHECK(network.users[0].eid.has_value() == one.rest);
        CHECK(network.users[0].scim_id.has_value() == one.scim);
    }
}

TEST_CASE("a suspended person whom only the memberships still show keeps membership and role",
          "[connectors][speakap]") {
    Reading reading;
    reading.memberships = {membership("m1", "u1", "member")};
    reading.memberships[0].user_xid = EmployeeKey("1001");
    reading.scim_users = {scim_user("s1", "1001", false)};

    const auto network = assemble(reading);

    REQUIRE(network.users.size() == 1);
    CHECK(network.users[0].membership == MembershipEid("m1"));
    CHECK(network.users[0].role == RoleId("member"));
    CHECK_FALSE(network.users[0].eid);
}

TEST_CASE("SCIM users are recognised by externalId, and by userName without one", "[connectors][speakap]") {
    Reading reading;
    reading.users = {rest_user("u1", "1001"), rest_user("u2", "1002")};
    reading.scim_users = {scim_user("s1", "1001"), scim_user("s2", "1002")};
    reading.scim_users[0].user_name = "anna@shop.example";
    reading.scim_users[1].external_id.clear();

    const auto network = assemble(reading);

    REQUIRE(network.users.size() == 2);
    CHECK(network.users[0].scim_id == ScimId("s1"));
    CHECK(network.users[1].scim_id == ScimId("s2"));
}

TEST_CASE("of two SCIM users with one key the active one is meant", "[connectors][speakap]") {
    Reading reading;
    reading.users = {rest_user("u1", "1001")};
    reading.scim_users = {scim_user("old", "1001", false), scim_user("new", "1001"), scim_user("gone", "1002", false),
                          scim_user("back", "1002")};

    const auto network = assemble(reading);

    REQUIRE(network.users.size() == 2);
    CHECK(network.users[0].scim_id == ScimId("new"));
    CHECK(network.users[0].state == UserState::active);
    CHECK(network.users[1].scim_id == ScimId("back"));
}

TEST_CASE("an account whose SCIM name is its address is one stranger, not an employee of that key",
          "[connectors][speakap]") {
    Reading reading;
    reading.users = {rest_user("u1", "")};
    reading.scim_users = {scim_user("s1", "Rest@Shop.example")};
    reading.scim_users[0].external_id.clear();

    const auto network = assemble(reading);

    REQUIRE(network.users.size() == 1);
    CHECK_FALSE(network.users[0].xid);
    CHECK(network.users[0].scim_id == ScimId("s1"));
}

TEST_CASE("somebody who only asked to join a group is not in it", "[connectors][speakap]") {
    Reading reading;
    reading.users = {rest_user("u1", "1001")};
    reading.members[GroupEid("g1")] = {membership("x", "u1", "wannabee")};
    CHECK(assemble(reading).users.at(0).groups.empty());
}

}  // namespace
}  // namespace usersync::speakap
