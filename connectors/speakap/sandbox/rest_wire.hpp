#pragma once
// REST bodies: resources and collections as HAL, errors, and the bodies that calls bring.

#include "connectors/http/message.hpp"
#include "connectors/speakap/sandbox/rest_query.hpp"
#include "connectors/speakap/sandbox/sandbox_state.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace usersync::sandbox {

constexpr std::string_view rest_content_type = "application/vnd.speakap.api-v1.8.2+json+hal";

/// The published errors that the sandbox answers; each has its HTTP status and its code.
enum class RestError {
    invalid_request,     ///< 400 -1
    invalid_token,       ///< 401 -2
    insufficient_scope,  ///< 403 -3
    not_found,           ///< 404 -4
    wrong_method,        ///< 405 -1; assumption: the status and the code are not public
    not_acceptable,      ///< 406 -1; assumption: as above
    internal,            ///< 500 -5
    unavailable,         ///< 503 -5; assumption: as above
    too_many,            ///< 429 -1; assumption: as above
    already_member,      ///< 409 -9
    gone,                ///< 410 -10
    only_admin,          ///< 403 -12
    group_name_in_use,   ///< 409 -17
    role_name_in_use,    ///< 409 -18
    /// "Stray User Prevented" and "No Stray User" are named without their codes.
    /// assumption: 409, and the first two codes after the published part of the table.
    stray_user_prevented,  ///< 409 -20
    no_stray_user,         ///< 409 -21
};
http::Response rest_error(RestError error, std::string_view message);

/// Any JSON text as a REST answer.
http::Response rest_answer_with(int status, std::string body);

// ---- resources ----------------------------------------------------------------------------------------------------

/// A membership and whose it is.
struct MembershipOf {
    const User* user = nullptr;
    const Membership* membership = nullptr;
};

/// A role as the roles endpoints show it.
struct Role {
    std::string eid;
    std::string key;  ///< built-in roles only
    std::string name;
    bool is_default = false;
    std::vector<std::string> permissions = {};
};

/// Who is in which group, by the group's EID; made when it is first needed.
using Members = std::unordered_map<std::string_view, std::vector<const User*>>;

/// What is being shown, and how.
struct Scene {
    const SandboxState& state;
    const View& view;
    std::string_view self;  ///< path of the main resource
    Time now{};
    Lookup* lookup;  ///< of `state`; never null
    std::shared_ptr<std::optional<Members>> members = std::make_shared<std::optional<Members>>();
};
Scene scene_of(const Call& call, const View& view);

http::Response network_answer(const Scene& scene);
http::Response user_answer(const Scene& scene, const User& user);
http::Response membership_answer(const Scene& scene, const MembershipOf& shown, int status);
http::Response group_answer(const Scene& scene, const Group& group, int status);
http::Response role_answer(const Scene& scene, const Role& role);
http::Response label_answer(const Scene& scene, const Label& label);

// A collection is a list of links unless its members are embedded.
http::Response users_answer(const Scene& scene, const std::vector<const User*>& users);
http::Response memberships_answer(const Scene& scene, const std::vector<MembershipOf>& memberships);
http::Response groups_answer(const Scene& scene, const std::vector<const Group*>& groups);
http::Response roles_answer(const Scene& scene, const std::vector<Role>& roles);
http::Response labels_answer(const Scene& scene, const std::vector<const Label*>& labels);
/// assumption: what a search finds stands in the relation "results".
http::Response found_answer(const Scene& scene, const std::vector<const User*>& users);
http::Response found_answer(const Scene& scene, const std::vector<const Group*>& groups);

// ---- answers to actions -------------------------------------------------------------------------------------------

http::Response status_answer(std::string_view status);
/// assumption: an action that has nothing to tell answers 200 with a status text.
http::Response done_answer();
/// assumption: {"period": n, …}.
http::Response counts_answer(const std::vector<std::pair<std::string, std::size_t>>& counts);
/// 202 with a Feedback object. assumption: it looks like the answer to an invite: ETC, status.
http::Response feedback_answer(std::string_view eid, Time etc);
/// 200; memberships that could not be changed, with a sentence each, stand in data.failed.
http::Response changed_roles_answer(const std::vector<std::pair<std::string, std::string>>& failed);

struct InviteResult {
    std::string email;
    std::string status;  ///< "sent", "resend", "invitee", "member", "invalid"
    std::string eid;     ///< empty when invalid
};
/// assumption: 202.
http::Response invite_answer(const std::vector<InviteResult>& results, Time etc);

// ---- bodies of calls ----------------------------------------------------------------------------------------------

/// 400 unless the body is application/x-www-form-urlencoded.
Asked<std::vector<http::Parameter>> read_form(const http::Request& request);

struct GroupBody {
    std::string name;
    std::string description;
    std::string group_type;
    std::optional<bool> hidden;
    std::string business_unit;  ///< EIDs; empty: not given
    std::string department;
    std::string group;
    std::string parent;
};
/// 400 unless the body is a JSON object with a name.
Asked<GroupBody> read_group_body(const http::Request& request);

struct RoleBody {
    std::string name;
    std::vector<std::string> permissions;
};
/// 400 unless the body is a JSON object with a name.
Asked<RoleBody> read_role_body(const http::Request& request);

struct MembershipBody {
    std::string rev;  ///< "network" or "group"
    std::string user;
    std::string group;
    std::string role;  ///< key or EID; empty: not given
};
/// assumption: the membership resource names its user and its group as {EID}; `role` is {key} or {EID}. 400 unless the
/// body is a JSON object with `rev`.
Asked<MembershipBody> read_membership_body(const http::Request& request);

struct Invitee {
    std::string email;
    std::string name;
};
struct InviteBody {
    std::vector<Invitee> invitees;
    bool resend = false;
};
/// Form `invitees[0][email]=…&invitees[0][name]=…`, or JSON {"invitees":[{"email","name"}]}: the public page says the
/// one and prints the other. `resend` and `message` may stand beside it. 400 unless there are 1 to 1000.
Asked<InviteBody> read_invitees(const http::Request& request);

}  // namespace usersync::sandbox
