#include "daemon/runtime/file_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

namespace usersync::runtime {

namespace {

/// Locks belong to the open file: closing it, as the kernel does at the latest, is what unlocks.
class OpenFileLock final : public FileLock {
public:
    explicit OpenFileLock(int descriptor) : descriptor_(descriptor) {}
    OpenFileLock(const OpenFileLock&) = delete;
    OpenFileLock& operator=(const OpenFileLock&) = delete;
    ~OpenFileLock() override { ::close(descriptor_); }

private:
    int descriptor_;
};

Failure cannot_lock(const std::filesystem::path& path, int error) {
    return Failure{.kind = FailureKind::broken,
                   .code = "cannot_lock",
                   .where = path.string(),
                   .detail = std::generic_category().message(error)};
}

/// The process number that the holder wrote, if it is one.
std::string holder_of(int descriptor) {
    std::array<char, 16> text{};
    const auto size = ::pread(descriptor, text.data(), text.size(), 0);
    std::string_view number(text.data(), static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
    number = number.substr(0, number.find('\n'));
    const bool is_number =
        !number.empty() && std::all_of(number.begin(), number.end(), [](char c) { return c >= '0' && c <= '9'; });
    return is_number ? std::string(number) : std::string();
}

Failure already_locked(const std::filesystem::path& path, int descriptor) {
    const auto holder = holder_of(descriptor);
    return Failure{.kind = FailureKind::blocked,
                   .code = "already_locked",
                   .where = path.string(),
                   .detail = "another usersyncd works here" + (holder.empty() ? "" : ", probably process " + holder)};
}

/// For people only, so that it may fail, as on a full disk.
void leave_number(int descriptor) {
    const auto text = std::to_string(::getpid()) + "\n";
    if (::ftruncate(descriptor, 0) != 0) return;
    [[maybe_unused]] const auto written = ::pwrite(descriptor, text.data(), text.size(), 0);
}

}  // namespace

Result<std::unique_ptr<FileLock>> lock_file(const std::filesystem::path& path) {
    const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR);
    if (descriptor < 0) return cannot_lock(path, errno);
    auto lock = std::make_unique<OpenFileLock>(descriptor);
    if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
        const int error = errno;
        if (error == EWOULDBLOCK) return already_locked(path, descriptor);
        return cannot_lock(path, error);
    }
    if (::fchmod(descriptor, S_IRUSR | S_IWUSR) != 0) return cannot_lock(path, errno);
    leave_number(descriptor);
    return std::unique_ptr<FileLock>(std::move(lock));
}

}  // namespace usersync::runtime
