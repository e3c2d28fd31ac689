#pragma once
// A real OpenSSH server on a free loopback port, as the user who runs the test.

#include "tests/support/temp_dir.hpp"

#include <sys/types.h>
#include <cstdint>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

namespace usersync::test {

enum class FileTransfer { offered, refused };

struct SshdOptions {
    std::vector<std::string> host_key_types = {"ed25519"};  ///< of ssh-keygen: "ed25519", "ecdsa", "rsa"
    std::string sftp_arguments;  ///< of sftp-server(8), e.g. "-P opendir" to forbid one request, "-R" for read-only
    FileTransfer file_transfer = FileTransfer::offered;
};

/// Listens itself on a port that the system chose and starts one `sshd -i` for each connection, so that no port can
/// be lost between choosing and using it, and nothing has to be waited for. Accepts one key pair, made for it, and
/// refuses every password (the user running the test has none here).
class Sshd {
public:
    explicit Sshd(SshdOptions options = {});
    ~Sshd();
    Sshd(const Sshd&) = delete;
    Sshd& operator=(const Sshd&) = delete;

    std::uint16_t port() const { return port_; }
    std::string user() const;
    /// The text of the private key that is let in.
    std::string private_key() const;
    /// Lets the holder of this key in as well.
    void let_in(const std::filesystem::path& public_key) const;
    /// "SHA256:…" of the server's key of that type.
    std::string host_key(const std::string& type = "ed25519") const;
    /// An empty folder that the user may write to.
    std::filesystem::path folder() const { return dir_ / "folder"; }
    /// What the server wrote to its log.
    std::string log() const { return TempDir::read(dir_ / "sshd.log"); }

private:
    void write_configuration(const SshdOptions& options) const;
    void serve();
    void start_session(int connection);

    TempDir dir_;
    int listener_ = -1;
    std::uint16_t port_ = 0;
    std::vector<pid_t> sessions_;  // only the serving thread's, until that has ended
    std::thread thread_;
};

/// Makes a key pair at `file` and `file`.pub; gives the private key's text. Arguments of ssh-keygen, such as
/// {"-t", "rsa", "-m", "PEM", "-N", "a passphrase"}.
std::string make_key_pair(const std::filesystem::path& file, const std::vector<std::string>& arguments);

/// "SHA256:…" as ssh-keygen prints it.
std::string fingerprint_of_key(const std::filesystem::path& public_key);

}  // namespace usersync::test
