#pragma once
// One case for the planner: a record, a network that was once in step with it, and what is ours of that.

#include "core/diff/diff.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace usersync::test {

/// splitmix64: the same numbers with every compiler and library.
class Dice {
public:
    explicit Dice(std::uint64_t seed) : state_(seed) {
        // Or the numbers of one seed would be those of the seed before it, less the first.
        state_ = next() ^ (seed << 32U);
    }
    std::size_t below(std::size_t count) { return static_cast<std::size_t>(next() % count); }
    bool once_in(std::size_t times) { return below(times) == 0; }
    template <class T>
    const T& one_of(const std::vector<T>& of) {
        return of[below(of.size())];
    }

private:
    std::uint64_t next() {
        state_ += 0x9e3779b97f4a7c15ULL;
        std::uint64_t z = state_;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
        return z ^ (z >> 31);
    }
    std::uint64_t state_;
};

struct PlanCase {
    DesiredNetwork desired;
    ActualNetwork actual;
    Ownership ownership;
    diff::Policy policy;
    diff::Birthdays birthdays;
};

/// Groups g1 to g5, of which g3 is a local department of g1, and sometimes one that is made; up to seven people. A
/// record is drawn, the network that it leads to, and both are then changed a little: people join, leave, move, swap
/// addresses and are given another key; things are done by hand, locked, and belong to nobody.
PlanCase plan_case(std::uint64_t seed);

/// All that is wrong with what the planner makes of it; empty when nothing is.
std::vector<std::string> faults_of(const PlanCase& given, std::uint64_t seed);

}  // namespace usersync::test
