#pragma once
// A person's groups: which ones they should be in, and the differences.

#include "core/diff/comparison.hpp"

#include <map>
#include <string>
#include <vector>

namespace usersync::diff {

/// What somebody in a group is who is nothing more.
inline const RoleId ordinary_role("member");

/// What rules and exceptions say about a person's groups, as the network's own.
struct Places {
    std::vector<GroupChange> wanted;  ///< sorted by EID, no group twice
    std::vector<GroupEid> kept;       ///< sorted: neither added nor taken away
    std::vector<GroupEid> kept_out;   ///< sorted: an exception forbids them, whatever else names them
    std::vector<GroupRoleOf> roles;   ///< sorted by EID, no group twice; where a call can give them
    bool all_found = true;            ///< false when a rule's group could not be found
};

/// What of ours stays although no rule that can be judged wants it, by the field that leaves it in doubt.
using Kept = std::map<std::string, std::vector<std::string>>;

/// Looks every group up. Notes those that cannot be found or are made first, roles in groups (nothing that we can call
/// gives them), and fields whose value no rule knows.
Places places_of(const Comparison& compare, const DesiredUser& person);

/// Memberships to make and to take away. Only ours are taken away, and only where the record says enough: not while a
/// group of the person's cannot be found, and not those that a field in doubt may lead to. What an exception forbids is
/// not in doubt. Adds to `kept` what stays for a field in which the record says nothing; a value that no rule knows has
/// its note already.
void change_groups(const Comparison& compare, const DesiredUser& wanted, const ActualUser& account,
                   const OwnedUser& owned, const Places& places, Kept& kept);

}  // namespace usersync::diff
