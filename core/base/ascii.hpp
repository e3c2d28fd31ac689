#pragma once
// Letters, digits and blanks of ASCII, whatever the locale says: what protocols and formats are written in. Bytes of
// 0x80 and above are nothing of these and stay as they are.

#include <algorithm>
#include <string>
#include <string_view>

namespace usersync {

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
constexpr bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
constexpr bool is_letter(char c) { return is_lower(c) || is_upper(c); }
constexpr bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }

constexpr char lower(char c) { return is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c; }
constexpr char upper(char c) { return is_lower(c) ? static_cast<char>(c - 'a' + 'A') : c; }

inline std::string lower_case(std::string_view text) {
    std::string all(text);
    for (auto& c : all) c = lower(c);
    return all;
}

inline bool has_control(std::string_view text) { return std::any_of(text.begin(), text.end(), is_control); }

/// Names of headers, parts of packages, suffixes of files: "content-type" is "Content-Type".
inline bool equal_but_for_case(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return lower(x) == lower(y); });
}

}  // namespace usersync
