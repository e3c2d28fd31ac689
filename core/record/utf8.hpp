#pragma once
// Characters as UTF-8.

#include <string>

namespace usersync::record {

/// REQUIRES: `point` is a character, no surrogate.
inline void append_utf8(char32_t point, std::string& text) {
    const auto put = [&](char32_t bits) { text += static_cast<char>(bits); };
    if (point < 0x80) return put(point);
    if (point < 0x800) {
        put(0xC0 | (point >> 6));
        return put(0x80 | (point & 0x3F));
    }
    if (point < 0x10000) {
        put(0xE0 | (point >> 12));
    } else {
        put(0xF0 | (point >> 18));
        put(0x80 | ((point >> 12) & 0x3F));
    }
    put(0x80 | ((point >> 6) & 0x3F));
    put(0x80 | (point & 0x3F));
}

}  // namespace usersync::record
