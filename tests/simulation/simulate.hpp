#pragma once
// One seed from beginning to end.

#include "tests/simulation/sim_ports.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace usersync::simulation {

struct Verdict {
    std::vector<std::string> findings;  ///< empty: every promise was kept
    std::string faults;                 ///< the fault plan, for people
    std::size_t calls = 0;              ///< lines that the world left behind
    std::size_t operations = 0;         ///< intents
    std::size_t processes = 0;
    bool ok() const { return findings.empty(); }
};

/// Once more with its faults, which must leave the same trace (I10).
enum class Repeat { no, yes };

/// Lives seeds, each with its faults and without, and compares. Keeps the newest twin: seeds that follow one another
/// share their stories.
class Simulation {
public:
    Simulation();
    ~Simulation();
    Simulation(const Simulation&) = delete;
    Simulation& operator=(const Simulation&) = delete;

    Verdict live(std::uint64_t seed, Planted planted = Planted::nothing, Repeat repeat = Repeat::no);

private:
    struct Twin;
    Verdict judged(std::uint64_t seed, Planted planted, Repeat repeat);

    std::unique_ptr<Twin> twin_;
};

/// The verdict as lines for people.
std::string describe(std::uint64_t seed, const Verdict& verdict);

/// Everything that the tenants of a seed did, with its faults.
std::vector<std::string> trace_of(std::uint64_t seed);

}  // namespace usersync::simulation
