// Routes about people: users, their status, their groups, invitations.
#include "connectors/speakap/sandbox/rest_call.hpp"
#include "connectors/speakap/sandbox/rest_query.hpp"
#include "connectors/speakap/sandbox/rest_wire.hpp"
#include "connectors/speakap/sandbox/sandbox_network.hpp"
#include "connectors/speakap/sandbox/sandbox_settling.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace usersync::sandbox {
namespace {

const QueryRules user_rules{.relations = {"organizationGroups", "network"}, .filters = {}};
const QueryRules users_rules{
    .relations = {"users", "users.organizationGroups", "users.network"},
    .filters = {"addable_to", "eid", "exclude_group", "exclude_role", "external", "group", "modified_since", "q",
                "role", "scope"},
};

struct UserFilter {
    std::vector<std::string> eids;
    std::vector<std::string> roles;
    std::vector<std::string> excluded_roles;
    const Group* group = nullptr;
    const Group* excluded_group = nullptr;
    const Group* addable_to = nullptr;
    std::optional<bool> external;
    std::optional<Time> modified_since;
    std::string text;
    bool text_may_be_key = false;
};

/// The group that a filter names, nullptr when it is absent, or the refusal.
Asked<const Group*> filter_group(const Call& call, const Query& query, std::string_view name) {
    const auto* eid = filter(query, name);
    if (eid == nullptr) return nullptr;
    const auto* group = find_group(call.state, *eid);
    if (group == nullptr) return rest_error(RestError::not_found, "unknown group");
    return group;
}

Asked<UserFilter> user_filter(const Call& call, const Query& query) {
    UserFilter wanted;
    wanted.eids = filter_list(query, "eid");
    wanted.roles = filter_list(query, "role");
    wanted.excluded_roles = filter_list(query, "exclude_role");
    if (const auto refusal = refuse_scope(query)) return *refusal;
    const auto group = filter_group(call, query, "group");
    if (!group) return group.error();
    wanted.group = *group;
    const auto excluded = filter_group(call, query, "exclude_group");
    if (!excluded) return excluded.error();
    wanted.excluded_group = *excluded;
    const auto addable = filter_group(call, query, "addable_to");
    if (!addable) return addable.error();
    wanted.addable_to = *addable;
    if (wanted.excluded_group != nullptr && wanted.group == nullptr) {
        return rest_error(RestError::invalid_request, "exclude_group goes with group");
    }
    if (filter(query, "external") != nullptr) wanted.external = filter_flag(query, "external");
    const auto since = filter_time(query, "modified_since");
    if (!since) return since.error();
    wanted.modified_since = *since;
    if (const auto* text = filter(query, "q")) wanted.text = *text;
    wanted.text_may_be_key = call.state.behaviour.q_finds_xid;
    return wanted;
}

bool has_text(const UserFilter& wanted, const User& user) {
    if (wanted.text.empty()) return true;
    // assumption: "XID:…" means nothing to the API's q, although the search of the web pages understands it;
    // `q_finds_xid` of network.json has it otherwise.
    constexpr std::string_view key = "XID:";
    if (wanted.text_may_be_key && wanted.text.rfind(key, 0) == 0) return user.xid == wanted.text.substr(key.size());
    return contains(full_name(user), wanted.text) || contains(user.job_title, wanted.text);
}

/// The membership that lists show, of the group or of the network; nullptr when there is none.
const Membership* shown_membership(const User& user, const Group* group, Time now) {
    const auto* membership = group == nullptr ? &user.network : find_membership(user, group->eid);
    if (membership == nullptr || !shows_in_lists(membership->seen_from, now)) return nullptr;
    return membership;
}

bool fits(const UserFilter& wanted, const User& user, Time now) {
    if (!is_listed(user) || !shows_in_lists(user.seen_from, now)) return false;
    if (!wanted.eids.empty() && !is_any_of(wanted.eids, user.eid)) return false;
    const auto* membership = shown_membership(user, wanted.group, now);
    if (membership == nullptr) return false;
    if (wanted.excluded_group != nullptr && shown_membership(user, wanted.excluded_group, now) != nullptr) return false;
    // assumption: everybody who is not in a group yet can be added to it.
    if (wanted.addable_to != nullptr && shown_membership(user, wanted.addable_to, now) != nullptr) return false;
    if (!wanted.roles.empty() && !is_any_of(wanted.roles, membership->role)) return false;
    if (is_any_of(wanted.excluded_roles, membership->role)) return false;
    if (wanted.external && user.external != *wanted.external) return false;
    if (wanted.modified_since && user.modified < *wanted.modified_since) return false;
    return has_text(wanted, user);
}

const User* shown_user(const Call& call, std::string_view eid) {
    const auto* user = find_user(call.state, eid);
    if (user == nullptr) return nullptr;
    const auto& row = as_read(call.state, *user, call.now);
    return is_listed(row) && shows_alone(call.state, row.seen_from, call.now) ? &row : nullptr;
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

struct GroupChange {
    User* user = nullptr;
    std::vector<const Group*> groups;
};

Asked<GroupChange> read_group_change(Call& call) {
    auto* user = find_user(call.state, call.captured.at(0));
    if (user == nullptr || !is_listed(*user)) return unknown_user();
    if (is_ending(call.state, user->network.eid)) return rest_error(RestError::gone, "the user is being removed");
    auto groups = groups_of_form(call);
    if (!groups) return groups.error();
    return GroupChange{.user = user, .groups = std::move(*groups)};
}

/// The person after all that was asked for: the rule about stray users looks at the end, not at each step.
bool would_be_stray(const SandboxState& state, const GroupChange& change, Time now) {
    if (!change.user->external || change.user->groups.empty()) return false;
    SandboxState tried;
    tried.groups = state.groups;
    User copy = *change.user;
    for (const auto* group : change.groups) leave_group(tried, copy, *group, now);
    return copy.groups.empty();
}

bool is_locked(const SandboxState& state, const User& user, const Group& group) {
    const auto* membership = find_membership(user, group.eid);
    return membership != nullptr && !membership->locked_by.empty() && !same_eid(membership->locked_by, own_app(state));
}

bool looks_like_address(std::string_view email) {
    const auto at = email.find('@');
    return at != std::string_view::npos && at > 0 && email.find('.', at) != std::string_view::npos &&
           email.find_first_of(" \t\r\n") == std::string_view::npos && email.rfind('@') == at;
}

User* user_with_email(SandboxState& state, std::string_view email) {
    const auto has_it = [&](const User& user) {
        return has_account(user) && same_eid(primary_email(user), email);  // addresses ignore case just as well
    };
    for (const auto place : users_who_may_claim(state, "", "", email)) {
        if (has_it(state.users[place])) return &state.users[place];
    }
    return nullptr;
}

InviteResult invite_known(Call& call, User& user, const std::string& email, bool resend) {
    // assumption: a suspended person counts as a member.
    const bool pending = user.status == UserStatus::inactive && !user.suspended_at;
    // assumption: no second mail for somebody who is invited already, unless `resend` asks for it.
    if (pending && resend) invite_again(call.state, user, call.now);
    const char* status = !pending ? "member" : resend ? "resend" : "invitee";
    return {.email = email, .status = status, .eid = user.eid};
}

InviteResult invite_one(Call& call, const Invitee& invitee, bool resend) {
    if (!looks_like_address(invitee.email)) return {.email = invitee.email, .status = "invalid", .eid = ""};
    if (auto* user = user_with_email(call.state, invitee.email)) {
        return invite_known(call, *user, invitee.email, resend);
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

http::Response list_users(Call& call) {
    const auto query = read_query(call, users_rules);
    if (!query) return query.error();
    const auto wanted = user_filter(call, *query);
    if (!wanted) return wanted.error();
    std::vector<const User*> users;
    for (const auto& user : call.state.users) {
        const auto& row = as_listed(call.state, user, call.now);
        if (fits(*wanted, row, call.now)) users.push_back(&row);
    }
    return users_answer(scene_of(call, query->view), users);
}

http::Response get_user(Call& call) {
    const auto query = read_query(call, user_rules);
    if (!query) return query.error();
    const auto* user = shown_user(call, call.captured.at(0));
    if (user == nullptr) return unknown_user();
    return user_answer(scene_of(call, query->view), *user);
}

http::Response get_user_status(Call& call) {
    const auto* user = find_user(call.state, call.captured.at(0));
    // assumption: the published words have none for a suspended person; "unknown" is what they say about somebody
    // whom the network does not show.
    if (user == nullptr) return status_answer("unknown");
    const auto& row = as_read(call.state, *user, call.now);
    const bool shown = !row.suspended_at && shows_alone(call.state, row.seen_from, call.now);
    return status_answer(shown ? to_string(row.status) : "unknown");
}

// assumption: adding to a group that the person is in, and removing from one that they are not in, succeed.
http::Response add_to_groups(Call& call) {
    const auto change = read_group_change(call);
    if (!change) return change.error();
    for (const auto* group : change->groups) join_group(call.state, *change->user, *group, call.now);
    return done_answer();
}

http::Response remove_from_groups(Call& call) {
    const auto change = read_group_change(call);
    if (!change) return change.error();
    for (const auto* group : change->groups) {
        // assumption: the lock that keeps a membership from deletion holds for this action as well.
        if (is_locked(call.state, *change->user, *group)) {
            return rest_error(RestError::insufficient_scope, "another app has locked a membership");
        }
    }
    // assumption: this action has no `force`; it publishes 400 as its only refusal.
    if (would_be_stray(call.state, *change, call.now)) {
        return rest_error(RestError::invalid_request, "stray user prevented");
    }
    for (const auto* group : change->groups) leave_group(call.state, *change->user, *group, call.now);
    return done_answer();
}

http::Response invite(Call& call) {
    const auto body = read_invitees(call.request);
    if (!body) return body.error();
    // assumption: the page keeps `resend` to Speakap's own pages; what an app gets that sends it is not public.
    if (body->resend && call.state.behaviour.refuses_resend) {
        return rest_error(RestError::insufficient_scope, "resend is not for apps");
    }
    std::vector<InviteResult> results;
    for (const auto& invitee : body->invitees) results.push_back(invite_one(call, invitee, body->resend));
    return invite_answer(results, call.now);
}

}  // namespace usersync::sandbox
