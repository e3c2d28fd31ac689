#pragma once
// Two networks that should be, side by side: who would move where if one set of rules took the other's place.

#include "core/model/network.hpp"

#include <optional>
#include <string>
#include <vector>

namespace usersync::rules {

/// Whether somebody should be in the network: "wanted", "frozen", "absent" (not in the record), or why not: "ended".
std::string standing_of(const DesiredNetwork& network, const EmployeeKey& key);

struct RoleMove {
    std::optional<GroupRef> group;  ///< nullopt: the network
    std::optional<RoleId> before;   ///< nullopt: no rule speaks
    std::optional<RoleId> after;
    auto operator<=>(const RoleMove&) const = default;
};

struct PersonMoves {
    EmployeeKey key;
    std::string standing_before;
    std::string standing_after;
    std::vector<GroupRef> joins;  ///< sorted
    std::vector<GroupRef> leaves;
    std::vector<RoleMove> roles;      ///< sorted by group
    std::vector<std::string> others;  ///< what else differs, sorted: "invitation", "kept groups", "user name", …
    bool operator==(const PersonMoves&) const = default;
};

struct GroupMoves {
    GroupRef group;
    std::size_t members_before = 0;
    std::size_t members_after = 0;
    std::vector<EmployeeKey> joins;  ///< sorted
    std::vector<EmployeeKey> leaves;
    bool operator==(const GroupMoves&) const = default;
};

struct Moves {
    std::size_t wanted_before = 0;
    std::size_t wanted_after = 0;
    std::vector<GroupMoves> groups;   ///< sorted; those whose members differ
    std::vector<PersonMoves> people;  ///< sorted; those for whom anything differs
    bool operator==(const Moves&) const = default;
};

/// Pure. Reasons do not count: a membership that another rule gives is the same membership. The other way round it
/// gives the same with before and after, joins and leaves exchanged.
Moves compare(const DesiredNetwork& before, const DesiredNetwork& after);

/// The groups that somebody should be a member of, holders of a role in a group included. Sorted, each once.
std::vector<GroupRef> memberships_of(const Placement& placement);

}  // namespace usersync::rules
