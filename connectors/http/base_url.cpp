#include "connectors/http/base_url.hpp"

#include "connectors/http/client.hpp"

#include <boost/asio/ip/address.hpp>

#include <algorithm>
#include <charconv>
#include <optional>

namespace usersync::http {

namespace {

Failure bad(std::string sentence) {
    return Failure{
        .kind = FailureKind::blocked, .code = "bad_base_url", .where = "http", .detail = std::move(sentence)};
}

bool starts_with_and_remove(std::string_view& text, std::string_view start) {
    if (!text.starts_with(start)) return false;
    text.remove_prefix(start.size());
    return true;
}

std::optional<std::uint16_t> parse_port(std::string_view text) {
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    if (error != std::errc() || end != text.data() + text.size() || port == 0) return std::nullopt;
    return port;
}

bool is_host_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
           c == '_';
}

bool is_path_character(char c) { return c > ' ' && c < '\x7f' && c != '?' && c != '#'; }

bool is_loopback(const BaseUrl& url) {
    if (!url.is_address) return url.host == "localhost";
    return boost::asio::ip::make_address(url.host).is_loopback();
}

/// Takes the host off `authority` and leaves what follows it; false when there is none.
bool take_host(std::string_view& authority, BaseUrl& url) {
    const bool bracketed = starts_with_and_remove(authority, "[");
    const auto end = std::min(authority.find(bracketed ? ']' : ':'), authority.size());
    url.host = authority.substr(0, end);
    authority.remove_prefix(end);
    if (bracketed && !starts_with_and_remove(authority, "]")) return false;
    boost::system::error_code no_address;
    const auto address = boost::asio::ip::make_address(url.host, no_address);
    url.is_address = !no_address;
    if (bracketed) return url.is_address && address.is_v6();
    return !url.host.empty() && std::all_of(url.host.begin(), url.host.end(), is_host_character);
}

std::string authority_of(const BaseUrl& url) {
    const bool bracketed = url.host.find(':') != std::string::npos;
    std::string authority = bracketed ? "[" + url.host + "]" : url.host;
    const std::uint16_t usual = url.scheme == Scheme::https ? 443 : 80;
    if (url.port != usual) authority += ":" + std::to_string(url.port);
    return authority;
}

}  // namespace

Result<BaseUrl> parse_base_url(std::string_view text) {
    BaseUrl url;
    if (starts_with_and_remove(text, "http://")) {
        url.scheme = Scheme::http;
        url.port = 80;
    } else if (!starts_with_and_remove(text, "https://")) {
        return bad("a base URL begins with https://");
    }
    auto authority = text.substr(0, text.find('/'));
    const auto path = text.substr(authority.size());
    if (authority.find('@') != std::string_view::npos) return bad("a base URL holds no user and no password");
    if (!take_host(authority, url)) return bad("the host of the base URL is neither a name nor an address");
    if (!authority.empty()) {
        const auto port = starts_with_and_remove(authority, ":") ? parse_port(authority) : std::nullopt;
        if (!port) return bad("the port of the base URL is not a number from 1 to 65535");
        url.port = *port;
    }
    if (!std::all_of(path.begin(), path.end(), is_path_character)) return bad("a base URL ends with its path");
    if (url.scheme == Scheme::http && !is_loopback(url)) {
        return bad("plain http is for loopback addresses only, since a token would travel in the clear");
    }
    url.path = path.substr(0, path.find_last_not_of('/') + 1);
    url.authority = authority_of(url);
    return url;
}

Result<void> check_base_url(const std::string& base_url) {
    auto url = parse_base_url(base_url);
    if (!url) return url.error();
    return {};
}

}  // namespace usersync::http
