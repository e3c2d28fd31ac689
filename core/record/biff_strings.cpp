#include "core/record/biff_strings.hpp"

#include "core/record/little_endian.hpp"
#include "core/record/utf8.hpp"

#include <algorithm>

namespace usersync::record {
namespace {

constexpr std::uint8_t wide_flag = 0x01;
constexpr std::uint8_t pronunciation_flag = 0x04;
constexpr std::uint8_t fonts_flag = 0x08;
constexpr std::size_t bytes_per_font_run = 4;
constexpr char32_t replacement = 0xFFFD;

bool is_high_surrogate(char16_t unit) { return unit >= 0xD800 && unit < 0xDC00; }
bool is_low_surrogate(char16_t unit) { return unit >= 0xDC00 && unit < 0xE000; }

// The low bytes of characters whose high bytes are all zero: Latin-1, whatever the workbook's code page.
void append_latin1(std::string_view bytes, std::string& text) {
    const auto is_ascii = [](char c) { return static_cast<unsigned char>(c) < 0x80; };
    while (!bytes.empty()) {
        const auto plain =
            static_cast<std::size_t>(std::find_if_not(bytes.begin(), bytes.end(), is_ascii) - bytes.begin());
        text.append(bytes.substr(0, plain));
        bytes.remove_prefix(plain);
        if (bytes.empty()) return;
        append_utf8(static_cast<unsigned char>(bytes.front()), text);
        bytes.remove_prefix(1);
    }
}

}  // namespace

void append_utf16(std::string_view bytes, std::string& text, char16_t& pending) {
    for (std::size_t at = 0; at + 2 <= bytes.size(); at += 2) {
        const char16_t unit = u16_at(bytes, at);
        const char16_t high = pending;
        pending = 0;
        if (high != 0 && is_low_surrogate(unit)) {
            append_utf8(0x10000 + ((char32_t{high} - 0xD800) << 10) + (char32_t{unit} - 0xDC00), text);
            continue;
        }
        if (high != 0) append_utf8(replacement, text);
        if (is_high_surrogate(unit)) {
            pending = unit;
        } else {
            append_utf8(is_low_surrogate(unit) ? replacement : char32_t{unit}, text);
        }
    }
}

bool ContinuedBytes::next_piece() {
    auto cursor = after_;
    BiffRecord record;
    if (!cursor.next(record) || record.type != biff::continued) return false;
    after_ = cursor;
    piece_ = record.body;
    return true;
}

bool ContinuedBytes::read(std::uint8_t& number) {
    while (piece_.empty()) {
        if (!next_piece()) return false;
    }
    number = static_cast<std::uint8_t>(piece_.front());
    piece_.remove_prefix(1);
    return true;
}

bool ContinuedBytes::read(std::uint16_t& number) {
    std::uint8_t low = 0;
    std::uint8_t high = 0;
    if (!read(low) || !read(high)) return false;
    number = static_cast<std::uint16_t>(low | (high << 8));
    return true;
}

bool ContinuedBytes::read(std::uint32_t& number) {
    std::uint16_t low = 0;
    std::uint16_t high = 0;
    if (!read(low) || !read(high)) return false;
    number = low | (std::uint32_t{high} << 16);
    return true;
}

bool ContinuedBytes::skip(std::size_t count) {
    while (count > 0) {
        if (piece_.empty() && !next_piece()) return false;
        const auto step = std::min(count, piece_.size());
        piece_.remove_prefix(step);
        count -= step;
    }
    return true;
}

bool ContinuedBytes::append_characters(std::size_t count, bool wide, std::string& text) {
    char16_t pending = 0;
    while (count > 0) {
        if (piece_.empty()) {
            if (!next_piece()) return false;
            std::uint8_t flags = 0;
            if (!read(flags)) return false;
            wide = (flags & wide_flag) != 0;
            continue;
        }
        const std::size_t width = wide ? 2 : 1;
        const auto taken = std::min(count, piece_.size() / width);
        if (taken == 0) return false;  // half a character at the end of a record
        const auto bytes = piece_.substr(0, taken * width);
        if (!wide && pending != 0) append_utf8(replacement, text);
        if (!wide) pending = 0;
        wide ? append_utf16(bytes, text, pending) : append_latin1(bytes, text);
        piece_.remove_prefix(bytes.size());
        count -= taken;
    }
    if (pending != 0) append_utf8(replacement, text);
    return true;
}

bool ContinuedBytes::append_shared_text(std::string& text) {
    std::uint16_t count = 0;
    std::uint8_t flags = 0;
    std::uint16_t font_runs = 0;
    std::uint32_t pronunciation_bytes = 0;
    if (!read(count) || !read(flags)) return false;
    if ((flags & fonts_flag) != 0 && !read(font_runs)) return false;
    if ((flags & pronunciation_flag) != 0 && !read(pronunciation_bytes)) return false;
    return append_characters(count, (flags & wide_flag) != 0, text) && skip(bytes_per_font_run * font_runs) &&
           skip(pronunciation_bytes);
}

bool ContinuedBytes::append_text(std::string& text) {
    std::uint16_t count = 0;
    std::uint8_t flags = 0;
    if (!read(count) || !read(flags)) return false;
    return append_characters(count, (flags & wide_flag) != 0, text);
}

bool ContinuedBytes::at_end() {
    while (piece_.empty()) {
        if (!next_piece()) return true;
    }
    return false;
}

// How many texts there are is said in front of them. It only serves as an upper bound: memory grows with what is there.
BiffTexts::Read BiffTexts::read(const BiffRecord& record, BiffCursor after, std::size_t bytes_max) {
    ContinuedBytes bytes(record.body, after);
    std::uint32_t references = 0;
    std::uint32_t count = 0;
    if (!bytes.read(references) || !bytes.read(count)) return Read::damaged;
    for (; count > 0 && !bytes.at_end(); --count) {
        if (!bytes.append_shared_text(texts_)) return Read::damaged;
        ends_.push_back(texts_.size());
        if (texts_.size() + ends_.size() * sizeof(std::size_t) > bytes_max) return Read::too_large;
    }
    return Read::whole;
}

std::string_view BiffTexts::text(std::size_t number) const {
    const auto begin = number == 0 ? 0 : ends_[number - 1];
    return std::string_view(texts_).substr(begin, ends_[number] - begin);
}

}  // namespace usersync::record
