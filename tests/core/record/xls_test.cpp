// What the cells of an old workbook become.

#include "tests/core/record/shown_sheet.hpp"
#include "tests/core/record/xls_builder.hpp"

#include "core/record/little_endian.hpp"
#include "core/record/write_compound_file.hpp"

#include <catch2/catch.hpp>

using namespace usersync;
using namespace usersync::record;
using namespace usersync::record::test;

namespace {

Lines read(const std::string& bytes, const RecordLimits& limits = {}) {
    return shown(open_xls(bytes, std::nullopt, limits));
}

std::string cell_formats(const std::vector<std::uint16_t>& number_formats) {
    std::string records;
    for (const auto number : number_formats) {
        std::string body;
        put_u16(body, 0);
        put_u16(body, number);
        records += biff(0x00E0, body.append(16, '\0'));
    }
    return records;
}

std::string number_format(std::uint16_t number, std::string_view code) {
    std::string body;
    put_u16(body, number);
    return biff(0x041E, body.append(narrow_text(code)));
}

std::uint32_t rk_whole(std::int32_t number, bool hundredths) {
    return (static_cast<std::uint32_t>(number) << 2) | 2U | (hundredths ? 1U : 0U);
}

}  // namespace

TEST_CASE("numbers are read as they were typed, however the workbook packs them", "[core][record][xls]") {
    const auto lines =
        read(workbook(number_cell(0, 0, 38.5) + number_cell(0, 1, 1e21) + rk_cell(0, 2, rk_whole(42, false)) +
                      rk_cell(0, 3, rk_whole(-1234, true)) + rk_cell(0, 4, 0x3FF80000) + rk_cell(0, 5, 0x40590001)));

    CHECK(lines == Lines{"1|n:38.5|n:1e+21|n:42|n:-12.34|n:1.5|n:1"});
}

TEST_CASE("numbers side by side may share one record", "[core][record][xls]") {
    std::string run;
    put_u16(run, 2);
    put_u16(run, 1);
    for (const std::int32_t number : {7, 8, 9}) {
        put_u16(run, 0);
        put_u32(run, rk_whole(number, false));
    }
    put_u16(run, 3);

    CHECK(read(workbook(biff(0x00BD, run))) == Lines{"3||n:7|n:8|n:9"});

    run.back() = 1;
    CHECK(read(workbook(biff(0x00BD, run))) == Lines{"!open damaged_workbook"});
}

TEST_CASE("a number whose format shows a date is a date, by either calendar", "[core][record][xls]") {
    const auto globals = number_format(164, "yyyy\\-mm\\-dd") + number_format(165, "0.00 \"days\"") +
                         cell_formats({0, 14, 164, 165, 46});
    const auto records = number_cell(0, 0, 46082, 0) + number_cell(0, 1, 46082, 1) +
                         number_cell(0, 2, 46082.354166667, 2) + number_cell(0, 3, 46082, 3) +
                         number_cell(0, 4, 1.5, 4) + number_cell(0, 5, 46082, 99);
    const auto from_1904 = biff(0x0022, std::string_view("\1\0", 2));

    CHECK(read(workbook(globals, {{.records = records}})) ==
          Lines{"1|n:46082|d:2026-03-01|d:2026-03-01T08:30:00|n:46082|n:1.5|n:46082"});
    CHECK(read(workbook(globals + from_1904, {{.records = records}})) ==
          Lines{"1|n:46082|d:2030-03-02|d:2030-03-02T08:30:00|n:46082|n:1.5|n:46082"});
    const auto macs = open_xls(workbook(globals + from_1904, {{.records = records}}), std::nullopt, {});
    REQUIRE(macs);
    CHECK(macs->dates_from_1904);
}

TEST_CASE("a date that does not exist stays the number that it is", "[core][record][xls]") {
    const auto records = number_cell(0, 0, 60, 0) + number_cell(0, 1, -1, 0) + number_cell(0, 2, 1e9, 0);
    CHECK(read(workbook(cell_formats({14}), {{.records = records}})) == Lines{"1|n:60|n:-1|n:1000000000"});
}

TEST_CASE("truth values and errors are told apart from texts", "[core][record][xls]") {
    CHECK(read(workbook(boolean_cell(0, 0, true) + boolean_cell(0, 1, false) + error_cell(0, 2, 0x2A) +
                        error_cell(0, 3, 0x07) + error_cell(0, 4, 0x0F) + error_cell(0, 5, 0x17) +
                        error_cell(0, 6, 0x1D) + error_cell(0, 7, 0x24) + error_cell(0, 8, 0x00))) ==
          Lines{"1|b:true|b:false|e:#N/A|e:#DIV/0!|e:#VALUE!|e:#REF!|e:#NAME?|e:#NUM!|e:#NULL!"});
}

TEST_CASE("the result of a formula is read, whatever its kind", "[core][record][xls]") {
    const auto shared = biff(0x04BC, std::string(10, 'x'));
    const auto array = biff(0x0221, std::string(14, 'x'));
    const auto records = formula_cell(0, 0, formula_result(77.0)) + formula_cell(0, 1, formula_result(1, 1)) +
                         formula_cell(0, 2, formula_result(2, 0x2A)) + formula_cell(0, 3, formula_result(3, 0)) +
                         formula_cell(0, 4, formula_result(0, 0)) + formula_text("Team 1") +
                         formula_cell(0, 5, formula_result(0, 0)) + shared + formula_text("Team 2") +
                         formula_cell(0, 6, formula_result(0, 0)) + array + formula_text("Team \xE9");

    CHECK(read(workbook(records)) == Lines{"1|n:77|b:true|e:#N/A||Team 1|Team 2|Team é"});
}

TEST_CASE("a formula's text that is missing is damage, not an empty cell", "[core][record][xls]") {
    const auto promised = formula_cell(0, 0, formula_result(0, 0));

    CHECK(read(workbook(promised)) == Lines{"!damaged_workbook"});
    CHECK(read(workbook(promised + label_cell(0, 1, "x") + formula_text("late"))) == Lines{"!damaged_workbook"});
    CHECK(read(workbook(formula_cell(0, 0, formula_result(9, 0)))) == Lines{"!damaged_workbook"});
}

TEST_CASE("formulas that were never computed are told from those whose result is empty", "[core][record][xls]") {
    const auto empty = formula_cell(0, 1, formula_result(3, 0));

    CHECK(read(workbook(label_cell(0, 0, "id") + empty)) == Lines{"1|id|f:"});
    CHECK(read(workbook(formula_cell(0, 0, formula_result(1.0)) + empty + label_cell(0, 2, "x"))) == Lines{"1|n:1||x"});
}

TEST_CASE("cells may hold their text themselves, with fonts or without", "[core][record][xls]") {
    auto rich = place(0, 1) + narrow_text("Anna de Groot");
    put_u16(rich, 1);
    put_u32(rich, 0x00010005);
    auto wide = place(0, 2);
    put_u16(wide, 2);
    wide += '\1';
    put_u16(wide, 0x0141);
    put_u16(wide, 0x674E);

    CHECK(read(workbook(label_cell(0, 0,
                                   "Z\xFC"
                                   "rich") +
                        biff(0x00D6, rich) + biff(0x0204, wide))) == Lines{"1|Zürich|Anna de Groot|Ł李"});
}

TEST_CASE("half a character becomes U+FFFD, never a broken text", "[core][record][xls]") {
    const auto units = [](std::initializer_list<std::uint16_t> all) {
        std::string body;
        put_u16(body, static_cast<std::uint16_t>(all.size()));
        body += '\1';
        for (const auto unit : all) put_u16(body, unit);
        return body;
    };
    const auto cell = [&](std::initializer_list<std::uint16_t> all) {
        return read(workbook(biff(0x0204, place(0, 0) + units(all))));
    };

    CHECK(cell({0xD83D, 0xDC69}) == Lines{"1|👩"});
    CHECK(cell({'a', 0xD83D}) == Lines{"1|a\uFFFD"});
    CHECK(cell({0xDC69, 'a'}) == Lines{"1|\uFFFDa"});
    CHECK(cell({0xD83D, 0xD83D, 0xDC69}) == Lines{"1|\uFFFD👩"});
}

TEST_CASE("empty rows are left out, empty cells within a row are kept, those at its end are not",
          "[core][record][xls]") {
    const auto blank = biff(0x0201, place(1, 0));
    const auto blanks = biff(0x00BE, place(1, 1) + std::string("\0\0\2\0", 4));
    const auto records = label_cell(0, 0, "id") + blank + blanks + label_cell(4, 2, "x") + label_cell(4, 3, "");

    CHECK(read(workbook(records)) == Lines{"1|id", "5|||x"});
}

TEST_CASE("cells and rows in any order come out in order, and the later of two cells counts", "[core][record][xls]") {
    const auto records = label_cell(2, 1, "c2") + label_cell(2, 0, "c1") + label_cell(0, 0, "a1") +
                         formula_cell(1, 0, formula_result(0, 0)) + formula_text("b1") + label_cell(0, 1, "a2") +
                         label_cell(1, 1, "old") + label_cell(1, 1, "new");

    CHECK(read(workbook(records)) == Lines{"1|a1|a2", "2|b1|new", "3|c1|c2"});
}

TEST_CASE("what is drawn on a sheet is no part of it", "[core][record][xls]") {
    const auto chart = biff_begin(0x0020) + number_cell(0, 0, 1) + label_cell(9, 9, "axis") + biff_end();

    CHECK(read(workbook(label_cell(0, 0, "id") + chart + label_cell(1, 0, "7"))) == Lines{"1|id", "2|7"});
}

TEST_CASE("the first visible sheet is read, or the one that is named", "[core][record][xls]") {
    const auto bytes = workbook({}, {{.name = "Chart", .records = {}, .kind = 2, .part = 0x0020},
                                     {.name = "Hidden", .records = label_cell(0, 0, "h"), .hidden = 1},
                                     {.name = "Very hidden", .records = label_cell(0, 0, "v"), .hidden = 2},
                                     {.name = "Staff", .records = label_cell(0, 0, "s")},
                                     {.name = "Old", .records = label_cell(0, 0, "o")}});

    const auto first = open_xls(bytes, std::nullopt, {});
    REQUIRE(first);
    CHECK(first->sheet == "Staff");
    CHECK(first->sheets == Lines{"Hidden", "Very hidden", "Staff", "Old"});
    CHECK(shown(first) == Lines{"1|s"});
    CHECK(shown(open_xls(bytes, "Old", {})) == Lines{"1|o"});
    CHECK(shown(open_xls(bytes, "Hidden", {})) == Lines{"1|h"});
    CHECK(shown(open_xls(bytes, "Chart", {})) == Lines{"!open no_such_sheet"});
    CHECK(shown(open_xls(bytes, "staff 2026", {})) == Lines{"!open no_such_sheet"});
    CHECK(shown(open_xls(workbook({}, {{.records = {}, .hidden = 1}}), std::nullopt, {})) ==
          Lines{"!open no_such_sheet"});
}

TEST_CASE("a workbook that needs a password, or is too old, is refused by name", "[core][record][xls]") {
    const auto locked = workbook(biff(0x002F, std::string(6, '\0')), {{.records = label_cell(0, 0, "x")}});
    CHECK(read(locked) == Lines{"!open password_protected"});
    CHECK(read(write_compound_file("Workbook", biff_begin(0x0005, 0x0500) + biff_end())) == Lines{"!open excel_95"});
    CHECK(read(write_compound_file("Book", biff_begin(0x0005, 0x0500) + biff_end())) == Lines{"!open excel_95"});
    CHECK(read(write_compound_file("Workbook", biff(0x0409, std::string(6, '\0')))) == Lines{"!open excel_95"});
}

TEST_CASE("a sheet beyond a limit is refused before its first row", "[core][record][xls]") {
    const auto bytes = workbook(label_cell(0, 0, "abcdef") + label_cell(1, 2, "x"));

    CHECK(read(bytes, {.columns_max = 3, .rows_max = 2, .cell_bytes_max = 6}) == Lines{"1|abcdef", "2|||x"});
    CHECK(read(bytes, {.columns_max = 2}) == Lines{"!open too_many_columns"});
    CHECK(read(bytes, {.rows_max = 1}) == Lines{"!open too_many_rows"});
    CHECK(read(bytes, {.cell_bytes_max = 5}) == Lines{"!cell_too_long"});
    CHECK(read(workbook(label_cell(1, 0, "x") + label_cell(0, 0, "y")), {.rows_max = 1}) ==
          Lines{"!open too_many_rows"});
    CHECK(read(workbook(label_cell(1, 0, "x") + label_cell(0, 0, "y") + label_cell(1, 1, "z")), {.rows_max = 2}) ==
          Lines{"1|y", "2|x|z"});
}

TEST_CASE("more shared text than the limit is refused, each text counted", "[core][record][xls]") {
    const auto bytes =
        workbook(shared_texts({narrow_text("ab"), narrow_text("cd")}), {{.records = shared_cell(0, 0, 1)}});

    CHECK(read(bytes, {.shared_text_bytes_max = 20}) == Lines{"1|cd"});
    CHECK(read(bytes, {.shared_text_bytes_max = 19}) == Lines{"!open too_large_unpacked"});
}

TEST_CASE("one long text that many cells share does not grow without limit", "[core][record][xls]") {
    std::string cells;
    for (std::uint16_t row = 0; row < 20; ++row) cells += shared_cell(row, 0, 0);
    const auto bytes = workbook(shared_texts({narrow_text(std::string(99, 'x'))}), {{.records = cells}});

    const auto lines = read(bytes, {.unpacked_bytes_max = 250});
    CHECK(lines.size() == 10);
    CHECK(lines.back() == "!too_large_unpacked");
    CHECK(read(bytes, {.unpacked_bytes_max = 501}).size() == 20);
}

TEST_CASE("a sheet that is not where the workbook says, or does not end, is damage", "[core][record][xls]") {
    auto stream = workbook_stream({}, {{.records = label_cell(0, 0, "x")}});
    const auto cut = stream.substr(0, stream.size() - 4);
    CHECK(read(write_compound_file("Workbook", cut)) == Lines{"!open damaged_workbook"});

    const auto elsewhere = biff_begin(0x0005).size() + 4;
    stream[elsewhere + 1] = '\x7F';
    CHECK(read(write_compound_file("Workbook", stream)) == Lines{"!open damaged_workbook"});
    stream[elsewhere + 1] = stream[elsewhere] = 0;
    CHECK(read(write_compound_file("Workbook", stream)) == Lines{"!open damaged_workbook"});
}

TEST_CASE("a cell shorter than its kind, or with a text that does not exist, is damage", "[core][record][xls]") {
    for (const std::uint16_t type : {0x0006, 0x0203, 0x027E, 0x00FD, 0x0204, 0x00D6, 0x0205, 0x00BD}) {
        INFO("record " << type);
        CHECK(read(workbook(biff(type, place(0, 0)))) == Lines{"!open damaged_workbook"});
    }
    CHECK(read(workbook(shared_texts({narrow_text("a")}), {{.records = shared_cell(0, 0, 1)}})) ==
          Lines{"!damaged_workbook"});
    CHECK(read(workbook(biff(0x0204, place(0, 0) + std::string("\x05\0\0ab", 5)))) == Lines{"!damaged_workbook"});
}

TEST_CASE("what the workbook says of its own size is not believed", "[core][record][xls]") {
    std::string texts;
    put_u32(texts, 0xFFFFFFFF);
    put_u32(texts, 0xFFFFFFFF);
    const auto dimensions = biff(0x0200, std::string(14, '\xFF'));
    const auto bytes =
        workbook(biff(0x00FC, texts + narrow_text("only")), {{.records = dimensions + shared_cell(0, 0, 0)}});

    CHECK(read(bytes) == Lines{"1|only"});
}
