#pragma once
// A private key of a test, and who checks what it signed.

#include "core/base/secret.hpp"
#include "core/rest/connector.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace usersync::test {

class SigningKey {
public:
    static SigningKey rsa(unsigned bits);
    static SigningKey p256();
    SigningKey(SigningKey&&) noexcept;
    ~SigningKey();

    Secret pem() const;
    Secret pem_with_passphrase() const;
    std::string public_pem() const;
    bool verifies(rest::auth::Algorithm algorithm, std::string_view text, std::string_view signature) const;

private:
    struct Key;
    explicit SigningKey(std::unique_ptr<Key> key);
    std::unique_ptr<Key> key_;
};

}  // namespace usersync::test
