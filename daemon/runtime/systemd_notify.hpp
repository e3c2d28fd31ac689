#pragma once
// What systemd is told about this service. Without systemd nobody is told, and nothing fails.

#include "core/base/time.hpp"

#include <optional>
#include <string_view>

namespace usersync::runtime {

/// Speaks to the socket in NOTIFY_SOCKET. Sentences appear in `systemctl status`, so no personal data.
/// From the I/O thread: the watchdog is to notice when that one hangs.
class SystemdNotify {
public:
    /// Reads from the environment whether a watchdog waits for this process, and how patiently.
    SystemdNotify();

    /// The service has started; `status` is one sentence.
    void ready(std::string_view status);
    void status(std::string_view status);
    void stopping();
    /// To be said within every `watchdog_interval()`, or systemd ends the service.
    void watchdog();

    /// Half of what systemd allows; none when it does not watch.
    std::optional<Duration> watchdog_interval() const { return watchdog_interval_; }

private:
    std::optional<Duration> watchdog_interval_;
};

}  // namespace usersync::runtime
