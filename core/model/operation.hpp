#pragma once
// Changes and operations: what is to be done to the network, as plain data.

#include "core/model/network.hpp"
#include "core/model/ownership.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace usersync {

/// A group membership that comes or goes, with its own reason.
struct GroupChange {
    GroupEid eid;
    std::string name;  ///< for people who read the plan
    Reason reason;
    auto operator<=>(const GroupChange&) const = default;
};

struct GroupRoleOf {
    GroupChange group;
    RoleId role;
    auto operator<=>(const GroupRoleOf&) const = default;
};

/// Nothing is sent: from now on these things of the person count as ours. Adopt comes before create.
struct Adopt {
    bool user = false;
    std::vector<GroupChange> groups;
    std::optional<RoleId> role;
    std::optional<UserEid> link = {};  ///< the account without XID that is from now on theirs
    std::vector<GroupRoleOf> group_roles = {};
    std::optional<ScimId> link_scim = {};  ///< SCIM's id of the same account
    bool operator==(const Adopt&) const = default;
};
/// Something that is remembered and means nothing any more.
struct Forgotten {
    OwnershipChange::What what = OwnershipChange::What::declined;
    std::string object;  ///< as in OwnershipChange
    auto operator<=>(const Forgotten&) const = default;
};
/// Nothing is sent: what was ours and was ended or changed by somebody is not ours any more, and not put back.
struct Release {
    std::vector<GroupChange> groups;            ///< sorted by EID
    std::optional<RoleId> role;                 ///< that the rules want and somebody took away
    std::vector<GroupRoleOf> group_roles = {};  ///< likewise, sorted by EID
    bool user = false;                          ///< the account, and with it everything else
    /// What is not there any more and nobody wants, and what was declined and is not wanted, or is there again.
    std::vector<Forgotten> forgotten = {};
    bool operator==(const Release&) const = default;
};
/// A fresh invitation to somebody who has not accepted.
struct InviteAgain {
    std::string email;
    bool reminder = false;  ///< because they did not answer: counted. Otherwise because their address has changed
    bool operator==(const InviteAgain&) const = default;
};
struct CreateUser {  ///< creates the account; the network sends one invitation
    Profile profile;
    Invitation invitation;                 ///< how they should be asked in
    std::optional<std::string> user_name;  ///< to sign in with, where the tenant has a template for it
    bool temporary_password = false;       ///< one is wanted; never the password itself
    bool operator==(const CreateUser&) const = default;
};
struct ReactivateUser {
    Profile profile;
    std::optional<EmployeeKey> formerly = {};  ///< under which the account stands: they came back with a new one
    bool operator==(const ReactivateUser&) const = default;
};
struct UpdateProfile {
    Profile before;
    Profile after;               ///< the whole profile as it should be
    bool asks_in_again = false;  ///< they have not accepted, and are due an invitation at the new address
    /// To an address of nobody's, for as long as somebody else needs the one that is given up: people swap theirs.
    /// Another update of this person follows.
    bool parks = false;
    bool operator==(const UpdateProfile&) const = default;
};
struct AddToGroups {
    std::vector<GroupChange> groups;  ///< not empty; local departments after what is above them, then by EID
    bool operator==(const AddToGroups&) const = default;
};
struct ChangeRole {
    RoleId before;
    RoleId after;
    bool granted = true;  ///< false: a role that we gave is taken back
    bool operator==(const ChangeRole&) const = default;
};
/// A role in a group that goes with the membership.
struct GroupRoleLost {
    GroupEid group;
    RoleId role;
    bool is_ours = false;  ///< we gave it
    auto operator<=>(const GroupRoleLost&) const = default;
};
struct RemoveFromGroups {
    std::vector<GroupChange> groups;  ///< not empty; local departments before what is above them, then by EID
    /// For who takes it back: of these groups, where the role is not the ordinary one.
    std::vector<GroupRoleLost> roles = {};
    bool roles_by_hand = false;  ///< no call gives such a role again
    bool operator==(const RemoveFromGroups&) const = default;
};
struct ChangeGroupRole {
    GroupChange group;
    RoleId before;
    RoleId after;
    bool granted = true;  ///< false: a role that we gave is taken back
    bool operator==(const ChangeGroupRole&) const = default;
};
struct SuspendUser {
    Profile profile;  ///< as it is now: a SCIM PUT carries the whole person
    /// The key under which they are in the record now: the next plan brings the account back as theirs, with all that
    /// it has. A person approves that.
    std::optional<EmployeeKey> becomes = {};
    bool operator==(const SuspendUser&) const = default;
};
struct EndMembership {  ///< removes a suspended person from the network
    bool operator==(const EndMembership&) const = default;
};

struct MakeGroup {  ///< of no employee; the group begins without members
    GroupKind kind = GroupKind::topic;
    std::string name;
    std::optional<GroupEid> business_unit;  ///< of a local department
    std::optional<GroupEid> department;     ///< likewise
    bool operator==(const MakeGroup&) const = default;
};

using What = std::variant<Adopt, CreateUser, ReactivateUser, UpdateProfile, AddToGroups, ChangeRole, RemoveFromGroups,
                          SuspendUser, EndMembership, MakeGroup, Release, InviteAgain, ChangeGroupRole>;

/// One difference between the two networks, and why it should go away.
struct Change {
    EmployeeKey employee;  ///< empty when no single person is meant: a group that is made
    What what;
    Reason reason;
    bool operator==(const Change&) const = default;
};

/// The order in which kinds of operations run (demand X-8): joining forwards, leaving backwards.
/// Joiners' and movers' stages come before leavers' stages; within a person, a later stage waits for the earlier.
enum class Stage {
    make_group,
    adopt,
    create,
    profile,
    invite_again,
    group_add,
    group_remove,
    role,
    leave_role,
    leave_groups,
    suspend,
    remove,
};

/// A change with its place in a plan.
struct Operation {
    OperationKey key;
    Stage stage = Stage::adopt;
    Change change;
    std::vector<OperationKey> after;  ///< sorted; must have succeeded first
    bool operator==(const Operation&) const = default;
};

/// "create_user", "add_to_groups", …: the same word in plans, logs, ledger and status.
std::string_view kind_of(const What& what);
std::string_view to_string(Stage stage);

/// True when performing it sends something to the network.
bool needs_call(const What& what);

/// What somebody changed in the network since we left it, of what is ours.
struct Drift {
    enum class Kind : std::uint8_t {
        membership_ended,  ///< a group membership of ours
        role_changed,      ///< the network role that we gave
        group_role_changed,
        account_gone,         ///< the account that we made or adopted
        account_suspended,    ///< although the record wants them active
        account_reactivated,  ///< we suspended it, and they should be
    };
    enum class Answer : std::uint8_t {
        repair,  ///< put back
        adopt,   ///< accepted: not ours any more, not put back until the rules stop wanting it
        ignore,  ///< left as it is, shown in every plan
    };
    Kind kind = Kind::membership_ended;
    EmployeeKey employee;
    std::string object;  ///< "department Sales", "role admin": for people
    Answer answer = Answer::repair;
    auto operator<=>(const Drift&) const = default;
};
std::string_view to_string(Drift::Kind kind);
std::string_view to_string(Drift::Answer answer);
std::optional<Drift::Answer> drift_answer_from(std::string_view text);

/// Something the comparison found and deliberately does nothing about, with the reason (I11).
struct Note {
    enum class Kind {
        conflict,       ///< two claims that cannot both hold: somebody must decide
        frozen,         ///< the record says nothing reliable about this person
        protected_,     ///< not ours, or an administrator: left alone
        unknown_group,  ///< a rule names a group that the network does not have
        unmapped,       ///< a value of this person's that no rule knows: they keep what they have
        no_removal,     ///< would leave, but the snapshot is no evidence
        not_admitted,  ///< the tenant does not admit them as the record has them: no e-mail, no business unit, no group
        unclear,       ///< the record does not say whether they belong in the network: not created, left as they are
        left_alone,    ///< an exception or the life cycle says that nothing is to be done
        awaits_group,  ///< belongs in a group that is made first; placed by the plan after that
        kept,          ///< ours, and wanted by no rule that can be judged: kept, for a field says nothing
        by_hand,       ///< wanted, and no interface can do it: somebody does it in the network
        awaits_hand,   ///< likewise, and the network shows whether it is done: until then they are open
        not_shown_yet,  ///< we changed it, and the network does not show it yet: nothing is concluded from that
        no_effect,      ///< done again and again by the network's word, and not there: somebody must look
        not_undone,     ///< of what is to be taken back: stays as it is
        queued,         ///< is to leave, and not yet: the evidence or the time is not there, or somebody holds them
        retry_later,    ///< refused in several runs in a row: tried again from a moment on
        rekey,   ///< seems to be in the record under another key: neither leaves nor joins until somebody decides
        rename,  ///< a group that would be made seems to be one that is there, under another name: not made
    };
    Kind kind = Kind::conflict;
    EmployeeKey employee;  ///< empty when no single person is meant
    std::string text;      ///< one sentence, without personal data
    auto operator<=>(const Note&) const = default;
};
std::string_view to_string(Note::Kind kind);

/// True when the note means that a person is not in the desired state (demand O-2). What is to be done by hand is shown
/// and not open: the network does not tell whether somebody has done it. Whoever waits for a group is as open as the
/// operation that makes it.
bool is_open(Note::Kind kind);

}  // namespace usersync
