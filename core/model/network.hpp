#pragma once
// The two networks that are compared: the one that should be, and the one that is.

#include "core/base/secret.hpp"
#include "core/base/time.hpp"
#include "core/model/employee.hpp"
#include "core/model/reason.hpp"
#include "core/model/snapshot.hpp"

#include <cstdint>
#include <memory>
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

// ---- the network that should be -----------------------------------------------------------------------------

struct DesiredMembership {
    /// Wanted, or only not to be ended where it exists (an exception's "keep in group").
    enum class Mode : std::uint8_t { member, keep };
    GroupRef group;
    Mode mode = Mode::member;
    std::vector<Reason> reasons;  ///< not empty, sorted: every rule that leads here
    auto operator<=>(const DesiredMembership&) const = default;
};

struct DesiredRole {
    RoleId role;
    Reason reason;
    auto operator<=>(const DesiredRole&) const = default;
};

/// A role in the network that a rule would give, did the record say more: one of ours is not taken back.
struct DoubtedRole {
    RoleId role;
    std::vector<std::string> fields;  ///< sorted: that say nothing, or whose value no row of a table knows
    auto operator<=>(const DoubtedRole&) const = default;
};

struct DesiredGroupRole {
    GroupRef group;
    DesiredRole role;
    auto operator<=>(const DesiredGroupRole&) const = default;
};

/// How somebody is asked in.
enum class InviteChannel : std::uint8_t {
    email,
    sms,
    printable,       ///< user name and temporary password on paper
    single_sign_on,  ///< no invitation: they come by the company's own sign-in
    none,            ///< an account, and no invitation
};
std::string_view to_string(InviteChannel channel);
std::optional<InviteChannel> invite_channel_from(std::string_view text);

struct Invitation {
    std::optional<InviteChannel> channel;  ///< nullopt: the network's own way
    std::string language;                  ///< "nl-NL"; empty: the network's own
    std::optional<Reason> reason;          ///< of the channel, when a rule chose it
    bool operator==(const Invitation&) const = default;
};

/// What the rules say about everybody who has the same values in the fields that rules look at. Shared between them.
struct Placement {
    std::vector<DesiredMembership> groups;      ///< sorted by group, no group twice
    std::vector<GroupRef> not_in_groups;        ///< sorted: an exception forbids them
    std::optional<DesiredRole> role;            ///< in the network; nullopt: no rule speaks, so the default role
    std::vector<DoubtedRole> doubted_roles;     ///< sorted by role, none twice: higher than `role`, and perhaps theirs
    std::vector<DesiredGroupRole> group_roles;  ///< sorted by group, no group twice; its holder is a member too
    Invitation invitation;
    std::vector<std::string> unmapped_fields;  ///< sorted: fields with a value that no row of a table knows
    std::vector<std::string> empty_fields;     ///< sorted: fields of rules in which the record says nothing
    std::optional<Reason> not_invited;         ///< an exception: no account is made for them
    std::optional<Reason> never_removed;       ///< an exception: the account is never suspended or ended
    bool operator==(const Placement&) const = default;
};

struct DesiredUser {
    EmployeeKey key;
    Profile profile;
    std::shared_ptr<const Placement> placement = std::make_shared<const Placement>();  ///< never null
    std::optional<std::string> user_name;      ///< where the tenant's template could be filled
    std::optional<Secret> temporary_password;  ///< likewise; only for an account that is created
    friend bool operator==(const DesiredUser& a, const DesiredUser& b);  ///< by content, passwords too
};

/// Somebody in the record who should not be in the network now, or about whom nothing is to be done.
enum class Absence : std::uint8_t {
    not_started,  ///< before the start date: no account is made; one that exists is left alone
    ended,        ///< after the end date: leaves
    inactive,     ///< the active rule is false: leaves
    on_leave,     ///< suspended, and nothing else: groups and role stay
    unclear,      ///< the record does not say whether they belong in it: not created, left as they are, shown
    excluded,     ///< an exception: left exactly as they are
    no_email,     ///< the tenant does not admit them so: not created, left as they are, shown
    no_business_unit,
    no_group,
};
std::string_view to_string(Absence absence);

struct NotWanted {
    EmployeeKey key;
    Absence absence = Absence::inactive;
    Reason reason;
    std::optional<Reason> never_removed;  ///< an exception: does not leave all the same
    auto operator<=>(const NotWanted&) const = default;
};

/// Where the rules that look at one field can place people: what an unknown value says nothing about.
struct FieldGroups {
    std::string field;
    std::vector<GroupRef> groups;   ///< sorted
    std::vector<GroupKind> any_of;  ///< sorted: kinds of which a value may name any group
    bool operator==(const FieldGroups&) const = default;
};

/// A value in the record that no row of a table knows. Reported, never guessed.
struct Unmapped {
    std::string column;
    std::string value;
    std::size_t people = 0;
    bool operator==(const Unmapped&) const = default;
};

/// A group that the tenant lets the sync make when the network does not have it.
struct GroupToMake {
    GroupRef group;  ///< by name, with a kind
    Reason reason;
    std::vector<GroupRef> parents = {};  ///< of a local department, and needed there: its business unit, its department
    auto operator<=>(const GroupToMake&) const = default;
};

/// An exception that speaks of somebody by employee id, whether they are in the record or not.
struct NeverRemoved {
    EmployeeKey key;
    Reason reason;
    std::vector<GroupRef> keep_in_groups;  ///< sorted
    bool whole_account = true;             ///< false: only the memberships are kept
    auto operator<=>(const NeverRemoved&) const = default;
};

struct DesiredNetwork {
    std::vector<DesiredUser> users;                      ///< sorted by key: everybody who should be in the network
    std::vector<NotWanted> not_wanted;                   ///< sorted by key; disjoint from `users`
    std::vector<Frozen> frozen;                          ///< sorted by key: people to be left exactly as they are
    std::vector<NeverRemoved> never_removed;             ///< sorted by key, no key twice
    Completeness completeness = Completeness::complete;  ///< of the snapshot: `partial` forbids removal by absence
    std::vector<std::string> completeness_reasons;
    std::vector<GroupRef> managed_groups;     ///< sorted: every group that a rule can place people in
    std::vector<GroupToMake> groups_to_make;  ///< sorted by group: of `managed_groups`, those that may be made
    std::vector<FieldGroups> field_groups;    ///< sorted by field
    std::vector<Unmapped> unmapped;           ///< sorted by column, value
    bool operator==(const DesiredNetwork&) const = default;
};

// ---- the network that is ------------------------------------------------------------------------------------

enum class UserState {
    invited,    ///< has an account, has not accepted yet
    active,     ///< uses the network
    suspended,  ///< kept for recovery, cannot get in
};

std::string_view to_string(UserState state);

/// A role in a group that is more than being a member of it.
struct ActualGroupRole {
    GroupEid group;
    RoleId role;
    MembershipEid membership;  ///< of the group
    auto operator<=>(const ActualGroupRole&) const = default;
};

struct ActualUser {
    std::optional<UserEid> eid;      ///< absent while the network does not list the person (suspended)
    std::optional<EmployeeKey> xid;  ///< absent for people nobody linked to an employee record
    std::optional<ScimId> scim_id;   ///< absent when SCIM does not know them
    UserState state = UserState::active;
    Profile profile;
    std::optional<MembershipEid> membership;        ///< of the network itself
    RoleId role;                                    ///< in the network: "invitee", "member", "admin" or an EID
    std::vector<GroupEid> groups;                   ///< sorted
    std::vector<ActualGroupRole> group_roles = {};  ///< sorted by group: where the role is not "member"
    std::vector<GroupEid> locked_groups = {};  ///< sorted: another application protects the membership (`lockedBy`)
    bool locked = false;                       ///< likewise, the membership of the network
    bool external = false;  ///< from outside the company: keeps at least one group, else they are a stray
    bool linked = false;    ///< `xid` is not the network's own: we keep the link to the account
    std::vector<std::string> other_emails = {};  ///< sorted, lower case: alternatives to the primary one
    std::optional<std::string> birthday = {};    ///< "1980-02-29", where the network shows it
    std::optional<Time> invited_at = {};         ///< of somebody who has not accepted, where the network shows it
    bool operator==(const ActualUser&) const = default;
};

struct ActualGroup {
    GroupEid eid;
    GroupKind kind = GroupKind::topic;
    std::string name;
    std::optional<std::string> xid;
    std::optional<GroupEid> parent = {};  ///< of a local department its business unit, where the network shows it
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
