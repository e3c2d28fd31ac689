// Routes about groups.
#include "connectors/speakap/sandbox/rest_call.hpp"
#include "connectors/speakap/sandbox/rest_query.hpp"
#include "connectors/speakap/sandbox/rest_wire.hpp"
#include "connectors/speakap/sandbox/sandbox_settling.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace usersync::sandbox {
namespace {

const QueryRules group_rules{.relations = {"members"}, .filters = {}};
const QueryRules creation_rules{.relations = {}, .filters = {"join"}};
const QueryRules groups_rules{
    .relations = {"groups", "groups.members"},
    .filters = {"admin", "ancestor", "include_hidden", "include_secret", "invitee", "label", "modified_since", "parent",
                "q", "scope", "type", "user"},
};

bool is_basic(GroupType type) {
    switch (type) {
        case GroupType::business_unit:
        case GroupType::department:
        case GroupType::local_department: return false;
        case GroupType::public_:
        case GroupType::restricted:
        case GroupType::private_:
        case GroupType::secret: return true;
    }
    return true;
}

struct GroupFilter {
    bool include_hidden = false;
    bool include_secret = false;
    std::vector<std::string> types;
    std::optional<std::string> parent;
    std::optional<std::string> ancestor;
    std::string text;
    const User* user = nullptr;
    const User* admin = nullptr;
    const User* invitee = nullptr;
    const Label* label = nullptr;
    std::optional<Time> modified_since;
};

/// The person whom a filter names, nullptr when it is absent, or the refusal.
Asked<const User*> filter_user(const Call& call, const Query& query, std::string_view name) {
    const auto* eid = filter(query, name);
    if (eid == nullptr) return nullptr;
    const auto* user = find_user(call.state, *eid);
    if (user == nullptr || !is_listed(*user)) return rest_error(RestError::not_found, "unknown user");
    return &as_listed(call.state, *user, call.now);
}

Asked<const Label*> filter_label(const Call& call, const Query& query) {
    const auto* eid = filter(query, "label");
    if (eid == nullptr) return nullptr;
    for (const auto& label : call.state.labels) {
        if (same_eid(label.eid, *eid)) return &label;
    }
    return rest_error(RestError::not_found, "unknown label");
}

/// The filters that name a person or a label.
std::optional<http::Response> read_names(const Call& call, const Query& query, GroupFilter& wanted) {
    for (const auto& [name, place] :
         {std::pair("user", &wanted.user), std::pair("admin", &wanted.admin), std::pair("invitee", &wanted.invitee)}) {
        const auto user = filter_user(call, query, name);
        if (!user) return user.error();
        *place = *user;
    }
    const auto label = filter_label(call, query);
    if (!label) return label.error();
    wanted.label = *label;
    return std::nullopt;
}

Asked<GroupFilter> group_filter(const Call& call, const Query& query) {
    GroupFilter wanted;
    wanted.include_hidden = filter_flag(query, "include_hidden");
    wanted.include_secret = filter_flag(query, "include_secret");
    wanted.types = filter_list(query, "type");
    for (const auto& type : wanted.types) {
        if (type != "basic" && !group_type_from(type)) {
            return rest_error(RestError::invalid_request, "unknown group type " + type);
        }
    }
    if (const auto* parent = filter(query, "parent")) wanted.parent = *parent;
    if (const auto* ancestor = filter(query, "ancestor")) wanted.ancestor = *ancestor;
    if (const auto* text = filter(query, "q")) wanted.text = *text;
    if (auto refusal = refuse_scope(query)) return std::move(*refusal);
    if (auto refusal = read_names(call, query, wanted)) return std::move(*refusal);
    const auto since = filter_time(query, "modified_since");
    if (!since) return since.error();
    wanted.modified_since = *since;
    return wanted;
}

bool has_type(const GroupFilter& wanted, const Group& group) {
    if (wanted.types.empty()) return true;
    return std::any_of(wanted.types.begin(), wanted.types.end(), [&](const std::string& type) {
        return type == to_string(group.type) || (type == "basic" && is_basic(group.type));
    });
}

const std::string& parent_of(const Group& group) {
    return group.business_unit.empty() ? group.parent : group.business_unit;
}

bool is_below(const SandboxState& state, const Group& group, const std::string& ancestor) {
    const Group* at = &group;
    // No more steps than there are groups: a circle of parents must not catch the sandbox.
    for (std::size_t steps = 0; at != nullptr && steps < state.groups.size(); ++steps) {
        const auto& parent = parent_of(*at);
        if (parent.empty()) return false;
        if (same_eid(parent, ancestor)) return true;
        at = find_group(state, parent);
    }
    return false;
}

bool has_role_in(const User& user, const Group& group, std::string_view role) {
    const auto* membership = find_membership(user, group.eid);
    return membership != nullptr && membership->role == role;
}

bool fits_names(const GroupFilter& wanted, const Group& group, Time now) {
    if (wanted.user != nullptr) {
        const auto* membership = find_membership(*wanted.user, group.eid);
        if (membership == nullptr || !shows_in_lists(membership->seen_from, now)) return false;
    }
    if (wanted.admin != nullptr && !has_role_in(*wanted.admin, group, "admin")) return false;
    if (wanted.invitee != nullptr && !has_role_in(*wanted.invitee, group, "invitee")) return false;
    return wanted.label == nullptr || is_any_of(wanted.label->groups, group.eid);
}

bool fits(const SandboxState& state, const GroupFilter& wanted, const Group& group, Time now) {
    if (!shows_in_lists(group.seen_from, now)) return false;
    if (group.hidden && !wanted.include_hidden) return false;
    if (group.type == GroupType::secret && !wanted.include_secret) return false;
    if (!has_type(wanted, group)) return false;
    if (wanted.parent && !same_eid(parent_of(group), *wanted.parent)) return false;
    if (wanted.ancestor && !is_below(state, group, *wanted.ancestor)) return false;
    if (!fits_names(wanted, group, now)) return false;
    if (wanted.modified_since && group.modified < *wanted.modified_since) return false;
    return contains(group.name, wanted.text);
}

bool name_is_taken(const SandboxState& state, const GroupBody& body, GroupType type) {
    // assumption: names are unique among groups of one kind; of local departments, within their business unit.
    return std::any_of(state.groups.begin(), state.groups.end(), [&](const Group& group) {
        return group.type == type && group.name == body.name && same_eid(group.business_unit, body.business_unit) &&
               !same_eid(group.eid, body.group);
    });
}

/// The group that the body makes, or the existing one that it converts.
Asked<Group*> make_group(Call& call, const GroupBody& body, GroupType type) {
    if (name_is_taken(call.state, body, type)) {
        return rest_error(RestError::group_name_in_use, "a group of this name exists");
    }
    Group* group = find_group(call.state, body.group);
    if (group == nullptr && !body.group.empty()) return rest_error(RestError::not_found, "unknown group");
    const auto kind = group == nullptr ? EventKind::group_made : EventKind::group_converted;
    if (group == nullptr) {
        const auto eid = next_eid(call.state);
        group = &call.state.groups.emplace_back(Group{.eid = eid,
                                                      .xid = "",
                                                      .type = type,
                                                      .name = "",
                                                      .description = "",
                                                      .hidden = false,
                                                      .business_unit = "",
                                                      .department = "",
                                                      .created = call.now,
                                                      .modified = call.now,
                                                      .parent = "",
                                                      .seen_from = seen_from(call.state, call.now)});
    }
    record_event(call.state, {.number = 0,
                              .at = call.now,
                              .kind = kind,
                              .user = "",
                              .xid = "",
                              .group = group->eid,
                              .role = "",
                              .before = ""});
    group->type = type;
    group->name = body.name;
    group->description = body.description;
    group->hidden = body.hidden.value_or(type == GroupType::department);
    group->modified = call.now;
    return group;
}

http::Response created(Call& call, const Group& group) {
    const View plain;
    return group_answer(scene_of(call, plain), group, 201);
}

http::Response create_unit(Call& call, GroupType type) {
    const auto body = read_group_body(call.request);
    if (!body) return body.error();
    const auto group = make_group(call, *body, type);
    if (!group) return group.error();
    return created(call, **group);
}

bool is_group_of(const SandboxState& state, const std::string& eid, GroupType type) {
    if (eid.empty()) return true;
    const auto* group = find_group(state, eid);
    return group != nullptr && group->type == type;
}

}  // namespace

http::Response list_groups(Call& call) {
    const auto query = read_query(call, groups_rules);
    if (!query) return query.error();
    const auto wanted = group_filter(call, *query);
    if (!wanted) return wanted.error();
    std::vector<const Group*> groups;
    for (const auto& group : call.state.groups) {
        const auto& row = as_listed(call.state, group, call.now);
        if (fits(call.state, *wanted, row, call.now)) groups.push_back(&row);
    }
    return groups_answer(scene_of(call, query->view), groups);
}

http::Response get_group(Call& call) {
    const auto query = read_query(call, group_rules);
    if (!query) return query.error();
    const auto* group = find_group(call.state, call.captured.at(0));
    if (group == nullptr || !shows_alone(call.state, group->seen_from, call.now)) {
        return rest_error(RestError::not_found, "unknown group");
    }
    return group_answer(scene_of(call, query->view), as_read(call.state, *group, call.now), 200);
}

http::Response leave_as_person(Call& call) {
    if (find_group(call.state, call.captured.at(0)) == nullptr) {
        return rest_error(RestError::not_found, "unknown group");
    }
    return rest_error(RestError::insufficient_scope, "only people leave groups by themselves");
}

http::Response create_basic_group(Call& call) {
    const auto body = read_group_body(call.request);
    if (!body) return body.error();
    const auto type = group_type_from(body->group_type);
    if (!type || !is_basic(*type)) return rest_error(RestError::invalid_request, "unknown groupType");
    if (!body->parent.empty() && find_group(call.state, body->parent) == nullptr) {
        return rest_error(RestError::not_found, "unknown parent");
    }
    // The query's `join` says whether the caller joins; an app's token belongs to nobody who could.
    const auto query = read_query(call, creation_rules);
    if (!query) return query.error();
    const auto group = make_group(call, *body, *type);
    if (!group) return group.error();
    (*group)->parent = body->parent;
    return feedback_answer((*group)->eid, call.now + call.state.settling.delay);
}

http::Response create_business_unit(Call& call) { return create_unit(call, GroupType::business_unit); }

http::Response create_department(Call& call) { return create_unit(call, GroupType::department); }

http::Response create_local_department(Call& call) {
    const auto body = read_group_body(call.request);
    if (!body) return body.error();
    if (!is_group_of(call.state, body->business_unit, GroupType::business_unit)) {
        return rest_error(RestError::not_found, "unknown business unit");
    }
    if (!is_group_of(call.state, body->department, GroupType::department)) {
        return rest_error(RestError::not_found, "unknown department");
    }
    const auto group = make_group(call, *body, GroupType::local_department);
    if (!group) return group.error();
    (*group)->business_unit = body->business_unit;
    (*group)->department = body->department;
    return created(call, **group);
}

}  // namespace usersync::sandbox
