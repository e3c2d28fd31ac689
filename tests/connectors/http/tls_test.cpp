#include "connectors/http/client.hpp"
#include "connectors/http/server.hpp"

#include "tests/connectors/http/peer.hpp"
#include "tests/support/certificates.hpp"
#include "tests/support/run.hpp"

#include <catch2/catch.hpp>

#include <memory>
#include <string>

using namespace usersync;
using namespace usersync::http;
using boost::asio::ip::tcp;
namespace asio = boost::asio;

namespace {

asio::awaitable<Response> echo(Request request) {
    co_return Response{
        .status = 200, .headers = {}, .body = request.method + " " + request.target + " " + request.body};
}

struct Scene {
    asio::io_context context;
    test::Certificates certificates;
    std::unique_ptr<Server> server;

    explicit Scene(const test::CertificateTerms& terms = {}) { serve(certificates.authority.issue("site", terms)); }

    void serve(const test::KeyPair& pair) {
        ListenOptions options;
        options.certificate_file = pair.certificate_file.string();
        options.key_file = pair.key_file.string();
        server = listen(context.get_executor(), options, echo).value();
    }

    Result<Response> ask(const std::string& host, const std::string& ca_file, std::string body = "x") {
        ClientOptions options{.base_url = "https://" + host + ":" + std::to_string(server->port()), .ca_file = ca_file};
        auto client = make_client(context.get_executor(), options).value();
        Request request{.method = "PUT", .target = "/a", .headers = {}, .body = std::move(body)};
        return test::run(context, client->send(request, test::ample()));
    }
};

void check_not_trusted(const Result<Response>& answer) {
    REQUIRE(answer.has_error());
    CHECK(answer.error().kind == FailureKind::blocked);
    CHECK(answer.error().code == "tls_not_trusted");
    CHECK(answer.error().effect == Effect::none);
}

}  // namespace

TEST_CASE("a server is trusted by its name and by its address", "[connectors][http]") {
    Scene scene;

    CHECK(scene.ask("localhost", scene.certificates.ca_file()).value().body == "PUT /a x");
    CHECK(scene.ask("127.0.0.1", scene.certificates.ca_file()).value().body == "PUT /a x");
}

TEST_CASE("a large body passes TLS in both directions", "[connectors][http]") {
    Scene scene;
    const std::string body(300'000, 'b');

    CHECK(scene.ask("127.0.0.1", scene.certificates.ca_file(), body).value().body == "PUT /a " + body);
}

TEST_CASE("an expired certificate is not trusted", "[connectors][http][fault29]") {
    Scene scene(test::CertificateTerms{.valid_from_days = -30, .valid_to_days = -1});

    check_not_trusted(scene.ask("127.0.0.1", scene.certificates.ca_file()));
}

TEST_CASE("a certificate for another name is not trusted", "[connectors][http]") {
    Scene scene(test::CertificateTerms{.names = {"DNS:other.example"}});

    check_not_trusted(scene.ask("localhost", scene.certificates.ca_file()));
    check_not_trusted(scene.ask("127.0.0.1", scene.certificates.ca_file()));
}

TEST_CASE("a certificate for a name is not one for the address behind it, nor the reverse", "[connectors][http]") {
    Scene named(test::CertificateTerms{.names = {"DNS:localhost", "DNS:127.0.0.1"}});
    check_not_trusted(named.ask("127.0.0.1", named.certificates.ca_file()));

    Scene addressed(test::CertificateTerms{.names = {"IP:127.0.0.1"}});
    check_not_trusted(addressed.ask("localhost", addressed.certificates.ca_file()));
    CHECK(addressed.ask("127.0.0.1", addressed.certificates.ca_file()).has_value());
}

TEST_CASE("an authority nobody told us about is not trusted", "[connectors][http]") {
    Scene scene;
    const test::CertificateAuthority stranger(scene.certificates.folder.path(), "stranger");

    check_not_trusted(scene.ask("127.0.0.1", stranger.certificate_file().string()));
}

TEST_CASE("without a bundle the system's authorities decide, and they do not know a test", "[connectors][http]") {
    Scene scene;

    check_not_trusted(scene.ask("127.0.0.1", ""));
}

TEST_CASE("a TLS connection is kept too", "[connectors][http]") {
    Scene scene;
    scene.server.reset();
    ListenOptions options;
    options.certificate_file = scene.certificates.server.certificate_file.string();
    options.key_file = scene.certificates.server.key_file.string();
    options.connections_max = 1;
    scene.server = listen(scene.context.get_executor(), options, echo).value();
    ClientOptions where{.base_url = "https://127.0.0.1:" + std::to_string(scene.server->port()),
                        .ca_file = scene.certificates.ca_file()};
    auto client = make_client(scene.context.get_executor(), where).value();

    // The server takes one connection only: a second one would be closed before its handshake.
    for (int i = 0; i < 3; ++i) {
        CHECK(test::run(scene.context, client->send(Request{}, test::ample())).value().body == "GET / ");
    }
}

TEST_CASE("a server that does not speak TLS is a passing trouble", "[connectors][http]") {
    asio::io_context context;
    test::Certificates certificates;
    test::Peer peer(context, [](tcp::socket& socket, std::size_t) -> asio::awaitable<void> {
        co_await test::say(socket, "HTTP/1.1 400 Bad Request\r\n\r\n");
    });
    ClientOptions options{.base_url = "https://127.0.0.1:" + std::to_string(peer.port()),
                          .ca_file = certificates.ca_file()};
    auto client = make_client(context.get_executor(), options).value();

    const auto answer = test::run(context, client->send(Request{}, test::ample()));

    REQUIRE(answer.has_error());
    CHECK(answer.error().kind == FailureKind::transient);
    CHECK(answer.error().code == "tls_failed");
    CHECK(answer.error().effect == Effect::none);
}

TEST_CASE("a bundle that cannot be read is refused when the client is made", "[connectors][http]") {
    asio::io_context context;
    const test::TempDir folder;
    const auto empty = folder.write("empty.pem", "");
    for (const auto& file : {(folder / "missing.pem").string(), empty.string()}) {
        const auto made =
            make_client(context.get_executor(), ClientOptions{.base_url = "https://127.0.0.1", .ca_file = file});
        REQUIRE(made.has_error());
        CHECK(made.error().kind == FailureKind::blocked);
        CHECK(made.error().code == "bad_ca_file");
    }
}

TEST_CASE("a server does not start with a key that is not its certificate's", "[connectors][http]") {
    asio::io_context context;
    test::Certificates certificates;
    ListenOptions options;
    options.certificate_file = certificates.server.certificate_file.string();
    options.key_file = certificates.authority.issue("other").key_file.string();

    const auto refused = listen(context.get_executor(), options, echo);

    REQUIRE(refused.has_error());
    CHECK(refused.error().kind == FailureKind::blocked);
    CHECK(refused.error().code == "bad_certificate");
}
