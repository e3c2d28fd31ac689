#include "daemon/config/quantity.hpp"
#include "daemon/config/readers.hpp"

#include <array>
#include <string>

namespace usersync::config {
namespace {

constexpr std::array<Choice<log::Level>, 4> levels{{{"debug", log::Level::debug},
                                                    {"info", log::Level::info},
                                                    {"warn", log::Level::warn},
                                                    {"error", log::Level::error}}};
constexpr std::array<Choice<log::Format>, 2> formats{
    {{"key_value", log::Format::key_value}, {"json", log::Format::json}}};

void read_health(TableReader& root, HealthListener& health) {
    auto table = root.table("health");
    std::string listen;
    bool beyond_loopback = false;
    table.text("listen", listen);
    table.flag("beyond_loopback", beyond_loopback);
    if (listen.empty()) return;
    const auto endpoint = parse_endpoint(listen);
    if (!endpoint) return table.error("listen", "expected an IP address and a port such as \"127.0.0.1:8080\"");
    if (!endpoint->loopback && !beyond_loopback) {
        return table.error("listen", "others could reach this address; write beyond_loopback = true if that is meant");
    }
    health = {.address = endpoint->address, .port = endpoint->port};
}

void read_control(TableReader& root, EnvironmentConfig& config) {
    auto table = root.table("control");
    config.control_socket = config.runtime_folder / "control.sock";
    table.path("socket", config.control_socket);
    constexpr std::size_t path_max = 107;  // what the kernel keeps of a Unix socket's path
    if (config.control_socket.string().size() > path_max) {
        table.error("socket", "the path of a socket may have 107 bytes at most, this one is longer: " +
                                  config.control_socket.string());
    }
}

}  // namespace

void read_environment_file(TableReader& root, EnvironmentConfig& config) {
    root.table("state").path("folder", config.state_folder);
    root.table("runtime").path("folder", config.runtime_folder);
    read_control(root, config);
    read_health(root, config.health);
    auto log = root.table("log");
    log.choice("level", config.log.level, levels);
    log.choice("format", config.log.format, formats);
    // The service is asked to be gone within five seconds of a stop; some of that is for closing the files.
    constexpr DurationRange drain_range{.min = Duration(0), .max = std::chrono::minutes(5)};
    root.table("shutdown").duration("drain_max", config.shutdown.drain_max, drain_range);
}

}  // namespace usersync::config
