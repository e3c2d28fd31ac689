#include "core/record/encoding.hpp"

#include "core/record/refusal.hpp"
#include "core/record/text.hpp"

#include <simdjson.h>
#include <uchardet/uchardet.h>
#include <unicode/ucnv.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <memory>
#include <utility>

namespace usersync::record {
namespace {

constexpr std::string_view fallback = "windows-1252";
constexpr std::size_t pattern_bytes = 4096;                  // enough to see where NUL bytes stand
constexpr std::size_t opinion_bytes = std::size_t{4} << 20;  // what uchardet is shown
constexpr std::size_t telling_bytes_min = 16;                // beyond ASCII; with fewer, uchardet tosses a coin
constexpr std::size_t converted_chunk_bytes = std::size_t{1} << 18;

bool is_beyond_ascii(char c) { return static_cast<std::uint8_t>(c) >= 0x80; }

struct Mark {
    std::string_view bytes;
    std::string_view encoding;
};

std::optional<Mark> mark_of(std::string_view bytes) {
    using namespace std::string_view_literals;
    // UTF-32LE begins like UTF-16LE, so it comes first.
    static constexpr std::array<Mark, 5> marks = {{{"\xEF\xBB\xBF"sv, "UTF-8"},
                                                   {"\xFF\xFE\0\0"sv, "UTF-32LE"},
                                                   {"\0\0\xFE\xFF"sv, "UTF-32BE"},
                                                   {"\xFF\xFE"sv, "UTF-16LE"},
                                                   {"\xFE\xFF"sv, "UTF-16BE"}}};
    for (const auto& mark : marks) {
        if (bytes.starts_with(mark.bytes)) return mark;
    }
    return std::nullopt;
}

// Latin text in UTF-16 has a NUL in nearly every second byte, and hardly any in the others.
std::optional<std::string_view> utf16_by_pattern(std::string_view bytes) {
    const auto sample = bytes.substr(0, pattern_bytes);
    std::array<std::size_t, 2> nuls = {0, 0};  // in first and in second bytes of a pair
    for (std::size_t i = 0; i < sample.size(); ++i) {
        if (sample[i] == '\0') ++nuls[i % 2];
    }
    const auto is_it = [&](std::size_t with, std::size_t without) {
        return with > 1 && with * 10 >= (sample.size() / 2) * 4 && without * 10 <= with;
    };
    if (is_it(nuls[1], nuls[0])) return "UTF-16LE";
    if (is_it(nuls[0], nuls[1])) return "UTF-16BE";
    return std::nullopt;
}

bool is_valid_utf8(std::string_view bytes) { return simdjson::validate_utf8(bytes.data(), bytes.size()); }

// Bytes that are not UTF-8 as a whole: is any of it UTF-8 beyond ASCII? A sequence that the end cuts off says nothing
// by itself: to windows-1252 it is an accent behind which the text ends.
bool is_partly_utf8(std::string_view bytes) {
    while (!bytes.empty()) {
        const auto sound = utf8_at_front(bytes);
        if (std::any_of(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(sound), is_beyond_ascii))
            return true;
        bytes.remove_prefix(std::min(sound + 1, bytes.size()));
    }
    return false;
}

std::string opinion_of_uchardet(std::string_view sample) {
    const std::unique_ptr<uchardet, void (*)(uchardet*)> detector(uchardet_new(), &uchardet_delete);
    if (uchardet_handle_data(detector.get(), sample.data(), sample.size()) != 0) return {};
    uchardet_data_end(detector.get());
    return uchardet_get_charset(detector.get());
}

bool has_control_bytes(std::string_view bytes) {
    return std::any_of(bytes.begin(), bytes.end(), [](char c) {
        const auto byte = static_cast<std::uint8_t>(c);
        return byte >= 0x80 && byte <= 0x9F;
    });
}

using Converter = std::unique_ptr<UConverter, void (*)(UConverter*)>;

Converter open_converter(const std::string& name) {
    UErrorCode error = U_ZERO_ERROR;
    Converter converter(ucnv_open(name.c_str(), &error), &ucnv_close);
    if (U_FAILURE(error)) return {nullptr, &ucnv_close};
    ucnv_setToUCallBack(converter.get(), UCNV_TO_U_CALLBACK_STOP, nullptr, nullptr, nullptr, &error);
    ucnv_setFromUCallBack(converter.get(), UCNV_FROM_U_CALLBACK_STOP, nullptr, nullptr, nullptr, &error);
    if (U_FAILURE(error)) return {nullptr, &ucnv_close};
    return converter;
}

Failure unknown_encoding(std::string_view name) {
    return refused("unknown_encoding", "the encoding \"" + shown_as_utf8(name.substr(0, 40)) + "\" is not known");
}

Failure bad_encoding(std::string_view text_before, std::string_view encoding) {
    return refused("bad_encoding", "line " + std::to_string(1 + count_line_breaks(text_before)) +
                                       " holds bytes that are no text in " + std::string(encoding));
}

struct Conversion {
    std::string text;
    bool complete = false;  // otherwise the text stands for what is before the first bytes that are not sound
};

Conversion convert(std::string_view bytes, UConverter* from, UConverter* to) {
    Conversion conversion;
    std::array<UChar, 4096> pivot = {};
    UChar* pivot_source = pivot.data();
    UChar* pivot_target = pivot.data();
    const char* source = bytes.data();
    const char* const source_end = source + bytes.size();
    auto& text = conversion.text;
    text.reserve(bytes.size() + bytes.size() / 16);
    UErrorCode error = U_BUFFER_OVERFLOW_ERROR;
    for (bool first = true; error == U_BUFFER_OVERFLOW_ERROR; first = false) {
        const auto done = text.size();
        text.resize(std::max(text.capacity(), done + converted_chunk_bytes));
        char* target = text.data() + done;
        error = U_ZERO_ERROR;
        ucnv_convertEx(to, from, &target, text.data() + text.size(), &source, source_end, pivot.data(), &pivot_source,
                       &pivot_target, pivot.data() + pivot.size(), first ? 1 : 0, 1, &error);
        text.resize(static_cast<std::size_t>(target - text.data()));
    }
    conversion.complete = U_SUCCESS(error) != 0;
    // What was read before an error and not yet written is wanted for its line breaks alone.
    for (; !conversion.complete && pivot_source != pivot_target; ++pivot_source) {
        text += *pivot_source < 0x80 ? static_cast<char>(*pivot_source) : '?';
    }
    return conversion;
}

// Where a control character of U+0080 … U+009F stands; npos without one.
std::size_t find_upper_control(std::string_view text) {
    for (auto at = text.find('\xC2'); at != std::string_view::npos; at = text.find('\xC2', at + 1)) {
        if (at + 1 < text.size() && static_cast<std::uint8_t>(text[at + 1]) < 0xA0) return at;
    }
    return std::string_view::npos;
}

bool is_any_utf16(std::string_view name) { return name == "UTF-16" || name == "UTF-16LE" || name == "UTF-16BE"; }
bool is_any_utf32(std::string_view name) { return name == "UTF-32" || name == "UTF-32LE" || name == "UTF-32BE"; }

bool agrees(std::string_view told, std::string_view mark) {
    return told == mark || (told == "UTF-16" && is_any_utf16(mark)) || (told == "UTF-32" && is_any_utf32(mark));
}

Result<Encoding> told_encoding(std::string_view bytes, const std::string& told) {
    auto name = encoding_named(told);
    if (!name) return name.error();
    Encoding encoding{.name = *std::move(name)};
    if (const auto mark = mark_of(bytes)) {
        if (!agrees(encoding.name, mark->encoding)) {
            return refused("bad_encoding", "the record begins with the mark of " + std::string(mark->encoding) +
                                               ", but " + encoding.name + " was agreed");
        }
        encoding = {.name = std::string(mark->encoding), .mark_bytes = mark->bytes.size()};
    }
    if (encoding.name == "UTF-16") encoding.name = utf16_by_pattern(bytes).value_or("UTF-16LE");
    if (encoding.name == "UTF-32") encoding.name = "UTF-32LE";
    encoding.mixed = encoding.name == "UTF-8" && !is_valid_utf8(bytes.substr(encoding.mark_bytes));
    return encoding;
}

Encoding assumed() { return {.name = std::string(fallback), .assumed = true}; }

// Verdicts that uchardet gives for short words of western Europe, though nobody has written such text for decades.
bool is_of_old_computers(std::string_view verdict) {
    return verdict.empty() || verdict == "ASCII" || verdict.starts_with("MAC-") || verdict.starts_with("IBM");
}

// Whether the letters of this text are the same in windows-1252 and in the other encoding, as those of a Dutch text are
// in Turkish ISO-8859-9.
bool reads_alike(std::string_view bytes, std::string_view other) {
    std::array<bool, 256> used = {};
    for (const char c : bytes) used[static_cast<std::uint8_t>(c)] = true;
    std::string letters;
    for (std::size_t byte = 0xA0; byte < used.size(); ++byte) {
        if (used[byte]) letters += static_cast<char>(byte);
    }
    const auto ours = to_utf8(letters, fallback);
    const auto theirs = to_utf8(letters, other);
    return ours && theirs && *ours == *theirs;
}

// Of uchardet's many verdicts those that are right when there is enough text to judge; ISO encodings have nothing in
// 0x80 … 0x9F, where their Windows relatives have quotes, dashes, the euro sign and letters.
Result<Encoding> single_byte_encoding(std::string_view bytes) {
    const auto first = std::find_if(bytes.begin(), bytes.end(), is_beyond_ascii);
    const auto sample = bytes.substr(static_cast<std::size_t>(first - bytes.begin()), opinion_bytes);
    const auto telling = std::count_if(sample.begin(), sample.end(), is_beyond_ascii);
    if (static_cast<std::size_t>(telling) < telling_bytes_min) return assumed();
    const auto verdict = opinion_of_uchardet(sample);
    if (verdict == "ISO-8859-15" && !has_control_bytes(bytes)) return Encoding{.name = "ISO-8859-15"};
    if (verdict == "ISO-8859-2") return Encoding{.name = has_control_bytes(bytes) ? "windows-1250" : "ISO-8859-2"};
    if (verdict == "WINDOWS-1250") return Encoding{.name = "windows-1250"};
    if (verdict == "WINDOWS-1251") return Encoding{.name = "windows-1251"};
    if (verdict == "WINDOWS-1252" || verdict == "ISO-8859-1" || verdict == "ISO-8859-15") {
        return Encoding{.name = std::string(fallback)};
    }
    if (is_of_old_computers(verdict) || reads_alike(bytes, verdict)) return assumed();
    return refused("unknown_encoding", "the text seems to be written in " + verdict +
                                           ", which is not taken on trust; say in the setting `encoding` what it is");
}

}  // namespace

Result<std::string> encoding_named(std::string_view name) {
    const std::string wanted(name.substr(0, UCNV_MAX_CONVERTER_NAME_LENGTH));
    if (wanted.empty() || !open_converter(wanted)) return unknown_encoding(name);
    for (const char* standard : {"MIME", "IANA"}) {
        UErrorCode error = U_ZERO_ERROR;
        const char* known = ucnv_getStandardName(wanted.c_str(), standard, &error);
        if (U_FAILURE(error) || known == nullptr) continue;
        return std::string(std::string_view(known) == "ISO-8859-1" ? fallback : known);
    }
    return wanted;
}

Result<Encoding> find_encoding(std::string_view bytes, const std::optional<std::string>& told) {
    if (told) return told_encoding(bytes, *told);
    Encoding encoding{.name = "UTF-8"};
    if (const auto mark = mark_of(bytes)) encoding = {std::string(mark->encoding), mark->bytes.size()};
    const auto text = bytes.substr(encoding.mark_bytes);
    if (encoding.name != "UTF-8") return encoding;
    if (encoding.mark_bytes == 0) {
        if (const auto utf16 = utf16_by_pattern(text)) return Encoding{.name = std::string(*utf16)};
    }
    if (is_valid_utf8(text)) return encoding;
    encoding.mixed = encoding.mark_bytes > 0 || is_partly_utf8(text);
    if (!encoding.mixed) return single_byte_encoding(text);
    return encoding;
}

Result<std::string> to_utf8(std::string_view bytes, std::string_view encoding) {
    auto name = encoding_named(encoding);
    if (!name) return name.error();
    const auto from = open_converter(*name);
    const auto to = open_converter("UTF-8");
    USERSYNC_INVARIANT(from && to, "a converter that has a name can be opened");
    auto conversion = convert(bytes, from.get(), to.get());
    if (!conversion.complete) return bad_encoding(conversion.text, *name);
    if (ucnv_getType(from.get()) == UCNV_SBCS) {
        const auto at = find_upper_control(conversion.text);
        if (at != std::string::npos) return bad_encoding(std::string_view(conversion.text).substr(0, at), *name);
    }
    auto checked = check_text(conversion.text);
    if (!checked) return checked.error();
    return std::move(conversion.text);
}

Result<void> check_text(std::string_view text) {
    const auto nul = text.find('\0');
    if (nul == std::string_view::npos) return {};
    return refused("not_text", "line " + std::to_string(1 + count_line_breaks(text.substr(0, nul))) +
                                   " holds a NUL byte: this is no text, or it is damaged");
}

}  // namespace usersync::record
