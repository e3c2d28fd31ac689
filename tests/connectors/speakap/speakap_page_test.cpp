// The page that says what is supported names tests that exist.

#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

namespace {

namespace fs = std::filesystem;

std::string text_of(const fs::path& file) {
    std::ifstream in(file);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

/// A source without the places where a literal is broken over lines.
std::string joined_literals(const std::string& source) {
    std::string joined;
    for (std::size_t at = 0; at < source.size(); ++at) {
        const auto next = source[at] == '"' ? source.find_first_not_of(" \n", at + 1) : std::string::npos;
        const bool goes_on =
            next != std::string::npos && next > at + 1 && source[next] == '"' && source.find('\n', at) < next;
        if (goes_on) at = next;
        if (!goes_on) joined += source[at];
    }
    return joined;
}

/// What stands between single stars, in the lines of tables and in the text.
std::vector<std::string> named_tests(const std::string& page) {
    std::vector<std::string> names;
    for (auto begin = page.find('*'); begin != std::string::npos; begin = page.find('*', begin)) {
        const auto end = page.find('*', begin + 1);
        if (end == std::string::npos) break;
        auto name = page.substr(begin + 1, end - begin - 1);
        for (auto& c : name) {
            if (c == '\n') c = ' ';
        }
        names.push_back(std::move(name));
        begin = end + 1;
    }
    return names;
}

TEST_CASE("every test that the page about Speakap names exists", "[connectors][speakap]") {
    const fs::path repository = USERSYNC_SOURCE_DIR;
    std::string sources;
    for (const auto& entry : fs::recursive_directory_iterator(repository / "tests")) {
        if (entry.path().extension() == ".cpp") sources += joined_literals(text_of(entry.path()));
    }
    const auto names = named_tests(text_of(repository / "docs/speakap.md"));
    CHECK(names.size() > 80);
    for (const auto& name : names) {
        INFO(name);
        CHECK(sources.find('"' + name + '"') != std::string::npos);
    }
}

TEST_CASE("every row of the page about Speakap has as many cells as its table", "[connectors][speakap]") {
    std::ifstream page(fs::path(USERSYNC_SOURCE_DIR) / "docs/speakap.md");
    std::size_t cells = 0;
    for (std::string line; std::getline(page, line);) {
        INFO(line);
        std::size_t bars = 0;
        for (std::size_t at = line.find(" |"); at != std::string::npos; at = line.find(" |", at + 1)) ++bars;
        const bool in_table = line.rfind("| ", 0) == 0;
        if (!in_table && line.rfind("|-", 0) != 0) cells = 0;
        if (!in_table) continue;
        if (cells == 0) cells = bars;
        CHECK(bars == cells);
    }
}

}  // namespace
