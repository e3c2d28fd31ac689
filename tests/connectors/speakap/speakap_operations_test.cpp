// What each kind of operation sends, and what becomes of every answer to it.
#include "tests/connectors/speakap/speakap_world.hpp"

#include <catch2/catch.hpp>

#include <boost/asio/co_spawn.hpp>

#include <chrono>
#include <string>
#include <vector>

namespace usersync::speakap {
namespace {

using namespace std::chrono_literals;

const std::string invite_path = "POST /networks/00AA/invite";
const std::string changeroles_path = "POST /networks/00AA/changeroles";

std::string invited(const std::string& address, const std::string& status, const std::string& eid = {}) {
    return R"({"ETC":"x","status":"accepted","data":{")" + address + R"(":{"status":")" + status + '"' +
           (eid.empty() ? "" : R"(,"EID":")" + eid + '"') + "}}}";
}

InviteAgain to_bo() { return InviteAgain{.email = "Bo@shop.example"}; }

// 1002 is invited since an hour after the epoch.
struct InviteeWorld : World {
    explicit InviteeWorld(SpeakapOptions options = {}) : World(std::move(options)) {
        rest.on(users_path + " offset[self]=0",
                answer(200, page("users", user("u1", "1001") + "," + user("u2", "1002"))));
        rest.on(memberships_path + " offset[self]=0",
                answer(200, page("memberships",
                                 membership("m1", "u1", "1001", "member") +
                                     R"(,{"EID":"m2","rev":"network","role":"invitee",)"
                                     R"("user":{"EID":"u2","XID":"1002"},"invitedAt":"1970-01-01T01:00:00Z"})")));
        rest.on(memberships_path + " offset[self]=0 group=g1", answer(200, empty_page));
    }
};

std::string row_of_invitee(const std::string& invited_at) {
    return R"({"EID":"m2","rev":"network","role":"invitee","user":{"EID":"u2"},"invitedAt":")" + invited_at + "\"}";
}

// ---- invitations --------------------------------------------------------------------------------------------

TEST_CASE("an invitation is sent again to that address, and every status of the answer has a meaning",
          "[connectors][speakap]") {
    struct Case {
        std::string status;
        bool done;
        bool already_so;
        std::string code;
    };
    const Case cases[] = {
        {"sent", true, false, ""},
        {"resend", true, false, ""},
        {"invitee", true, true, ""},
        {"member", true, true, ""},
        {"invalid", false, false, "invalid_email_address"},
        {"?", false, false, "unknown_invite_status"},
    };
    for (const auto& one : cases) {
        INFO(one.status);
        InviteeWorld world;
        REQUIRE(world.read().has_value());
        world.rest.on("GET /networks/00AA/memberships/m2/", answer(200, row_of_invitee("1970-01-01T01:00:00Z")));
        world.rest.on(invite_path, answer(202, invited("bo@shop.example", one.status, "u2")));

        const auto receipt = world.apply("1002", to_bo());

        CHECK(receipt.has_value() == one.done);
        if (receipt) CHECK(receipt->already_so == one.already_so);
        if (!receipt) CHECK(receipt.error().code == one.code);
        CHECK(world.rest.last(invite_path).body == "invitees%5B0%5D%5Bemail%5D=Bo%40shop.example");
        CHECK(test::header_of(world.rest.last(invite_path), "Content-Type") == "application/x-www-form-urlencoded");
    }
}

TEST_CASE("an invitation asks to be sent again in words only where the tenant says so", "[connectors][speakap]") {
    SpeakapOptions options;
    options.invite_resend = true;
    InviteeWorld world(options);
    REQUIRE(world.read().has_value());
    world.rest.on("GET /networks/00AA/memberships/m2/", answer(200, row_of_invitee("1970-01-01T01:00:00Z")));
    world.rest.on(invite_path, answer(202, invited("bo@shop.example", "resend", "u2")));
    REQUIRE(world.apply("1002", to_bo()).has_value());
    CHECK(http::parse_form(world.rest.last(invite_path).body).front() == http::Parameter{"resend", "true"});
}

TEST_CASE("a first invitation never asks to be sent again, and never travels with one that does",
          "[connectors][speakap]") {
    SpeakapOptions options;
    options.create_by_invite = true;
    options.invite_resend = true;
    InviteeWorld world(options);
    REQUIRE(world.read().has_value());
    world.rest.on("GET /networks/00AA/memberships/m2/", answer(200, row_of_invitee("1970-01-01T01:00:00Z")));
    world.rest.on(invite_path, answer(202, R"({"data":{"bo@shop.example":{"status":"resend","EID":"u2"},
        "2001@shop.example":{"status":"resend","EID":"u9"}}})"));
    CreateUser create;
    create.profile.email = "2001@shop.example";
    std::vector<std::string> outcomes(2);
    const std::vector<Operation> both = {World::operation("1002", to_bo()), World::operation("2001", create)};
    for (std::size_t n = 0; n < both.size(); ++n) {
        boost::asio::co_spawn(world.context, world.network->apply(both[n], world.deadline()),
                              [&outcomes, n](std::exception_ptr error, Result<Receipt> receipt) {
                                  REQUIRE_FALSE(error);
                                  REQUIRE(receipt.has_value());
                                  outcomes[n] = receipt->already_so ? "was_there" : "sent";
                              });
    }
    world.context.restart();
    world.context.run();

    // Of somebody new, "resend" says that somebody had asked them in before.
    CHECK(outcomes == std::vector<std::string>{"sent", "was_there"});
    CHECK(world.rest.count(invite_path) == 2);
    for (const auto& request : world.rest.sent()) {
        if (request.method != "POST") continue;
        const auto form = http::parse_form(request.body);
        const bool again = form.front() == http::Parameter{"resend", "true"};
        CHECK(again == (form.back().value == "Bo@shop.example"));
    }
}

TEST_CASE("nobody gets two mails because an answer was lost", "[connectors][speakap][fault21]") {
    InviteeWorld world;
    // After a restart nothing proves that the mail did not go out.
    const auto in_doubt = world.find("1002", to_bo());
    REQUIRE(in_doubt.has_value());
    CHECK(*in_doubt == Found::in_effect);

    REQUIRE(world.read().has_value());
    world.rest.on("GET /networks/00AA/memberships/m2/", answer(200, row_of_invitee("1970-01-01T01:00:00Z")));
    world.rest.on(invite_path, answer_lost());
    const auto lost = world.apply("1002", to_bo());
    REQUIRE(lost.has_error());
    CHECK(lost.error().effect == Effect::unknown);

    // The network shows the moment of the one before: it may lag, so that proves nothing.
    const auto counts_as_sent = world.find("1002", to_bo());
    REQUIRE(counts_as_sent.has_value());
    CHECK(*counts_as_sent == Found::in_effect);
    CHECK(world.rest.count(invite_path) == 1);
}

TEST_CASE("an invitation needs an address", "[connectors][speakap]") {
    InviteeWorld world;
    REQUIRE(world.read().has_value());
    const auto receipt = world.apply("1002", InviteAgain{.email = " "});
    REQUIRE(receipt.has_error());
    CHECK(receipt.error().code == "no_address");
    CHECK(world.rest.count(invite_path) == 0);
}

// ---- accounts by invitation ---------------------------------------------------------------------------------

SpeakapOptions without_scim(std::size_t batch = 1000) {
    SpeakapOptions options;
    options.create_by_invite = true;
    options.invite_batch = batch;
    return options;
}

CreateUser person(const std::string& key) {
    CreateUser create;
    create.profile.email = key + "@shop.example";
    create.profile.name = PersonName{.first = "Bo", .infix = "de", .last = "Vries"};
    return create;
}

std::vector<std::string> create_together(World& world, int first, int last) {
    std::vector<std::string> outcomes(static_cast<std::size_t>(last - first));
    for (int n = first; n < last; ++n) {
        const auto key = std::to_string(n);
        auto& outcome = outcomes[static_cast<std::size_t>(n - first)];
        boost::asio::co_spawn(
            world.context, world.network->apply(World::operation(key, person(key)), world.deadline()),
            [&outcome](std::exception_ptr error, Result<Receipt> receipt) {
                REQUIRE_FALSE(error);
                outcome = !receipt ? receipt.error().code : receipt->already_so ? "was_there" : "sent";
            });
    }
    world.context.restart();
    world.context.run();
    return outcomes;
}

TEST_CASE("a network without SCIM is read and changed without a call to it", "[connectors][speakap]") {
    World world(without_scim());
    REQUIRE(world.read().has_value());
    world.rest.on(invite_path, answer(202, invited("2001@shop.example", "sent", "u9")));
    world.rest.on("POST /networks/00AA/users/u9/groups/add", answer(200, "{}"));

    CHECK(world.apply("2001", person("2001")).has_value());
    // The answer named the account: it can be placed before any list shows it.
    CHECK(world.apply("2001", to_store()).has_value());
    const auto update = world.apply("2001", UpdateProfile{});
    REQUIRE(update.has_error());
    CHECK(update.error().code == "needs_scim");
    const auto suspend = world.apply("2001", SuspendUser{});
    REQUIRE(suspend.has_error());
    CHECK(suspend.error().code == "needs_scim");
    CHECK(world.scim.sent().empty());

    const auto form = http::parse_form(world.rest.last(invite_path).body);
    CHECK(form == std::vector<http::Parameter>{{"invitees[0][email]", "2001@shop.example"},
                                               {"invitees[0][name]", "Bo de Vries"}});
}

TEST_CASE("invitations that are under way at the same time go out in one call, and each has its own answer",
          "[connectors][speakap]") {
    World world(without_scim());
    REQUIRE(world.read().has_value());
    world.rest.on(invite_path, answer(202, R"({"data":{"2000@shop.example":{"status":"sent","EID":"a0"},
        "2001@shop.example":{"status":"invitee","EID":"a1"},"2002@shop.example":{"status":"invalid"},
        "2003@shop.example":{"status":"member","EID":"u1"}}})"));

    const auto outcomes = create_together(world, 2000, 2005);

    CHECK(outcomes ==
          std::vector<std::string>{"sent", "was_there", "invalid_email_address", "conflict", "not_answered"});
    CHECK(world.rest.count(invite_path) == 1);
}

TEST_CASE("no call carries more invitees than the network takes", "[connectors][speakap]") {
    World world(without_scim(2));
    REQUIRE(world.read().has_value());
    world.rest.on(invite_path, answer(202, R"({"data":{"2000@shop.example":{"status":"sent"},
        "2001@shop.example":{"status":"sent"},"2002@shop.example":{"status":"sent"},
        "2003@shop.example":{"status":"sent"},"2004@shop.example":{"status":"sent"}}})"));

    const auto outcomes = create_together(world, 2000, 2005);

    CHECK(outcomes == std::vector<std::string>(5, "sent"));
    CHECK(world.rest.count(invite_path) == 3);
}

TEST_CASE("one invitee whom the network does not take never stops the others of the call", "[connectors][speakap]") {
    World world(without_scim());
    REQUIRE(world.read().has_value());
    const auto all_sent = answer(202, R"({"data":{"2000@shop.example":{"status":"sent"},
        "2001@shop.example":{"status":"sent"},"2002@shop.example":{"status":"sent"},
        "2003@shop.example":{"status":"sent"}}})");
    const auto refused = answer(400, R"({"code":-8,"message":"x"})");
    // All four, the first half, the second half, its first, its last.
    world.rest.on(invite_path, {refused, all_sent, refused, refused, all_sent});

    const auto outcomes = create_together(world, 2000, 2004);

    CHECK(outcomes == std::vector<std::string>{"sent", "sent", "invalid_email_address", "sent"});
    CHECK(world.rest.count(invite_path) == 5);
}

TEST_CASE("a call of invitations whose answer is lost may have sent each of them", "[connectors][speakap][fault21]") {
    World world(without_scim());
    REQUIRE(world.read().has_value());
    world.rest.on(invite_path, answer_lost());

    CHECK(create_together(world, 2000, 2003) == std::vector<std::string>(3, "connection_lost"));
    CHECK(world.rest.count(invite_path) == 1);

    // A list that does not show them is no proof that no mail went out.
    const auto unknown = world.find("2000", person("2000"));
    REQUIRE(unknown.has_error());
    CHECK(unknown.error().code == "not_visible_yet");
    CHECK(unknown.error().kind == FailureKind::transient);
    const auto shown = answer(200, page("users", R"({"EID":"u8","primaryEmail":"2000@Shop.example"})"));
    world.rest.on(users_path + " offset[self]=0", shown);
    const auto found = world.find("2000", person("2000"));
    REQUIRE(found.has_value());
    CHECK(*found == Found::in_effect);

    // Nobody waits for ever.
    CHECK(world.find("2001", person("2001")).has_error());
    world.clock.advance(11min);
    const auto never = world.find("2001", person("2001"));
    REQUIRE(never.has_value());
    CHECK(*never == Found::not_in_effect);
}

TEST_CASE("a look for an invitation that another process sent waits as long", "[connectors][speakap]") {
    World world(without_scim());
    CHECK(world.find("2001", person("2001")).has_error());
    world.clock.advance(11min);
    const auto never = world.find("2001", person("2001"));
    REQUIRE(never.has_value());
    CHECK(*never == Found::not_in_effect);
}

TEST_CASE("a call that the network does not understand is not cut into ever smaller ones", "[connectors][speakap]") {
    World world(without_scim());
    REQUIRE(world.read().has_value());
    world.rest.on(invite_path, answer(400, R"({"code":-1,"message":"x"})"));
    CHECK(create_together(world, 2000, 2016) == std::vector<std::string>(16, "invalid_request"));
    CHECK(world.rest.count(invite_path) == 3);

    World forbidden(without_scim());
    REQUIRE(forbidden.read().has_value());
    forbidden.rest.on(invite_path, answer(404, R"({"code":-4,"message":"x"})"));
    CHECK(create_together(forbidden, 2000, 2016) == std::vector<std::string>(16, "not_found"));
    CHECK(forbidden.rest.count(invite_path) == 1);
}

TEST_CASE("an account that was made by invitation is told by its EID, and ended without SCIM",
          "[connectors][speakap]") {
    World world(without_scim());
    REQUIRE(world.read().has_value());
    world.rest.on(invite_path, answer(202, invited("2001@shop.example", "sent", "u9")));
    const auto made = world.apply("2001", person("2001"));
    REQUIRE(made.has_value());
    CHECK(made->made == UserEid("u9"));

    world.rest.on("GET /networks/00AA/memberships/m1/",
                  {answer(200, membership("m1", "u1", "1001", "member")), answer(404, R"({"code":-4,"message":"x"})")});
    world.rest.on("DELETE /networks/00AA/memberships/m1/", answer(202, "{}"));
    const auto ended = world.apply("1001", EndMembership{});
    REQUIRE(ended.has_value());
    CHECK_FALSE(ended->already_so);
    CHECK(world.scim.sent().empty());
}

// ---- roles in groups ----------------------------------------------------------------------------------------

ChangeGroupRole leader_of_store() {
    return ChangeGroupRole{.group = store(), .before = RoleId("member"), .after = RoleId("admin")};
}

TEST_CASE("a role in a group is given by hand unless the tenant says that there is a call", "[connectors][speakap]") {
    World world;
    REQUIRE(world.read().has_value());
    const auto receipt = world.apply("1001", leader_of_store());
    REQUIRE(receipt.has_error());
    CHECK(receipt.error().code == "group_role_by_hand");
    CHECK(receipt.error().kind == FailureKind::rejected);
    CHECK(world.rest.count(changeroles_path) == 0);
}

TEST_CASE("a role in a group is changed by the EID of that membership", "[connectors][speakap]") {
    SpeakapOptions options;
    options.group_roles = true;
    World world(options);
    REQUIRE(world.read().has_value());
    world.rest.on(changeroles_path, {answer(200, "{}"), answer(200, R"({"data":{"failed":{"x1":"no"}}})")});

    REQUIRE(world.apply("1001", leader_of_store()).has_value());
    CHECK(world.rest.last(changeroles_path).body == "memberships%5Bx1%5D=admin");

    const auto failed = world.apply("1001", leader_of_store());
    REQUIRE(failed.has_error());
    CHECK(failed.error().code == "role_not_changed");

    const auto not_in_it = world.apply("1002", leader_of_store());
    REQUIRE(not_in_it.has_error());
    CHECK(not_in_it.error().code == "not_visible_yet");
}

// ---- coming back under a new key ----------------------------------------------------------------------------

TEST_CASE("somebody who comes back under a new key gets their account, and it gets the key", "[connectors][speakap]") {
    World world;
    world.scim.on("GET /Users", answer(200, scim_list(scim_user("s1", "1001", R"(,"active":false)"), 1)));
    REQUIRE(world.read().has_value());
    world.scim.on("PUT /Users/s1", answer(200, "{}"));
    const ReactivateUser back{.profile = {}, .formerly = EmployeeKey("1001")};

    REQUIRE(world.apply("5005", back).has_value());

    const auto& body = world.scim.last("PUT /Users/s1").body;
    for (const std::string part : {R"("externalId":"5005")", R"("userName":"5005")", R"("active":true)",
                                   R"("login":"5005")", R"("familyName":"de Boer")"}) {
        INFO(part);
        CHECK(body.find(part) != std::string::npos);
    }
    world.scim.on(R"(GET /Users)", answer(200, scim_list(scim_user("s1", "5005"), 1)));
    const auto found = world.find("5005", back);
    REQUIRE(found.has_value());
    CHECK(*found == Found::in_effect);
    CHECK(http::parse_form(http::split_target(world.scim.sent().back().target).query).front().value ==
          R"(userName eq "5005")");
    // What was known of them is known under the new key.
    world.rest.on("POST /networks/00AA/users/u1/groups/add", answer(200, "{}"));
    CHECK(world.apply("5005", to_store()).has_value());
}

TEST_CASE("a new key that somebody has is refused by the network, and nothing is overwritten",
          "[connectors][speakap]") {
    World world;
    REQUIRE(world.read().has_value());
    world.scim.on("PUT /Users/s1", answer(409, R"({"schemas":["urn:ietf:params:scim:api:messages:2.0:Error"],)"
                                               R"("scimType":"uniqueness","status":"409"})"));
    const auto receipt = world.apply("5005", ReactivateUser{.profile = {}, .formerly = EmployeeKey("1001")});
    REQUIRE(receipt.has_error());
    CHECK(receipt.error().code == "uniqueness");
    CHECK(receipt.error().kind == FailureKind::rejected);
}

// ---- accounts whose making was not answered -----------------------------------------------------------------

TEST_CASE("a duplicate that may be our own, made by a call whose answer was lost, is looked for and not given up",
          "[connectors][speakap]") {
    World world;
    REQUIRE(world.read().has_value());
    world.scim.on("GET /Users", answer(200, scim_list("", 0)));
    world.scim.on("POST /Users", {answer_lost(), answer(409, R"({"scimType":"uniqueness"})")});
    REQUIRE(world.apply("2001", CreateUser{}).has_error());

    const auto not_shown = world.apply("2001", CreateUser{});
    REQUIRE(not_shown.has_error());
    CHECK(not_shown.error().code == "not_visible_yet");
    CHECK(not_shown.error().kind == FailureKind::transient);
    CHECK(not_shown.error().effect == Effect::unknown);

    // Somebody else has the address, then.
    world.clock.advance(11min);
    const auto taken = world.apply("2001", CreateUser{});
    REQUIRE(taken.has_error());
    CHECK(taken.error().code == "conflict");
}

TEST_CASE("a local department of the same name in another business unit is another one", "[connectors][speakap]") {
    World world;
    REQUIRE(world.read().has_value());
    const auto checkout_in = [](const std::string& unit) {
        return R"({"EID":"g5","groupType":"local_dept","name":"Checkout","_links":{"parent":{"href":"/networks/00aa/groups/)" +
               unit + R"(/"}}})";
    };
    world.rest.on("GET /networks/00AA/groups/ offset[self]=0",
                  {answer(200, page("groups", checkout_in("g9"))), answer(200, page("groups", checkout_in("G1")))});
    const MakeGroup checkout{.kind = GroupKind::local_department,
                             .name = "Checkout",
                             .business_unit = GroupEid("g1"),
                             .department = GroupEid("g2")};
    const auto elsewhere = world.find("", checkout);
    REQUIRE(elsewhere.has_value());
    CHECK(*elsewhere == Found::not_in_effect);
    const auto here = world.find("", checkout);
    REQUIRE(here.has_value());
    CHECK(*here == Found::in_effect);
}

// ---- linked accounts ----------------------------------------------------------------------------------------

TEST_CASE("an account that is only linked keeps the names that it signs in with", "[connectors][speakap]") {
    World world;
    world.rest.on(users_path + " offset[self]=0", answer(200, page("users", R"({"EID":"u1",)"
                                                                            R"("primaryEmail":"a@shop.example"})")));
    world.rest.on(
        memberships_path + " offset[self]=0",
        answer(200, page("memberships", R"({"EID":"m1","rev":"network","role":"member","user":{"EID":"u1"}})")));
    world.rest.on(memberships_path + " offset[self]=0 group=g1", answer(200, empty_page));
    world.scim.on("GET /Users", answer(200, scim_list(R"({"id":"s1","userName":"A@shop.example","active":true})", 1)));
    const std::vector<Link> links = {{.key = EmployeeKey("7001"), .eid = UserEid("u1")}};
    const auto network = world.read(links);
    REQUIRE(network.has_value());
    CHECK(network->users.at(0).linked);
    world.scim.on("PUT /Users/s1", answer(200, "{}"));
    world.rest.on(changeroles_path, answer(200, "{}"));

    REQUIRE(world.apply("7001", SuspendUser{}).has_value());
    CHECK(world.scim.last("PUT /Users/s1").body.find(R"("userName":"A@shop.example")") != std::string::npos);
    CHECK(world.scim.last("PUT /Users/s1").body.find("7001") == std::string::npos);
    REQUIRE(world.apply("7001", to_admin()).has_value());
    CHECK(world.rest.last(changeroles_path).body == "memberships%5Bm1%5D=admin");
    REQUIRE(world.find("7001", SuspendUser{}).has_value());
    CHECK(http::parse_form(http::split_target(world.scim.sent().back().target).query).front().value ==
          R"(userName eq "A@shop.example")");
}

// ---- what the network refuses -------------------------------------------------------------------------------

TEST_CASE("somebody from outside keeps their last group: the refusal is theirs alone, and nothing is forced",
          "[connectors][speakap]") {
    World world;
    REQUIRE(world.read().has_value());
    world.rest.on("POST /networks/00AA/users/u1/groups/remove",
                  answer(400, R"({"code":-1,"message":"Stray User Prevented"})"));
    const auto receipt = world.apply("1001", from_store());
    REQUIRE(receipt.has_error());
    CHECK(receipt.error().code == "stray_user_prevented");
    CHECK(receipt.error().kind == FailureKind::rejected);
    for (const auto& request : world.rest.sent()) CHECK(request.target.find("force") == std::string::npos);
}

TEST_CASE("a membership that somebody else protects does not stop the run, a token without rights does",
          "[connectors][speakap]") {
    const auto forbidden = answer(403, R"({"code":-3,"message":"x"})");
    World world;
    REQUIRE(world.read().has_value());
    world.rest.on("DELETE /networks/00AA/memberships/m1/", forbidden);
    const std::string row = R"({"EID":"m1","rev":"network","role":"member","user":{"EID":"u1"})";
    world.rest.on("GET /networks/00AA/memberships/m1/",
                  {answer(200, row + R"(,"lockedBy":"00ff"})"), answer(200, row + "}")});

    const auto locked = world.apply("1001", EndMembership{});
    REQUIRE(locked.has_error());
    CHECK(locked.error().code == "membership_locked");
    CHECK(locked.error().kind == FailureKind::rejected);
    const auto not_allowed = world.apply("1001", EndMembership{});
    REQUIRE(not_allowed.has_error());
    CHECK(not_allowed.error().kind == FailureKind::blocked);
}

TEST_CASE("an end that was only promised is not called kept until the network shows it", "[connectors][speakap]") {
    World world;
    REQUIRE(world.read().has_value());
    const std::string row_path = "GET /networks/00AA/memberships/m1/";
    const auto there = answer(200, membership("m1", "u1", "1001", "member"));
    const auto gone = answer(404, R"({"code":-4,"message":"x"})");
    world.rest.on("DELETE /networks/00AA/memberships/m1/", answer(202, R"({"ETC":"x","status":"accepted"})"));

    // A promise that is never kept.
    world.rest.on(row_path, there);
    const auto start = world.clock.steady_now();
    const auto unkept = world.apply("1001", EndMembership{});
    REQUIRE(unkept.has_error());
    CHECK(unkept.error().code == "promised");
    CHECK(unkept.error().kind == FailureKind::transient);
    CHECK(unkept.error().effect == Effect::unknown);
    CHECK(world.clock.steady_now() - start <= Duration(40s));
    const auto found = world.find("1001", EndMembership{});
    REQUIRE(found.has_value());
    CHECK(*found == Found::not_in_effect);

    // One that is kept after a while: before the call, at once, a second later, two seconds later.
    world.rest.on(row_path, {there, there, there, gone});
    const auto kept = world.apply("1001", EndMembership{});
    REQUIRE(kept.has_value());
    CHECK_FALSE(kept->already_so);
    CHECK(world.rest.count("DELETE /networks/00AA/memberships/m1/") == 2);
}

TEST_CASE("no other write that was only promised is called done before it shows", "[connectors][speakap]") {
    World world;
    REQUIRE(world.read().has_value());
    world.rest.on("POST /networks/00AA/users/u1/groups/remove", answer(202, "{}"));
    world.rest.on(changeroles_path, answer(202, "{}"));
    world.scim.on("PUT /Users/s1", answer(202, "{}"));
    for (const What& what : {What(from_store()), What(to_admin()), What(SuspendUser{})}) {
        INFO(kind_of(what));
        const auto unkept = world.apply("1001", what);
        REQUIRE(unkept.has_error());
        CHECK(unkept.error().code == "promised");
    }
    world.rest.on(memberships_path + " offset[self]=0 group=g1", answer(200, empty_page));
    CHECK(world.apply("1001", from_store()).has_value());
}

// ---- what changed since the reading -------------------------------------------------------------------------

TEST_CASE("an administrator who was made by hand since the reading is neither suspended nor removed",
          "[connectors][speakap]") {
    for (const What& what : {What(SuspendUser{}), What(EndMembership{})}) {
        INFO(kind_of(what));
        World world;
        REQUIRE(world.read().has_value());
        world.rest.on("GET /networks/00AA/memberships/m1/", answer(200, membership("m1", "u1", "1001", "admin")));
        const auto refused = world.apply("1001", what);
        REQUIRE(refused.has_error());
        CHECK(refused.error().code == "changed_meanwhile");
        CHECK(refused.error().kind == FailureKind::rejected);
        CHECK(refused.error().effect == Effect::none);
        for (const auto& request : world.rest.sent()) CHECK(request.method == "GET");
        for (const auto& request : world.scim.sent()) CHECK(request.method == "GET");
    }
}

TEST_CASE("an administrator whom the plan knew as one is suspended when the plan says so", "[connectors][speakap]") {
    World world;
    const auto row = membership("m1", "u1", "1001", "admin");
    world.rest.on(memberships_path + " offset[self]=0", answer(200, page("memberships", row)));
    world.rest.on(memberships_path + " offset[self]=0 group=g1", answer(200, empty_page));
    world.rest.on("GET /networks/00AA/memberships/m1/", answer(200, row));
    REQUIRE(world.read().has_value());
    world.scim.on("PUT /Users/s1", answer(200, "{}"));
    CHECK(world.apply("1001", SuspendUser{}).has_value());
}

TEST_CASE("a role that somebody changed since the reading is not changed again", "[connectors][speakap]") {
    World world;
    REQUIRE(world.read().has_value());
    const std::string row_path = "GET /networks/00AA/memberships/m1/";
    world.rest.on(row_path, answer(200, membership("m1", "u1", "1001", "00c0")));
    const auto refused = world.apply("1001", to_admin());
    REQUIRE(refused.has_error());
    CHECK(refused.error().code == "changed_meanwhile");

    world.rest.on(row_path, answer(200, membership("m1", "u1", "1001", "admin")));
    const auto already = world.apply("1001", to_admin());
    REQUIRE(already.has_value());
    CHECK(already->already_so);
    CHECK(world.rest.count(changeroles_path) == 0);

    // A tenant may have another word for the role that the network shows: it is as it was read.
    world.rest.on(row_path, answer(200, membership("m1", "u1", "1001", "member")));
    world.rest.on(changeroles_path, answer(200, "{}"));
    CHECK(world.apply("1001", ChangeRole{.before = RoleId("viewer"), .after = RoleId("admin")}).has_value());

    // Whoever has not accepted has another role than the one that is theirs.
    world.rest.on(changeroles_path, answer(200, "{}"));
    world.rest.on(row_path, answer(200, membership("m1", "u1", "1001", "invitee")));
    CHECK(world.apply("1001", to_admin()).has_value());
}

TEST_CASE("what another application has protected since the reading is left alone", "[connectors][speakap]") {
    World world;
    REQUIRE(world.read().has_value());
    world.rest.on("GET /networks/00AA/memberships/m1/",
                  answer(200, R"({"EID":"m1","rev":"network","role":"member","user":{"EID":"u1"},"lockedBy":"00ff"})"));
    for (const What& what : {What(SuspendUser{}), What(EndMembership{}), What(to_admin())}) {
        INFO(kind_of(what));
        const auto refused = world.apply("1001", what);
        REQUIRE(refused.has_error());
        CHECK(refused.error().code == "membership_locked");
        CHECK(refused.error().kind == FailureKind::rejected);
    }
}

TEST_CASE("a role in a group that somebody changed since the reading is not changed again", "[connectors][speakap]") {
    SpeakapOptions options;
    options.group_roles = true;
    World world(options);
    REQUIRE(world.read().has_value());
    world.rest.on(memberships_path + " offset[self]=0 group=g1",
                  answer(200, page("memberships", R"({"EID":"x1","rev":"group","role":"00c0","user":{"EID":"u1"}})")));
    const auto refused = world.apply("1001", leader_of_store());
    REQUIRE(refused.has_error());
    CHECK(refused.error().code == "changed_meanwhile");
}

// ---- more of what the network refuses -----------------------------------------------------------------------

TEST_CASE("a 409 to an end is looked at: no member is ended already, anything else is refused",
          "[connectors][speakap][fault22]") {
    World world;
    REQUIRE(world.read().has_value());
    world.rest.on("DELETE /networks/00AA/memberships/m1/", answer(409, R"({"code":-40,"message":"x"})"));
    const std::string row = R"({"EID":"m1","rev":"network","role":"member","user":{"EID":"u1"}})";
    world.rest.on("GET /networks/00AA/memberships/m1/", {answer(200, row), answer(404)});

    const auto refused = world.apply("1001", EndMembership{});
    REQUIRE(refused.has_error());
    CHECK(refused.error().code == "conflict");
    world.rest.on(memberships_path, answer(200, empty_page));
    const auto ended = world.apply("1001", EndMembership{});
    REQUIRE(ended.has_value());
    CHECK(ended->already_so);
}

TEST_CASE("a success that is an error, a page of somebody else or a part is no success",
          "[connectors][speakap][fault23]") {
    for (const auto& odd : {answer(200, R"({"code":-1,"message":"x"})"), answer(200, "<html>Sign in</html>"),
                            answer(207, R"({"status":"some"})")}) {
        World world;
        REQUIRE(world.read().has_value());
        world.rest.on("POST /networks/00AA/users/u1/groups/add", odd);
        const auto receipt = world.apply("1001", to_store());
        REQUIRE(receipt.has_error());
        CHECK(receipt.error().effect == Effect::unknown);
        CHECK(world.rest.count("POST /networks/00AA/users/u1/groups/add") == 1);
    }
}

TEST_CASE("a sign-in page instead of the network is read again, and then no empty network",
          "[connectors][speakap][fault29]") {
    World world;
    world.rest.on(users_path + " offset[self]=0", answer(200, "<!doctype html><title>Sign in</title>"));
    const auto network = world.read();
    REQUIRE(network.has_error());
    CHECK(network.error().code == "not_json");
    CHECK(network.error().kind == FailureKind::transient);
    CHECK(world.rest.count(users_path + " offset[self]=0") == 4);
}

TEST_CASE("a spent budget makes all calls wait, a refused one likewise", "[connectors][speakap][fault20]") {
    World world;
    REQUIRE(world.read().has_value());
    world.rest.on("POST /networks/00AA/users/u1/groups/add",
                  answer(200, "{}", {{"X-RateLimit-Remaining", "0"}, {"X-RateLimit-Reset", "40"}}));
    const auto start = world.clock.steady_now();
    REQUIRE(world.apply("1001", to_store()).has_value());
    world.scim.on("PUT /Users/s1", answer(200));
    REQUIRE(world.apply("1001", SuspendUser{}).has_value());
    CHECK(world.clock.steady_now() >= start + Duration(40s));
}

TEST_CASE("another version of REST, another host and plain JSON are settings", "[connectors][speakap]") {
    SpeakapOptions options;
    options.rest_version = "2024.3.2";
    World world(options);
    world.rest.on("GET /networks/00AA/groups/ offset[self]=0",
                  answer(200, R"({"groups":[{"EID":"g1","groupType":"business_unit","name":"Store 12"}]})"));
    world.rest.on(users_path + " offset[self]=0", answer(200, R"({"users":[)" + user("u1", "1001") + "]}"));
    world.rest.on(memberships_path + " offset[self]=0",
                  answer(200, R"({"memberships":[{"EID":"m1","rev":"network","role":"member",)"
                              R"("user":{"EID":"u1","XID":"1001"}}]})"));
    world.rest.on(memberships_path + " offset[self]=0 group=g1",
                  answer(200, R"({"memberships":[{"EID":"x1","rev":"group","role":"member","user":{"EID":"u1"}}]})"));

    const auto network = world.read();

    REQUIRE(network.has_value());
    CHECK(network->users.at(0).groups == std::vector<GroupEid>{GroupEid("g1")});
    CHECK(test::header_of(world.rest.sent().front(), "Accept") == "application/vnd.speakap.api-v2024.3.2+json+hal");
}

}  // namespace
}  // namespace usersync::speakap
