#include "tests/core/record/workbooks.hpp"
#include "tests/support/show_result.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace usersync;
using namespace usersync::record;

namespace {

std::string inline_cell(const std::string& text) { return "<c t=\"inlineStr\"><is><t>" + text + "</t></is></c>"; }

std::string with_texts(const std::string& texts, const std::string& cell) {
    return xlsx_rows("<row>" + cell + "</row>", {{"xl/sharedStrings.xml", shared_texts_xml(texts)}});
}

}  // namespace

TEST_CASE("xlsx: cells without an address stand one after another", "[record][xlsx]") {
    CHECK(xlsx_rows("<row><c t=\"s\"><v>0</v></c><c><v>2</v></c></row><row><c><v>3</v></c></row>") ==
          "1: shared|n:2\n2: n:3\n");
}

TEST_CASE("xlsx: an address may leave columns and rows out", "[record][xlsx]") {
    CHECK(xlsx_rows(R"(<row r="3"><c r="B3"><v>1</v></c><c><v>2</v></c><c r="AB3"><v>3</v></c></row>)") ==
          "3: |n:1|n:2" + std::string(25, '|') + "n:3\n");
    CHECK(xlsx_rows(R"(<row r="2"><c r="A2"/></row><row r="7"><c r="A7"><v>1</v></c><c r="D7" s="1"/></row>)") ==
          "7: n:1\n");
}

TEST_CASE("xlsx: rows and cells out of their order are damage", "[record][xlsx]") {
    CHECK(xlsx_rows(R"(<row r="2"><c><v>1</v></c></row><row r="2"/>)") == "damaged_workbook");
    CHECK(xlsx_rows(R"(<row><c r="B1"><v>1</v></c><c r="A1"><v>1</v></c></row>)") == "damaged_workbook");
    CHECK(xlsx_rows(R"(<row><c r="B1"><v>1</v></c><c r="B1"><v>1</v></c></row>)") == "damaged_workbook");
    for (const auto* address : {"", "1", "A", "AAAAAAAAAAAA1", "?1"}) {
        CHECK(xlsx_rows("<row><c r=\"" + std::string(address) + "\"><v>1</v></c></row>") == "damaged_workbook");
    }
    for (const auto* number : {"", "0", "-1", "x", "99999999999999999999"}) {
        CHECK(xlsx_rows("<row r=\"" + std::string(number) + "\"/>") == "damaged_workbook");
    }
}

TEST_CASE("xlsx: rich text is one text, and readings for pronunciation are left out", "[record][xlsx]") {
    const std::string rich =
        "<r><rPr><b/></rPr><t>Anna </t></r><r><t xml:space=\"preserve\"> Berg</t></r>"
        "<rPh sb=\"0\" eb=\"1\"><t>reading</t></rPh><phoneticPr fontId=\"1\"/>";
    CHECK(with_texts("<si>" + rich + "</si>", "<c t=\"s\"><v>0</v></c>") == "1: Anna  Berg\n");
    CHECK(xlsx_rows("<row><c t=\"inlineStr\"><is>" + rich + "</is></c></row>") == "1: Anna  Berg\n");
}

TEST_CASE("xlsx: shared texts keep their spaces, lines and empty ones", "[record][xlsx]") {
    CHECK(with_texts("<si><t>a</t></si><si/><si><t> b\nc </t></si>",
                     "<c t=\"s\"><v>2</v></c><c t=\"s\"><v>1</v></c><c t=\"s\"><v>0</v></c>") == "1:  b\nc ||a\n");
}

TEST_CASE("xlsx: a shared text that is not there is damage", "[record][xlsx]") {
    for (const auto* index : {"1", "-1", "x", "99999999999999999999999"}) {
        CHECK(with_texts("<si><t>a</t></si>", "<c t=\"s\"><v>" + std::string(index) + "</v></c>") ==
              "damaged_workbook");
    }
}

TEST_CASE("xlsx: characters that XML cannot hold are written as escapes", "[record][xlsx]") {
    CHECK(xlsx_rows("<row>" + inline_cell("a_x000D_b_x005F_x000D__x0000__xD83D__xDE00__xD83D_") + "</row>") ==
          "1: a\rb_x000D__x0000_\xF0\x9F\x98\x80_xD83D_\n");
    CHECK(with_texts("<si><t>_x0041_</t></si>", "<c t=\"s\"><v>0</v></c>") == "1: A\n");
}

TEST_CASE("xlsx: a number is a date when its style shows one", "[record][xlsx]") {
    CHECK(xlsx_rows(R"(<row><c s="0"><v>46082</v></c><c s="1"><v>46082</v></c><c s="2"><v>46082.354166666664</v></c>)"
                    R"(<c s="3"><v>46082</v></c><c s="9"><v>46082</v></c></row>)") ==
          "1: n:46082|d:2026-03-01|d:2026-03-01T08:30:00|n:46082|n:46082\n");
}

TEST_CASE("xlsx: a number that no date can show stays a number", "[record][xlsx]") {
    CHECK(xlsx_rows(R"(<row><c s="1"><v>-1</v></c><c s="1"><v>60</v></c><c s="1"><v>99999999</v></c></row>)") ==
          "1: n:-1|n:60|n:99999999\n");
}

TEST_CASE("xlsx: a workbook that counts from 1904 is read so", "[record][xlsx]") {
    const auto bytes = xlsx_of(R"(<row><c s="1"><v>44620</v></c></row>)",
                               {{"xl/workbook.xml", workbook_xml(R"(<sheet name="Staff" sheetId="1" r:id="rId1"/>)",
                                                                 R"(<workbookPr date1904="1"/>)")}});
    const auto sheet = open_xlsx(bytes, {}, {});
    REQUIRE(sheet);
    CHECK(sheet->dates_from_1904);
    CHECK(shown(sheet) == "1: d:2026-03-01\n");
}

TEST_CASE("xlsx: numbers are written as the shortest digits", "[record][xlsx]") {
    CHECK(
        xlsx_rows("<row><c><v>0.10000000000000001</v></c><c t=\"n\"><v>1.23457E+11</v></c><c><v>1E+21</v></c></row>") ==
        "1: n:0.1|n:123457000000|n:1e+21\n");
    CHECK(xlsx_rows("<row><c><v>NaN</v></c><c><v>1,5</v></c></row>") == "1: e:NaN|e:1,5\n");
}

TEST_CASE("xlsx: booleans, errors and ISO dates have kinds of their own", "[record][xlsx]") {
    CHECK(xlsx_rows(R"(<row><c t="b"><v>1</v></c><c t="b"><v>0</v></c><c t="e"><v>#N/A</v></c>)"
                    R"(<c t="d"><v>2026-03-01T00:00:00</v></c><c t="d"><v>soon</v></c><c t="b"><v>2</v></c></row>)") ==
          "1: b:true|b:false|e:#N/A|d:2026-03-01|e:soon|e:2\n");
    CHECK(xlsx_rows("<row><c t=\"x\"><v>1</v></c></row>") == "damaged_workbook");
}

TEST_CASE("xlsx: a formula gives its last result, and one that was never computed says so", "[record][xlsx]") {
    CHECK(xlsx_rows(R"(<row><c><f>A2*2</f><v>4</v></c><c t="str"><f>"a"</f><v>a</v></c><c t="str"><f>""</f><v></v></c>)"
                    R"(<c><f>A2</f></c><c><f>A2</f><v></v></c><c t="str"><f>A2</f></c></row>)") ==
          "1: n:4|a||f:|f:|f:\n");
}

TEST_CASE("xlsx: names may have prefixes, and the strict namespace is as good", "[record][xlsx]") {
    CHECK(xlsx_rows("", {{"xl/worksheets/sheet1.xml",
                          "<x:worksheet xmlns:x=\"http://purl.oclc.org/ooxml/spreadsheetml/main\"><x:sheetData><x:row>"
                          "<x:c t=\"inlineStr\"><x:is><x:t>a</x:t></x:is></x:c><x:c><x:v>1</x:v></x:c></x:row>"
                          "</x:sheetData></x:worksheet>"}}) == "1: a|n:1\n");
}

TEST_CASE("xlsx: what extensions and layout add to rows and cells is no text of theirs", "[record][xlsx]") {
    CHECK(xlsx_rows("<row><c><v>1</v><extLst><ext><v>2</v><is><t>x</t></is></ext></extLst></c><extLst><c><v>3</v></c>"
                    "</extLst></row>") == "1: n:1\n");
}

TEST_CASE("xlsx: the first sheet that is shown is read, or the one that is named", "[record][xlsx]") {
    const auto relation = [](const std::string& id, const std::string& type, const std::string& target) {
        return "<Relationship Id=\"" + id + "\" Type=\"http://x/" + type + "\" Target=\"" + target + "\"/>";
    };
    const auto sheet_xml = [](const std::string& text) {
        return "<worksheet><sheetData><row><c t=\"str\"><v>" + text + "</v></c></row></sheetData></worksheet>";
    };
    const auto bytes = xlsx_of(
        "",
        {{"xl/workbook.xml", workbook_xml(R"(<sheet name="Chart" r:id="c"/><sheet name="Old" state="hidden" r:id="b"/>)"
                                          R"(<sheet name="Secret" state="veryHidden" r:id="b"/>)"
                                          R"(<sheet name="Staff &amp; more" r:id="a"/><sheet name="Last" r:id="d"/>)")},
         {"xl/_rels/workbook.xml.rels", "<Relationships>" + relation("a", "worksheet", "/xl/worksheets/z.xml") +
                                            relation("b", "worksheet", "../xl/./worksheets/b.xml") +
                                            relation("c", "chartsheet", "charts/c.xml") +
                                            relation("d", "worksheet", "Worksheets/D.XML") + "</Relationships>"},
         {"xl/worksheets/sheet1.xml", ""},
         {"xl/worksheets/z.xml", sheet_xml("staff")},
         {"xl/worksheets/b.xml", sheet_xml("old")},
         {"xl\\worksheets\\d.xml", sheet_xml("last")}});
    const auto sheet = open_xlsx(bytes, {}, {});
    REQUIRE(sheet);
    CHECK(sheet->sheet == "Staff & more");
    CHECK(sheet->sheets == std::vector<std::string>{"Chart", "Old", "Secret", "Staff & more", "Last"});
    CHECK(shown(sheet) == "1: staff\n");
    CHECK(shown(open_xlsx(bytes, "Old", {})) == "1: old\n");
    CHECK(shown(open_xlsx(bytes, "Last", {})) == "1: last\n");
    CHECK(shown(open_xlsx(bytes, "Chart", {})) == "no_such_sheet");
    const auto missing = open_xlsx(bytes, "Payroll", {});
    REQUIRE_FALSE(missing);
    CHECK(missing.error().code == "no_such_sheet");
    CHECK(missing.error().detail.find("\"Staff & more\"") != std::string::npos);
}

TEST_CASE("xlsx: parts that are named but missing are damage", "[record][xlsx]") {
    for (const auto* part : {"xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml",
                             "[Content_Types].xml"}) {
        INFO(part);
        CHECK(xlsx_rows("<row/>", {{part, ""}}) == "damaged_workbook");
    }
    CHECK(xlsx_rows("<row><c><v>1</v></c></row>", {{"_rels/.rels", ""}}) == "1: n:1\n");
}

TEST_CASE("xlsx: a workbook with macros is read, a binary one and a document are refused by name", "[record][xlsx]") {
    const auto with_type = [](const std::string& type) {
        return xlsx_rows("<row><c><v>1</v></c></row>",
                         {{"[Content_Types].xml",
                           "<Types><Override PartName=\"/xl/workbook.xml\" ContentType=\"" + type + "\"/></Types>"}});
    };
    CHECK(with_type("application/vnd.ms-excel.sheet.macroEnabled.main+xml") == "1: n:1\n");
    CHECK(with_type("application/vnd.ms-excel.sheet.binary.macroEnabled.main") == "unknown_format");
    CHECK(with_type("application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml") ==
          "unknown_format");
}

TEST_CASE("xlsx: damage in any part is found", "[record][xlsx]") {
    CHECK(xlsx_rows("<row><c><v>1</v></c></row></sheetData><oops>") == "damaged_workbook");
    CHECK(xlsx_rows("", {{"xl/sharedStrings.xml", "<sst><si><t>a</si></sst>"}}) == "damaged_workbook");
    CHECK(xlsx_rows("", {{"xl/worksheets/sheet1.xml", "<chartsheet/>"}}) == "damaged_workbook");
    CHECK(xlsx_rows("", {{"xl/workbook.xml", "<document/>"}}) == "damaged_workbook");
    CHECK(shown(open_xlsx("no workbook", {}, {})) == "damaged_workbook");
}

TEST_CASE("xlsx: a row is read right wherever the pieces of its file are cut", "[record][xlsx]") {
    std::string rows;
    std::string expected;
    for (int i = 1; i <= 3000; ++i) {
        const auto number = std::to_string(i);
        rows += "<row><c t=\"inlineStr\"><is><t>employee &amp; " + number + "</t></is></c><c><v>" + number +
                ".5</v></c><c t=\"s\"><v>0</v></c></row>";
        expected += number + ": employee & " + number + "|n:" + number + ".5|shared\n";
    }
    CHECK(xlsx_rows(rows) == expected);
}
