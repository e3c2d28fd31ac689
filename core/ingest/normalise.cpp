#include "core/ingest/normalise.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace usersync::ingest {
namespace {

constexpr std::size_t key_bytes_max = 255;
constexpr std::size_t email_bytes_max = 254;
constexpr std::size_t email_local_bytes_max = 64;
constexpr std::size_t domain_label_bytes_max = 63;
constexpr std::string_view replacement = "\xEF\xBF\xBD";

// No-break, figure, narrow no-break, zero-width and ideographic space, and the byte order mark.
constexpr std::array<std::string_view, 6> wide_spaces = {"\xC2\xA0",     "\xE2\x80\x87", "\xE2\x80\xAF",
                                                         "\xE2\x80\x8B", "\xE3\x80\x80", "\xEF\xBB\xBF"};

bool is_ascii(char c) { return static_cast<std::uint8_t>(c) < 0x80; }
bool is_ascii_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

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

// The size of the UTF-8 sequence at the front; 0 when there is none.
std::size_t sequence_at_front(std::string_view bytes) {
    const Lead lead = lead_of(static_cast<std::uint8_t>(bytes.front()));
    if (lead.size > bytes.size()) return 0;
    for (std::size_t i = 1; i < lead.size; ++i) {
        const auto byte = static_cast<std::uint8_t>(bytes[i]);
        const auto low = i == 1 ? lead.second_min : std::uint8_t{0x80};
        const auto high = i == 1 ? lead.second_max : std::uint8_t{0xBF};
        if (byte < low || byte > high) return 0;
    }
    return lead.size;
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

bool is_atom_char(char c) {
    return is_letter(c) || is_digit(c) || (c != '\0' && std::strchr("!#$%&'*+-/=?^_`{|}~", c) != nullptr);
}

bool is_local_part(std::string_view local) {
    if (local.empty() || local.size() > email_local_bytes_max) return false;
    if (local.front() == '.' || local.back() == '.') return false;
    if (local.find("..") != std::string_view::npos) return false;
    return std::all_of(local.begin(), local.end(), [](char c) { return c == '.' || is_atom_char(c); });
}

bool is_domain_label(std::string_view label) {
    if (label.empty() || label.size() > domain_label_bytes_max) return false;
    if (label.front() == '-' || label.back() == '-') return false;
    return std::all_of(label.begin(), label.end(), [](char c) { return c == '-' || is_letter(c) || is_digit(c); });
}

bool is_domain(std::string_view domain) {
    std::size_t labels = 0;
    std::string_view last;
    for (std::string_view rest = domain;;) {
        const auto dot = rest.find('.');
        last = rest.substr(0, dot);
        if (!is_domain_label(last)) return false;
        ++labels;
        if (dot == std::string_view::npos) break;
        rest.remove_prefix(dot + 1);
    }
    return labels >= 2 && last.size() >= 2 && is_letter(last.front());
}

// What a spreadsheet writes for a number that is too long for its column: the sign is always there, which tells it
// from an id such as 12E5.
bool is_scientific(std::string_view text) {
    const auto digits = [&text] {
        std::size_t count = 0;
        while (count < text.size() && is_digit(text[count])) ++count;
        text.remove_prefix(count);
        return count > 0;
    };
    if (!digits()) return false;
    if (!text.empty() && (text.front() == '.' || text.front() == ',')) {
        text.remove_prefix(1);
        if (!digits()) return false;
    }
    if (text.size() < 3 || lower(text[0]) != 'e' || (text[1] != '+' && text[1] != '-')) return false;
    text.remove_prefix(2);
    return digits() && text.empty();
}

bool is_plain(std::string_view text) {
    if (text.size() > key_bytes_max || !is_utf8(text)) return false;
    return std::none_of(text.begin(), text.end(), [](char c) {
        const auto byte = static_cast<std::uint8_t>(c);
        return byte < 0x20 || byte == 0x7F || c == '"';
    });
}

}  // namespace

std::string_view trim(std::string_view text) {
    while (const auto size = space_at_front(text)) text.remove_prefix(size);
    while (const auto size = space_at_back(text)) text.remove_suffix(size);
    return text;
}

bool is_utf8(std::string_view bytes) {
    for (;;) {
        bytes.remove_prefix(ascii_at_front(bytes));
        if (bytes.empty()) return true;
        const auto size = sequence_at_front(bytes);
        if (size == 0) return false;
        bytes.remove_prefix(size);
    }
}

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

std::optional<std::string> parse_email(std::string_view trimmed) {
    const auto at = trimmed.find('@');
    if (at == std::string_view::npos || trimmed.size() > email_bytes_max) return std::nullopt;
    if (!is_local_part(trimmed.substr(0, at)) || !is_domain(trimmed.substr(at + 1))) return std::nullopt;
    std::string address(trimmed);
    std::transform(address.begin(), address.end(), address.begin(), lower);
    return address;
}

std::vector<std::string> split_list(std::string_view cell, std::string_view separators) {
    std::vector<std::string> parts;
    for (;;) {
        const auto cut = cell.find_first_of(separators);
        const auto part = trim(cell.substr(0, cut));
        if (!part.empty() && std::find(parts.begin(), parts.end(), part) == parts.end()) parts.emplace_back(part);
        if (cut == std::string_view::npos) return parts;
        cell.remove_prefix(cut + 1);
    }
}

KeyFlaw key_flaw(std::string_view cell) {
    const auto text = trim(cell);
    if (text.empty()) return KeyFlaw::empty;
    if (!is_plain(text)) return KeyFlaw::not_plain;
    return is_scientific(text) ? KeyFlaw::scientific : KeyFlaw::none;
}

KeyReading read_key(std::string_view cell) {
    const auto flaw = key_flaw(cell);
    return {.key = flaw == KeyFlaw::none ? EmployeeKey(std::string(trim(cell))) : EmployeeKey(), .flaw = flaw};
}

}  // namespace usersync::ingest
