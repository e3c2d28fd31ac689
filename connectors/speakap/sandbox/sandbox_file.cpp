#include "connectors/speakap/sandbox/sandbox_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iterator>

namespace usersync::sandbox {
namespace {

Failure cannot_save(const std::filesystem::path& file, int error) {
    return {.kind = FailureKind::broken,
            .code = "cannot_save_state",
            .where = file.string(),
            .detail = std::strerror(error),
            .effect = Effect::none,
            .retry_after = std::nullopt};
}

/// An open descriptor, closed when it goes.
class Descriptor {
public:
    explicit Descriptor(int number) : number_(number) {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() {
        if (number_ >= 0) ::close(number_);
    }
    int number() const { return number_; }

private:
    int number_;
};

/// 0, or the error number.
int write_and_sync(const std::filesystem::path& file, std::string_view text) {
    const Descriptor out(::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
    if (out.number() < 0) return errno;
    while (!text.empty()) {
        const ssize_t written = ::write(out.number(), text.data(), text.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return errno;
        text.remove_prefix(static_cast<std::size_t>(written));
    }
    return ::fsync(out.number()) == 0 ? 0 : errno;
}

int sync_folder(const std::filesystem::path& folder) {
    const Descriptor opened(::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (opened.number() < 0) return errno;
    return ::fsync(opened.number()) == 0 ? 0 : errno;
}

}  // namespace

Result<void> save_state(const SandboxState& state, const std::filesystem::path& file) {
    std::filesystem::path fresh = file;
    fresh += ".new";
    if (const int error = write_and_sync(fresh, state_to_json(state)); error != 0) return cannot_save(fresh, error);
    if (::rename(fresh.c_str(), file.c_str()) != 0) return cannot_save(file, errno);
    if (const int error = sync_folder(file.parent_path()); error != 0) return cannot_save(file, error);
    return {};
}

Result<SandboxState> load_state(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    if (!in.is_open() || in.bad()) {
        return Failure{.kind = FailureKind::broken,
                       .code = "cannot_read_state",
                       .where = file.string(),
                       .detail = "the file cannot be read",
                       .effect = Effect::none,
                       .retry_after = std::nullopt};
    }
    auto state = state_from_json(text);
    if (!state) {
        Failure failure = state.error();
        failure.where = file.string();
        return failure;
    }
    return state;
}

}  // namespace usersync::sandbox
