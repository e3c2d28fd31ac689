#include "connectors/folder/local_folder.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <memory>
#include <utility>

namespace usersync::folder {
namespace {

constexpr std::size_t read_bytes = 256 * 1024;
constexpr int archive_attempts_max = 100;
constexpr mode_t archive_mode = 0750;

class Descriptor {
public:
    explicit Descriptor(int number) : number_(number) {}
    Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
    Descriptor& operator=(Descriptor&&) = delete;
    ~Descriptor() {
        if (number_ >= 0) ::close(number_);
    }
    int get() const { return number_; }
    bool is_open() const { return number_ >= 0; }

private:
    int number_;
};

struct CloseListing {
    void operator()(DIR* listing) const { ::closedir(listing); }
};

Failure failure(FailureKind kind, std::string code, std::string detail) {
    return Failure{.kind = kind, .code = std::move(code), .where = "folder", .detail = std::move(detail)};
}

Failure changed() {
    return failure(FailureKind::transient, "file_changed_while_reading",
                   "the file was not the same before and after it was read");
}

bool is_forbidden(int error) { return error == EACCES || error == EPERM || error == EROFS; }

Result<Descriptor> open_folder(const FolderOptions& options) {
    Descriptor folder(::open(options.folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (folder.is_open()) return folder;
    const int error = errno;
    if (error == ENOENT || error == ENOTDIR) {
        return failure(FailureKind::blocked, "folder_missing", "the folder does not exist");
    }
    if (is_forbidden(error)) {
        return failure(FailureKind::blocked, "folder_not_readable", "the service may not list the folder");
    }
    return failure(FailureKind::transient, "listing_failed", "the folder could not be opened");
}

Time modified(const struct stat& status) {
    return std::chrono::time_point_cast<Duration>(Time(std::chrono::seconds(status.st_mtim.tv_sec))) +
           std::chrono::duration_cast<Duration>(std::chrono::nanoseconds(status.st_mtim.tv_nsec));
}

ingest::FileEntry entry_of(std::string name, const struct stat& status) {
    return {.name = std::move(name), .size = static_cast<std::uint64_t>(status.st_size), .modified = modified(status)};
}

/// The regular file of that name, or nothing there.
std::optional<ingest::FileEntry> look_at(const Descriptor& folder, const std::string& name) {
    struct stat status {};
    if (::fstatat(folder.get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) return std::nullopt;
    if (!S_ISREG(status.st_mode)) return std::nullopt;
    return entry_of(name, status);
}

bool is_still(const Descriptor& file, const ingest::FileEntry& expected) {
    struct stat status {};
    if (::fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode)) return false;
    return entry_of(expected.name, status) == expected;
}

Result<Descriptor> open_archive(const Descriptor& folder, const FolderOptions& options) {
    const char* name = options.archive_folder.c_str();
    if (::mkdirat(folder.get(), name, archive_mode) != 0 && errno != EEXIST) {
        return failure(FailureKind::blocked, "archive_not_writable", "the service cannot make the archive folder");
    }
    Descriptor archive(::openat(folder.get(), name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (archive.is_open()) return archive;
    return failure(FailureKind::blocked, "archive_folder_unusable",
                   "the archive folder cannot be opened, or its name belongs to something else");
}

/// Never replaces a file. Some network file systems cannot promise that in one step; there it is looked at first.
bool rename_to_new(const Descriptor& from, const std::string& name, const Descriptor& to, const std::string& target) {
    if (::renameat2(from.get(), name.c_str(), to.get(), target.c_str(), RENAME_NOREPLACE) == 0) return true;
    if (errno != EINVAL) return false;
    if (look_at(to, target)) {
        errno = EEXIST;
        return false;
    }
    return ::renameat(from.get(), name.c_str(), to.get(), target.c_str()) == 0;
}

Result<void> move_to_archive(const Descriptor& folder, const FolderOptions& options, const std::string& name,
                             Time now) {
    const auto archive = open_archive(folder, options);
    if (!archive) return archive.error();
    for (int attempt = 0; attempt < archive_attempts_max; ++attempt) {
        const std::string target = ingest::archive_name(name, now, attempt);
        if (rename_to_new(folder, name, *archive, target)) return {};
        const int error = errno;
        if (error == EEXIST) continue;
        if (error == ENOENT && !look_at(folder, name)) return {};
        if (is_forbidden(error)) {
            return failure(FailureKind::blocked, "archive_not_writable", "the service may not move the file");
        }
        return failure(FailureKind::transient, "archive_failed", "the file could not be moved to the archive");
    }
    return failure(FailureKind::transient, "archive_failed", "the archive has no free name for the file");
}

}  // namespace

Result<std::vector<ingest::FileEntry>> list(const FolderOptions& options) {
    auto folder = open_folder(options);
    if (!folder) return folder.error();
    // fdopendir takes a descriptor over, so it gets one of its own.
    const std::unique_ptr<DIR, CloseListing> listing(
        ::fdopendir(::openat(folder->get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)));
    if (!listing) {
        if (is_forbidden(errno)) {
            return failure(FailureKind::blocked, "folder_not_readable", "the service may not look into the folder");
        }
        return failure(FailureKind::transient, "listing_failed", "the folder could not be opened");
    }
    std::vector<ingest::FileEntry> entries;
    while (true) {
        errno = 0;
        const dirent* found = ::readdir(listing.get());
        if (found == nullptr) break;
        auto entry = look_at(*folder, found->d_name);
        if (entry) entries.push_back(std::move(*entry));
    }
    // The end and an error look the same but for errno.
    if (errno != 0) return failure(FailureKind::transient, "listing_failed", "the listing broke off");
    return entries;
}

Result<std::string> read(const FolderOptions& options, const ingest::FileEntry& file) {
    const auto folder = open_folder(options);
    if (!folder) return folder.error();
    // O_NONBLOCK: a named pipe put in the file's place must not hold the lane.
    const Descriptor local(::openat(folder->get(), file.name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    if (!local.is_open()) {
        const int error = errno;
        if (is_forbidden(error)) {
            return failure(FailureKind::blocked, "folder_not_readable", "the service may not read the file");
        }
        if (error == ENOENT || error == ELOOP) return changed();
        return failure(FailureKind::transient, "read_failed", "the file could not be opened");
    }
    if (!is_still(local, file)) return changed();
    std::string bytes;
    bytes.reserve(file.size);
    const auto buffer = std::make_unique<char[]>(read_bytes);
    while (true) {
        const auto count = ::read(local.get(), buffer.get(), read_bytes);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return failure(FailureKind::transient, "read_failed", "the file could not be read to its end");
        if (count == 0) break;
        bytes.append(buffer.get(), static_cast<std::size_t>(count));
        if (bytes.size() > file.size) return changed();
    }
    if (bytes.size() != file.size || !is_still(local, file)) return changed();
    return bytes;
}

Result<void> archive(const FolderOptions& options, const Delivery& delivery, Time now) {
    const auto folder = open_folder(options);
    if (!folder) return folder.error();
    for (const auto& name : delivery.superseded) {
        const auto found = look_at(*folder, name);
        if (!found || found->modified > delivery.modified) continue;
        const auto moved = move_to_archive(*folder, options, name, now);
        if (!moved) return moved;
    }
    const auto found = look_at(*folder, delivery.name);
    const bool is_the_one_read = found && found->size == delivery.size && found->modified == delivery.modified;
    if (!is_the_one_read) return {};
    return move_to_archive(*folder, options, delivery.name, now);
}

}  // namespace usersync::folder
