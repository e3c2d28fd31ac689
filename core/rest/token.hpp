#pragma once
// Tokens: when to ask for one, how, and what to do when it is refused.

#include "core/base/result.hpp"
#include "core/base/secret.hpp"
#include "core/rest/answer_class.hpp"
#include "core/rest/call.hpp"

#include <cstddef>
#include <optional>
#include <string>

namespace usersync::rest {

struct Token {
    Secret text;
    Time asked{};
    Time expires{};
};

/// What is kept of a connector's tokens from run to run.
struct TokenState {
    std::optional<Token> token;
    bool has_worked = true;  ///< the token was accepted at least once; one from an earlier run counts as such
    Time calls_since{};      ///< of the window in which `calls` were made
    std::size_t calls = 0;
    std::size_t secret = 0;           ///< which of the client secrets is in use
    std::size_t secrets_refused = 0;  ///< in a row
};

/// nullptr for the kinds without a token.
const auth::TokenUse* token_use(const Auth& auth);

enum class TokenMove { use, ask };
/// `blocked`/"token_calls_spent" (with the time until there are some again) when a token is needed and none may be
/// asked for.
Result<TokenMove> token_move(const TokenState& state, const auth::TokenUse& use, Time now);

/// What a token call needs from outside: randomness.
struct Unique {
    std::string text;  ///< never the same twice, such as a UUID
};

/// What the connector has to sign before the call can be made.
struct ToSign {
    enum class What { jwt, saml };
    What what = What::jwt;
    auth::Algorithm algorithm = auth::Algorithm::rs256;
    std::string key;  ///< name of the secret
    std::string
        text;  ///< of a JWT: base64url(header).base64url(claims), the signature goes behind a '.'; of SAML: the XML
};
/// nullopt: nothing is to be signed.
Result<std::optional<ToSign>> to_sign(const Connector& connector, const Values& values, Time now, const Unique& unique);

/// The call for a token. `signed_text`: the whole JWT, or the signed XML. `blocked`/"secret_missing", "bad_token_url".
/// REQUIRES: token_use(connector.auth).
Result<Call> token_call(const Connector& connector, const Values& values, const TokenState& state, Time now,
                        const std::string& signed_text);

/// Counts a call for a token, before it is sent.
void note_token_call(TokenState& state, const auth::TokenUse& use, Time now);

/// Keeps the token of an answer that is ok. `blocked`/"no_token" when there is none in it.
Result<void> keep_token(TokenState& state, const Auth& auth, const Reply& reply, Time now);

/// The call for a token was refused: whether to ask again at once with the next client secret. False once each of them
/// was refused.
bool try_next_secret(TokenState& state, const Auth& auth, const Values& values, const Answer& answer);

/// A call with the token was accepted.
void token_worked(TokenState& state);
/// A call with the token was refused (401): drops it. True: once more with a new one. False: it had never worked, so
/// another would not either.
bool token_refused(TokenState& state);

/// The header with the token. REQUIRES: there is one.
HeaderTexts token_header(const TokenState& state, const auth::TokenUse& use);

}  // namespace usersync::rest
