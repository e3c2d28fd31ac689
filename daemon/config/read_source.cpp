#include "daemon/config/readers.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

namespace usersync::config {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

enum class Kind { sftp, folder, exec, ldap, rest };
constexpr std::array<Choice<Kind>, 5> kinds{
    {{"sftp", Kind::sftp}, {"folder", Kind::folder}, {"exec", Kind::exec}, {"ldap", Kind::ldap}, {"rest", Kind::rest}}};
constexpr std::array<std::string_view, 8> sftp_only{
    "host", "port", "user", "private_key", "private_key_passphrase", "password", "host_keys", "idle_max"};

/// "SHA256:" and the base64 of 32 bytes without padding, as `ssh-keygen -lf` prints it.
bool is_host_key(std::string_view text) {
    constexpr std::string_view prefix = "SHA256:";
    constexpr std::size_t digits = 43;
    if (text.size() != prefix.size() + digits || text.substr(0, prefix.size()) != prefix) return false;
    text.remove_prefix(prefix.size());
    return std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '+' || c == '/';
    });
}

bool leaves_its_folder(const std::filesystem::path& path) {
    return path.is_absolute() || std::find(path.begin(), path.end(), "..") != path.end();
}

/// What both kinds of folders have.
template <class Options>
void read_folder_options(TableReader& source, Options& options) {
    using After = decltype(options.after_reading);
    constexpr std::array<Choice<After>, 2> after{{{"archive", After::archive}, {"keep", After::keep}}};
    source.choice("after_reading", options.after_reading, after);
    source.text("archive_folder", options.archive_folder);
    if (leaves_its_folder(options.archive_folder)) source.error("archive_folder", "must be within source.folder");
    source.text("pattern", options.pickup.pattern);
    source.duration("stable_for", options.pickup.stable_for, {.max = hours(24)});
    source.texts("temporary_suffixes", options.pickup.temporary_suffixes);
    source.bytes("bytes_max", options.pickup.bytes_max);
}

void read_login(TableReader& source, sftp::SftpOptions& options) {
    source.secret("private_key", options.private_key);
    source.secret("private_key_passphrase", options.private_key_passphrase);
    source.secret("password", options.password);
    const bool key = source.has("private_key");
    const bool password = source.has("password");
    if (key && password) source.error("password", "either private_key or password, not both");
    if (!key && !password) source.error("private_key", "missing: a private_key or a password is needed");
    if (!key && source.has("private_key_passphrase")) {
        source.error("private_key_passphrase", "there is no private_key that it could open");
    }
}

void read_host_keys(TableReader& source, sftp::SftpOptions& options) {
    source.texts("host_keys", options.host_keys);
    if (!source.has("host_keys")) {
        source.error("host_keys", "missing: the server's key must be pinned, as `ssh-keygen -lf` prints it");
    } else if (options.host_keys.empty()) {
        source.error("host_keys", "at least one key must be pinned");
    } else if (!std::all_of(options.host_keys.begin(), options.host_keys.end(), is_host_key)) {
        source.error("host_keys", "expected \"SHA256:\" and 43 letters and digits, as `ssh-keygen -lf` prints it");
    }
}

sftp::SftpOptions read_sftp(TableReader& source) {
    sftp::SftpOptions options;
    source.require({"host", "user"});
    source.text("host", options.host);
    if (options.host.find_first_of("/@ \t") != std::string::npos) {
        source.error("host", "expected a host name or an IP address, nothing around it");
    }
    source.whole("port", options.port, {.min = 1, .max = 65535});
    source.text("user", options.user);
    read_login(source, options);
    read_host_keys(source, options);
    source.text("folder", options.folder);
    read_folder_options(source, options);
    source.duration("idle_max", options.idle_max, {.min = seconds(1), .max = hours(1)});
    return options;
}

folder::FolderOptions read_folder(TableReader& source) {
    folder::FolderOptions options;
    source.require({"folder"});
    std::filesystem::path folder;
    source.path("folder", folder);
    options.folder = folder.string();
    read_folder_options(source, options);
    for (const auto key : sftp_only) {
        if (source.raw(key) != nullptr) source.error(key, "only a source of kind \"sftp\" has this");
    }
    return options;
}

/// Where the kind is mistaken, its keys tell which one was meant: one mistake is not to look like five.
Kind kind_by_keys(const TableReader& source) {
    if (source.has("host")) return Kind::sftp;
    if (source.has("command")) return Kind::exec;
    if (source.has("preset") || source.has("preset_file")) return Kind::rest;
    return source.has("url") || source.has("bind_dn") ? Kind::ldap : Kind::folder;
}

}  // namespace

void read_source(TableReader& root, TenantConfig& config) {
    auto source = root.table("source");
    source.require({"kind"});
    Kind kind = kind_by_keys(source);
    source.choice("kind", kind, kinds);
    source.duration("expected_every", config.expected_every, {.min = seconds(1)});
    if (!source.is_there()) return;
    switch (kind) {
        case Kind::sftp: config.source = read_sftp(source); break;
        case Kind::folder: config.source = read_folder(source); break;
        case Kind::exec: config.source = read_exec(source); break;
        case Kind::ldap: config.source = read_ldap(source); break;
        case Kind::rest:
            config.source = read_rest(source);
            // It delivers lines of JSON; nothing has to be found out.
            config.format.format = record::Format::jsonl;
            break;
    }
}

}  // namespace usersync::config
