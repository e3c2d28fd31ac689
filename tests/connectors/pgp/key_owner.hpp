#pragma once
// Somebody with a GnuPG of their own: a customer who encrypts, or we who made our keys with it.

#include "tests/support/temp_dir.hpp"

#include <string>
#include <vector>

namespace usersync::test {

enum class Armour { yes, no };

class KeyOwner {
public:
    KeyOwner();
    ~KeyOwner();
    KeyOwner(const KeyOwner&) = delete;
    KeyOwner& operator=(const KeyOwner&) = delete;

    /// An ed25519 key with a cv25519 one to encrypt for.
    void make_key(const std::string& address, const std::string& passphrase = "") const;
    /// An ed25519 key that can only sign.
    void make_signing_key(const std::string& address) const;
    std::string private_key(const std::string& address, const std::string& passphrase = "",
                            Armour armour = Armour::yes) const;
    std::string public_key(const std::string& address) const;

    /// Takes a public key in, so that it can be encrypted for.
    void know(const std::string& public_key) const;

    /// Runs gpg over `plain` with these arguments and gives what it puts out. Throws when gpg fails.
    std::string run(const std::vector<std::string>& arguments, const std::string& plain = "") const;
    /// `plain`, encrypted for this address; `arguments` come on top.
    std::string encrypt(const std::string& plain, const std::string& address,
                        const std::vector<std::string>& arguments = {}) const;

private:
    TempDir home_;
};

}  // namespace usersync::test
