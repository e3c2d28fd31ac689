#include "connectors/ldap/directory.hpp"
#include "connectors/ldap/failures.hpp"
#include "connectors/ldap/meaning.hpp"

#include <ldap.h>
#include <openldap.h>

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <string>

namespace usersync::ldap {
namespace {

// What Debian's ca-certificates keeps; libldap itself trusts nobody unless its own files say so.
constexpr const char* system_authorities = "/etc/ssl/certs/ca-certificates.crt";

/// What libldap or the server said about the last request; empty when nothing.
std::string said(::ldap* session) {
    char* text = nullptr;
    if (::ldap_get_option(session, LDAP_OPT_DIAGNOSTIC_MESSAGE, &text) != LDAP_OPT_SUCCESS || text == nullptr)
        return {};
    std::string copy = text;
    ::ldap_memfree(text);
    return copy;
}

bool set(::ldap* session, int option, int value) {
    return ::ldap_set_option(session, option, &value) == LDAP_OPT_SUCCESS;
}

/// Said of this session by itself: files and variables that libldap reads for its defaults have no say.
Result<void> set_options(::ldap* session, const LdapOptions& options) {
    const auto* authorities = options.ca_file.empty() ? system_authorities : options.ca_file.c_str();
    if (::access(authorities, R_OK) != 0) {
        return blocked("bad_ca_file", "the certificates to trust cannot be read: " + std::string(authorities));
    }
    const bool done = set(session, LDAP_OPT_PROTOCOL_VERSION, LDAP_VERSION3) &&
                      ::ldap_set_option(session, LDAP_OPT_REFERRALS, LDAP_OPT_OFF) == LDAP_OPT_SUCCESS &&
                      set(session, LDAP_OPT_DEREF, LDAP_DEREF_NEVER) && set(session, LDAP_OPT_SIZELIMIT, 0) &&
                      set(session, LDAP_OPT_TIMELIMIT, 0) &&
                      set(session, LDAP_OPT_X_TLS_REQUIRE_CERT, LDAP_OPT_X_TLS_DEMAND) &&
                      set(session, LDAP_OPT_X_TLS_PROTOCOL_MIN, LDAP_OPT_X_TLS_PROTOCOL_TLS1_2) &&
                      ::ldap_set_option(session, LDAP_OPT_X_TLS_CACERTFILE, authorities) == LDAP_OPT_SUCCESS;
    if (!done) return blocked("bad_options", "the LDAP library refused a setting");
    if (!set(session, LDAP_OPT_X_TLS_NEWCTX, 0)) {
        return blocked("bad_ca_file", "the certificates to trust cannot be used: " + std::string(authorities));
    }
    return Result<void>();
}

/// The library waits in its calls, so the connection must too.
bool make_blocking(int descriptor) {
    const int flags = ::fcntl(descriptor, F_GETFL);
    return flags >= 0 && ::fcntl(descriptor, F_SETFL, flags & ~O_NONBLOCK) == 0;
}

/// Its host is the one that the certificate must name.
std::string url_of(const LdapOptions& options) {
    const bool is_ipv6 = options.host.find(':') != std::string::npos;
    return std::string(options.encryption == Encryption::start_tls ? "ldap://" : "ldaps://") +
           (is_ipv6 ? "[" + options.host + "]" : options.host) + ":" + std::to_string(options.port);
}

/// Whether nothing more can come from there.
bool is_gone(::ldap* session) {
    int descriptor = -1;
    if (::ldap_get_option(session, LDAP_OPT_DESC, &descriptor) != LDAP_OPT_SUCCESS || descriptor < 0) return true;
    char byte = 0;
    const auto count = ::recv(descriptor, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    return count == 0 || (count < 0 && errno != EAGAIN && errno != EWOULDBLOCK);
}

Result<void> encrypt(::ldap* session, const LdapOptions& options, const session::Breaker& breaker) {
    const int code = options.encryption == Encryption::start_tls ? ::ldap_start_tls_s(session, nullptr, nullptr)
                                                                 : ::ldap_install_tls(session);
    if (breaker.is_cut()) return connection_lost();
    if (code != LDAP_SUCCESS) return tls_failure(code, said(session), is_gone(session));
    if (::ldap_tls_inplace(session) != 1) return blocked("tls_refused", "the connection is not encrypted");
    return Result<void>();
}

Result<void> log_in(::ldap* session, const LdapOptions& options) {
    auto& password = options.password.expose();
    berval credentials{password.size(), const_cast<char*>(password.data())};
    const int code =
        ::ldap_sasl_bind_s(session, options.bind_dn.c_str(), LDAP_SASL_SIMPLE, &credentials, nullptr, nullptr, nullptr);
    if (code != LDAP_SUCCESS) return bind_failure(code, said(session));
    return Result<void>();
}

}  // namespace

void FreeHandle::operator()(::ldap* session) const { ::ldap_unbind_ext_s(session, nullptr, nullptr); }

Result<Handle> open_directory(const LdapOptions& options, session::Descriptor connection, session::Breaker& breaker) {
    // Without a password a server takes anybody for nobody, and may then show an empty directory.
    if (options.bind_dn.empty() || options.password.empty()) {
        return blocked("bad_options", "a name and a password are needed to log in");
    }
    breaker.bump();
    if (!make_blocking(connection.get())) return connection_lost();
    ::ldap* raw = nullptr;
    const int code = ::ldap_init_fd(connection.get(), LDAP_PROTO_TCP, url_of(options).c_str(), &raw);
    if (code != LDAP_SUCCESS || raw == nullptr) {
        return blocked("bad_options", "the LDAP library cannot use this address");
    }
    connection.release();
    Handle handle(raw);
    if (const auto done = set_options(handle.get(), options); !done) return done.error();
    if (const auto done = encrypt(handle.get(), options, breaker); !done) return done.error();
    breaker.bump();
    if (const auto done = log_in(handle.get(), options); !done) return done.error();
    breaker.bump();
    return handle;
}

}  // namespace usersync::ldap
