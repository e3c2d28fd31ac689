// docs/rules.md shows a session with the example; here it is typed, and what the program answers is what the page says.

#include "tests/end_to_end/console_page.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <sstream>

using namespace usersync::test;

TEST_CASE("every command on the page about rules answers what the page says", "[end_to_end][rules]") {
    ExampleShop shop;
    const auto asked = check_sessions("docs/rules.md", shop, "2026-11-23");
    CHECK(asked == std::set<std::string>{"check", "desired", "explain", "mapping", "match"});
}

TEST_CASE("the page about rules shows nothing that no test runs, and names no option that is not there",
          "[end_to_end][rules]") {
    std::size_t commands = 0;
    for (const auto& block : blocks_of("docs/rules.md")) {
        INFO(joined(block.lines));
        if (!block.language.empty()) {
            CHECK(std::set<std::string>{"console", "csv", "toml"}.count(block.language) == 1);
            continue;
        }
        // What is left is how a command is written.
        for (const auto& line : block.lines) {
            REQUIRE(line.rfind("usersyncd ", 0) == 0);
            std::istringstream words(line.substr(line.find(' ')));
            Lines arguments{USERSYNC_BINARY_DIR "/usersyncd"};
            Lines named;
            for (std::string word; words >> word;) {
                word.erase(std::remove_if(word.begin(), word.end(), [](char c) { return c == '[' || c == ']'; }),
                           word.end());
                const bool is_command = named.empty() && std::islower(static_cast<unsigned char>(word.front())) != 0;
                (is_command ? arguments : named).push_back(word);
            }
            arguments.emplace_back("--help");
            const auto help = run_program(arguments);
            CHECK(help.exit_code == 0);
            for (const auto& word : named) {
                INFO(word << " in " << help.out);
                CHECK(help.out.find(word.substr(0, word.find('|'))) != std::string::npos);
            }
            ++commands;
        }
    }
    CHECK(commands == 5);
}
