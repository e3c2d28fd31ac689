// Servers that ask who connects to them.

#include "tests/connectors/rest/rest_world.hpp"
#include "tests/support/show_result.hpp"

#include <catch2/catch.hpp>

using namespace usersync;
using namespace usersync::test;

namespace {

const CertificateTerms client{.names = {"DNS:us.example"}, .usage = "clientAuth"};

/// Only who shows a certificate by `clients` may connect.
struct AskingWorld {
    TempDir folder;
    CertificateAuthority clients{folder.path(), "clients"};
    RestWorld world{http::ListenOptions{.client_ca_file = clients.certificate_file().string()}};

    void show(const KeyPair& pair) {
        world.options.certificate_file = pair.certificate_file.string();
        world.options.certificate_key = Secret(TempDir::read(pair.key_file));
    }
};

}  // namespace

TEST_CASE("a client certificate is shown to a server that asks for one", "[connectors][rest][http]") {
    AskingWorld asking;
    asking.show(asking.clients.issue("us", client));

    CHECK(asking.world.fetch());
}

TEST_CASE("without a client certificate, or with a stranger's, nobody is let in", "[connectors][rest][http]") {
    AskingWorld asking;
    SECTION("without one") {}
    SECTION("with a stranger's") { asking.show(asking.world.certificates.authority.issue("stranger", client)); }

    const auto refused = asking.world.fetch();

    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind == FailureKind::blocked);
    CHECK(refused.error().code == "client_certificate_refused");
    CHECK(asking.world.requests.empty());
}

TEST_CASE("a key that is not the certificate's is found before anything is sent", "[connectors][rest][http]") {
    AskingWorld asking;
    auto pair = asking.clients.issue("us", client);
    pair.key_file = asking.clients.issue("other").key_file;
    asking.show(pair);

    const auto refused = asking.world.fetch();

    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == "bad_certificate");
}
