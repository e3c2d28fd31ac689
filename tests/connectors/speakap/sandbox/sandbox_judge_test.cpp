// The judge reports what is planted, and nothing else.
#include "connectors/speakap/sandbox/sandbox_judge.hpp"
#include "connectors/speakap/sandbox/fault_file.hpp"
#include "connectors/speakap/sandbox/sandbox_file.hpp"
#include "tests/connectors/speakap/sandbox/stored_sandbox.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace usersync;
using test::StoredSandbox;

namespace {

const std::string shop = R"({"groups": [{"kind": "public", "name": "Football"}],
  "users": [{"xid": "100", "first": "Anna", "email": "anna@shop.example", "role": "admin"},
            {"xid": "101", "first": "Bas", "email": "bas@shop.example"}]})";

std::uint64_t total(const StoredSandbox& sandbox, std::uint64_t sandbox::JudgeRow::*count) {
    std::uint64_t sum = 0;
    for (const auto& row : sandbox.state().judgement) sum += row.*count;
    return sum;
}
std::uint64_t violations(const StoredSandbox& sandbox) { return total(sandbox, &sandbox::JudgeRow::order_violations); }
std::uint64_t duplicates(const StoredSandbox& sandbox) { return total(sandbox, &sandbox::JudgeRow::duplicates); }
std::uint64_t sent_again(const StoredSandbox& sandbox) { return total(sandbox, &sandbox::JudgeRow::sent_again); }

sandbox::SandboxOptions with_faults(const std::string& text) {
    auto file = sandbox::parse_fault_file(text).value();
    sandbox::SandboxOptions options;
    options.faults = file.rules;
    options.rate_plan = file.rate;
    options.seed = file.seed;
    return options;
}

const std::string guest = R"({"invitees": [{"email": "guest@shop.example", "name": "A Guest"}])";

}  // namespace

TEST_CASE("the judge counts calls by token and area and finds nothing wrong with good ones",
          "[connectors][speakap][sandbox]") {
    StoredSandbox sandbox({}, shop);
    const auto anna = sandbox.state().users.at(0);
    const auto football = sandbox.state().groups.at(0).eid;

    CHECK(sandbox.create("102").status == 201);
    CHECK(sandbox.call("GET", "users/").status == 200);
    CHECK(sandbox.call("POST", "users/" + anna.eid + "/groups/add", "groups[]=" + football).status == 200);
    CHECK(sandbox.call("POST", "users/" + anna.eid + "/groups/remove", "groups[]=" + football).status == 200);
    CHECK(sandbox.call("POST", "users/" + anna.eid + "/groups/add", "groups[]=" + football).status == 200);

    const auto judged = test::body_of(sandbox.call("GET", "/sandbox/judge"));
    REQUIRE(judged["rows"].size() == 3);
    CHECK(judged["rows"][0]["token"] == "scim");
    CHECK(judged["rows"][0]["area"] == "scim.write");
    CHECK(judged["rows"][2]["carried_out"] == 3);
    CHECK(judged["total"]["calls"] == 5);
    CHECK(judged["total"]["admitted"] == 5);
    CHECK(judged["total"]["carried_out"] == 5);
    for (const auto* wrong : {"answered_429", "answered_503", "order_violations", "duplicates", "sent_again"}) {
        INFO(wrong);
        CHECK(judged["total"][wrong] == 0);
    }
}

TEST_CASE("the judge sees what comes before that which it needs", "[connectors][speakap][sandbox]") {
    StoredSandbox sandbox({}, shop);
    const auto bas = sandbox.state().users.at(1);
    const auto football = sandbox.state().groups.at(0).eid;

    sandbox.call("POST", "users/00000000000000ff/groups/add", "groups[]=" + football);
    CHECK(violations(sandbox) == 1);
    sandbox.call("POST", "users/" + bas.eid + "/groups/add", "groups[]=00000000000000ff");
    CHECK(violations(sandbox) == 2);
    sandbox.json("PUT", "/scim/Users/nobody", test::scim_person("500", "nobody@shop.example"));
    CHECK(violations(sandbox) == 3);
    sandbox.json("POST", "/scim/Users", test::scim_person("500", "anna@shop.example"));
    CHECK(violations(sandbox) == 4);
    sandbox.call("POST", "changeroles", "memberships[00000000000000ff]=admin");
    CHECK(violations(sandbox) == 5);
    sandbox.call("DELETE", "memberships/" + bas.network.eid + "/");
    sandbox.call("POST", "users/" + bas.eid + "/groups/add", "groups[]=" + football);
    CHECK(violations(sandbox) == 6);

    CHECK(duplicates(sandbox) == 0);
    CHECK(sent_again(sandbox) == 0);
}

TEST_CASE("the judge sees a second mail and a second account within a day", "[connectors][speakap][sandbox]") {
    StoredSandbox sandbox({}, shop);

    sandbox.call("POST", "invite", guest + "}", "application/json");
    CHECK(duplicates(sandbox) == 0);
    sandbox.call("POST", "invite", guest + R"(, "resend": true})", "application/json");
    CHECK(duplicates(sandbox) == 1);

    CHECK(sandbox.create("102").status == 201);
    sandbox.call("DELETE", "memberships/" + sandbox.state().users.back().network.eid + "/");
    CHECK(sandbox.create("102").status == 201);
    CHECK(duplicates(sandbox) == 3);  // the account, and its mail

    sandbox.clock.advance(std::chrono::hours(25));
    sandbox.call("POST", "invite", guest + R"(, "resend": true})", "application/json");
    CHECK(duplicates(sandbox) == 3);  // a reminder
}

TEST_CASE("the judge remembers mails over a restart", "[connectors][speakap][sandbox]") {
    StoredSandbox sandbox({}, shop);
    sandbox.call("POST", "invite", guest + "}", "application/json");
    sandbox.start();

    sandbox.call("POST", "invite", guest + R"(, "resend": true})", "application/json");

    CHECK(duplicates(sandbox) == 1);
    CHECK(total(sandbox, &sandbox::JudgeRow::calls) == 2);
}

TEST_CASE("the judge sees what is sent again although it took effect", "[connectors][speakap][sandbox]") {
    StoredSandbox sandbox(with_faults(R"({"rules": [{"path": "*/groups/add", "call": 1, "what": "lost"}]})"), shop);
    const auto bas = sandbox.state().users.at(1);
    const auto add = [&] {
        return sandbox.call("POST", "users/" + bas.eid + "/groups/add", "groups[]=" + sandbox.state().groups.at(0).eid)
            .status;
    };

    CHECK(add() == 0);
    CHECK(sent_again(sandbox) == 0);
    CHECK(add() == 200);
    CHECK(sent_again(sandbox) == 1);
    CHECK(sandbox.create("102").status == 201);
    CHECK(sandbox.create("102").status == 409);
    CHECK(sent_again(sandbox) == 2);
    sandbox.call("DELETE", "memberships/" + bas.network.eid + "/");
    sandbox.call("DELETE", "memberships/" + bas.network.eid + "/");
    CHECK(sent_again(sandbox) == 3);
    CHECK(violations(sandbox) == 0);
    CHECK(duplicates(sandbox) == 0);
}

TEST_CASE("the judge tells calls from those admitted and carried out", "[connectors][speakap][sandbox]") {
    StoredSandbox sandbox(with_faults(R"({"rate": {"calls_per_second": 1, "burst": 3, "scope": "network"}, "rules": [
        {"path": "/networks/*", "call": 1, "what": "status", "status": 503}]})"),
                          shop);

    CHECK(sandbox.call("GET", "users/").status == 503);
    CHECK(sandbox.call("GET", "users/").status == 200);
    CHECK(sandbox.create("102").status == 201);
    CHECK(sandbox.create("103").status == 429);
    CHECK(sandbox.call("GET", "users/").status == 429);

    const auto judged = test::body_of(sandbox.call("GET", "/sandbox/judge"))["total"];
    CHECK(judged["calls"] == 5);
    CHECK(judged["admitted"] == 3);
    CHECK(judged["carried_out"] == 2);
    CHECK(judged["answered_429"] == 2);
    CHECK(judged["answered_503"] == 1);
    CHECK(judged["first_503"] == judged["last_503"]);
    CHECK(sandbox.call("POST", "/sandbox/judge").status == 200);
    CHECK(total(sandbox, &sandbox::JudgeRow::calls) == 0);
}

TEST_CASE("what the judge counted stands in the state file, for people too", "[connectors][speakap][sandbox]") {
    StoredSandbox sandbox({}, shop);
    CHECK(sandbox.create("102").status == 201);
    CHECK(sandbox.create("102").status == 409);

    const auto shown = sandbox::show_judgement(sandbox::load_state(sandbox.options.state_file).value());

    CHECK(shown.find("scim token, scim.write: calls 2, admitted 2, carried out 1, sent again 1, from ") !=
          std::string::npos);
}

TEST_CASE("the judge answers nobody from another machine", "[connectors][speakap][sandbox]") {
    sandbox::SandboxOptions options;
    options.address = "0.0.0.0";
    StoredSandbox sandbox(options, shop);

    CHECK(sandbox.call("GET", "/sandbox/judge").status == 404);
    CHECK(sandbox.call("GET", "/sandbox/events").status == 200);
}

TEST_CASE("a share of the calls goes wrong by chance, the same ones with the same seed",
          "[connectors][speakap][sandbox]") {
    const auto struck = [](const std::string& seed) {
        auto file = sandbox::parse_fault_file(R"({"seed": )" + seed +
                                              R"(, "rules": [{"path": "*", "share": 0.1, "what": "lost"}]})")
                        .value();
        sandbox::FaultPlan plan(file.rules, file.seed);
        std::vector<int> calls;
        for (int i = 0; i < 2000; ++i) {
            if (plan.next("GET", "/x")) calls.push_back(i);
        }
        return calls;
    };

    CHECK(struck("1").size() > 150);
    CHECK(struck("1").size() < 250);
    CHECK(struck("1") == struck("1"));
    CHECK(struck("1") != struck("2"));
    CHECK(sandbox::parse_fault_file(R"({"rules": [{"path": "*", "share": 2, "what": "lost"}]})").has_error());
    CHECK(sandbox::parse_fault_file(R"({"rate": {"scope": "world"}})").has_error());
}

TEST_CASE("latencies spread around their median", "[connectors][speakap][sandbox]") {
    sandbox::SandboxOptions options;
    options.latency = std::chrono::milliseconds(100);
    options.latency_sigma = 0.5;
    StoredSandbox sandbox(options, shop);
    std::vector<std::int64_t> waits;
    for (int i = 0; i < 101; ++i) {
        const auto begun = sandbox.clock.steady_now();
        bool answered = false;
        http::Request request{.method = "GET", .target = "/networks/", .headers = {}, .body = ""};
        boost::asio::co_spawn(sandbox.context, sandbox.server->respond(request),
                              [&](const std::exception_ptr&, const http::Response&) { answered = true; });
        while (!answered) {
            sandbox.context.restart();
            sandbox.context.poll();
            if (!answered) sandbox.clock.advance_to_next();
        }
        waits.push_back((sandbox.clock.steady_now() - begun).count());
    }
    std::sort(waits.begin(), waits.end());

    CHECK(waits[50] > 80);
    CHECK(waits[50] < 125);
    CHECK(waits[5] < 70);
    CHECK(waits[95] > 150);
}
