#include "connectors/rest/saml.hpp"

#include "core/base/byte_text.hpp"
#include "core/rest/encode.hpp"
#include "tests/connectors/rest/rest_world.hpp"
#include "tests/connectors/rest/signing_key.hpp"
#include "tests/connectors/rest/verify_assertion.hpp"
#include "tests/support/show_result.hpp"

#include <catch2/catch.hpp>

using namespace usersync;
using namespace usersync::test;

namespace {

const std::string assertion =
    R"(<saml2:Assertion xmlns:saml2="urn:oasis:names:tc:SAML:2.0:assertion" ID="_1a" Version="2.0">)"
    R"(<saml2:Issuer>us</saml2:Issuer><saml2:Subject><saml2:NameID>sync &amp; co</saml2:NameID></saml2:Subject>)"
    R"(</saml2:Assertion>)";

std::string replaced(std::string text, const std::string& from, const std::string& to) {
    return text.replace(text.find(from), from.size(), to);
}

}  // namespace

TEST_CASE("a signed assertion verifies, and does not once a letter of it is changed", "[connectors][rest]") {
    const auto key = SigningKey::rsa(2048);
    const auto other = SigningKey::rsa(2048);

    const auto xml = rest_api::sign_assertion(assertion, key.pem());

    REQUIRE(xml);
    CHECK(verifies_assertion(*xml, key));
    CHECK_FALSE(verifies_assertion(*xml, other));
    CHECK_FALSE(verifies_assertion(replaced(*xml, "sync", "root"), key));
}

TEST_CASE("the signature stands where SAML wants it, and says how it was made", "[connectors][rest]") {
    const auto xml = rest_api::sign_assertion(assertion, SigningKey::rsa(2048).pem()).value();

    CHECK(xml.find("<saml2:Assertion") == 0);
    CHECK(xml.find("</saml2:Issuer><Signature") != std::string::npos);
    CHECK(xml.find("http://www.w3.org/2001/10/xml-exc-c14n#") != std::string::npos);
    CHECK(xml.find("http://www.w3.org/2001/04/xmldsig-more#rsa-sha256") != std::string::npos);
    CHECK(xml.find("URI=\"#_1a\"") != std::string::npos);
}

TEST_CASE("what is no assertion, or has a document type, is not signed", "[connectors][rest]") {
    const auto key = SigningKey::rsa(2048);
    for (const std::string& text : {std::string("no xml"), std::string("<a/>"), replaced(assertion, " ID=\"_1a\"", ""),
                                    "<!DOCTYPE a [<!ENTITY x \"y\">]>" + assertion,
                                    replaced(assertion, "saml2:Issuer>us</saml2:Issuer", "saml2:X/")}) {
        const auto refused = rest_api::sign_assertion(text, key.pem());
        REQUIRE_FALSE(refused);
        CHECK(refused.error().code == "bad_assertion");
    }
    const auto no_key = rest_api::sign_assertion(assertion, Secret("no key"));
    REQUIRE_FALSE(no_key);
    CHECK(no_key.error().code == "bad_signing_key");
    CHECK_FALSE(rest_api::sign_assertion(assertion, key.pem_with_passphrase()));
}

TEST_CASE("a source logs in with an assertion", "[connectors][rest]") {
    const auto key = SigningKey::rsa(2048);
    RestWorld world;
    world.options.values.secrets["key"] = key.pem();
    rest::auth::SamlBearer saml;
    saml.token_url = text(world.origin() + "/token");
    saml.assertion = text(assertion);
    saml.key = "key";
    saml.reply.token = path("access_token");
    world.options.connector.auth = saml;

    REQUIRE(world.fetch());

    std::string sent;
    for (const auto& [name, value] : http::parse_form(world.requests.front().body)) {
        if (name == "assertion") sent = value;
    }
    CHECK(verifies_assertion(from_base64(sent).value_or(""), key));
}
