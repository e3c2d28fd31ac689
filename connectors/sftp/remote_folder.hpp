#pragma once
// The tenant's folder on the server, in blocking calls.

#include "connectors/sftp/breaker.hpp"
#include "connectors/sftp/sftp_options.hpp"
#include "connectors/sftp/ssh.hpp"
#include "core/base/result.hpp"
#include "core/ingest/pickup.hpp"
#include "core/ports/source.hpp"

#include <string>
#include <vector>

namespace usersync::sftp {

/// Every method blocks until it has the server's answer or the breaker was cut: runs on a lane, and counts each step
/// at the breaker. Each answer is whole or a Failure.
/// REQUIRES: the options and the breaker outlive it.
class RemoteFolder {
public:
    /// Starts SFTP over a session that is logged in.
    static Result<RemoteFolder> open(SshSession session, const SftpOptions& options, Breaker& breaker);

    /// The regular files; links, folders and devices are not among them.
    Result<std::vector<ingest::FileEntry>> list();

    /// The bytes of exactly this file: neither its size nor its time may differ before and after reading.
    Result<std::string> read(const ingest::FileEntry& file);

    /// Moves the delivery and what it superseded into the archive. A file that is gone, or that has been replaced by
    /// a newer one since it was read, is left alone: the newer one has not been read yet.
    Result<void> archive(const Delivery& delivery, Time now);

private:
    struct Found;  // what the server says about one path

    RemoteFolder(SshSession session, SftpSession sftp, const SftpOptions& options, Breaker& breaker);

    std::string path_of(const std::string& name) const;
    Result<Found> look_at(const std::string& path);
    Result<void> make_archive_folder(const std::string& path);
    Result<void> move_to_archive(const std::string& name, Time now);
    Failure failure(Failure otherwise) const;
    int sftp_error() const;

    SshSession session_;
    SftpSession sftp_;  // declared after the session: dies before it
    const SftpOptions* options_;
    Breaker* breaker_;
};

}  // namespace usersync::sftp
