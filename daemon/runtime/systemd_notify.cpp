#include "daemon/runtime/systemd_notify.hpp"

#include <systemd/sd-daemon.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string>

namespace usersync::runtime {

namespace {

/// A line break would begin another assignment of the protocol.
std::string status_line(std::string_view status) {
    std::string line = "STATUS=" + std::string(status);
    std::replace(line.begin(), line.end(), '\n', ' ');
    return line;
}

/// A message that does not arrive is one that nobody waits for, or that the watchdog will miss.
void tell(const std::string& message) { sd_notify(0, message.c_str()); }

}  // namespace

SystemdNotify::SystemdNotify() {
    std::uint64_t limit_us = 0;
    if (sd_watchdog_enabled(0, &limit_us) <= 0) return;
    const std::chrono::microseconds half(limit_us / 2);
    watchdog_interval_ = std::max(std::chrono::floor<Duration>(half), Duration(1));
}

void SystemdNotify::ready(std::string_view status) { tell("READY=1\n" + status_line(status)); }

void SystemdNotify::status(std::string_view status) { tell(status_line(status)); }

void SystemdNotify::stopping() { tell("STOPPING=1"); }

void SystemdNotify::watchdog() { tell("WATCHDOG=1"); }

}  // namespace usersync::runtime
