#pragma once
// The network as it is, as text and as JSON: people by employee key, without names, addresses and numbers. Pure.

#include "daemon/network/reading.hpp"

namespace usersync::network_view {

/// Counts, a line a group, a line a person, and what somebody changed of what is ours. A membership without a mark is
/// ours, and so is a role in a group. Drift says of how many people it says nothing.
std::string network_text(const Reading& reading);

/// One account whole, but for its profile.
std::string account_text(const Reading& reading, const ActualUser& account);

/// What is ours of somebody who has no account any more.
std::string gone_text(const Reading& reading, const OwnedUser& owned);

/// Every member, for each of the groups.
std::string group_text(const Reading& reading, const std::vector<const ActualGroup*>& groups);

/// | key      | is                                                                                                |
/// |----------|---------------------------------------------------------------------------------------------------|
/// | tenant, network, snapshot | what was read, and the snapshot that drift was found by; null before the first    |
/// | counts   | accounts, invited, active, suspended, with_key, ours, linked, declined, by_hand, locked, external,  |
/// |          | groups, memberships, memberships_ours, memberships_locked, memberships_declined                   |
/// | groups   | objects: eid, kind, name, xid, members, ours (both are counts)                                      |
/// | people   | objects: key, eid, state, role, role_ours, ownership, locked, external, groups (eid, ownership,     |
/// |          | locked, role, role_ours)                                                                          |
/// | drift    | objects: kind, employee, object, answer                                                           |
/// | not_judged | keys of people of whom something is ours, and of whom drift says nothing                          |
std::string network_json(const Reading& reading);

/// | key      | is                                                                                                |
/// |----------|---------------------------------------------------------------------------------------------------|
/// | tenant, network, snapshot, drift, not_judged | as above, of this person                                      |
/// | account  | as one of `people`, and known_to_scim, membership, invited_at, invited_again, link, role_declined,  |
/// |          | declined and declined_group_roles (groups: eid, kind, name); its groups have kind and name besides  |
std::string account_json(const Reading& reading, const ActualUser& account);

/// | key      | is                                                                                                |
/// |----------|---------------------------------------------------------------------------------------------------|
/// | tenant, network, snapshot, drift, not_judged | as above, of this person                                      |
/// | account  | null                                                                                              |
/// | gone     | what is ours: key, ownership, role, groups, group_roles (groups: eid, kind, name, role), and        |
/// |          | invited_again, link, role_declined, declined, declined_group_roles as above                        |
std::string gone_json(const Reading& reading, const OwnedUser& owned);

/// | key      | is                                                                                                |
/// |----------|---------------------------------------------------------------------------------------------------|
/// | tenant, network, snapshot, drift, not_judged | as above, of these groups                                     |
/// | groups   | as above, but members are objects: key, eid, state, ownership, locked, role, role_ours              |
std::string group_json(const Reading& reading, const std::vector<const ActualGroup*>& groups);

}  // namespace usersync::network_view
