// Records as real programs write them; tests/golden/make_text and its neighbours made them.

#include "core/record/open_record.hpp"
#include "tests/core/record/read_rows.hpp"

#include <catch2/catch.hpp>

#include <fstream>
#include <iterator>
#include <string>
#include <vector>

using namespace usersync;
using namespace usersync::record;
using namespace usersync::record::test;

namespace {

std::string golden(const std::string& name) {
    std::ifstream file(std::string(USERSYNC_SOURCE_DIR) + "/tests/golden/record/" + name, std::ios::binary);
    REQUIRE(file);
    return {std::istreambuf_iterator<char>(file), {}};
}

using Table = std::vector<std::vector<std::string>>;

// Without the numbers of lines, which depend on the format.
Table table_of(std::string_view bytes, const RecordFormat& format) {
    auto record = open_record(bytes, format, {}, {"id", "plaats"});
    if (!record) return {{record.error().code}};
    Table table;
    for (auto& row : read_rows(*record->rows)) table.push_back(std::move(row.cells));
    return table;
}

std::string code_of(const std::string& bytes, const Decrypt& decrypt = {}) {
    const auto record = open_record(bytes, {}, {}, {}, decrypt);
    return record ? "opened" : record.error().code;
}

}  // namespace

TEST_CASE("the same three people are read from whatever program wrote them", "[core][record][golden]") {
    const Table staff = {{"id", "naam", "plaats", "opmerking"},
                         {"0007", "Zo\xC3\xAB de Vries", "'s-Hertogenbosch", "zegt \"hallo\", en gaat"},
                         {"0012", "Ren\xC3\xA9 M\xC3\xBCller",
                          "K\xC3\xB6ln; S\xC3\xBC"
                          "d",
                          "twee\nregels"},
                         {"0031", "\xC3\x85sa \xC3\x85ngstr\xC3\xB6m", "Malm\xC3\xB6", ""}};
    struct Case {
        const char* name;
        Format format;
        const char* encoding;
    };
    const std::vector<Case> cases = {
        {"python_comma.csv", Format::csv, "UTF-8"},
        {"python_comma_mark.csv", Format::csv, "UTF-8"},
        {"python_semicolon_1252.csv", Format::csv, "windows-1252"},
        {"python_bar_iso.csv", Format::csv, "windows-1252"},  // too little text to tell, and here the same
        {"python_tab_utf16.txt", Format::tsv, "UTF-16LE"},
        {"python_tab_utf16_no_mark.txt", Format::tsv, "UTF-16BE"},
        {"excel_sep_line.csv", Format::csv, "windows-1252"},
        {"libreoffice_utf8.csv", Format::csv, "UTF-8"},
        {"libreoffice_1252.csv", Format::csv, "windows-1252"},
        {"libreoffice_utf16.csv", Format::tsv, "UTF-16LE"},
        {"python.json", Format::json, "UTF-8"},
        {"python_path.json", Format::json, "UTF-8"},
        {"jq.jsonl", Format::jsonl, "UTF-8"},
        {"python.xml", Format::xml, "UTF-8"},
        {"python_latin1.xml", Format::xml, "windows-1252"},
        {"python_utf16.xml", Format::xml, "UTF-16LE"},
        {"gnu.csv.gz", Format::csv, "UTF-8"},
        {"info-zip.zip", Format::csv, "UTF-8"},
    };
    for (const auto& c : cases) {
        INFO(c.name);
        const auto bytes = golden(std::string("text/") + c.name);
        CHECK(table_of(bytes, {}) == staff);
        const auto record = open_record(bytes, {}, {}, {"id"});
        REQUIRE(record);
        CHECK(record->found.format == c.format);
        CHECK(record->found.encoding == c.encoding);
    }
    CHECK(table_of(golden("text/python_backslash.csv"), {.backslash_escapes = true}) == staff);
    CHECK(table_of(golden("text/python_bar_iso.csv"), {.encoding = "ISO-8859-15", .delimiter = '|'}) == staff);
}

TEST_CASE("what GnuPG encrypts is told by its content", "[core][record][golden]") {
    for (const auto* name : {"gnupg.csv.pgp", "gnupg.csv.asc", "gnupg_passphrase.csv.gpg", "gnupg_hidden.csv.gpg"}) {
        INFO(name);
        const auto bytes = golden(std::string("text/") + name);
        CHECK(code_of(bytes) == "pgp_no_key");
        CHECK(code_of(bytes, [](std::string_view) { return Result<std::string>("id;naam\n1;x\n"); }) == "opened");
    }
}

TEST_CASE("a zip with a password, or with two files, as Info-ZIP makes it, is refused", "[core][record][golden]") {
    CHECK(code_of(golden("text/info-zip_password.zip")) == "encrypted_zip");
    CHECK(code_of(golden("text/info-zip_two.zip")) == "zip_several_files");
}

TEST_CASE("workbooks are told by their content, whatever they are named", "[core][record][golden]") {
    const std::vector<std::pair<const char*, Format>> cases = {
        {"openpyxl.xlsx", Format::xlsx},        {"openpyxl_write_only.xlsx", Format::xlsx},
        {"libreoffice.xlsx", Format::xlsx},     {"gnumeric.xlsx", Format::xlsx},
        {"sheetjs.xlsx", Format::xlsx},         {"libreoffice.ods", Format::ods},
        {"gnumeric.ods", Format::ods},          {"sheetjs.ods", Format::ods},
        {"sheetjs.xml", Format::spreadsheetml}, {"xls/xlwt.xls", Format::xls},
        {"xls/libreoffice.xls", Format::xls},   {"xls/gnumeric.xls", Format::xls},
        {"xls/sheetjs.xls", Format::xls},       {"xls/sheetjs_html.xls", Format::html},
    };
    for (const auto& [name, format] : cases) {
        INFO(name);
        const auto bytes = golden(name);
        auto record = open_record(bytes, {}, {}, {});
        REQUIRE(record);
        CHECK(record->found.format == format);
        const bool is_html = format == Format::html;
        CHECK(record->found.encoding.empty() == (format != Format::spreadsheetml && !is_html));
        CHECK(record->found.sheet.empty() == is_html);
        const auto rows = read_rows(*record->rows);
        REQUIRE_FALSE(rows.empty());
        CHECK(rows.back().line > 0);
    }
}

TEST_CASE("a workbook with a password, and one of Excel 95, are refused by their names", "[core][record][golden]") {
    CHECK(code_of(golden("xls/protected.xlsx")) == "password_protected");
    CHECK(code_of(golden("xls/protected.xls")) == "password_protected");
    CHECK(code_of(golden("xls/excel_95.xls")) == "excel_95");
}
