// Web pages that are sent as workbooks.

#include "tests/core/record/shown_sheet.hpp"

#include <catch2/catch.hpp>

#include <random>

using namespace usersync::record;
using namespace usersync::record::test;

namespace {

Lines page(const std::string& html, const RecordLimits& limits = {}) { return shown(open_html(html, limits)); }

Lines table(const std::string& rows, const RecordLimits& limits = {}) {
    return page("<html><body><table>" + rows + "</table></body></html>", limits);
}

// The text of one cell.
std::string cell(const std::string& html) {
    const auto lines = table("<tr><td>" + html + "</td><td>end</td></tr>");
    if (lines.size() != 1 || !lines[0].starts_with("1|") || !lines[0].ends_with("|end")) return "no single cell";
    return lines[0].substr(2, lines[0].size() - 6);
}

std::string repeated(std::string_view text, std::size_t times) {
    std::string all;
    for (std::size_t i = 0; i < times; ++i) all += text;
    return all;
}

}  // namespace

TEST_CASE("the rows of a table become rows, however carelessly it is written", "[core][record][html]") {
    const Lines rows = {"1|id|name", "2|1|Jan", "3|2|Piet"};
    CHECK(table("<tr><th>id</th><th>name</th></tr><tr><td>1</td><td>Jan</td></tr><tr><td>2</td><td>Piet</td></tr>") ==
          rows);
    CHECK(table("<thead><tr><th>id<th>name<tbody><tr><td>1<td>Jan<tr><td>2<td>Piet") == rows);
    CHECK(table("<td>id<td>name<tr><td>1<td>Jan<tr><td>2<td>Piet") == rows);
    CHECK(
        table("<TR CLASS=a><TD\nX:STR>id</TD ><TD align='a>b'>name</td></TR>text<tr><td>1</td>more<td title=\"</td>\">"
              "Jan<tr ><td >2</td><td/>Piet") == rows);
    CHECK(page("<table><tr><td>id<td>name<tr><td>1<td>Jan<tr><td>2<td>Piet</table>") == rows);
}

TEST_CASE("the first table with rows is read, and nothing behind it", "[core][record][html]") {
    CHECK(page("<p>Report</p><table></table><table><tr></tr></table><table><caption>Staff</caption><tr><td>id</table>"
               "<table><tr><td>other</table>") == Lines{"1|id"});
    CHECK(page("<p>no table</p>") == Lines{"!open no_records"});
    CHECK(page("<table><tr></tr></table>") == Lines{"!open no_records"});
    CHECK(page("") == Lines{"!open no_records"});
}

TEST_CASE("white space is what a browser makes of it", "[core][record][html]") {
    CHECK(cell("  Jan \r\n\t Jansen  ") == "Jan Jansen");
    CHECK(cell("Jan<b> Jansen</b> ") == "Jan Jansen");
    CHECK(cell("<b>Jan</b>sen") == "Jansen");
    CHECK(cell("a<br>b<br/> c") == "a\nb\nc");
    CHECK(cell("a<br><br>b<br>") == "a\n\nb");
    CHECK(cell("<p>a</p>\n<p>b</p>") == "a\nb");
    CHECK(cell("<div><div>a</div></div>b<ul><li>c<li>d</ul>") == "a\nb\nc\nd");
    CHECK(cell("a&nbsp;&nbsp;b") == "a\u00A0\u00A0b");
}

TEST_CASE("a cell that is only filled up is empty", "[core][record][html]") {
    CHECK(cell("&nbsp;") == "");
    CHECK(cell(" <br> <p>&nbsp; &#160;</p> ") == "");
    CHECK(table("<tr><td>id<td>&nbsp;<tr><td>&nbsp;<td><tr><td>2") == Lines{"1|id", "3|2"});
}

TEST_CASE("references to characters are read as browsers do", "[core][record][html]") {
    CHECK(cell("Zo&euml; &amp; Ren&eacute;e &lt;x&gt; &quot;&apos;") == "Zoë & Renée <x> \"'");
    CHECK(cell("&#321;ukasz &#x141;&#X142; &#128105;") == "Łukasz Łł 👩");
    CHECK(cell("&Lstrok;ukasz &ccaron; &scaron; &euro; &mdash;") == "Łukasz č š € —");
    CHECK(cell("O&#146;Brien &#128;5") == "O’Brien €5");
    CHECK(cell("&#233 &eacute x &#0; &#xD800; &#x110000; &#99999999999999999999;") ==
          "é é x \uFFFD \uFFFD \uFFFD \uFFFD");
    CHECK(cell("AT&T R&D a && b &nosuch; &eacutex; &; &#; &#x; &") ==
          "AT&T R&D a && b &nosuch; &eacutex; &; &#; &#x; &");
    CHECK(cell("1 < 2 <3 a<") == "1 < 2 <3 a<");
}

TEST_CASE("comments, scripts and styles are no text", "[core][record][html]") {
    CHECK(cell("a<!-- <td>no</td> -->b<!-->c<!---->d") == "abcd");
    CHECK(cell("a<script>if (1<2) '</td>'</script>b<style>td { }</style>c") == "abc");
    CHECK(cell("a<![if !x]>b<![endif]>c<?php ?>d</ >e") == "abcde");
}

TEST_CASE("a cell over several columns has its text in the first", "[core][record][html]") {
    CHECK(table("<tr><td colspan=3>Report<td>x<tr><td>1<td colspan='2'>2<td>3") == Lines{"1|Report|||x", "2|1|2||3"});
    CHECK(table("<tr><td colspan=0>a<td colspan=-2>b<td colspan=x>c<td colspan>d") == Lines{"1|a|b|c|d"});
}

TEST_CASE("a cell over several rows keeps the columns below it free", "[core][record][html]") {
    CHECK(table("<tr><td rowspan=3>Noord<td>Jan<tr><td>Piet<tr><td>Klaas<tr><td>Zuid<td>Anna") ==
          Lines{"1|Noord|Jan", "2||Piet", "3||Klaas", "4|Zuid|Anna"});
    CHECK(table("<tr><td>a<td rowspan=2 colspan=2>b<td>c<tr><td>d<td>e") == Lines{"1|a|b||c", "2|d|||e"});
    CHECK(table("<thead><tr><td rowspan=9>a<td>b<tbody><tr><td>c<td>d") == Lines{"1|a|b", "2|c|d"});
    CHECK(table("<tbody><tr><td rowspan=0>a<td>b<tr><td>c<tr><td>d<tbody><tr><td>e") ==
          Lines{"1|a|b", "2||c", "3||d", "4|e"});
}

TEST_CASE("a table within a cell is part of the cell's text", "[core][record][html]") {
    CHECK(table("<tr><td>1<td><table><tr><td>a<td>b</tr><tr><td>c</table><td>x<tr><td>2") ==
          Lines{"1|1|a b\nc|x", "2|2"});
}

TEST_CASE("a page that was cut off is refused", "[core][record][html]") {
    const std::string whole = "<html><body><table><tr><td>id</td></tr><tr><td>1</td></tr></table></body></html>";
    const auto end_of_table = whole.find("</table>") + 8;
    for (std::size_t cut = 0; cut < end_of_table; ++cut) {
        INFO("cut at " << cut);
        const auto lines = page(whole.substr(0, cut));
        REQUIRE_FALSE(lines.empty());
        CHECK(lines.back().starts_with("!"));
    }
    CHECK(page(whole.substr(0, end_of_table)) == Lines{"1|id", "2|1"});
    CHECK(page("<body><table><tr><td>id<tr><td>1</body>") == Lines{"1|id", "2|1"});
}

TEST_CASE("a table within a cell that is never closed does not swallow the rows behind it", "[core][record][html]") {
    const auto lines = page("<html><table><tr><td>1<td><table><tr><td>a</tr><tr><td>2<td>b</tr></table></body></html>");
    CHECK(lines.back() == "!damaged_workbook");
}

TEST_CASE("a table beyond a limit is refused", "[core][record][html]") {
    const std::string rows = "<tr><td>abc<td>d<tr><td>e";
    CHECK(table(rows, {.columns_max = 2, .rows_max = 2, .cell_bytes_max = 3}) == Lines{"1|abc|d", "2|e"});
    CHECK(table(rows, {.columns_max = 1}) == Lines{"!too_many_columns"});
    CHECK(table(rows, {.rows_max = 1}) == Lines{"1|abc|d", "!too_many_rows"});
    CHECK(table(rows, {.cell_bytes_max = 2}) == Lines{"!cell_too_long"});
    CHECK(table("<tr><td>" + repeated("<br>", 50) + "x", {.cell_bytes_max = 2}) == Lines{"1|x"});
    CHECK(table("<tr><td>a" + repeated("<br>", 50) + "x", {.cell_bytes_max = 9}) == Lines{"!cell_too_long"});
    CHECK(table("<tr><td colspan=999><td colspan=999><td>x", {.columns_max = 1000}) == Lines{"!too_many_columns"});
    const auto wide = "<tr><td colspan=1000 rowspan=100>a<td>b" + repeated("<tr><td>c", 99);
    CHECK(table(wide, {.unpacked_bytes_max = 50'000}).back() == "!too_large_unpacked");
    CHECK(table(wide).size() == 100);
}

TEST_CASE("hostile pages take linear time and no memory to speak of", "[core][record][html]") {
    CHECK(table("<tr><td" + repeated(" a b=c", 30'000) + ">x") == Lines{"1|x"});
    CHECK(table("<tr><td>" + repeated("<b>", 30'000) + "x") == Lines{"1|x"});
    CHECK(table("<tr><td>" + repeated("<!", 30'000) + ">x") == Lines{"1|x"});
    CHECK(table("<tr><td>" + repeated("<", 30'000) + "a>x</a>").size() == 1);
    CHECK(table("<tr><td>x" + repeated("&", 30'000)).size() == 1);
    CHECK(table("<tr><td>" + repeated("<table>", 30'000) + "x").back() == "!damaged_workbook");
    CHECK(page(repeated("<!--", 30'000) + "<table><tr><td>x</table>") == Lines{"!open no_records"});
    CHECK(page(repeated("<script>", 30'000) + "<table><tr><td>x</table>") == Lines{"!open no_records"});
}

TEST_CASE("whatever is written as a table is read back as it was", "[core][record][html][property]") {
    static constexpr std::string_view alphabet[] = {"a", "b ", "é", "<", ">", "&", "\"", "'", "&amp;", "\n", "Ł", "1"};
    for (unsigned seed = 1; seed <= 500; ++seed) {
        INFO("seed " << seed);
        std::mt19937 random(seed);
        std::string html;
        Lines expected;
        const auto rows = 1 + random() % 6;
        for (std::size_t row = 1; row <= rows; ++row) {
            html += "<tr>";
            expected.push_back(std::to_string(row));
            for (std::size_t i = 0; i < 4; ++i) {
                std::string text = "x";
                for (auto length = random() % 8; length > 0; --length) text += alphabet[random() % std::size(alphabet)];
                text += "x";
                html += random() % 2 == 0 ? "<td>" : "<th style='x:y'>";
                for (const char c : text) {
                    const std::string_view special = "<>&\"'\n";
                    static constexpr std::string_view written[] = {"&lt;", "&gt;", "&amp;", "&#34;", "&#x27;", "<br>"};
                    const auto at = special.find(c);
                    html += at == std::string_view::npos ? std::string(1, c) : std::string(written[at]);
                }
                html += random() % 2 == 0 ? "" : "</td>\n";
                for (auto at = text.find(" \n"); at != std::string::npos; at = text.find(" \n")) text.erase(at, 1);
                expected.back() += "|" + text;
            }
            html += "</tr>";
        }
        CHECK(table(html) == expected);
    }
}
