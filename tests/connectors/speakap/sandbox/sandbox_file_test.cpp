#include "connectors/speakap/sandbox/sandbox_file.hpp"

#include "connectors/speakap/sandbox/fault_file.hpp"
#include "connectors/speakap/sandbox/sandbox_times.hpp"
#include "tests/connectors/speakap/sandbox/sandbox_world.hpp"
#include "tests/support/temp_dir.hpp"

#include <catch2/catch.hpp>

#include <filesystem>

using namespace usersync;
using sandbox::build_network;
using test::SandboxWorld;

namespace {

/// Where the description is wrong.
std::string complaint(const std::string& description) {
    const auto built = build_network(description, 1, Time{});
    REQUIRE(built.has_error());
    CHECK(built.error().code == "bad_network_file");
    return built.error().where;
}

}  // namespace

TEST_CASE("the network is the same after it was stored and read again", "[connectors][speakap][sandbox]") {
    test::TempDir folder;
    SandboxWorld world;
    REQUIRE(world.scim("POST", "Users", test::scim_person("102", "cor@shop.example")).status == 201);
    REQUIRE(
        world.scim("PUT", "Users/" + world.person("100").scim_id, {{"userName", "100"}, {"active", false}}).status ==
        200);
    sandbox::record_call(
        world.state, {.number = 0, .at = world.now, .method = "GET", .target = "/x", .status = 0, .fault = "closed"});

    REQUIRE(sandbox::save_state(world.state, folder / "state.json").has_value());
    const auto loaded = sandbox::load_state(folder / "state.json");

    REQUIRE(loaded.has_value());
    CHECK(*loaded == world.state);
}

TEST_CASE("storing replaces the old state and leaves no other file", "[connectors][speakap][sandbox]") {
    test::TempDir folder;
    SandboxWorld world;
    REQUIRE(sandbox::save_state(world.state, folder / "state.json").has_value());
    REQUIRE(world.post_form("/sandbox/accept", {{"all", "true"}}).status == 200);

    REQUIRE(sandbox::save_state(world.state, folder / "state.json").has_value());

    CHECK(sandbox::load_state(folder / "state.json").value() == world.state);
    const std::filesystem::directory_iterator files(folder.path());
    CHECK(std::distance(files, std::filesystem::directory_iterator()) == 1);
    using std::filesystem::perms;
    const auto mode = std::filesystem::status(folder / "state.json").permissions();
    CHECK((mode & (perms::group_all | perms::others_all)) == perms::none);
}

TEST_CASE("a state that cannot be stored or read says so", "[connectors][speakap][sandbox]") {
    test::TempDir folder;
    SandboxWorld world;

    CHECK(sandbox::save_state(world.state, folder / "missing/state.json").error().code == "cannot_save_state");
    CHECK(sandbox::load_state(folder / "missing.json").error().code == "cannot_read_state");
    CHECK(sandbox::load_state(folder.write("half.json", "{\"seed\": 1,")).error().code == "bad_state_file");
}

TEST_CASE("a network may be older than its sandbox, and who was suspended later is", "[connectors][speakap][sandbox]") {
    const auto state = build_network(R"({"since": "2025-12-01T00:00:00Z", "groups": [{"kind": "public", "name": "A"}],
        "users": [{"xid": "1", "first": "Anna", "email": "anna@shop.example", "status": "suspended", "groups": ["A"]},
                  {"xid": "2", "first": "Bo", "email": "bo@shop.example", "status": "suspended",
                   "suspended_at": "2026-01-05T00:00:00Z"}]})",
                                     1, Time{} + std::chrono::years(100))
                           .value();

    const auto since = sandbox::from_iso("2025-12-01T00:00:00Z");
    REQUIRE(state.users.size() == 2);
    for (const auto& user : state.users) CHECK(user.created == since);
    for (const auto& group : state.groups) CHECK(group.created == since);
    CHECK(state.users.front().suspended_at == since);
    CHECK(state.users.back().suspended_at == sandbox::from_iso("2026-01-05T00:00:00Z"));
    CHECK(complaint(R"({"since": "last year"})") == "network.json/since");
}

TEST_CASE("the same seed gives the same ids, another seed others", "[connectors][speakap][sandbox]") {
    const auto first = build_network(sandbox::default_network(), 1, Time{}).value();
    const auto again = build_network(sandbox::default_network(), 1, Time{}).value();
    const auto other = build_network(sandbox::default_network(), 2, Time{}).value();

    CHECK(first == again);
    CHECK(first.network != other.network);
    CHECK(first.token != other.token);
    CHECK(first.groups.size() == 4);
    CHECK(first.network.size() == 16);
}

TEST_CASE("ids go on where they stopped after a restart", "[connectors][speakap][sandbox]") {
    SandboxWorld world;
    auto restarted = sandbox::state_from_json(sandbox::state_to_json(world.state)).value();

    CHECK(sandbox::next_eid(restarted) == sandbox::next_eid(world.state));
    CHECK(sandbox::next_eid(restarted) != restarted.groups.front().eid);
}

TEST_CASE("a wrong description is refused with its place", "[connectors][speakap][sandbox]") {
    CHECK(complaint(R"({"nmae": "x"})") == "network.json/nmae");
    CHECK(complaint(R"({"groups": [{"kind": "shop", "name": "x"}]})") == "network.json/groups/0/kind");
    CHECK(complaint(R"({"groups": [{"kind": "department"}]})") == "network.json/groups/0/name");
    CHECK(complaint(R"({"groups": [{"kind": "local_department", "name": "x", "business_unit": "y"}]})") ==
          "network.json/groups/0/business_unit");
    CHECK(complaint(R"({"users": [{"xid": 1}]})") == "network.json/users/0/xid");
    CHECK(complaint(R"({"users": [{"role": "emperor"}]})") == "network.json/users/0/role");
    CHECK(complaint(R"({"users": [{"status": "asleep"}]})") == "network.json/users/0/status");
    CHECK(complaint(R"({"users": [{"groups": ["nowhere"]}]})") == "network.json/users/0/groups/0");
    CHECK(complaint(R"({"users": [{"groups": [{"name": "x"}]}]})") == "network.json/users/0/groups/0/name");
    CHECK(complaint(R"({"users": [{"invited_at": "yesterday"}]})") == "network.json/users/0/invited_at");
    CHECK(complaint(R"({"behaviour": {"strict": true}})") == "network.json/behaviour/strict");
    CHECK(complaint(R"({"behaviour": {"scim_conflict": "x"}})") == "network.json/behaviour/scim_conflict");
    CHECK(complaint(R"({"labels": [{"name": "x", "groups": ["y"]}]})") == "network.json/labels/0/groups");
    CHECK(complaint(R"({"groups": [{"kind": "department", "name": "x", "parent": "x"}]})") ==
          "network.json/groups/0/parent");
    CHECK(complaint("[]") == "network.json");
    CHECK(complaint("{") == "network.json");
}

TEST_CASE("times are written and read with milliseconds and offset", "[connectors][speakap][sandbox]") {
    const Time time = Time(std::chrono::seconds(1365683707)) + Duration(123);

    CHECK(sandbox::to_iso(time) == "2013-04-11T12:35:07.123+00:00");
    CHECK(sandbox::from_iso("2013-04-11T13:35:07.123+01:00") == time);
    CHECK(sandbox::from_iso("2013-04-11T13:35:07.123+0100") == time);
    CHECK(sandbox::from_iso("2013-04-11T12:35:07Z") == time - Duration(123));
    CHECK_FALSE(sandbox::from_iso("2013-04-31T12:35:07Z"));
    CHECK_FALSE(sandbox::from_iso("yesterday"));
}

TEST_CASE("the description printed in the sandbox's page builds a network", "[connectors][speakap][sandbox]") {
    const auto page = test::TempDir::read(std::filesystem::path(USERSYNC_SOURCE_DIR) / "docs/sandbox.md");
    const auto begin = page.find("```json\n");
    REQUIRE(begin != std::string::npos);

    const auto built = build_network(page.substr(begin + 8, page.find("```", begin + 8) - begin - 8), 1, Time{});

    REQUIRE(built.has_value());
    CHECK(built->groups.size() == 5);
    CHECK(built->labels.at(0).groups.size() == 1);
    CHECK(built->behaviour.scim_conflict == sandbox::ConflictShape::scim);
    CHECK(built->users.at(1).external);
    CHECK(built->users.at(1).groups.at(0).locked_by == "0123456789abcdef");
    CHECK(built->users.at(0).network.role == "00000000000000aa");
    CHECK(built->users.at(0).groups.size() == 3);
}

TEST_CASE("the fault file printed in the sandbox's page can be read", "[connectors][speakap][sandbox]") {
    const auto page = test::TempDir::read(std::filesystem::path(USERSYNC_SOURCE_DIR) / "docs/sandbox.md");
    const auto first = page.find("```json\n");
    const auto begin = page.find("```json\n", first + 1);
    REQUIRE(begin != std::string::npos);

    const auto read = sandbox::parse_fault_file(page.substr(begin + 8, page.find("```", begin + 8) - begin - 8));

    REQUIRE(read.has_value());
    CHECK(read->rules.size() == 9);
    CHECK(read->rules.at(1).share == 0.01);
    CHECK(read->rate.burst == 10);
    CHECK(read->rate.changes.size() == 1);
    CHECK(read->rate.second_clients.size() == 1);
    CHECK(read->settling->delay == Duration(5000));
}
