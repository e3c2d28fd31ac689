#include "core/record/csv.hpp"

#include <catch2/catch.hpp>

#include <random>

using namespace usersync::record;

namespace {

using Cells = std::vector<std::string>;

// Mostly the characters that mean something to a CSV reader.
std::string random_cell(std::mt19937& random) {
    static constexpr std::string_view alphabet = "\"\",,\n\r;ab x0123456789";
    std::string cell(random() % 24, ' ');
    for (auto& c : cell) c = alphabet[random() % alphabet.size()];
    return cell;
}

std::vector<Cells> random_rows(std::mt19937& random) {
    std::vector<Cells> rows(1 + random() % 12);
    for (auto& row : rows) {
        row.resize(1 + random() % 6);
        for (auto& cell : row) cell = random_cell(random);
    }
    return rows;
}

std::string written(const std::string& cell, std::mt19937& random) {
    const bool must_quote = cell.find_first_of(",\r\n") != std::string::npos || cell.starts_with('"');
    if (!must_quote && random() % 2 == 0) return cell;
    std::string quoted = "\"";
    for (const char c : cell) quoted += c == '"' ? "\"\"" : std::string(1, c);
    return quoted + "\"";
}

std::string written(const std::vector<Cells>& rows, std::mt19937& random) {
    const std::string line_break = random() % 2 == 0 ? "\n" : "\r\n";
    std::string bytes;
    for (const auto& row : rows) {
        for (std::size_t i = 0; i < row.size(); ++i) bytes += (i == 0 ? "" : ",") + written(row[i], random);
        bytes += line_break;
    }
    return bytes;
}

}  // namespace

TEST_CASE("whatever is written as CSV is read back as it was", "[core][ingest][csv][property]") {
    for (unsigned seed = 1; seed <= 2000; ++seed) {
        INFO("seed " << seed);
        std::mt19937 random(seed);
        const auto rows = random_rows(random);
        const auto bytes = written(rows, random);

        CsvScanner scanner(bytes, CsvDialect{});
        std::vector<Cells> read;
        for (Row row; scanner.next(row);) {
            REQUIRE(row.flaw == RowFlaw::none);
            read.emplace_back(row.cells.begin(), row.cells.end());
        }
        REQUIRE(read == rows);
    }
}

TEST_CASE("a record cut at any byte never gains a row and never hides one before the cut",
          "[core][ingest][csv][property]") {
    const std::string bytes = "1,\"a \"\"b\"\"\",x\r\n2,\"c\r\nd\",y\r\n3,e,z\r\n";
    const std::vector<std::size_t> row_ends = {15, 27, 34};
    REQUIRE(bytes.size() == row_ends.back());
    for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
        INFO("cut at " << cut);
        CsvScanner scanner(std::string_view(bytes).substr(0, cut), CsvDialect{});
        std::size_t whole = 0;
        for (Row row; scanner.next(row);) whole += row.flaw == RowFlaw::none && row.terminated ? 1 : 0;
        std::size_t expected = 0;
        for (const auto end : row_ends) expected += cut >= end ? 1 : 0;
        // Nothing tells yet how rows end here: a carriage return alone may be how.
        if (cut + 1 == row_ends.front()) ++expected;
        CHECK(whole == expected);
    }
}
