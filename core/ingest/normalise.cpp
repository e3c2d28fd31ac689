#include "core/ingest/normalise.hpp"

#include "core/base/ascii.hpp"

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

constexpr std::array<bool, 256> atom_chars = [] {
    std::array<bool, 256> is_atom{};
    for (const char c : std::string_view("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                         "!#$%&'*+-/=?^_`{|}~")) {
        is_atom[static_cast<unsigned char>(c)] = true;
    }
    return is_atom;
}();

bool is_atom_char(char c) { return atom_chars[static_cast<unsigned char>(c)]; }

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

bool is_plain(std::string_view text) {
    if (text.size() > key_bytes_max || !is_utf8(text)) return false;
    return std::none_of(text.begin(), text.end(), [](char c) {
        const auto byte = static_cast<std::uint8_t>(c);
        return byte < 0x20 || byte == 0x7F || c == '"';
    });
}

}  // namespace

bool is_email(std::string_view trimmed) {
    const auto at = trimmed.find('@');
    if (at == std::string_view::npos || trimmed.size() > email_bytes_max) return false;
    return is_local_part(trimmed.substr(0, at)) && is_domain(trimmed.substr(at + 1));
}

std::optional<std::string> parse_email(std::string_view trimmed) {
    if (!is_email(trimmed)) return std::nullopt;
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

// What a spreadsheet writes for a number that is too long for its column has a sign, and mostly a fraction; other
// programs leave out the sign. Only what has neither may be an id, such as 12E5.
bool is_scientific(std::string_view text) {
    const auto digits = [&text] {
        std::size_t count = 0;
        while (count < text.size() && is_digit(text[count])) ++count;
        text.remove_prefix(count);
        return count > 0;
    };
    if (!digits()) return false;
    bool has_fraction = false;
    if (!text.empty() && (text.front() == '.' || text.front() == ',')) {
        text.remove_prefix(1);
        if (!digits()) return false;
        has_fraction = true;
    }
    if (text.size() < 2 || lower(text[0]) != 'e') return false;
    const bool has_sign = text[1] == '+' || text[1] == '-';
    text.remove_prefix(has_sign ? 2 : 1);
    return (has_sign || has_fraction) && digits() && text.empty();
}

bool is_error_text(std::string_view trimmed) {
    if (!trimmed.starts_with('#')) return false;
    if (trimmed.find_first_not_of('#') == std::string_view::npos) return true;
    static constexpr std::array<std::string_view, 25> texts = {"#N/A",
                                                               "#NV",
                                                               "#N/B",
                                                               "#REF!",
                                                               "#BEZUG!",
                                                               "#VERW!",
                                                               "#VALUE!",
                                                               "#WERT!",
                                                               "#WAARDE!",
                                                               "#NAME?",
                                                               "#NAAM?",
                                                               "#NUM!",
                                                               "#ZAHL!",
                                                               "#GETAL!",
                                                               "#NULL!",
                                                               "#NUL!",
                                                               "#LEEG!",
                                                               "#DIV/0!",
                                                               "#DIV/0",
                                                               "#SPILL!",
                                                               "#CALC!",
                                                               "#DEEL/0!",
                                                               "#GETTING_DATA",
                                                               "#FIELD!",
                                                               "#\xC3\x9C"
                                                               "BERLAUF!"};
    return std::find(texts.begin(), texts.end(), trimmed) != texts.end();
}

KeyFlaw key_flaw(std::string_view cell) {
    const auto text = trim(cell);
    if (text.empty()) return KeyFlaw::empty;
    if (!is_plain(text)) return KeyFlaw::not_plain;
    if (is_error_text(text)) return KeyFlaw::error_text;
    return is_scientific(text) ? KeyFlaw::scientific : KeyFlaw::none;
}

KeyReading read_key(std::string_view cell) {
    const auto flaw = key_flaw(cell);
    return {.key = flaw == KeyFlaw::none ? EmployeeKey(std::string(trim(cell))) : EmployeeKey(), .flaw = flaw};
}

}  // namespace usersync::ingest
