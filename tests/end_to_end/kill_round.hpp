#pragma once
// The real daemon, killed again and again in the middle of its work, in front of the real sandbox over HTTPS.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace usersync::test {

struct KillRound {
    std::size_t kills = 0;              ///< while something was still to be done
    std::vector<std::string> findings;  ///< what is not as it should be in the end; empty when all is
};

/// Three days of a town's record, which the seed decides; each day the daemon is killed up to `kills_a_day` times,
/// after so many of its changes, and started again. Where exactly a kill falls, the machine's speed decides, too. In
/// the end the network is as the record says, and everything that was intended happened once, by the sandbox's own
/// events.
KillRound kill_round(std::uint64_t seed, std::size_t kills_a_day);

}  // namespace usersync::test
