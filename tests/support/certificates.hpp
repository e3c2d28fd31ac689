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
    std::string usage = "serverAuth";  ///< or "clientAuth"
};

/// An authority of its own, in a folder that outlives it.
class CertificateAuthority {
public:
    /// Writes `NAME-ca.pem` into `folder`.
    CertificateAuthority(std::filesystem::path folder, std::string name);
    /// One that stands below `parent`, which must outlive it: whoever trusts the parent trusts it too, when a server
    /// shows its certificate. Its own folder and file are the parent's.
    CertificateAuthority(const CertificateAuthority& parent, std::string name);
    ~CertificateAuthority();
    CertificateAuthority(const CertificateAuthority&) = delete;
    CertificateAuthority& operator=(const CertificateAuthority&) = delete;

    /// What a client must trust.
    const std::filesystem::path& certificate_file() const;
    /// Writes `NAME.pem` and `NAME.key`. The certificate is followed by those of the authorities up to the one that has
    /// no parent.
    KeyPair issue(const std::string& name, const CertificateTerms& terms = {}) const;

private:
    struct State;
    static void make_authority(State& state, const std::string& name);

    std::unique_ptr<State> state_;
};

/// As in the world: a root that clients trust, an authority below it that signs, a server that shows both.
struct CertificateChain {
    TempDir folder;
    CertificateAuthority root{folder.path(), "root"};
    CertificateAuthority intermediate{root, "intermediate"};
    KeyPair server = intermediate.issue("server");

    std::string ca_file() const { return root.certificate_file().string(); }
};

/// The usual case: an authority, and a certificate by it for 127.0.0.1, ::1 and localhost.
struct Certificates {
    TempDir folder;
    CertificateAuthority authority{folder.path(), "test"};
    KeyPair server = authority.issue("server");

    std::string ca_file() const { return authority.certificate_file().string(); }
};

}  // namespace usersync::test
