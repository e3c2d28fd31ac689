#include "core/record/encoding.hpp"
#include "core/record/text.hpp"
#include "tests/support/show_result.hpp"

#include <catch2/catch.hpp>

using namespace usersync;
using namespace usersync::record;
using namespace std::string_literals;

namespace {

std::string found(std::string_view bytes, const std::optional<std::string>& told = std::nullopt) {
    const auto encoding = find_encoding(bytes, told);
    if (!encoding) return encoding.error().code;
    return encoding->name + (encoding->mixed ? " mixed" : "") + (encoding->mark_bytes > 0 ? " marked" : "");
}

std::string converted(std::string_view bytes, std::string_view encoding) {
    auto text = to_utf8(bytes, encoding);
    return text ? *text : text.error().code + ": " + text.error().detail;
}

std::string utf16(std::u16string_view text, bool big_endian) {
    std::string bytes;
    for (const char16_t unit : text) {
        const char low = static_cast<char>(unit & 0xFF);
        const char high = static_cast<char>(unit >> 8);
        bytes += big_endian ? high : low;
        bytes += big_endian ? low : high;
    }
    return bytes;
}

}  // namespace

TEST_CASE("a byte order mark tells the encoding, UTF-32 before UTF-16", "[core][record][encoding]") {
    CHECK(found("\xEF\xBB\xBFid") == "UTF-8 marked");
    CHECK(found("\xFF\xFEi\0"s) == "UTF-16LE marked");
    CHECK(found("\xFE\xFF\0i"s) == "UTF-16BE marked");
    CHECK(found("\xFF\xFE\0\0i\0\0\0"s) == "UTF-32LE marked");
    CHECK(found("\0\0\xFE\xFF\0\0\0i"s) == "UTF-32BE marked");
}

TEST_CASE("UTF-16 without a mark shows by its NUL bytes", "[core][record][encoding]") {
    const std::u16string_view text = u"id;naam;plaats\r\n1;Zo\u00EB \u0416;Ede\r\n";
    CHECK(found(utf16(text, false)) == "UTF-16LE");
    CHECK(found(utf16(text, true)) == "UTF-16BE");
    CHECK(found("id;na\0am;plaats"s) == "UTF-8");  // one NUL is damage, not an encoding
}

TEST_CASE("text that is valid UTF-8 is UTF-8", "[core][record][encoding]") {
    CHECK(found("") == "UTF-8");
    CHECK(found("id;naam") == "UTF-8");
    CHECK(found("Zo\xC3\xAB") == "UTF-8");
}

TEST_CASE("UTF-8 with some other bytes is mixed, never mojibake", "[core][record][encoding]") {
    CHECK(found("Zo\xC3\xAB;Ren\xE9\n") == "UTF-8 mixed");
    CHECK(found("Ren\xE9;Zo\xC3\xAB\n") == "UTF-8 mixed");
    CHECK(found("\xEF\xBB\xBFRen\xE9\n") == "UTF-8 mixed marked");
    CHECK(found("Zo\xC3\xAB;Zo\xC3") == "UTF-8 mixed");  // cut off in the middle of a letter
}

TEST_CASE("text that is not UTF-8 at all is windows-1252 unless there is enough of it to tell better",
          "[core][record][encoding]") {
    CHECK(found("Ren\xE9;Zo\xEB\n") == "windows-1252");
    std::string polish;
    std::string russian;
    std::string dutch;
    std::string dutch_iso;
    for (int i = 0; i < 30; ++i) {
        polish +=
            "\xA3ukasz;Micha\xB3;Wa\xB3\xEAsa;\xA3\xF3"
            "d\x9F;Gda\xF1sk\n";
        russian += "\xC8\xE2\xE0\xED;\xCC\xE0\xF0\xE8\xFF;\xCF\xE5\xF2\xF0\xEE\xE2\n";
        dutch +=
            "Ren\xE9"
            "e;Dani\xEBl;Zo\xEB;No\xEBlle;Co\xF6rdinator;\x80 12\n";
        dutch_iso +=
            "Ren\xE9"
            "e;Dani\xEBl;\xBDuvre;Zo\xEB;Andr\xE9;J\xE9r\xF4me;\xA4 12\n";
    }
    CHECK(found(polish) == "windows-1250");
    CHECK(found(russian) == "windows-1251");
    CHECK(found(dutch) == "windows-1252");
    CHECK(found(dutch_iso) == "ISO-8859-15");
    CHECK(found(dutch_iso + "\x80") == "windows-1252");  // ISO-8859-15 has nothing there
}

TEST_CASE("an accent at the very end does not make UTF-8 of windows-1252", "[core][record][encoding]") {
    CHECK(found("1;Ren\xE9;Paris\n2;Zo\xEB;Orl\xE9") == "windows-1252");
    CHECK(found("1;Anna;Caf\xE9") == "windows-1252");
}

TEST_CASE("letters that are certainly not western are refused, never shown as others", "[core][record][encoding]") {
    std::string turkish;
    std::string dutch;
    std::string danish;
    for (int i = 0; i < 12; ++i) {
        turkish +=
            "G\xFCne\xFE;\xDE"
            "ahin;Y\xFDlmaz;\xDD"
            "brahim;Do\xF0"
            "an;Ay\xFE"
            "e\n";
        dutch += "Zo\xEB;Ren\xE9;Dani\xEBl;No\xEBl;Chlo\xEB;Co\xF6rdinator;Lo\xEFs;Ana\xEFs\n";
        danish += "S\xF8ren;\xC5se;Bj\xF8rn;J\xF8rgen;M\xF8ller;K\xE6rsg\xE5rd\n";
    }
    CHECK(found(turkish) == "unknown_encoding");
    CHECK(find_encoding(turkish).error().detail.find("`encoding`") != std::string::npos);
    CHECK(found(turkish, "windows-1254") == "windows-1254");
    CHECK(found(dutch) == "windows-1252");
    CHECK(found(danish) == "ISO-8859-15");
}

TEST_CASE("an encoding without proof is assumed", "[core][record][encoding]") {
    CHECK(find_encoding("Ren\xE9").value().assumed);
    CHECK_FALSE(find_encoding("Ren\xC3\xA9").value().assumed);
    CHECK_FALSE(find_encoding("Ren\xE9", "windows-1252").value().assumed);
    std::string german;
    for (int i = 0; i < 12; ++i)
        german +=
            "M\xFCller;J\xFCrgen;Gro\xDF;K\xF6ln;D\xFCsseldorf;Sch\xE4"
            "fer;B\xF6hm\n";
    CHECK_FALSE(find_encoding(german).value().assumed);
}

TEST_CASE("what the tenant says about the encoding wins", "[core][record][encoding]") {
    CHECK(found("Ren\xE9", "iso-8859-15") == "ISO-8859-15");
    CHECK(found("Zo\xC3\xAB", "windows-1252") == "windows-1252");
    CHECK(found("Zo\xC3\xAB", "latin1") == "windows-1252");
    CHECK(found("Ren\xE9", "UTF-8") == "UTF-8 mixed");
    CHECK(found(utf16(u"id;naam", true), "UTF-16") == "UTF-16BE");
    CHECK(found("\xFF\xFEi\0"s, "UTF-16") == "UTF-16LE marked");
    CHECK(found("id", "klingon") == "unknown_encoding");
    CHECK(found("id", "") == "unknown_encoding");
}

TEST_CASE("a mark that contradicts the agreed encoding is refused, for one of them is wrong",
          "[core][record][encoding]") {
    CHECK(found("\xEF\xBB\xBFid", "windows-1252") == "bad_encoding");
    CHECK(find_encoding("\xEF\xBB\xBFid", "windows-1252").error().detail ==
          "the record begins with the mark of UTF-8, but windows-1252 was agreed");
    CHECK(found("\xFF\xFEi\0"s, "UTF-8") == "bad_encoding");
    CHECK(found("\xEF\xBB\xBFid", "UTF-8") == "UTF-8 marked");
}

TEST_CASE("text is turned into UTF-8", "[core][record][encoding]") {
    CHECK(converted("Ren\xE9 \x80", "windows-1252") == "Ren\xC3\xA9 \xE2\x82\xAC");
    CHECK(converted("\xA4", "ISO-8859-15") == "\xE2\x82\xAC");
    CHECK(converted(utf16(u"Zo\u00EB \U0001F600", false), "UTF-16LE") == "Zo\xC3\xAB \xF0\x9F\x98\x80");
    CHECK(converted(utf16(u"Zo\u00EB \U0001F600", true), "UTF-16BE") == "Zo\xC3\xAB \xF0\x9F\x98\x80");
    CHECK(converted("\xC8\xE2\xE0\xED", "windows-1251") == "\xD0\x98\xD0\xB2\xD0\xB0\xD0\xBD");
    std::string large;
    std::string large_utf8;
    for (int i = 0; i < 300'000; ++i) large += "a\xE9", large_utf8 += "a\xC3\xA9";
    CHECK((converted(large, "windows-1252") == large_utf8));
}

TEST_CASE("bytes that an encoding does not define are refused with their line", "[core][record][encoding]") {
    CHECK(converted("a\nb\nc\x81", "windows-1252") ==
          "bad_encoding: line 3 holds bytes that are no text in windows-1252");
    CHECK(converted("a\r\nb\x80", "ISO-8859-15") == "bad_encoding: line 2 holds bytes that are no text in ISO-8859-15");
    CHECK(converted("a\nb\xE9", "US-ASCII").starts_with("bad_encoding: line 2"));
    CHECK(converted("a\nb\xE9", "UTF-8").starts_with("bad_encoding: line 2"));
    const std::u16string lone_low = {u'a', u'\n', char16_t{0xDC00}, u'b'};
    const std::u16string lone_high = {u'a', u'\n', char16_t{0xD800}, u'b'};
    const std::u16string high_at_end = {u'a', char16_t{0xD800}};
    CHECK(converted(utf16(lone_low, false), "UTF-16LE").starts_with("bad_encoding: line 2"));
    CHECK(converted(utf16(lone_high, true), "UTF-16BE").starts_with("bad_encoding: line 2"));
    CHECK(converted(utf16(high_at_end, false), "UTF-16LE").starts_with("bad_encoding: line 1"));
    CHECK(converted(utf16(u"ab", false) + "c", "UTF-16LE").starts_with("bad_encoding: line 1"));
}

TEST_CASE("a NUL byte is damage, not text", "[core][record][encoding]") {
    CHECK(converted("a\nb\0"s, "windows-1252") ==
          "not_text: line 2 holds a NUL byte: this is no text, or it is damaged");
    CHECK(converted("\0\0"s, "UTF-16LE").starts_with("not_text"));
    CHECK(check_text("a\0"s).error().code == "not_text");
    CHECK(check_text("a"));
}

TEST_CASE("how much of the front is UTF-8", "[core][record][text]") {
    CHECK(utf8_at_front("abcdefgh\xC3\xABxyz\xE9 rest") == 13);
    CHECK(utf8_at_front("") == 0);
    CHECK(count_line_breaks("a\r\nb\rc\nd") == 3);
}
