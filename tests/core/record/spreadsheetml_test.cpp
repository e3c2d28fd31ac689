#include "tests/core/record/workbooks.hpp"
#include "tests/support/show_result.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace usersync;
using namespace usersync::record;

namespace {

std::string cell(const std::string& type, const std::string& text, const std::string& attributes = "") {
    return "<Cell " + attributes + "><Data ss:Type=\"" + type + "\">" + text + "</Data></Cell>";
}

std::string row(const std::string& cells, const std::string& attributes = "") {
    return "<Row " + attributes + ">" + cells + "</Row>";
}

std::string as_utf16(const std::string& ascii) {
    std::string bytes = "\xFF\xFE";
    for (const char c : ascii) bytes += std::string{c, '\0'};
    return bytes;
}

}  // namespace

TEST_CASE("spreadsheetml: every type of cell has its kind", "[record][spreadsheetml]") {
    CHECK(spreadsheetml_rows(row(cell("String", "0012") + cell("Number", "0.10000000000000001") +
                                 cell("DateTime", "2026-03-01T00:00:00.000") +
                                 cell("DateTime", "2026-03-01T08:30:00.000") +
                                 cell("DateTime", "1899-12-31T08:30:00.000") + cell("Boolean", "1") +
                                 cell("Boolean", "0") + cell("Error", "#N/A"))) ==
          "1: 0012|n:0.1|d:2026-03-01|d:2026-03-01T08:30:00|d:08:30:00|b:true|b:false|e:#N/A\n");
}

TEST_CASE("spreadsheetml: a value that is not of its type is an error of that cell", "[record][spreadsheetml]") {
    CHECK(spreadsheetml_rows(row(cell("Number", "1,5") + cell("DateTime", "soon") + cell("Boolean", "yes"))) ==
          "1: e:1,5|e:soon|e:yes\n");
    CHECK(spreadsheetml_rows(row(cell("Colour", "red"))) == "damaged_workbook");
}

TEST_CASE("spreadsheetml: an index leaves rows and columns out, and merged cells take room",
          "[record][spreadsheetml]") {
    CHECK(spreadsheetml_rows(row(cell("String", "a", "ss:MergeAcross=\"2\"") + cell("String", "b") +
                                 cell("String", "c", "ss:Index=\"7\""))) == "1: a|||b|||c\n");
    CHECK(spreadsheetml_rows(row(cell("String", "a"), "ss:Index=\"3\" ss:Span=\"2\"") + row(cell("String", "b")) +
                             row("<Cell/>") + row(cell("String", "c"))) == "3: a\n6: b\n8: c\n");
}

TEST_CASE("spreadsheetml: places that go back or are no numbers are damage", "[record][spreadsheetml]") {
    for (const auto* index : {"1", "0", "-1", "x", "99999999999999999999"}) {
        const auto attribute = "ss:Index=\"" + std::string(index) + "\"";
        CHECK(spreadsheetml_rows(row(cell("String", "a") + cell("String", "b", attribute))) == "damaged_workbook");
        CHECK(spreadsheetml_rows(row(cell("String", "a")) + row(cell("String", "b"), attribute)) == "damaged_workbook");
    }
}

TEST_CASE("spreadsheetml: a number whose style shows a date is a date", "[record][spreadsheetml]") {
    const std::string styles =
        "<Styles><Style ss:ID=\"s1\"><NumberFormat ss:Format=\"Short Date\"/></Style><Style ss:ID=\"s2\"><NumberFormat "
        "ss:Format=\"Standard\"/></Style><Style ss:ID=\"s3\"><NumberFormat ss:Format=\"dd/mm/yyyy\"/></Style></Styles>";
    const auto rows = row(cell("Number", "46082", "ss:StyleID=\"s1\"") + cell("Number", "46082", "ss:StyleID=\"s2\"") +
                          cell("Number", "46082", "ss:StyleID=\"s3\""));
    CHECK(spreadsheetml_rows(rows, styles) == "1: d:2026-03-01|n:46082|d:2026-03-01\n");
    CHECK(spreadsheetml_rows(rows, styles + "<x:ExcelWorkbook><x:Date1904/></x:ExcelWorkbook>") ==
          "1: d:2030-03-02|n:46082|d:2030-03-02\n");
}

TEST_CASE("spreadsheetml: rich text is one text, and comments are no part of the cell", "[record][spreadsheetml]") {
    CHECK(spreadsheetml_rows(row("<Cell><Comment><ss:Data ss:Type=\"String\">note</ss:Data></Comment><ss:Data "
                                 "ss:Type=\"String\" xmlns=\"http://www.w3.org/TR/REC-html40\"><B>An<I>na</I></B>&#10; "
                                 "Berg</ss:Data></Cell>")) == "1: Anna\n Berg\n");
}

TEST_CASE("spreadsheetml: a formula without a result says so", "[record][spreadsheetml]") {
    CHECK(spreadsheetml_rows(row("<Cell ss:Formula=\"=RC1\"/>" + cell("String", "", "ss:Formula=\"=RC2\"") +
                                 cell("Number", "4", "ss:Formula=\"=2*2\""))) == "1: f:||n:4\n");
}

TEST_CASE("spreadsheetml: the first sheet that is shown is read, or the one that is named", "[record][spreadsheetml]") {
    const auto sheet_xml = [](const std::string& name, const std::string& options) {
        return "<Worksheet ss:Name=\"" + name + "\"><Table>" + row(cell("String", name)) +
               "</Table><x:WorksheetOptions>" + options + "</x:WorksheetOptions></Worksheet>";
    };
    const auto bytes = spreadsheetml_of(sheet_xml("Old", "<x:Visible>SheetHidden</x:Visible>") +
                                        sheet_xml("Secret", "<x:Visible>SheetVeryHidden</x:Visible>") +
                                        sheet_xml("Staff", "<x:Selected/>") + sheet_xml("Last", ""));
    const auto sheet = open_spreadsheetml(bytes, {}, {});
    REQUIRE(sheet);
    CHECK(sheet->sheet == "Staff");
    CHECK(sheet->sheets == std::vector<std::string>{"Old", "Secret", "Staff", "Last"});
    CHECK(shown(sheet) == "1: Staff\n");
    CHECK(shown(open_spreadsheetml(bytes, "Secret", {})) == "1: Secret\n");
    CHECK(shown(open_spreadsheetml(bytes, "Payroll", {})) == "no_such_sheet");
}

TEST_CASE("spreadsheetml: old encodings and a late beginning are read", "[record][spreadsheetml]") {
    const auto with_encoding = [](const std::string& encoding, const std::string& text) {
        auto bytes = spreadsheetml_of_rows(row(cell("String", text)));
        bytes.replace(bytes.find("?>"), 2, " encoding=\"" + encoding + "\"?>");
        return shown(open_spreadsheetml(bytes, {}, {}));
    };
    CHECK(with_encoding("windows-1252", "\x80 Gr\xF6nlund") == "1: € Grönlund\n");
    CHECK(with_encoding("ISO-8859-15", "\xA4 Gr\xF6nlund") == "1: € Grönlund\n");
    CHECK(with_encoding("ISO-8859-1", "Gr\xF6nlund") == "1: Grönlund\n");
    CHECK(with_encoding("windows-1252", "\x81") == "damaged_workbook");
    CHECK(with_encoding("EBCDIC-X", "a") == "unknown_encoding");
    CHECK(with_encoding("UTF-8", "Gr\xF6nlund") == "damaged_workbook");
    const auto late = "\r\n" + spreadsheetml_of_rows(row(cell("String", "a")));
    CHECK(shown(open_spreadsheetml(late, {}, {})) == "1: a\n");
    const auto utf16 = as_utf16(spreadsheetml_of_rows(row(cell("String", "a"))));
    CHECK(shown(open_spreadsheetml(utf16, {}, {})) == "1: a\n");
}

TEST_CASE("spreadsheetml: other XML is refused", "[record][spreadsheetml]") {
    for (const std::string text : {"", "  ", "<a/>", "<Workbook/>", "{}"}) {
        INFO(text);
        CHECK(shown(open_spreadsheetml(text, {}, {})) == "damaged_workbook");
    }
    CHECK(shown(open_spreadsheetml(spreadsheetml_of(""), {}, {})) == "no_such_sheet");
}
