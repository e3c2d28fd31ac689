#include "tests/support/sshd.hpp"

#include "tests/support/listener.hpp"

#include <fcntl.h>
#include <pwd.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <utility>

namespace usersync::test {
namespace {

// sshd starts itself again for each session and insists on being called by its full name.
constexpr const char* sshd_path = "/usr/sbin/sshd";

/// Starts a program with these descriptors as its standard input, output and error.
pid_t start(const std::vector<std::string>& command, int input, int output, int error) {
    std::vector<char*> arguments;
    for (const auto& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, input, 0);
    posix_spawn_file_actions_adddup2(&actions, output, 1);
    posix_spawn_file_actions_adddup2(&actions, error, 2);
    pid_t pid = -1;
    const int failed = ::posix_spawnp(&pid, command.front().c_str(), &actions, nullptr, arguments.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    return failed == 0 ? pid : -1;
}

/// Runs a program to its end and gives its standard output.
std::string output_of(const std::vector<std::string>& command) {
    int pipe[2];
    if (::pipe2(pipe, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
    const int nothing = ::open("/dev/null", O_RDWR | O_CLOEXEC);
    const pid_t pid = start(command, nothing, pipe[1], nothing);
    ::close(pipe[1]);
    ::close(nothing);
    std::string text;
    char buffer[4096];
    for (ssize_t count = 0; (count = ::read(pipe[0], buffer, sizeof buffer)) > 0;) {
        text.append(buffer, static_cast<std::size_t>(count));
    }
    ::close(pipe[0]);
    int status = -1;
    if (pid < 0 || ::waitpid(pid, &status, 0) != pid || status != 0) {
        throw std::runtime_error(command.front() + " failed");
    }
    return text;
}

std::string user_name() {
    const passwd* entry = ::getpwuid(::geteuid());
    if (entry == nullptr) throw std::runtime_error("the user who runs the test has no name");
    return entry->pw_name;
}

}  // namespace

std::string make_key_pair(const std::filesystem::path& file, const std::vector<std::string>& arguments) {
    std::vector<std::string> command = {"ssh-keygen", "-q", "-C", "test", "-f", file.string()};
    command.insert(command.end(), arguments.begin(), arguments.end());
    output_of(command);
    return TempDir::read(file);
}

std::string fingerprint_of_key(const std::filesystem::path& public_key) {
    std::istringstream line(output_of({"ssh-keygen", "-l", "-f", public_key.string()}));
    std::string bits;
    std::string fingerprint;
    line >> bits >> fingerprint;
    return fingerprint;
}

Sshd::Sshd(SshdOptions options) {
    // The privilege separation folder of the Debian package; its service makes it, and root needs it.
    if (::geteuid() == 0) std::filesystem::create_directories("/run/sshd");
    std::filesystem::create_directory(folder());
    make_key_pair(dir_ / "client", {"-t", "ed25519", "-N", ""});
    std::filesystem::copy_file(dir_ / "client.pub", dir_ / "authorized_keys");
    for (const auto& type : options.host_key_types) make_key_pair(dir_ / ("host_" + type), {"-t", type, "-N", ""});
    write_configuration(options);
    listener_ = listen_on_loopback(port_);
    thread_ = std::thread([this] { serve(); });
}

Sshd::~Sshd() {
    ::shutdown(listener_, SHUT_RDWR);
    thread_.join();
    ::close(listener_);
    for (const auto pid : sessions_) {
        ::kill(pid, SIGTERM);
        ::waitpid(pid, nullptr, 0);
    }
}

void Sshd::write_configuration(const SshdOptions& options) const {
    std::ostringstream text;
    for (const auto& type : options.host_key_types) text << "HostKey " << (dir_ / ("host_" + type)).string() << '\n';
    text << "AuthorizedKeysFile " << (dir_ / "authorized_keys").string() << '\n'
         << "StrictModes no\nUsePAM no\nPidFile none\nPermitRootLogin yes\n"
         << "PubkeyAuthentication yes\nPasswordAuthentication yes\nKbdInteractiveAuthentication no\n";
    if (options.file_transfer == FileTransfer::offered) {
        text << "Subsystem sftp internal-sftp " << options.sftp_arguments << '\n'
             << "ForceCommand internal-sftp " << options.sftp_arguments << '\n';
    }
    dir_.write("sshd_config", text.str());
}

void Sshd::serve() {
    while (true) {
        const int connection = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        if (connection < 0 && errno == EINTR) continue;
        if (connection < 0) return;
        start_session(connection);
        ::close(connection);
    }
}

void Sshd::start_session(int connection) {
    sessions_.erase(std::remove_if(sessions_.begin(), sessions_.end(),
                                   [](pid_t pid) { return ::waitpid(pid, nullptr, WNOHANG) == pid; }),
                    sessions_.end());
    const int log = ::open((dir_ / "sshd.log").c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    const pid_t pid =
        start({sshd_path, "-i", "-e", "-f", (dir_ / "sshd_config").string()}, connection, connection, log);
    if (pid > 0) sessions_.push_back(pid);
    ::close(log);
}

std::string Sshd::user() const { return user_name(); }

std::string Sshd::private_key() const { return TempDir::read(dir_ / "client"); }

void Sshd::let_in(const std::filesystem::path& public_key) const {
    std::ofstream(dir_ / "authorized_keys", std::ios::app) << TempDir::read(public_key);
}

std::string Sshd::host_key(const std::string& type) const {
    return fingerprint_of_key(dir_ / ("host_" + type + ".pub"));
}

}  // namespace usersync::test
