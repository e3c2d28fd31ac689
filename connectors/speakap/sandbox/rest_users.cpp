// Routes about people: the network itself, users, their status, their groups, invitations.
#include "connectors/speakap/sandbox/rest_call.hpp"
#include "connectors/speakap/sandbox/rest_query.hpp"
#include "connectors/speakap/sandbox/rest_wire.hpp"
#include "connectors/speakap/sandbox/sandbox_network.hpp"
#include "connectors/speakap/sandbox/sandbox_times.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace usersync::sandbox {
namespace {

const QueryRules user_rules{.relations = {"organizationGroups", "network"}, .filters = {}};
const QueryRules users_rules{
    .relations = {"users", "users.organizationGroups", "users.network"},
    .filters = {"eid", "group", "modified_since", "q", "role"},
};

struct UserFilter {
    std::vector<std::string> eids;
    std::vector<std::string> roles;
    const Group* group = nullptr;
    std::optional<Time> modified_since;
    std::string text;
};

bool is_any_of(const std::vector<std::string>& eids, std::string_view eid) {
    return std::any_of(eids.begin(), eids.end(), [&](const std::string& one) { return same_eid(one, eid); });
}

Asked<UserFilter> user_filter(const Call& call, const Query& query) {
    UserFilter wanted{.eids = filter_list(query, "eid"),
                      .roles = filter_list(query, "role"),
                      .group = nullptr,
                      .modified_since = std::nullopt,
                      .text = {}};
    if (const auto* eid = filter(query, "group")) {
        wanted.group = find_group(call.state, *eid);
        if (wanted.group == nullptr) return rest_error(RestError::not_found, "unknown group");
    }
    if (const auto* since = filter(query, "modified_since")) {
        wanted.modified_since = from_iso(*since);
        if (!wanted.modified_since) return rest_error(RestError::invalid_request, "modified_since is no timestamp");
    }
    if (const auto* text = filter(query, "q")) wanted.text = *text;
    return wanted;
}

bool fits(const UserFilter& wanted, const User& user) {
    if (!is_listed(user)) return false;
    if (!wanted.eids.empty() && !is_any_of(wanted.eids, user.eid)) return false;
    const Membership* membership = &user.network;
    if (wanted.group != nullptr) membership = find_membership(user, wanted.group->eid);
    if (membership == nullptr) return false;
    if (!wanted.roles.empty() && !is_any_of(wanted.roles, membership->role)) return false;
    if (wanted.modified_since && user.modified < *wanted.modified_since) return false;
    // assumption: "XID:…" means nothing to the API's q, although the search of the web pages understands it.
    return contains(full_name(user), wanted.text) || contains(user.job_title, wanted.text);
}

const User* listed_user(const SandboxState& state, std::string_view eid) {
    const auto* user = find_user(state, eid);
    return user != nullptr && is_listed(*user) ? user : nullptr;
}

http::Response unknown_user() { return rest_error(RestError::not_found, "unknown user"); }

/// The groups that a form names, all of them or a refusal: nothing is done when one is unknown.
Asked<std::vector<const Group*>> groups_of_form(const Call& call) {
    const auto form = read_form(call.request);
    if (!form) return form.error();
    std::vector<const Group*> groups;
    for (const auto& [name, value] : *form) {
        if (name != "groups[]") return rest_error(RestError::invalid_request, "unsupported parameter " + name);
        const auto* group = find_group(call.state, value);
        if (group == nullptr) return rest_error(RestError::invalid_request, "unknown group " + value);
        groups.push_back(group);
    }
    if (groups.empty()) return rest_error(RestError::invalid_request, "groups[] is missing");
    return groups;
}

/// assumption: adding to a group that the person is in, and removing from one that they are not in, succeed.
template <class Change>
http::Response change_groups(Call& call, Change change) {
    auto* user = find_user(call.state, call.captured.at(0));
    if (user == nullptr || !is_listed(*user)) return unknown_user();
    const auto groups = groups_of_form(call);
    if (!groups) return groups.error();
    for (const auto* group : *groups) change(call.state, *user, *group, call.now);
    return done_answer();
}

bool looks_like_address(std::string_view email) {
    const auto at = email.find('@');
    return at != std::string_view::npos && at > 0 && email.find('.', at) != std::string_view::npos &&
           email.find_first_of(" \t\r\n") == std::string_view::npos && email.rfind('@') == at;
}

const User* user_with_email(const SandboxState& state, std::string_view email) {
    const auto has_it = [&](const User& user) {
        return has_account(user) && same_eid(primary_email(user), email);  // addresses ignore case just as well
    };
    const auto found = std::find_if(state.users.begin(), state.users.end(), has_it);
    return found == state.users.end() ? nullptr : &*found;
}

InviteResult invite_one(Call& call, const Invitee& invitee) {
    if (!looks_like_address(invitee.email)) return {.email = invitee.email, .status = "invalid", .eid = ""};
    if (const auto* user = user_with_email(call.state, invitee.email)) {
        // assumption: no second mail for somebody who is invited already; a suspended person counts as a member.
        const bool pending = user->status == UserStatus::inactive && !user->suspended_at;
        return {.email = invitee.email, .status = pending ? "invitee" : "member", .eid = user->eid};
    }
    User draft;
    draft.emails = {invitee.email};
    // assumption: an account that nobody linked to an employee record has its address as SCIM userName.
    draft.user_name = invitee.email;
    // assumption: the one name of an invite is split at its first space.
    const auto space = invitee.name.find(' ');
    draft.first_name = invitee.name.substr(0, space);
    if (space != std::string::npos) draft.family_name = invitee.name.substr(space + 1);
    const auto& user = create_user(call.state, std::move(draft), "invited", Invite::now, call.now);
    return {.email = invitee.email, .status = "sent", .eid = user.eid};
}

}  // namespace

http::Response get_network(Call& call) {
    const auto query = read_query(call, {});
    if (!query) return query.error();
    return network_answer({.state = call.state, .view = query->view, .self = call.path});
}

http::Response list_users(Call& call) {
    const auto query = read_query(call, users_rules);
    if (!query) return query.error();
    const auto wanted = user_filter(call, *query);
    if (!wanted) return wanted.error();
    std::vector<const User*> users;
    for (const auto& user : call.state.users) {
        if (fits(*wanted, user)) users.push_back(&user);
    }
    return users_answer({.state = call.state, .view = query->view, .self = call.path}, users);
}

http::Response get_user(Call& call) {
    const auto query = read_query(call, user_rules);
    if (!query) return query.error();
    const auto* user = listed_user(call.state, call.captured.at(0));
    if (user == nullptr) return unknown_user();
    return user_answer({.state = call.state, .view = query->view, .self = call.path}, *user);
}

http::Response get_user_status(Call& call) {
    const auto* user = find_user(call.state, call.captured.at(0));
    // assumption: the published words have none for a suspended person; "unknown" is what they say about somebody
    // whom the network does not show.
    if (user == nullptr || user->suspended_at) return status_answer("unknown");
    return status_answer(to_string(user->status));
}

http::Response add_to_groups(Call& call) { return change_groups(call, join_group); }

http::Response remove_from_groups(Call& call) { return change_groups(call, leave_group); }

http::Response invite(Call& call) {
    const auto invitees = read_invitees(call.request);
    if (!invitees) return invitees.error();
    std::vector<InviteResult> results;
    for (const auto& invitee : *invitees) results.push_back(invite_one(call, invitee));
    return invite_answer(results, call.now);
}

}  // namespace usersync::sandbox
