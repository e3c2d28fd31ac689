#pragma once
// Everything the sandbox knows: a Speakap network as plain values.

#include "core/base/time.hpp"

#include <cstddef>
#include <cstdint>
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
    Time modified{};  ///< somebody joining or leaving counts as well
    bool operator==(const Group&) const = default;
};

struct Membership {
    std::string eid;
    std::string group;  ///< EID; empty: this is the membership of the network
    std::string role;   ///< "invitee", "member", "admin" or the EID of a custom role
    Time since{};
    std::optional<Time> invited_at;
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
    bool operator==(const User&) const = default;
};

struct CustomRole {
    std::string eid;
    std::string name;
    bool operator==(const CustomRole&) const = default;
};

/// One invitation that went out.
struct Invitation {
    std::string user;  ///< EID
    std::string xid;
    std::string address;     ///< e-mail address or telephone number; empty for a printable one
    std::string kind;        ///< "email", "sms" or "printable"
    std::string reason;      ///< "created", "invited" or "address_changed"
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
    bool operator==(const SandboxState&) const = default;
};

/// True while REST shows the person: has an account, is not suspended, has not left.
bool is_listed(const User& user);
/// True while SCIM shows the person: has an account, suspended or not.
bool has_account(const User& user);

/// EIDs are compared without regard to case.
bool same_eid(std::string_view left, std::string_view right);

std::string full_name(const User& user);
std::string_view primary_email(const User& user);

// Look-ups; nullptr when there is none. Pointers live until the next change of the vector they point into.
const Group* find_group(const SandboxState& state, std::string_view eid);
Group* find_group(SandboxState& state, std::string_view eid);
/// Any account by EID, also those that left.
const User* find_user(const SandboxState& state, std::string_view eid);
User* find_user(SandboxState& state, std::string_view eid);
const User* find_scim_user(const SandboxState& state, std::string_view scim_id);
User* find_scim_user(SandboxState& state, std::string_view scim_id);
const Membership* find_membership(const User& user, std::string_view group);
/// The role "member", "admin", or a custom role's EID.
bool is_assignable_role(const SandboxState& state, std::string_view role);

/// 16 hexadecimal digits.
std::string next_eid(SandboxState& state);
/// `length` mixed-case letters and digits.
std::string next_letters(SandboxState& state, std::size_t length);

void record_call(SandboxState& state, CallRecord call);

}  // namespace usersync::sandbox
