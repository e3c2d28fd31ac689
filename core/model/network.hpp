#pragma once
// The two networks that are compared: the one that should be, and the one that is.

#include "core/model/employee.hpp"
#include "core/model/snapshot.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace usersync {

/// Kinds of groups in a Speakap network. Basic groups (public, restricted, private, secret) are `topic`.
enum class GroupKind { business_unit, department, local_department, topic };

std::string_view to_string(GroupKind kind);
std::optional<GroupKind> group_kind_from(std::string_view text);

/// How a rule names a group: by kind and unique name, by EID, or by XID. Resolved against the actual network.
struct GroupRef {
    enum class By { name, eid, xid };
    By by = By::name;
    std::optional<GroupKind> kind;  ///< narrows a look-up by name; ignored otherwise
    std::string text;
    auto operator<=>(const GroupRef&) const = default;
};

/// "business_unit Store 12", "group with XID s12": for messages.
std::string describe(const GroupRef& group);

/// Why something is wanted: the rule, and the cell that it looked at. Never personal data: only columns that
/// place people (location, department, job title, extra fields) are quoted.
struct Reason {
    std::string rule;    ///< e.g. "group_mapping[2] (tenant.toml:41)", "employee record", "left the employee record"
    std::string column;  ///< field that decided, e.g. "location"; empty when none did
    std::string value;   ///< its value
    auto operator<=>(const Reason&) const = default;
};

// ---- the network that should be -----------------------------------------------------------------------------

struct DesiredMembership {
    GroupRef group;
    Reason reason;
    auto operator<=>(const DesiredMembership&) const = default;
};

struct DesiredRole {
    RoleId role;
    Reason reason;
    auto operator<=>(const DesiredRole&) const = default;
};

struct DesiredUser {
    EmployeeKey key;
    Profile profile;
    std::vector<DesiredMembership> groups;     ///< sorted by group, no group twice
    std::optional<DesiredRole> role;           ///< nullopt: no rule speaks, so the network's default role
    std::vector<std::string> unmapped_fields;  ///< sorted: fields with a value that no group rule knows
    std::vector<std::string> empty_fields;     ///< sorted: fields of group rules in which the record says nothing
    bool operator==(const DesiredUser&) const = default;
};

/// Where the group rules of one field can place people.
struct FieldGroups {
    std::string field;
    std::vector<GroupRef> groups;   ///< sorted
    std::vector<GroupKind> any_of;  ///< sorted: kinds of which a value may name any group
    bool operator==(const FieldGroups&) const = default;
};

/// A value in the record that no mapping row knows. Reported, never guessed.
struct Unmapped {
    std::string column;
    std::string value;
    std::size_t people = 0;
    bool operator==(const Unmapped&) const = default;
};

struct DesiredNetwork {
    std::vector<DesiredUser> users;                      ///< sorted by key: everybody who should be in the network
    std::vector<Frozen> frozen;                          ///< sorted by key: people to be left exactly as they are
    Completeness completeness = Completeness::complete;  ///< of the snapshot: `partial` forbids every removal
    std::vector<std::string> completeness_reasons;
    std::vector<GroupRef> managed_groups;   ///< sorted: every group that a rule can place people in
    std::vector<FieldGroups> field_groups;  ///< sorted by field: to know what an unknown value says nothing about
    std::vector<Unmapped> unmapped;         ///< sorted by column, value
    bool operator==(const DesiredNetwork&) const = default;
};

// ---- the network that is ------------------------------------------------------------------------------------

enum class UserState {
    invited,    ///< has an account, has not accepted yet
    active,     ///< uses the network
    suspended,  ///< kept for recovery, cannot get in
};

std::string_view to_string(UserState state);

struct ActualUser {
    std::optional<UserEid> eid;      ///< absent while the network does not list the person (suspended)
    std::optional<EmployeeKey> xid;  ///< absent for people nobody linked to an employee record
    std::optional<ScimId> scim_id;   ///< absent when SCIM does not know them
    UserState state = UserState::active;
    Profile profile;
    std::optional<MembershipEid> membership;  ///< of the network itself
    RoleId role;                              ///< in the network: "invitee", "member", "admin" or an EID
    std::vector<GroupEid> groups;             ///< sorted
    bool operator==(const ActualUser&) const = default;
};

struct ActualGroup {
    GroupEid eid;
    GroupKind kind = GroupKind::topic;
    std::string name;
    std::optional<std::string> xid;
    auto operator<=>(const ActualGroup&) const = default;
};

struct ActualNetwork {
    NetworkEid eid;
    std::vector<ActualUser> users;    ///< sorted by xid (absent first), then eid
    std::vector<ActualGroup> groups;  ///< sorted by eid
    bool operator==(const ActualNetwork&) const = default;
};

/// Brings users, their groups and the groups into the order that the header promises.
void sort_network(ActualNetwork& network);

}  // namespace usersync
