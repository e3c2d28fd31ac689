#include "connectors/sftp/remote_folder.hpp"

#include "connectors/sftp/failures.hpp"
#include "connectors/sftp/login.hpp"

#include <fcntl.h>
#include <libssh/libssh.h>
#include <libssh/sftp.h>

#include <memory>
#include <optional>
#include <utility>

namespace usersync::sftp {
namespace {

/// What OpenSSH gives at most in one answer; each answer costs a round trip.
constexpr std::size_t read_bytes = 255 * 1024;
constexpr std::size_t entries_max = 100'000;
constexpr int archive_attempts_max = 100;
constexpr mode_t archive_mode = 0750;

struct FreeAttributes {
    void operator()(sftp_attributes_struct* attributes) const { sftp_attributes_free(attributes); }
};
using Attributes = std::unique_ptr<sftp_attributes_struct, FreeAttributes>;

// Closing asks the server, too; after a cut it comes back at once.
struct CloseFolder {
    void operator()(sftp_dir_struct* folder) const { sftp_closedir(folder); }
};
struct CloseFile {
    void operator()(sftp_file_struct* file) const { sftp_close(file); }
};

bool is_regular(const sftp_attributes_struct& attributes) {
    if (attributes.type != SSH_FILEXFER_TYPE_UNKNOWN) return attributes.type == SSH_FILEXFER_TYPE_REGULAR;
    // Servers that have no permissions to tell still print them: "-rw-r--r-- 1 …".
    return attributes.longname != nullptr && attributes.longname[0] == '-';
}

bool tells_size_and_time(const sftp_attributes_struct& attributes) {
    return (attributes.flags & SSH_FILEXFER_ATTR_SIZE) != 0 && (attributes.flags & SSH_FILEXFER_ATTR_ACMODTIME) != 0;
}

/// Whole seconds are all that SFTP version 3 has.
Time modified(const sftp_attributes_struct& attributes) { return Time(std::chrono::seconds(attributes.mtime)); }

bool is_same(const sftp_attributes_struct& attributes, const ingest::FileEntry& file) {
    return attributes.size == file.size && modified(attributes) == file.modified;
}

Failure changed() {
    return transient("file_changed_while_reading", "the file was not the same before and after it was read");
}

}  // namespace

struct RemoteFolder::Found {
    bool exists = false;
    bool is_folder = false;
    std::uint64_t size = 0;
    Time modified{};
};

RemoteFolder::RemoteFolder(SshSession session, SftpSession sftp, const SftpOptions& options, Breaker& breaker)
    : session_(std::move(session)), sftp_(std::move(sftp)), options_(&options), breaker_(&breaker) {}

Result<RemoteFolder> RemoteFolder::open(SshSession session, const SftpOptions& options, Breaker& breaker) {
    breaker.bump();
    SftpSession sftp(sftp_new(session.get()));
    const auto refused = [&]() -> Failure {
        if (!is_alive(session.get(), breaker)) return connection_lost();
        return blocked("sftp_refused", "the account may log in, but the server gives it no file transfer");
    };
    if (!sftp) return refused();
    breaker.bump();
    if (sftp_init(sftp.get()) != 0) return refused();
    breaker.bump();
    return RemoteFolder(std::move(session), std::move(sftp), options, breaker);
}

Result<std::vector<ingest::FileEntry>> RemoteFolder::list() {
    const std::unique_ptr<sftp_dir_struct, CloseFolder> folder(sftp_opendir(sftp_.get(), options_->folder.c_str()));
    breaker_->bump();
    if (!folder) {
        if (sftp_error() == SSH_FX_NO_SUCH_FILE) {
            return failure(blocked("folder_missing", "the folder does not exist on the server"));
        }
        if (sftp_error() == SSH_FX_PERMISSION_DENIED) {
            return failure(blocked("folder_not_readable", "the account may not list the folder"));
        }
        return failure(transient("listing_failed", "the server could not open the folder"));
    }
    std::vector<ingest::FileEntry> entries;
    while (true) {
        const Attributes attributes(sftp_readdir(sftp_.get(), folder.get()));
        breaker_->bump();
        if (!attributes) break;
        if (attributes->name == nullptr || !is_regular(*attributes)) continue;
        if (!tells_size_and_time(*attributes)) {
            return blocked("listing_incomplete", "the server tells neither size nor time of a file");
        }
        if (entries.size() == entries_max) {
            return blocked("too_many_files", "the folder holds more than " + std::to_string(entries_max) + " files");
        }
        entries.push_back({.name = attributes->name, .size = attributes->size, .modified = modified(*attributes)});
    }
    // A listing that broke off looks like one that ended; only this tells them apart.
    if (sftp_dir_eof(folder.get()) != 0) return entries;
    if (sftp_error() == SSH_FX_PERMISSION_DENIED) {
        return failure(blocked("folder_not_readable", "the account may not list the folder"));
    }
    return failure(transient("listing_failed", "the listing broke off"));
}

Result<std::string> RemoteFolder::read(const ingest::FileEntry& file) {
    const std::unique_ptr<sftp_file_struct, CloseFile> remote(
        sftp_open(sftp_.get(), path_of(file.name).c_str(), O_RDONLY, 0));
    breaker_->bump();
    if (!remote) {
        if (sftp_error() == SSH_FX_PERMISSION_DENIED) {
            return failure(blocked("folder_not_readable", "the account may not read the file"));
        }
        if (sftp_error() == SSH_FX_NO_SUCH_FILE) return failure(changed());
        return failure(transient("read_failed", "the server could not open the file"));
    }
    const auto still_the_same = [&] {
        const Attributes attributes(sftp_fstat(remote.get()));
        breaker_->bump();
        return attributes && is_regular(*attributes) && is_same(*attributes, file);
    };
    if (!still_the_same()) return failure(changed());
    std::string bytes;
    bytes.reserve(file.size);
    const auto buffer = std::make_unique<char[]>(read_bytes);
    while (true) {
        const auto count = sftp_read(remote.get(), buffer.get(), read_bytes);
        breaker_->bump();
        if (count < 0) return failure(transient("read_failed", "the server could not read the file to its end"));
        if (count == 0) break;
        bytes.append(buffer.get(), static_cast<std::size_t>(count));
        if (bytes.size() > file.size) return changed();
    }
    // A read that breaks off may look like the end of the file as well: the length decides.
    if (bytes.size() != file.size || !still_the_same()) return failure(changed());
    return bytes;
}

Result<void> RemoteFolder::archive(const Delivery& delivery, Time now) {
    for (const auto& name : delivery.superseded) {
        const auto found = look_at(path_of(name));
        if (!found) return found.error();
        if (!found->exists || found->modified > delivery.modified) continue;
        const auto moved = move_to_archive(name, now);
        if (!moved) return moved;
    }
    const auto found = look_at(path_of(delivery.name));
    if (!found) return found.error();
    const bool is_the_one_read = found->exists && found->size == delivery.size && found->modified == delivery.modified;
    if (!is_the_one_read) return {};
    return move_to_archive(delivery.name, now);
}

std::string RemoteFolder::path_of(const std::string& name) const { return options_->folder + "/" + name; }

/// About the path itself, not about what a link points to.
Result<RemoteFolder::Found> RemoteFolder::look_at(const std::string& path) {
    const Attributes attributes(sftp_lstat(sftp_.get(), path.c_str()));
    breaker_->bump();
    if (attributes) {
        return Found{.exists = true,
                     .is_folder = attributes->type == SSH_FILEXFER_TYPE_DIRECTORY,
                     .size = attributes->size,
                     .modified = modified(*attributes)};
    }
    if (!is_alive(session_.get(), *breaker_)) return connection_lost();
    if (sftp_error() == SSH_FX_NO_SUCH_FILE) return Found{};
    return failure(transient("archive_failed", "the server does not say what is there"));
}

Result<void> RemoteFolder::make_archive_folder(const std::string& path) {
    const auto found = look_at(path);
    if (!found) return found.error();
    if (found->exists) {
        if (found->is_folder) return {};
        return blocked("archive_folder_unusable", "the archive folder's name belongs to something else");
    }
    const int made = sftp_mkdir(sftp_.get(), path.c_str(), archive_mode);
    breaker_->bump();
    if (made == 0) return {};
    if (sftp_error() == SSH_FX_PERMISSION_DENIED) {
        return failure(blocked("archive_not_writable", "the account may not make the archive folder"));
    }
    return failure(transient("archive_failed", "the server could not make the archive folder"));
}

Result<void> RemoteFolder::move_to_archive(const std::string& name, Time now) {
    const std::string folder = path_of(options_->archive_folder);
    const auto made = make_archive_folder(folder);
    if (!made) return made;
    for (int attempt = 0; attempt < archive_attempts_max; ++attempt) {
        const std::string target = folder + "/" + ingest::archive_name(name, now, attempt);
        // Some servers replace an existing file on rename, so the name is looked at first.
        const auto taken = look_at(target);
        if (!taken) return taken.error();
        if (taken->exists) continue;
        const int renamed = sftp_rename(sftp_.get(), path_of(name).c_str(), target.c_str());
        breaker_->bump();
        if (renamed == 0) return {};
        if (sftp_error() == SSH_FX_PERMISSION_DENIED) {
            return failure(blocked("archive_not_writable", "the account may not move the file to the archive"));
        }
        return failure(transient("archive_failed", "the server could not move the file to the archive"));
    }
    return transient("archive_failed", "the archive has no free name for the file");
}

/// `otherwise`, unless the connection is gone: then the last error of SFTP is an old one.
Failure RemoteFolder::failure(Failure otherwise) const {
    const bool channel_closed = ssh_channel_is_closed(sftp_->channel) != 0 || ssh_channel_is_eof(sftp_->channel) != 0;
    if (channel_closed || !is_alive(session_.get(), *breaker_)) return connection_lost();
    return otherwise;
}

int RemoteFolder::sftp_error() const { return sftp_get_error(sftp_.get()); }

}  // namespace usersync::sftp
