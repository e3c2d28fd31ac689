// The page that says which test proves what names tests that exist.

#include "tests/support/temp_dir.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <cctype>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

using namespace usersync::test;
namespace fs = std::filesystem;

namespace {

const fs::path repository = USERSYNC_SOURCE_DIR;
constexpr std::string_view bad_inputs = "| no. | bad input |";

struct NamedTest {
    std::string file;
    std::string name;
};

/// One row of a table of bad inputs or of faults: its number, and the tests that it names.
struct Row {
    std::string number;
    std::vector<NamedTest> tests;
};

/// What stands between two of `sign` from `at` on; `at` moves behind it.
std::string between(std::string_view text, char sign, std::size_t& at) {
    const auto end = text.find(sign, at + 1);
    if (end == std::string_view::npos) {
        at = text.size();
        return {};
    }
    auto found = std::string(text.substr(at + 1, end - at - 1));
    at = end + 1;
    return found;
}

/// "`FILE`: *NAME*, *NAME*; `FILE`: …"
std::vector<NamedTest> tests_of(std::string_view cell) {
    std::vector<NamedTest> tests;
    std::string file;
    for (std::size_t at = cell.find_first_of("`*"); at < cell.size(); at = cell.find_first_of("`*", at)) {
        if (cell[at] == '`') {
            file = between(cell, '`', at);
        } else {
            tests.push_back({file, between(cell, '*', at)});
        }
    }
    return tests;
}

/// The rows of the table that begins with these titles.
std::vector<Row> rows_below(std::string_view titles, std::string_view page) {
    std::vector<Row> rows;
    const auto begin = page.find(titles);
    if (begin == std::string_view::npos) return rows;
    page.remove_prefix(begin);
    while (page.starts_with('|')) {
        const auto line = page.substr(0, page.find('\n'));
        page.remove_prefix(std::min(line.size() + 1, page.size()));
        const auto number = std::string(line.substr(2, line.find(' ', 2) - 2));
        if (number == "no." || line.starts_with("|-")) continue;
        const auto last_cell = line.rfind(" | ");
        rows.push_back({number, tests_of(line.substr(last_cell))});
    }
    return rows;
}

/// Of a test's source, the name without the places where it is broken over lines.
std::string joined_literals(const std::string& source) {
    std::string joined;
    for (std::size_t at = 0; at < source.size(); ++at) {
        if (source[at] == '"') {
            auto next = at + 1;
            while (next < source.size() && std::isspace(static_cast<unsigned char>(source[next])) != 0) ++next;
            const bool goes_on = next < source.size() && source[next] == '"' && next > at + 1;
            if (goes_on) {
                at = next;
                continue;
            }
        }
        joined += source[at];
    }
    return joined;
}

bool has_test(const std::string& source, const std::string& name) {
    const auto joined = joined_literals(source);
    return joined.find("TEST_CASE(\"" + name + "\"") != std::string::npos ||
           joined.find("SECTION(\"" + name + "\"") != std::string::npos;
}

std::vector<std::string> faults(const std::vector<Row>& rows) {
    std::vector<std::string> found;
    for (const auto& row : rows) {
        if (row.tests.empty()) found.push_back(row.number + " names no test");
        for (const auto& test : row.tests) {
            const auto path = repository / test.file;
            const bool is_there =
                !test.file.empty() && fs::is_regular_file(path) && has_test(TempDir::read(path), test.name);
            if (!is_there) found.push_back(row.number + ": " + test.file + " has no test \"" + test.name + "\"");
        }
    }
    return found;
}

}  // namespace

TEST_CASE("every bad input on the page of proofs names tests that exist", "[architecture]") {
    const auto rows = rows_below(bad_inputs, TempDir::read(repository / "docs/proof.md"));

    CHECK(faults(rows) == std::vector<std::string>{});
    std::map<char, int> counted;
    std::set<std::string> numbers;
    for (const auto& row : rows) {
        ++counted[row.number.front()];
        numbers.insert(row.number);
    }
    CHECK(numbers.size() == rows.size());
    CHECK(counted == std::map<char, int>{{'F', 14}, {'L', 9}, {'S', 7}, {'T', 7}, {'V', 6}, {'W', 3}});
}

TEST_CASE("every fault of the target on the page of proofs names tests that exist", "[architecture]") {
    const auto rows = rows_below("| no. | fault |", TempDir::read(repository / "docs/proof.md"));

    CHECK(faults(rows) == std::vector<std::string>{});
    std::set<std::string> numbers;
    for (const auto& row : rows) numbers.insert(row.number);
    CHECK(numbers == std::set<std::string>{"19", "20", "21", "22", "23", "24", "25", "26", "27", "28", "29"});
}

TEST_CASE("every promise and every fault on the page about safety names tests that exist", "[architecture]") {
    const auto page = TempDir::read(repository / "docs/safety.md");
    const auto promises = rows_below("| no. | promise |", page);
    const auto faults_there = rows_below("| no. | fault |", page);

    CHECK(faults(promises) == std::vector<std::string>{});
    CHECK(faults(faults_there) == std::vector<std::string>{});
    std::set<std::string> numbers;
    for (const auto& row : promises) numbers.insert(row.number);
    for (const auto& row : faults_there) numbers.insert(row.number);
    std::set<std::string> expected;
    for (int n = 1; n <= 13; ++n) expected.insert("I" + std::to_string(n));
    for (int n = 1; n <= 36; ++n) expected.insert(std::to_string(n));
    expected.erase("I12");  // the page says why it has none
    CHECK(numbers == expected);
}

TEST_CASE("a bad input whose test does not exist, or that names none, is found", "[architecture]") {
    const auto rows = rows_below(
        bad_inputs,
        "| no. | bad input | what becomes of it | proved by |\n"
        "|---|---|---|---|\n"
        "| F1 | a | b | `tests/architecture/named_tests_test.cpp`: *a bad input whose test does not exist, or that "
        "names "
        "none, is found* |\n"
        "| F2 | a | b | `tests/architecture/named_tests_test.cpp`: *a test that nobody wrote* |\n"
        "| F3 | a | b | `tests/nowhere_test.cpp`: *a test* |\n"
        "| F4 | a | b | a promise |\n");

    const auto found = faults(rows);

    REQUIRE(found.size() == 3);
    CHECK(found[0].starts_with("F2: "));
    CHECK(found[1].starts_with("F3: "));
    CHECK(found[2] == "F4 names no test");
}
