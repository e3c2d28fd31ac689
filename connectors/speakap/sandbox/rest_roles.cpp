// Routes about roles.
#include "connectors/speakap/sandbox/rest_call.hpp"
#include "connectors/speakap/sandbox/rest_query.hpp"
#include "connectors/speakap/sandbox/rest_wire.hpp"
#include "connectors/speakap/sandbox/sandbox_changes.hpp"
#include "connectors/speakap/sandbox/sandbox_network.hpp"

#include <algorithm>
#include <utility>

namespace usersync::sandbox {
namespace {

const QueryRules role_rules{.relations = {}, .filters = {}};
const QueryRules roles_rules{.relations = {"roles"}, .filters = {}};

std::vector<Role> roles_of(const SandboxState& state) {
    // assumption: the answer to the role list is not public; the built-in roles by their published keys, then the
    // network's own ones. "member" stands among them as the default role, since memberships name it; a free network
    // would have "founder" in place of "enterprise_admin".
    std::vector<Role> roles{
        {.eid = "0000000000000001", .key = "member", .name = "Member", .is_default = true},
        {.eid = "0000000000000002", .key = "admin", .name = "Administrator", .is_default = false},
        {.eid = "0000000000000003", .key = "invitee", .name = "Invitee", .is_default = false},
        {.eid = "0000000000000004", .key = "external", .name = "External", .is_default = false},
        {.eid = "0000000000000005", .key = "enterprise_admin", .name = "Enterprise administrator", .is_default = false},
    };
    for (const auto& custom : state.roles) {
        roles.push_back({.eid = custom.eid,
                         .key = "",
                         .name = custom.name,
                         .is_default = false,
                         .permissions = custom.permissions});
    }
    return roles;
}

http::Response unknown_role() { return rest_error(RestError::not_found, "unknown role"); }

/// The network's own role of that EID, or the refusal.
Asked<CustomRole*> own_role(Call& call) {
    const auto& name = call.captured.at(0);
    for (auto& role : call.state.roles) {
        if (same_eid(role.eid, name)) return &role;
    }
    for (const auto& role : roles_of(call.state)) {
        const bool named = same_eid(role.eid, name) || role.key == name || (name == "default" && role.is_default);
        // assumption: what `editable` and `deletable` deny is refused like a missing privilege.
        if (named) return rest_error(RestError::insufficient_scope, "a built-in role stays as it is");
    }
    return unknown_role();
}

bool name_is_taken(const SandboxState& state, const std::string& name, const CustomRole* self) {
    const auto taken = [&](const CustomRole& role) { return &role != self && role.name == name; };
    return std::any_of(state.roles.begin(), state.roles.end(), taken);
}

http::Response taken() { return rest_error(RestError::role_name_in_use, "a role of this name exists"); }

Event event_of(EventKind kind, const std::string& role, Time now) {
    return {.number = 0, .at = now, .kind = kind, .user = "", .xid = "", .group = "", .role = role, .before = ""};
}

}  // namespace

http::Response list_roles(Call& call) {
    const auto query = read_query(call, roles_rules);
    if (!query) return query.error();
    return roles_answer(scene_of(call, query->view), roles_of(call.state));
}

http::Response get_role(Call& call) {
    const auto query = read_query(call, role_rules);
    if (!query) return query.error();
    const auto& name = call.captured.at(0);
    for (const auto& role : roles_of(call.state)) {
        if (same_eid(role.eid, name) || role.key == name || (name == "default" && role.is_default)) {
            return role_answer(scene_of(call, query->view), role);
        }
    }
    return unknown_role();
}

http::Response create_role(Call& call) {
    const auto body = read_role_body(call.request);
    if (!body) return body.error();
    if (name_is_taken(call.state, body->name, nullptr)) return taken();
    const auto eid = next_eid(call.state);
    touch_roles(call.state);
    call.state.roles.push_back({.eid = eid, .name = body->name, .permissions = body->permissions});
    record_event(call.state, event_of(EventKind::role_made, eid, call.now));
    return feedback_answer(eid, call.now + call.state.settling.delay);
}

http::Response update_role(Call& call) {
    const auto role = own_role(call);
    if (!role) return role.error();
    const auto body = read_role_body(call.request);
    if (!body) return body.error();
    if (name_is_taken(call.state, body->name, *role)) return taken();
    touch_roles(call.state);
    (*role)->name = body->name;
    (*role)->permissions = body->permissions;
    record_event(call.state, event_of(EventKind::role_updated, (*role)->eid, call.now));
    return feedback_answer((*role)->eid, call.now + call.state.settling.delay);
}

http::Response delete_role(Call& call) {
    const auto role = own_role(call);
    if (!role) return role.error();
    const std::string eid = (*role)->eid;
    // assumption: the page is not public. 202; whoever had the role is a member afterwards.
    for (auto& user : call.state.users) {
        if (same_eid(user.network.role, eid)) give_role(call.state, user, user.network, "member", call.now);
        for (auto& membership : user.groups) {
            if (same_eid(membership.role, eid)) give_role(call.state, user, membership, "member", call.now);
        }
    }
    touch_roles(call.state);
    std::erase_if(call.state.roles, [&](const CustomRole& one) { return one.eid == eid; });
    record_event(call.state, event_of(EventKind::role_removed, eid, call.now));
    return feedback_answer("", call.now + call.state.settling.delay);
}

}  // namespace usersync::sandbox
