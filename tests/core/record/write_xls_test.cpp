// Our own old workbooks.

#include "core/record/write_xls.hpp"
#include "core/record/utf8.hpp"
#include "tests/core/record/shown_sheet.hpp"

#include <catch2/catch.hpp>

#include <random>

using namespace usersync::record;
using namespace usersync::record::test;

namespace {

using Cells = std::vector<std::string>;

// Short and long ones, of one byte a character and of two, and of characters that take two places.
std::string random_text(std::mt19937& random) {
    static constexpr std::pair<char32_t, char32_t> ranges[] = {{0x20, 0x7E},     {0x20, 0xFF},       {0x100, 0x2FF},
                                                               {0x4E00, 0x4FFF}, {0x1F600, 0x1F64F}, {0x09, 0x0A}};
    const auto& widest = ranges[random() % std::size(ranges)];
    std::string text;
    const auto length = random() % 200 == 0 ? random() % 20'000 : random() % 20;
    for (std::size_t i = 0; i < length; ++i) {
        const auto& range = random() % 4 == 0 ? widest : ranges[0];
        append_utf8(range.first + static_cast<char32_t>(random() % (range.second - range.first + 1)), text);
    }
    return text;
}

std::vector<Cells> random_rows(std::mt19937& random) {
    std::vector<Cells> rows(1 + random() % 30);
    for (auto& row : rows) {
        row.resize(random() % 8);
        for (auto& cell : row) cell = random_text(random);
    }
    return rows;
}

// As a reader gives them: rows that hold something, without the empty cells at their end.
Lines expected_of(const std::vector<Cells>& rows) {
    Lines lines;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        auto cells = rows[i];
        while (!cells.empty() && cells.back().empty()) cells.pop_back();
        if (cells.empty()) continue;
        auto line = std::to_string(i + 1);
        for (const auto& cell : cells) line += "|" + cell;
        lines.push_back(line);
    }
    return lines;
}

}  // namespace

TEST_CASE("whatever is written as a workbook is read back as it was", "[core][record][xls][property]") {
    for (unsigned seed = 1; seed <= 60; ++seed) {
        INFO("seed " << seed);
        std::mt19937 random(seed);
        const auto rows = random_rows(random);
        const auto bytes = write_xls(rows, "Staff");
        const auto sheet = open_xls(bytes, std::nullopt, {});
        REQUIRE(sheet);
        REQUIRE(shown(sheet) == expected_of(rows));
    }
}

TEST_CASE("leading zeros and dates stay the texts that they are", "[core][record][xls]") {
    const std::vector<Cells> rows = {{"id", "since", "naam ✓"}, {"00123", "2026-03-01", "Zoë"}, {}, {"", "", "=1+1"}};
    const auto bytes = write_xls(rows, "Voorbeeld ✓");
    const auto sheet = open_xls(bytes, "Voorbeeld ✓", {});
    REQUIRE(sheet);
    CHECK(shown(sheet) == Lines{"1|id|since|naam ✓", "2|00123|2026-03-01|Zoë", "4|||=1+1"});
}

TEST_CASE("the same rows give the same workbook, byte by byte", "[core][record][xls]") {
    const std::vector<Cells> rows = {{"id", "name"}, {"1", "Jan"}};
    CHECK(write_xls(rows, "Staff") == write_xls(rows, "Staff"));
}

TEST_CASE("an empty table is a workbook with an empty sheet", "[core][record][xls]") {
    const auto bytes = write_xls({}, "Staff");
    const auto sheet = open_xls(bytes, std::nullopt, {});
    REQUIRE(sheet);
    CHECK(sheet->sheet == "Staff");
    CHECK(shown(sheet) == Lines{});
}
