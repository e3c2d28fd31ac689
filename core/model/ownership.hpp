#pragma once
// Ownership: what the sync created or adopted. Everything else in a network is somebody else's.

#include "core/base/time.hpp"
#include "core/model/ids.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace usersync {

/// A role in a group that we gave or adopted.
struct OwnedGroupRole {
    GroupEid group;
    RoleId role;
    auto operator<=>(const OwnedGroupRole&) const = default;
};

/// What is ours of one person. A membership or role that is not listed was given by hand: never taken away.
struct OwnedUser {
    EmployeeKey key;
    bool user = false;                    ///< the account itself: created or adopted by us
    std::vector<GroupEid> groups;         ///< sorted: memberships that we made or adopted
    std::optional<RoleId> role;           ///< the network role that we gave or adopted
    std::optional<UserEid> link = {};     ///< the account that was linked to them by us, where the network has no XID
    std::vector<GroupEid> declined = {};  ///< sorted: memberships that were ours, were ended by somebody, and stay so
    std::optional<RoleId> role_declined = {};         ///< likewise, the role that the rules want
    std::size_t invited_again = 0;                    ///< how often, since the account was made
    std::vector<OwnedGroupRole> group_roles = {};     ///< sorted by group, no group twice
    std::vector<GroupEid> group_roles_declined = {};  ///< sorted: groups in which a role was ours, and was taken away
    bool user_declined = false;            ///< the account was ours, was ended or suspended by somebody, and stays so
    bool suspended = false;                ///< the account is suspended, and by us
    std::optional<ScimId> link_scim = {};  ///< SCIM's own id of the linked account: it finds them while REST does not
    bool invite_due = false;               ///< their address was changed before they accepted: they are asked there
    std::optional<Time> changed_at = {};   ///< when we last changed something of theirs: lists may not show it yet
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
    std::optional<ScimId> scim_id = {};  ///< REST does not list whoever is suspended; SCIM does
    auto operator<=>(const Link&) const = default;
};
std::vector<Link> links_of(const Ownership& ownership);  ///< sorted

/// One step of ownership; it takes effect together with the settled outcome that caused it.
struct OwnershipChange {
    enum class What {
        user,
        group,
        role,
        link,
        declined,
        role_declined,
        invited_again,
        group_role,
        group_role_declined,
        user_declined,
        suspended,
        link_scim,
        invite_due,
        changed,   ///< gained only: `object` is the time, in milliseconds since 1970
        formerly,  ///< gained only: all that is of the person `object` becomes this person's
    };
    enum class Way { gain, lose };
    EmployeeKey key;
    What what = What::user;
    Way way = Way::gain;
    std::string
        object;  ///< group EID, role, user EID, SCIM id, time or key; empty for what is about the account itself
    std::string role = {};  ///< of a `group_role` that is gained
    auto operator<=>(const OwnershipChange&) const = default;
};

std::string_view to_string(OwnershipChange::What what);
std::optional<OwnershipChange::What> owned_thing_from(std::string_view text);

/// Ownership after these changes. Losing the user loses everything of that person.
Ownership apply_changes(Ownership ownership, const std::vector<OwnershipChange>& changes);

}  // namespace usersync
