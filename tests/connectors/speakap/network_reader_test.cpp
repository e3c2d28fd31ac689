// Reading once more where something does not fit, and reading again what changed.
#include "tests/connectors/speakap/speakap_world.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

namespace usersync::speakap {
namespace {

using namespace std::chrono_literals;

const std::string groups_path = "GET /networks/00AA/groups/";
const std::string first_users = users_path + " offset[self]=0";
const std::string first_memberships = memberships_path + " offset[self]=0";
const std::string first_members = memberships_path + " offset[self]=0 group=g1";

std::string store_with(int members) {
    return page("groups", R"({"EID":"g1","groupType":"business_unit","name":"Store 12","numMembers":)" +
                              std::to_string(members) + "}");
}

// ---- a second look ------------------------------------------------------------------------------------------

TEST_CASE("a group that says to have more members than it shows is looked at once more", "[connectors][speakap]") {
    World world;
    world.rest.on(groups_path + " offset[self]=0", {answer(200, store_with(2)), answer(200, store_with(1))});

    const auto network = world.read();

    REQUIRE(network.has_value());
    CHECK(network->users[0].groups.size() == 1);
    CHECK(world.rest.count(first_members) == 2);
}

TEST_CASE("a group that does not agree with itself twice gives no network, rather than a part of one",
          "[connectors][speakap]") {
    World world;
    world.rest.on(groups_path + " offset[self]=0", answer(200, store_with(2)));
    const auto network = world.read();
    REQUIRE(network.has_error());
    CHECK(network.error().code == "counts_disagree");
    CHECK(network.error().kind == FailureKind::transient);
}

TEST_CASE("a tenant whose network counts otherwise can say so", "[connectors][speakap]") {
    SpeakapOptions options;
    options.counts_agree = false;
    World world(options);
    world.rest.on(groups_path + " offset[self]=0", answer(200, store_with(2)));
    world.rest.on(first_memberships, answer(200, empty_page));
    CHECK(world.read().has_value());
}

TEST_CASE("people without a membership are looked at once more, and nobody is left out", "[connectors][speakap]") {
    const auto both = answer(200, page("users", user("u1", "1001") + "," + user("u2", "1002")));
    const auto both_memberships = answer(200, page("memberships", membership("m1", "u1", "1001", "member") + "," +
                                                                      membership("m2", "u2", "1002", "member")));
    World world;
    // Somebody came between the two lists.
    world.rest.on(first_users, {answer(200, page("users", user("u1", "1001"))), both});
    world.rest.on(first_memberships, both_memberships);
    world.rest.on(first_members, answer(200, empty_page));
    const auto network = world.read();
    REQUIRE(network.has_value());
    CHECK(network->users.size() == 2);

    World never;
    never.rest.on(first_users, both);
    const auto half = never.read();
    REQUIRE(half.has_error());
    CHECK(half.error().code == "counts_disagree");
}

TEST_CASE("a collection that shifts between pages is read once more, and given up when it shifts again",
          "[connectors][speakap]") {
    const auto page_of = [](const std::string& one, const std::string& other) {
        return answer(200, page("users", user("u" + one, "100" + one) + "," + user("u" + other, "100" + other)));
    };
    const auto everybody = answer(200, page("memberships", membership("m1", "u1", "1001", "member") + "," +
                                                               membership("m2", "u2", "1002", "member") + "," +
                                                               membership("m3", "u3", "1003", "member")));
    World once;
    once.rest.on(first_memberships, everybody);
    once.rest.on(first_members, answer(200, empty_page));
    once.rest.on(first_users, page_of("1", "2"));
    once.rest.on(users_path + " offset[self]=2", {page_of("2", "3"), answer(200, page("users", user("u3", "1003")))});
    const auto network = once.read();
    REQUIRE(network.has_value());
    CHECK(network->users.size() == 3);

    World always;
    always.rest.on(first_users, page_of("1", "2"));
    always.rest.on(users_path + " offset[self]=2", {page_of("2", "3"), page_of("2", "4")});
    const auto shifting = always.read();
    REQUIRE(shifting.has_error());
    CHECK(shifting.error().code == "collection_changes");
}

TEST_CASE("a group that was there before and is not listed is looked for once more", "[connectors][speakap]") {
    World world;
    REQUIRE(world.read().has_value());
    const auto lists = world.rest.count(groups_path + " offset[self]=0");
    world.rest.on(groups_path + " offset[self]=0", {answer(200, empty_page), answer(200, store_with(1))});
    const auto hidden = world.read();
    REQUIRE(hidden.has_value());
    CHECK(hidden->groups.size() == 1);
    CHECK(world.rest.count(groups_path + " offset[self]=0") == lists + 2);

    world.rest.on(groups_path + " offset[self]=0", answer(200, empty_page));
    const auto deleted = world.read();
    REQUIRE(deleted.has_value());
    CHECK(deleted->groups.empty());
}

TEST_CASE("SCIM pages that show somebody twice left somebody out: they are read once more", "[connectors][speakap]") {
    World world;
    world.scim.on("GET /Users startIndex=1",
                  answer(200, scim_list(scim_user("s1", "1001") + "," + scim_user("s2", "1002"), 4)));
    world.scim.on("GET /Users startIndex=3",
                  {answer(200, scim_list(scim_user("s2", "1002") + "," + scim_user("s3", "1003"), 4)),
                   answer(200, scim_list(scim_user("s3", "1003") + "," + scim_user("s4", "1004"), 4))});
    const auto network = world.read();
    REQUIRE(network.has_value());
    CHECK(network->users.size() == 4);
}

TEST_CASE("SCIM pages that announce another total on the way are read once more: somebody went between them",
          "[connectors][speakap]") {
    const auto pair = [](const std::string& one, const std::string& other, int total) {
        return answer(
            200, scim_list(scim_user("s" + one, "100" + one) + "," + scim_user("s" + other, "100" + other), total));
    };
    const auto last = answer(200, scim_list(scim_user("s4", "1004"), 3));
    World once;
    // 1001 goes after the first page: 1003 moves to a place that was read already.
    once.scim.on("GET /Users startIndex=1", {pair("1", "2", 4), pair("2", "3", 3)});
    once.scim.on("GET /Users startIndex=3", last);
    const auto network = once.read();
    REQUIRE(network.has_value());
    CHECK(once.scim.count("GET /Users startIndex=1") == 2);
    // 1001 is listed by REST alone.
    CHECK(network->users.size() == 4);

    World always;
    always.scim.on("GET /Users startIndex=1", pair("1", "2", 4));
    always.scim.on("GET /Users startIndex=3", last);
    const auto shifting = always.read();
    REQUIRE(shifting.has_error());
    CHECK(shifting.error().code == "scim_list_incomplete");
}

TEST_CASE("a group that somebody deletes while the network is read is left out, and the reading goes on",
          "[connectors][speakap]") {
    const std::string two = page("groups", R"({"EID":"g1","groupType":"business_unit","name":"Store 12"},)"
                                           R"({"EID":"g2","groupType":"public","name":"Chess"})");
    const std::string one = page("groups", R"({"EID":"g1","groupType":"business_unit","name":"Store 12"})");
    World world;
    world.rest.on(groups_path + " offset[self]=0", {answer(200, two), answer(200, one)});
    world.rest.on(memberships_path + " group=g2", answer(404, R"({"code":-4,"message":"x"})"));
    const auto network = world.read();
    REQUIRE(network.has_value());
    CHECK(network->groups.size() == 1);

    World undecided;
    undecided.rest.on(groups_path + " offset[self]=0", answer(200, two));
    undecided.rest.on(memberships_path + " group=g2", answer(410, R"({"code":-10,"message":"x"})"));
    const auto neither = undecided.read();
    REQUIRE(neither.has_error());
    CHECK(neither.error().code == "collection_changes");
    CHECK(neither.error().kind == FailureKind::transient);
}

TEST_CASE("an empty object is no empty page: nobody takes it for the end of a collection", "[connectors][speakap]") {
    for (const std::string name : {"users", "groups", "memberships"}) {
        INFO(name);
        World world;
        world.rest.on("GET /networks/00AA/" + name + "/ offset[self]=0", answer(200, "{}"));
        const auto network = world.read();
        REQUIRE(network.has_error());
        CHECK(network.error().code == "unreadable_answer");
    }
}

TEST_CASE("a group that is missing only when groups are listed a second time is looked for once more",
          "[connectors][speakap]") {
    const std::string other = R"({"EID":"g2","groupType":"public","name":"Chess"})";
    const auto both = [&](int members) {
        return answer(200, page("groups", R"({"EID":"g1","groupType":"business_unit","name":"Store 12","numMembers":)" +
                                              std::to_string(members) + "}," + other));
    };
    World world;
    // The count of g1 does not fit, so groups are listed again; g2 slips through that list, and is in the next one.
    world.rest.on(groups_path + " offset[self]=0", {both(2), answer(200, store_with(1)), both(1)});
    world.rest.on(memberships_path + " group=g2", answer(200, empty_page));
    const auto network = world.read();
    REQUIRE(network.has_value());
    CHECK(network->groups.size() == 2);
}

// ---- again --------------------------------------------------------------------------------------------------

TEST_CASE("a network that refuses to say what changed is read whole", "[connectors][speakap]") {
    World world;
    REQUIRE(world.read().has_value());
    const auto since = timestamp(world.clock.now() - Duration(10min));
    world.rest.on(groups_path + " modified_since=" + since, answer(400, R"({"code":-1,"message":"x"})"));

    const auto again = world.read_again();

    REQUIRE(again.has_value());
    CHECK(again->users.size() == 1);
}

TEST_CASE("a network that cannot be reached is not read whole instead", "[connectors][speakap]") {
    World world;
    REQUIRE(world.read().has_value());
    world.rest.on(groups_path, answer(401, R"({"code":-2,"message":"x"})"));
    const auto again = world.read_again();
    REQUIRE(again.has_error());
    CHECK(again.error().code == "invalid_token");
}

TEST_CASE("the clocks of both sides may be ten minutes apart", "[connectors][speakap]") {
    World world;
    REQUIRE(world.read().has_value());
    const auto read_at = world.clock.now();
    world.clock.advance(1h);
    world.rest.on(users_path + " modified_since=" + timestamp(read_at - Duration(10min)), answer(200, empty_page));
    world.rest.on(groups_path + " modified_since=" + timestamp(read_at - Duration(10min)), answer(200, empty_page));

    REQUIRE(world.read_again().has_value());

    CHECK(world.rest.count(users_path + " modified_since=" + timestamp(read_at - Duration(10min))) == 1);
    CHECK(world.rest.count(groups_path + " modified_since=" + timestamp(read_at - Duration(10min))) == 1);
}

TEST_CASE("when SCIM has more people than were seen to change, everybody is read", "[connectors][speakap]") {
    World world;
    REQUIRE(world.read().has_value());
    const auto since = timestamp(world.clock.now() - Duration(10min));
    world.rest.on(users_path + " modified_since=" + since, answer(200, empty_page));
    world.rest.on(groups_path + " modified_since=" + since, answer(200, empty_page));
    world.scim.on("GET /Users", answer(200, scim_list(scim_user("s1", "1001") + "," + scim_user("s2", "1002"), 2)));

    const auto again = world.read_again();

    REQUIRE(again.has_value());
    CHECK(again->users.size() == 2);
}

std::string since_of(const World& world) { return timestamp(world.clock.now() - Duration(10min)); }

// A network that says that nothing changed since it was read.
struct QuietWorld : World {
    explicit QuietWorld(SpeakapOptions options = {}) : World(std::move(options)) {
        const auto read_first = read();
        REQUIRE(read_first.has_value());
        keep_quiet();
    }
    void keep_quiet() {
        for (const auto& path : {users_path, groups_path}) {
            rest.on(path + " modified_since=" + since_of(*this), answer(200, empty_page));
        }
    }
};

std::string row_of_1001(const std::string& role) { return membership("m1", "u1", "1001", role); }

std::size_t whole_reads(const World& world) {
    return world.rest.count(first_users) - world.rest.count(first_users + " modified_since=" + since_of(world)) -
           world.rest.count(first_users + " eid=u1");
}

TEST_CASE("an administrator who was made by hand is seen although nothing says that the person changed",
          "[connectors][speakap]") {
    QuietWorld world;
    world.rest.on(memberships_path + " role=admin", answer(200, empty_page));
    world.rest.on(memberships_path + " role=admin offset[self]=0",
                  answer(200, page("memberships", row_of_1001("admin"))));
    const auto made = world.read_again();
    REQUIRE(made.has_value());
    CHECK(made->users[0].role == RoleId("admin"));
    CHECK(whole_reads(world) == 1);

    // And one whom somebody made a member again.
    world.rest.on(memberships_path + " role=admin", answer(200, empty_page));
    world.rest.on("GET /networks/00AA/memberships/m1/", answer(200, row_of_1001("member")));
    const auto unmade = world.read_again();
    REQUIRE(unmade.has_value());
    CHECK(unmade->users[0].role == RoleId("member"));
}

TEST_CASE("the role that a tenant protects is the one that is looked for", "[connectors][speakap]") {
    SpeakapOptions options;
    options.protected_roles = {"00ff"};
    QuietWorld world(options);
    REQUIRE(world.read_again().has_value());
    CHECK(world.rest.count(memberships_path + " role=00ff offset[self]=0") == 1);
    CHECK(world.rest.count(memberships_path + " role=admin") == 0);
}

TEST_CASE("administrators of the enterprise are looked for too", "[connectors][speakap]") {
    QuietWorld world;
    world.rest.on(memberships_path + " role=enterprise_admin offset[self]=0",
                  answer(200, page("memberships", row_of_1001("enterprise_admin"))));
    const auto made = world.read_again();
    REQUIRE(made.has_value());
    CHECK(made->users[0].role == RoleId("enterprise_admin"));
}

TEST_CASE("a network that has no such role as is protected is read all the same", "[connectors][speakap]") {
    QuietWorld world;
    world.rest.on(memberships_path + " role=enterprise_admin",
                  answer(422, R"({"code":-1004,"message":"no such role"})"));
    const auto read = world.read_again();
    REQUIRE(read.has_value());
    CHECK(whole_reads(world) == 1);
}

// Somebody left store 12, so the reading has to find out what became of them; no list shows them.
struct SilentWorld : QuietWorld {
    SilentWorld() {
        rest.on(groups_path + " offset[self]=0 modified_since=" + since_of(*this),
                answer(200, page("groups", R"({"EID":"g1","groupType":"business_unit","name":"Store 12",)"
                                           R"("lastModified":"x"})")));
        rest.on(first_members, answer(200, empty_page));
        rest.on(users_path + " eid=u1", answer(200, empty_page));
    }
};

TEST_CASE("a list that does not show somebody is no proof that they left", "[connectors][speakap]") {
    SilentWorld world;
    world.rest.on("GET /networks/00AA/memberships/m1/", answer(200, row_of_1001("member")));
    const auto network = world.read_again();
    REQUIRE(network.has_value());
    // The whole was read, and shows them.
    REQUIRE(network->users.size() == 1);
    CHECK(network->users[0].eid == UserEid("u1"));
    CHECK(whole_reads(world) == 2);
}

TEST_CASE("a membership that has ended, or a suspension that SCIM tells of, is proof", "[connectors][speakap]") {
    SilentWorld ended;
    ended.rest.on("GET /networks/00AA/memberships/m1/", answer(410, R"({"code":-10,"message":"x"})"));
    ended.scim.on("GET /Users", answer(200, scim_list("", 0)));
    const auto left = ended.read_again();
    REQUIRE(left.has_value());
    CHECK(left->users.empty());
    CHECK(whole_reads(ended) == 1);

    SilentWorld suspended;
    suspended.rest.on("GET /networks/00AA/memberships/m1/", answer(200, row_of_1001("member")));
    suspended.scim.on("GET /Users", answer(200, scim_list(scim_user("s1", "1001", R"(,"active":false)"), 1)));
    const auto hidden = suspended.read_again();
    REQUIRE(hidden.has_value());
    REQUIRE(hidden->users.size() == 1);
    CHECK(hidden->users[0].state == UserState::suspended);
    CHECK(hidden->users[0].membership == MembershipEid("m1"));
    CHECK(whole_reads(suspended) == 1);
}

TEST_CASE("several people by EID are one page when it holds them all, also where EIDs do not page",
          "[connectors][speakap]") {
    QuietWorld world;
    world.rest.on("POST /networks/00AA/users/u1/groups/add", answer(200, "{}"));
    REQUIRE(world.apply("1001", to_store()).has_value());
    // The same page whatever the offset.
    world.rest.on(users_path + " eid=u1", answer(200, page("users", user("u1", "1001"))));
    const auto again = world.read_again();
    REQUIRE(again.has_value());
    CHECK(world.rest.count(users_path + " eid=u1") == 1);
    CHECK(whole_reads(world) == 1);
}

TEST_CASE("a way of reading again that does not work is no reason not to read", "[connectors][speakap]") {
    QuietWorld world;
    // Pages that do not move.
    world.rest.on(users_path + " modified_since=" + since_of(world), answer(200, page("users", user("u1", "1001"))));
    const auto again = world.read_again();
    REQUIRE(again.has_value());
    CHECK(again->users.size() == 1);
}

TEST_CASE("what we changed is looked at by every reading for as long as lists may lag", "[connectors][speakap]") {
    QuietWorld world;
    const std::string row = "GET /networks/00AA/memberships/m1/";
    world.rest.on("POST /networks/00AA/users/u1/groups/add", answer(200, "{}"));
    world.rest.on(users_path + " eid=u1", answer(200, page("users", user("u1", "1001"))));
    REQUIRE(world.apply("1001", to_store()).has_value());
    REQUIRE(world.read_again().has_value());
    REQUIRE(world.read_again().has_value());
    CHECK(world.rest.count(row) == 2);

    world.clock.advance(11min);
    world.keep_quiet();
    REQUIRE(world.read_again().has_value());
    const auto looks = world.rest.count(row);
    REQUIRE(world.read_again().has_value());
    CHECK(world.rest.count(row) == looks);
}

}  // namespace
}  // namespace usersync::speakap
