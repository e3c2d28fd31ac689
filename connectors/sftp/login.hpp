#pragma once
// From a connected descriptor to an authenticated SSH session.

#include "connectors/sftp/breaker.hpp"
#include "connectors/sftp/sftp_options.hpp"
#include "connectors/sftp/ssh.hpp"
#include "core/base/result.hpp"

namespace usersync::sftp {

/// Which types of host key the server is asked for: it shows only the first one that both sides know.
enum class HostKeyOffer { any, ed25519, ecdsa, rsa };

/// The server knows no key of the type it was asked for; only ever answered to an offer of a single type.
inline constexpr const char* host_key_type_not_offered = "host_key_type_not_offered";
/// The server showed a key that is not pinned; `detail` names its fingerprint, which is public.
inline constexpr const char* host_key_mismatch = "host_key_mismatch";

/// Blocks: runs on a lane. Checks the host key before anything secret is used, then logs in by key or password.
Result<SshSession> log_in(const SftpOptions& options, HostKeyOffer offer, Descriptor connection, Breaker& breaker);

/// False once the connection is lost or was cut: then an error says nothing about the folder.
bool is_alive(ssh_session_struct* session, const Breaker& breaker);

}  // namespace usersync::sftp
