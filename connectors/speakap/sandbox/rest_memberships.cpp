// Routes about memberships and roles.
#include "connectors/speakap/sandbox/rest_call.hpp"
#include "connectors/speakap/sandbox/rest_query.hpp"
#include "connectors/speakap/sandbox/rest_wire.hpp"
#include "connectors/speakap/sandbox/sandbox_network.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace usersync::sandbox {
namespace {

const QueryRules membership_rules{
    .relations = {"user", "user.organizationGroups", "user.network", "group", "group.members"}, .filters = {}};
const QueryRules memberships_rules{
    .relations = {"memberships", "memberships.user", "memberships.user.organizationGroups", "memberships.user.network",
                  "memberships.group", "memberships.group.members"},
    .filters = {"group", "role", "excluded_role", "q"},
};
const QueryRules removal_rules{.relations = {}, .filters = {"force", "resolution"}};
const QueryRules role_rules{.relations = {}, .filters = {}};
const QueryRules roles_rules{.relations = {"roles"}, .filters = {}};

/// A membership of the network or of a group, also of a suspended person.
MembershipOf find_any(const SandboxState& state, std::string_view eid) {
    for (const auto& user : state.users) {
        if (!has_account(user)) continue;
        if (same_eid(user.network.eid, eid)) return {.user = &user, .membership = &user.network};
        for (const auto& membership : user.groups) {
            if (same_eid(membership.eid, eid)) return {.user = &user, .membership = &membership};
        }
    }
    return {};
}

bool has_role(const std::vector<std::string>& roles, std::string_view role) {
    return std::any_of(roles.begin(), roles.end(), [&](const std::string& one) { return same_eid(one, role); });
}

http::Response unknown_membership() { return rest_error(RestError::not_found, "unknown membership"); }

/// Gives the network membership its new role; a sentence when that is not possible.
std::optional<std::string> change_role(Call& call, const std::string& membership, const std::string& role) {
    const auto found = find_any(call.state, membership);
    if (found.user == nullptr || !is_listed(*found.user)) return "unknown membership";
    if (!found.membership->group.empty()) return "this is not a membership of the network";
    if (!is_assignable_role(call.state, role)) return "unknown role";
    // assumption: an invitee's role may be changed before they accept; their status stays inactive until they do.
    find_user(call.state, found.user->eid)->network.role = role;
    return std::nullopt;
}

std::vector<Role> roles_of(const SandboxState& state) {
    // assumption: the answer to the role list is not public; the built-in roles that memberships name, then the
    // network's own ones. "member" is the default role.
    std::vector<Role> roles{
        {.eid = "0000000000000001", .key = "member", .name = "Member", .is_default = true},
        {.eid = "0000000000000002", .key = "admin", .name = "Administrator", .is_default = false},
        {.eid = "0000000000000003", .key = "invitee", .name = "Invitee", .is_default = false},
    };
    for (const auto& custom : state.roles) {
        roles.push_back({.eid = custom.eid, .key = "", .name = custom.name, .is_default = false});
    }
    return roles;
}

}  // namespace

http::Response list_memberships(Call& call) {
    const auto query = read_query(call, memberships_rules);
    if (!query) return query.error();
    const auto* group = filter(*query, "group");
    if (group != nullptr && find_group(call.state, *group) == nullptr) {
        return rest_error(RestError::not_found, "unknown group");
    }
    const auto roles = filter_list(*query, "role");
    const auto excluded = filter_list(*query, "excluded_role");
    const auto* text = filter(*query, "q");
    std::vector<MembershipOf> memberships;
    for (const auto& user : call.state.users) {
        if (!is_listed(user)) continue;
        // assumption: without a group, the memberships of the network itself are listed.
        const auto* membership = group == nullptr ? &user.network : find_membership(user, *group);
        if (membership == nullptr) continue;
        if (!roles.empty() && !has_role(roles, membership->role)) continue;
        if (has_role(excluded, membership->role)) continue;
        if (text != nullptr && !contains(full_name(user), *text)) continue;
        memberships.push_back({.user = &user, .membership = membership});
    }
    return memberships_answer({.state = call.state, .view = query->view, .self = call.path}, memberships);
}

http::Response get_membership(Call& call) {
    const auto query = read_query(call, membership_rules);
    if (!query) return query.error();
    const auto found = find_any(call.state, call.captured.at(0));
    if (found.user == nullptr || !is_listed(*found.user)) return unknown_membership();
    return membership_answer({.state = call.state, .view = query->view, .self = call.path}, found);
}

http::Response delete_membership(Call& call) {
    const auto query = read_query(call, removal_rules);
    if (!query) return query.error();
    const auto* resolution = filter(*query, "resolution");
    const bool whole = resolution != nullptr && *resolution == "remove_from_network";
    if (resolution != nullptr && !whole && *resolution != "remove_from_group") {
        return rest_error(RestError::invalid_request, "unknown resolution");
    }
    if (whole && !filter_flag(*query, "force")) {
        return rest_error(RestError::invalid_request, "remove_from_network needs force=true");
    }
    // assumption: a suspended person's membership can still be ended by its EID, although no list shows it.
    const auto found = find_any(call.state, call.captured.at(0));
    if (found.user == nullptr) return unknown_membership();
    auto& user = *find_user(call.state, found.user->eid);
    const auto* group = find_group(call.state, found.membership->group);
    if (found.membership->group.empty() || whole) {
        leave_network(call.state, user, call.now);
    } else if (group != nullptr) {
        leave_group(call.state, user, *group, call.now);
    }
    return feedback_answer("", call.now);
}

http::Response list_roles(Call& call) {
    const auto query = read_query(call, roles_rules);
    if (!query) return query.error();
    return roles_answer({.state = call.state, .view = query->view, .self = call.path}, roles_of(call.state));
}

http::Response get_role(Call& call) {
    const auto query = read_query(call, role_rules);
    if (!query) return query.error();
    const auto& name = call.captured.at(0);
    for (const auto& role : roles_of(call.state)) {
        if (same_eid(role.eid, name) || role.key == name || (name == "default" && role.is_default)) {
            return role_answer({.state = call.state, .view = query->view, .self = call.path}, role);
        }
    }
    return rest_error(RestError::not_found, "unknown role");
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
