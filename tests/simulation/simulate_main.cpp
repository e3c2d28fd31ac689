// simulate --seeds N --first-seed S [--repeat] [--trace], simulate --every-step: what script/simulate runs.

#include "tests/simulation/every_step.hpp"
#include "tests/simulation/simulate.hpp"

#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <iostream>
#include <string>
#include <string_view>

namespace {

using namespace usersync::simulation;

bool read_number(std::string_view text, std::uint64_t& number) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc() && end == text.data() + text.size();
}

double seconds_since(std::chrono::steady_clock::time_point begun) {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
}

struct Asked {
    std::uint64_t seeds = 100;
    std::uint64_t first = 1;
    bool repeat = false;
    bool trace = false;
    bool every_step = false;
};

bool read_arguments(int count, char** arguments, Asked& asked) {
    for (int n = 1; n < count; ++n) {
        const std::string_view argument = arguments[n];
        const bool has_value = n + 1 < count;
        if (argument == "--repeat") {
            asked.repeat = true;
        } else if (argument == "--trace") {
            asked.trace = true;
        } else if (argument == "--every-step") {
            asked.every_step = true;
        } else if (argument == "--seeds" && has_value) {
            if (!read_number(arguments[++n], asked.seeds)) return false;
        } else if (argument == "--first-seed" && has_value) {
            if (!read_number(arguments[++n], asked.first)) return false;
        } else {
            return false;
        }
    }
    return asked.seeds > 0;
}

int show_trace(std::uint64_t seed) {
    for (const auto& line : trace_of(seed)) std::cout << line << '\n';
    return 0;
}

bool is_well(const std::vector<std::string>& findings, const std::string& step) {
    for (const auto& finding : findings) std::cout << finding << '\n';
    if (!findings.empty()) std::cout << step << std::endl;
    return findings.empty();
}

int take_every_step() {
    SmallWorld small;
    std::vector<std::string> findings;
    std::size_t deaths = 0;
    while (small.dies_after(deaths + 1, findings)) {
        ++deaths;
        if (!is_well(findings, "death after effect " + std::to_string(deaths))) return 1;
    }
    constexpr std::size_t writes = 70;
    for (std::size_t write = 1; write <= writes; ++write) {
        for (const bool after : {false, true}) {
            if (!is_well(small.fails_at(write, after), "failure of write " + std::to_string(write))) return 1;
        }
    }
    std::cout << deaths << " deaths, " << 2 * writes << " writes that failed" << std::endl;
    return 0;
}

}  // namespace

int main(int count, char** arguments) {
    Asked asked;
    if (!read_arguments(count, arguments, asked)) {
        std::cerr << "usage: simulate [--seeds N] [--first-seed S] [--repeat] [--trace] | --every-step\n";
        return 2;
    }
    if (asked.every_step) return take_every_step();
    if (asked.trace) return show_trace(asked.first);
    const auto begun = std::chrono::steady_clock::now();
    auto told = begun;
    Simulation simulation;
    std::uint64_t done = 0;
    std::size_t operations = 0;
    std::size_t processes = 0;
    for (auto seed = asked.first; done < asked.seeds; ++seed) {
        const auto verdict = simulation.live(seed, Planted::nothing, asked.repeat ? Repeat::yes : Repeat::no);
        if (!verdict.ok()) {
            std::cout << describe(seed, verdict) << "failed after " << done
                      << " seeds; again: script/simulate --seeds 1 "
                      << "--first-seed " << seed << "\nseed " << seed << std::endl;
            return 1;
        }
        ++done;
        operations += verdict.operations;
        processes += verdict.processes;
        if (seconds_since(told) < 5 && done < asked.seeds) continue;
        told = std::chrono::steady_clock::now();
        const auto took = seconds_since(begun);
        char line[200];
        std::snprintf(line, sizeof line, "%llu of %llu seeds, %.1f a second, %zu operations, %zu processes",
                      static_cast<unsigned long long>(done), static_cast<unsigned long long>(asked.seeds),
                      static_cast<double>(done) / took, operations, processes);
        std::cout << line << std::endl;
    }
    return 0;
}
