// plan_cases CASES FIRST_SEED: checks the planner on so many cases. The last line names the seed that failed.

#include "tests/core/plan/plan_case.hpp"

#include <chrono>
#include <cstdint>
#include <exception>
#include <iostream>
#include <string>

namespace {

constexpr int wrong_use = 2;

bool read(const char* text, std::uint64_t& number) {
    try {
        std::size_t end = 0;
        number = std::stoull(text, &end);
        return text[end] == '\0';
    } catch (const std::exception&) {
        return false;
    }
}

}  // namespace

int main(int argc, char** argv) {
    std::uint64_t cases = 0;
    std::uint64_t first = 0;
    if (argc != 3 || !read(argv[1], cases) || !read(argv[2], first)) {
        std::cerr << "usage: plan_cases CASES FIRST_SEED\n";
        return wrong_use;
    }
    std::cout << "seeds from " << first << std::endl;
    const auto began = std::chrono::steady_clock::now();
    for (auto seed = first; seed < first + cases; ++seed) {
        const auto faults = usersync::test::faults_of(usersync::test::plan_case(seed), seed);
        if (faults.empty()) continue;
        for (const auto& fault : faults) std::cout << fault << '\n';
        std::cout << "failed: seed " << seed << std::endl;
        return 1;
    }
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
    std::cout << cases << " cases in " << took.count() << " s, " << static_cast<double>(cases) / took.count()
              << " a second: none failed, seeds " << first << " to " << first + cases - 1 << std::endl;
    return 0;
}
