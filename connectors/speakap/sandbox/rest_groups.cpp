// Routes about groups.
#include "connectors/speakap/sandbox/rest_call.hpp"
#include "connectors/speakap/sandbox/rest_query.hpp"
#include "connectors/speakap/sandbox/rest_wire.hpp"
#include "connectors/speakap/sandbox/sandbox_times.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace usersync::sandbox {
namespace {

const QueryRules group_rules{.relations = {"members"}, .filters = {}};
const QueryRules groups_rules{
    .relations = {"groups", "groups.members"},
    .filters = {"include_hidden", "include_secret", "modified_since", "parent", "q", "type", "user"},
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
    std::string text;
    const User* user = nullptr;
    std::optional<Time> modified_since;
};

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
    if (const auto* text = filter(query, "q")) wanted.text = *text;
    if (const auto* eid = filter(query, "user")) {
        wanted.user = find_user(call.state, *eid);
        if (wanted.user == nullptr || !is_listed(*wanted.user)) {
            return rest_error(RestError::not_found, "unknown user");
        }
    }
    if (const auto* since = filter(query, "modified_since")) {
        wanted.modified_since = from_iso(*since);
        if (!wanted.modified_since) return rest_error(RestError::invalid_request, "modified_since is no timestamp");
    }
    return wanted;
}

bool has_type(const GroupFilter& wanted, const Group& group) {
    if (wanted.types.empty()) return true;
    return std::any_of(wanted.types.begin(), wanted.types.end(), [&](const std::string& type) {
        return type == to_string(group.type) || (type == "basic" && is_basic(group.type));
    });
}

bool fits(const GroupFilter& wanted, const Group& group) {
    if (group.hidden && !wanted.include_hidden) return false;
    if (group.type == GroupType::secret && !wanted.include_secret) return false;
    if (!has_type(wanted, group)) return false;
    if (wanted.parent && !same_eid(group.business_unit, *wanted.parent)) return false;
    if (wanted.user != nullptr && find_membership(*wanted.user, group.eid) == nullptr) return false;
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
                                                      .modified = call.now});
    }
    group->type = type;
    group->name = body.name;
    group->description = body.description;
    group->hidden = body.hidden.value_or(type == GroupType::department);
    group->modified = call.now;
    return group;
}

http::Response created(Call& call, const Group& group) {
    const View plain;
    return group_answer({.state = call.state, .view = plain, .self = call.path}, group, 201);
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
        if (fits(*wanted, group)) groups.push_back(&group);
    }
    return groups_answer({.state = call.state, .view = query->view, .self = call.path}, groups);
}

http::Response get_group(Call& call) {
    const auto query = read_query(call, group_rules);
    if (!query) return query.error();
    const auto* group = find_group(call.state, call.captured.at(0));
    if (group == nullptr) return rest_error(RestError::not_found, "unknown group");
    return group_answer({.state = call.state, .view = query->view, .self = call.path}, *group, 200);
}

http::Response create_basic_group(Call& call) {
    const auto body = read_group_body(call.request);
    if (!body) return body.error();
    const auto type = group_type_from(body->group_type);
    if (!type || !is_basic(*type)) return rest_error(RestError::invalid_request, "unknown groupType");
    if (!body->parent.empty()) return rest_error(RestError::invalid_request, "the sandbox knows no subgroups");
    const auto group = make_group(call, *body, *type);
    if (!group) return group.error();
    return feedback_answer((*group)->eid, call.now);
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
