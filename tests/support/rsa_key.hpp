#pragma once
// A private key for signatures in tests, made anew.

#include <string>

namespace usersync::test {

/// RSA of 2048 bits, as PEM (PKCS #8).
std::string rsa_key();

}  // namespace usersync::test
