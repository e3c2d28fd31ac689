#include "core/record/write_xlsx.hpp"

#include "core/record/sheet.hpp"
#include "tests/support/show_result.hpp"

#include <catch2/catch.hpp>

#include <random>
#include <string>
#include <vector>

using namespace usersync;
using namespace usersync::record;

namespace {

using Table = std::vector<std::vector<std::string>>;

/// Row by row without what a sheet does not keep: empty cells at the end, rows without text.
Table without_padding(Table table) {
    Table kept;
    for (auto& row : table) {
        while (!row.empty() && row.back().empty()) row.pop_back();
        if (!row.empty()) kept.push_back(row);
    }
    return kept;
}

Table read(const std::string& bytes) {
    const auto sheet = open_xlsx(bytes, {}, {});
    REQUIRE(sheet);
    Table table;
    Row row;
    while (true) {
        const auto more = sheet->rows->next(row);
        REQUIRE(more);
        if (!*more) return table;
        table.emplace_back(row.cells.begin(), row.cells.end());
    }
}

std::string random_text(std::mt19937& random) {
    static const std::vector<std::string> pieces = {
        "a",     "Zoë", " ",       "  ",     "\n",   "\t",   "\r",   "שלום", "مرحبا",   "😀",   "👩‍👩‍👧",
        "&",     "<",   ">",       "\"",     "'",    "]]>",  "_",    "_x",   "_x000D_", "000", "x0041",
        "_x5F_", "é",   "e\u0301", "\x01",   "\x1F", "中文", "=1+1", "\x7F", "\u0085",  "﻿", "​",
        "&amp;", "<t>", "\uFFFE",  "\uFFFF", "#N/A", "1e5",  "-",    "@",    "x"};
    std::string text;
    const auto length = random() % 8;
    for (std::size_t i = 0; i < length; ++i) text += pieces[random() % pieces.size()];
    return text;
}

}  // namespace

TEST_CASE("what is written as xlsx is read as it was, whatever the texts are", "[record][xlsx]") {
    const auto seed = std::random_device{}();
    INFO("seed " << seed);
    std::mt19937 random(seed);
    for (int round = 0; round < 50; ++round) {
        Table table(random() % 20);
        for (auto& row : table) {
            row.resize(random() % 30);
            for (auto& cell : row) cell = random_text(random);
        }
        REQUIRE(read(write_xlsx(table, "Staff")) == without_padding(table));
    }
}

TEST_CASE("an xlsx workbook has the name that it was given, and text alone", "[record][xlsx]") {
    const auto bytes = write_xlsx({{"Employee ID", "Start"}, {"000123", "2026-03-01"}}, "Staff & <more>");
    const auto sheet = open_xlsx(bytes, {}, {});
    REQUIRE(sheet);
    CHECK(sheet->sheet == "Staff & <more>");
    Row row;
    REQUIRE(sheet->rows->next(row).value());
    REQUIRE(sheet->rows->next(row).value());
    CHECK(row.line == 2);
    REQUIRE(row.cells.size() == 2);
    CHECK(row.cells[0] == "000123");
    CHECK(row.kind(0) == CellKind::text);
    CHECK(row.kind(1) == CellKind::text);
}

TEST_CASE("the same table is written as the same bytes", "[record][xlsx]") {
    const Table table = {{"Employee ID"}, {"000123"}};
    CHECK(write_xlsx(table, "Staff") == write_xlsx(table, "Staff"));
    CHECK(write_xlsx(table, "Staff") != write_xlsx(table, "People"));
    CHECK(read(write_xlsx({}, "Staff")).empty());
}

TEST_CASE("columns beyond the twenty-sixth are written where they belong", "[record][xlsx]") {
    Table table(1, std::vector<std::string>(800));
    for (const std::size_t column : {0U, 25U, 26U, 51U, 52U, 701U, 702U, 799U})
        table[0][column] = std::to_string(column);
    CHECK(read(write_xlsx(table, "Staff")) == table);
}
