#include "core/rest/encode.hpp"

#include "core/base/byte_text.hpp"

namespace usersync::rest {

std::string query_literal(std::string_view text) {
    constexpr std::string_view may_stay = ",:;/@$()*!'[]?";
    std::string encoded;
    for (const char c : text) {
        if (is_unreserved(c) || may_stay.find(c) != std::string_view::npos) {
            encoded += c;
        } else {
            append_percent(c, encoded);
        }
    }
    return encoded;
}

std::string form_encoded(std::string_view text) {
    std::string encoded;
    for (const char c : text) {
        if (c == ' ') {
            encoded += '+';
        } else if (is_unreserved(c) && c != '~') {
            encoded += c;
        } else {
            append_percent(c, encoded);
        }
    }
    return encoded;
}

std::string xml_escaped(std::string_view text) {
    std::string escaped;
    for (const char c : text) {
        switch (c) {
            case '&': escaped += "&amp;"; break;
            case '<': escaped += "&lt;"; break;
            case '>': escaped += "&gt;"; break;
            case '"': escaped += "&quot;"; break;
            case '\'': escaped += "&apos;"; break;
            default: escaped += c;
        }
    }
    return escaped;
}

}  // namespace usersync::rest
