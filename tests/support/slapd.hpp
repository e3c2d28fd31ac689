#pragma once
// A real OpenLDAP server on loopback, with people in it.

#include "tests/support/certificates.hpp"
#include "tests/support/program.hpp"
#include "tests/support/temp_dir.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

namespace usersync::test {

/// Its tree: dc=shop,dc=example, below it ou=people with p1, p2, … whose uidNumber is their number, and what else a
/// test adds. Passwords are asked for, nobody reads without one, and 500 entries is the most that is given at once.
/// It knows objectGUID, userAccountControl and accountExpires, as Active Directory does.
class Slapd {
public:
    static constexpr const char* base = "dc=shop,dc=example";
    static constexpr const char* bind_dn = "cn=sync,dc=shop,dc=example";
    static constexpr const char* password = "s3cret";

    /// `further_entries`: as LDIF. `terms`: of its certificate.
    explicit Slapd(std::size_t people, const std::string& further_entries = "", const CertificateTerms& terms = {});

    std::uint16_t port() const { return port_; }          ///< of ldap://, where StartTLS is asked for
    std::uint16_t tls_port() const { return tls_port_; }  ///< of ldaps://
    std::string ca_file() const { return certificates_.ca_file(); }

    /// What the person of this number has: "P7".
    static std::string given_name(std::size_t number) { return "P" + std::to_string(number); }

private:
    void write_configuration() const;
    void load(std::size_t people, const std::string& further_entries) const;
    void start();

    TempDir dir_;
    Certificates certificates_;
    KeyPair key_pair_;
    std::uint16_t port_ = 0;
    std::uint16_t tls_port_ = 0;
    std::unique_ptr<Program> program_;
};

}  // namespace usersync::test
