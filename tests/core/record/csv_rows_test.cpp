#include "core/record/csv_rows.hpp"
#include "core/record/write_csv.hpp"
#include "tests/core/record/read_rows.hpp"

#include <catch2/catch.hpp>

#include <random>

using namespace usersync;
using namespace usersync::record;
using namespace usersync::record::test;

namespace {

char delimiter_of(std::string_view text, const std::vector<std::string>& names = {}, const RecordFormat& format = {}) {
    return find_csv_shape(text, format, names).delimiter;
}

Rows read_csv(std::string_view text, const RecordFormat& format = {}, const RecordLimits& limits = {}) {
    CsvRows rows(text, find_csv_shape(text, format, {}), format, limits);
    return read_rows(rows);
}

}  // namespace

TEST_CASE("the delimiter is the one that finds the mapped columns", "[core][record][csv]") {
    const std::vector<std::string> names = {"id", "e-mail", "plaats"};
    CHECK(delimiter_of("id;E-mail;Plaats\n1;a@b.nl;Ede\n", names) == ';');
    CHECK(delimiter_of("id,e-mail,plaats\n1;2;3;4;5;6\n", names) == ',');
    CHECK(delimiter_of("id\te-mail\tplaats\n", names) == '\t');
    CHECK(delimiter_of("id|e-mail|plaats\n", names) == '|');
    CHECK(delimiter_of("\"id\";\"e-mail\";\"plaats\"\n", names) == ';');
    CHECK(delimiter_of("naam, voornaam;id\n\"Bakker, A, B, C\";1\n", {"id"}) == ';');
}

TEST_CASE("the header may stand below a title, and still tells the delimiter", "[core][record][csv]") {
    const std::vector<std::string> names = {"id", "plaats"};
    CHECK(delimiter_of("Personeel, alle vestigingen, maart, 2026\n\nlijst\nid;plaats\n1;Ede\n", names) == ';');
    std::string long_preface;
    for (int i = 0; i < 99; ++i) long_preface += "a,b,c\n";
    CHECK(delimiter_of(long_preface + "id;plaats\n", names) == ';');
    CHECK(delimiter_of(long_preface + "a,b,c\nid;plaats\n", names) == ',');  // that is row 101
}

TEST_CASE("where no mapped column is found, the delimiter is the one by which the rows agree", "[core][record][csv]") {
    CHECK(delimiter_of("uren;loon\n8,00;5,50\n7,50;6,25\n") == ';');
    CHECK(delimiter_of("a,b\n\"x;y\",2\n3,4\n") == ',');
    CHECK(delimiter_of("naam\tplaats\nBakker, A\tEde\nDe Vries\tWijk, bij Duurstede\n") == '\t');
    CHECK(delimiter_of("x|y\n1|2\n") == '|');
    CHECK(delimiter_of("Berg, Jan;a;b\nBoer, Piet;c;d\n") == ';');  // more cells, where both agree
}

TEST_CASE("a record of one single column needs no delimiter", "[core][record][csv]") {
    CHECK(delimiter_of("id\n1\n2\n", {"id"}) == ',');
    CHECK(read_csv("id\n1\n2\n") == Rows{{1, {"id"}}, {2, {"1"}}, {3, {"2"}}});
    CHECK(delimiter_of("") == ',');
}

TEST_CASE("a sep= line tells the delimiter and is no row", "[core][record][csv]") {
    CHECK(delimiter_of("sep=;\nid,a,b;c\n", {"id"}) == ';');
    CHECK(delimiter_of("\"sep=|\"\nid,a,b\n", {"id"}) == '|');
    CHECK(read_csv("SEP=;\r\nid;a,b\r\n") == Rows{{2, {"id", "a,b"}}});
    CHECK(read_csv("\n\nsep=;\n \nid;a\n") == Rows{{5, {"id", "a"}}});
}

TEST_CASE("the delimiter that the tenant says wins over everything", "[core][record][csv]") {
    CHECK(delimiter_of("sep=;\nid;a\n", {"id"}, {.delimiter = ','}) == ',');
    CHECK(delimiter_of("id;a\n", {"id"}, {.format = Format::tsv}) == '\t');
    CHECK(read_csv("sep=;\nid;a\n", {.delimiter = ','}) == Rows{{2, {"id;a"}}});
}

TEST_CASE("blank lines at the top are no rows, and lines are still counted", "[core][record][csv]") {
    CHECK(read_csv("\r\n \xC2\xA0\r\nid;a\r\n1;b\r\n") == Rows{{3, {"id", "a"}}, {4, {"1", "b"}}});
    CHECK(read_csv("\n\n").empty());
    CHECK(read_csv(";;\n1;2;3\n") == Rows{{1, {"", "", ""}}, {2, {"1", "2", "3"}}});
}

TEST_CASE("quotes escaped with a backslash are read when the tenant says so", "[core][record][csv]") {
    const RecordFormat format{.delimiter = ',', .backslash_escapes = true};
    CHECK(read_csv(R"("say \"hi\"","a\\b","c\nd","e\\",x\y)"
                   "\r\n\"2\",\"\\\\\\\"\"\r\n",
                   format) == Rows{{1, {"say \"hi\"", "a\\b", "c\\nd", "e\\", "x\\y"}}, {2, {"2", "\\\""}}});
    CHECK(read_csv("\"a\nb\",\"\"\n", format) == Rows{{1, {"a\nb", ""}}});
    CHECK(read_csv("\"a\"\"b\"\n", format)[0].flaw == RowFlaw::text_after_quote);
    CHECK(read_csv("\"a\\\"\n1,2\n", format)[0].flaw == RowFlaw::quote_left_open);
    CHECK(read_csv("\"a\\\"\n1,2\n", {.delimiter = ','}) == Rows{{1, {"a\\"}}, {2, {"1", "2"}}});
}

TEST_CASE("a row with too many cells, or one that is too long, cannot be used, but the next can",
          "[core][record][csv][limits]") {
    RecordLimits limits;
    limits.columns_max = 3;
    limits.cell_bytes_max = 5;
    CHECK(read_csv("1,2,3\n1,2,3,4,5\n6,7\n", {}, limits) ==
          Rows{{1, {"1", "2", "3"}}, {2, {"1", "2", "3"}, RowFlaw::too_long}, {3, {"6", "7"}}});
    CHECK(read_csv("1,12345\n1,123456\n2,b\n", {}, limits) ==
          Rows{{1, {"1", "12345"}}, {2, {"1", "123456"}, RowFlaw::too_long}, {3, {"2", "b"}}});
    const std::string field(std::size_t{1} << 20, 'x');
    const auto rows = read_csv("1," + field + "\n2,b\n");
    REQUIRE(rows.size() == 2);
    CHECK(rows[0].flaw == RowFlaw::too_long);
    CHECK(rows[1] == ReadRow{2, {"2", "b"}});
}

TEST_CASE("a row of nothing but delimiters takes no more memory than the limit of columns",
          "[core][record][csv][limits]") {
    const std::string commas(std::size_t{8} << 20, ',');
    CsvScanner scanner(commas, {.columns_max = 100});
    Row row;
    REQUIRE(scanner.next(row));
    CHECK(row.flaw == RowFlaw::too_long);
    CHECK(row.cells.size() == 100);
    CHECK(row.cells.capacity() < 1000);
}

TEST_CASE("more rows than the limit are refused", "[core][record][csv][limits]") {
    RecordLimits limits;
    limits.rows_max = 2;
    CHECK(read_csv("1\n2\n", {}, limits).size() == 2);
    CHECK(read_csv("1\n2\n3\n", {}, limits).back() == ReadRow{0, {"too_many_rows"}});
}

TEST_CASE("CSV is written as RFC 4180 says", "[core][record][csv]") {
    std::string text(csv_opening({.byte_order_mark = true}));
    const CsvStyle style{.delimiter = ';'};
    append_csv_row(text, {"a", "b;c", "d\"e", "f\ng", "", " h "}, style);
    append_csv_row(text, {""}, style);
    CHECK(text ==
          "\xEF\xBB\xBF"
          "a;\"b;c\";\"d\"\"e\";\"f\ng\";; h \r\n\"\"\r\n");
    CHECK(csv_opening({}).empty());
}

TEST_CASE("a sheet that people open holds no formula that a record brought along", "[core][record][csv]") {
    std::string text;
    append_csv_row(text, {"=1+1", "+31", "-2", "@x", "\tx", "a=b", "'", ""}, {.defuses_formulas = true});
    CHECK(text == "'=1+1,'+31,'-2,'@x,'\tx,a=b,',\r\n");
    text.clear();
    append_csv_row(text, {"=1+1", "+31"}, {});
    CHECK(text == "=1+1,+31\r\n");
}

TEST_CASE("whatever is written as CSV is read back the same", "[core][record][csv]") {
    const auto seed = std::random_device{}();
    INFO("seed " << seed);
    std::mt19937 random(seed);
    const auto below = [&random](std::size_t n) { return static_cast<std::size_t>(random() % n); };
    const std::vector<std::string> pieces = {"a",
                                             "Zo\xC3\xAB",
                                             "\"",
                                             "\"\"",
                                             ",",
                                             ";",
                                             "\t",
                                             "|",
                                             "\n",
                                             "\r\n",
                                             "\r",
                                             " ",
                                             "'",
                                             "=",
                                             "\\",
                                             "\\\"",
                                             "1",
                                             "\xF0\x9F\x98\x80",
                                             "\xEF\xBB\xBF",
                                             "sep=;",
                                             "0123456789abcdef"};
    for (int round = 0; round < 300; ++round) {
        const CsvStyle style{.delimiter = std::vector<char>{',', ';', '\t', '|'}[below(4)]};
        const auto columns = 1 + below(6);
        std::vector<std::vector<std::string>> table(1 + below(8), std::vector<std::string>(columns));
        for (auto& row : table) {
            for (auto& cell : row) {
                for (auto n = below(5); n > 0; --n) cell += pieces[below(pieces.size())];
            }
        }
        table[0][0] = "header";  // a first row that is a sep= line would be taken for one
        std::string text;
        for (const auto& row : table) append_csv_row(text, {row.begin(), row.end()}, style);
        const auto rows = read_csv(text, {.delimiter = style.delimiter});
        REQUIRE(rows.size() == table.size());
        for (std::size_t i = 0; i < rows.size(); ++i) {
            CHECK(rows[i].cells == table[i]);
            CHECK(rows[i].flaw == RowFlaw::none);
        }
    }
}
