// The network contract, kept by the Speakap adapter in front of the sandbox, over HTTPS on loopback with a chain of
// certificates: a root that is trusted, an authority below it, a server that shows both.
#include "connectors/http/client.hpp"
#include "connectors/http/server.hpp"
#include "connectors/speakap/sandbox/sandbox_answer.hpp"
#include "connectors/speakap/sandbox/sandbox_file.hpp"
#include "connectors/speakap/sandbox/sandbox_network.hpp"
#include "connectors/speakap/speakap_network.hpp"
#include "tests/contract/network_contract.hpp"
#include "tests/support/certificates.hpp"
#include "tests/support/real_clock.hpp"
#include "tests/support/run.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <iterator>
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

const test::CertificateChain& chain() {
    static const test::CertificateChain chain;
    return chain;
}

class SandboxWorld final : public test::NetworkWorld {
public:
    explicit SandboxWorld(const test::KeyPair& certificate = chain().server)
        : state_(must(sandbox::build_network(shop, 1, clock_.now()))) {
        state_.behaviour.group_roles = true;
        auto handler = [this](http::Request request) { return respond(std::move(request)); };
        http::ListenOptions listening;
        listening.certificate_file = certificate.certificate_file;
        listening.key_file = certificate.key_file;
        server_ = must(http::listen(context_.get_executor(), listening, handler));
        const auto base = "https://127.0.0.1:" + std::to_string(server_->port());
        SpeakapOptions options;
        options.network = state_.network;
        options.rest_token = Secret(state_.token);
        options.scim_token = Secret(state_.scim_token);
        options.page_size = 2;
        options.scim_page_size = 2;
        options.group_roles = true;
        options.invite_resend = true;
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
    void make_external(const std::string& key) override { person(key).external = true; }
    void lock(const std::string& key) override {
        person(key).network.locked_by = "00000000000000ff";
        for (auto& membership : person(key).groups) membership.locked_by = "00000000000000ff";
    }
    sandbox::SandboxState& state() { return state_; }

private:
    sandbox::User& person(const std::string& key) {
        const auto at = std::find_if(state_.users.begin(), state_.users.end(),
                                     [&](const sandbox::User& user) { return user.xid == key; });
        REQUIRE(at != state_.users.end());
        return *at;
    }
    std::unique_ptr<http::Client> client(const std::string& base) {
        http::ClientOptions options;
        options.base_url = base;
        options.ca_file = chain().ca_file();
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

Failure refusal_of(const test::KeyPair& certificate) {
    SandboxWorld world(certificate);
    const auto read = test::run(world.context(), world.network().read_all({}, world.deadline()));
    REQUIRE(read.has_error());
    CHECK(world.state().calls_seen == 0);
    return read.error();
}

TEST_CASE("a server whose certificate is another host's, expired or of nobody we trust gets no token",
          "[connectors][speakap][contract][fault29]") {
    const auto& authority = chain().intermediate;
    const test::CertificateAuthority stranger(chain().folder.path(), "stranger");
    const test::KeyPair refused[] = {
        authority.issue("elsewhere", {.names = {"DNS:api.speakap.example"}}),
        authority.issue("expired", {.valid_from_days = -30, .valid_to_days = -1}),
        authority.issue("not_yet", {.valid_from_days = 1, .valid_to_days = 30}),
        stranger.issue("stranger"),
    };
    for (const auto& certificate : refused) {
        INFO(certificate.certificate_file.filename().string());
        const auto failure = refusal_of(certificate);
        CHECK(failure.kind == FailureKind::blocked);
        CHECK(failure.code == "tls_not_trusted");
        CHECK(failure.effect == Effect::none);
    }
}

TEST_CASE("a server that does not show the authority below the root is not trusted",
          "[connectors][speakap][contract]") {
    const auto shown = chain().intermediate.issue("alone");
    // Only the first certificate of the file: the chain to the root is broken.
    std::ifstream whole(shown.certificate_file);
    const std::string text((std::istreambuf_iterator<char>(whole)), std::istreambuf_iterator<char>());
    const std::string end = "-----END CERTIFICATE-----";
    std::ofstream(shown.certificate_file) << text.substr(0, text.find(end) + end.size()) << '\n';

    const auto failure = refusal_of(shown);

    CHECK(failure.kind == FailureKind::blocked);
    CHECK(failure.code == "tls_not_trusted");
}

}  // namespace
}  // namespace usersync::speakap
