#include "core/ingest/text_steps.hpp"

#include "core/base/ascii.hpp"
#include "core/base/result.hpp"
#include "core/ingest/normalise.hpp"

#include <unicode/bytestream.h>
#include <unicode/casemap.h>
#include <unicode/normalizer2.h>
#include <unicode/stringpiece.h>
#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <cstdint>
#include <unordered_set>
#include <utility>

namespace usersync::ingest {
namespace {

icu::StringPiece piece_of(std::string_view text) {
    return icu::StringPiece(text.data(), static_cast<std::int32_t>(text.size()));
}

constexpr const char* no_language = "";

/// Cells are far below the two GiB that ICU counts to; a text beyond is left as it is.
bool fits(const std::string& text) { return text.size() < std::size_t{1} << 30; }

template <class Change>
void change_whole(std::string& text, Change change) {
    std::string changed;
    icu::StringByteSink<std::string> sink(&changed, static_cast<std::int32_t>(text.size()));
    UErrorCode status = U_ZERO_ERROR;
    change(piece_of(text), sink, status);
    if (U_SUCCESS(status)) text = std::move(changed);
}

void change_ascii(std::string& text, step::Case to) {
    bool within_word = false;
    for (char& c : text) {
        switch (to) {
            case step::Case::lower: c = lower(c); break;
            case step::Case::upper: c = upper(c); break;
            case step::Case::title: c = within_word ? lower(c) : upper(c); break;
        }
        within_word = lower(c) != upper(c) || is_digit(c) || c == '\'';
    }
}

bool continues_word(UChar32 c) {
    constexpr UChar32 typographic_apostrophe = 0x2019;
    const auto mask = U_GET_GC_MASK(c);
    return c == '\'' || c == typographic_apostrophe || (mask & (U_GC_L_MASK | U_GC_M_MASK | U_GC_ND_MASK)) != 0;
}

/// ICU's own title case looks for words by a break iterator, whose making costs more than a whole row.
void change_to_title(std::string& text) {
    std::string changed;
    bool within_word = false;
    const auto size = static_cast<std::int32_t>(text.size());
    for (std::int32_t at = 0; at < size;) {
        UChar32 c = 0;
        U8_NEXT_OR_FFFD(text.data(), at, size, c);
        const auto written = within_word ? u_tolower(c) : u_totitle(c);
        char bytes[U8_MAX_LENGTH];
        std::int32_t length = 0;
        U8_APPEND_UNSAFE(bytes, length, written);
        changed.append(bytes, static_cast<std::size_t>(length));
        within_word = continues_word(c);
    }
    text = std::move(changed);
}

void collect_parts(std::string_view text, std::string_view separators, std::vector<std::string_view>& found) {
    for (;;) {
        const auto cut = text.find_first_of(separators);
        const auto part = trim(text.substr(0, cut));
        if (!part.empty()) found.push_back(part);
        if (cut == std::string_view::npos) return;
        text.remove_prefix(cut + 1);
    }
}

/// Mostly a few values, where looking through them is fastest; yet a cell of a megabyte may hold half a million.
void drop_repetitions(std::vector<std::string_view>& found) {
    constexpr std::size_t few = 16;
    auto kept = found.begin();
    std::unordered_set<std::string_view> seen;
    const bool many = found.size() > few;
    for (const auto part : found) {
        const bool is_new = many ? seen.insert(part).second : std::find(found.begin(), kept, part) == kept;
        if (is_new) *kept++ = part;
    }
    found.erase(kept, found.end());
}

}  // namespace

bool is_ascii(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

void change_case(std::string& text, step::Case to) {
    if (is_ascii(text)) return change_ascii(text, to);
    if (!fits(text)) return;
    switch (to) {
        case step::Case::lower:
            return change_whole(text, [](auto from, auto& sink, auto& status) {
                icu::CaseMap::utf8ToLower(no_language, 0, from, sink, nullptr, status);
            });
        case step::Case::upper:
            return change_whole(text, [](auto from, auto& sink, auto& status) {
                icu::CaseMap::utf8ToUpper(no_language, 0, from, sink, nullptr, status);
            });
        case step::Case::title: return change_to_title(text);
    }
}

void pad_left(std::string& text, std::size_t width) {
    if (text.size() >= width || text.empty() || !std::all_of(text.begin(), text.end(), is_digit)) return;
    text.insert(0, width - text.size(), '0');
}

void strip_apostrophe(std::string& text) {
    if (!text.starts_with('\'')) return;
    text.erase(0, 1);
    const auto trimmed = trim(text);
    if (trimmed.size() != text.size()) text = std::string(trimmed);
}

void compose(std::string& text) {
    if (is_ascii(text) || !fits(text)) return;
    UErrorCode status = U_ZERO_ERROR;
    const auto* composer = icu::Normalizer2::getNFCInstance(status);
    USERSYNC_INVARIANT(U_SUCCESS(status), "ICU has its own tables of composed characters");
    if (composer->isNormalizedUTF8(piece_of(text), status) && U_SUCCESS(status)) return;
    change_whole(
        text, [composer](auto from, auto& sink, auto& code) { composer->normalizeUTF8(0, from, sink, nullptr, code); });
}

void split(std::vector<std::string>& texts, std::string_view separators, std::vector<std::string>& parts) {
    const bool whole = texts.size() == 1 && texts.front().find_first_of(separators) == std::string::npos;
    if (texts.empty() || whole) return;
    std::vector<std::string_view> found;
    for (const auto& text : texts) collect_parts(text, separators, found);
    drop_repetitions(found);
    parts.assign(found.begin(), found.end());
    texts.swap(parts);
}

void join(std::vector<std::string>& texts, std::string_view separator) {
    if (texts.size() < 2) return;
    auto& joined = texts.front();
    for (std::size_t i = 1; i < texts.size(); ++i) {
        joined += separator;
        joined += texts[i];
    }
    texts.resize(1);
}

}  // namespace usersync::ingest
