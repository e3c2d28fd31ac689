#include "core/record/csv.hpp"
#include "tests/core/record/read_rows.hpp"

#include <catch2/catch.hpp>

using namespace usersync::record;
using namespace usersync::record::test;

namespace {

Rows rows_of(std::string_view bytes, std::size_t row_bytes_max = 1000) {
    CsvScanner scanner(bytes, {.delimiter = ',', .row_bytes_max = row_bytes_max});
    Rows rows;
    for (Row row; scanner.next(row);) {
        rows.push_back({.line = row.line, .cells = {row.cells.begin(), row.cells.end()}, .flaw = row.flaw});
    }
    return rows;
}

}  // namespace

TEST_CASE("well-formed rows are read as RFC 4180 says", "[core][record][csv]") {
    struct Case {
        const char* what;
        std::string_view bytes;
        Rows rows;
    };
    const std::vector<Case> cases = {
        {"nothing", "", {}},
        {"one cell", "a", {{1, {"a"}}}},
        {"a final line break makes no row", "a,b\n", {{1, {"a", "b"}}}},
        {"empty cells count", ",\n,,", {{1, {"", ""}}, {2, {"", "", ""}}}},
        {"an empty line is a row with one empty cell", "a\n\nb", {{1, {"a"}}, {2, {""}}, {3, {"b"}}}},
        {"CRLF", "a,b\r\nc,d\r\n", {{1, {"a", "b"}}, {2, {"c", "d"}}}},
        {"CR alone", "a,b\rc,d\r", {{1, {"a", "b"}}, {2, {"c", "d"}}}},
        {"quoted delimiter", "\"a,b\",c\n", {{1, {"a,b", "c"}}}},
        {"doubled quotes", "\"say \"\"hi\"\"\",x\n", {{1, {"say \"hi\"", "x"}}}},
        {"an empty quoted cell", "\"\",x\n", {{1, {"", "x"}}}},
        {"nothing but a quote in quotes", "\"\"\"\"\n", {{1, {"\""}}}},
        {"a line break in quotes moves the line number", "a,\"x\r\ny\nz\"\nb\n", {{1, {"a", "x\r\ny\nz"}}, {4, {"b"}}}},
        {"a quote inside an unquoted cell is text", "5\" pipe,it\"s\n", {{1, {"5\" pipe", "it\"s"}}}},
        {"a quote after a space is text", " \"a\",b\n", {{1, {" \"a\"", "b"}}}},
        {"cells longer than one block",
         "0123456789abcdef0123456789,0123456789abcdef\nq\n",
         {{1, {"0123456789abcdef0123456789", "0123456789abcdef"}}, {2, {"q"}}}},
        {"the record may end in a quoted cell", "a,\"b\"", {{1, {"a", "b"}}}},
        {"the record may end in a delimiter", "a,", {{1, {"a", ""}}}},
    };
    for (const auto& c : cases) {
        INFO(c.what);
        CHECK(rows_of(c.bytes) == c.rows);
    }
}

TEST_CASE("text after a closing quote is a finding on its own line", "[core][record][csv]") {
    CHECK(rows_of("1,\"a\"b,c\n2,d,e\n") ==
          Rows{{1, {"1"}, RowFlaw::text_after_quote}, {2, {"2", "d", "e"}, RowFlaw::none}});
    CHECK(rows_of("1,\"a\" ,c\n") == Rows{{1, {"1"}, RowFlaw::text_after_quote}});
}

TEST_CASE("a quote left open costs its own line, and every later row is still seen", "[core][record][csv]") {
    CHECK(rows_of("1,\"a\n2,b\n3,c\n") == Rows{{1, {"1"}, RowFlaw::quote_left_open},
                                               {2, {"2", "b"}, RowFlaw::in_doubt},
                                               {3, {"3", "c"}, RowFlaw::in_doubt}});
}

TEST_CASE("rows between a stray quote and the next quote are in doubt, the rest is not", "[core][record][csv]") {
    CHECK(rows_of("1,\"a\n2,b\n3,\"c\"\n4,d\n") == Rows{{1, {"1"}, RowFlaw::text_after_quote},
                                                        {2, {"2", "b"}, RowFlaw::in_doubt},
                                                        {3, {"3", "c"}, RowFlaw::in_doubt},
                                                        {4, {"4", "d"}, RowFlaw::none}});
}

TEST_CASE("an open quote reaches no further than a row may be long", "[core][record][csv]") {
    const auto rows = rows_of("1,\"a\n2,b\n3,c\n4,d\n", 10);
    REQUIRE(rows.size() == 4);
    CHECK(rows[0].flaw == RowFlaw::quote_left_open);
    CHECK(rows[1].flaw == RowFlaw::in_doubt);
    CHECK(rows[2].flaw == RowFlaw::in_doubt);
    CHECK(rows[3] == ReadRow{4, {"4", "d"}, RowFlaw::none});
}

TEST_CASE("a cell that crosses lines is not trusted when a later quote of its row is broken", "[core][record][csv]") {
    const auto rows = rows_of("1,\"x\ny\",\"z\"q\n2,b,c\n");
    REQUIRE(rows.size() == 3);
    CHECK(rows[0] == ReadRow{1, {"1"}, RowFlaw::text_after_quote});
    CHECK(rows[1].flaw != RowFlaw::none);
    CHECK(rows[2] == ReadRow{3, {"2", "b", "c"}, RowFlaw::none});
}

TEST_CASE("a row that is too long is a finding", "[core][record][csv]") {
    const auto rows = rows_of("0123456789,0123456789\na,b\n", 16);
    REQUIRE(rows.size() == 2);
    CHECK(rows[0].flaw == RowFlaw::too_long);
    CHECK(rows[1].flaw == RowFlaw::none);
}

TEST_CASE("the scanner tells whether a line break stands behind a row", "[core][record][csv]") {
    CsvScanner scanner("a,b\nc,d", CsvDialect{});
    Row row;
    REQUIRE(scanner.next(row));
    CHECK(row.terminated);
    CHECK(row.bytes == "a,b");
    CHECK(scanner.position() == 4);
    CHECK(scanner.line() == 2);
    REQUIRE(scanner.next(row));
    CHECK_FALSE(row.terminated);
    CHECK_FALSE(scanner.next(row));
}

TEST_CASE("half of a line break at the end, behind rows with whole ones, is none", "[core][record][csv]") {
    CsvScanner windows("a,b\r\nc,d\r", CsvDialect{});
    Row row;
    REQUIRE(windows.next(row));
    CHECK(row.terminated);
    REQUIRE(windows.next(row));
    CHECK(row.cells.back() == "d");
    CHECK_FALSE(row.terminated);
    CHECK_FALSE(windows.next(row));

    CsvScanner old_mac("a,b\rc,d\r", CsvDialect{});
    REQUIRE(old_mac.next(row));
    REQUIRE(old_mac.next(row));
    CHECK(row.terminated);
}
