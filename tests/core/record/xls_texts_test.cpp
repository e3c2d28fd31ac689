// Texts that are cut into pieces, wherever a record happened to be full.

#include "tests/core/record/shown_sheet.hpp"
#include "tests/core/record/xls_builder.hpp"

#include "core/record/little_endian.hpp"

#include <catch2/catch.hpp>

using namespace usersync::record;
using namespace usersync::record::test;

namespace {

// One byte of the table of texts. `may_cut`: a record may end before it; `again`: the flags that then come first.
struct Byte {
    char byte;
    bool may_cut = true;
    std::optional<char> again;
};
using Bytes = std::vector<Byte>;

void add_plain(Bytes& bytes, std::string_view plain) {
    for (const char c : plain) bytes.push_back({.byte = c, .again = std::nullopt});
}

std::string u16(std::uint16_t number) {
    std::string bytes;
    put_u16(bytes, number);
    return bytes;
}

struct Text {
    std::u16string units;
    bool wide = false;
    std::size_t font_runs = 0;
    std::size_t pronunciation_bytes = 0;
};

// `later` is the width that a piece has when the text is cut before it.
void add_text(Bytes& bytes, const Text& text, bool later_wide) {
    const int flags = (text.wide ? 1 : 0) | (text.font_runs > 0 ? 8 : 0) | (text.pronunciation_bytes > 0 ? 4 : 0);
    add_plain(bytes, u16(static_cast<std::uint16_t>(text.units.size())) + static_cast<char>(flags));
    if (text.font_runs > 0) add_plain(bytes, u16(static_cast<std::uint16_t>(text.font_runs)));
    if (text.pronunciation_bytes > 0) {
        add_plain(bytes, u16(static_cast<std::uint16_t>(text.pronunciation_bytes)) + std::string(2, '\0'));
    }
    const char again = text.wide && later_wide ? '\1' : '\0';
    for (const char16_t unit : text.units) {
        const auto both = u16(unit);
        bytes.push_back({.byte = both[0], .again = text.wide ? '\1' : again});
        if (text.wide) bytes.push_back({.byte = both[1], .may_cut = false, .again = std::nullopt});
    }
    add_plain(bytes, std::string(4 * text.font_runs, 'F') + std::string(text.pronunciation_bytes, 'P'));
}

// The records, with a new one before each of the bytes at `cuts`; nothing where a text may not be cut.
std::optional<std::string> records_cut_at(const Bytes& bytes, const std::vector<std::size_t>& cuts) {
    std::string records;
    std::string body;
    std::uint16_t type = 0x00FC;
    std::size_t next = 0;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        if (next < cuts.size() && cuts[next] == i) {
            if (!bytes[i].may_cut) return std::nullopt;
            records += biff(type, body);
            type = 0x003C;
            body = bytes[i].again ? std::string(1, *bytes[i].again) : std::string();
            ++next;
        }
        body += bytes[i].byte;
    }
    return records + biff(type, body);
}

Bytes table_of_texts(const std::vector<Text>& texts) {
    Bytes bytes;
    std::string head;
    put_u32(head, static_cast<std::uint32_t>(texts.size()));
    put_u32(head, static_cast<std::uint32_t>(texts.size()));
    add_plain(bytes, head);
    for (const auto& text : texts) add_text(bytes, text, true);
    return bytes;
}

const std::vector<Text> texts = {
    {.units = u"Jan"},
    {.units = u"Łukasz", .wide = true},
    {.units = u"Ren\u00E9e", .font_runs = 2},
    {.units = u""},
    {.units = u"\u674E\u5C0F\U0001F469\u9F8D", .wide = true, .font_runs = 1, .pronunciation_bytes = 7},
    {.units = u"last"}};
const Lines expected = {"1|Jan|Łukasz|Renée||李小👩龍|last"};

Lines read(const std::string& text_records) {
    std::string cells;
    for (std::uint16_t i = 0; i < texts.size(); ++i) cells += shared_cell(0, i, i);
    return shown(open_xls(workbook(text_records, {{.records = cells}}), std::nullopt, {}));
}

}  // namespace

TEST_CASE("a text is the same wherever its table is cut", "[core][record][xls]") {
    const auto bytes = table_of_texts(texts);
    std::size_t tried = 0;
    for (std::size_t cut = 1; cut < bytes.size(); ++cut) {
        const auto records = records_cut_at(bytes, {cut});
        if (!records) continue;
        INFO("cut before byte " << cut);
        REQUIRE(read(*records) == expected);
        ++tried;
    }
    CHECK(tried > 70);
}

TEST_CASE("a text is the same when its table is cut twice, anywhere", "[core][record][xls]") {
    const auto bytes = table_of_texts(texts);
    for (std::size_t first = 1; first < bytes.size(); first += 3) {
        for (std::size_t second = first + 1; second < bytes.size(); second += 2) {
            const auto records = records_cut_at(bytes, {first, second});
            if (!records) continue;
            INFO("cut before bytes " << first << " and " << second);
            REQUIRE(read(*records) == expected);
        }
    }
}

TEST_CASE("a text may change its width where it is cut", "[core][record][xls]") {
    std::string head;
    put_u32(head, 1);
    put_u32(head, 1);
    const auto begin = head + u16(4);
    const auto cell = shared_cell(0, 0, 0);
    const auto read_pieces = [&](const std::string& first, const std::string& second) {
        return shown(
            open_xls(workbook(biff(0x00FC, first) + biff(0x003C, second), {{.records = cell}}), std::nullopt, {}));
    };

    CHECK(read_pieces(begin + '\0' + "ab", '\1' + u16(0x0141) + u16('d')) == Lines{"1|abŁd"});
    CHECK(read_pieces(begin + '\1' + u16(0x0141) + u16('b'), std::string("\0cd", 3)) == Lines{"1|Łbcd"});
    CHECK(read_pieces(begin + '\1' + u16('a') + u16(0xD83D), '\1' + u16(0xDC69) + u16('d')) == Lines{"1|a👩d"});
    CHECK(read_pieces(begin + '\1' + u16('a') + u16(0xD83D), std::string("\0cd", 3)) == Lines{"1|a\uFFFDcd"});
}

TEST_CASE("a text cut within a character, or that never ends, is damage", "[core][record][xls]") {
    std::string head;
    put_u32(head, 1);
    put_u32(head, 1);
    const auto read_table = [&](const std::string& records) {
        return shown(open_xls(workbook(records, {{.records = shared_cell(0, 0, 0)}}), std::nullopt, {}));
    };
    const Lines damaged = {"!open damaged_workbook"};

    CHECK(read_table(biff(0x00FC, head + u16(2) + '\1' + "a") + biff(0x003C, std::string("\1\0b\0", 4))) == damaged);
    CHECK(read_table(biff(0x00FC, head + u16(2) + '\0' + "a")) == damaged);
    CHECK(read_table(biff(0x00FC, head + u16(1) + '\x08' + u16(9) + "a")) == damaged);
    CHECK(read_table(biff(0x00FC, head + u16(1))) == damaged);
    CHECK(read_table(biff(0x00FC, head.substr(0, 5))) == damaged);
    CHECK(read_table(shared_texts({}) + shared_texts({})) == damaged);
}

TEST_CASE("the long text of a formula goes on in the next records", "[core][record][xls]") {
    const std::string first = u16(6) + '\0' + "abc";
    const auto records = formula_cell(0, 0, formula_result(0, 0)) + biff(0x0207, first) +
                         biff(0x003C, std::string("\0de", 3)) + biff(0x003C, std::string("\1f\0", 3)) +
                         label_cell(0, 1, "x");

    CHECK(shown(open_xls(workbook(records), std::nullopt, {})) == Lines{"1|abcdef|x"});
}
