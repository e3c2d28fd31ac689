#pragma once
// HTTP messages as plain values, so that nobody but this room needs an HTTP library.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace usersync::http {

struct Header {
    std::string name;
    std::string value;
    bool operator==(const Header&) const = default;
};

struct Request {
    std::string method = "GET";
    std::string target = "/";  ///< path and query, already percent-encoded
    std::vector<Header> headers;
    std::string body;
    bool operator==(const Request&) const = default;
};

struct Response {
    int status = 200;  ///< 0, from a server's handler only: close the connection without an answer
    std::vector<Header> headers;
    std::string body;
    bool operator==(const Response&) const = default;
};

/// The first header of that name, compared without regard to case.
std::optional<std::string_view> find_header(const std::vector<Header>& headers, std::string_view name);

/// Decodes %XX; '+' becomes a space when `form` (application/x-www-form-urlencoded). Bad escapes stay as they are.
enum class Plus { literal, space };
std::string percent_decode(std::string_view text, Plus plus);

struct Parameter {
    std::string name;
    std::string value;
    bool operator==(const Parameter&) const = default;
};
/// "a=1&b=2" in order, names and values decoded. Works for queries and form bodies.
std::vector<Parameter> parse_form(std::string_view text);
/// The reverse: names and values percent-encoded, joined by '&'.
std::string encode_form(const std::vector<Parameter>& parameters);

/// "/path?query" → path and query ("" when there is none). The path is not decoded.
struct Target {
    std::string_view path;
    std::string_view query;
};
Target split_target(std::string_view target);

}  // namespace usersync::http
