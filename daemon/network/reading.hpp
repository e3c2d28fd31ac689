#pragma once
// A network as it was read, beside what of it is ours. Pure.

#include "core/model/network.hpp"
#include "core/model/operation.hpp"
#include "core/model/ownership.hpp"

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace usersync::network_view {

struct Reading {
    TenantId tenant;
    ActualNetwork network;
    Ownership ownership;
    std::optional<SnapshotId> snapshot;  ///< that drift was found by; absent before the first record
    std::vector<Drift> drift;
    std::vector<EmployeeKey> not_judged = {};  ///< sorted: see `not_judged_of`
};

/// Of whom something is ours, and whom drift says nothing about: the record does not say what they should have (they
/// left, are excluded, or their row cannot be used), or the network shows nothing of what they have (suspended).
std::vector<EmployeeKey> not_judged_of(const DesiredNetwork& desired, const Reading& reading);

/// Whose an account is.
enum class Standing {
    ours,      ///< created or adopted by us
    linked,    ///< ours, and the network has no XID of theirs: we keep the link
    declined,  ///< was ours, somebody ended or suspended it, and it stays so
    by_hand,   ///< none of our business
};
std::string_view to_string(Standing standing);

/// Whose a membership of a group is.
enum class Hold { ours, by_hand };
std::string_view to_string(Hold hold);

/// What of the account's owner is ours; nullptr: nothing.
const OwnedUser* owned_of(const Reading& reading, const ActualUser& account);
Standing standing_of(const Reading& reading, const ActualUser& account);
Standing standing_of(const OwnedUser& owned);
Hold hold_of(const OwnedUser* owned, const GroupEid& group);
bool is_locked(const ActualUser& account, const GroupEid& group);
/// Whether we gave or adopted the role that they have in the group.
bool is_role_ours(const OwnedUser* owned, const ActualGroupRole& role);
/// More than being a member: the role in the group; nullptr for a member.
const ActualGroupRole* role_in(const ActualUser& account, const GroupEid& group);

/// By employee key, else by EID; nullptr when the network shows nobody so.
const ActualUser* find_account(const Reading& reading, const std::string& named);
/// What is ours of somebody of whom the network shows no account: by employee key, else by the EID of a linked account.
const OwnedUser* find_gone(const Reading& reading, const std::string& named);
/// By name, EID or XID: two kinds of groups may have one name.
std::vector<const ActualGroup*> find_groups(const Reading& reading, const std::string& named);
const ActualGroup* find_group(const Reading& reading, const GroupEid& eid);

/// `department "Sales"`, or the EID of a group that is not shown.
std::string title_of(const ActualGroup& group);
std::string title_of(const Reading& reading, const GroupEid& eid);
/// The employee key, or the EID in brackets of somebody who has none.
std::string name_of(const ActualUser& account);

std::vector<Drift> drift_of(const Reading& reading, const ActualUser& account);
std::vector<Drift> drift_of(const Reading& reading, const EmployeeKey& person);
std::vector<Drift> drift_in(const Reading& reading, const std::vector<const ActualGroup*>& groups);
/// Of `not_judged`: this person, and those of whom a membership of one of these groups is ours.
std::vector<EmployeeKey> not_judged_of(const Reading& reading, const std::optional<EmployeeKey>& person);
std::vector<EmployeeKey> not_judged_in(const Reading& reading, const std::vector<const ActualGroup*>& groups);
/// Somebody changed what is ours, and the tenant lets it be.
bool is_any_ignored(const std::vector<Drift>& drift);

struct Members {
    std::vector<const ActualUser*> accounts;  ///< in the order of the reading: by key
    std::size_t ours = 0;                     ///< memberships
};
std::map<GroupEid, Members> members_of(const Reading& reading);

struct Counts {
    std::size_t accounts = 0;
    std::size_t invited = 0;
    std::size_t active = 0;
    std::size_t suspended = 0;
    std::size_t with_key = 0;
    std::map<Standing, std::size_t> standing;  ///< all four
    std::size_t locked = 0;
    std::size_t external = 0;
    std::size_t groups = 0;
    std::size_t memberships = 0;
    std::size_t memberships_ours = 0;
    std::size_t memberships_locked = 0;
    std::size_t memberships_declined = 0;
};
Counts counts_of(const Reading& reading);

}  // namespace usersync::network_view
