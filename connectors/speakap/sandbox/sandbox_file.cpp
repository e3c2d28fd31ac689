#include "connectors/speakap/sandbox/sandbox_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iterator>
#include <optional>
#include <utility>

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
int write_all(int file, std::string_view text) {
    while (!text.empty()) {
        const ssize_t written = ::write(file, text.data(), text.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return errno;
        text.remove_prefix(static_cast<std::size_t>(written));
    }
    return 0;
}

/// Likewise.
int write_and_sync(const std::filesystem::path& file, std::string_view text) {
    const Descriptor out(::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
    if (out.number() < 0) return errno;
    if (const int error = write_all(out.number(), text); error != 0) return error;
    return ::fsync(out.number()) == 0 ? 0 : errno;
}

/// The text at the end of the file, or the file as it was; `torn` when it is neither.
int append_text(const std::filesystem::path& file, std::string_view text, bool in_sync, bool& torn) {
    // Opened each time: a file whose folder is gone takes no change, although its descriptor would.
    const Descriptor out(::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
    if (out.number() < 0) return errno;
    const off_t before = ::lseek(out.number(), 0, SEEK_END);
    int error = write_all(out.number(), text);
    if (error == 0 && in_sync && ::fdatasync(out.number()) != 0) error = errno;
    if (error != 0) torn = before < 0 || ::ftruncate(out.number(), before) != 0;
    return error;
}

std::string read_text(const std::filesystem::path& file, bool& is_read) {
    std::ifstream in(file, std::ios::binary);
    std::string text{std::istreambuf_iterator<char>(in), {}};
    is_read = in.is_open() && !in.bad();
    return text;
}

/// A journal this long is replaced by a snapshot, unless the snapshot is longer still.
constexpr std::uintmax_t journal_max = 16u << 20u;

int sync_folder(const std::filesystem::path& folder) {
    const Descriptor opened(::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (opened.number() < 0) return errno;
    return ::fsync(opened.number()) == 0 ? 0 : errno;
}

}  // namespace

std::filesystem::path journal_of(const std::filesystem::path& file) {
    std::filesystem::path journal = file;
    journal += ".journal";
    return journal;
}

namespace {

Result<void> save_text(std::string_view text, const std::filesystem::path& file) {
    std::filesystem::path fresh = file;
    fresh += ".new";
    if (const int error = write_and_sync(fresh, text); error != 0) return cannot_save(fresh, error);
    if (::rename(fresh.c_str(), file.c_str()) != 0) return cannot_save(file, errno);
    if (const int error = sync_folder(file.parent_path()); error != 0) return cannot_save(file, error);
    // Its lines have the numbers of changes that the snapshot holds: one that stays does no harm.
    ::unlink(journal_of(file).c_str());
    return {};
}

}  // namespace

Result<void> save_state(const SandboxState& state, const std::filesystem::path& file) {
    return save_text(state_to_json(state), file);
}

Result<SandboxState> load_state(const std::filesystem::path& file) {
    // The journal first: a snapshot that takes its place meanwhile holds all of it.
    bool is_read = false;
    const auto journal = read_text(journal_of(file), is_read);
    const auto text = read_text(file, is_read);
    if (!is_read) {
        return Failure{.kind = FailureKind::broken,
                       .code = "cannot_read_state",
                       .where = file.string(),
                       .detail = "the file cannot be read",
                       .effect = Effect::none,
                       .retry_after = std::nullopt};
    }
    auto state = state_from_json(text);
    std::optional<Failure> failure;
    if (!state) failure = state.error();
    if (state) {
        if (const auto applied = apply_changes(*state, journal); !applied) failure = applied.error();
    }
    if (!failure) return state;
    failure->where = file.string();
    return *failure;
}

StateFile::StateFile(std::filesystem::path file, bool in_sync) : file_(std::move(file)), in_sync_(in_sync) {}

Result<void> StateFile::save(const SandboxState& state) {
    const auto text = state_to_json(state);
    auto saved = save_text(text, file_);
    if (!saved) return saved;
    stored_ = {.calls_seen = state.calls_seen, .judgement = state.judgement};
    snapshot_bytes_ = text.size();
    journal_bytes_ = 0;
    is_torn_ = false;
    return {};
}

Result<void> StateFile::append(SandboxState& state) {
    ++state.changes;
    if (is_torn_) {
        // Half a line would hide those that follow it.
        auto saved = save(state);
        if (!saved) --state.changes;
        return saved;
    }
    const auto line = change_to_json(state, stored_) + '\n';
    const auto journal = journal_of(file_);
    if (const int error = append_text(journal, line, in_sync_, is_torn_); error != 0) {
        --state.changes;
        return cannot_save(journal, error);
    }
    stored_ = {.calls_seen = state.calls_seen, .judgement = state.judgement};
    journal_bytes_ += line.size();
    // The change is stored already: a snapshot that fails is tried again at the next one.
    if (journal_bytes_ > std::max(journal_max, snapshot_bytes_)) static_cast<void>(save(state));
    return {};
}

}  // namespace usersync::sandbox
