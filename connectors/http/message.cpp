#include "connectors/http/message.hpp"

#include "core/base/ascii.hpp"
#include "core/base/byte_text.hpp"

#include <algorithm>
#include <cstddef>

namespace usersync::http {

namespace {

/// 0 to 15, or -1.
int hex_digit(char c) {
    const char small = lower(c);
    if (c >= '0' && c <= '9') return c - '0';
    if (small >= 'a' && small <= 'f') return small - 'a' + 10;
    return -1;
}

}  // namespace

std::optional<std::string_view> find_header(const std::vector<Header>& headers, std::string_view name) {
    for (const auto& header : headers) {
        if (equal_but_for_case(header.name, name)) return header.value;
    }
    return std::nullopt;
}

std::string percent_decode(std::string_view text, Plus plus) {
    std::string decoded;
    decoded.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        const int high = text[i] == '%' && i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
        const int low = high >= 0 ? hex_digit(text[i + 2]) : -1;
        if (low >= 0) {
            decoded += static_cast<char>(high * 16 + low);
            i += 2;
        } else if (text[i] == '+' && plus == Plus::space) {
            decoded += ' ';
        } else {
            decoded += text[i];
        }
    }
    return decoded;
}

std::vector<Parameter> parse_form(std::string_view text) {
    std::vector<Parameter> parameters;
    while (!text.empty()) {
        const auto pair = text.substr(0, text.find('&'));
        text.remove_prefix(std::min(pair.size() + 1, text.size()));
        if (pair.empty()) continue;
        const auto name = pair.substr(0, pair.find('='));
        const auto value = pair.substr(std::min(name.size() + 1, pair.size()));
        parameters.push_back({percent_decode(name, Plus::space), percent_decode(value, Plus::space)});
    }
    return parameters;
}

std::string encode_form(const std::vector<Parameter>& parameters) {
    std::string text;
    for (const auto& parameter : parameters) {
        if (!text.empty()) text += '&';
        text += percent_encoded(parameter.name) + '=' + percent_encoded(parameter.value);
    }
    return text;
}

Target split_target(std::string_view target) {
    const auto path = target.substr(0, target.find('?'));
    return {path, target.substr(std::min(path.size() + 1, target.size()))};
}

}  // namespace usersync::http
