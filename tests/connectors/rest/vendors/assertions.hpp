#pragma once
// What a client signed in place of a secret, as a vendor checks it. "" when nothing is wrong with it, or what is.

#include "tests/connectors/rest/vendors/vendor.hpp"

#include <string>

namespace usersync::vendors {

/// A JSON web token of "client" for this token URL: its claims, at most five minutes, never the same twice; and its
/// signature, where the vendor has the certificate.
std::string problem_of_jwt(const Asked& asked, Vendor& vendor, const std::string& token_url);

/// A SAML assertion for SuccessFactors about the user "sync", of the application "client".
std::string problem_of_saml(const Asked& asked, Vendor& vendor, const std::string& token_url);

}  // namespace usersync::vendors
