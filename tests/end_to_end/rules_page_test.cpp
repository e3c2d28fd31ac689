// docs/rules.md shows a session with the example; here it is typed, and what the program answers is what the page says.

#include "tests/end_to_end/example_shop.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <map>
#include <regex>
#include <set>
#include <sstream>

using namespace usersync::test;

namespace {

using Lines = std::vector<std::string>;

const std::string today = "2026-11-23";
const std::string left_out = "…";

struct Block {
    std::string language;
    Lines lines;
};

std::vector<Block> blocks_of_the_page() {
    std::istringstream page(TempDir::read(std::filesystem::path(USERSYNC_SOURCE_DIR) / "docs/rules.md"));
    std::vector<Block> blocks;
    bool inside = false;
    for (std::string line; std::getline(page, line);) {
        if (line.rfind("```", 0) == 0) {
            if (!inside) blocks.push_back({line.substr(3, line.find(' ') - 3), {}});
            inside = !inside;
        } else if (inside) {
            blocks.back().lines.push_back(line);
        }
    }
    return blocks;
}

struct Typed {
    std::string command;
    Lines answer;  ///< as the page has it
};

std::vector<Typed> session_in(const Block& block) {
    std::vector<Typed> session;
    for (const auto& line : block.lines) {
        if (line.rfind("$ ", 0) == 0) {
            session.push_back({line.substr(2), {}});
        } else {
            REQUIRE_FALSE(session.empty());
            session.back().answer.push_back(line);
        }
    }
    return session;
}

/// Fingerprints and the ids of plans are others in each environment: each one on the page stands for exactly one.
class Names {
public:
    /// Whether the line could be this one of the page; then what it says of names is remembered.
    bool fits(const std::string& page, const std::string& line) {
        static const std::regex name("\\b[0-9a-f]{12}\\b");
        if (std::regex_replace(page, name, "NAME") != std::regex_replace(line, name, "NAME")) return false;
        auto learned = *this;
        const auto end = std::sregex_iterator();
        auto ours = std::sregex_iterator(line.begin(), line.end(), name);
        for (auto theirs = std::sregex_iterator(page.begin(), page.end(), name); theirs != end; ++theirs, ++ours) {
            if (learned.by_page_.emplace(theirs->str(), ours->str()).first->second != ours->str()) return false;
            if (learned.by_line_.emplace(ours->str(), theirs->str()).first->second != theirs->str()) return false;
        }
        *this = std::move(learned);
        return true;
    }

private:
    std::map<std::string, std::string> by_page_;
    std::map<std::string, std::string> by_line_;
};

bool is_left_out(const std::string& line) {
    const auto text = line.find_first_not_of(' ');
    return text != std::string::npos && line.substr(text) == left_out;
}

/// Whether the answer is what stands on the page from here on. "…" alone in a line is at least one line.
bool is_as_shown(Lines::const_iterator page, Lines::const_iterator page_end, Lines::const_iterator line,
                 Lines::const_iterator end, Names& names) {
    for (; page != page_end; ++page, ++line) {
        if (line == end) return false;
        if (is_left_out(*page)) {
            for (auto next = line + 1;; ++next) {
                auto learned = names;
                if (is_as_shown(page + 1, page_end, next, end, learned)) {
                    names = std::move(learned);
                    return true;
                }
                if (next == end) return false;
            }
        }
        if (!names.fits(*page, *line)) return false;
    }
    return line == end;
}

std::string joined(const Lines& lines) {
    std::string text;
    for (const auto& line : lines) text += line + '\n';
    return text;
}

}  // namespace

TEST_CASE("every command on the page about rules answers what the page says", "[end_to_end][rules]") {
    ExampleShop shop;
    Names names;
    std::set<std::string> asked;
    for (const auto& block : blocks_of_the_page()) {
        if (block.language != "console") continue;
        const auto session = session_in(block);
        Lines commands;
        for (const auto& typed : session) commands.push_back(typed.command);
        shop.write_files();
        const auto answers = shop.type(commands, today);

        for (std::size_t at = 0; at < session.size(); ++at) {
            const auto& page = session[at].answer;
            const auto& lines = answers[at].lines;
            INFO("$ " << commands[at] << "\n--- the page\n" << joined(page) << "--- the program\n" << joined(lines));
            CHECK(is_as_shown(page.begin(), page.end(), lines.begin(), lines.end(), names));
            std::istringstream words(commands[at]);
            std::string program, command;
            if (words >> program >> command && program == "usersyncd") asked.insert(command);
        }
    }
    CHECK(asked == std::set<std::string>{"check", "desired", "explain", "mapping", "match"});
}

TEST_CASE("the page about rules shows nothing that no test runs, and names no option that is not there",
          "[end_to_end][rules]") {
    std::size_t commands = 0;
    for (const auto& block : blocks_of_the_page()) {
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
