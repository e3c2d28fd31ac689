#include "connectors/pgp/key_home.hpp"

#include <fcntl.h>
#include <gpgme.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <string_view>
#include <utility>

namespace usersync::pgp {
namespace {

constexpr std::string_view longest_socket = "/S.gpg-agent.browser";

constexpr std::string_view gpg_settings =
    "no-greeting\n"
    "no-tty\n"
    "no-auto-key-locate\n"
    "no-auto-key-retrieve\n"
    "disable-dirmngr\n"
    "trust-model always\n";

constexpr std::string_view agent_settings =
    "default-cache-ttl 0\n"
    "max-cache-ttl 0\n"
    "allow-loopback-pinentry\n"
    "disable-scdaemon\n";

Failure unusable(const char* detail) {
    return Failure{.kind = FailureKind::broken, .code = "pgp_folder_unusable", .where = "pgp", .detail = detail};
}

bool write(const std::string& path, std::string_view text) {
    std::ofstream file(path, std::ios::binary);
    file << text;
    file.close();
    return file.good();
}

// gpgconf knows where the agent's socket is, which need not be in the folder.
void end_agent(std::string home) {
    const char* program = ::gpgme_get_dirinfo("gpgconf-name");
    if (program == nullptr) return;
    std::string name = program;
    std::string home_option = "--homedir";
    std::string kill_option = "--kill";
    std::string agent = "gpg-agent";
    char* const arguments[] = {name.data(), home_option.data(), home.data(), kill_option.data(), agent.data(), nullptr};
    posix_spawn_file_actions_t quiet;
    ::posix_spawn_file_actions_init(&quiet);
    ::posix_spawn_file_actions_addopen(&quiet, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    ::posix_spawn_file_actions_addopen(&quiet, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    pid_t child = -1;
    const int error = ::posix_spawn(&child, name.c_str(), &quiet, nullptr, arguments, environ);
    ::posix_spawn_file_actions_destroy(&quiet);
    if (error != 0) return;
    while (::waitpid(child, nullptr, 0) < 0 && errno == EINTR) {
    }
}

}  // namespace

KeyHome::KeyHome(std::string path) : path_(std::move(path)) {}

KeyHome::KeyHome(KeyHome&& other) noexcept : path_(std::exchange(other.path_, {})) {}

Result<KeyHome> KeyHome::make(const std::string& folder) {
    std::error_code error;
    std::string path = std::filesystem::absolute(folder, error).string() + "/pgp-XXXXXX";
    if (error) return unusable("the folder for the key ring cannot be named");
    if (path.size() + longest_socket.size() >= sizeof(sockaddr_un::sun_path)) {
        return unusable("the path of the folder for the key ring is too long for gpg-agent's sockets");
    }
    if (::mkdtemp(path.data()) == nullptr) return unusable("the folder for the key ring cannot be made");
    KeyHome home(path);
    if (!write(path + "/gpg.conf", gpg_settings) || !write(path + "/gpg-agent.conf", agent_settings)) {
        return unusable("the folder for the key ring cannot be written to");
    }
    return home;
}

KeyHome::~KeyHome() {
    if (path_.empty()) return;
    end_agent(path_);
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

}  // namespace usersync::pgp
