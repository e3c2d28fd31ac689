#include "core/record/text.hpp"

#include "core/base/ascii.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace usersync::record {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";

// No-break, figure, narrow no-break, zero-width and ideographic space, and the byte order mark.
constexpr std::array<std::string_view, 6> wide_spaces = {"\xC2\xA0",     "\xE2\x80\x87", "\xE2\x80\xAF",
                                                         "\xE2\x80\x8B", "\xE3\x80\x80", "\xEF\xBB\xBF"};

bool is_ascii(char c) { return static_cast<std::uint8_t>(c) < 0x80; }
bool is_ascii_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

std::size_t space_at_front(std::string_view text) {
    if (text.empty()) return 0;
    if (is_ascii(text.front())) return is_ascii_space(text.front()) ? 1 : 0;
    for (const auto space : wide_spaces) {
        if (text.starts_with(space)) return space.size();
    }
    return 0;
}

std::size_t space_at_back(std::string_view text) {
    if (text.empty()) return 0;
    if (is_ascii(text.back())) return is_ascii_space(text.back()) ? 1 : 0;
    for (const auto space : wide_spaces) {
        if (text.ends_with(space)) return space.size();
    }
    return 0;
}

struct Lead {
    std::size_t size = 0;  // of the whole sequence; 0: no sequence begins like this
    std::uint8_t second_min = 0x80;
    std::uint8_t second_max = 0xBF;
};

// Table 3-7 of the Unicode standard: overlong forms, surrogates and values past U+10FFFF fail at the second byte.
Lead lead_of(std::uint8_t byte) {
    if (byte < 0x80) return {.size = 1};
    if (byte < 0xC2) return {};
    if (byte < 0xE0) return {.size = 2};
    if (byte == 0xE0) return {.size = 3, .second_min = 0xA0};
    if (byte == 0xED) return {.size = 3, .second_max = 0x9F};
    if (byte < 0xF0) return {.size = 3};
    if (byte == 0xF0) return {.size = 4, .second_min = 0x90};
    if (byte < 0xF4) return {.size = 4};
    if (byte == 0xF4) return {.size = 4, .second_max = 0x8F};
    return {};
}

// Whether the bytes may follow their lead, as far as they go.
bool may_follow(const Lead& lead, std::string_view bytes) {
    for (std::size_t i = 1; i < std::min(lead.size, bytes.size()); ++i) {
        const auto byte = static_cast<std::uint8_t>(bytes[i]);
        const auto low = i == 1 ? lead.second_min : std::uint8_t{0x80};
        const auto high = i == 1 ? lead.second_max : std::uint8_t{0xBF};
        if (byte < low || byte > high) return false;
    }
    return true;
}

// The size of the UTF-8 sequence at the front; 0 when there is none.
std::size_t sequence_at_front(std::string_view bytes) {
    const Lead lead = lead_of(static_cast<std::uint8_t>(bytes.front()));
    return lead.size <= bytes.size() && may_follow(lead, bytes) ? lead.size : 0;
}

std::size_t ascii_at_front(std::string_view bytes) {
    std::size_t count = 0;
    for (; count + 8 <= bytes.size(); count += 8) {
        std::uint64_t block = 0;
        std::memcpy(&block, bytes.data() + count, 8);
        if ((block & 0x8080808080808080u) != 0) break;
    }
    while (count < bytes.size() && static_cast<std::uint8_t>(bytes[count]) < 0x80) ++count;
    return count;
}

}  // namespace

std::string_view trim(std::string_view text) {
    while (const auto size = space_at_front(text)) text.remove_prefix(size);
    while (const auto size = space_at_back(text)) text.remove_suffix(size);
    return text;
}

std::size_t utf8_at_front(std::string_view bytes) {
    std::size_t at = 0;
    while (at < bytes.size()) {
        at += ascii_at_front(bytes.substr(at));
        if (at == bytes.size()) break;
        const auto size = sequence_at_front(bytes.substr(at));
        if (size == 0) break;
        at += size;
    }
    return at;
}

bool is_utf8(std::string_view bytes) { return utf8_at_front(bytes) == bytes.size(); }

std::string shown_as_utf8(std::string_view bytes) {
    std::string text;
    while (!bytes.empty()) {
        const auto size = sequence_at_front(bytes);
        text += size == 0 ? replacement : bytes.substr(0, size);
        bytes.remove_prefix(std::max<std::size_t>(size, 1));
    }
    return text;
}

std::string fold_name(std::string_view name) {
    std::string folded;
    bool after_latin1_lead = false;
    for (std::string_view rest = trim(name); !rest.empty();) {
        if (const auto size = space_at_front(rest)) {
            if (!folded.ends_with(' ')) folded += ' ';
            rest.remove_prefix(size);
            continue;
        }
        const auto byte = static_cast<std::uint8_t>(rest.front());
        // U+00C0 … U+00DE are C3 80 … C3 9E, their small letters 0x20 further on; U+00D7 is the multiplication sign.
        const bool capital = after_latin1_lead && byte >= 0x80 && byte <= 0x9E && byte != 0x97;
        folded += capital ? static_cast<char>(byte + 0x20) : lower(rest.front());
        after_latin1_lead = byte == 0xC3;
        rest.remove_prefix(1);
    }
    return folded;
}

std::size_t count_line_breaks(std::string_view text) {
    std::size_t count = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool first_half = text[i] == '\r' && i + 1 < text.size() && text[i + 1] == '\n';
        if ((text[i] == '\n' || text[i] == '\r') && !first_half) ++count;
    }
    return count;
}

}  // namespace usersync::record
