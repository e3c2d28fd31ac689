#include "daemon/config/readers.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>

namespace usersync::config {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

constexpr std::array<Choice<ldap::Scope>, 3> scopes{
    {{"subtree", ldap::Scope::subtree}, {"one_level", ldap::Scope::one_level}, {"base", ldap::Scope::base}}};

bool starts_with(std::string_view text, std::string_view beginning) {
    return text.substr(0, beginning.size()) == beginning;
}

/// "dc1.shop.example:636" or "[::1]" as host and port; false when it is neither.
bool read_address(std::string_view text, ldap::LdapOptions& options) {
    std::string_view port;
    if (starts_with(text, "[")) {
        const auto end = text.find(']');
        if (end == std::string_view::npos) return false;
        options.host = text.substr(1, end - 1);
        port = text.substr(end + 1);
    } else {
        const auto end = text.find(':');
        options.host = text.substr(0, end);
        port = end == std::string_view::npos ? std::string_view() : text.substr(end);
    }
    if (options.host.empty() || options.host.find_first_of("/@? \t%") != std::string::npos) return false;
    if (port.empty()) return true;
    std::uint16_t number = 0;
    const auto [end, error] = std::from_chars(port.data() + 1, port.data() + port.size(), number);
    if (port.front() != ':' || error != std::errc() || end != port.data() + port.size() || number == 0) return false;
    options.port = number;
    return true;
}

void read_url(TableReader& source, ldap::LdapOptions& options) {
    std::string url;
    source.text("url", url);
    if (url.empty()) return;
    const std::string_view secure = "ldaps://";
    const std::string_view plain = "ldap://";
    const bool is_plain = starts_with(url, plain);
    options.encryption = is_plain ? ldap::Encryption::start_tls : ldap::Encryption::from_the_start;
    options.port = is_plain ? 389 : 636;
    const auto rest = std::string_view(url).substr(std::min(url.size(), is_plain ? plain.size() : secure.size()));
    const auto address = rest.substr(0, rest.size() - (!rest.empty() && rest.back() == '/' ? 1 : 0));
    if ((is_plain || starts_with(url, secure)) && read_address(address, options)) return;
    source.error("url", "expected \"ldaps://HOST\" or, for StartTLS, \"ldap://HOST\", with :PORT where it is another");
}

/// A name or number, and options; "*" and "+" would make the columns whatever the server likes.
bool is_attribute(std::string_view name) {
    return !name.empty() && name.front() != '-' && name.front() != ';' &&
           std::all_of(name.begin(), name.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                      c == '.' || c == ';' || c == '_';
           });
}

void read_attributes(TableReader& source, ldap::LdapOptions& options) {
    source.texts("attributes", options.attributes);
    if (!source.has("attributes")) return;
    if (options.attributes.empty()) source.error("attributes", "at least one attribute is needed");
    for (std::size_t i = 0; i < options.attributes.size(); ++i) {
        const auto& name = options.attributes[i];
        if (!is_attribute(name)) source.error("attributes", "\"" + name + "\" is no name of an attribute");
        const auto seen = options.attributes.begin() + static_cast<std::ptrdiff_t>(i);
        const bool is_twice = std::any_of(options.attributes.begin(), seen, [&](const std::string& other) {
            return std::equal(
                other.begin(), other.end(), name.begin(), name.end(), [](unsigned char a, unsigned char b) {
                    const auto lower = [](unsigned char c) { return c >= 'A' && c <= 'Z' ? c + 32 : c + 0; };
                    return lower(a) == lower(b);
                });
        });
        if (is_twice) source.error("attributes", "\"" + name + "\" stands there twice");
    }
}

}  // namespace

ldap::LdapOptions read_ldap(TableReader& source) {
    ldap::LdapOptions options;
    source.require({"url", "bind_dn", "password", "base", "filter", "attributes"});
    read_url(source, options);
    std::filesystem::path ca_file;
    source.path("ca_file", ca_file);
    options.ca_file = ca_file.string();
    source.text("bind_dn", options.bind_dn);
    source.secret("password", options.password);
    source.text("base", options.base);
    source.choice("scope", options.scope, scopes);
    source.text("filter", options.filter);
    read_attributes(source, options);
    source.whole("page_size", options.page_size, {.min = 0, .max = 10'000});
    source.whole("entries_max", options.entries_max, {.min = 1, .max = 10'000'000});
    source.bytes("bytes_max", options.bytes_max);
    source.duration("idle_max", options.idle_max, {.min = seconds(1), .max = hours(1)});
    return options;
}

}  // namespace usersync::config
