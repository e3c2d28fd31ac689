#pragma once
// Signs a SAML assertion within itself (XML signature, enveloped).

#include "core/base/result.hpp"
#include "core/base/secret.hpp"

#include <string>

namespace usersync::rest_api {

/// The assertion with its Signature as SAML puts it: behind the Issuer. RSA-SHA256, exclusive canonical form.
/// `blocked`/"bad_assertion": it is no XML, is no saml:Assertion with an ID and an Issuer, or has a DOCTYPE;
/// "bad_signing_key".
Result<std::string> sign_assertion(const std::string& assertion, const Secret& key_pem);

}  // namespace usersync::rest_api
