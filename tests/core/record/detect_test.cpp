#include "core/record/detect.hpp"

#include <catch2/catch.hpp>

#include <ostream>
#include <string>

using namespace usersync::record;
using namespace std::string_literals;

namespace {

std::string text_format(std::string_view text) {
    const auto detected = detect_text(text);
    return detected.format ? std::string(to_string(*detected.format)) : std::string(detected.what);
}

bool is(std::string_view bytes, Content content) { return detect(bytes).content == content; }

std::string owner_file(std::size_t padded) {
    const std::string name = "Anna Bakker";
    const auto length = static_cast<char>(name.size());
    std::string bytes(1, length);
    bytes += name + std::string(padded - name.size(), ' ');
    bytes += length;
    bytes += '\0';
    for (std::size_t i = 0; i < padded; ++i) {
        bytes += i < name.size() ? name[i] : ' ';
        bytes += '\0';
    }
    return bytes;
}

}  // namespace

TEST_CASE("D0 CF 11 E0: an old workbook, or one with a password", "[core][record][detect]") {
    CHECK(is("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 and more", Content::compound_file));
}

TEST_CASE("PK: a workbook of today, or a zip around a record", "[core][record][detect]") {
    CHECK(is("PK\x03\x04...", Content::zip));
    CHECK(is("PK\x05\x06...", Content::zip));
    CHECK(is("PK;naam\n1;x\n", Content::text));
}

TEST_CASE("<html, <table, <!DOCTYPE: an HTML table named .xls", "[core][record][detect]") {
    for (const auto* text :
         {"<html><body>", "\r\n <HTML xmlns:o=\"urn:schemas-microsoft-com:office:office\">", "<table border=1><tr>",
          "<!DOCTYPE html>\n<html>", "<!doctype HTML PUBLIC \"x\">", "<!-- made by x --><table>",
          "<meta charset=utf-8><table>", "<style>td{}</style><table>",
          "<?xml version=\"1.0\"?><!DOCTYPE html PUBLIC \"x\"><html>", "<?xml version='1.0'?><html>"}) {
        INFO(text);
        CHECK(text_format(text) == "html");
    }
}

TEST_CASE("<?xml with progid Excel.Sheet: SpreadsheetML 2003", "[core][record][detect]") {
    CHECK(text_format("<?xml version=\"1.0\"?>\n<?mso-application progid=\"Excel.Sheet\"?>\n<Workbook>") ==
          "spreadsheetml");
    CHECK(text_format("<?xml version='1.0'?><ss:Workbook xmlns:ss='urn:schemas-microsoft-com:office:spreadsheet'>") ==
          "spreadsheetml");
    CHECK(text_format("<?xml version=\"1.0\"?><?mso-application progid=\"Word.Document\"?><w:wordDocument>") ==
          "an Office document that is no workbook");
}

TEST_CASE("MIME-Version: a workbook saved as a web archive", "[core][record][detect]") {
    CHECK(text_format("MIME-Version: 1.0\r\nX-Document-Type: Workbook\r\nContent-Type: multipart/related;\r\n"
                      "\tboundary=\"x\"\r\n\r\n--x") == "mhtml");
    CHECK(text_format("From: <Saved by x>\nSubject: y\nmime-version: 1.0\n\nz") == "mhtml");
    CHECK(text_format("MIME-Version;naam\n1;x\n") == "csv");
    CHECK(text_format("From: x\nSubject: y\n\nno version") == "csv");
}

TEST_CASE("printable text with tabs or semicolons is CSV, whatever its name says", "[core][record][detect]") {
    for (const auto* text : {"id;naam\n1;x\n", "id\tnaam\n", "x", "[id],[naam]\n", "{id};x\n", "<3;x\n", "< id;x\n",
                             "\"id\",\"naam\"\n", "ID;P\n", "<;\n"}) {
        INFO(text);
        CHECK(text_format(text) == "csv");
        CHECK(is(text, Content::text));
    }
    CHECK(is("\xEF\xBB\xBFid;naam", Content::text));
    CHECK(is("\xFF\xFEi\0d\0;\0"s, Content::text));
}

TEST_CASE("~$: the lock file that Excel leaves beside a workbook", "[core][record][detect]") {
    CHECK(is(owner_file(54), Content::lock_file));
    CHECK(is(owner_file(53), Content::lock_file));
    CHECK(owner_file(54).size() == 165);
    CHECK_FALSE(is(owner_file(55), Content::lock_file));
    CHECK(is(",anna,desk,01.03.2026 08:30,file:///home/anna/.config/libreoffice/4;", Content::lock_file));
    CHECK(is_lock_file_name("~$staff.xlsx"));
    CHECK(is_lock_file_name(".~lock.staff.ods#"));
    CHECK_FALSE(is_lock_file_name("staff~$.xlsx"));
    CHECK_FALSE(is_lock_file_name(""));
}

TEST_CASE("a message that begins with BEGIN PGP MESSAGE, or with the first packet of one: PGP",
          "[core][record][detect]") {
    CHECK(is("-----BEGIN PGP MESSAGE-----\n\nhQ", Content::pgp));
    CHECK(is("\xEF\xBB\xBF\r\n-----BEGIN PGP MESSAGE-----\n", Content::pgp));
    const std::string rest(300, 'x');
    CHECK(is("\x85\x01\x0C\x03" + rest, Content::pgp));  // to a public key, old packet format
    CHECK(is("\x84\x5E\x03" + rest, Content::pgp));      // to an elliptic curve key
    CHECK(is("\xC1\xC0\x4C\x03" + rest, Content::pgp));  // to a public key, new packet format
    CHECK(is("\x8C\x0D\x04\x09" + rest, Content::pgp));  // to a passphrase
    CHECK(is("\xC3\x0D\x04\x09" + rest, Content::pgp));  // the same, new packet format
    CHECK(is("\xD2\xC0\x01\x01" + rest, Content::pgp));  // without saying to whom
    CHECK(detect("-----BEGIN PGP PUBLIC KEY BLOCK-----").what == "a PGP key or signature");
    CHECK(detect("-----BEGIN PGP SIGNED MESSAGE-----").what == "a text that is signed with PGP, not encrypted");
    CHECK(detect("\xA3\x02" + rest).what == "a PGP message that is not encrypted");
}

TEST_CASE("text whose first letter has bit 7 set is no PGP message", "[core][record][detect]") {
    const std::string rest = ";naam;plaats;afdeling;functie\n";
    for (const auto* front : {"\xC3\x89tat", "\xC9tat", "\x84naam\x93", "\x85", "\x8C", "\xC1", "\xC3\xA9", "\xD2",
                              "\xD4", "\xC3\x84", "\xCA"}) {
        CHECK(is(front + rest, Content::text));
    }
}

TEST_CASE("JSON, JSON lines and XML are told by how they begin", "[core][record][detect]") {
    CHECK(text_format("[{\"id\":1}]") == "json");
    CHECK(text_format(" \n[ ]") == "json");
    CHECK(text_format("{\"rows\":[{\"id\":1}]}\n") == "json");
    CHECK(text_format("{\n  \"rows\": [\n {\"id\":1},\n{\"id\":2}]}") == "json");
    CHECK(text_format("{\"rows\":[\n{\"id\":1},\n{\"id\":2}]}") == "json");
    CHECK(text_format("{\"id\":1,\"x\":\"}\\\"{\"}\n{\"id\":2}\n") == "jsonl");
    CHECK(text_format("{\"id\":1}\r\n\r\n{\"id\":") == "jsonl");
    CHECK(text_format("{\"id\":1,\"sites\":[\"N\",\"S\"]}\n") == "jsonl");  // one record, which is one line
    CHECK(text_format("{\"id\":1}") == "jsonl");
    CHECK(text_format("{\"people\": [ {\"id\":1} ]}\n") == "json");
    CHECK(text_format("{\"id\":1,\n\"name\":2}\n") == "json");
    CHECK(text_format("<?xml version=\"1.0\"?><staff>") == "xml");
    CHECK(text_format("<staff><person/></staff>") == "xml");
    CHECK(text_format("<ns:staff>") == "xml");
    CHECK(text_format("<!DOCTYPE staff [<!ENTITY a \"b\">]><staff/>") == "xml");
    CHECK(text_format("<?xml version=\"1.0\"?><table><row/></table>") == "xml");
}

TEST_CASE("what is no employee record is named in words", "[core][record][detect]") {
    CHECK(detect("%PDF-1.7\n").what == "a PDF document");
    CHECK(detect("\x89PNG\r\n\x1A\n...").what == "a picture");
    CHECK(detect("\xFF\xD8\xFF\xE0").what == "a picture");
    CHECK(detect("GIF89a...").what == "a picture");
    CHECK(detect("RIFF....WEBPVP8 ").what == "a picture");
    CHECK(detect("7z\xBC\xAF\x27\x1C").what == "a 7-Zip archive");
    CHECK(detect("Rar!\x1A\x07\x01").what == "a RAR archive");
    CHECK(detect("BZh91AY&SY").what == "a bzip2 archive");
    CHECK(detect("{\\rtf1\\ansi").what == "a Word document (RTF)");
    CHECK(detect("SQLite format 3\0"s).what == "an SQLite database");
    CHECK(detect("BZh;naam").content == Content::text);
    CHECK(text_format("<office:document xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\">") ==
          "an OpenDocument file without its zip (.fods)");
}

TEST_CASE("a workbook of Excel 2 to 5 without a file around it is told apart", "[core][record][detect]") {
    CHECK(is("\x09\x08\x08\x00\x00\x05\x05\x00"s, Content::bare_workbook));
    CHECK(is("\x09\x00\x04\x00\x02\x00"s, Content::bare_workbook));
    CHECK(is("\tid\tnaam\n", Content::text));
}

TEST_CASE("the encoding that a text declares is found", "[core][record][detect]") {
    CHECK(declared_encoding("<?xml version=\"1.0\" encoding=\"ISO-8859-15\"?><a>", Format::xml) == "ISO-8859-15");
    CHECK(declared_encoding("<?xml version='1.0' encoding = 'utf-8' ?><a>", Format::xml) == "utf-8");
    CHECK(declared_encoding("<?xml version='1.0'?><a encoding='x'>", Format::xml).empty());
    CHECK(declared_encoding("<a/>", Format::xml).empty());
    CHECK(declared_encoding("<meta http-equiv=Content-Type content=\"text/html; charset=windows-1252\">",
                            Format::html) == "windows-1252");
    CHECK(declared_encoding("<META CHARSET='utf-8'>", Format::html) == "utf-8");
    CHECK(declared_encoding("<meta charset", Format::html).empty());
}
