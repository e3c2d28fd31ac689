#pragma once
// Certificates for TLS on loopback, made anew for each test.

#include "tests/support/temp_dir.hpp"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace usersync::test {

struct KeyPair {
    std::filesystem::path certificate_file;  ///< PEM
    std::filesystem::path key_file;          ///< PEM
};

/// What a server's certificate says.
struct CertificateTerms {
    std::vector<std::string> names = {"DNS:localhost", "IP:127.0.0.1", "IP:::1"};  ///< as OpenSSL writes them
    int valid_from_days = -1;                                                      ///< from now
    int valid_to_days = 30;
};

/// An authority of its own, in a folder that outlives it.
class CertificateAuthority {
public:
    /// Writes `NAME-ca.pem` into `folder`.
    CertificateAuthority(std::filesystem::path folder, std::string name);
    ~CertificateAuthority();
    CertificateAuthority(const CertificateAuthority&) = delete;
    CertificateAuthority& operator=(const CertificateAuthority&) = delete;

    /// What a client must trust.
    const std::filesystem::path& certificate_file() const;
    /// Writes `NAME.pem` and `NAME.key`.
    KeyPair issue(const std::string& name, const CertificateTerms& terms = {}) const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

/// The usual case: an authority, and a certificate by it for 127.0.0.1, ::1 and localhost.
struct Certificates {
    TempDir folder;
    CertificateAuthority authority{folder.path(), "test"};
    KeyPair server = authority.issue("server");

    std::string ca_file() const { return authority.certificate_file().string(); }
};

}  // namespace usersync::test
