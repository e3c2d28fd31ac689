#include "core/rest/token.hpp"

#include "core/base/byte_text.hpp"
#include "core/base/time_text.hpp"
#include "core/rest/encode.hpp"
#include "core/rest/json_line.hpp"
#include "core/rest/page.hpp"

#include <algorithm>
#include <charconv>

namespace usersync::rest {
namespace {

Failure blocked(std::string code, std::string sentence) {
    return {
        .kind = FailureKind::blocked, .code = std::move(code), .where = "rest.token", .detail = std::move(sentence)};
}

Failure secret_missing() {
    return blocked("secret_missing", "the id, secret or key that a token is asked for with is not given");
}

Failure bad_token_url() { return blocked("bad_token_url", "the address where tokens are asked for is not complete"); }

const auth::TokenReply* token_reply(const Auth& auth) {
    if (const auto* credentials = std::get_if<auth::ClientCredentials>(&auth)) return &credentials->reply;
    if (const auto* login = std::get_if<auth::LoginToken>(&auth)) return &login->reply;
    if (const auto* saml = std::get_if<auth::SamlBearer>(&auth)) return &saml->reply;
    return nullptr;
}

std::string seconds_text(Time time) {
    return std::to_string(std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count());
}

// A little before now, for servers whose clocks are behind.
constexpr auto clock_slack = std::chrono::minutes(2);

Words assertion_words(const std::string& token_url, Time now, Duration lifetime, const Unique& unique) {
    return {{"token_url", token_url},
            {"now", utc_text(now)},
            {"now_seconds", seconds_text(now)},
            {"not_before", utc_text(now - clock_slack)},
            {"expires", utc_text(now + lifetime)},
            {"expires_seconds", seconds_text(now + lifetime)},
            {"unique", unique.text}};
}

bool is_number(const TextTemplate& text) {
    return text.parts.size() == 1 && (text.names("now_seconds") || text.names("expires_seconds"));
}

// nullopt: something in it has no value.
std::optional<std::string> jwt_text(const auth::ClientCredentials& credentials, const Values& values,
                                    const Words& words) {
    const auto& jwt = credentials.jwt;
    std::string header = "{\"alg\":" + json_text(auth::to_string(jwt.algorithm)) + ",\"typ\":\"JWT\"";
    if (!jwt.key_id.empty()) {
        const auto key_id = filled(jwt.key_id, values, words, Place::plain);
        if (key_id) header += ",\"kid\":" + json_text(*key_id);
    }
    std::string claims = "{";
    for (const auto& [name, text] : jwt.claims) {
        const auto value = filled(text, values, words, Place::plain);
        if (!value) return std::nullopt;
        if (claims.size() > 1) claims += ',';
        claims += json_text(name) + ":" + (is_number(text) ? *value : json_text(*value));
    }
    return base64url(header + "}") + "." + base64url(claims + "}");
}

// The client secrets that have a value, in their order.
std::vector<std::string> given_secrets(const auth::ClientCredentials& credentials, const Values& values) {
    std::vector<std::string> secrets;
    for (const auto& text : credentials.client_secrets) {
        auto secret = filled(text, values, {}, Place::plain);
        if (secret && !secret->empty()) secrets.push_back(*std::move(secret));
    }
    return secrets;
}

class Form {
public:
    void add(std::string_view name, std::string_view value) {
        if (!text_.empty()) text_ += '&';
        text_ += form_encoded(name) + "=" + form_encoded(value);
    }
    void add_all(const NamedTexts& parameters, const Values& values) {
        for (const auto& [name, text] : parameters) {
            if (const auto value = filled(text, values, {}, Place::plain)) add(name, *value);
        }
    }
    const std::string& text() const { return text_; }

private:
    std::string text_;
};

Result<Call> form_call(const TextTemplate& token_url, const NamedTexts& headers, const Values& values) {
    const auto address = filled(token_url, values, {}, Place::url);
    auto url = address ? parse_url(*address) : std::nullopt;
    if (!url) return bad_token_url();
    Call call{.method = Method::post, .url = *std::move(url)};
    call.headers = {{"Accept", "application/json"}, {"Content-Type", "application/x-www-form-urlencoded"}};
    for (const auto& [name, text] : headers) {
        if (auto value = filled(text, values, {}, Place::header)) call.headers.emplace_back(name, *std::move(value));
    }
    return call;
}

Result<Call> credentials_call(const auth::ClientCredentials& credentials, const Values& values, std::size_t which,
                              const std::string& signed_text) {
    auto call = form_call(credentials.token_url, credentials.headers, values);
    if (!call) return call;
    const auto id = filled(credentials.client_id, values, {}, Place::plain);
    if (!id || id->empty()) return secret_missing();
    Form form;
    form.add("grant_type", "client_credentials");
    const auto secrets = given_secrets(credentials, values);
    if (credentials.proof != auth::ClientCredentials::Proof::private_key_jwt && secrets.empty())
        return secret_missing();
    const auto secret = secrets.empty() ? std::string() : secrets[which % secrets.size()];
    switch (credentials.proof) {
        case auth::ClientCredentials::Proof::body:
            form.add("client_id", *id);
            form.add("client_secret", secret);
            break;
        case auth::ClientCredentials::Proof::basic:
            // RFC 6749, section 2.3.1: each is encoded for itself, so that a ':' in the id stays one.
            call->headers.emplace_back("Authorization",
                                       "Basic " + base64(form_encoded(*id) + ":" + form_encoded(secret)));
            break;
        case auth::ClientCredentials::Proof::private_key_jwt:
            form.add("client_id", *id);
            form.add("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
            form.add("client_assertion", signed_text);
            break;
    }
    form.add_all(credentials.parameters, values);
    call->body = form.text();
    return call;
}

Result<Call> saml_call(const auth::SamlBearer& saml, const Values& values, const std::string& signed_text) {
    auto call = form_call(saml.token_url, {}, values);
    if (!call) return call;
    Form form;
    form.add("grant_type", "urn:ietf:params:oauth:grant-type:saml2-bearer");
    form.add_all(saml.parameters, values);
    form.add("assertion", base64(signed_text));
    call->body = form.text();
    return call;
}

std::optional<Duration> seconds_at(const std::string& body, const std::optional<FieldPath>& path) {
    if (!path) return std::nullopt;
    const auto texts = texts_at(body, *path);
    if (texts.empty()) return std::nullopt;
    std::int64_t seconds = 0;
    const auto& text = texts.front();
    const auto read = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (read.ec != std::errc() || seconds <= 0) return std::nullopt;
    return std::chrono::seconds(std::min<std::int64_t>(seconds, 10LL * 365 * 86'400));
}

void begin_window(TokenState& state, const auth::TokenUse& use, Time now) {
    if (now >= state.calls_since && now - state.calls_since < use.calls_in) return;
    state.calls_since = now;
    state.calls = 0;
}

}  // namespace

std::string_view auth::to_string(Algorithm algorithm) {
    switch (algorithm) {
        case Algorithm::rs256: return "RS256";
        case Algorithm::ps256: return "PS256";
        case Algorithm::es256: return "ES256";
    }
    return "";
}

const auth::TokenUse* token_use(const Auth& auth) {
    if (const auto* credentials = std::get_if<auth::ClientCredentials>(&auth)) return &credentials->use;
    if (const auto* login = std::get_if<auth::LoginToken>(&auth)) return &login->use;
    if (const auto* saml = std::get_if<auth::SamlBearer>(&auth)) return &saml->use;
    return nullptr;
}

Result<TokenMove> token_move(const TokenState& state, const auth::TokenUse& use, Time now) {
    if (state.token) {
        const auto& token = *state.token;
        const auto early = std::min(use.refresh_early, (token.expires - token.asked) / 2);
        if (now >= token.asked && now < token.expires - early) return TokenMove::use;
    }
    if (!use.calls_max) return TokenMove::ask;
    const auto window_end = state.calls_since + use.calls_in;
    if (state.calls < *use.calls_max || now >= window_end || now < state.calls_since) return TokenMove::ask;
    // One that is nearly over is better than none.
    if (state.token && now >= state.token->asked && now < state.token->expires) return TokenMove::use;
    auto failure = blocked("token_calls_spent", "all " + std::to_string(*use.calls_max) +
                                                    " calls for a token that this source allows are made");
    failure.retry_after = window_end - now;
    return failure;
}

Result<std::optional<ToSign>> to_sign(const Connector& connector, const Values& values, Time now,
                                      const Unique& unique) {
    if (const auto* credentials = std::get_if<auth::ClientCredentials>(&connector.auth)) {
        if (credentials->proof != auth::ClientCredentials::Proof::private_key_jwt) return std::optional<ToSign>();
        const auto url = filled(credentials->token_url, values, {}, Place::url);
        if (!url) return bad_token_url();
        const auto words = assertion_words(*url, now, credentials->jwt.lifetime, unique);
        auto text = jwt_text(*credentials, values, words);
        if (!text) return secret_missing();
        return std::optional(ToSign{.what = ToSign::What::jwt,
                                    .algorithm = credentials->jwt.algorithm,
                                    .key = credentials->jwt.key,
                                    .text = *std::move(text)});
    }
    if (const auto* saml = std::get_if<auth::SamlBearer>(&connector.auth)) {
        const auto url = filled(saml->token_url, values, {}, Place::url);
        if (!url) return bad_token_url();
        auto text = filled(saml->assertion, values, assertion_words(*url, now, saml->lifetime, unique), Place::xml);
        if (!text) return secret_missing();
        return std::optional(ToSign{.what = ToSign::What::saml, .key = saml->key, .text = *std::move(text)});
    }
    return std::optional<ToSign>();
}

Result<Call> token_call(const Connector& connector, const Values& values, const TokenState& state, Time now,
                        const std::string& signed_text) {
    if (const auto* credentials = std::get_if<auth::ClientCredentials>(&connector.auth)) {
        return credentials_call(*credentials, values, state.secret, signed_text);
    }
    if (const auto* saml = std::get_if<auth::SamlBearer>(&connector.auth)) return saml_call(*saml, values, signed_text);
    const auto* login = std::get_if<auth::LoginToken>(&connector.auth);
    USERSYNC_INVARIANT(login != nullptr, "a token is asked for only where the declaration has one");
    const Words words = {{"now", utc_text(now)}, {"now_seconds", seconds_text(now)}};
    return make_call(connector, login->request, values, words);
}

void note_token_call(TokenState& state, const auth::TokenUse& use, Time now) {
    begin_window(state, use, now);
    ++state.calls;
}

Result<void> keep_token(TokenState& state, const Auth& auth, const Reply& reply, Time now) {
    const auto* rule = token_reply(auth);
    USERSYNC_INVARIANT(rule != nullptr, "a token is kept only where the declaration has one");
    const auto texts = texts_at(reply.body, rule->token);
    if (texts.empty() || texts.front().empty()) {
        return blocked("no_token", "the answer to the call for a token has none at \"" + rule->token.text + "\"");
    }
    const auto lifetime = seconds_at(reply.body, rule->expires_in).value_or(rule->lifetime);
    state.token = Token{.text = Secret(texts.front()), .asked = now, .expires = now + lifetime};
    state.has_worked = false;
    state.secrets_refused = 0;
    return {};
}

bool try_next_secret(TokenState& state, const Auth& auth, const Values& values, const Answer& answer) {
    const auto* credentials = std::get_if<auth::ClientCredentials>(&auth);
    if (credentials == nullptr || credentials->proof == auth::ClientCredentials::Proof::private_key_jwt) return false;
    // invalid_client comes with 400 or 401.
    if (answer.kind != AnswerKind::auth && answer.status != 400) return false;
    const auto count = given_secrets(*credentials, values).size();
    if (++state.secrets_refused >= count) {
        state.secrets_refused = 0;
        return false;
    }
    state.secret = (state.secret + 1) % count;
    return true;
}

void token_worked(TokenState& state) { state.has_worked = true; }

bool token_refused(TokenState& state) {
    state.token.reset();
    return std::exchange(state.has_worked, false);
}

HeaderTexts token_header(const TokenState& state, const auth::TokenUse& use) {
    USERSYNC_INVARIANT(state.token.has_value(), "a token is used only while there is one");
    return {{use.header, use.prefix + state.token->text.expose()}};
}

}  // namespace usersync::rest
