#pragma once
// A sandbox with a state file, called without a wire in between.

#include "connectors/speakap/sandbox/sandbox_server.hpp"
#include "tests/connectors/speakap/sandbox/sandbox_world.hpp"
#include "tests/fakes/manual_clock.hpp"
#include "tests/support/run.hpp"
#include "tests/support/temp_dir.hpp"

#include <boost/asio/io_context.hpp>

#include <memory>
#include <string>
#include <utility>

namespace usersync::test {

/// A network of nobody, or the one that is described.
struct StoredSandbox {
    explicit StoredSandbox(sandbox::SandboxOptions chosen = {}, const std::string& network = "{}")
        : options(std::move(chosen)) {
        options.state_file = folder / "state.json";
        options.network_file = folder.write("network.json", network);
        start();
    }

    void start() {
        server.reset();
        server = sandbox::Sandbox::start(context.get_executor(), clock, options).value();
    }
    const sandbox::SandboxState& state() const { return server->state(); }

    http::Response call(const std::string& method, const std::string& target, const std::string& body = "",
                        const std::string& type = "application/x-www-form-urlencoded") {
        const bool is_scim = target.rfind("/scim", 0) == 0;
        const bool is_own = target.rfind("/sandbox", 0) == 0;
        http::Request request{.method = method, .target = target, .headers = {}, .body = body};
        if (!is_scim && !is_own) request.target = "/networks/" + state().network + "/" + target;
        request.headers.push_back({"Authorization", "Bearer " + (is_scim ? state().scim_token : state().token)});
        if (!body.empty()) request.headers.push_back({"Content-Type", type});
        return test::run(context, server->respond(std::move(request)));
    }
    http::Response json(const std::string& method, const std::string& target, const nlohmann::json& body) {
        const bool is_scim = target.rfind("/scim", 0) == 0;
        return call(method, target, body.dump(), is_scim ? "application/scim+json" : "application/json");
    }
    http::Response create(const std::string& key) {
        return json("POST", "/scim/Users", scim_person(key, key + "@shop.example"));
    }

    TempDir folder;
    boost::asio::io_context context;
    ManualClock clock{context};
    sandbox::SandboxOptions options;
    std::unique_ptr<sandbox::Sandbox> server;
};

}  // namespace usersync::test
