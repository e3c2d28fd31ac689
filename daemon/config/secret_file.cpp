#include "daemon/config/secret_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <string>
#include <utility>

namespace usersync::config {
namespace {

constexpr std::size_t secret_bytes_max = 64u << 10;

Failure failure(const char* code, std::string sentence) {
    return {.kind = FailureKind::blocked, .code = code, .where = "config", .detail = std::move(sentence)};
}

class OpenFile {
public:
    // Not blocking: a pipe in the place of a file must not hold up the start.
    explicit OpenFile(const std::filesystem::path& file)
        : descriptor_(open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {}
    OpenFile(const OpenFile&) = delete;
    OpenFile& operator=(const OpenFile&) = delete;
    ~OpenFile() {
        if (descriptor_ >= 0) close(descriptor_);
    }
    int get() const { return descriptor_; }

private:
    int descriptor_;
};

/// The size of a file that is kept well enough. The opened file is judged, not its name: nobody can put another one
/// in its place in between.
Result<std::size_t> check_keeping(int descriptor, const std::filesystem::path& file, SecretHome home) {
    struct stat status {};
    if (fstat(descriptor, &status) != 0) return failure("secret_unreadable", file.string() + " cannot be read");
    if (!S_ISREG(status.st_mode)) return failure("secret_not_a_file", file.string() + " is not a file");
    const mode_t forbidden = home == SecretHome::file ? 077 : 007;
    if ((status.st_mode & forbidden) != 0) {
        return failure("secret_too_open", file.string() + " must not be readable by others (chmod 600)");
    }
    if (status.st_uid != geteuid() && status.st_uid != 0) {
        return failure("secret_too_open", file.string() + " must belong to the service's own user or to root");
    }
    const auto size = static_cast<std::size_t>(status.st_size);
    if (size > secret_bytes_max) return failure("secret_too_large", file.string() + " is larger than 64 KiB");
    return size;
}

Result<std::string> read_all(int descriptor, std::size_t expected, const std::filesystem::path& file) {
    std::string bytes(expected, '\0');
    std::size_t size = 0;
    while (size < bytes.size()) {
        const auto count = read(descriptor, bytes.data() + size, bytes.size() - size);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return failure("secret_unreadable", file.string() + " cannot be read");
        if (count == 0) break;
        size += static_cast<std::size_t>(count);
    }
    bytes.resize(size);
    return bytes;
}

void drop_last_newline(std::string& bytes) {
    if (bytes.empty() || bytes.back() != '\n') return;
    bytes.pop_back();
    if (!bytes.empty() && bytes.back() == '\r') bytes.pop_back();
}

}  // namespace

Result<Secret> read_secret(const std::filesystem::path& file, SecretHome home) {
    const OpenFile opened(file);
    if (opened.get() < 0) {
        if (errno == ENOENT || errno == ENOTDIR) return failure("secret_missing", file.string() + " does not exist");
        return failure("secret_unreadable", file.string() + " cannot be read by this user");
    }
    const auto size = check_keeping(opened.get(), file, home);
    if (!size) return size.error();
    auto bytes = read_all(opened.get(), *size, file);
    if (!bytes) return bytes.error();
    drop_last_newline(*bytes);
    if (bytes->empty()) return failure("secret_empty", file.string() + " is empty");
    return Secret(std::move(*bytes));
}

}  // namespace usersync::config
