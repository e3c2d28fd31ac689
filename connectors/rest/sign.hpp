#pragma once
// Signatures in place of a secret.

#include "core/base/result.hpp"
#include "core/base/secret.hpp"
#include "core/rest/connector.hpp"

#include <string>
#include <string_view>

namespace usersync::rest_api {

/// The bytes of the signature as a JSON web token has them: of ES256 r and s, 32 bytes each. `blocked`/
/// "bad_signing_key": not PEM, encrypted, or of another kind than the algorithm needs (RSA of at least 2048 bits;
/// P-256).
Result<std::string> sign(rest::auth::Algorithm algorithm, const Secret& key_pem, std::string_view text);

/// An underscore and 32 random hexadecimal digits, so that it is an XML id as well. Never the same twice.
std::string unique_text();

}  // namespace usersync::rest_api
