#include "storage/note_folder.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace usersync::storage {
namespace {

constexpr mode_t folder_mode = 0750;
constexpr mode_t file_mode = 0640;
constexpr std::string_view text_ending = ".txt";
constexpr std::string_view json_ending = ".json";
constexpr std::string_view unfinished_ending = ".unfinished";

class Descriptor {
public:
    explicit Descriptor(int number) : number_(number) {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() {
        if (number_ >= 0) ::close(number_);
    }
    int get() const { return number_; }
    bool is_open() const { return number_ >= 0; }

private:
    int number_;
};

Failure not_written(const char* step, int error) {
    return Failure{.kind = FailureKind::transient,
                   .code = "note_not_written",
                   .where = "storage",
                   .detail = std::string(step) + ": " + std::generic_category().message(error)};
}

bool write_all(int file, std::string_view bytes) {
    while (!bytes.empty()) {
        const auto written = ::write(file, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

std::string unfinished(const std::string& name) { return '.' + name + std::string(unfinished_ending); }

// Until it is renamed it has a name that nobody looks for.
Result<void> write_unfinished(const Descriptor& folder, const std::string& name, std::string_view bytes) {
    const auto temporary = unfinished(name);
    ::unlinkat(folder.get(), temporary.c_str(), 0);
    const Descriptor file(
        ::openat(folder.get(), temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, file_mode));
    if (!file.is_open()) return not_written("the note cannot be made", errno);
    if (!write_all(file.get(), bytes)) return not_written("the note cannot be written", errno);
    if (::fchmod(file.get(), file_mode) != 0) return not_written("the note's mode cannot be set", errno);
    if (::fsync(file.get()) != 0) return not_written("the note cannot be kept", errno);
    return {};
}

Result<void> finish(const Descriptor& folder, const std::string& name) {
    if (::renameat(folder.get(), unfinished(name).c_str(), folder.get(), name.c_str()) == 0) return {};
    return not_written("the note cannot be named", errno);
}

// Names of notes, without their endings, sorted.
std::vector<std::string> notes_in(const std::string& folder) {
    std::vector<std::string> names;
    std::error_code error;
    for (std::filesystem::directory_iterator file(folder, error), end; !error && file != end; file.increment(error)) {
        const auto name = file->path().filename().string();
        for (const auto ending : {text_ending, json_ending}) {
            if (!name.ends_with(ending)) continue;
            auto note = name.substr(0, name.size() - ending.size());
            if (is_note_name(note)) names.push_back(std::move(note));
        }
    }
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    return names;
}

bool is_file(const Descriptor& folder, const std::string& name) {
    struct stat status {};
    return ::fstatat(folder.get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(status.st_mode);
}

// The text is written last: what has none was left by a crash, and is taken away.
bool has_note_about(const Descriptor& folder, const std::string& path, std::string_view subject) {
    for (const auto& name : notes_in(path)) {
        if (note_subject(name) != subject) continue;
        if (is_file(folder, name + std::string(text_ending))) return true;
        ::unlinkat(folder.get(), (name + std::string(json_ending)).c_str(), 0);
    }
    return false;
}

void remove_oldest(const Descriptor& folder, const std::string& path) {
    const auto names = notes_in(path);
    for (std::size_t at = 0; at + notes_kept_max < names.size(); ++at) {
        ::unlinkat(folder.get(), (names[at] + std::string(text_ending)).c_str(), 0);
        ::unlinkat(folder.get(), (names[at] + std::string(json_ending)).c_str(), 0);
    }
}

Result<void> write_note(const Descriptor& folder, const BounceNote& note) {
    const auto text_name = note.name + std::string(text_ending);
    const auto json_name = note.name + std::string(json_ending);
    if (auto written = write_unfinished(folder, json_name, note.json); !written) return written;
    if (auto written = write_unfinished(folder, text_name, note.text); !written) return written;
    if (auto finished = finish(folder, json_name); !finished) return finished;
    if (auto finished = finish(folder, text_name); !finished) return finished;
    if (::fsync(folder.get()) != 0) return not_written("the note's folder cannot be kept", errno);
    return {};
}

void remove_unfinished(const Descriptor& folder, const BounceNote& note) {
    for (const auto ending : {text_ending, json_ending}) {
        ::unlinkat(folder.get(), unfinished(note.name + std::string(ending)).c_str(), 0);
    }
}

}  // namespace

NoteFolder::NoteFolder(std::string folder) : folder_(std::move(folder)) {}

Result<bool> NoteFolder::put(const BounceNote& note) {
    if (!is_note_name(note.name)) {
        return Failure{.kind = FailureKind::rejected,
                       .code = "bad_note_name",
                       .where = "storage",
                       .detail = "this cannot be the name of a note"};
    }
    std::error_code ignored;  // what cannot be made is noticed at the folder itself
    std::filesystem::create_directories(std::filesystem::path(folder_).parent_path(), ignored);
    if (::mkdir(folder_.c_str(), folder_mode) == 0) {
        if (::chmod(folder_.c_str(), folder_mode) != 0) return not_written("the folder's mode cannot be set", errno);
    } else if (errno != EEXIST) {
        return not_written("the folder for notes cannot be made", errno);
    }
    const Descriptor folder(::open(folder_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!folder.is_open()) return not_written("the folder for notes cannot be opened", errno);
    if (has_note_about(folder, folder_, note_subject(note.name))) return false;
    const auto written = write_note(folder, note);
    if (!written) {
        remove_unfinished(folder, note);
        return written.error();
    }
    remove_oldest(folder, folder_);
    return true;
}

}  // namespace usersync::storage
