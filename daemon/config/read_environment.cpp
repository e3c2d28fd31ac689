#include "daemon/config/quantity.hpp"
#include "daemon/config/readers.hpp"
#include "daemon/config/secret_file.hpp"

#include <array>
#include <string>
#include <utility>

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

/// A certificate's key is a secret like any other.
void check_key(TableReader& table, const std::filesystem::path& key) {
    if (key.empty() || !table.reading().wants_secrets) return;
    const auto read = read_secret(key, SecretHome::file);
    if (!read) table.error("key", read.error().detail);
}

void read_webhooks(TableReader& root, WebhookListener& webhooks) {
    auto table = root.table("webhooks");
    std::string listen;
    bool beyond_loopback = false;
    WebhookListener said;
    table.text("listen", listen);
    table.flag("beyond_loopback", beyond_loopback);
    table.path("certificate", said.certificate);
    table.path("key", said.key);
    if (!table.is_there()) return;
    table.require({"listen"});
    if (listen.empty()) return;
    const auto endpoint = parse_endpoint(listen);
    if (!endpoint) return table.error("listen", "expected an IP address and a port such as \"127.0.0.1:8443\"");
    if (said.certificate.empty() != said.key.empty()) {
        return table.error("key", "a certificate and its key belong together: say both, or neither");
    }
    check_key(table, said.key);
    if (!endpoint->loopback && !beyond_loopback) {
        return table.error("listen", "others could reach this address; write beyond_loopback = true if that is meant");
    }
    if (!endpoint->loopback && said.certificate.empty()) {
        return table.error("listen", "beyond this machine nobody listens without TLS: say certificate and key");
    }
    said.address = endpoint->address;
    said.port = endpoint->port;
    webhooks = std::move(said);
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
    read_webhooks(root, config.webhooks);
    auto log = root.table("log");
    log.choice("level", config.log.level, levels);
    log.choice("format", config.log.format, formats);
    // The service is asked to be gone within five seconds of a stop; some of that is for closing the files.
    constexpr DurationRange drain_range{.min = Duration(0), .max = std::chrono::milliseconds(3500)};
    root.table("shutdown").duration("drain_max", config.shutdown.drain_max, drain_range);
}

}  // namespace usersync::config
