#include "daemon/runtime/systemd_notify.hpp"

#include "tests/support/temp_dir.hpp"

#include <catch2/catch.hpp>

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <stdexcept>
#include <string>

using namespace usersync;
using runtime::SystemdNotify;

namespace {

/// Plays systemd: the socket, and the variables that name it.
class Systemd {
public:
    Systemd() : descriptor_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
        const auto path = (folder_ / "notify").string();
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::copy(path.begin(), path.end(), address.sun_path);
        const auto* generic = reinterpret_cast<const sockaddr*>(&address);
        if (::bind(descriptor_, generic, sizeof(address)) != 0) throw std::runtime_error("cannot play systemd");
        ::setenv("NOTIFY_SOCKET", path.c_str(), 1);
    }
    Systemd(const Systemd&) = delete;
    Systemd& operator=(const Systemd&) = delete;
    ~Systemd() {
        for (const char* name : {"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"}) ::unsetenv(name);
        ::close(descriptor_);
    }

    static void watch(std::chrono::microseconds limit, pid_t whom) {
        ::setenv("WATCHDOG_USEC", std::to_string(limit.count()).c_str(), 1);
        ::setenv("WATCHDOG_PID", std::to_string(whom).c_str(), 1);
    }
    /// The next message, or "" when there is none.
    std::string hear() {
        std::array<char, 1000> text{};
        const auto size = ::recv(descriptor_, text.data(), text.size(), MSG_DONTWAIT);
        return std::string(text.data(), static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
    }

private:
    test::TempDir folder_;
    int descriptor_;
};

}  // namespace

TEST_CASE("systemd hears that the service is ready, well and stopping", "[daemon][runtime]") {
    Systemd systemd;
    SystemdNotify notify;

    notify.ready("2 tenants");
    CHECK(systemd.hear() == "READY=1\nSTATUS=2 tenants");
    notify.status("one run\nunder way");
    CHECK(systemd.hear() == "STATUS=one run under way");
    notify.watchdog();
    CHECK(systemd.hear() == "WATCHDOG=1");
    notify.stopping();
    CHECK(systemd.hear() == "STOPPING=1");
    CHECK(systemd.hear().empty());
}

TEST_CASE("the watchdog is fed twice as often as it asks", "[daemon][runtime]") {
    Systemd systemd;

    Systemd::watch(std::chrono::seconds(30), ::getpid());
    CHECK(SystemdNotify().watchdog_interval() == std::optional<Duration>(std::chrono::seconds(15)));
    Systemd::watch(std::chrono::microseconds(10), ::getpid());
    CHECK(SystemdNotify().watchdog_interval() == std::optional<Duration>(1));
}

TEST_CASE("a watchdog for another process, or none, is not fed", "[daemon][runtime]") {
    Systemd systemd;

    CHECK_FALSE(SystemdNotify().watchdog_interval().has_value());
    Systemd::watch(std::chrono::seconds(30), ::getppid());
    CHECK_FALSE(SystemdNotify().watchdog_interval().has_value());
}

TEST_CASE("without systemd nobody is told and nothing fails", "[daemon][runtime]") {
    ::unsetenv("NOTIFY_SOCKET");
    SystemdNotify notify;

    notify.ready("alone");
    notify.watchdog();
    notify.stopping();

    CHECK_FALSE(notify.watchdog_interval().has_value());
}
