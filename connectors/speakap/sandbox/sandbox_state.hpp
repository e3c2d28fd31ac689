#pragma once
// Everything the sandbox knows: a Speakap network as plain values.

#include "connectors/speakap/sandbox/sandbox_places.hpp"
#include "core/base/time.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace usersync::sandbox {

/// Kinds as the REST API prints them in `groupType`.
enum class GroupType { business_unit, department, local_department, public_, restricted, private_, secret };

/// assumption: the groupType of a local department reads "local_department"; the public page abbreviates it.
std::string_view to_string(GroupType type);
std::optional<GroupType> group_type_from(std::string_view text);

struct Group {
    std::string eid;
    std::string xid;  ///< empty: none
    GroupType type = GroupType::public_;
    std::string name;
    std::string description;
    bool hidden = false;
    std::string business_unit;  ///< EID; of a local department only
    std::string department;     ///< EID; of a local department only
    Time created{};
    Time modified{};     ///< somebody joining or leaving counts as well
    std::string parent;  ///< EID; of a basic group within another only
    Time seen_from{};    ///< when lists begin to show it
    bool operator==(const Group&) const = default;
};

struct Membership {
    std::string eid;
    std::string group;  ///< EID; empty: this is the membership of the network
    std::string role;   ///< "invitee", "member", "admin", "enterprise_admin" or the EID of a custom role
    Time since{};
    std::optional<Time> invited_at;
    std::string locked_by;  ///< EID of the app that protects it from deletion; empty: nobody does
    Time seen_from{};       ///< when lists begin to show it
    bool operator==(const Membership&) const = default;
};

/// As `/users/{eid}/status` says it.
enum class UserStatus {
    inactive,  ///< invitation pending
    active,
    canceled,  ///< was inactive, removed
    deleted,   ///< was active, removed
};
std::string_view to_string(UserStatus status);
std::optional<UserStatus> user_status_from(std::string_view text);

/// One account. REST knows it by `eid`, SCIM by `scim_id`; the two are joined by the XID.
struct User {
    std::string eid;
    std::string scim_id;
    std::string xid;          ///< empty: nobody linked the account to an employee record
    std::string user_name;    ///< SCIM userName
    std::string external_id;  ///< SCIM externalId; may be empty
    std::string login;        ///< from SCIM's bag; may be empty
    std::string first_name;
    std::string infix;
    std::string family_name;
    std::string job_title;
    std::vector<std::string> emails;  ///< the first is the primary one
    std::vector<std::string> phones;
    UserStatus status = UserStatus::inactive;
    std::optional<Time> suspended_at;
    Time created{};
    Time modified{};
    Membership network;
    std::vector<Membership> groups;
    std::string birthday;                   ///< "1990-12-31"; may be empty
    bool external = false;                  ///< somebody from outside, who has to be in a group at least
    std::vector<std::string> other_emails;  ///< alternatives, as people add them themselves
    std::optional<Time> activated_at;
    Time seen_from{};  ///< when lists begin to show the account
    bool operator==(const User&) const = default;
};

struct CustomRole {
    std::string eid;
    std::string name;
    std::vector<std::string> permissions;
    bool operator==(const CustomRole&) const = default;
};

/// A name for several groups together.
struct Label {
    std::string eid;
    std::string name;
    std::vector<std::string> groups;  ///< EIDs
    bool operator==(const Label&) const = default;
};

/// One invitation that went out.
struct Invitation {
    std::string user;  ///< EID
    std::string xid;
    std::string address;     ///< e-mail address or telephone number; empty for a printable one
    std::string kind;        ///< "email", "sms" or "printable"
    std::string reason;      ///< "created", "invited", "invited_again" or "address_changed"
    bool withdrawn = false;  ///< a later one to another address took its place
    Time at{};
    bool operator==(const Invitation&) const = default;
};

/// One call as it came in, without headers and body.
struct CallRecord {
    std::uint64_t number = 0;  ///< 1, 2, 3 …
    Time at{};
    std::string method;
    std::string target;
    int status = 0;     ///< 0: closed without an answer
    std::string fault;  ///< the fault that was played, or empty
    bool operator==(const CallRecord&) const = default;
};

/// Calls kept in the log; older ones are forgotten.
constexpr std::size_t call_log_max = 1000;

enum class EventKind {
    user_created,
    invited,
    invited_again,
    activated,
    suspended,
    reactivated,
    user_removed,
    key_changed,  ///< another XID than before, or the first one
    role_changed,
    member_added,
    member_removed,
    group_made,
    group_converted,  ///< a group became a unit or department
    group_renamed,
    role_made,
    role_updated,
    role_removed,
};
std::string_view to_string(EventKind kind);
std::optional<EventKind> event_kind_from(std::string_view text);

/// One thing that happened in the network. Nobody is in it but by XID and EID.
struct Event {
    std::uint64_t number = 0;  ///< 1, 2, 3 …
    Time at{};
    EventKind kind = EventKind::user_created;
    std::string user;    ///< EID; empty when it is about nobody
    std::string xid;     ///< at that time; may be empty
    std::string group;   ///< EID; empty when it is about no group
    std::string role;    ///< key or EID
    std::string before;  ///< of a changed key or role: what it was
    bool operator==(const Event&) const = default;
};

/// Events kept; older ones are forgotten.
constexpr std::size_t event_log_max = 100'000;

/// A removal that was accepted with 202 and has not been carried out yet.
struct Removal {
    Time due{};
    std::string membership;  ///< EID
    bool whole = false;      ///< from the network, although it is a membership of a group
    bool operator==(const Removal&) const = default;
};

/// The shape of SCIM's 409, which is not public.
enum class ConflictShape { scim, rest, text, empty };
std::string_view to_string(ConflictShape shape);
std::optional<ConflictShape> conflict_shape_from(std::string_view text);

/// What may happen when SCIM names an existing account by another key.
enum class KeyChange { allowed, on_reactivation, refused };
std::string_view to_string(KeyChange change);
std::optional<KeyChange> key_change_from(std::string_view text);

/// What is not public and can therefore be chosen, key by key of network.json.
struct Behaviour {
    bool group_roles = false;           ///< `changeroles` and new memberships give roles in groups, too
    bool strict_put = false;            ///< SCIM's PUT clears what it does not carry
    bool q_finds_xid = false;           ///< `q=XID:123` finds somebody by XID
    bool refuses_resend = false;        ///< `resend` of an invite is for Speakap's own pages only: 403 for an app
    bool role_change_modifies = false;  ///< another role or lock of a network membership changes `lastModified`
    ConflictShape scim_conflict = ConflictShape::scim;
    KeyChange key_change = KeyChange::allowed;
    bool operator==(const Behaviour&) const = default;
};

/// How long the network needs until a change shows. Not kept in the state file: it belongs to one start.
struct Settling {
    Duration delay{0};
    bool single_reads = false;  ///< also for reads of one user or group, and for SCIM's filters
    bool operator==(const Settling&) const = default;
};

/// A row as it was before a change, for as long as lists show it so.
template <class Row>
struct Earlier {
    Time until{};
    Row row;
    bool operator==(const Earlier&) const = default;
};
/// By EID, the oldest first.
template <class Row>
using EarlierRows = std::map<std::string, std::vector<Earlier<Row>>, std::less<>>;

/// What the call under way has changed, each row as it was before: enough to store the change and to take it back.
/// sandbox_changes.hpp keeps it. No part of what the network is.
struct Touched {
    bool watching = false;
    std::size_t users_before = 0;
    std::size_t groups_before = 0;
    std::size_t invitations_before = 0;
    std::uint64_t issued = 0;
    std::uint64_t events_seen = 0;
    std::map<std::size_t, User> users;  ///< by place
    std::map<std::size_t, Group> groups;
    std::map<std::size_t, Invitation> invitations;
    std::optional<std::vector<CustomRole>> roles;
    std::optional<std::vector<Removal>> removals;
    EarlierRows<User> earlier_users;
    EarlierRows<Group> earlier_groups;
    bool operator==(const Touched&) const { return true; }
};

/// What the judge counts of one token's calls to one area of the interfaces. docs/sandbox.md says what each means.
struct JudgeRow {
    std::string token;  ///< "rest", "scim" or "unknown"
    std::string area;   ///< "rest.read", "rest.write", "rest.invite", "scim.read" or "scim.write"
    std::uint64_t calls = 0;
    std::uint64_t admitted = 0;
    std::uint64_t carried_out = 0;
    std::uint64_t answered_429 = 0;
    std::uint64_t answered_503 = 0;
    std::uint64_t order_violations = 0;
    std::uint64_t duplicates = 0;
    std::uint64_t sent_again = 0;
    std::optional<Time> first;      ///< call
    std::optional<Time> last;       ///< that was carried out
    std::optional<Time> first_503;  ///< a storm's begin …
    std::optional<Time> last_503;   ///< … and end
    bool operator==(const JudgeRow&) const = default;
};

struct SandboxState {
    std::uint64_t seed = 0;    ///< every id is calculated from this and `issued`
    std::uint64_t issued = 0;  ///< ids given out so far
    std::string network;       ///< EID
    std::string name;
    std::string token;       ///< bearer token of REST: "{appEID}_{appSecret}"
    std::string scim_token;  ///< bearer token of SCIM
    /// What the app may do; empty: everything. Otherwise names of app permissions such as "get_profiles", and
    /// "controlled" for all writes whose permission names are not public.
    std::vector<std::string> permissions;
    std::vector<Group> groups;
    std::vector<CustomRole> roles;
    std::vector<User> users;  ///< in order of creation, the deleted ones included
    std::vector<Invitation> invitations;
    std::uint64_t calls_seen = 0;
    std::vector<CallRecord> calls;  ///< the last `call_log_max`
    std::vector<Label> labels;
    std::vector<Removal> removals;
    std::uint64_t events_seen = 0;
    std::vector<Event> events;  ///< the last `event_log_max`
    Behaviour behaviour;
    std::uint64_t changes = 0;        ///< calls that were stored, one line each
    std::vector<JudgeRow> judgement;  ///< by token and area, in the order in which they were first called
    Settling settling;
    EarlierRows<User> earlier_users;    ///< changes that have not settled; like `settling` not in the state file
    EarlierRows<Group> earlier_groups;  ///< likewise
    Touched touched;
    Places places;
    bool operator==(const SandboxState&) const = default;
};

/// True while REST shows the person: has an account, is not suspended, has not left.
bool is_listed(const User& user);
/// True while SCIM shows the person: has an account, suspended or not.
bool has_account(const User& user);

/// True when lists show somebody (or a group) that is seen from this moment on.
inline bool shows_in_lists(Time seen_from, Time now) { return seen_from <= now; }
/// The same for a read of the one alone.
inline bool shows_alone(const SandboxState& state, Time seen_from, Time now) {
    return !state.settling.single_reads || seen_from <= now;
}
/// The moment from which lists show what is made now.
Time seen_from(const SandboxState& state, Time now);

/// EIDs are compared without regard to case.
bool same_eid(std::string_view left, std::string_view right);

std::string full_name(const User& user);
std::string_view primary_email(const User& user);

// Look-ups; nullptr when there is none. Pointers live until the next change of the vector they point into. What is
// found in a state that may be changed counts as touched.
const Group* find_group(const SandboxState& state, std::string_view eid);
Group* find_group(SandboxState& state, std::string_view eid);
/// Any account by EID, also those that left.
const User* find_user(const SandboxState& state, std::string_view eid);
User* find_user(SandboxState& state, std::string_view eid);
const User* find_scim_user(const SandboxState& state, std::string_view scim_id);
User* find_scim_user(SandboxState& state, std::string_view scim_id);
const Membership* find_membership(const User& user, std::string_view group);
Membership* find_membership(User& user, std::string_view group);
/// The EID of the app that the REST token belongs to: what stands before the underscore.
std::string_view own_app(const SandboxState& state);
/// The role "member", "admin", "enterprise_admin", or a custom role's EID.
bool is_assignable_role(const SandboxState& state, std::string_view role);

/// 16 hexadecimal digits.
std::string next_eid(SandboxState& state);
/// `length` mixed-case letters and digits.
std::string next_letters(SandboxState& state, std::size_t length);

void record_call(SandboxState& state, CallRecord call);
/// Numbers the event and keeps it.
void record_event(SandboxState& state, Event event);

}  // namespace usersync::sandbox
