// The network contract, kept by the Speakap adapter in front of the sandbox, over HTTP on loopback.
#include "connectors/http/client.hpp"
#include "connectors/http/server.hpp"
#include "connectors/speakap/sandbox/sandbox_answer.hpp"
#include "connectors/speakap/sandbox/sandbox_file.hpp"
#include "connectors/speakap/sandbox/sandbox_network.hpp"
#include "connectors/speakap/speakap_network.hpp"
#include "tests/contract/network_contract.hpp"
#include "tests/support/real_clock.hpp"
#include "tests/support/run.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>

namespace usersync::speakap {
namespace {

namespace asio = boost::asio;

constexpr std::string_view shop = R"({
    "name": "Shop",
    "groups": [{"kind": "business_unit", "name": "Store 12", "xid": "s12"},
               {"kind": "department", "name": "Checkout"},
               {"kind": "secret", "name": "Football"}],
    "users": [{"xid": "1001", "first": "Anna", "infix": "de", "family": "Boer", "email": "anna@shop.example",
               "phone": "+31612345678", "job_title": "Cashier", "groups": ["Store 12"]},
              {"first": "Ada", "family": "Admin", "email": "ada@shop.example", "role": "admin"}]
})";

template <class T>
T must(Result<T> result) {
    if (!result) FAIL(describe(result.error()));
    return std::move(*result);
}

class SandboxWorld final : public test::NetworkWorld {
public:
    SandboxWorld() : state_(must(sandbox::build_network(shop, 1, clock_.now()))) {
        auto handler = [this](http::Request request) { return respond(std::move(request)); };
        server_ = must(http::listen(context_.get_executor(), http::ListenOptions{}, handler));
        const auto base = "http://127.0.0.1:" + std::to_string(server_->port());
        SpeakapOptions options;
        options.network = state_.network;
        options.rest_token = Secret(state_.token);
        options.scim_token = Secret(state_.scim_token);
        options.page_size = 2;
        options.scim_page_size = 2;
        options.rate = {.calls_per_second = 10'000, .burst = 10'000};
        network_ = make_speakap_network(options, client(base), client(base + "/scim"), clock_, 1);
    }

    asio::io_context& context() override { return context_; }
    Network& network() override { return *network_; }
    Deadline deadline() override { return clock_.steady_now() + std::chrono::minutes(1); }
    int invitations(const std::string& key) override {
        return static_cast<int>(std::count_if(state_.invitations.begin(), state_.invitations.end(),
                                              [&](const auto& invitation) { return invitation.xid == key; }));
    }
    void accept(const std::string& key) override {
        REQUIRE(sandbox::accept_invitations(state_, key, clock_.now()) == 1);
    }
    void lose_next_answer() override { lose_next_ = true; }

private:
    std::unique_ptr<http::Client> client(const std::string& base) {
        http::ClientOptions options;
        options.base_url = base;
        return must(http::make_client(context_.get_executor(), options));
    }
    asio::awaitable<http::Response> respond(http::Request request) {
        auto response = sandbox::answer(state_, request, clock_.now());
        if (request.method != "GET" && std::exchange(lose_next_, false)) response.status = 0;
        co_return response;
    }

    test::RealClock clock_;
    asio::io_context context_;
    sandbox::SandboxState state_;
    bool lose_next_ = false;
    std::unique_ptr<http::Server> server_;
    std::unique_ptr<Network> network_;
};

TEST_CASE("the Speakap adapter keeps the contract of a network", "[connectors][speakap][contract]") {
    test::network_contract([]() -> std::unique_ptr<test::NetworkWorld> { return std::make_unique<SandboxWorld>(); });
}

}  // namespace
}  // namespace usersync::speakap
