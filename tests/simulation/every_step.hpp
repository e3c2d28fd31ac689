#pragma once
// A small story, and what the machine can do to each of its steps.

#include "tests/simulation/oracle.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace usersync::simulation {

/// One tenant, two days: somebody joins, moves, is promoted, leaves; a group is made.
Story small_story();

/// The small story, lived without faults and then with some.
class SmallWorld {
public:
    SmallWorld();

    /// What is found wrong with a world in which these faults happen; empty when all is as it should be.
    std::vector<std::string> live(const FaultPlan& faults, Planted planted = Planted::nothing);
    /// In which the process dies after its n-th effect on the disk or in the network. False when it had fewer.
    bool dies_after(std::size_t effect, std::vector<std::string>& findings);
    /// In which the n-th write of the store fails.
    std::vector<std::string> fails_at(std::size_t write, bool after_writing);

    /// Whether the log or the calls of the newest world have a line with this.
    bool saw(const std::string& text) const;

    const Story& story() const { return story_; }

private:
    Story story_;
    FaultPlan none_;
    SimWorld twin_;
    std::size_t processes_ = 0;       ///< of the newest world
    std::vector<std::string> trace_;  ///< likewise
};

}  // namespace usersync::simulation
