#include "core/record/mime.hpp"

#include "core/base/ascii.hpp"
#include "core/base/byte_text.hpp"

#include <algorithm>

namespace usersync::record {
namespace {

constexpr std::size_t content_type_bytes_max = 4096;

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

std::string_view without_blanks(std::string_view text) {
    while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
    return text;
}

// The next line without its break; `text` goes on behind it.
std::string_view take_line(std::string_view& text) {
    const auto end = std::min(text.find('\n'), text.size());
    auto line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    return line;
}

// One named line of the head, with the lines that go on with it: such begin with a blank.
std::string take_field(std::string_view& text) {
    std::string field(take_line(text));
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) field += take_line(text);
    return field;
}

// "name=value" or "name="value"" out of what follows the semicolons of a field.
std::string parameter(std::string_view value, std::string_view name) {
    for (auto cut = value.find(';'); cut != std::string_view::npos; cut = value.find(';')) {
        value.remove_prefix(cut + 1);
        const auto rest = without_blanks(value);
        const auto equals = rest.find('=');
        if (equals == std::string_view::npos) return {};
        if (lower_case(without_blanks(rest.substr(0, equals))) != name) continue;
        auto text = without_blanks(rest.substr(equals + 1));
        if (!text.starts_with('"')) return std::string(without_blanks(text.substr(0, text.find(';'))));
        text.remove_prefix(1);
        return std::string(text.substr(0, text.find('"')));
    }
    return {};
}

void take_content_type(std::string_view value, MimePart& part) {
    value = value.substr(0, content_type_bytes_max);
    part.type = lower_case(without_blanks(value.substr(0, value.find(';'))));
    part.boundary = parameter(value, "boundary");
    part.charset = lower_case(parameter(value, "charset"));
}

// A boundary stands on a line of its own, behind two hyphens; the last one has two behind it as well.
bool is_boundary(std::string_view line, std::string_view boundary) {
    if (!line.starts_with("--") || !line.substr(2).starts_with(boundary)) return false;
    const auto rest = without_blanks(line.substr(2 + boundary.size()));
    return rest.empty() || rest == "--";
}

int hexadecimal(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return -1;
}

// "=E9" is a byte, "=" at the end of a line joins it with the next one; any other "=" is itself.
std::string from_quoted_printable(std::string_view text) {
    std::string bytes;
    bytes.reserve(text.size());
    while (!text.empty()) {
        const auto mark = std::min(text.find('='), text.size());
        bytes += text.substr(0, mark);
        text.remove_prefix(mark);
        if (text.empty()) break;
        const int high = text.size() > 2 ? hexadecimal(text[1]) : -1;
        const int low = text.size() > 2 ? hexadecimal(text[2]) : -1;
        if (high >= 0 && low >= 0) {
            bytes += static_cast<char>(high * 16 + low);
            text.remove_prefix(3);
        } else if (text.starts_with("=\r\n")) {
            text.remove_prefix(3);
        } else if (text.starts_with("=\n")) {
            text.remove_prefix(2);
        } else {
            bytes += '=';
            text.remove_prefix(1);
        }
    }
    return bytes;
}

}  // namespace

MimePart read_mime_part(std::string_view message) {
    MimePart part;
    while (!message.empty()) {
        const auto field = take_field(message);
        if (field.empty()) break;
        const auto colon = std::min(field.find(':'), field.size());
        const auto name = lower_case(without_blanks(std::string_view(field).substr(0, colon)));
        const auto value = without_blanks(std::string_view(field).substr(std::min(colon + 1, field.size())));
        if (name == "content-type") take_content_type(value, part);
        if (name == "content-transfer-encoding") part.transfer_encoding = lower_case(value);
        if (name == "content-location") part.location = value;
    }
    part.body = message;
    return part;
}

std::vector<std::string_view> split_mime_parts(std::string_view body, std::string_view boundary,
                                               std::size_t parts_max) {
    std::vector<std::string_view> parts;
    if (boundary.empty()) return parts;
    const char* begin = nullptr;  // of the part that is open
    for (auto rest = body; !rest.empty() && parts.size() < parts_max;) {
        const char* const line_begin = rest.data();
        const auto line = take_line(rest);
        if (!is_boundary(line, boundary)) continue;
        if (begin != nullptr) parts.emplace_back(begin, static_cast<std::size_t>(line_begin - begin));
        begin = rest.data();
        if (without_blanks(line).size() == boundary.size() + 4) return parts;
    }
    const char* const end = body.data() + body.size();
    if (begin != nullptr && begin != end && parts.size() < parts_max) {
        parts.emplace_back(begin, static_cast<std::size_t>(end - begin));
    }
    return parts;
}

std::optional<std::string> decoded_body(const MimePart& part) {
    const auto& encoding = part.transfer_encoding;
    if (encoding == "quoted-printable") return from_quoted_printable(part.body);
    if (encoding == "base64") return from_base64(part.body);
    if (encoding.empty() || encoding == "7bit" || encoding == "8bit" || encoding == "binary") {
        return std::string(part.body);
    }
    return std::nullopt;
}

}  // namespace usersync::record
