#include "core/rest/token.hpp"

#include "core/base/byte_text.hpp"
#include "core/rest/encode.hpp"
#include "tests/core/rest/declare.hpp"

#include <catch2/catch.hpp>

using namespace usersync;
using namespace usersync::rest;
using namespace std::chrono_literals;
using declare::path;
using declare::text;

namespace {

const Time now(std::chrono::seconds(1'795'428'000));

auth::ClientCredentials credentials(auth::ClientCredentials::Proof proof) {
    auth::ClientCredentials made;
    made.token_url = text("https://login.example/{tenant}/token");
    made.proof = proof;
    made.client_id = text("id:1 ü");
    made.client_secrets = {text("{secret:one}"), text("{secret:two}")};
    made.parameters = {{"scope", text("https://graph.example/.default")}, {"left_out", text("{nothing}")}};
    made.reply.token = path("access_token");
    made.reply.expires_in = path("expires_in");
    return made;
}

Connector with(Auth auth) {
    Connector connector;
    connector.base_url = text("https://hr.example");
    connector.auth = std::move(auth);
    return connector;
}

Values values() {
    Values made;
    made.settings = {{"tenant", {"t"}}};
    made.secrets = {{"one", Secret("a&b")}, {"two", Secret("c")}};
    return made;
}

using Proof = auth::ClientCredentials::Proof;

}  // namespace

TEST_CASE("A token is asked for with the credentials in the body or in the header, never both", "[core][rest]") {
    const auto body = token_call(with(credentials(Proof::body)), values(), {}, now, "");
    REQUIRE(body.has_value());
    CHECK(body->url.text() == "https://login.example/t/token");
    CHECK(body->body ==
          "grant_type=client_credentials&client_id=id%3A1+%C3%BC&client_secret=a%26b&scope=https%3A%2F%2Fgraph.example%"
          "2F.default");
    CHECK(header_of(body->headers, "Authorization").empty());

    const auto basic = token_call(with(credentials(Proof::basic)), values(), {}, now, "");
    REQUIRE(basic.has_value());
    CHECK(header_of(basic->headers, "Authorization") == "Basic " + base64("id%3A1+%C3%BC:a%26b"));
    CHECK(basic->body == "grant_type=client_credentials&scope=https%3A%2F%2Fgraph.example%2F.default");
}

TEST_CASE("A signed token says who asks, of whom, and for how long", "[core][rest]") {
    auto made = credentials(Proof::private_key_jwt);
    made.jwt.key = "key";
    made.jwt.key_id = text("k1");
    made.jwt.claims = {{"iss", text("{tenant}")},
                       {"aud", text("{token_url}")},
                       {"jti", text("{unique}")},
                       {"exp", text("{expires_seconds}")}};
    const auto signing = to_sign(with(made), values(), now, {"u-1"});
    REQUIRE(signing.has_value());
    REQUIRE(signing->has_value());
    CHECK((*signing)->key == "key");
    CHECK((*signing)->text ==
          base64url(R"({"alg":"RS256","typ":"JWT","kid":"k1"})") + "." +
              base64url(R"({"iss":"t","aud":"https://login.example/t/token","jti":"u-1","exp":1795428300})"));
    const auto call = token_call(with(made), values(), {}, now, "a.b.c");
    REQUIRE(call.has_value());
    CHECK(call->body.find("client_assertion=a.b.c") != std::string::npos);
    CHECK(call->body.find("client_secret") == std::string::npos);
}

TEST_CASE("A SAML assertion is filled in with XML's escapes and sent in base64", "[core][rest]") {
    auth::SamlBearer saml;
    saml.token_url = text("https://sf.example/oauth/token");
    saml.assertion = text("<a u=\"{tenant}\" id=\"{unique}\" until=\"{expires}\"/>");
    saml.parameters = {{"company_id", text("C")}};
    auto given = values();
    given.settings["tenant"] = {"<&>"};
    const auto signing = to_sign(with(saml), given, now, {"u"});
    REQUIRE(signing.has_value());
    CHECK((*signing)->text == "<a u=\"&lt;&amp;&gt;\" id=\"u\" until=\"2026-11-23T10:10:00Z\"/>");
    const auto call = token_call(with(saml), given, {}, now, "<signed/>");
    REQUIRE(call.has_value());
    CHECK(call->body == "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Asaml2-bearer&company_id=C&assertion=" +
                            form_encoded(base64("<signed/>")));
}

TEST_CASE("A token is used until shortly before it ends, and asked for no more often than allowed", "[core][rest]") {
    const Auth auth = credentials(Proof::body);
    auto use = *token_use(auth);
    use.calls_max = 2;
    TokenState state;
    CHECK(*token_move(state, use, now) == TokenMove::ask);
    note_token_call(state, use, now);
    REQUIRE(keep_token(state, auth, {.body = R"({"access_token":"T","expires_in":3600})"}, now).has_value());
    CHECK(token_header(state, use).front().second == "Bearer T");
    CHECK(*token_move(state, use, now + 57min) == TokenMove::use);
    CHECK(*token_move(state, use, now + 59min) == TokenMove::ask);
    CHECK(*token_move(state, use, now - 1min) == TokenMove::ask);  // the clock went back: nobody knows when it ends

    note_token_call(state, use, now + 59min);
    CHECK(*token_move(state, use, now + 59min) == TokenMove::use);  // nearly over, and better than none
    const auto spent = token_move(state, use, now + 61min);
    REQUIRE_FALSE(spent.has_value());
    CHECK(spent.error().code == "token_calls_spent");
    CHECK(*token_move(state, use, now + use.calls_in) == TokenMove::ask);
}

TEST_CASE("A very short-lived token is still used for half of its life", "[core][rest]") {
    const Auth auth = credentials(Proof::body);
    TokenState state;
    REQUIRE(keep_token(state, auth, {.body = R"({"access_token":"T","expires_in":"60"})"}, now).has_value());
    CHECK(*token_move(state, *token_use(auth), now + 29s) == TokenMove::use);
    CHECK(*token_move(state, *token_use(auth), now + 31s) == TokenMove::ask);
    CHECK(keep_token(state, auth, {.body = R"({"error":"x"})"}, now).error().code == "no_token");
}

TEST_CASE("A refused token is replaced once, and not when it never worked", "[core][rest]") {
    const Auth auth = credentials(Proof::body);
    TokenState state;
    REQUIRE(keep_token(state, auth, {.body = R"({"access_token":"T"})"}, now).has_value());
    token_worked(state);
    CHECK(token_refused(state));
    CHECK_FALSE(state.token);
    REQUIRE(keep_token(state, auth, {.body = R"({"access_token":"U"})"}, now).has_value());
    CHECK_FALSE(token_refused(state));
}

TEST_CASE("While secrets are rotated each of them is tried once", "[core][rest]") {
    const Auth auth = credentials(Proof::body);
    TokenState state;
    const Answer refused{.kind = AnswerKind::config, .status = 400};
    CHECK(try_next_secret(state, auth, values(), refused));
    CHECK(token_call(with(auth), values(), state, now, "")->body.find("client_secret=c&") != std::string::npos);
    CHECK_FALSE(try_next_secret(state, auth, values(), refused));
    auto one = values();
    one.secrets.erase("two");
    TokenState fresh;
    CHECK_FALSE(try_next_secret(fresh, auth, one, refused));
    CHECK(token_call(with(auth), {}, fresh, now, "").error().code == "bad_token_url");
}
