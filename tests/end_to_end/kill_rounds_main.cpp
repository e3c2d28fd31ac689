// kill_rounds --rounds N --first-seed S --kills K: what script/kill-rounds runs.

#include "tests/end_to_end/kill_round.hpp"

#include <charconv>
#include <chrono>
#include <iostream>
#include <map>
#include <string>
#include <string_view>

namespace {

bool read_arguments(int count, char** arguments, std::map<std::string_view, std::uint64_t>& asked) {
    for (int n = 1; n < count; n += 2) {
        const std::string_view name = arguments[n];
        if (!asked.contains(name) || n + 1 >= count) return false;
        const std::string_view text = arguments[n + 1];
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), asked[name]);
        if (error != std::errc() || end != text.data() + text.size()) return false;
    }
    return true;
}

int run(std::map<std::string_view, std::uint64_t>& asked) {
    const auto begun = std::chrono::steady_clock::now();
    std::size_t kills = 0;
    const auto first = asked["--first-seed"];
    for (auto seed = first; seed < first + asked["--rounds"]; ++seed) {
        const auto round = usersync::test::kill_round(seed, asked["--kills"]);
        kills += round.kills;
        for (const auto& finding : round.findings) std::cout << finding << '\n';
        if (!round.findings.empty()) {
            std::cout << "seed " << seed << std::endl;
            return 1;
        }
        const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
        std::cout << seed - first + 1 << " rounds, " << kills << " kills in the middle of work, " << took.count()
                  << " s" << std::endl;
    }
    return 0;
}

}  // namespace

int main(int count, char** arguments) {
    std::map<std::string_view, std::uint64_t> asked{{"--rounds", 10}, {"--first-seed", 1}, {"--kills", 5}};
    if (!read_arguments(count, arguments, asked)) {
        std::cerr << "usage: kill_rounds [--rounds N] [--first-seed S] [--kills K]\n";
        return 2;
    }
    try {
        return run(asked);
    } catch (const std::exception& error) {
        std::cout << error.what() << std::endl;
        return 1;
    }
}
