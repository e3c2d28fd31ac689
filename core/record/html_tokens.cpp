#include "core/record/html_tokens.hpp"

#include "core/base/ascii.hpp"
#include "core/record/html_entities.hpp"
#include "core/record/utf8.hpp"

#include <algorithm>
#include <array>

namespace usersync::record {
namespace {

constexpr std::size_t name_bytes_max = 32;

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f'; }

bool is_same_name(std::string_view written, std::string_view in_lower) {
    return written.size() == in_lower.size() &&
           std::equal(written.begin(), written.end(), in_lower.begin(), [](char a, char b) { return lower(a) == b; });
}

struct Attribute {
    std::string_view name;
    std::string_view value;
};

// Reads one attribute, or passes over what is none, and stops behind it. False at the tag's end or the text's.
bool next_attribute(std::string_view html, std::size_t& at, Attribute& attribute) {
    while (at < html.size() && (is_space(html[at]) || html[at] == '/')) ++at;
    if (at == html.size() || html[at] == '>') return false;
    const auto name_begin = at++;  // even an equals sign, at this place
    while (at < html.size() && !is_space(html[at]) && html[at] != '/' && html[at] != '>' && html[at] != '=') ++at;
    attribute = {.name = html.substr(name_begin, at - name_begin), .value = {}};
    auto value = at;
    while (value < html.size() && is_space(html[value])) ++value;
    if (value == html.size() || html[value] != '=') return true;
    at = value + 1;
    while (at < html.size() && is_space(html[at])) ++at;
    if (at == html.size() || html[at] == '>') return true;
    if (html[at] == '"' || html[at] == '\'') {
        const auto close = std::min(html.find(html[at], at + 1), html.size());
        attribute.value = html.substr(at + 1, close - at - 1);
        at = std::min(close + 1, html.size());
        return true;
    }
    const auto value_begin = at;
    while (at < html.size() && !is_space(html[at]) && html[at] != '>') ++at;
    attribute.value = html.substr(value_begin, at - value_begin);
    return true;
}

bool holds_raw_text(std::string_view name) { return name == "script" || name == "style" || name == "title"; }

// What windows-1252 has at 128 to 159; 0 where it has nothing.
constexpr std::array<char32_t, 32> windows_1252 = {0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
                                                   0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0,      0x017D, 0,
                                                   0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
                                                   0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178};

char32_t meant_by(char32_t number) {
    constexpr char32_t replacement = 0xFFFD;
    const bool is_surrogate = number >= 0xD800 && number < 0xE000;
    if (number == 0 || number > 0x10FFFF || is_surrogate) return replacement;
    if (number < 0x80 || number > 0x9F || windows_1252[number - 0x80] == 0) return number;
    return windows_1252[number - 0x80];
}

int digit_of(char c, bool hexadecimal) {
    if (is_digit(c)) return c - '0';
    const char letter = lower(c);
    return hexadecimal && letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
}

// "&#233;", "&#xE9;", the semicolon may be missing.
std::size_t append_number_reference(std::string_view text, std::string& out) {
    const bool hexadecimal = text.size() > 2 && lower(text[2]) == 'x';
    const std::size_t digits_begin = hexadecimal ? 3 : 2;
    auto at = digits_begin;
    char32_t number = 0;
    for (; at < text.size() && digit_of(text[at], hexadecimal) >= 0; ++at) {
        const auto digit = static_cast<char32_t>(digit_of(text[at], hexadecimal));
        number = std::min<char32_t>(number * (hexadecimal ? 16 : 10) + digit, 0x110000);
    }
    if (at == digits_begin) return 0;
    append_utf8(meant_by(number), out);
    return at < text.size() && text[at] == ';' ? at + 1 : at;
}

}  // namespace

bool HtmlTokens::next(HtmlToken& token) {
    while (at_ < html_.size()) {
        if (html_[at_] == '<') {
            const auto before = at_;
            if (read_markup(token)) return true;
            if (at_ != before) continue;
        }
        // A "<" that opens no tag is text.
        const auto end = std::min(html_.find('<', at_ + 1), html_.size());
        token.kind = HtmlToken::Kind::text;
        token.text = html_.substr(at_, end - at_);
        at_ = end;
        return true;
    }
    return false;
}

// True with a tag. False behind what is passed over, and at the same place where no markup stands.
bool HtmlTokens::read_markup(HtmlToken& token) {
    const auto rest = html_.substr(at_);
    if (rest.starts_with("<!--")) return pass(at_ + 2, "-->");  // "<!-->" is a whole comment
    if (rest.starts_with("<!") || rest.starts_with("<?")) return pass(at_, ">");
    const bool is_end = rest.starts_with("</");
    const std::size_t name_at = is_end ? 2 : 1;
    if (rest.size() <= name_at) return pass(at_, ">");
    if (!is_letter(rest[name_at])) return is_end ? pass(at_, ">") : false;
    token.kind = is_end ? HtmlToken::Kind::end : HtmlToken::Kind::start;
    at_ += name_at;
    return read_tag(token);
}

bool HtmlTokens::read_tag(HtmlToken& token) {
    token.name.clear();
    for (; at_ < html_.size() && !is_space(html_[at_]) && html_[at_] != '/' && html_[at_] != '>'; ++at_) {
        if (token.name.size() < name_bytes_max) token.name += lower(html_[at_]);
    }
    const auto attributes_begin = at_;
    for (Attribute attribute; next_attribute(html_, at_, attribute);) continue;
    if (at_ == html_.size()) return false;
    token.attributes = html_.substr(attributes_begin, at_ - attributes_begin);
    ++at_;
    if (token.kind == HtmlToken::Kind::start && holds_raw_text(token.name)) pass_raw_text(token.name);
    return true;
}

bool HtmlTokens::pass(std::size_t from, std::string_view closing) {
    const auto found = html_.find(closing, from);
    at_ = found == std::string_view::npos ? html_.size() : found + closing.size();
    return false;
}

void HtmlTokens::pass_raw_text(std::string_view name) {
    for (;;) {
        at_ = std::min(html_.find("</", at_), html_.size());
        if (at_ == html_.size() || is_same_name(html_.substr(at_ + 2).substr(0, name.size()), name)) return;
        at_ += 2;
    }
}

std::string_view html_attribute(std::string_view attributes, std::string_view name) {
    std::size_t at = 0;
    for (Attribute attribute; next_attribute(attributes, at, attribute);) {
        if (is_same_name(attribute.name, name)) return attribute.value;
    }
    return {};
}

// Names without a semicolon are references only where old pages have them: up to U+00FF, and not within a word.
std::size_t append_html_reference(std::string_view text, std::string& out) {
    if (text.size() < 3 || text[0] != '&') return 0;
    if (text[1] == '#') return append_number_reference(text, out);
    std::size_t end = 1;
    while (end < text.size() && end <= name_bytes_max && (is_letter(text[end]) || is_digit(text[end]))) ++end;
    const auto point = html_entity(text.substr(1, end - 1));
    const bool is_closed = end < text.size() && text[end] == ';';
    if (point == 0 || (!is_closed && point > 0xFF)) return 0;
    append_utf8(point, out);
    return is_closed ? end + 1 : end;
}

}  // namespace usersync::record
