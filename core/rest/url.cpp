#include "core/rest/url.hpp"

#include "core/base/ascii.hpp"

#include <algorithm>
#include <charconv>
#include <vector>

namespace usersync::rest {
namespace {

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

// Neither blanks nor control characters, quotes or angle brackets: nothing that could end a line of a request.
bool may_stand(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte > ' ' && byte < 0x7F && c != '"' && c != '<' && c != '>' && c != '\\' && c != '^' && c != '`' &&
           c != '{' && c != '}' && c != '|';
}
bool may_stand(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return may_stand(c); });
}

// Vendors write "|" or blanks into links as they are; what is not allowed is encoded rather than refused.
std::string made_allowed(std::string_view text) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string all;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (may_stand(c)) {
            all += c;
        } else {
            all += '%';
            all += digits[byte >> 4];
            all += digits[byte & 0xF];
        }
    }
    return all;
}

std::uint16_t port_of(std::string_view scheme) { return scheme == "https" ? 443 : 80; }

bool is_host(std::string_view host) {
    return !host.empty() && std::all_of(host.begin(), host.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == ':';
    });
}

bool read_authority(std::string_view text, Url& url) {
    if (text.find('@') != std::string_view::npos) return false;
    std::string_view port;
    if (text.starts_with('[')) {
        const auto end = text.find(']');
        if (end == std::string_view::npos) return false;
        url.host = lower_case(text.substr(1, end - 1));
        port = text.substr(end + 1);
        if (!port.empty() && !port.starts_with(':')) return false;
    } else {
        const auto colon = std::min(text.find(':'), text.size());
        url.host = lower_case(text.substr(0, colon));
        port = text.substr(colon);
        if (url.host.find(':') != std::string::npos) return false;
    }
    url.port = port_of(url.scheme);
    if (port.size() > 1) {
        port.remove_prefix(1);
        const auto read = std::from_chars(port.data(), port.data() + port.size(), url.port);
        if (read.ec != std::errc() || read.ptr != port.data() + port.size() || url.port == 0) return false;
    }
    return is_host(url.host);
}

// Sections 5.2.3 and 5.2.4 of the RFC.
std::string without_dots(std::string_view path) {
    std::vector<std::string_view> parts;
    bool ends_in_folder = true;
    path.remove_prefix(path.starts_with('/') ? 1 : 0);
    while (true) {
        const auto slash = path.find('/');
        const auto part = path.substr(0, slash);
        ends_in_folder = part == "." || part == "..";
        if (part == "..") {
            if (!parts.empty()) parts.pop_back();
        } else if (part != ".") {
            parts.push_back(part);
        }
        if (slash == std::string_view::npos) break;
        path.remove_prefix(slash + 1);
    }
    std::string all;
    for (const auto part : parts) all += "/" + std::string(part);
    if (ends_in_folder || all.empty()) all += '/';
    return all;
}

void read_path(std::string_view text, Url& url) {
    text = text.substr(0, text.find('#'));
    const auto question = text.find('?');
    url.path = made_allowed(text.substr(0, question));
    if (url.path.empty()) url.path = "/";
    url.query = question == std::string_view::npos ? std::string() : made_allowed(text.substr(question + 1));
}

std::string bracketed(const std::string& host) { return host.find(':') == std::string::npos ? host : "[" + host + "]"; }

}  // namespace

std::string Url::origin() const { return scheme + "://" + bracketed(host) + ":" + std::to_string(port); }
std::string Url::target() const { return query.empty() ? path : path + "?" + query; }
std::string Url::text() const {
    const auto shown_port = port == port_of(scheme) ? std::string() : ":" + std::to_string(port);
    return scheme + "://" + bracketed(host) + shown_port + target();
}

std::optional<Url> parse_url(std::string_view text) {
    text = trimmed(text);
    const auto colon = text.find("://");
    if (colon == std::string_view::npos || has_control(text)) return std::nullopt;
    Url url;
    url.scheme = lower_case(text.substr(0, colon));
    if (url.scheme != "https" && url.scheme != "http") return std::nullopt;
    text.remove_prefix(colon + 3);
    const auto end = std::min(text.find_first_of("/?#"), text.size());
    if (!may_stand(text.substr(0, end)) || !read_authority(text.substr(0, end), url)) return std::nullopt;
    read_path(text.substr(end), url);
    return url;
}

std::optional<Url> resolve(const Url& base, std::string_view link) {
    link = trimmed(link);
    if (link.empty() || has_control(link)) return std::nullopt;
    const auto scheme_end = link.find_first_of(":/?#");
    if (scheme_end != std::string_view::npos && link[scheme_end] == ':') return parse_url(link);
    if (link.starts_with("//")) return parse_url(base.scheme + ":" + std::string(link));
    Url url = base;
    if (link.starts_with('?')) {
        const auto path = url.path;
        read_path(link, url);
        url.path = path;
        return url;
    }
    const auto folder = base.path.substr(0, base.path.rfind('/') + 1);
    read_path(link.starts_with('/') ? std::string(link) : folder + std::string(link), url);
    url.path = without_dots(url.path);
    return url;
}

std::optional<std::string> link_of(std::string_view header, std::string_view relation) {
    while (true) {
        const auto open = header.find('<');
        if (open == std::string_view::npos) return std::nullopt;
        const auto close = header.find('>', open);
        if (close == std::string_view::npos) return std::nullopt;
        const auto link = header.substr(open + 1, close - open - 1);
        header.remove_prefix(close + 1);
        // Parameters go on to a comma outside of quotes.
        bool quoted = false;
        std::size_t end = 0;
        while (end < header.size() && (quoted || header[end] != ',')) {
            if (header[end] == '"') quoted = !quoted;
            ++end;
        }
        auto parameters = header.substr(0, end);
        header.remove_prefix(end);
        while (!parameters.empty()) {
            const auto semicolon = parameters.find(';');
            const auto parameter = trimmed(parameters.substr(0, semicolon));
            parameters = semicolon == std::string_view::npos ? std::string_view() : parameters.substr(semicolon + 1);
            const auto equals = parameter.find('=');
            if (equals == std::string_view::npos || lower_case(trimmed(parameter.substr(0, equals))) != "rel") continue;
            auto value = trimmed(parameter.substr(equals + 1));
            if (value.size() >= 2 && value.starts_with('"')) value = value.substr(1, value.size() - 2);
            // Several relations stand in one value, apart by blanks.
            while (!value.empty()) {
                const auto blank = std::min(value.find(' '), value.size());
                if (lower_case(value.substr(0, blank)) == lower_case(relation)) return std::string(link);
                value.remove_prefix(std::min(blank + 1, value.size()));
            }
        }
    }
}

}  // namespace usersync::rest
