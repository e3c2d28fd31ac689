#include "tests/connectors/speakap/speakap_world.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

namespace usersync::speakap {
namespace {

using namespace std::chrono_literals;

// ---- reading ------------------------------------------------------------------------------------------------

TEST_CASE("the whole network is read and joined", "[connectors][speakap]") {
    World world;

    const auto network = world.read();

    REQUIRE(network.has_value());
    CHECK(network->eid == NetworkEid("00aa"));
    CHECK(network->groups.size() == 1);
    REQUIRE(network->users.size() == 1);
    CHECK(network->users[0].eid == UserEid("u1"));
    CHECK(network->users[0].scim_id == ScimId("s1"));
    CHECK(network->users[0].membership == MembershipEid("m1"));
    CHECK(network->users[0].groups == std::vector<GroupEid>{GroupEid("g1")});
}

TEST_CASE("every call names its version, its form and its token, each API its own", "[connectors][speakap]") {
    World world;
    REQUIRE(world.read().has_value());
    world.rest.on("POST /networks/00AA/users/u1/groups/add", answer(200, "{}"));
    world.scim.on("PUT /Users/s1", answer(200, "{}"));
    REQUIRE(world.apply("1001", to_store()).has_value());
    REQUIRE(world.apply("1001", SuspendUser{}).has_value());

    for (const auto& request : world.rest.sent()) {
        CHECK(test::header_of(request, "Authorization") == "Bearer app_rest-secret");
        CHECK(test::header_of(request, "Accept") == "application/vnd.speakap.api-v1.8.2+json+hal");
    }
    for (const auto& request : world.scim.sent()) {
        CHECK(test::header_of(request, "Authorization") == "Bearer scim-secret");
    }
    const auto& form = world.rest.last("POST /networks/00AA/users/u1/groups/add");
    CHECK(test::header_of(form, "Content-Type") == "application/x-www-form-urlencoded");
    CHECK(form.body == "groups%5B%5D=g1");
    CHECK(test::header_of(world.scim.last("PUT /Users/s1"), "Content-Type") == "application/scim+json");
}

TEST_CASE("collections are read until an empty page, and nobody is counted twice", "[connectors][speakap]") {
    World world;
    world.rest.on(users_path + " offset[self]=0",
                  answer(200, page("users", user("u1", "1001") + "," + user("u2", "1002"))));
    world.rest.on(users_path + " offset[self]=2",
                  answer(200, page("users", user("U2", "1002") + "," + user("u3", "1003"))));
    world.rest.on(users_path + " offset[self]=4", answer(200, page("users", user("u4", "1004"))));
    world.rest.on(memberships_path + " offset[self]=0",
                  answer(200, page("memberships", membership("m1", "u1", "1001", "member") + "," +
                                                      membership("m2", "u2", "1002", "member") + "," +
                                                      membership("m3", "u3", "1003", "member") + "," +
                                                      membership("m4", "u4", "1004", "member"))));
    world.rest.on(memberships_path + " offset[self]=0 group=g1", answer(200, empty_page));

    const auto network = world.read();

    REQUIRE(network.has_value());
    CHECK(network->users.size() == 4);
    // Pages that overlap are read once more; the same people again, so nobody was missed.
    CHECK(world.rest.count(users_path + " embed=users limit[self]=2") == 8);
    CHECK(world.rest.count(users_path + " offset[self]=5") == 2);
}

TEST_CASE("a network of which only links are shown is not taken for an empty one", "[connectors][speakap]") {
    World world;
    world.rest.on(users_path, answer(200, R"({"_links":{"users":[{"href":"/networks/00aa/users/u1/"}]}})"));

    const auto network = world.read();

    REQUIRE(network.has_error());
    CHECK(network.error().code == "members_not_embedded");
    CHECK(network.error().kind == FailureKind::blocked);
}

TEST_CASE("a server that does not page does not make us read for ever, or half of it", "[connectors][speakap]") {
    World world;
    world.rest.on(users_path, answer(200, page("users", user("u1", "1001"))));
    const auto network = world.read();
    REQUIRE(network.has_error());
    CHECK(network.error().code == "paging_does_not_move");
}

TEST_CASE("deleted users are not shown", "[connectors][speakap]") {
    World world;
    world.rest.on(users_path + " offset[self]=0",
                  answer(200, page("users", user("u1", "1001") + R"(,{"EID":"u2","XID":"1002","deleted":true})")));
    const auto network = world.read();
    REQUIRE(network.has_value());
    CHECK(network->users.size() == 1);
}

TEST_CASE("memberships of groups among those of the network are told apart", "[connectors][speakap]") {
    World world;
    world.rest.on(memberships_path + " offset[self]=0",
                  answer(200, page("memberships", R"({"EID":"x1","rev":"group","role":"admin","user":{"EID":"u1"}},)" +
                                                      membership("m1", "u1", "1001", "member"))));
    const auto network = world.read();
    REQUIRE(network.has_value());
    CHECK(network->users[0].membership == MembershipEid("m1"));
}

TEST_CASE("SCIM users are counted from one, up to the announced total", "[connectors][speakap]") {
    World world;
    world.scim.on("GET /Users startIndex=1 count=2",
                  answer(200, scim_list(scim_user("s1", "1001") + "," + scim_user("s2", "1002"), 3)));
    world.scim.on("GET /Users startIndex=3 count=2", answer(200, scim_list(scim_user("s3", "1003"), 3)));

    const auto network = world.read();

    REQUIRE(network.has_value());
    CHECK(network->users.size() == 3);
    CHECK(world.scim.sent().size() == 2);
}

TEST_CASE("SCIM pages that end before the announced total are no whole answer", "[connectors][speakap]") {
    World world;
    world.scim.on("GET /Users startIndex=1", answer(200, scim_list(scim_user("s1", "1001"), 3)));
    world.scim.on("GET /Users startIndex=2", answer(200, scim_list("", 3)));
    const auto network = world.read();
    REQUIRE(network.has_error());
    CHECK(network.error().code == "scim_list_incomplete");
}

TEST_CASE("another network than the configured one is never touched", "[connectors][speakap][fault27]") {
    for (const auto& other : {answer(200, R"({"EID":"00bb"})"), answer(404, R"({"code":-4})")}) {
        World world;
        world.rest.on("GET /networks/00AA/", other);
        const auto network = world.read();
        REQUIRE(network.has_error());
        CHECK(network.error().code == "wrong_network");
        CHECK(network.error().kind == FailureKind::blocked);
        CHECK(world.rest.sent().size() == 1);
    }
}

TEST_CASE("any page that fails for good fails the whole reading", "[connectors][speakap]") {
    for (const std::string rule :
         {"GET /networks/00AA/groups/ offset[self]=0", "GET /networks/00AA/users/ offset[self]=1",
          "GET /networks/00AA/memberships/ offset[self]=0 group=g1"}) {
        INFO(rule);
        World world;
        world.rest.on(rule, answer(403, R"({"code":-3})"));
        const auto network = world.read();
        REQUIRE(network.has_error());
        CHECK(network.error().code == "insufficient_scope");
    }
}

TEST_CASE("a read is tried again when it may work later, a few times", "[connectors][speakap]") {
    World world;
    world.rest.on(users_path + " offset[self]=0",
                  {answer(500), answer_lost(), answer(200, page("users", user("u1", "1001")))});
    CHECK(world.read().has_value());

    World hopeless;
    hopeless.rest.on(users_path + " offset[self]=0", answer(502));
    const auto network = hopeless.read();
    REQUIRE(network.has_error());
    CHECK(network.error().code == "bad_gateway");
    CHECK(network.error().effect == Effect::none);
    CHECK(hopeless.rest.count(users_path + " offset[self]=0") == 4);
}

TEST_CASE("a read that is told to come back later does so, and keeps its attempts", "[connectors][speakap][fault19]") {
    const int status = GENERATE(429, 503);
    World world;
    std::vector<test::ScriptedAnswer> answers(10, answer(status, "", {{"Retry-After", "20"}}));
    for (int i = 0; i < 3; ++i) answers.emplace_back(answer(502));
    answers.emplace_back(answer(200, page("users", user("u1", "1001"))));
    world.rest.on(users_path + " offset[self]=0", std::move(answers));
    CHECK(world.read().has_value());
    CHECK(world.clock.steady_now().time_since_epoch() >= Duration(10 * 20s));
}

TEST_CASE("a read is refused for its pace without a word on when to come back, and keeps its attempts",
          "[connectors][speakap][fault19]") {
    World world;
    std::vector<test::ScriptedAnswer> answers(6, answer(429));
    answers.emplace_back(answer(200, page("users", user("u1", "1001"))));
    world.rest.on(users_path + " offset[self]=0", std::move(answers));
    CHECK(world.read().has_value());
}

TEST_CASE("a read that is told to come back later for ever ends", "[connectors][speakap][fault19]") {
    World world;
    world.rest.on(users_path + " offset[self]=0", answer(429, "", {{"Retry-After", "20"}}));
    const auto begun = world.clock.steady_now();
    const auto network = world.run(world.network->read_all({}, begun + Duration(5h)));
    REQUIRE(network.has_error());
    CHECK(network.error().code == "too_many_requests");
    CHECK(world.clock.steady_now() - begun >= 30min);
    CHECK(world.clock.steady_now() - begun <= 1h);
    CHECK(world.rest.count(users_path + " offset[self]=0") <= 30);
}

TEST_CASE("a read is not tried again after its deadline", "[connectors][speakap]") {
    World world;
    world.rest.on(users_path + " offset[self]=0", answer(503, "", {{"Retry-After", "120"}}));
    const auto network = world.run(world.network->read_all({}, world.clock.steady_now() + Duration(60s)));
    REQUIRE(network.has_error());
    CHECK(network.error().code == "service_unavailable");
    CHECK(network.error().retry_after == Duration(120s));
    CHECK(world.rest.count(users_path + " offset[self]=0") == 1);
}

TEST_CASE("when one call is told to come back later, all calls wait", "[connectors][speakap][fault19]") {
    World world;
    REQUIRE(world.read().has_value());
    world.rest.on("POST /networks/00AA/users/u1/groups/add", {answer(429, "", {{"Retry-After", "90"}}), answer(200)});
    const auto start = world.clock.steady_now();

    const auto refused = world.apply("1001", to_store());
    REQUIRE(refused.has_error());
    CHECK(refused.error().retry_after == Duration(90s));
    CHECK(refused.error().effect == Effect::none);
    CHECK(world.clock.steady_now() == start);

    world.scim.on("PUT /Users/s1", answer(200));
    REQUIRE(world.apply("1001", SuspendUser{}).has_value());
    CHECK(world.clock.steady_now() >= start + Duration(90s));
}

TEST_CASE("all calls wait as long as the server asks, up to the longest wait that somebody has set",
          "[connectors][speakap][fault19]") {
    const auto [wait_max, asked, granted] = GENERATE(table<Duration, std::string, Duration>(
        {{Duration(1min), "600", Duration(1min)}, {Duration(1h), "2400", Duration(40min)}}));
    SpeakapOptions options;
    options.server_wait_max = wait_max;
    World world(options);
    REQUIRE(world.read().has_value());
    const int status = GENERATE(429, 503);
    world.rest.on("POST /networks/00AA/users/u1/groups/add",
                  {answer(status, "", {{"Retry-After", asked}}), answer(200)});
    const auto start = world.clock.steady_now();

    const auto refused = world.apply("1001", to_store());
    REQUIRE(refused.has_error());
    CHECK(refused.error().retry_after == granted);

    world.scim.on("PUT /Users/s1", answer(200));
    REQUIRE(world.apply("1001", SuspendUser{}).has_value());
    CHECK(world.clock.steady_now() >= start + granted);
    CHECK(world.clock.steady_now() < start + granted + Duration(5s));
}

TEST_CASE("calls keep the tenant's rate", "[connectors][speakap]") {
    World world({.calls_per_second = 1, .burst = 1});
    REQUIRE(world.read().has_value());
    const auto calls = world.rest.sent().size() + world.scim.sent().size();
    CHECK(world.clock.steady_now() >= SteadyTime(Duration(1s) * (calls - 1)));
}

// ---- applying -----------------------------------------------------------------------------------------------

TEST_CASE("somebody new is posted to SCIM", "[connectors][speakap]") {
    World world;
    REQUIRE(world.read().has_value());
    world.scim.on("POST /Users", answer(201, scim_user("s2", "1002")));

    const auto receipt = world.apply("1002", CreateUser{});

    REQUIRE(receipt.has_value());
    CHECK_FALSE(receipt->already_so);
}

TEST_CASE("the login that somebody was created with stays theirs in later writes", "[connectors][speakap]") {
    World world;
    REQUIRE(world.read().has_value());
    world.scim.on("POST /Users", answer(201, scim_user("s2", "1002")));
    world.scim.on("PUT /Users/s2", answer(200, "{}"));
    CreateUser create;
    create.user_name = "boer1002";
    REQUIRE(world.apply("1002", create).has_value());
    REQUIRE(world.apply("1002", SuspendUser{}).has_value());

    CHECK(world.scim.last("POST /Users").body.find(R"({"login":"boer1002"})") != std::string::npos);
    CHECK(world.scim.last("PUT /Users/s2").body.find(R"({"login":"boer1002"})") != std::string::npos);
}

TEST_CASE("a group whose name is taken is ours when it is the very group, and refused when it is another",
          "[connectors][speakap][fault22]") {
    World world;
    REQUIRE(world.read().has_value());
    const auto taken = answer(409, R"({"code":-17,"message":"Group Name In Use"})");
    world.rest.on("POST /networks/00AA/business-units/", taken);
    world.rest.on("POST /networks/00AA/departments/", taken);
    const auto store_12 = [](GroupKind kind) {
        return MakeGroup{.kind = kind, .name = "Store 12", .business_unit = {}, .department = {}};
    };

    const auto unit = world.apply("", store_12(GroupKind::business_unit));
    REQUIRE(unit.has_value());
    CHECK(unit->already_so);

    const auto department = world.apply("", store_12(GroupKind::department));
    REQUIRE(department.has_error());
    CHECK(department.error().code == "group_name_in_use");
    CHECK(department.error().kind == FailureKind::rejected);
}

TEST_CASE("a duplicate is adopted when it is the same employee, and refused when it is somebody else",
          "[connectors][speakap][fault22]") {
    World world;
    REQUIRE(world.read().has_value());
    world.scim.on("POST /Users", answer(409, R"({"scimType":"uniqueness","detail":"a@shop.example is taken"})"));
    world.scim.on("GET /Users", answer(200, scim_list(scim_user("s2", "1002"), 1)));

    const auto ours = world.apply("1002", CreateUser{});
    REQUIRE(ours.has_value());
    CHECK(ours->already_so);
    CHECK(world.scim.count(R"(GET /Users)") == 2);

    const auto other = world.apply("1003", CreateUser{});
    REQUIRE(other.has_error());
    CHECK(other.error().kind == FailureKind::rejected);
    CHECK(other.error().code == "conflict");
    CHECK(describe(other.error()).find("a@shop") == std::string::npos);
}

TEST_CASE("a creation of which nobody knows whether it happened says so", "[connectors][speakap]") {
    for (const test::ScriptedAnswer& lost :
         {test::ScriptedAnswer(answer_lost()), test::ScriptedAnswer(answer(500)), test::ScriptedAnswer(answer(504)),
          test::ScriptedAnswer(answer(201, "{}")), test::ScriptedAnswer(answer(200, "<html>"))}) {
        World world;
        REQUIRE(world.read().has_value());
        world.scim.on("POST /Users", lost);

        const auto receipt = world.apply("1002", CreateUser{});

        REQUIRE(receipt.has_error());
        CHECK(receipt.error().effect == Effect::unknown);
        CHECK(receipt.error().kind == FailureKind::transient);
        CHECK(world.scim.count("POST /Users") == 1);
    }
}

TEST_CASE("an update sends the whole person: what changes, and what SCIM had", "[connectors][speakap]") {
    World world;
    REQUIRE(world.read().has_value());
    world.scim.on("PUT /Users/s1", answer(200));
    Profile after;
    after.job_title = "Shift leader";

    REQUIRE(world.apply("1001", UpdateProfile{.before = {}, .after = after}).has_value());

    const auto& body = world.scim.last("PUT /Users/s1").body;
    for (const std::string part : {R"("title":"Shift leader")", R"("familyName":"de Boer")", R"("active":true)",
                                   R"("value":"a@shop.example")", R"("externalId":"1001")", R"("userName":"1001")"}) {
        INFO(part);
        CHECK(body.find(part) != std::string::npos);
    }
}

TEST_CASE("suspending and reactivating differ in one word", "[connectors][speakap]") {
    World world;
    REQUIRE(world.read().has_value());
    world.scim.on("PUT /Users/s1", answer(204));
    REQUIRE(world.apply("1001", SuspendUser{}).has_value());
    const auto suspended = world.scim.last("PUT /Users/s1").body;
    REQUIRE(world.apply("1001", ReactivateUser{}).has_value());
    const auto active = world.scim.last("PUT /Users/s1").body;

    CHECK(suspended.find(R"("active":false)") != std::string::npos);
    CHECK(active.find(R"("active":true)") != std::string::npos);
    CHECK(suspended.find("Cashier") != std::string::npos);
}

TEST_CASE("an account that is not there under its id is looked for once, and written to where it is now",
          "[connectors][speakap][fault26]") {
    World world;
    REQUIRE(world.read().has_value());
    world.scim.on("PUT /Users/s1", answer(404));
    world.scim.on("GET /Users", answer(200, scim_list(scim_user("s9", "1001"), 1)));
    world.scim.on("PUT /Users/s9", answer(200));
    CHECK(world.apply("1001", UpdateProfile{}).has_value());

    // Under that id it is not there either: the person is refused, without another try.
    world.scim.on("PUT /Users/s9", answer(404));
    const auto refused = world.apply("1001", UpdateProfile{});
    REQUIRE(refused.has_error());
    CHECK(refused.error().kind == FailureKind::rejected);
    CHECK(refused.error().code == "not_found");
}

TEST_CASE("a change of profile does not bring a suspended person back", "[connectors][speakap]") {
    World world;
    world.scim.on("GET /Users", answer(200, scim_list(scim_user("s1", "1001", R"(,"active":false)"), 1)));
    REQUIRE(world.read().has_value());
    world.scim.on("PUT /Users/s1", answer(200));
    REQUIRE(world.apply("1001", UpdateProfile{}).has_value());
    CHECK(world.scim.last("PUT /Users/s1").body.find(R"("active":false)") != std::string::npos);
}

TEST_CASE("somebody whom SCIM does not have cannot be changed there", "[connectors][speakap]") {
    World world;
    world.scim.on("GET /Users", answer(200, scim_list("", 0)));
    REQUIRE(world.read().has_value());
    const auto receipt = world.apply("1001", SuspendUser{});
    REQUIRE(receipt.has_error());
    CHECK(receipt.error().code == "unknown_to_scim");
    CHECK(receipt.error().kind == FailureKind::rejected);
}

TEST_CASE("a role is changed by the membership's EID, and a change listed as failed is refused",
          "[connectors][speakap][fault23]") {
    World world;
    REQUIRE(world.read().has_value());
    const std::string action = "POST /networks/00AA/changeroles";
    world.rest.on(action, {answer(200, R"({"status":"ok"})"), answer(200, R"({"data":{"failed":{"m1":"a@shop"}}})")});

    CHECK(world.apply("1001", to_admin()).has_value());
    CHECK(world.rest.last(action).body == "memberships%5Bm1%5D=admin");

    const auto refused = world.apply("1001", to_admin());
    REQUIRE(refused.has_error());
    CHECK(refused.error().code == "role_not_changed");
    CHECK(refused.error().kind == FailureKind::rejected);
}

TEST_CASE("somebody created after the reading is found where new people are found cheaply", "[connectors][speakap]") {
    World world;
    REQUIRE(world.read().has_value());
    const auto whole_looks = world.rest.count(users_path);
    const auto since = timestamp(world.clock.now() - Duration(10min));
    world.rest.on(users_path + " modified_since=" + since, answer(200, empty_page));
    world.rest.on(users_path + " modified_since=" + since + " offset[self]=0",
                  answer(200, page("users", user("u2", "1002"))));
    world.rest.on("POST /networks/00AA/users/u2/groups/add", answer(200));

    CHECK(world.apply("1002", to_store()).has_value());
    CHECK(world.rest.count(users_path) - whole_looks == 2);
}

TEST_CASE("somebody whom no list shows is not visible yet: again later", "[connectors][speakap][fault24]") {
    World world;
    REQUIRE(world.read().has_value());

    const auto groups = world.apply("1002", to_store());
    REQUIRE(groups.has_error());
    CHECK(groups.error().code == "not_visible_yet");
    CHECK(groups.error().kind == FailureKind::transient);
    CHECK(groups.error().effect == Effect::none);

    const auto role = world.apply("1002", to_admin());
    REQUIRE(role.has_error());
    CHECK(role.error().code == "not_visible_yet");
}

TEST_CASE("several who look for new people at the same time share one look", "[connectors][speakap]") {
    World world;
    REQUIRE(world.read().has_value());
    const auto before = world.rest.count(users_path);
    std::vector<std::string> codes;
    for (int n = 0; n < 8; ++n) {
        boost::asio::co_spawn(
            world.context,
            world.network->apply(World::operation(std::to_string(2000 + n), to_store()), world.deadline()),
            [&](std::exception_ptr error, Result<Receipt> receipt) {
                REQUIRE_FALSE(error);
                codes.push_back(receipt ? "done" : receipt.error().code);
            });
    }
    world.context.restart();
    world.context.run();

    CHECK(codes == std::vector<std::string>(8, "not_visible_yet"));
    // One look for recent changes and one at everybody, of two pages each; not eight of both.
    CHECK(world.rest.count(users_path) - before == 4);
}

TEST_CASE("whoever is on the first page of new people does not wait for the last", "[connectors][speakap]") {
    World world;
    REQUIRE(world.read().has_value());
    const auto since = users_path + " modified_since=" + timestamp(world.clock.now() - Duration(10min));
    world.rest.on(since, answer(200, empty_page));
    world.rest.on(since + " offset[self]=0", answer(200, page("users", user("u2", "2000") + "," + user("u3", "2001"))));
    world.rest.on(since + " offset[self]=2", answer(200, page("users", user("u4", "2002") + "," + user("u5", "2003"))));
    for (const std::string eid : {"u2", "u3", "u4", "u5"}) {
        world.rest.on("POST /networks/00AA/users/" + eid + "/groups/add", answer(200));
    }
    std::size_t done = 0;
    for (const std::string key : {"2000", "2001", "2002", "2003"}) {
        boost::asio::co_spawn(world.context, world.network->apply(World::operation(key, to_store()), world.deadline()),
                              [&](std::exception_ptr error, Result<Receipt> receipt) {
                                  REQUIRE_FALSE(error);
                                  if (receipt) ++done;
                              });
    }
    world.context.restart();
    world.context.run();

    CHECK(done == 4);
    std::vector<std::string> order;
    for (const auto& request : world.rest.sent()) {
        const bool is_page = request.target.find("modified_since") != std::string::npos;
        const bool is_add = request.target.find("/groups/add") != std::string::npos;
        if (is_page) order.emplace_back("page");
        if (is_add) order.push_back(request.target.substr(request.target.find("/users/") + 7, 2));
    }
    // 2000 is who looks, and so the last to go on.
    const auto place_of = [&](const std::string& what) {
        return std::find(order.begin(), order.end(), what) - order.begin();
    };
    const auto last_page = order.rend() - std::find(order.rbegin(), order.rend(), "page") - 1;
    CHECK(std::count(order.begin(), order.end(), "page") == 3);
    CHECK(place_of("u3") < last_page);
    CHECK(place_of("u2") > last_page);
}

TEST_CASE("somebody new is found among the invitees when memberships are needed", "[connectors][speakap]") {
    World world;
    REQUIRE(world.read().has_value());
    const auto whole_lists = world.rest.count(memberships_path);
    world.rest.on(memberships_path + " role=invitee offset[self]=0",
                  answer(200, page("memberships", membership("m2", "u2", "1002", "invitee"))));
    world.rest.on("POST /networks/00AA/changeroles", answer(200));
    world.rest.on("GET /networks/00AA/memberships/m2/", answer(200, membership("m2", "u2", "1002", "invitee")));

    CHECK(world.apply("1002", to_admin()).has_value());
    CHECK(world.rest.count(memberships_path) - whole_lists == 2);
}

TEST_CASE("a removal that finds nothing to remove is already so, once that was looked at", "[connectors][speakap]") {
    World world;
    REQUIRE(world.read().has_value());
    world.rest.on("POST /networks/00AA/users/u1/groups/remove", answer(404, R"({"code":-4})"));

    const auto still_in = world.apply("1001", from_store());
    REQUIRE(still_in.has_error());
    CHECK(still_in.error().code == "not_found");

    world.rest.on(memberships_path + " group=g1", answer(200, empty_page));
    const auto gone = world.apply("1001", from_store());
    REQUIRE(gone.has_value());
    CHECK(gone->already_so);
}

TEST_CASE("a membership is ended by its EID; one that is gone is already ended", "[connectors][speakap]") {
    World world;
    REQUIRE(world.read().has_value());
    world.rest.on("DELETE /networks/00AA/memberships/m1/", {answer(202, "{}"), answer(404)});
    world.rest.on("GET /networks/00AA/memberships/m1/",
                  {answer(200, membership("m1", "u1", "1001", "member")), answer(404)});

    const auto ended = world.apply("1001", EndMembership{});
    REQUIRE(ended.has_value());
    CHECK_FALSE(ended->already_so);
    const auto again = world.apply("1001", EndMembership{});
    REQUIRE(again.has_value());
    CHECK(again->already_so);
}

TEST_CASE("the membership of somebody suspended is remembered from before", "[connectors][speakap]") {
    World world;
    REQUIRE(world.read().has_value());
    world.rest.on(users_path, answer(200, empty_page));
    world.rest.on(memberships_path, answer(200, empty_page));
    world.scim.on("GET /Users", answer(200, scim_list(scim_user("s1", "1001", R"(,"active":false)"), 1)));
    REQUIRE(world.read().has_value());
    world.rest.on("DELETE /networks/00AA/memberships/m1/", answer(202));
    world.rest.on("GET /networks/00AA/memberships/m1/", answer(404));

    // Hidden before and after: that SCIM still has them says that nothing has happened yet.
    const auto promised = world.apply("1001", EndMembership{});
    REQUIRE(promised.has_error());
    CHECK(promised.error().code == "promised");
    world.scim.on("GET /Users", answer(200, scim_list("", 0)));
    CHECK(world.apply("1001", EndMembership{}).has_value());
}

TEST_CASE("a membership that no list shows is not called ended while SCIM has the person", "[connectors][speakap]") {
    World world;
    world.rest.on(users_path, answer(200, empty_page));
    world.rest.on(memberships_path, answer(200, empty_page));
    world.scim.on("GET /Users", answer(200, scim_list(scim_user("s1", "1001", R"(,"active":false)"), 1)));
    REQUIRE(world.read().has_value());

    const auto shown = world.apply("1001", EndMembership{});
    REQUIRE(shown.has_error());
    CHECK(shown.error().code == "membership_not_listed");

    world.scim.on("GET /Users", answer(200, scim_list("", 0)));
    const auto gone = world.apply("1001", EndMembership{});
    REQUIRE(gone.has_value());
    CHECK(gone->already_so);
}

// ---- finding ------------------------------------------------------------------------------------------------

TEST_CASE("after a restart everything can be looked up without a reading before", "[connectors][speakap]") {
    World world;
    Profile cashier;
    cashier.job_title = "Cashier";
    Profile leader;
    leader.job_title = "Shift leader";
    struct Case {
        std::string key;
        What what;
        Found expected;
    };
    const Case cases[] = {
        {"1001", CreateUser{}, Found::in_effect},
        {"9999", CreateUser{}, Found::not_in_effect},
        {"1001", UpdateProfile{.before = {}, .after = cashier}, Found::in_effect},
        {"1001", UpdateProfile{.before = {}, .after = leader}, Found::not_in_effect},
        {"1001", SuspendUser{}, Found::not_in_effect},
        {"1001", ReactivateUser{}, Found::in_effect},
        {"1001", to_store(), Found::in_effect},
        {"1001", from_store(), Found::not_in_effect},
        {"1001", ChangeRole{.before = RoleId("invitee"), .after = RoleId("member")}, Found::in_effect},
        {"1001", to_admin(), Found::not_in_effect},
        {"1001", EndMembership{}, Found::not_in_effect},
        {"9999", EndMembership{}, Found::in_effect},
    };
    for (const auto& one : cases) {
        INFO(kind_of(one.what) << ' ' << one.key);
        const auto found = world.find(one.key, one.what);
        REQUIRE(found.has_value());
        CHECK(*found == one.expected);
    }
    for (const auto& request : world.rest.sent()) CHECK(request.method == "GET");
    for (const auto& request : world.scim.sent()) CHECK(request.method == "GET");
}

TEST_CASE("whether somebody is in a group is asked by their name, and no more is read than shows it",
          "[connectors][speakap]") {
    World world;
    REQUIRE(world.read().has_value());
    const auto in_group = memberships_path + " group=g1";
    const auto before = world.rest.count(in_group);

    CHECK(world.find("1001", to_store()).value() == Found::in_effect);
    CHECK(world.rest.count(in_group) == before + 1);
    CHECK(world.rest.last(in_group).target.find("q=Anna") != std::string::npos);

    CHECK(world.find("1001", from_store()).value() == Found::not_in_effect);
    CHECK(world.rest.count(in_group) == before + 2);
    CHECK(world.rest.last(in_group).target.find("q=") == std::string::npos);
}

TEST_CASE("a name that the network does not find proves nothing about a group", "[connectors][speakap]") {
    World world;
    const std::string anna = R"({"id":"s1","userName":"1001","externalId":"1001","name":{"givenName":"Anna"}})";
    world.scim.on("GET /Users", answer(200, scim_list(anna, 1)));
    REQUIRE(world.read().has_value());
    const auto row = [](const std::string& place, const std::string& user) {
        return R"({"EID":")" + place +
               R"(","rev":"group","role":"member","_links":{"user":{"href":"/networks/00aa/users/)" + user + R"(/"}}})";
    };
    const auto answers = GENERATE(
        std::vector<test::ScriptedAnswer>{answer(200, empty_page)},
        std::vector<test::ScriptedAnswer>{answer(400, R"({"code":-1003})")},
        std::vector<test::ScriptedAnswer>{
            answer(200,
                   page("memberships",
                        R"({"EID":"x7",)"
                        R"("rev":"group","role":"member","_links":{"user":{"href":"/networks/00aa/users/u7/"}}})")),
            answer(200, empty_page)});
    const auto in_group = memberships_path + " group=g1";
    world.rest.on(in_group, answer(200, empty_page));
    world.rest.on(in_group + " offset[self]=0",
                  answer(200, page("memberships", row("x7", "u7") + "," + row("x8", "u8"))));
    world.rest.on(in_group + " offset[self]=2",
                  answer(200, page("memberships", row("x1", "u1") + "," + row("x9", "u9"))));
    world.rest.on(in_group + " q=Anna", answers);

    CHECK(world.find("1001", to_store()).value() == Found::in_effect);
    // It is behind the page with the row that the rest would begin.
    CHECK(world.rest.count(in_group + " offset[self]=4") == 0);
}

TEST_CASE("memberships that name no XID do not make anybody's membership look ended", "[connectors][speakap]") {
    World world;
    world.rest.on(memberships_path + " offset[self]=0",
                  answer(200, page("memberships", R"({"EID":"m1","role":"member","user":{"EID":"u1"}})")));

    const auto by_eid = world.find("1001", EndMembership{});
    REQUIRE(by_eid.has_value());
    CHECK(*by_eid == Found::not_in_effect);

    const auto not_listed = world.find("1002", EndMembership{});
    REQUIRE(not_listed.has_error());
    CHECK(not_listed.error().code == "not_visible_yet");
}

TEST_CASE("no failure says the token or what the server said", "[connectors][speakap]") {
    const std::string words = R"({"code":-1,"message":"app_rest-secret scim-secret a@shop.example"})";
    for (const int status : {302, 400, 401, 403, 404, 409, 429, 500, 503}) {
        INFO(status);
        World world;
        REQUIRE(world.read().has_value());
        world.scim.on("GET /Users", answer(200, scim_list("", 0)));
        world.scim.on("POST /Users", answer(status, words));
        world.rest.on("POST /networks/00AA/users/u1/groups/add", answer(status, words));
        for (const auto& receipt : {world.apply("1002", CreateUser{}), world.apply("1001", to_store())}) {
            REQUIRE(receipt.has_error());
            const auto text = describe(receipt.error());
            CHECK(text.find("secret") == std::string::npos);
            CHECK(text.find("a@shop") == std::string::npos);
        }
    }
}

}  // namespace
}  // namespace usersync::speakap
