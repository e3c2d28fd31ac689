#include "tests/connectors/speakap/sandbox/sandbox_world.hpp"

#include <catch2/catch.hpp>

using namespace usersync;
using test::body_of;
using test::each;
using test::SandboxWorld;
using test::scim_person;
using Names = std::vector<std::string>;

TEST_CASE("creating a person sends one invitation and no more", "[connectors][speakap][sandbox]") {
    SandboxWorld world;

    REQUIRE(world.scim("POST", "Users", scim_person("102", "cor@shop.example")).status == 201);
    REQUIRE(world.scim("POST", "Users", scim_person("102", "cor@shop.example")).status == 409);
    const auto id = world.person("102").scim_id;
    REQUIRE(world.scim("PUT", "Users/" + id, scim_person("102", "cor@shop.example")).status == 200);

    const auto sent = body_of(world.get("/sandbox/invitations"));
    REQUIRE(sent.size() == 1);
    CHECK(sent[0]["xid"] == "102");
    CHECK(sent[0]["user"] == world.person("102").eid);
    CHECK(sent[0]["address"] == "cor@shop.example");
    CHECK(sent[0]["kind"] == "email");
    CHECK(sent[0]["withdrawn"] == false);
}

TEST_CASE("somebody without an address is invited by telephone, or on paper", "[connectors][speakap][sandbox]") {
    SandboxWorld world;
    auto phone_only = scim_person("102", "");
    phone_only["phoneNumbers"] = {{{"value", "+31612345678"}, {"type", "mobile"}}};

    REQUIRE(world.scim("POST", "Users", phone_only).status == 201);
    REQUIRE(world.scim("POST", "Users", scim_person("103", "")).status == 201);

    const auto sent = body_of(world.get("/sandbox/invitations"));
    CHECK(each(sent, "kind") == Names{"sms", "printable"});
    CHECK(each(sent, "address") == Names{"+31612345678", ""});
}

TEST_CASE("a new address before acceptance sends a fresh invitation and withdraws the old one",
          "[connectors][speakap][sandbox]") {
    SandboxWorld world;
    REQUIRE(world.scim("POST", "Users", scim_person("102", "wrong@shop.example")).status == 201);

    REQUIRE(
        world.scim("PUT", "Users/" + world.person("102").scim_id, scim_person("102", "right@shop.example")).status ==
        200);

    const auto sent = body_of(world.get("/sandbox/invitations"));
    CHECK(each(sent, "address") == Names{"wrong@shop.example", "right@shop.example"});
    CHECK(sent[0]["withdrawn"] == true);
    CHECK(sent[1]["withdrawn"] == false);
    CHECK(sent[1]["reason"] == "address_changed");
}

TEST_CASE("a new address of somebody who uses the network sends nothing", "[connectors][speakap][sandbox]") {
    SandboxWorld world;

    REQUIRE(world.scim("PUT", "Users/" + world.person("100").scim_id, scim_person("100", "new@shop.example")).status ==
            200);

    CHECK(body_of(world.get("/sandbox/invitations")).empty());
    CHECK(body_of(world.rest("users/" + world.person("100").eid + "/"))["primaryEmail"] == "new@shop.example");
}

TEST_CASE("an invitee who accepts becomes an active member", "[connectors][speakap][sandbox]") {
    SandboxWorld world;

    const auto answer = world.post_form("/sandbox/accept", {{"xid", "101"}});

    CHECK(body_of(answer)["accepted"] == 1);
    CHECK(world.person("101").network.role == "member");
    CHECK(body_of(world.rest("users/" + world.person("101").eid + "/status"))["status"] == "active");
    CHECK(body_of(world.post_form("/sandbox/accept", {{"all", "true"}}))["accepted"] == 0);
}

TEST_CASE("a role given before acceptance is kept, and the status stays inactive until then",
          "[connectors][speakap][sandbox]") {
    SandboxWorld world;
    const auto bas = world.person("101");

    REQUIRE(world.post_form("changeroles", {{"memberships[" + bas.network.eid + "]", "admin"}}).status == 200);
    CHECK(body_of(world.rest("users/" + bas.eid + "/status"))["status"] == "inactive");
    REQUIRE(world.post_form("/sandbox/accept", {{"all", "true"}}).status == 200);

    CHECK(body_of(world.rest("users/" + bas.eid + "/status"))["status"] == "active");
    CHECK(world.person("101").network.role == "admin");
}

TEST_CASE("invite answers for every address what became of it", "[connectors][speakap][sandbox]") {
    SandboxWorld world;

    const auto answer = world.post_form("invite", {{"invitees[0][email]", "new@shop.example"},
                                                   {"invitees[0][name]", "Dirk de Vries"},
                                                   {"invitees[1][email]", "ANNA@shop.example"},
                                                   {"invitees[2][email]", "bas@shop.example"},
                                                   {"invitees[3][email]", "nowhere"}});

    CHECK(answer.status == 202);
    const auto per_email = body_of(answer)["data"];
    CHECK(per_email["new@shop.example"]["status"] == "sent");
    CHECK(per_email["ANNA@shop.example"]["status"] == "member");
    CHECK(per_email["bas@shop.example"]["status"] == "invitee");
    CHECK(per_email["bas@shop.example"]["EID"] == world.person("101").eid);
    CHECK(per_email["nowhere"] == nlohmann::json::parse(R"({"status":"invalid"})"));
    const auto user = body_of(world.rest("users/" + per_email["new@shop.example"]["EID"].get<std::string>() + "/"));
    CHECK(user["fullName"] == "Dirk de Vries");
    CHECK_FALSE(user.contains("XID"));
    CHECK(body_of(world.get("/sandbox/invitations")).size() == 1);
}

TEST_CASE("an invitee who is asked again gets a fresh invitation, a member does not",
          "[connectors][speakap][sandbox]") {
    SandboxWorld world;
    const std::vector<http::Parameter> form{
        {"invitees[0][email]", "bas@shop.example"}, {"invitees[1][email]", "anna@shop.example"}, {"resend", "true"}};

    const auto per_email = body_of(world.post_form("invite", form))["data"];

    CHECK(per_email["bas@shop.example"]["status"] == "resend");
    CHECK(per_email["bas@shop.example"]["EID"] == world.person("101").eid);
    CHECK(per_email["anna@shop.example"]["status"] == "member");
    const auto sent = body_of(world.get("/sandbox/invitations"));
    CHECK(each(sent, "reason") == Names{"invited_again"});
    world.state.behaviour.refuses_resend = true;
    CHECK(world.post_form("invite", form).status == 403);
    CHECK(body_of(world.get("/sandbox/invitations")).size() == 1);
}

TEST_CASE("invite takes a thousand and not one more", "[connectors][speakap][sandbox]") {
    SandboxWorld world;
    auto invitees = nlohmann::json::array();
    for (int i = 0; i < 1000; ++i) invitees.push_back({{"email", "p" + std::to_string(i) + "@shop.example"}});

    CHECK(body_of(world.post_json("invite", {{"invitees", invitees}}))["data"].size() == 1000);
    invitees.push_back({{"email", "one-more@shop.example"}});
    CHECK(world.post_json("invite", {{"invitees", invitees}}).status == 400);
}

TEST_CASE("invite takes JSON as well, and nobody at all is refused", "[connectors][speakap][sandbox]") {
    SandboxWorld world;

    const auto invitees = nlohmann::json::array({{{"email", "new@shop.example"}}});
    const auto answer = world.post_json("invite", {{"invitees", invitees}});

    CHECK(body_of(answer)["data"]["new@shop.example"]["status"] == "sent");
    CHECK(world.post_json("invite", {{"invitees", nlohmann::json::array()}}).status == 400);
    CHECK(world.post_form("invite", {}).status == 400);
}

TEST_CASE("the sandbox's own calls need the REST token", "[connectors][speakap][sandbox]") {
    SandboxWorld world;
    http::Request request{.method = "GET",
                          .target = "/sandbox/invitations",
                          .headers = {{"Authorization", "Bearer scim-token"}},
                          .body = ""};

    CHECK(world.call(request).status == 401);
    CHECK(world.get("/sandbox/nothing").status == 404);
}

TEST_CASE("the network is shown as people see it", "[connectors][speakap][sandbox]") {
    SandboxWorld world;
    REQUIRE(world.scim("POST", "Users", scim_person("102", "cor@shop.example")).status == 201);

    const auto text = world.get("/sandbox/network").body;

    CHECK(text ==
          "network Shop (f00d)\n\n"
          "business unit Store 12 (s12)\n"
          "  100 Anna van der Berg\n"
          "business unit Store 14\n"
          "department Sales\n"
          "  100 Anna van der Berg\n"
          "department Food (not hidden)\n"
          "local department Sales 12\n"
          "  100 Anna van der Berg\n"
          "secret group Board\n\n"
          "people\n"
          "  100        Anna van der Berg       active    member        Cashier\n"
          "  101        Bas Smit                invited   invitee\n"
          "  102        Cor de Wit              invited   invitee       Baker\n\n"
          "roles\n"
          "  Store manager (" +
              world.state.roles[0].eid +
              "): 0\n\n"
              "invitations sent: 1\n"
              "  102 by email to cor@shop.example\n");
}
