// The state on disk while it changes: a snapshot, and one line for each change.
#include "connectors/speakap/sandbox/fault_file.hpp"
#include "connectors/speakap/sandbox/sandbox_file.hpp"
#include "tests/connectors/speakap/sandbox/stored_sandbox.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>

using namespace usersync;
using test::StoredSandbox;

namespace {

namespace fs = std::filesystem;

const std::string shop = R"({"behaviour": {"group_roles": true}, "groups": [
    {"kind": "business_unit", "name": "Store 12"}, {"kind": "department", "name": "Sales"},
    {"kind": "local_department", "name": "Sales 12", "business_unit": "Store 12", "department": "Sales"},
    {"kind": "public", "name": "Football"}],
  "users": [{"xid": "100", "first": "Anna", "email": "anna@shop.example", "role": "admin", "groups": ["Sales 12"]},
            {"xid": "101", "first": "Bas", "email": "bas@shop.example", "status": "inactive"},
            {"xid": "102", "first": "Eva", "email": "eva@shop.example"}]})";

std::size_t lines_of(const fs::path& file) {
    const auto text = test::TempDir::read(file);
    return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

/// Every kind of change that somebody can make, one after the other.
template <class Check>
void change_everything(StoredSandbox& sandbox, Check check) {
    const auto user = [&](std::size_t n) { return sandbox.state().users.at(n); };
    const auto group = [&](std::size_t n) { return sandbox.state().groups.at(n).eid; };
    const auto must = [&](const http::Response& response, const char* what) {
        INFO(what);
        REQUIRE(response.status < 300);
        check();
    };
    must(sandbox.create("103"), "a new account");
    auto person = test::scim_person("103", "cor@home.example");
    must(sandbox.json("PUT", "/scim/Users/" + user(3).scim_id, person), "another address: a mail is withdrawn");
    person["active"] = false;
    must(sandbox.json("PUT", "/scim/Users/" + user(3).scim_id, person), "suspended");
    person["active"] = true;
    must(sandbox.json("PUT", "/scim/Users/" + user(3).scim_id, person), "back again");
    must(sandbox.call("POST", "users/" + user(1).eid + "/groups/add", "groups[]=" + group(2)), "into groups");
    must(sandbox.call("POST", "users/" + user(1).eid + "/groups/remove", "groups[]=" + group(0)), "out of groups");
    nlohmann::json member = {{"rev", "group"}};
    member["user"]["EID"] = user(2).eid;
    member["group"]["EID"] = group(3);
    must(sandbox.json("POST", "memberships/", member), "a membership");
    must(sandbox.call("POST", "changeroles", "memberships[" + user(2).groups.at(0).eid + "]=admin"), "a role");
    must(sandbox.call("DELETE", "memberships/" + user(2).groups.at(0).eid + "/"), "no membership");
    must(sandbox.call("DELETE", "memberships/" + user(2).network.eid + "/"), "left");
    const nlohmann::json manager = {{"name", "Manager"}, {"permissions", nlohmann::json::array()}};
    must(sandbox.json("POST", "roles/", manager), "a new role");
    const auto role = sandbox.state().roles.at(0).eid;
    must(sandbox.call("POST", "changeroles", "memberships[" + user(1).network.eid + "]=" + role), "given to somebody");
    must(sandbox.json("PUT", "roles/" + role + "/", {{"name", "Lead"}, {"permissions", nlohmann::json::array()}}),
         "renamed");
    must(sandbox.call("DELETE", "roles/" + role + "/"), "and taken from them");
    must(sandbox.json("POST", "business-units/", {{"name", "Store 14"}}), "a new unit");
    must(sandbox.json("POST", "departments/", {{"name", "Food"}}), "a new department");
    must(sandbox.json("POST", "groups/", {{"name", "Choir"}, {"groupType", "private"}}), "a new group");
    const auto guest = [](const std::string& more) {
        return R"({"invitees": [{"email": "guest@shop.example", "name": "A Guest"}])" + more + "}";
    };
    must(sandbox.call("POST", "invite", guest(""), "application/json"), "an invitation");
    must(sandbox.call("POST", "invite", guest(R"(, "resend": true)"), "application/json"), "and once more");
    must(sandbox.call("POST", "/sandbox/accept", "all=true"), "everybody accepts");
    must(sandbox.call("POST", "/sandbox/by-hand", "what=rename_group&group=" + group(3) + "&name=Soccer"), "by hand");
    must(sandbox.call("POST", "/sandbox/by-hand", "what=set_xid&user=" + user(0).eid + "&xid=900"), "another key");
    must(sandbox.call("POST", "/sandbox/by-hand", "what=set_title&user=" + user(0).eid + "&title=Boss"), "a title");
    must(sandbox.call("POST", "/sandbox/by-hand", "what=lock&app=1&membership=" + user(0).network.eid), "a lock");
    must(sandbox.call("POST", "/sandbox/by-hand", "what=lock&app=1&membership=" + user(0).groups.at(0).eid), "another");
    must(sandbox.call("POST", "/sandbox/by-hand", "what=suspend&user=" + user(3).eid), "suspended by hand");
    must(sandbox.call("POST", "/sandbox/judge"), "the judge begins anew");
    sandbox.clock.advance(std::chrono::hours(24 * 31));
    must(sandbox.call("GET", "users/"), "a month later the suspended are gone");
    CHECK_FALSE(sandbox::has_account(user(3)));
}

}  // namespace

TEST_CASE("whatever changes is stored as one line, and read back as it was", "[connectors][speakap][sandbox]") {
    StoredSandbox sandbox({}, shop);
    const auto file = sandbox.options.state_file;
    const auto snapshot = test::TempDir::read(file);
    std::size_t changes = 0;

    change_everything(sandbox, [&] {
        CHECK(sandbox::load_state(file).value() == sandbox.state());
        CHECK(lines_of(sandbox::journal_of(file)) == ++changes);
    });

    CHECK(test::TempDir::read(file) == snapshot);
    CHECK(sandbox.state().changes == changes);
    using fs::perms;
    CHECK((fs::status(sandbox::journal_of(file)).permissions() & (perms::group_all | perms::others_all)) ==
          perms::none);
}

TEST_CASE("what a fault keeps from taking effect is taken back to the last row", "[connectors][speakap][sandbox]") {
    sandbox::SandboxOptions options;
    options.settling.delay = std::chrono::seconds(5);
    options.faults = sandbox::parse_fault_file(R"({"rules": [{"path": "*", "from": 1, "to": 3, "what": "no_effect"}]})")
                         .value()
                         .rules;
    StoredSandbox sandbox(options, shop);
    const auto only_network = [&] {
        auto state = sandbox.state();
        state.calls.clear();
        state.calls_seen = 0;
        state.judgement.clear();
        return state;
    };
    const auto before = only_network();

    CHECK(sandbox.create("103").status == 201);
    CHECK(sandbox.call("DELETE", "memberships/" + before.users.at(2).network.eid + "/").status == 202);
    CHECK(sandbox.call("POST", "users/" + before.users.at(1).eid + "/groups/add", "groups[]=" + before.groups.at(2).eid)
              .status == 200);

    CHECK(only_network() == before);
    CHECK_FALSE(fs::exists(sandbox::journal_of(sandbox.options.state_file)));
    CHECK(sandbox.create("103").status == 201);
    CHECK(sandbox.state().users.size() == 4);
}

TEST_CASE("a start makes a snapshot of what the journal holds and goes on after it", "[connectors][speakap][sandbox]") {
    StoredSandbox sandbox({}, shop);
    REQUIRE(sandbox.create("103").status == 201);
    const auto before = sandbox.state();

    sandbox.start();

    CHECK(sandbox.state() == before);
    CHECK_FALSE(fs::exists(sandbox::journal_of(sandbox.options.state_file)));
    REQUIRE(sandbox.create("104").status == 201);
    CHECK(sandbox.state().changes == 2);
    CHECK(sandbox::load_state(sandbox.options.state_file).value() == sandbox.state());
}

TEST_CASE("a kill in the middle of a line loses what nobody was told", "[connectors][speakap][sandbox]") {
    StoredSandbox sandbox({}, shop);
    REQUIRE(sandbox.create("103").status == 201);
    const auto told = sandbox.state();
    std::ofstream(sandbox::journal_of(sandbox.options.state_file), std::ios::app) << R"({"change":2,"iss)";

    CHECK(sandbox::load_state(sandbox.options.state_file).value() == told);
}

TEST_CASE("a kill between a snapshot and the end of its journal changes nothing", "[connectors][speakap][sandbox]") {
    StoredSandbox sandbox({}, shop);
    REQUIRE(sandbox.create("103").status == 201);
    const auto journal = test::TempDir::read(sandbox::journal_of(sandbox.options.state_file));
    REQUIRE(sandbox::save_state(sandbox.state(), sandbox.options.state_file).has_value());
    std::ofstream(sandbox::journal_of(sandbox.options.state_file)) << journal;

    CHECK(sandbox::load_state(sandbox.options.state_file).value() == sandbox.state());
}

TEST_CASE("a journal with a hole or with nonsense is refused", "[connectors][speakap][sandbox]") {
    StoredSandbox sandbox({}, shop);
    REQUIRE(sandbox.create("103").status == 201);
    REQUIRE(sandbox.create("104").status == 201);
    const auto file = sandbox.options.state_file;
    const auto journal = test::TempDir::read(sandbox::journal_of(file));

    std::ofstream(sandbox::journal_of(file)) << journal.substr(journal.find('\n') + 1);
    CHECK(sandbox::load_state(file).error().code == "bad_state_file");
    std::ofstream(sandbox::journal_of(file)) << "what is this\n";
    CHECK(sandbox::load_state(file).error().code == "bad_state_file");
}

TEST_CASE("a file of an older version is read as it is", "[connectors][speakap][sandbox]") {
    test::SandboxWorld world;
    auto old = nlohmann::json::parse(sandbox::state_to_json(world.state));
    old.erase("changes");
    old.erase("judgement");

    CHECK(sandbox::state_from_json(old.dump()).value() == world.state);
}

TEST_CASE("a line is as long in a large network as in a small one", "[connectors][speakap][sandbox]") {
    nlohmann::json crowd = {{"users", nlohmann::json::array()}};
    for (int i = 0; i < 500; ++i) {
        crowd["users"].push_back({{"xid", "p" + std::to_string(i)}, {"email", std::to_string(i) + "@shop.example"}});
    }
    StoredSandbox small;
    StoredSandbox large({}, crowd.dump());
    const auto bytes = [](StoredSandbox& sandbox) {
        REQUIRE(sandbox.create("new").status == 201);
        return fs::file_size(sandbox::journal_of(sandbox.options.state_file));
    };

    CHECK(bytes(large) < bytes(small) + 32);
}
