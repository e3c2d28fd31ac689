#include "tests/support/slapd.hpp"

#include "tests/support/listener.hpp"

#include <unistd.h>

#include <sstream>
#include <stdexcept>

namespace usersync::test {
namespace {

constexpr const char* slapd_path = "/usr/sbin/slapd";

/// Free a moment ago. The server cannot be handed a listener, so another program may be quicker: then it is tried
/// again.
std::uint16_t free_port() {
    std::uint16_t port = 0;
    ::close(listen_on_loopback(port));
    return port;
}

bool answers(std::uint16_t port) {
    const int connection = connect_to_loopback(port);
    if (connection < 0) return false;
    ::close(connection);
    return true;
}

}  // namespace

Slapd::Slapd(std::size_t people, const std::string& further_entries, const CertificateTerms& terms)
    : key_pair_(certificates_.authority.issue("slapd", terms)) {
    std::filesystem::create_directory(dir_ / "db");
    write_configuration();
    load(people, further_entries);
    for (int attempt = 0; attempt < 5 && !program_; ++attempt) start();
    if (!program_) throw std::runtime_error("no OpenLDAP server could be started");
}

void Slapd::write_configuration() const {
    std::ostringstream text;
    for (const auto* schema : {"core", "cosine", "nis", "inetorgperson"}) {
        text << "include /etc/ldap/schema/" << schema << ".schema\n";
    }
    text << "attributetype ( 1.2.840.113556.1.4.2 NAME 'objectGUID' SYNTAX 1.3.6.1.4.1.1466.115.121.1.40 )\n"
         << "attributetype ( 1.2.840.113556.1.4.8 NAME 'userAccountControl' SYNTAX 1.3.6.1.4.1.1466.115.121.1.27 )\n"
         << "attributetype ( 1.2.840.113556.1.4.159 NAME 'accountExpires' SYNTAX 1.3.6.1.4.1.1466.115.121.1.27 )\n"
         << "objectclass ( 1.2.840.113556.1.5.9 NAME 'user' SUP top AUXILIARY "
            "MAY ( objectGUID $ userAccountControl $ accountExpires $ uidNumber ) )\n"
         << "modulepath /usr/lib/ldap\nmoduleload back_mdb\n"
         << "pidfile " << (dir_ / "pid").string() << "\n"
         << "TLSCACertificateFile " << certificates_.ca_file() << "\nTLSCertificateFile "
         << key_pair_.certificate_file.string() << "\nTLSCertificateKeyFile " << key_pair_.key_file.string() << "\n"
         << "database mdb\nsuffix \"" << base << "\"\ndirectory " << (dir_ / "db").string() << "\nmaxsize 268435456\n"
         << "limits users size.soft=500 size.hard=500 size.pr=1000 size.prtotal=unlimited\n"
         << "dbnosync\nindex objectClass eq\nindex uidNumber eq\n"
         << "access to attrs=userPassword by anonymous auth by * none\n"
         << "access to dn.subtree=\"ou=closed," << base << "\" by * none\n"
         << "access to * by users read by anonymous auth by * none\n";
    dir_.write("slapd.conf", text.str());
}

void Slapd::load(std::size_t people, const std::string& further_entries) const {
    std::ostringstream text;
    text << "dn: " << base << "\nobjectClass: dcObject\nobjectClass: organization\ndc: shop\no: Shop\n\n"
         << "dn: " << bind_dn << "\nobjectClass: organizationalRole\nobjectClass: simpleSecurityObject\ncn: sync\n"
         << "userPassword: " << password << "\n\n"
         << "dn: ou=people," << base << "\nobjectClass: organizationalUnit\nou: people\n\n";
    for (std::size_t i = 1; i <= people; ++i) {
        text << "dn: uid=p" << i << ",ou=people," << base << "\nobjectClass: inetOrgPerson\nobjectClass: user\nuid: p"
             << i << "\nuidNumber: " << i << "\ncn: P" << i << " Person\nsn: Person\ngivenName: " << given_name(i)
             << "\nmail: p" << i << "@shop.example\n\n";
    }
    const auto file = dir_.write("people.ldif", text.str() + further_entries);
    const auto loaded =
        run_program({slapd_path, "-T", "add", "-q", "-f", (dir_ / "slapd.conf").string(), "-l", file.string()});
    if (loaded.exit_code != 0) throw std::runtime_error("the directory could not be filled: " + loaded.err);
}

void Slapd::start() {
    port_ = free_port();
    tls_port_ = free_port();
    const auto address = [](const char* scheme, std::uint16_t port) {
        return std::string(scheme) + "://127.0.0.1:" + std::to_string(port) + "/";
    };
    program_ = std::make_unique<Program>(
        std::vector<std::string>{slapd_path, "-d", "0", "-f", (dir_ / "slapd.conf").string(), "-h",
                                 address("ldap", port_) + " " + address("ldaps", tls_port_)});
    try {
        wait_until("the directory", [&] {
            if (program_->has_ended()) throw std::runtime_error("it ended");
            return answers(port_) && answers(tls_port_);
        });
    } catch (const std::runtime_error&) {
        program_.reset();
    }
}

}  // namespace usersync::test
