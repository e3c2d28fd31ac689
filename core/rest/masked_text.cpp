#include "core/rest/masked_text.hpp"

#include "core/base/ascii.hpp"

#include <algorithm>

namespace usersync::rest {

void append_masked(std::string_view text, std::string& into) {
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte >= 0x80U) {
            if ((byte & 0xC0U) != 0x80U) into += 'x';
        } else if (is_digit(c)) {
            into += '9';
        } else if (is_letter(c)) {
            into += c <= 'Z' ? 'X' : 'x';
        } else {
            into += c;
        }
    }
}

void append_masked_json_text(std::string_view text, std::string& into) {
    for (std::size_t at = 0; at < text.size();) {
        const auto end = std::min(text.find('\\', at), text.size());
        append_masked(text.substr(at, end - at), into);
        at = end;
        if (at + 1 >= text.size()) return;
        const bool is_number = text[at + 1] == 'u';
        if (is_number) into += 'x';
        if (!is_number) into.append(text.substr(at, 2));
        at += is_number ? 6 : 2;
    }
}

}  // namespace usersync::rest
