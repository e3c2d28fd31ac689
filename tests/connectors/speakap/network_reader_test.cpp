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

}  // namespace
}  // namespace usersync::speakap
