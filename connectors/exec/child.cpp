#include "connectors/exec/child.hpp"

#include "connectors/exec/failures.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <string>
#include <vector>

namespace usersync::exec {
namespace {

struct Pipe {
    Descriptor read;
    Descriptor write;
};

Result<Pipe> make_pipe() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) return transient("cannot_start", "no descriptor is left");
    return Pipe{Descriptor(ends[0]), Descriptor(ends[1])};
}

/// Whoever may write to the program may do whatever the service may.
Result<void> check_program(const std::string& program) {
    struct stat status {};
    if (::stat(program.c_str(), &status) != 0) {
        if (errno == ENOENT || errno == ENOTDIR) return blocked("program_missing", program + " does not exist");
        return blocked("program_not_executable", program + " cannot be looked at: " + std::strerror(errno));
    }
    if (!S_ISREG(status.st_mode) || ::access(program.c_str(), X_OK) != 0) {
        return blocked("program_not_executable", program + " is no program that this user may start");
    }
    if ((status.st_mode & 022) != 0) {
        return blocked("program_too_open", program + " must not be writable by others (chmod go-w)");
    }
    if (status.st_uid != 0 && status.st_uid != ::geteuid()) {
        return blocked("program_too_open", program + " must belong to root or to the service's own user");
    }
    return Result<void>();
}

Result<void> check_folder(const std::string& folder) {
    struct stat status {};
    if (::stat(folder.c_str(), &status) == 0 && S_ISDIR(status.st_mode) && ::access(folder.c_str(), X_OK) == 0) {
        return Result<void>();
    }
    return blocked("folder_missing", folder + " is no folder that this user may enter");
}

/// "NAME=value" of all variables; wiped when it dies, as it holds secrets.
class Variables {
public:
    explicit Variables(const ExecOptions& options) {
        std::map<std::string, std::string> plain = {
            {"PATH", "/usr/local/bin:/usr/bin:/bin"}, {"LANG", "C.UTF-8"}, {"TZ", "UTC"}};
        for (const auto& [name, value] : options.environment) plain[name] = value;
        for (const auto& [name, value] : plain) lines_.emplace_back(name + "=" + value);
        for (const auto& [name, secret] : options.secrets) lines_.emplace_back(name + "=" + secret.expose());
        for (const auto& line : lines_) pointers_.push_back(const_cast<char*>(line.expose().c_str()));
        pointers_.push_back(nullptr);
    }
    char* const* get() const { return pointers_.data(); }

private:
    std::vector<Secret> lines_;
    std::vector<char*> pointers_;
};

/// What the program gets instead of what the daemon has.
class SpawnTerms {
public:
    SpawnTerms(const std::string& folder, int out, int err) {
        ::posix_spawn_file_actions_init(&actions_);
        ::posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
        ::posix_spawn_file_actions_adddup2(&actions_, out, STDOUT_FILENO);
        ::posix_spawn_file_actions_adddup2(&actions_, err, STDERR_FILENO);
        ::posix_spawn_file_actions_addclosefrom_np(&actions_, STDERR_FILENO + 1);
        ::posix_spawn_file_actions_addchdir_np(&actions_, folder.c_str());
        ::posix_spawnattr_init(&attributes_);
        sigset_t signals;
        sigemptyset(&signals);
        ::posix_spawnattr_setsigmask(&attributes_, &signals);
        sigfillset(&signals);
        ::posix_spawnattr_setsigdefault(&attributes_, &signals);
        // A session of its own has a group of its own, and no terminal to ask passwords at.
        ::posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    }
    SpawnTerms(const SpawnTerms&) = delete;
    SpawnTerms& operator=(const SpawnTerms&) = delete;
    ~SpawnTerms() {
        ::posix_spawn_file_actions_destroy(&actions_);
        ::posix_spawnattr_destroy(&attributes_);
    }
    const posix_spawn_file_actions_t* actions() const { return &actions_; }
    const posix_spawnattr_t* attributes() const { return &attributes_; }

private:
    posix_spawn_file_actions_t actions_{};
    posix_spawnattr_t attributes_{};
};

Failure not_started(const std::string& program, int error) {
    const std::string why = program + " cannot be started: " + std::strerror(error);
    const bool passes = error == EAGAIN || error == ENOMEM || error == EMFILE || error == ENFILE || error == ETXTBSY;
    return passes ? transient("cannot_start", why) : blocked("program_not_executable", why);
}

}  // namespace

Child::Child(pid_t pid, Descriptor its_life, Descriptor its_out, Descriptor its_err)
    : life(std::move(its_life)), out(std::move(its_out)), err(std::move(its_err)), pid_(pid) {}

Child::Child(Child&& other) noexcept
    : life(std::move(other.life)),
      out(std::move(other.out)),
      err(std::move(other.err)),
      pid_(std::exchange(other.pid_, -1)) {}

Child& Child::operator=(Child&& other) noexcept {
    if (this != &other) {
        end();
        life = std::move(other.life);
        out = std::move(other.out);
        err = std::move(other.err);
        pid_ = std::exchange(other.pid_, -1);
    }
    return *this;
}

Child::~Child() { end(); }

void Child::end() noexcept {
    if (pid_ < 0) return;
    signal(SIGKILL);
    while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) continue;
    pid_ = -1;
}

void Child::signal(int number) const {
    if (pid_ > 0) ::kill(-pid_, number);
}

std::optional<Ending> Child::ending() const {
    siginfo_t found{};
    const int asked = ::waitid(P_PID, static_cast<id_t>(pid_), &found, WEXITED | WNOHANG | WNOWAIT);
    if (asked != 0 || found.si_pid != pid_) return std::nullopt;
    if (found.si_code == CLD_EXITED) return Ending{.exit_code = found.si_status, .signal = 0};
    return Ending{.exit_code = std::nullopt, .signal = found.si_status};
}

Result<Child> start(const ExecOptions& options) {
    const auto& program = options.command.front();
    if (const auto fine = check_program(program); !fine) return fine.error();
    if (const auto fine = check_folder(options.folder); !fine) return fine.error();
    auto out = make_pipe();
    if (!out) return out.error();
    auto err = make_pipe();
    if (!err) return err.error();
    const Variables variables(options);
    const SpawnTerms terms(options.folder, out->write.get(), err->write.get());
    std::vector<char*> arguments;
    for (const auto& word : options.command) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    pid_t pid = -1;
    const int error =
        ::posix_spawn(&pid, program.c_str(), terms.actions(), terms.attributes(), arguments.data(), variables.get());
    if (error != 0) return not_started(program, error);
    // From here on it is the child that cleans up.
    Child child(pid, Descriptor(), std::move(out->read), std::move(err->read));
    child.life = Descriptor(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
    if (!child.life.is_open()) return transient("cannot_start", "no descriptor is left");
    return child;
}

}  // namespace usersync::exec
