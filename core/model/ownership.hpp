#pragma once
// Ownership: what the sync created or adopted. Everything else in a network is somebody else's.

#include "core/model/ids.hpp"

#include <optional>
#include <vector>

namespace usersync {

/// What is ours of one person. A membership or role that is not listed was given by hand: never taken away.
struct OwnedUser {
    EmployeeKey key;
    bool user = false;             ///< the account itself: created or adopted by us
    std::vector<GroupEid> groups;  ///< sorted: memberships that we made or adopted
    std::optional<RoleId> role;    ///< the network role that we gave or adopted
    bool operator==(const OwnedUser&) const = default;
};

struct Ownership {
    std::vector<OwnedUser> users;  ///< sorted by key
    bool operator==(const Ownership&) const = default;

    /// nullptr when nothing of this person is ours. Logarithmic. The pointer lives as long as `users` is unchanged.
    const OwnedUser* find(const EmployeeKey& key) const;
};

/// One step of ownership; it takes effect together with the settled outcome that caused it.
struct OwnershipChange {
    enum class What { user, group, role };
    enum class Way { gain, lose };
    EmployeeKey key;
    What what = What::user;
    Way way = Way::gain;
    std::string object;  ///< group EID or role; empty for the account itself
    auto operator<=>(const OwnershipChange&) const = default;
};

/// Ownership after these changes. Losing the user loses everything of that person.
Ownership apply_changes(Ownership ownership, const std::vector<OwnershipChange>& changes);

}  // namespace usersync
