#include "core/record/shared_texts.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <optional>

namespace usersync::record {
namespace {

constexpr std::size_t block_bytes = 256 << 10;
constexpr std::size_t escape_bytes = 7;  // "_x000D_"
constexpr const char* where = "xlsx";

bool is(const char* name, const char* wanted) { return std::strcmp(name, wanted) == 0; }

std::optional<std::uint32_t> escape_at(std::string_view text, std::size_t at) {
    if (text.size() < at + escape_bytes) return std::nullopt;
    const auto escape = text.substr(at, escape_bytes);
    if (escape[0] != '_' || escape[1] != 'x' || escape[6] != '_') return std::nullopt;
    std::uint32_t unit = 0;
    const auto [end, error] = std::from_chars(escape.data() + 2, escape.data() + 6, unit, 16);
    if (error != std::errc() || end != escape.data() + 6 || unit == 0) return std::nullopt;
    return unit;
}

bool is_high_half(std::uint32_t unit) { return unit >= 0xD800 && unit < 0xDC00; }
bool is_low_half(std::uint32_t unit) { return unit >= 0xDC00 && unit < 0xE000; }

void append_utf8(std::string& text, std::uint32_t point) {
    const auto add = [&](std::uint32_t byte) { text += static_cast<char>(byte); };
    if (point < 0x80) {
        add(point);
    } else if (point < 0x800) {
        add(0xC0 | point >> 6);
        add(0x80 | (point & 0x3F));
    } else if (point < 0x10000) {
        add(0xE0 | point >> 12);
        add(0x80 | (point >> 6 & 0x3F));
        add(0x80 | (point & 0x3F));
    } else {
        add(0xF0 | point >> 18);
        add(0x80 | (point >> 12 & 0x3F));
        add(0x80 | (point >> 6 & 0x3F));
        add(0x80 | (point & 0x3F));
    }
}

}  // namespace

bool SharedTexts::add(std::string_view text, std::size_t bytes_max) {
    bytes_ += text.size() + sizeof(Text);
    if (bytes_ > bytes_max) return false;
    if (text.size() > block_left_) {
        const auto size = std::max(block_bytes, text.size());
        blocks_.push_back(std::make_unique<char[]>(size));
        block_end_ = blocks_.back().get();
        block_left_ = size;
    }
    if (!text.empty()) std::memcpy(block_end_, text.data(), text.size());
    texts_.push_back({block_end_, text.size()});
    block_end_ += text.size();
    block_left_ -= text.size();
    return true;
}

void SharedTextsHandler::on_start(const char* name, XmlAttributes) {
    if (skipped_ != 0) {
        ++skipped_;
        return;
    }
    const char* local = local_name(name);
    if (place_ == Place::outside && is(local, "sst")) {
        place_ = Place::list;
    } else if (place_ == Place::list && is(local, "si")) {
        place_ = Place::text;
    } else if (place_ == Place::text && is(local, "r")) {
        place_ = Place::run;
    } else if ((place_ == Place::text || place_ == Place::run) && is(local, "t")) {
        in_run_ = place_ == Place::run;
        place_ = Place::characters;
    } else {
        skipped_ = 1;
    }
}

void SharedTextsHandler::on_end() {
    if (skipped_ != 0) {
        --skipped_;
        return;
    }
    switch (place_) {
        case Place::outside: break;
        case Place::list: place_ = Place::outside; break;
        case Place::text: {
            place_ = Place::list;
            if (may_be_escaped(text_)) text_ = unescaped_text(text_);
            if (!texts_.add(text_, limits_.shared_text_bytes_max)) {
                refuse({FailureKind::rejected,
                        "too_large_unpacked",
                        where,
                        "the texts of the workbook are more than the limit allows",
                        Effect::none,
                        {}});
            }
            text_.clear();
            break;
        }
        case Place::run: place_ = Place::text; break;
        case Place::characters: place_ = in_run_ ? Place::run : Place::text; break;
    }
}

void SharedTextsHandler::on_text(std::string_view text) {
    if (place_ != Place::characters || skipped_ != 0) return;
    if (text.size() > limits_.cell_bytes_max - std::min(limits_.cell_bytes_max, text_.size())) {
        refuse({FailureKind::rejected,
                "cell_too_long",
                where,
                "a text is longer than the limit allows for one cell",
                Effect::none,
                {}});
        return;
    }
    text_.append(text);
}

std::string unescaped_text(std::string_view text) {
    std::string result;
    result.reserve(text.size());
    std::size_t at = 0;
    while (at < text.size()) {
        const auto unit = text[at] == '_' ? escape_at(text, at) : std::nullopt;
        const auto low = unit && is_high_half(*unit) ? escape_at(text, at + escape_bytes) : std::nullopt;
        if (low && is_low_half(*low)) {
            append_utf8(result, 0x10000 + ((*unit - 0xD800) << 10) + (*low - 0xDC00));
            at += 2 * escape_bytes;
        } else if (unit && !is_high_half(*unit) && !is_low_half(*unit)) {
            append_utf8(result, *unit);
            at += escape_bytes;
        } else {
            result += text[at++];
        }
    }
    return result;
}

}  // namespace usersync::record
