#include "core/rest/json_line.hpp"

#include "core/record/json_scalar.hpp"
#include "core/record/utf8.hpp"

#include <algorithm>
#include <cstdint>

namespace usersync::rest {
namespace {

namespace scalar = record::json_scalar;

std::optional<std::uint32_t> four_digits(std::string_view text) {
    if (text.size() < 4) return std::nullopt;
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < 4; ++i) {
        const char c = text[i];
        value <<= 4;
        if (c >= '0' && c <= '9') {
            value |= static_cast<std::uint32_t>(c - '0');
        } else if (c >= 'a' && c <= 'f') {
            value |= static_cast<std::uint32_t>(c - 'a' + 10);
        } else if (c >= 'A' && c <= 'F') {
            value |= static_cast<std::uint32_t>(c - 'A' + 10);
        } else {
            return std::nullopt;
        }
    }
    return value;
}

// What follows "\u"; takes it from `text`. A half of a pair becomes U+FFFD.
char32_t take_point(std::string_view& text) {
    const auto first = four_digits(text);
    if (!first) return 0xFFFD;
    text.remove_prefix(4);
    if (*first < 0xD800 || *first > 0xDFFF) return *first;
    if (*first > 0xDBFF || !text.starts_with("\\u")) return 0xFFFD;
    const auto second = four_digits(text.substr(2));
    if (!second || *second < 0xDC00 || *second > 0xDFFF) return 0xFFFD;
    text.remove_prefix(6);
    return 0x10000 + ((*first - 0xD800) << 10) + (*second - 0xDC00);
}

std::string without_escapes(std::string_view text) {
    std::string plain;
    plain.reserve(text.size());
    while (!text.empty()) {
        const auto size = std::min(text.find('\\'), text.size());
        plain += text.substr(0, size);
        text.remove_prefix(size);
        if (text.size() < 2) break;
        const char c = text[1];
        text.remove_prefix(2);
        switch (c) {
            case 'n': plain += '\n'; break;
            case 't': plain += '\t'; break;
            case 'r': plain += '\r'; break;
            case 'b': plain += '\b'; break;
            case 'f': plain += '\f'; break;
            case 'u': record::append_utf8(take_point(text), plain); break;
            default: plain += c;
        }
    }
    return plain;
}

// The end of the string that begins at `at`, behind its quote; npos when it is not closed.
std::size_t behind_string(std::string_view json, std::size_t at) {
    ++at;
    while (at < json.size()) {
        const auto next = json.find_first_of("\"\\", at);
        if (next == std::string_view::npos) return next;
        if (json[next] == '"') return next + 1;
        at = next + 2;
    }
    return std::string_view::npos;
}

// The end of the value that begins at `at`: the comma or bracket behind it, on its own level.
std::size_t behind_value(std::string_view json, std::size_t at) {
    std::size_t depth = 0;
    while (at < json.size()) {
        switch (json[at]) {
            case '"':
                at = behind_string(json, at);
                if (at == std::string_view::npos) return at;
                continue;
            case '{':
            case '[': ++depth; break;
            case '}':
            case ']':
                if (depth == 0) return at;
                --depth;
                break;
            case ',':
                if (depth == 0) return at;
                break;
            default: break;
        }
        ++at;
    }
    return std::string_view::npos;
}

// False when the line is not as this room writes lines.
template <class Take>
bool walk(std::string_view line, Take take) {
    if (line.size() < 2 || line.front() != '{' || line.back() != '}') return false;
    std::size_t at = 1;
    if (line == "{}") return true;
    while (true) {
        if (at >= line.size() || line[at] != '"') return false;
        const auto name_end = behind_string(line, at);
        if (name_end == std::string_view::npos || name_end >= line.size() || line[name_end] != ':') return false;
        const auto value_end = behind_value(line, name_end + 1);
        if (value_end == std::string_view::npos || value_end == name_end + 1) return false;
        take(RawMember{line.substr(at + 1, name_end - at - 2), line.substr(name_end + 1, value_end - name_end - 1)});
        if (line[value_end] == '}') return value_end + 1 == line.size();
        if (line[value_end] != ',') return false;
        at = value_end + 1;
    }
}

}  // namespace

void append_json_text(std::string_view text, std::string& json) {
    constexpr std::string_view digits = "0123456789abcdef";
    json += '"';
    std::size_t begin = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const auto byte = static_cast<unsigned char>(text[at]);
        if (byte >= ' ' && byte != '"' && byte != '\\') continue;
        json += text.substr(begin, at - begin);
        begin = at + 1;
        if (byte >= ' ') {
            json += '\\';
            json += text[at];
        } else if (byte == '\n') {
            json += "\\n";
        } else {
            json += "\\u00";
            json += digits[byte >> 4];
            json += digits[byte & 0xF];
        }
    }
    json += text.substr(begin);
    json += '"';
}

std::string json_text(std::string_view text) {
    std::string json;
    append_json_text(text, json);
    return json;
}

std::vector<RawMember> members_of(std::string_view line) {
    std::vector<RawMember> members;
    walk(line, [&](RawMember member) { members.push_back(member); });
    return members;
}

std::vector<std::string_view> elements_of(std::string_view value) {
    std::vector<std::string_view> elements;
    std::size_t at = 1;
    while (at + 1 < value.size()) {
        const auto end = behind_value(value, at);
        if (end == std::string_view::npos) break;
        elements.push_back(value.substr(at, end - at));
        at = end + 1;
    }
    return elements;
}

bool is_line(std::string_view line) {
    return walk(line, [](RawMember) {});
}

std::string text_of_value(std::string_view value) {
    if (!scalar::is_string(value)) return std::string(value);
    const auto inside = value.substr(1, value.size() - 2);
    return scalar::has_escape(inside) ? without_escapes(inside) : std::string(inside);
}

std::optional<std::string> text_of(std::string_view line, std::string_view name) {
    const auto written = json_text(name);
    const auto wanted = std::string_view(written).substr(1, written.size() - 2);
    std::optional<std::string> found;
    walk(line, [&](RawMember member) {
        if (found || (member.name != wanted && text_of_value("\"" + std::string(member.name) + "\"") != name)) return;
        auto value = member.value;
        if (value.starts_with('[')) value = value.substr(1, behind_value(value, 1) - 1);
        if (!value.empty() && value != "null" && value != "\"\"") found = text_of_value(value);
    });
    return found;
}

bool next_line(std::string_view& lines, std::string_view& line) {
    if (lines.empty()) return false;
    const auto end = std::min(lines.find('\n'), lines.size());
    line = lines.substr(0, end);
    lines.remove_prefix(std::min(end + 1, lines.size()));
    return true;
}

}  // namespace usersync::rest
