// Routes about memberships and the roles that they carry.
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

const QueryRules membership_rules{
    .relations = {"user", "user.organizationGroups", "user.network", "group", "group.members", "network"},
    .filters = {}};
const QueryRules memberships_rules{
    .relations = {"memberships", "memberships.user", "memberships.user.organizationGroups", "memberships.user.network",
                  "memberships.group", "memberships.group.members", "memberships.network"},
    .filters = {"group", "role", "excluded_role", "q"},
};
const QueryRules removal_rules{.relations = {}, .filters = {"force", "resolution"}};

MembershipOf find_among(const User& user, std::string_view eid) {
    if (!has_account(user)) return {};
    if (same_eid(user.network.eid, eid)) return {.user = &user, .membership = &user.network};
    for (const auto& membership : user.groups) {
        if (same_eid(membership.eid, eid)) return {.user = &user, .membership = &membership};
    }
    return {};
}

/// A membership of the network or of a group, also of a suspended person.
MembershipOf find_any(const SandboxState& state, std::string_view eid) {
    for (const auto& user : state.users) {
        if (const auto found = find_among(user, eid); found.user != nullptr) return found;
    }
    return {};
}

/// The same as a read of it alone shows it.
MembershipOf find_shown(Call& call, std::string_view eid) {
    const auto if_shown = [&](const MembershipOf& found) {
        const bool shown = is_listed(*found.user) && shows_alone(call.state, found.membership->seen_from, call.now);
        return shown ? found : MembershipOf{};
    };
    // What has not settled stands in no table.
    if (call.state.earlier_users.empty()) {
        const auto place = call.lookup->membership(call.state, eid);
        if (!place) return {};
        return if_shown({.user = &call.state.users[place->user], .membership = &membership_at(call.state, *place)});
    }
    for (const auto& user : call.state.users) {
        const auto found = find_among(as_read(call.state, user, call.now), eid);
        if (found.user != nullptr) return if_shown(found);
    }
    return {};
}

http::Response unknown_membership() { return rest_error(RestError::not_found, "unknown membership"); }

/// Gives the membership its new role; a sentence when that is not possible.
std::optional<std::string> change_role(Call& call, const std::string& eid, const std::string& role) {
    const auto found = find_any(call.state, eid);
    if (found.user == nullptr || !is_listed(*found.user)) return "unknown membership";
    // assumption: the page speaks of network memberships only; `group_roles` of network.json has it otherwise.
    const bool of_group = !found.membership->group.empty();
    if (of_group && !call.state.behaviour.group_roles) return "this is not a membership of the network";
    if (!is_assignable_role(call.state, role)) return "unknown role";
    // assumption: an invitee's role may be changed before they accept; their status stays inactive until they do.
    auto& user = *find_user(call.state, found.user->eid);
    auto& membership = of_group ? *find_membership(user, found.membership->group) : user.network;
    give_role(call.state, user, membership, role, call.now);
    return std::nullopt;
}

/// Somebody suspended administers nothing.
bool is_administrator(const User& user) {
    return is_listed(user) && (user.network.role == "admin" || user.network.role == "enterprise_admin");
}

std::size_t administrators(const SandboxState& state) {
    const auto count = std::count_if(state.users.begin(), state.users.end(), is_administrator);
    return static_cast<std::size_t>(count);
}

struct RemovalQuery {
    bool force = false;
    bool whole = false;  ///< resolution = remove_from_network
};

Asked<RemovalQuery> read_removal(const Call& call) {
    const auto query = read_query(call, removal_rules);
    if (!query) return query.error();
    const auto* resolution = filter(*query, "resolution");
    RemovalQuery removal{.force = filter_flag(*query, "force"),
                         .whole = resolution != nullptr && *resolution == "remove_from_network"};
    if (resolution != nullptr && !removal.whole && *resolution != "remove_from_group") {
        return rest_error(RestError::invalid_request, "unknown resolution");
    }
    if (removal.whole && !removal.force) {
        return rest_error(RestError::invalid_request, "remove_from_network needs force=true");
    }
    return removal;
}

/// An external person must keep a group. assumption: whoever would lose the last one with this removal, also by
/// leaving a unit and the local departments in it, would become stray.
bool becomes_stray(const Call& call, const MembershipOf& removed) {
    if (!removed.user->external) return false;
    const auto* group = find_group(call.state, removed.membership->group);
    if (group == nullptr) return false;
    SandboxState tried;
    tried.groups = call.state.groups;
    User copy = *removed.user;
    leave_group(tried, copy, *group, call.now);
    return copy.groups.empty();
}

std::optional<http::Response> refuse_removal(const Call& call, const MembershipOf& removed, const RemovalQuery& query) {
    const auto& membership = *removed.membership;
    if (is_ending(call.state, membership.eid) || is_ending(call.state, removed.user->network.eid)) {
        return rest_error(RestError::gone, "the membership is being removed");
    }
    // assumption: a lock keeps everybody but its own app out, like a missing privilege.
    if (!membership.locked_by.empty() && !same_eid(membership.locked_by, own_app(call.state))) {
        return rest_error(RestError::insufficient_scope, "another app has locked this membership");
    }
    // assumption: what the error table says about leaving holds for being removed as well.
    const bool leaves_network = membership.group.empty() || query.whole;
    if (leaves_network && is_administrator(*removed.user) && administrators(call.state) == 1) {
        return rest_error(RestError::only_admin, "the last administrator stays");
    }
    if (membership.group.empty()) return std::nullopt;
    const bool stray = becomes_stray(call, removed);
    if (stray && !query.force) return rest_error(RestError::stray_user_prevented, "this would leave a stray user");
    if (query.whole && !stray) return rest_error(RestError::no_stray_user, "the user would not become stray");
    return std::nullopt;
}

Asked<const User*> user_of_body(const Call& call, const MembershipBody& body) {
    if (body.user.empty()) return rest_error(RestError::invalid_request, "user is missing");
    const auto* user = find_user(call.state, body.user);
    if (user == nullptr) return rest_error(RestError::not_found, "unknown user");
    // assumption: whoever left, or is suspended, does not come back by this call.
    if (!is_listed(*user)) return rest_error(RestError::gone, "the user has left");
    return user;
}

http::Response create_group_membership(Call& call, User& user, const MembershipBody& body) {
    const auto* group = find_group(call.state, body.group);
    if (group == nullptr) return rest_error(RestError::not_found, "unknown group");
    if (find_membership(user, group->eid) != nullptr) {
        return rest_error(RestError::already_member, "the user is in this group");
    }
    // assumption: `role` is published for memberships of the network only.
    if (!body.role.empty() && !call.state.behaviour.group_roles) {
        return rest_error(RestError::invalid_request, "role goes with a membership of the network");
    }
    if (!body.role.empty() && !is_assignable_role(call.state, body.role)) {
        return rest_error(RestError::invalid_request, "unknown role");
    }
    const std::string eid = group->eid;
    join_group(call.state, user, *group, call.now);
    auto& membership = *find_membership(user, eid);
    if (!body.role.empty()) give_role(call.state, user, membership, body.role, call.now);
    const View plain;
    // assumption: 201 with the membership.
    return membership_answer(scene_of(call, plain), {.user = &user, .membership = &membership}, 201);
}

}  // namespace

http::Response list_memberships(Call& call) {
    const auto query = read_query(call, memberships_rules);
    if (!query) return query.error();
    const auto* group = filter(*query, "group");
    if (group != nullptr && call.lookup->group(call.state, *group) == nullptr) {
        return rest_error(RestError::not_found, "unknown group");
    }
    const auto roles = filter_list(*query, "role");
    const auto excluded = filter_list(*query, "excluded_role");
    const auto* text = filter(*query, "q");
    std::vector<MembershipOf> memberships;
    const auto consider = [&](const User& user, const Membership* membership) {
        if (membership == nullptr || !is_listed(user) || !shows_in_lists(membership->seen_from, call.now)) return;
        if (!roles.empty() && !is_any_of(roles, membership->role)) return;
        if (is_any_of(excluded, membership->role)) return;
        if (text != nullptr && !contains(full_name(user), *text)) return;
        memberships.push_back({.user = &user, .membership = membership});
    };
    // What has not settled stands in no table.
    if (group != nullptr && call.state.earlier_users.empty()) {
        for (const auto& place : call.lookup->memberships_of(call.state, *group)) {
            consider(call.state.users[place.user], &membership_at(call.state, place));
        }
        return memberships_answer(scene_of(call, query->view), memberships);
    }
    for (const auto& current : call.state.users) {
        const auto& user = as_listed(call.state, current, call.now);
        // assumption: without a group, the memberships of the network itself are listed.
        consider(user, group == nullptr ? &user.network : find_membership(user, *group));
    }
    return memberships_answer(scene_of(call, query->view), memberships);
}

http::Response get_membership(Call& call) {
    const auto query = read_query(call, membership_rules);
    if (!query) return query.error();
    const auto found = find_shown(call, call.captured.at(0));
    if (found.user == nullptr) return unknown_membership();
    return membership_answer(scene_of(call, query->view), found, 200);
}

http::Response create_membership(Call& call) {
    const auto body = read_membership_body(call.request);
    if (!body) return body.error();
    const auto user = user_of_body(call, *body);
    if (!user) return user.error();
    if (body->rev == "network") return rest_error(RestError::already_member, "the user is in this network");
    return create_group_membership(call, *find_user(call.state, (*user)->eid), *body);
}

http::Response delete_membership(Call& call) {
    const auto query = read_removal(call);
    if (!query) return query.error();
    // assumption: a suspended person's membership can still be ended by its EID, although no list shows it.
    const auto found = find_any(call.state, call.captured.at(0));
    if (found.user == nullptr) return unknown_membership();
    if (auto refusal = refuse_removal(call, found, *query)) return std::move(*refusal);
    const std::string eid = found.membership->eid;
    end_membership_soon(call.state, eid, query->whole, call.now);
    return feedback_answer("", call.now + call.state.settling.delay);
}

http::Response change_roles(Call& call) {
    const auto form = read_form(call.request);
    if (!form) return form.error();
    constexpr std::string_view opening = "memberships[";
    std::vector<std::pair<std::string, std::string>> wanted;
    for (const auto& [name, role] : *form) {
        if (name.rfind(opening, 0) != 0 || name.back() != ']') {
            return rest_error(RestError::invalid_request, "unsupported parameter " + name);
        }
        wanted.emplace_back(name.substr(opening.size(), name.size() - opening.size() - 1), role);
    }
    if (wanted.empty()) return rest_error(RestError::invalid_request, "memberships is missing");
    std::vector<std::pair<std::string, std::string>> failed;
    for (const auto& [membership, role] : wanted) {
        if (auto sentence = change_role(call, membership, role)) failed.emplace_back(membership, *sentence);
    }
    return changed_roles_answer(failed);
}

}  // namespace usersync::sandbox
