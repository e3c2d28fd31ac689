// Web pages saved as one file, as Excel and report programs write them.

#include "tests/core/record/shown_sheet.hpp"

#include <catch2/catch.hpp>

using namespace usersync::record;
using namespace usersync::record::test;

namespace {

Lines message(const std::string& bytes, const RecordLimits& limits = {}) { return shown(open_mhtml(bytes, limits)); }

std::string table_of(const std::string& text) { return "<html><table><tr><td>" + text + "</td></tr></table></html>"; }

std::string part(const std::string& head, const std::string& body) {
    return "--b\r\n" + head + "\r\n\r\n" + body + "\r\n";
}

std::string related(const std::string& parts) {
    return "MIME-Version: 1.0\r\nContent-Type: multipart/related; type=\"text/html\"; boundary=\"b\"\r\n\r\nA "
           "page.\r\n" +
           parts + "--b--\r\n";
}

}  // namespace

TEST_CASE("the page in a message is read, whatever transfer encoding carries it", "[core][record][mhtml]") {
    CHECK(message(related(part("Content-Type: text/html", table_of("Zo&euml;")))) == Lines{"1|Zoë"});
    CHECK(message(related(part("Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: 8bit",
                               table_of("Zoë")))) == Lines{"1|Zoë"});
    CHECK(message(related(part("Content-Type: text/html;\r\n\tcharset=\"windows-1252\"\r\n"
                               "Content-Transfer-Encoding: Quoted-Printable",
                               "<table x=3D1><tr><td>Zo=EB =8012=\r\n3=\n4 a=b =</table>"))) ==
          Lines{"1|Zoë €1234 a=b ="});
    CHECK(message(related(part("content-transfer-encoding:base64\r\ncontent-type:TEXT/HTML;charset=UTF-8",
                               "PHRhYmxlPjx0cj48dGQ+Wm/Dq\r\n\r\nzwvdGQ+PC90cj48L3RhYmxlPg=="))) == Lines{"1|Zoë"});
}

TEST_CASE("a message of one part, and one with bare line feeds, is read", "[core][record][mhtml]") {
    CHECK(message("MIME-Version: 1.0\nContent-Type: text/html\n\n" + table_of("x")) == Lines{"1|x"});
    CHECK(message("MIME-Version: 1.0\nContent-Type: multipart/related; boundary=b\n\n--b\nContent-Type: text/html\n\n" +
                  table_of("x") + "\n--b--\n") == Lines{"1|x"});
}

TEST_CASE("the sheet is preferred to the frame and the tabs around it", "[core][record][mhtml]") {
    const auto frame = part("Content-Type: text/html\r\nContent-Location: file:///C:/x/staff.htm", "<html></html>");
    const auto tabs =
        part("Content-Type: text/html\r\nContent-Location: file:///C:/x/staff_files/tabstrip.htm", table_of("Blad1"));
    const auto style = part("Content-Type: text/css", "td { }");
    const auto empty =
        part("Content-Type: text/html\r\nContent-Location: staff_files\\sheet001.htm", "<table></table>");
    const auto sheet = part("Content-Type: text/html\r\nContent-Location: staff_files\\sheet002.htm", table_of("id"));
    const auto other = part("Content-Type: text/html\r\nContent-Location: page.htm", table_of("page"));

    CHECK(message(related(frame + tabs + style + empty + sheet)) == Lines{"1|id"});
    CHECK(message(related(frame + other + tabs + empty + sheet)) == Lines{"1|id"});
    CHECK(message(related(frame + tabs + other)) == Lines{"1|page"});
    CHECK(message(related(tabs + frame)) == Lines{"1|Blad1"});
}

TEST_CASE("parts within parts are found, a few deep", "[core][record][mhtml]") {
    const auto inner = related(part("Content-Type: text/html", table_of("x")));
    CHECK(message("Content-Type: multipart/mixed; boundary=outer\r\n\r\n--outer\r\n" + inner + "\r\n--outer--") ==
          Lines{"1|x"});
    std::string deep = "Content-Type: text/html\n\n" + table_of("x");
    for (int level = 0; level < 20; ++level) {
        const auto boundary = "b" + std::to_string(level);
        deep = "Content-Type: multipart/mixed; boundary=" + boundary + "\n\n--" + boundary + "\n" + deep;
    }
    CHECK(message(deep) == Lines{"!open too_deep"});
}

TEST_CASE("the encoding is what the message says, then what the page says, then what it is", "[core][record][mhtml]") {
    const auto read = [](const std::string& type, const std::string& page) {
        return message(related(part("Content-Type: text/html" + type, page)));
    };
    CHECK(read("; charset=iso-8859-2", table_of("\xA3ukasz")) == Lines{"1|Łukasz"});
    CHECK(read("", "<meta charset=iso-8859-2>" + table_of("\xA3ukasz")) == Lines{"1|Łukasz"});
    CHECK(read("; charset=us-ascii", table_of("Zo\xEB")) == Lines{"1|Zoë"});
    CHECK(read("; charset=us-ascii", table_of("Zoë")) == Lines{"1|Zoë"});
    CHECK(read("; charset=x-unheard-of", table_of("x")) == Lines{"!open unknown_encoding"});
    CHECK(read("; charset=utf-8", table_of("Zo\xEB")) == Lines{"!open bad_encoding"});
}

TEST_CASE("a message without a table, or with a damaged part, is refused", "[core][record][mhtml]") {
    CHECK(message("") == Lines{"!open no_records"});
    CHECK(message(related(part("Content-Type: text/plain", table_of("x")))) == Lines{"!open no_records"});
    CHECK(message(related(part("Content-Type: text/html", "<p>none</p>"))) == Lines{"!open no_records"});
    CHECK(message(related(part("Content-Type: text/html\r\nContent-Transfer-Encoding: base64", "PHR*"))) ==
          Lines{"!open damaged_workbook"});
    CHECK(message(related(part("Content-Type: text/html\r\nContent-Transfer-Encoding: x-uuencode", table_of("x")))) ==
          Lines{"!open damaged_workbook"});
    CHECK(message("Content-Type: multipart/related\r\n\r\n" + part("Content-Type: text/html", table_of("x"))) ==
          Lines{"!open no_records"});
}

TEST_CASE("a message cut anywhere is refused, or every row is still there", "[core][record][mhtml][property]") {
    const auto whole = related(part("Content-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable",
                                    "<html><table><tr><td>id</td></tr><tr><td>=31</td></tr></table></html>"));
    const Lines rows = {"1|id", "2|1"};
    REQUIRE(message(whole) == rows);
    for (std::size_t cut = 0; cut < whole.size(); ++cut) {
        INFO("cut at " << cut);
        const auto lines = message(whole.substr(0, cut));
        REQUIRE_FALSE(lines.empty());
        CHECK((lines.back().starts_with("!") || lines == rows));
    }
}

TEST_CASE("more parts than the limit are refused", "[core][record][mhtml]") {
    const auto bytes = related(part("Content-Type: text/css", "") + part("Content-Type: text/html", table_of("x")));
    CHECK(message(bytes, {.entries_max = 3}) == Lines{"1|x"});
    CHECK(message(bytes, {.entries_max = 2}) == Lines{"!open too_large_unpacked"});
}
