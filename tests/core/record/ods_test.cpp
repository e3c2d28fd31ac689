#include "tests/core/record/workbooks.hpp"
#include "tests/support/show_result.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace usersync;
using namespace usersync::record;

namespace {

std::string cell(const std::string& text, const std::string& attributes = "") {
    return "<table:table-cell office:value-type=\"string\" " + attributes + "><text:p>" + text +
           "</text:p></table:table-cell>";
}

std::string row(const std::string& cells, const std::string& attributes = "") {
    return "<table:table-row " + attributes + ">" + cells + "</table:table-row>";
}

std::string value(const std::string& type, const std::string& attribute, const std::string& text) {
    return "<table:table-cell office:value-type=\"" + type + "\" office:" + attribute + "=\"" + text +
           "\"><text:p>shown</text:p></table:table-cell>";
}

}  // namespace

TEST_CASE("ods: cells have the value of their type, not the text that is shown", "[record][ods]") {
    CHECK(ods_rows(row(value("float", "value", "12.50") + value("percentage", "value", "0.5") +
                       value("currency", "value", "1e3") + value("date", "date-value", "2026-03-01") +
                       value("date", "date-value", "2026-03-01T08:30:00.000000000") +
                       value("time", "time-value", "PT08H30M00S") + value("time", "time-value", "PT36H00M00S") +
                       value("boolean", "boolean-value", "true") + value("string", "string-value", "0012"))) ==
          "1: n:12.5|n:0.5|n:1000|d:2026-03-01|d:2026-03-01T08:30:00|d:08:30:00|n:1.5|b:true|0012\n");
}

TEST_CASE("ods: a value that is not of its type is an error of that cell", "[record][ods]") {
    CHECK(ods_rows(row(value("float", "value", "x") + value("date", "date-value", "2026-02-30") +
                       value("time", "time-value", "8:30") + value("boolean", "boolean-value", "1"))) ==
          "1: e:shown|e:shown|e:shown|e:shown\n");
    CHECK(ods_rows(row(value("colour", "value", "x"))) == "damaged_workbook");
}

TEST_CASE("ods: repeated cells are repeated, and the empty ones that pad every row are not", "[record][ods]") {
    const std::string padding = "<table:table-cell table:number-columns-repeated=\"16379\"/>";
    CHECK(ods_rows(row(cell("a", "table:number-columns-repeated=\"2\"") +
                       "<table:table-cell table:number-columns-repeated=\"2\"/>" + cell("b") + padding)) ==
          "1: a|a|||b\n");
}

TEST_CASE("ods: repeated rows are repeated, and the empty ones that pad the sheet are not", "[record][ods]") {
    CHECK(ods_rows(row(cell("a"), "table:number-rows-repeated=\"2\"") +
                   row("<table:table-cell/>", "table:number-rows-repeated=\"3\"") + row(cell("b")) +
                   row("<table:table-cell table:number-columns-repeated=\"16384\"/>",
                       "table:number-rows-repeated=\"1048570\"")) == "1: a\n2: a\n6: b\n");
}

TEST_CASE("ods: paragraphs are lines, and white space is written out", "[record][ods]") {
    CHECK(ods_rows(row("<table:table-cell office:value-type=\"string\"><text:p>one</text:p>\n <text:p>two</text:p>"
                       "</table:table-cell>")) == "1: one\ntwo\n");
    CHECK(ods_rows(row(cell("<text:s/>a<text:s text:c=\"3\"/>b<text:tab/>c<text:line-break/>d"))) ==
          "1:  a   b\tc\nd\n");
    CHECK(ods_rows(row(cell("\n    layout\n    of the   file"))) == "1: layout of the file\n");
    CHECK(ods_rows(row(cell("<text:span>Anna</text:span> <text:a><text:span>B</text:span>erg</text:a>"))) ==
          "1: Anna Berg\n");
}

TEST_CASE("ods: annotations and drawings are no part of the cell", "[record][ods]") {
    CHECK(ods_rows(row("<table:table-cell office:value-type=\"string\"><office:annotation><text:p>note</text:p>"
                       "</office:annotation><draw:frame><text:p>box</text:p></draw:frame><text:p>a</text:p>"
                       "</table:table-cell>")) == "1: a\n");
}

TEST_CASE("ods: cells that others cover are empty", "[record][ods]") {
    CHECK(ods_rows(row(cell("a", "table:number-columns-spanned=\"3\"") +
                       "<table:covered-table-cell table:number-columns-repeated=\"2\"><text:p>hidden</text:p>"
                       "</table:covered-table-cell>" +
                       cell("b"))) == "1: a|||b\n");
}

TEST_CASE("ods: errors and formulas without a result have kinds of their own", "[record][ods]") {
    CHECK(ods_rows(
              row("<table:table-cell table:formula=\"of:=1/0\" office:value-type=\"string\" office:string-value=\"\" "
                  "calcext:value-type=\"error\"><text:p>#DIV/0!</text:p></table:table-cell>" +
                  cell("#N/A", "table:formula=\"of:=NA()\"") + cell("#N/A") +
                  "<table:table-cell table:formula=\"of:=[.A2]\"/>" + cell("", "table:formula=\"of:=&quot;&quot;\"") +
                  cell("z"))) == "1: e:#DIV/0!|e:#N/A|#N/A|f:||z\n");
}

TEST_CASE("ods: rows in groups and header rows are rows", "[record][ods]") {
    CHECK(ods_rows("<table:table-column/><table:table-header-rows>" + row(cell("a")) +
                   "</table:table-header-rows><table:table-row-group><table:table-row-group>" + row(cell("b")) +
                   "</table:table-row-group>" + row(cell("c")) + "</table:table-row-group>" + row(cell("d"))) ==
          "1: a\n2: b\n3: c\n4: d\n");
}

TEST_CASE("ods: the first sheet that is shown is read, or the one that is named", "[record][ods]") {
    const auto table = [](const std::string& name, const std::string& attributes, const std::string& content) {
        return "<table:table table:name=\"" + name + "\" " + attributes + ">" + content + "</table:table>";
    };
    const auto bytes = ods_of(
        "<table:calculation-settings><table:null-date table:date-value=\"1904-01-01\"/></table:calculation-settings>" +
            table("Old", "table:style-name=\"ta1\"", row(cell("old"))) +
            table("Staff", "table:style-name=\"ta2\"", row(cell("staff"))) +
            table("'file:///x.ods'#$A", "", "<table:table-source/>" + row(cell("cache"))) +
            table("Last", "", row(cell("last"))) + "<table:dde-links><table:dde-link>" +
            table("Dde", "", row(cell("dde"))) + "</table:dde-link></table:dde-links>",
        R"(<style:style style:name="ta1" style:family="table"><style:table-properties table:display="false"/></style:style>)"
        R"(<style:style style:name="ta2" style:family="table"><style:table-properties table:display="true"/></style:style>)");
    const auto sheet = open_ods(bytes, {}, {});
    REQUIRE(sheet);
    CHECK(sheet->sheet == "Staff");
    CHECK(sheet->sheets == std::vector<std::string>{"Old", "Staff", "Last"});
    CHECK(sheet->dates_from_1904);
    CHECK(shown(sheet) == "1: staff\n");
    CHECK(shown(open_ods(bytes, "Old", {})) == "1: old\n");
    CHECK(shown(open_ods(bytes, "Last", {})) == "1: last\n");
    CHECK(shown(open_ods(bytes, "Dde", {})) == "no_such_sheet");
}

TEST_CASE("ods: prefixes may be any", "[record][ods]") {
    const auto bytes =
        zip_of({{"content.xml",
                 "<o:document-content xmlns:o=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" "
                 "xmlns=\"urn:oasis:names:tc:opendocument:xmlns:table:1.0\" "
                 "xmlns:t=\"urn:oasis:names:tc:opendocument:xmlns:table:1.0\" "
                 "xmlns:p=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\"><o:body><o:spreadsheet>"
                 "<table t:name=\"S\"><table-row><table-cell t:number-columns-repeated=\"2\"><p:p>a</p:p>"
                 "</table-cell></table-row></table></o:spreadsheet></o:body></o:document-content>"}});
    CHECK(shown(open_ods(bytes, {}, {})) == "1: a|a\n");
}

TEST_CASE("ods: a workbook with a password is refused by name", "[record][ods]") {
    const auto manifest = std::string(
        "<manifest:manifest xmlns:manifest=\"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0\">"
        "<manifest:file-entry manifest:full-path=\"content.xml\"><manifest:encryption-data/>"
        "</manifest:file-entry></manifest:manifest>");
    CHECK(shown(open_ods(zip_of({{"META-INF/manifest.xml", manifest}, {"content.xml", "\x01\x02"}}), {}, {})) ==
          "password_protected");
}

TEST_CASE("ods: what is no spreadsheet, or no whole one, is refused", "[record][ods]") {
    CHECK(shown(open_ods(zip_of({{"mimetype", "application/vnd.oasis.opendocument.text"}, {"content.xml", "<a/>"}}), {},
                         {})) == "unknown_format");
    CHECK(shown(open_ods(zip_of({{"content.xml", "<a/>"}}), {}, {})) == "damaged_workbook");
    CHECK(shown(open_ods(zip_of({{"other.xml", "<a/>"}}), {}, {})) == "damaged_workbook");
    CHECK(shown(open_ods(ods_of(""), {}, {})) == "no_such_sheet");
    CHECK(ods_rows("<table:table-row>") == "damaged_workbook");
    CHECK(ods_rows(row(cell("a", "table:number-columns-repeated=\"-1\""))) == "damaged_workbook");
    CHECK(ods_rows(row(cell("a"), "table:number-rows-repeated=\"99999999999999999999\"")) == "damaged_workbook");
}
