#pragma once
// What took effect in a span of time, in the terms of the brakes.

#include "core/model/operation.hpp"

#include <cstddef>
#include <map>
#include <vector>

namespace usersync {

struct LedgerCounts {
    std::size_t removals = 0;  ///< people who left, wholly or in part, each once; not those who go on under another key
    std::size_t memberships_lost = 0;  ///< group memberships of people who stayed
    std::size_t role_grants = 0;       ///< people who stayed and were given another role, in the network or in a group
    std::size_t groups_made = 0;
    std::map<GroupEid, std::size_t> memberships_lost_in = {};  ///< the same memberships, by group
    std::size_t suspensions = 0;
    std::size_t endings = 0;
    std::size_t accounts_made = 0;      ///< or brought back
    std::size_t profiles_changed = 0;   ///< profiles that were written
    std::size_t addresses_changed = 0;  ///< of them, those with another address
    std::size_t memberships_gained = 0;
    std::size_t invitations = 0;  ///< to people who did not accept
    bool operator==(const LedgerCounts&) const = default;
};

/// Counted as the guard counts a plan. `took_effect`: in any order.
LedgerCounts counts_of(const std::vector<Operation>& took_effect);

}  // namespace usersync
