#pragma once
// Tokens of JSON, as they stand in the text.

#include <cstddef>
#include <string_view>

namespace usersync::record {
namespace json_scalar {

inline bool take_digits(std::string_view& text) {
    std::size_t count = 0;
    while (count < text.size() && text[count] >= '0' && text[count] <= '9') ++count;
    text.remove_prefix(count);
    return count > 0;
}

inline bool take(std::string_view& text, char c) {
    if (text.empty() || text.front() != c) return false;
    text.remove_prefix(1);
    return true;
}

/// The grammar of RFC 8259: no leading zero, no leading plus, a digit on both sides of the point.
inline bool is_number(std::string_view text) {
    take(text, '-');
    if (!take(text, '0') && !take_digits(text)) return false;
    if (take(text, '.') && !take_digits(text)) return false;
    if (take(text, 'e') || take(text, 'E')) {
        if (!take(text, '+')) take(text, '-');
        if (!take_digits(text)) return false;
    }
    return text.empty();
}

inline bool is_string(std::string_view token) {
    return token.size() >= 2 && token.front() == '"' && token.back() == '"';
}

inline bool has_escape(std::string_view text) { return text.find('\\') != std::string_view::npos; }

}  // namespace json_scalar
}  // namespace usersync::record
