#pragma once
// A tenant's SFTP folder as a source of employee records.

#include "connectors/sftp/sftp_options.hpp"
#include "core/ports/clock.hpp"
#include "core/ports/source.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <memory>

namespace usersync::sftp {

/// A source over SFTP. Connecting happens on the caller's executor, everything libssh does on `lane`.
///
/// `fetch` lists the folder; when there is a candidate it waits `pickup.stable_for` by `clock`, lists again and
/// reads the chosen file. Each step has a connection of its own, so nothing is held open while waiting.
///
/// Time: waiting is by `clock`; I/O is limited by real time. What is left until a deadline by `clock` is the real
/// time that I/O gets. A session that makes no progress for `idle_max` is cut off wherever it is; so is one whose
/// deadline passes, and one whose caller is cancelled (which unwinds as operation_aborted). The limits begin with
/// the session's turn on the lane, so a lane that is too small costs time, never a wrong answer. Looking up a host
/// name cannot be interrupted; it is limited by the system's resolver.
///
/// Host keys: the server's key must be pinned, before anything secret is sent. A pin does not tell its key type, so
/// all types are offered first; when the server then shows a key that is not pinned, each type is asked for on a
/// new connection, until one shows a pinned key or none does.
///
/// Failures (where "sftp"):
///   transient: name_not_resolved, connect_failed, connection_lost, peer_stalled, deadline_passed, listing_failed,
///              file_changed_while_reading, read_failed, archive_failed, too_many_connections
///   blocked:   host_key_not_pinned (the configuration names none), bad_options, host_key_mismatch,
///   no_common_algorithms,
///              bad_private_key, login_refused, sftp_refused, folder_missing, folder_not_readable,
///              listing_incomplete (the server tells neither size nor time), too_many_files,
///              archive_folder_unusable, archive_not_writable
/// A failed `acknowledge` whose connection broke has Effect::unknown; doing it again is safe.
///
/// REQUIRES: `clock` and the lane's threads outlive the source and every call on it.
std::unique_ptr<Source> make_sftp_source(SftpOptions options, Clock& clock, boost::asio::any_io_executor lane);

}  // namespace usersync::sftp
