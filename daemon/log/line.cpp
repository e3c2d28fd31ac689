// One event as one line, whatever its values hold.

#include "daemon/log/log.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace usersync::log {
namespace {

std::string_view to_string(Level level) {
    switch (level) {
        case Level::debug: return "debug";
        case Level::info: return "info";
        case Level::warn: return "warn";
        case Level::error: return "error";
    }
    return "error";
}

void append_code_point(std::string& out, std::uint32_t code) {
    static constexpr char digits[] = "0123456789abcdef";
    out += "\\u";
    for (int shift = 12; shift >= 0; shift -= 4) out += digits[code >> shift & 15];
}

struct Decoded {
    std::uint32_t code = 0;
    std::size_t length = 0;  // 0: not UTF-8
};

Decoded decode(std::string_view text) {
    const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
    const auto lead = byte(0);
    const std::size_t length = lead < 0x80   ? 1
                               : lead < 0xc0 ? 0
                               : lead < 0xe0 ? 2
                               : lead < 0xf0 ? 3
                               : lead < 0xf8 ? 4
                                             : 0;
    if (length == 0 || length > text.size()) return {};
    std::uint32_t code = length == 1 ? lead : lead & (0x7fu >> length);
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(i) & 0xc0) != 0x80) return {};
        code = code << 6 | (byte(i) & 0x3f);
    }
    static constexpr std::array<std::uint32_t, 5> least = {0, 0, 0x80, 0x800, 0x10000};
    const bool surrogate = code >= 0xd800 && code < 0xe000;
    if (code < least[length] || code > 0x10ffff || surrogate) return {};
    return {.code = code, .length = length};
}

// Besides the ASCII ones: those that a terminal obeys or an editor takes for the end of a line.
bool is_control(std::uint32_t code) {
    return code < 0x20 || (code >= 0x7f && code < 0xa0) || code == 0x2028 || code == 0x2029;
}

/// A quoted string as JSON has it; bytes that are not UTF-8 become U+FFFD.
void append_quoted(std::string& out, std::string_view text) {
    out += '"';
    while (!text.empty()) {
        const auto [code, length] = decode(text);
        if (length == 0) {
            append_code_point(out, 0xfffd);
        } else if (code == '"' || code == '\\') {
            out += '\\';
            out += static_cast<char>(code);
        } else if (code == '\n') {
            out += "\\n";
        } else if (code == '\t') {
            out += "\\t";
        } else if (is_control(code)) {
            append_code_point(out, code);
        } else {
            out += text.substr(0, length);
        }
        text.remove_prefix(std::max<std::size_t>(length, 1));
    }
    out += '"';
}

bool is_bare(std::string_view value) {
    return !value.empty() && std::all_of(value.begin(), value.end(), [](char c) {
        return c > ' ' && c <= '~' && c != '"' && c != '=' && c != '\\';
    });
}

std::string key_value_line(Level level, std::string_view event, const std::vector<Field>& fields) {
    std::string line = "level=";
    line += to_string(level);
    line += " event=";
    line += event;
    for (const auto& field : fields) {
        line += ' ';
        line += field.key;
        line += '=';
        if (is_bare(field.value)) {
            line += field.value;
        } else {
            append_quoted(line, field.value);
        }
    }
    return line;
}

std::string json_line(Level level, std::string_view event, const std::vector<Field>& fields) {
    std::string line = "{\"level\":";
    append_quoted(line, to_string(level));
    line += ",\"event\":";
    append_quoted(line, event);
    for (const auto& field : fields) {
        line += ',';
        append_quoted(line, field.key);
        line += ':';
        if (field.number) {
            line += field.value;
        } else {
            append_quoted(line, field.value);
        }
    }
    line += '}';
    return line;
}

}  // namespace

std::string format_line(Level level, std::string_view event, const std::vector<Field>& fields, Format format) {
    switch (format) {
        case Format::key_value: return key_value_line(level, event, fields);
        case Format::json: return json_line(level, event, fields);
    }
    return {};
}

}  // namespace usersync::log
