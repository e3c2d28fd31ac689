#include "tests/end_to_end/console_page.hpp"

#include <catch2/catch.hpp>

#include <map>
#include <regex>
#include <sstream>

namespace usersync::test {

namespace {

const std::string left_out = "…";

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

/// What a clock said, and how long something takes, are others each time: not compared.
std::string without_clocks(const std::string& text) {
    static const std::regex clock("T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\\.[0-9]+)?Z");
    static const std::regex plan("takes (?:less than a second|about [^(]+) \\((?:at least [^,]+, )?[0-9]+ ");
    static const std::regex call("a call takes [0-9]+ ms, by .*");
    auto left = std::regex_replace(text, clock, "TIME");
    left = std::regex_replace(left, plan, "takes TIME (");
    return std::regex_replace(left, call, "a call takes TIME");
}

/// Fingerprints and the ids of plans and accounts are others in each environment: each one on the page stands for
/// exactly one.
class Names {
public:
    /// Whether the line could be this one of the page; then what it says of names is remembered.
    bool fits(const std::string& page, const std::string& line) {
        static const std::regex name("\\b(?:[0-9a-f]{32}|[0-9a-f]{16}|[0-9a-f]{12})\\b");
        const auto compared = [](const std::string& text) {
            return without_clocks(std::regex_replace(text, name, "NAME"));
        };
        if (compared(page) != compared(line)) return false;
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

/// One that runs until it is stopped cannot be typed: it is started, and answers with its first line.
bool runs_until_stopped(const std::string& command) { return command.rfind("usersyncd sandbox --listen", 0) == 0; }

std::vector<Lines> answers_to(ExampleShop& shop, const Lines& commands, const std::string& today) {
    std::vector<Lines> answers;
    Lines typed;
    const auto type = [&] {
        if (typed.empty()) return;
        for (auto& answer : shop.type(typed, today)) answers.push_back(std::move(answer.lines));
        typed.clear();
    };
    for (const auto& command : commands) {
        if (runs_until_stopped(command)) {
            type();
            answers.push_back({shop.first_line_of(command)});
        } else {
            typed.push_back(command);
        }
    }
    type();
    return answers;
}

}  // namespace

std::vector<Block> blocks_of(const std::string& path) {
    std::istringstream page(TempDir::read(std::filesystem::path(USERSYNC_SOURCE_DIR) / path));
    std::vector<Block> blocks;
    bool inside = false;
    std::string section;
    for (std::string line; std::getline(page, line);) {
        if (!inside && line.rfind('#', 0) == 0) section = line.substr(line.find(' ') + 1);
        if (line.rfind("```", 0) == 0) {
            if (!inside) blocks.push_back({line.substr(3, line.find(' ') - 3), {}, section});
            inside = !inside;
        } else if (inside) {
            blocks.back().lines.push_back(line);
        }
    }
    return blocks;
}

std::string joined(const Lines& lines) {
    std::string text;
    for (const auto& line : lines) text += line + '\n';
    return text;
}

std::set<std::string> check_sessions(const std::string& page, ExampleShop& shop, const std::string& today,
                                     const std::string& section) {
    Names names;
    std::set<std::string> asked;
    for (const auto& block : blocks_of(page)) {
        if (block.language != "console" || (!section.empty() && block.section != section)) continue;
        const auto session = session_in(block);
        Lines commands;
        for (const auto& typed : session) commands.push_back(typed.command);
        shop.write_files();
        const auto answers = answers_to(shop, commands, today);

        for (std::size_t at = 0; at < session.size(); ++at) {
            const auto& shown = session[at].answer;
            const auto& lines = answers[at];
            INFO("$ " << commands[at] << "\n--- the page\n" << joined(shown) << "--- the program\n" << joined(lines));
            CHECK(is_as_shown(shown.begin(), shown.end(), lines.begin(), lines.end(), names));
            std::istringstream words(commands[at]);
            std::string program, command;
            if (words >> program >> command && program == "usersyncd") asked.insert(command);
        }
    }
    return asked;
}

}  // namespace usersync::test
