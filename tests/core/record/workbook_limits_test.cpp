// What is refused whatever it holds, so that memory and time stay bounded; and files that end too early.

#include "tests/core/record/golden_workbook.hpp"
#include "tests/core/record/workbooks.hpp"
#include "tests/support/show_result.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace usersync;
using namespace usersync::record;

namespace {

std::string repeated(const std::string& text, std::size_t times) {
    std::string result;
    for (std::size_t i = 0; i < times; ++i) result += text;
    return result;
}

std::string xlsx_code(const RecordLimits& limits, const std::string& rows, const Parts& instead = {}) {
    const auto bytes = xlsx_of(rows, instead);
    return failure_code(open_xlsx(bytes, {}, limits));
}

std::string ods_code(const RecordLimits& limits, const std::string& rows) {
    const auto bytes = ods_of_rows(rows);
    return failure_code(open_ods(bytes, {}, limits));
}

std::string spreadsheetml_code(const RecordLimits& limits, const std::string& rows) {
    const auto bytes = spreadsheetml_of_rows(rows);
    return failure_code(open_spreadsheetml(bytes, {}, limits));
}

const std::string xlsx_row = "<row><c t=\"str\"><v>four</v></c></row>";
const std::string ods_row =
    "<table:table-row><table:table-cell><text:p>four</text:p></table:table-cell></table:table-row>";
const std::string spreadsheetml_row = "<Row><Cell><Data ss:Type=\"String\">four</Data></Cell></Row>";

}  // namespace

TEST_CASE("a workbook of too many rows is refused, and empty rows do not count", "[record][limits]") {
    RecordLimits limits;
    limits.rows_max = 3;
    CHECK(xlsx_code(limits, repeated(xlsx_row, 3) + "<row/>") == "none");
    CHECK(xlsx_code(limits, repeated(xlsx_row, 4)) == "too_many_rows");
    CHECK(xlsx_code(limits, "<row r=\"4\"><c><v>1</v></c></row>") == "too_many_rows");
    CHECK(ods_code(limits, repeated(ods_row, 3) + "<table:table-row table:number-rows-repeated=\"1048573\"/>") ==
          "none");
    CHECK(ods_code(limits,
                   "<table:table-row table:number-rows-repeated=\"4\"><table:table-cell><text:p>a</text:p>"
                   "</table:table-cell></table:table-row>") == "too_many_rows");
    CHECK(spreadsheetml_code(limits, repeated(spreadsheetml_row, 3)) == "none");
    CHECK(spreadsheetml_code(limits, repeated(spreadsheetml_row, 4)) == "too_many_rows");
}

TEST_CASE("a workbook of too many columns is refused, and empty cells do not count", "[record][limits]") {
    RecordLimits limits;
    limits.columns_max = 3;
    CHECK(xlsx_code(limits, "<row>" + repeated("<c><v>1</v></c>", 3) + "<c r=\"XFD1\" s=\"1\"/></row>") == "none");
    CHECK(xlsx_code(limits, "<row>" + repeated("<c><v>1</v></c>", 4) + "</row>") == "too_many_columns");
    CHECK(xlsx_code(limits, "<row><c r=\"D1\"><v>1</v></c></row>") == "too_many_columns");
    CHECK(xlsx_code(RecordLimits(), "<row><c r=\"XFE1\"><v>1</v></c></row>") == "too_many_columns");
    const auto cells = [](const std::string& times) {
        return "<table:table-row><table:table-cell table:number-columns-repeated=\"" + times +
               "\"><text:p>a</text:p></table:table-cell><table:table-cell "
               "table:number-columns-repeated=\"1000000000\"/>"
               "</table:table-row>";
    };
    CHECK(ods_code(limits, cells("3")) == "none");
    CHECK(ods_code(limits, cells("4")) == "too_many_columns");
    CHECK(ods_code(limits, cells("1000000000")) == "too_many_columns");
    CHECK(spreadsheetml_code(limits, "<Row><Cell ss:Index=\"4\"><Data ss:Type=\"Number\">1</Data></Cell></Row>") ==
          "too_many_columns");
}

TEST_CASE("a workbook with too long a cell is refused", "[record][limits]") {
    RecordLimits limits;
    limits.cell_bytes_max = 4;
    const Parts no_texts = {{"xl/sharedStrings.xml", shared_texts_xml("")}};
    CHECK(xlsx_code(limits, xlsx_row, no_texts) == "none");
    CHECK(xlsx_code(limits, "<row><c t=\"str\"><v>fives</v></c></row>", no_texts) == "cell_too_long");
    CHECK(xlsx_code(limits, "<row/>", {{"xl/sharedStrings.xml", shared_texts_xml("<si><t>five</t></si>")}}) == "none");
    CHECK(xlsx_code(limits, "<row/>",
                    {{"xl/sharedStrings.xml", shared_texts_xml("<si><t>five</t><r><t>s</t></r></si>")}}) ==
          "cell_too_long");
    CHECK(ods_code(limits, ods_row) == "none");
    CHECK(ods_code(limits,
                   "<table:table-row><table:table-cell><text:p>four</text:p><text:p/></table:table-cell>"
                   "</table:table-row>") == "cell_too_long");
    CHECK(ods_code(limits,
                   "<table:table-row><table:table-cell><text:p><text:s text:c=\"1000000000\"/></text:p>"
                   "</table:table-cell></table:table-row>") == "cell_too_long");
    CHECK(spreadsheetml_code(limits, spreadsheetml_row) == "none");
    CHECK(spreadsheetml_code(limits, "<Row><Cell><Data ss:Type=\"String\">fives</Data></Cell></Row>") ==
          "cell_too_long");
}

TEST_CASE("a row is not kept together without end", "[record][limits]") {
    RecordLimits limits;
    limits.cell_bytes_max = 1000;
    const auto cell = "<c t=\"str\"><v>" + std::string(1000, 'x') + "</v></c>";
    CHECK(xlsx_code(limits, "<row>" + repeated(cell, 16) + "</row>") == "none");
    CHECK(xlsx_code(limits, "<row>" + repeated(cell, 18) + "</row>") == "cell_too_long");
}

TEST_CASE("a zip bomb as a sheet is refused while it is unpacked", "[record][limits]") {
    // 30 MiB of spaces, which are no part of any cell.
    CHECK(xlsx_code({}, std::string(30 << 20, ' ')) == "too_large_unpacked");
    CHECK(ods_code({}, std::string(30 << 20, ' ')) == "too_large_unpacked");
    RecordLimits limits;
    limits.unpacked_bytes_max = 1 << 20;
    CHECK(xlsx_code(limits, std::string(2 << 20, ' ')) == "too_large_unpacked");
    limits = {};
    limits.entries_max = 3;
    CHECK(xlsx_code(limits, "<row/>") == "too_large_unpacked");
}

TEST_CASE("shared texts that are more than the limit are refused", "[record][limits]") {
    RecordLimits limits;
    limits.shared_text_bytes_max = 16'000;
    const auto with = [&](const std::string& texts) {
        return xlsx_code(limits, "<row/>", {{"xl/sharedStrings.xml", shared_texts_xml(texts)}});
    };
    CHECK(with("<si><t>" + std::string(15'000, 'x') + "</t></si>") == "none");
    CHECK(with("<si><t>" + std::string(16'000, 'x') + "</t></si>") == "too_large_unpacked");
    CHECK(with(repeated("<si/>", 1000)) == "none");
    CHECK(with(repeated("<si/>", 1001)) == "too_large_unpacked");
}

TEST_CASE("a small file cannot stand for a large table", "[record][limits]") {
    RecordLimits limits;
    limits.unpacked_bytes_max = 100'000;
    const std::string wide =
        "<table:table-cell table:number-columns-repeated=\"1000\"><text:p>text</text:p></table:table-cell>";
    const auto rows = [&](const std::string& times) {
        return "<table:table-row table:number-rows-repeated=\"" + times + "\">" + wide + "</table:table-row>";
    };
    CHECK(ods_code(limits, rows("80")) == "none");
    CHECK(ods_code(limits, rows("81")) == "too_large_unpacked");
    CHECK(ods_code({}, rows("19999999")) == "too_large_unpacked");
    // Each of these cells refers to a text of a thousand bytes.
    const Parts texts = {{"xl/sharedStrings.xml", shared_texts_xml("<si><t>" + std::string(999, 'x') + "</t></si>")}};
    const std::string row = "<row><c t=\"s\"><v>0</v></c></row>";
    CHECK(xlsx_code(limits, repeated(row, 400), texts) == "none");
    CHECK(xlsx_code(limits, repeated(row, 401), texts) == "too_large_unpacked");
}

TEST_CASE("XML that is nested too deep is refused", "[record][limits]") {
    RecordLimits limits;
    limits.depth_max = 10;
    const auto deep = [](std::size_t times) { return repeated("<a>", times) + repeated("</a>", times); };
    CHECK(xlsx_code(limits, deep(8)) == "none");
    CHECK(xlsx_code(limits, deep(9)) == "too_deep");
    CHECK(xlsx_code({}, deep(1'000'000)) == "too_deep");
    CHECK(ods_code({}, deep(1'000'000)) == "too_deep");
    CHECK(spreadsheetml_code({}, deep(1'000'000)) == "too_deep");
}

TEST_CASE("a DOCTYPE is refused in every part", "[record][limits]") {
    const std::string laughs = "<!DOCTYPE a [<!ENTITY b \"ha\"><!ENTITY c \"&b;&b;\">]>";
    for (const auto* part : {"[Content_Types].xml", "_rels/.rels", "xl/workbook.xml", "xl/_rels/workbook.xml.rels",
                             "xl/styles.xml", "xl/sharedStrings.xml", "xl/worksheets/sheet1.xml"}) {
        INFO(part);
        CHECK(xlsx_code({}, "<row/>", {{part, laughs + "<a>&c;</a>"}}) == "doctype_refused");
    }
    const auto ods = zip_of({{"content.xml", laughs + ods_content("")}});
    CHECK(failure_code(open_ods(ods, {}, {})) == "doctype_refused");
    CHECK(failure_code(open_spreadsheetml(laughs + "<a>&c;</a>", {}, {})) == "doctype_refused");
}

TEST_CASE("a tag, comment or name that never ends is refused", "[record][limits]") {
    const std::string long_text(8 << 20, 'x');
    CHECK(spreadsheetml_code({}, "<!--" + long_text + "-->") == "too_large_unpacked");
    CHECK(spreadsheetml_code({}, "<Row a=\"" + long_text + "\"/>") == "too_large_unpacked");
    CHECK(spreadsheetml_code({}, "<" + long_text + "/>") == "too_large_unpacked");
    std::string names;
    for (int i = 0; i < 600'000; ++i) names += "<a" + std::to_string(i) + " b" + std::to_string(i) + "=''/>";
    CHECK(spreadsheetml_code({}, names) == "too_large_unpacked");
}

TEST_CASE("a workbook that ends too early is refused wherever it ends", "[record][limits]") {
    for (const auto* name : {"openpyxl.xlsx", "openpyxl_write_only.xlsx", "libreoffice.xlsx", "gnumeric.xlsx",
                             "sheetjs.xlsx", "libreoffice.ods", "gnumeric.ods", "sheetjs.ods", "sheetjs.xml"}) {
        const auto whole = golden_workbook(name);
        const std::string_view kind = std::string_view(name).substr(std::string_view(name).find('.'));
        const auto code = [&](std::string_view bytes) {
            if (kind == ".xlsx") return failure_code(open_xlsx(bytes, {}, {}));
            if (kind == ".ods") return failure_code(open_ods(bytes, {}, {}));
            return failure_code(open_spreadsheetml(bytes, {}, {}));
        };
        REQUIRE(code(whole) == "none");
        for (std::size_t twentieth = 0; twentieth < 20; ++twentieth) {
            INFO(name << " cut after " << twentieth << "/20");
            CHECK(code(std::string_view(whole).substr(0, whole.size() * twentieth / 20)) == "damaged_workbook");
        }
    }
}

TEST_CASE("a workbook with a flipped byte never gives another table without saying so", "[record][limits]") {
    // The checksum of every part is right, or the workbook is refused.
    const auto whole = golden_workbook("libreoffice.xlsx");
    const auto expected = shown(open_xlsx(whole, {}, {}));
    for (std::size_t i = 0; i < whole.size(); i += 31) {
        auto bytes = whole;
        bytes[i] = static_cast<char>(bytes[i] ^ 0x20);
        INFO("byte " << i);
        const bool is_refused = failure_code(open_xlsx(bytes, {}, {})) != "none";
        CHECK((is_refused || shown(open_xlsx(bytes, {}, {})) == expected));
    }
}

TEST_CASE("an encrypted zip around a workbook is refused by name", "[record][limits]") {
    const auto bytes = zip_of({{"_rels/.rels", "<Relationships/>"}, {"[Content_Types].xml", "<Types/>"}}, "secret");
    CHECK(failure_code(open_xlsx(bytes, {}, {})) == "encrypted_zip");
}
