#pragma once
// Ownership: what the sync created or adopted. Everything else in a network is somebody else's.

#include "core/model/ids.hpp"

#include <cstddef>
#include <optional>
#include <vector>

namespace usersync {

/// What is ours of one person. A membership or role that is not listed was given by hand: never taken away.
struct OwnedUser {
    EmployeeKey key;
    bool user = false;             ///< the account itself: created or adopted by us
    std::vector<GroupEid> groups;  ///< sorted: memberships that we made or adopted
    std::optional<RoleId> role;    ///< the network role that we gave or adopted
    std::optional<UserEid> link = {};  ///< the account that was linked to them by us, where the network has no XID
    std::vector<GroupEid> declined = {};  ///< sorted: memberships that were ours, were ended by somebody, and stay so
    bool role_declined = false;           ///< likewise, the role that the rules want
    std::size_t invited_again = 0;        ///< how often, since the account was made
    bool operator==(const OwnedUser&) const = default;
};

struct Ownership {
    std::vector<OwnedUser> users;  ///< sorted by key
    bool operator==(const Ownership&) const = default;

    /// nullptr when nothing of this person is ours. Logarithmic. The pointer lives as long as `users` is unchanged.
    const OwnedUser* find(const EmployeeKey& key) const;
};

/// An account without an XID that we know to be an employee's.
struct Link {
    EmployeeKey key;
    UserEid eid;
    auto operator<=>(const Link&) const = default;
};
std::vector<Link> links_of(const Ownership& ownership);  ///< sorted

/// One step of ownership; it takes effect together with the settled outcome that caused it.
struct OwnershipChange {
    enum class What { user, group, role, link, declined, role_declined, invited_again };
    enum class Way { gain, lose };
    EmployeeKey key;
    What what = What::user;
    Way way = Way::gain;
    std::string object;  ///< group EID, role or user EID; empty for the account itself and for what is counted
    auto operator<=>(const OwnershipChange&) const = default;
};

/// Ownership after these changes. Losing the user loses everything of that person.
Ownership apply_changes(Ownership ownership, const std::vector<OwnershipChange>& changes);

}  // namespace usersync
