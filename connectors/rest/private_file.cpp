#include "connectors/rest/private_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace usersync::rest_api {
namespace {

namespace fs = std::filesystem;

Failure unreadable(const char* code, std::string sentence) {
    return {.kind = FailureKind::blocked, .code = code, .where = "rest.state", .detail = std::move(sentence)};
}

Failure not_written(const fs::path& file) {
    const std::string why = std::strerror(errno);
    return {.kind = FailureKind::broken,
            .code = "state_not_written",
            .where = "rest.state",
            .detail = file.string() + " cannot be written: " + why};
}

class Descriptor {
public:
    explicit Descriptor(int descriptor) : descriptor_(descriptor) {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() {
        if (descriptor_ >= 0) ::close(descriptor_);
    }
    int get() const { return descriptor_; }
    bool is_open() const { return descriptor_ >= 0; }

private:
    int descriptor_;
};

bool write_all(int descriptor, std::string_view bytes) {
    while (!bytes.empty()) {
        const auto count = ::write(descriptor, bytes.data(), bytes.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
}

/// That a name is in its folder is on disk only once the folder is.
bool sync_folder(const fs::path& folder) {
    const Descriptor opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    return opened.is_open() && ::fsync(opened.get()) == 0;
}

bool make_folder(const fs::path& folder) {
    std::error_code error;
    fs::create_directories(folder.parent_path(), error);
    return ::mkdir(folder.c_str(), 0700) == 0 || errno == EEXIST;
}

}  // namespace

Result<std::optional<std::string>> read_private(const fs::path& file, std::size_t bytes_max) {
    const Descriptor opened(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW));
    if (!opened.is_open() && (errno == ENOENT || errno == ENOTDIR)) return std::optional<std::string>();
    if (!opened.is_open()) return unreadable("state_unreadable", file.string() + " cannot be opened by this user");
    struct stat status {};
    if (::fstat(opened.get(), &status) != 0 || !S_ISREG(status.st_mode)) {
        return unreadable("state_unreadable", file.string() + " is not a file");
    }
    const bool is_ours = status.st_uid == ::geteuid() || status.st_uid == 0;
    if ((status.st_mode & 077) != 0 || !is_ours) {
        return unreadable("state_too_open", file.string() +
                                                " can be read or written by others, so what is in it counts as known "
                                                "to them: delete it, and a new one is made");
    }
    const auto size = static_cast<std::size_t>(status.st_size);
    if (size > bytes_max) return unreadable("state_too_large", file.string() + " is larger than it can be: delete it");
    std::string bytes(size, '\0');
    std::size_t had = 0;
    while (had < bytes.size()) {
        const auto count = ::read(opened.get(), bytes.data() + had, bytes.size() - had);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return unreadable("state_unreadable", file.string() + " cannot be read");
        if (count == 0) break;
        had += static_cast<std::size_t>(count);
    }
    bytes.resize(had);
    return std::optional(std::move(bytes));
}

Result<void> write_private(const fs::path& file, std::string_view first, std::string_view second) {
    const auto folder = file.parent_path();
    if (!make_folder(folder)) return not_written(file);
    auto beside = file;
    beside += ".new";
    ::unlink(beside.c_str());
    {
        const Descriptor opened(::open(beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
        if (!opened.is_open()) return not_written(file);
        const bool written = write_all(opened.get(), first) && write_all(opened.get(), second);
        if (!written || ::fsync(opened.get()) != 0) return not_written(file);
    }
    return rename_private(beside, file);
}

Result<void> rename_private(const fs::path& from, const fs::path& to) {
    if (::rename(from.c_str(), to.c_str()) != 0 || !sync_folder(to.parent_path())) return not_written(to);
    return {};
}

}  // namespace usersync::rest_api
