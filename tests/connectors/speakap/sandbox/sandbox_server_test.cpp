#include "connectors/speakap/sandbox/sandbox_server.hpp"

#include "connectors/http/client.hpp"
#include "connectors/speakap/sandbox/fault_file.hpp"
#include "connectors/speakap/sandbox/sandbox_file.hpp"
#include "tests/connectors/speakap/sandbox/sandbox_world.hpp"
#include "tests/fakes/manual_clock.hpp"
#include "tests/support/run.hpp"
#include "tests/support/temp_dir.hpp"

#include <boost/asio/io_context.hpp>

#include <catch2/catch.hpp>

#include <memory>
#include <optional>
#include <utility>

using namespace usersync;
using sandbox::Sandbox;
using sandbox::SandboxOptions;
using test::body_of;

namespace {

constexpr auto patience = std::chrono::seconds(20);

/// A sandbox on a free port, and a client for it.
struct Running {
    explicit Running(SandboxOptions options) { start(std::move(options)); }

    void start(SandboxOptions options) {
        client.reset();
        server.reset();
        server = Sandbox::start(context.get_executor(), clock, std::move(options)).value();
        client =
            http::make_client(context.get_executor(), {.base_url = server->addresses().rest, .ca_file = ""}).value();
    }

    boost::asio::awaitable<Result<http::Response>> sending(http::Request request) {
        const auto deadline = std::chrono::time_point_cast<Duration>(std::chrono::steady_clock::now()) + patience;
        return client->send(std::move(request), deadline);
    }
    Result<http::Response> send(http::Request request) { return test::run(context, sending(std::move(request))); }

    http::Request rest(std::string target) const {
        return {.method = "GET",
                .target = std::move(target),
                .headers = {{"Authorization", "Bearer " + server->addresses().token}},
                .body = ""};
    }
    http::Request creation(const std::string& key) const {
        return {.method = "POST",
                .target = "/scim/Users",
                .headers = {{"Authorization", "Bearer " + server->addresses().scim_token},
                            {"Content-Type", "application/scim+json"}},
                .body = test::scim_person(key, key + "@shop.example").dump()};
    }
    nlohmann::json calls() { return body_of(send(rest("/sandbox/calls")).value()); }

    boost::asio::io_context context;
    test::ManualClock clock{context};
    std::unique_ptr<Sandbox> server;
    std::unique_ptr<http::Client> client;
};

}  // namespace

TEST_CASE("the sandbox answers over HTTP and says where it is", "[connectors][speakap][sandbox]") {
    Running sandbox({});
    const auto addresses = sandbox.server->addresses();

    const auto network = sandbox.send(sandbox.rest("/networks/" + addresses.network + "/"));

    REQUIRE(network.has_value());
    CHECK(network->status == 200);
    CHECK(body_of(*network)["EID"] == addresses.network);
    CHECK(addresses.scim == addresses.rest + "/scim");
    const auto line = addresses.to_json_line();
    CHECK(line.find('\n') == std::string::npos);
    const auto shown = nlohmann::json::parse(line);
    CHECK(shown.size() == 5);
    CHECK(shown["rest"] == addresses.rest);
    CHECK(shown["scim"] == addresses.scim);
    CHECK(shown["network"] == addresses.network);
    CHECK(shown["token"] == addresses.token);
    CHECK(shown["scim_token"] == addresses.scim_token);
}

TEST_CASE("a change is on disk before its answer, and survives a kill", "[connectors][speakap][sandbox]") {
    test::TempDir folder;
    SandboxOptions options;
    options.state_file = folder / "state.json";
    Running sandbox(options);
    const auto before = sandbox.server->addresses();

    REQUIRE(sandbox.send(sandbox.creation("102")).value().status == 201);
    const auto stored = sandbox::load_state(options.state_file).value();
    options.network_file = folder / "not-looked-at.json";
    sandbox.start(options);

    CHECK(stored.users.size() == 1);
    CHECK(stored.calls.size() == 1);
    CHECK(sandbox.server->state() == stored);
    CHECK(sandbox.server->addresses().token == before.token);
    CHECK(sandbox.send(sandbox.creation("102")).value().status == 409);
}

TEST_CASE("a change that cannot be stored is not made", "[connectors][speakap][sandbox]") {
    test::TempDir folder;
    SandboxOptions options;
    options.state_file = folder.write("gone/network", "").parent_path() / "state.json";
    Running sandbox(options);
    std::filesystem::remove_all(folder / "gone");

    CHECK(sandbox.send(sandbox.creation("102")).value().status == 500);

    CHECK(sandbox.server->state().users.empty());
}

TEST_CASE("a lost answer leaves the effect behind, a closed connection none", "[connectors][speakap][sandbox]") {
    SandboxOptions options;
    options.faults = {sandbox::parse_fault("POST:/scim/Users:1:lost").value(),
                      sandbox::parse_fault("POST:/scim/Users:2:closed").value()};
    Running sandbox(options);

    const auto lost = sandbox.send(sandbox.creation("102"));
    CHECK(lost.has_error());
    CHECK(sandbox.server->state().users.size() == 1);
    CHECK(sandbox.server->state().invitations.size() == 1);

    const auto closed = sandbox.send(sandbox.creation("103"));
    CHECK(closed.has_error());
    CHECK(sandbox.server->state().users.size() == 1);

    const auto calls = sandbox.calls();
    REQUIRE(calls.size() == 2);
    CHECK(calls[0]["fault"] == "lost");
    CHECK(calls[0]["status"] == 0);
    CHECK(calls[1]["fault"] == "closed");
}

TEST_CASE("errors on demand come in the shape of the API that was called", "[connectors][speakap][sandbox]") {
    SandboxOptions options;
    options.faults = {sandbox::parse_fault("*:/scim/*:1:500").value(),
                      sandbox::parse_fault("*:/networks/*:1:503").value(),
                      sandbox::parse_fault("*:/scim/*:2:429").value()};
    Running sandbox(options);

    const auto broken = sandbox.send(sandbox.creation("102")).value();
    const auto unavailable =
        sandbox.send(sandbox.rest("/networks/" + sandbox.server->addresses().network + "/")).value();
    const auto too_many = sandbox.send(sandbox.creation("102")).value();

    CHECK(broken.status == 500);
    CHECK(body_of(broken)["status"] == "500");
    CHECK(unavailable.status == 503);
    CHECK(body_of(unavailable)["code"] == -5);
    CHECK(too_many.status == 429);
    CHECK(http::find_header(too_many.headers, "Retry-After") == "1");
    CHECK(sandbox.server->state().users.empty());
}

TEST_CASE("calls above the rate get 429 until the time that Retry-After names", "[connectors][speakap][sandbox]") {
    SandboxOptions options;
    options.rate = 0.5;
    Running sandbox(options);
    const auto path = "/networks/" + sandbox.server->addresses().network + "/";

    CHECK(sandbox.send(sandbox.rest(path)).value().status == 200);
    const auto refused = sandbox.send(sandbox.rest(path)).value();
    CHECK(refused.status == 429);
    CHECK(http::find_header(refused.headers, "Retry-After") == "2");
    CHECK(sandbox.calls().size() == 2);
    sandbox.clock.advance(std::chrono::seconds(2));
    CHECK(sandbox.send(sandbox.rest(path)).value().status == 200);
}

TEST_CASE("a fault file plays its rules by the clock and leaves its names in the log",
          "[connectors][speakap][sandbox]") {
    SandboxOptions options;
    options.faults = sandbox::parse_fault_file(R"({"rules": [
        {"name": "storm", "path": "/networks/*", "after_ms": 1000, "until_ms": 3000, "what": "status", "status": 503,
         "retry_after": 2},
        {"method": "POST", "path": "/scim/Users", "call": 1, "what": "no_effect"},
        {"method": "POST", "path": "/scim/Users", "call": 2, "what": "status", "status": 500, "effect": true},
        {"method": "POST", "path": "/scim/Users", "call": 3, "what": "cut", "field": "/title", "length": 2}]})")
                         .value()
                         .rules;
    Running sandbox(options);
    const auto path = "/networks/" + sandbox.server->addresses().network + "/";

    CHECK(sandbox.send(sandbox.rest(path)).value().status == 200);
    sandbox.clock.advance(std::chrono::seconds(1));
    const auto stormy = sandbox.send(sandbox.rest(path)).value();
    CHECK(stormy.status == 503);
    CHECK(http::find_header(stormy.headers, "Retry-After") == "2");
    sandbox.clock.advance(std::chrono::seconds(2));
    CHECK(sandbox.send(sandbox.rest(path)).value().status == 200);

    CHECK(sandbox.send(sandbox.creation("102")).value().status == 201);
    CHECK(sandbox.server->state().users.empty());
    CHECK(sandbox.send(sandbox.creation("103")).value().status == 500);
    CHECK(sandbox.server->state().users.size() == 1);
    CHECK(sandbox.send(sandbox.creation("104")).value().status == 201);
    CHECK(sandbox.server->state().users.at(1).job_title == "Ba");
    const auto calls = sandbox.calls();
    CHECK(calls[1]["fault"] == "storm");
    CHECK(calls[3]["fault"] == "no_effect");
}

TEST_CASE("a part of the groups is refused and the others are joined", "[connectors][speakap][sandbox]") {
    SandboxOptions options;
    options.faults =
        sandbox::parse_fault_file(R"({"rules": [{"path": "*/groups/add", "call": 1, "what": "partial", "keep": 1}]})")
            .value()
            .rules;
    Running sandbox(options);
    REQUIRE(sandbox.send(sandbox.creation("102")).value().status == 201);
    const auto& state = sandbox.server->state();
    auto request = sandbox.rest("/networks/" + state.network + "/users/" + state.users[0].eid + "/groups/add");
    request.method = "POST";
    request.headers.push_back({"Content-Type", "application/x-www-form-urlencoded"});
    request.body = "groups[]=" + state.groups[0].eid + "&groups[]=" + state.groups[1].eid;

    const auto answer = sandbox.send(request).value();

    CHECK(answer.status == 207);
    CHECK(body_of(answer)["data"]["failed"].contains(state.groups[1].eid));
    REQUIRE(sandbox.server->state().users[0].groups.size() == 1);
    CHECK(sandbox.server->state().users[0].groups[0].group == state.groups[0].eid);
}

TEST_CASE("changes show after the time that the sandbox was told to settle", "[connectors][speakap][sandbox]") {
    SandboxOptions options;
    options.settling.delay = std::chrono::seconds(5);
    Running sandbox(options);
    REQUIRE(sandbox.send(sandbox.creation("102")).value().status == 201);
    const auto listed = [&] {
        const auto path = "/networks/" + sandbox.server->addresses().network + "/users/";
        return body_of(sandbox.send(sandbox.rest(path)).value())["_links"]["users"].size();
    };

    CHECK(listed() == 0);
    sandbox.clock.advance(std::chrono::seconds(5));
    CHECK(listed() == 1);
}

TEST_CASE("latency delays every answer, and a slow fault one that has taken effect", "[connectors][speakap][sandbox]") {
    SandboxOptions options;
    options.latency = Duration(100);
    options.faults = {sandbox::parse_fault("POST:*:1:slow=400").value()};
    Running sandbox(options);
    std::optional<int> status;
    auto ended = [&](std::exception_ptr, Result<http::Response> response) { status = response.value().status; };
    boost::asio::co_spawn(sandbox.context, sandbox.sending(sandbox.creation("102")), ended);
    const auto run_until_waiting = [&] {
        while (sandbox.clock.sleepers() == 0) sandbox.context.run_one();
    };

    run_until_waiting();
    CHECK(sandbox.server->state().users.empty());
    sandbox.clock.advance(Duration(100));
    while (sandbox.server->state().users.empty()) sandbox.context.run_one();
    run_until_waiting();
    CHECK_FALSE(status);
    sandbox.clock.advance(Duration(400));
    while (!status) sandbox.context.run_one();

    CHECK(status == 201);
}

TEST_CASE("a stopped sandbox has stored its log of calls", "[connectors][speakap][sandbox]") {
    test::TempDir folder;
    SandboxOptions options;
    options.state_file = folder / "state.json";
    Running sandbox(options);
    const auto path = "/networks/" + sandbox.server->addresses().network + "/";
    REQUIRE(sandbox.send(sandbox.rest(path)).value().status == 200);

    test::run(
        sandbox.context,
        sandbox.server->stop(std::chrono::time_point_cast<Duration>(std::chrono::steady_clock::now() + patience)));

    CHECK(sandbox::load_state(options.state_file).value().calls.size() == 1);
    CHECK(sandbox.send(sandbox.rest(path)).has_error());
}

TEST_CASE("the network comes from its description, and a bad one stops the start", "[connectors][speakap][sandbox]") {
    test::TempDir folder;
    boost::asio::io_context context;
    test::ManualClock clock{context};
    SandboxOptions options;
    options.network_file = folder.write("network.json", R"({"network": "beef", "token": "t", "scim_token": "s"})");

    CHECK(Sandbox::start(context.get_executor(), clock, options).value()->addresses().network == "beef");
    options.network_file = folder.write("network.json", "{]");
    CHECK(Sandbox::start(context.get_executor(), clock, options).error().code == "bad_network_file");
    options.network_file = folder / "missing.json";
    CHECK(Sandbox::start(context.get_executor(), clock, options).error().code == "cannot_read_network_file");
}

TEST_CASE("an address to listen on is a host and a port", "[connectors][speakap][sandbox]") {
    using sandbox::ListenAddress;
    using sandbox::parse_listen_address;

    CHECK(parse_listen_address("127.0.0.1:0").value() == ListenAddress{.address = "127.0.0.1", .port = 0});
    CHECK(parse_listen_address("[::1]:8443").value() == ListenAddress{.address = "::1", .port = 8443});
    for (const auto* text : {"", "127.0.0.1", ":80", "127.0.0.1:", "127.0.0.1:99999", "::1:80", "127.0.0.1:x"}) {
        INFO(text);
        CHECK(parse_listen_address(text).has_error());
    }
}
