#pragma once
// An SSH server that knows one password. sshd cannot play it: it lets in only users that the system knows.

#include "tests/support/temp_dir.hpp"

#include <cstdint>
#include <string>
#include <thread>

namespace usersync::test {

enum class PasswordWay {
    password,  ///< the method "password"
    questions  ///< only the method "keyboard-interactive", with one hidden question
};

/// Serves one connection at a time and refuses every channel: getting as far as that proves the login.
class PasswordServer {
public:
    PasswordServer(PasswordWay way, std::string password);
    ~PasswordServer();
    PasswordServer(const PasswordServer&) = delete;
    PasswordServer& operator=(const PasswordServer&) = delete;

    std::uint16_t port() const { return port_; }
    std::string host_key() const;

private:
    void serve() const;
    void serve_one(int connection) const;

    PasswordWay way_;
    std::string password_;
    TempDir dir_;
    int listener_ = -1;
    std::uint16_t port_ = 0;
    std::thread thread_;
};

}  // namespace usersync::test
