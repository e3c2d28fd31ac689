// Workbooks as the programs of our customers save them; tests/golden/make_workbooks makes them all from one table.

#include "tests/core/record/golden_workbook.hpp"
#include "tests/core/record/workbooks.hpp"
#include "tests/support/show_result.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace usersync;
using namespace usersync::record;

namespace {

std::string table(const std::string& yes, const std::string& no, const std::string& computed) {
    return "1: Employee ID|Name|Start|Seen|Hours|Active|Notes\n"
           "2: 000123|Zoë Groß|d:2026-03-01|d:2026-03-01T08:30:00|n:0.1|" +
           yes +
           "|line one\nline two\n"
           "3: 000124|שלום 😀|d:1999-12-31|d:08:30:00|n:123456789012|" +
           no +
           "|  two  spaces\n"
           "5: 000125|Grönlund|||" +
           computed + "\n";
}

std::string with_booleans(const std::string& computed) { return table("b:true", "b:false", computed); }

const std::string results = "n:0.5|e:#DIV/0!|ab";
const std::string never_computed = "f:|f:|f:";

}  // namespace

TEST_CASE("openpyxl's workbooks are read, whose formulas were never computed", "[record][golden]") {
    const auto bytes = golden_workbook("openpyxl.xlsx");
    const auto sheet = open_xlsx(bytes, {}, {});
    REQUIRE(sheet);
    CHECK(sheet->sheet == "Staff & more");
    CHECK(sheet->sheets == std::vector<std::string>{"Old", "Staff & more"});
    CHECK(shown(sheet) == with_booleans(never_computed));
    CHECK(shown(open_xlsx(bytes, "Old", {})) == "1: not this one\n");
}

TEST_CASE("openpyxl's workbooks that were written row by row are read", "[record][golden]") {
    CHECK(shown(open_xlsx(golden_workbook("openpyxl_write_only.xlsx"), {}, {})) == with_booleans(never_computed));
}

TEST_CASE("LibreOffice's workbooks are read", "[record][golden]") {
    CHECK(shown(open_xlsx(golden_workbook("libreoffice.xlsx"), {}, {})) == with_booleans(results));
    // LibreOffice made numbers of the booleans when it read openpyxl's workbook.
    CHECK(shown(open_ods(golden_workbook("libreoffice.ods"), {}, {})) == table("n:1", "n:0", results));
}

TEST_CASE("Gnumeric's workbooks are read", "[record][golden]") {
    // Gnumeric does not say in an xlsx workbook that a sheet is hidden.
    CHECK(shown(open_xlsx(golden_workbook("gnumeric.xlsx"), "Staff & more", {})) == with_booleans(results));
    CHECK(shown(open_ods(golden_workbook("gnumeric.ods"), {}, {})) == with_booleans(results));
}

TEST_CASE("SheetJS's workbooks are read", "[record][golden]") {
    CHECK(shown(open_xlsx(golden_workbook("sheetjs.xlsx"), {}, {})) == with_booleans(results));
    // SheetJS does not say in an ods workbook that a sheet is hidden, and leaves errors out.
    CHECK(shown(open_ods(golden_workbook("sheetjs.ods"), "Staff & more", {})) == with_booleans("n:0.5||ab"));
    CHECK(shown(open_spreadsheetml(golden_workbook("sheetjs.xml"), {}, {})) == with_booleans(results));
}

TEST_CASE("a workbook of Excel 2003 in XML is read", "[record][golden]") {
    const auto bytes = golden_workbook("excel_2003.xml");
    const auto sheet = open_spreadsheetml(bytes, {}, {});
    REQUIRE(sheet);
    CHECK(sheet->sheets == std::vector<std::string>{"Notes", "Personeel"});
    CHECK(sheet->sheet == "Personeel");
    CHECK(shown(sheet) ==
          "1: Personeelslijst 2026\n"
          "3: Personeelsnummer|Voornaam|Achternaam||In dienst|FTE|Leidinggevende\n"
          "4: 000123|Zoë|van der Berg||d:2019-04-01|n:0.8|b:true\n"
          "5: 000124|Björn|O'Neill & Zn.||d:2026-03-01|n:1|b:false\n"
          "8: 000125|Anna\nMaria|Groß||||e:#N/A\n");
}
