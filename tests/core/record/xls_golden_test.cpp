// Workbooks that real programs wrote: tests/golden/make_xls makes them.

#include "core/record/compound_file.hpp"
#include "tests/core/record/golden_file.hpp"
#include "tests/core/record/shown_sheet.hpp"

#include <catch2/catch.hpp>

using namespace usersync::record;
using namespace usersync::record::test;

namespace {

std::string repeated(std::string_view text, int times) {
    std::string all;
    for (int i = 0; i < times; ++i) all += text;
    return all;
}

// Texts, dates, times, formulas of every kind, errors and truth values.
const Lines staff = {
    "1|Personeelsnr|Naam|In dienst|Uren|Actief|Team|Dubbel|Veel|Fout|Leeg|Begin|Moment|Deel|Zoek",
    "2|00123|Zoë Müller-Łukaszewicz|d:2026-03-01|n:38.5|b:true|Team 00123|n:77|b:true|e:#DIV/0!||d:08:30:00|"
    "d:2026-03-01T08:30:00|n:0.8|e:#N/A",
    "3|00124|李小龍 👩‍💻|d:1999-12-31|n:-12|b:false|" + repeated("é", 300) +
        "|n:123456789012|||||||first\nsecond",
    "5|||alone"};

Lines read(const std::string& name) { return shown(open_xls(golden("xls/" + name), std::nullopt, {})); }

}  // namespace

TEST_CASE("a workbook that LibreOffice or Gnumeric wrote is read in full", "[core][record][xls][golden]") {
    CHECK(read("libreoffice.xls") == staff);
    CHECK(read("gnumeric.xls") == staff);
}

TEST_CASE("a workbook that counts its days from 1904 has the same dates", "[core][record][xls][golden]") {
    const auto bytes = golden("xls/libreoffice_1904.xls");
    const auto sheet = open_xls(bytes, std::nullopt, {});
    REQUIRE(sheet);
    CHECK(sheet->dates_from_1904);
    CHECK(sheet->sheets == Lines{"Medewerkers ✓", "Toelichting"});
    CHECK(shown(sheet) == staff);
}

TEST_CASE("a workbook that xlwt wrote is read, and its formulas are known to be uncomputed",
          "[core][record][xls][golden]") {
    const auto bytes = golden("xls/xlwt.xls");
    CHECK(shown(open_xls(bytes, std::nullopt, {})) ==
          Lines{"1|id|name|since|rate|total",
                "2|0042|Søren Ångström|d:2025-12-31|n:0.30000000000000004|f:", "3||Anna de Groot||n:1e+21|f:"});
    CHECK(shown(open_xls(bytes, "Geheim", {})) == Lines{"1|hidden from the menu too"});
}

TEST_CASE("rows that were written out of order are read in order", "[core][record][xls][golden]") {
    CHECK(read("xlwt_out_of_order.xls") == Lines{"1|a1|b1", "2|a2|b2", "3|a3|b3", "4|a4|b4"});
}

TEST_CASE("a workbook that SheetJS wrote is read", "[core][record][xls][golden]") {
    CHECK(read("sheetjs.xls") == Lines{"1|id|naam|uren|actief|in dienst|opmerking",
                                       "2|007|Renée <Smit> & Zn|n:36.25|b:true|d:2026-03-01|één\ntwee",
                                       "3|008|Łukasz|n:-1|b:false"});
}

TEST_CASE("a workbook with a password, old or new, is refused as such", "[core][record][xls][golden]") {
    CHECK(read("protected.xls") == Lines{"!open password_protected"});
    CHECK(read("protected.xlsx") == Lines{"!open password_protected"});
    const auto content = what_is_in(golden("xls/protected.xlsx"));
    REQUIRE(content);
    CHECK(*content == CompoundContent::encrypted);
}

TEST_CASE("a workbook of Excel 95 is refused as such", "[core][record][xls][golden]") {
    CHECK(read("excel_95.xls") == Lines{"!open excel_95"});
}

TEST_CASE("a page that SheetJS wrote and called a workbook is read as a table", "[core][record][html][golden]") {
    CHECK(shown(open_html(golden("xls/sheetjs_html.xls"), {})) ==
          Lines{"1|id|naam|uren|actief|in dienst|opmerking", "2|007|Renée <Smit> & Zn|36.25|TRUE|01-03-2026|één\ntwee",
                "3|008|Łukasz|-1|FALSE"});
}

TEST_CASE("a page and a message as Excel saves them are read as tables", "[core][record][html][golden]") {
    const Lines sheet = {"1|Personeelsnr|Naam|Afdeling", "2|00123|Zoë O’Brien|Zorg & Welzijn",
                         "3|00124|Łukasz Żak|Team\nNoord"};
    CHECK(shown(open_html(golden("xls/excel_page.xls"), {})) == sheet);
    CHECK(shown(open_mhtml(golden("xls/excel_message.xls"), {})) == sheet);
}
