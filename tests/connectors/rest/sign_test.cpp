#include "connectors/rest/sign.hpp"

#include "core/base/byte_text.hpp"
#include "core/rest/encode.hpp"
#include "tests/connectors/rest/rest_world.hpp"
#include "tests/connectors/rest/signing_key.hpp"
#include "tests/support/show_result.hpp"

#include <catch2/catch.hpp>

#include <set>

using namespace usersync;
using namespace usersync::test;
using rest::auth::Algorithm;

TEST_CASE("what is signed for a token verifies with the public key", "[connectors][rest]") {
    const SigningKey rsa = SigningKey::rsa(2048);
    const SigningKey elliptic = SigningKey::p256();

    const auto rs256 = rest_api::sign(Algorithm::rs256, rsa.pem(), "text");
    const auto ps256 = rest_api::sign(Algorithm::ps256, rsa.pem(), "text");
    const auto es256 = rest_api::sign(Algorithm::es256, elliptic.pem(), "text");

    REQUIRE(rs256);
    REQUIRE(ps256);
    REQUIRE(es256);
    CHECK(es256->size() == 64);
    CHECK(rsa.verifies(Algorithm::rs256, "text", *rs256));
    CHECK(rsa.verifies(Algorithm::ps256, "text", *ps256));
    CHECK(elliptic.verifies(Algorithm::es256, "text", *es256));
    CHECK_FALSE(rsa.verifies(Algorithm::rs256, "other", *rs256));
    CHECK_FALSE(rsa.verifies(Algorithm::ps256, "text", *rs256));
    CHECK_FALSE(elliptic.verifies(Algorithm::es256, "other", *es256));
}

TEST_CASE("a key of another kind, too short, encrypted or no key is refused by name", "[connectors][rest]") {
    const SigningKey rsa = SigningKey::rsa(2048);
    const SigningKey brief = SigningKey::rsa(1024);
    for (const auto& refused :
         {rest_api::sign(Algorithm::es256, rsa.pem(), "text"), rest_api::sign(Algorithm::rs256, brief.pem(), "text"),
          rest_api::sign(Algorithm::rs256, rsa.pem_with_passphrase(), "text"),
          rest_api::sign(Algorithm::rs256, Secret("no key"), "text")}) {
        REQUIRE_FALSE(refused);
        CHECK(refused.error().kind == FailureKind::blocked);
        CHECK(refused.error().code == "bad_signing_key");
    }
}

TEST_CASE("a source logs in with a signed token in place of a secret", "[connectors][rest]") {
    const SigningKey key = SigningKey::rsa(2048);
    RestWorld world;
    world.options.values.secrets["key"] = key.pem();
    auto& credentials = std::get<rest::auth::ClientCredentials>(world.options.connector.auth);
    credentials.proof = rest::auth::ClientCredentials::Proof::private_key_jwt;
    credentials.client_secrets.clear();
    credentials.jwt.key = "key";
    credentials.jwt.claims = {{"iss", text("us")}, {"jti", text("{unique}")}, {"exp", text("{expires_seconds}")}};

    REQUIRE(world.fetch());

    std::string assertion;
    for (const auto& [name, value] : http::parse_form(world.requests.front().body)) {
        if (name == "client_assertion") assertion = value;
    }
    const auto dot = assertion.rfind('.');
    REQUIRE(dot != std::string::npos);
    auto signature = assertion.substr(dot + 1);
    for (auto& c : signature) c = c == '-' ? '+' : c == '_' ? '/' : c;
    while (signature.size() % 4 != 0) signature += '=';
    CHECK(key.verifies(Algorithm::rs256, assertion.substr(0, dot), from_base64(signature).value_or("")));
}

TEST_CASE("what is never the same twice is not", "[connectors][rest]") {
    std::set<std::string> seen;
    for (int i = 0; i < 1000; ++i) seen.insert(rest_api::unique_text());

    CHECK(seen.size() == 1000);
    CHECK(seen.begin()->size() == 33);
    CHECK(seen.begin()->front() == '_');
}
