#include "connectors/ldap/meaning.hpp"

#include "connectors/ldap/failures.hpp"

#include <ldap.h>

#include <array>
#include <optional>
#include <utility>

namespace usersync::ldap {
namespace {

/// The library's words for a code: constant texts, never the server's.
std::string words_of(int code) { return std::string(::ldap_err2string(code)) + " (" + std::to_string(code) + ")"; }

/// What every request may be answered with.
std::optional<Failure> common_failure(int code) {
    switch (code) {
        case LDAP_SERVER_DOWN:
        case LDAP_CONNECT_ERROR:
        case LDAP_DECODING_ERROR:
        case LDAP_TIMEOUT: return connection_lost();
        case LDAP_BUSY:
        case LDAP_UNAVAILABLE: return transient("server_busy", "the server cannot answer now: " + words_of(code));
        case LDAP_REFERRAL:
            return blocked("referred_elsewhere",
                           "the server says that another one has this; referrals are not followed: name that server in "
                           "source.url, or another source.base");
        default: return std::nullopt;
    }
}

/// "… AcceptSecurityContext error, data 532, v3839": why Active Directory refuses a login that LDAP has one code for.
std::string reason_of_active_directory(std::string_view said) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 8> reasons{{
        {"525", "there is no such account"},
        {"52e", "the account or its password is wrong"},
        {"530", "the account may not log in at this hour"},
        {"531", "the account may not log in from here"},
        {"532", "the account's password has expired"},
        {"533", "the account is disabled"},
        {"701", "the account has expired"},
        {"775", "the account is locked"},
    }};
    if (said.find("data 773") != std::string_view::npos) return ": the account's password must be changed first";
    for (const auto& [code, reason] : reasons) {
        if (said.find("data " + std::string(code)) != std::string_view::npos) return ": " + std::string(reason);
    }
    return {};
}

bool says_one_of(std::string_view text, std::initializer_list<std::string_view> parts) {
    for (const auto part : parts) {
        if (text.find(part) != std::string_view::npos) return true;
    }
    return false;
}

}  // namespace

Failure search_failure(int code, bool in_pages) {
    if (auto failure = common_failure(code)) return *std::move(failure);
    switch (code) {
        case LDAP_SIZELIMIT_EXCEEDED:
        case LDAP_ADMINLIMIT_EXCEEDED:
            return blocked("size_limit_exceeded",
                           in_pages
                               ? "the server gives this account fewer entries than there are, even in pages: its "
                                 "limit must be raised, or source.filter narrowed"
                               : "the server gives fewer entries at once than there are: they must be asked for in "
                                 "pages (source.page_size)");
        case LDAP_TIMELIMIT_EXCEEDED:
            return transient("time_limit_exceeded", "the server took longer than it allows itself");
        case LDAP_UNAVAILABLE_CRITICAL_EXTENSION:
            return blocked("paging_refused",
                           "the server does not give entries in pages: set source.page_size = 0, if its limit allows");
        case LDAP_NO_SUCH_OBJECT:
            return blocked("base_missing", "there is nothing at source.base, or this account may not see it");
        case LDAP_INVALID_DN_SYNTAX: return blocked("base_missing", "source.base is no distinguished name");
        case LDAP_FILTER_ERROR: return blocked("bad_filter", "source.filter is no LDAP filter");
        case LDAP_INSUFFICIENT_ACCESS:
        case LDAP_OPERATIONS_ERROR:  // what Active Directory says to whom it does not know
        case LDAP_STRONG_AUTH_REQUIRED:
            return blocked("read_refused", "this account may not read here: " + words_of(code));
        default: return blocked("refused", "the server refused the search: " + words_of(code));
    }
}

Failure bind_failure(int code, std::string_view said) {
    if (auto failure = common_failure(code)) return *std::move(failure);
    return blocked("login_refused",
                   "the server refused the login" + reason_of_active_directory(said) + ": " + words_of(code));
}

Failure tls_failure(int code, std::string_view said, bool peer_is_gone) {
    // The library has one code for a peer that is gone and for one that is not trusted, and words for all that went
    // wrong but the second.
    const bool is_local = code < 0;
    const bool is_about_trust = says_one_of(said, {"unknown error code", "peer cert", "hostname", "ertificate"});
    if (is_local && is_about_trust) {
        return blocked("tls_not_trusted", "the server's certificate is not trusted, or is for another name");
    }
    if (is_local && (peer_is_gone || said.empty()) && !says_one_of(said, {"alert"})) return connection_lost();
    if (code == LDAP_BUSY) return transient("server_busy", "the server cannot answer now");
    return blocked("tls_refused",
                   "the connection could not be encrypted: " + (said.empty() ? words_of(code) : std::string(said)));
}

}  // namespace usersync::ldap
