#pragma once
// A directory, such as Active Directory, as a source of employee records.

#include "connectors/ldap/ldap_options.hpp"
#include "core/ports/clock.hpp"
#include "core/ports/source.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <memory>

namespace usersync::ldap {

/// Each `fetch` connects, binds, reads every entry that the filter finds, and lets go of the connection. Connecting
/// happens on the caller's executor, everything the LDAP library does on `lane`. The record is one line of JSON for
/// each entry (docs/connectors.md); no entry at all is a delivery of no bytes. `acknowledge` does nothing.
///
/// The server's certificate is always verified, against its name. What libldap reads from ldap.conf, .ldaprc and the
/// environment changes nothing of that.
///
/// Referrals are not followed: they are named in `passed_over`.
///
/// Time: what is left until the deadline by `clock` is the real time that the session gets. One that makes no progress
/// for `idle_max` is cut off wherever it is; so is one whose deadline passes, and one whose caller is cancelled.
///
/// Failures (where "ldap"); nothing of what was read is used then:
///   transient: name_not_resolved, connect_failed, connection_lost, peer_stalled, deadline_passed,
///              too_many_connections, server_busy, time_limit_exceeded, changed_while_reading
///   blocked:   bad_options, bad_ca_file, tls_not_trusted, tls_refused, login_refused, read_refused, base_missing,
///              bad_filter, referred_elsewhere, size_limit_exceeded, paging_refused, paging_in_circles,
///              too_many_entries, record_too_large, value_not_text, bad_value, refused (any other answer)
///
/// REQUIRES: the process ignores SIGPIPE, since the library writes to connections that are gone; `clock` and the lane's
/// threads outlive the source and every call on it.
std::unique_ptr<Source> make_ldap_source(LdapOptions options, Clock& clock, boost::asio::any_io_executor lane);

}  // namespace usersync::ldap
