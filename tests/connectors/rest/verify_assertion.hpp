#pragma once
// The signature of a SAML assertion, checked as whoever gets it does.

#include "tests/connectors/rest/signing_key.hpp"

#include <string>

namespace usersync::test {

/// REQUIRES: something was signed before in this process, which makes the library ready.
bool verifies_assertion(const std::string& xml, const SigningKey& key);

}  // namespace usersync::test
