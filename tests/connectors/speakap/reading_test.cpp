#include "connectors/speakap/reading.hpp"

#include <catch2/catch.hpp>

#include <chrono>
#include <string>
#include <vector>

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

TEST_CASE("a linked account that REST does not list while it is suspended is found by the SCIM id of the link",
          "[connectors][speakap]") {
    Reading reading;
    reading.scim_users = {scim_user("s1", "Rest@Shop.example", false), scim_user("s2", "other@shop.example", false)};
    for (auto& user : reading.scim_users) user.external_id.clear();
    reading.memberships = {membership("m1", "00ab", "member")};
    const Link link{.key = EmployeeKey("7001"), .eid = UserEid("00AB"), .scim_id = ScimId("s1")};

    const auto network = assemble(reading, {link});

    REQUIRE(network.users.size() == 2);
    // Nobody's employee: an address is no key.
    CHECK_FALSE(network.users[0].xid);
    CHECK(network.users[0].scim_id == ScimId("s2"));
    CHECK(network.users[0].state == UserState::suspended);
    const auto& linked = network.users[1];
    CHECK(linked.xid == EmployeeKey("7001"));
    CHECK(linked.linked);
    CHECK(linked.scim_id == ScimId("s1"));
    CHECK(linked.state == UserState::suspended);
    CHECK_FALSE(linked.eid);
    CHECK(linked.membership == MembershipEid("m1"));
}

TEST_CASE("a linked account whose address changed is still one with its SCIM user", "[connectors][speakap]") {
    Reading reading;
    reading.users = {rest_user("u1", "")};
    reading.scim_users = {scim_user("s1", "before@shop.example")};
    reading.scim_users[0].external_id.clear();

    const auto network =
        assemble(reading, {{.key = EmployeeKey("7001"), .eid = UserEid("u1"), .scim_id = ScimId("s1")}});

    REQUIRE(network.users.size() == 1);
    CHECK(network.users[0].xid == EmployeeKey("7001"));
    CHECK(network.users[0].scim_id == ScimId("s1"));
}

TEST_CASE("a link by SCIM is not followed to somebody who has a key of their own there", "[connectors][speakap]") {
    Reading reading;
    reading.scim_users = {scim_user("s1", "1001", false)};
    const auto network =
        assemble(reading, {{.key = EmployeeKey("7001"), .eid = UserEid("u1"), .scim_id = ScimId("s1")}});
    REQUIRE(network.users.size() == 1);
    CHECK(network.users[0].xid == EmployeeKey("1001"));
    CHECK_FALSE(network.users[0].linked);
}

TEST_CASE("somebody who only asked to join a group is not in it", "[connectors][speakap]") {
    Reading reading;
    reading.users = {rest_user("u1", "1001")};
    reading.members[GroupEid("g1")] = {membership("x", "u1", "wannabee")};
    CHECK(assemble(reading).users.at(0).groups.empty());
}

TEST_CASE("who protects a membership is respected, unless it is ourselves", "[connectors][speakap]") {
    Reading reading;
    reading.users = {rest_user("u1", "1001"), rest_user("u2", "1002")};
    reading.memberships = {membership("m1", "u1", "member"), membership("m2", "u2", "member")};
    reading.memberships[0].locked_by = "00FF";
    reading.memberships[1].locked_by = "00aa";
    reading.members[GroupEid("g1")] = {membership("x", "u1", "member"), membership("y", "u2", "member")};
    reading.members[GroupEid("g1")][0].locked_by = "00ff";
    reading.members[GroupEid("g1")][1].locked_by = "00AA";

    const auto network = assemble(reading, {}, "00AA");

    CHECK(network.users[0].locked);
    CHECK(network.users[0].locked_groups == std::vector<GroupEid>{GroupEid("g1")});
    CHECK_FALSE(network.users[1].locked);
    CHECK(network.users[1].locked_groups.empty());
}

TEST_CASE("a role in a group is shown with the membership that has it, plain memberships are not",
          "[connectors][speakap]") {
    Reading reading;
    reading.users = {rest_user("u1", "1001")};
    reading.members[GroupEid("g1")] = {membership("x", "u1", "admin")};
    reading.members[GroupEid("g2")] = {membership("y", "u1", "member")};
    reading.members[GroupEid("g3")] = {membership("z", "u1", "invitee")};

    const auto user = assemble(reading).users.at(0);

    CHECK(user.groups.size() == 3);
    REQUIRE(user.group_roles.size() == 1);
    CHECK(user.group_roles[0] == ActualGroupRole{GroupEid("g1"), RoleId("admin"), MembershipEid("x")});
}

TEST_CASE("what REST shows besides is read: outside, other addresses, birthday, since when invited",
          "[connectors][speakap]") {
    Reading reading;
    reading.users = {rest_user("u1", "1001"), rest_user("u2", "1002")};
    reading.users[0].external = true;
    reading.users[0].other_emails = {"other@shop.example"};
    reading.users[0].birthday = "1980-02-29";
    reading.memberships = {membership("m1", "u1", "invitee"), membership("m2", "u2", "member")};
    reading.memberships[0].invited_at = Time(std::chrono::hours(1));
    reading.memberships[1].invited_at = Time(std::chrono::hours(2));

    const auto network = assemble(reading);

    CHECK(network.users[0].external);
    CHECK(network.users[0].other_emails == std::vector<std::string>{"other@shop.example"});
    CHECK(network.users[0].birthday == "1980-02-29");
    CHECK(network.users[0].invited_at == Time(std::chrono::hours(1)));
    CHECK_FALSE(network.users[1].external);
    // They have accepted: it is history.
    CHECK_FALSE(network.users[1].invited_at);
}

TEST_CASE("a linked account shows the key, and its SCIM user is the one of its address", "[connectors][speakap]") {
    Reading reading;
    reading.users = {rest_user("00AB", "")};
    reading.scim_users = {scim_user("s1", "Rest@Shop.example", false)};
    reading.scim_users[0].external_id.clear();
    const std::vector<Link> links = {{.key = EmployeeKey("1001"), .eid = UserEid("00ab")}};

    const auto network = assemble(reading, links);

    REQUIRE(network.users.size() == 1);
    CHECK(network.users[0].xid == EmployeeKey("1001"));
    CHECK(network.users[0].linked);
    CHECK(network.users[0].scim_id == ScimId("s1"));
    CHECK(network.users[0].state == UserState::suspended);
}

TEST_CASE("a link to somebody who has an XID, or to a key that somebody has, is not followed",
          "[connectors][speakap]") {
    Reading reading;
    reading.users = {rest_user("u1", "1001"), rest_user("u2", ""), rest_user("u3", "1003")};
    const auto network = assemble(reading, {{.key = EmployeeKey("1001"), .eid = UserEid("u2")},
                                            {.key = EmployeeKey("1002"), .eid = UserEid("u3")}});
    REQUIRE(network.users.size() == 3);
    for (const auto& user : network.users) CHECK_FALSE(user.linked);
    CHECK_FALSE(network.users[0].xid);
}

TEST_CASE("deleted accounts are not shown", "[connectors][speakap]") {
    Reading reading;
    reading.users = {rest_user("u1", "1001"), rest_user("u2", "1002")};
    reading.users[1].deleted = true;
    CHECK(assemble(reading).users.size() == 1);
}

TEST_CASE("SCIM that shows nobody whom REST shows is another network's", "[connectors][speakap][fault27]") {
    Reading reading;
    for (const std::string key : {"1001", "1002", "1003"}) reading.users.push_back(rest_user("u" + key, key));
    for (const std::string key : {"9001", "9002", "9003"})
        reading.scim_users.push_back(scim_user("s" + key, key, true));
    CHECK_FALSE(are_one_network(reading));

    // One person in common is enough, by key or by address; of a few nothing can be said, nor of those who are
    // suspended.
    auto by_key = reading;
    by_key.scim_users.push_back(scim_user("s1002", "1002", false));
    CHECK(are_one_network(by_key));
    auto by_address = reading;
    by_address.users[0].profile.email = "anna@shop.example";
    by_address.scim_users[1].user_name = "Anna@shop.example";
    CHECK(are_one_network(by_address));
    auto few = reading;
    few.users.pop_back();
    CHECK(are_one_network(few));
    auto suspended = reading;
    for (auto& user : suspended.scim_users) user.active = false;
    CHECK(are_one_network(suspended));
}

TEST_CASE("people and memberships agree when they are the same people", "[connectors][speakap]") {
    Reading reading;
    reading.users = {rest_user("u1", "1001"), rest_user("U2", "1002")};
    reading.memberships = {membership("m1", "u1", "member"), membership("m2", "u2", "member")};
    CHECK(people_agree(reading));

    auto without_membership = reading;
    without_membership.memberships.pop_back();
    CHECK_FALSE(people_agree(without_membership));

    auto not_listed = reading;
    not_listed.memberships.push_back(membership("m3", "u3", "member"));
    CHECK_FALSE(people_agree(not_listed));

    // They may stand alone: invited, suspended, or deleted.
    auto invited = reading;
    invited.memberships.push_back(membership("m3", "u3", "invitee"));
    CHECK(people_agree(invited));
    auto suspended = not_listed;
    suspended.memberships.back().user_xid = EmployeeKey("1003");
    suspended.scim_users = {scim_user("s3", "1003", false)};
    CHECK(people_agree(suspended));
    suspended.scim_users = {scim_user("s4", "1004", false)};
    CHECK_FALSE(people_agree(suspended));
    auto deleted = not_listed;
    deleted.users.push_back(rest_user("u3", "1003"));
    deleted.users.back().deleted = true;
    CHECK(people_agree(deleted));
}

TEST_CASE("a group agrees with its members in each way that they may be counted", "[connectors][speakap]") {
    RestGroup group;
    const std::vector<RestMembership> members = {membership("a", "u1", "member"), membership("b", "u2", "admin"),
                                                 membership("c", "u3", "invitee"), membership("d", "u4", "wannabee")};
    CHECK(members_agree(group, members));
    for (const std::size_t right : {2u, 3u, 4u}) {
        group.members = right;
        CHECK(members_agree(group, members));
    }
    for (const std::size_t wrong : {0u, 1u, 5u}) {
        group.members = wrong;
        CHECK_FALSE(members_agree(group, members));
    }
}

}  // namespace
}  // namespace usersync::speakap
