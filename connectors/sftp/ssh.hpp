#pragma once
// libssh's objects with an owner, without libssh's headers.

#include <memory>

struct ssh_session_struct;
struct sftp_session_struct;

namespace usersync::sftp {

struct FreeSsh {
    void operator()(ssh_session_struct* session) const;
};
/// Closes the connection it was given, once connecting has begun. One thread at a time.
using SshSession = std::unique_ptr<ssh_session_struct, FreeSsh>;

struct FreeSftp {
    void operator()(sftp_session_struct* session) const;
};
/// REQUIRES: dies before its SshSession.
using SftpSession = std::unique_ptr<sftp_session_struct, FreeSftp>;

}  // namespace usersync::sftp
