#pragma once
// Chance that a seed decides, the same on every machine.

#include <cstddef>
#include <cstdint>
#include <vector>

namespace usersync::simulation {

/// splitmix64.
class Dice {
public:
    explicit Dice(std::uint64_t seed) : state_(seed) {}

    std::uint64_t next() {
        state_ += 0x9e3779b97f4a7c15ULL;
        auto mixed = state_;
        mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9ULL;
        mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebULL;
        return mixed ^ (mixed >> 31);
    }
    /// From `from` to `to`, both included.
    int pick(int from, int to) { return from + static_cast<int>(next() % static_cast<std::uint64_t>(to - from + 1)); }
    bool one_in(int count) { return pick(1, count) == 1; }
    template <class T>
    const T& of(const std::vector<T>& choices) {
        return choices[static_cast<std::size_t>(pick(0, static_cast<int>(choices.size()) - 1))];
    }

private:
    std::uint64_t state_;
};

}  // namespace usersync::simulation
