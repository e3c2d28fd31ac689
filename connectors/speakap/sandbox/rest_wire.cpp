#include "connectors/speakap/sandbox/rest_wire.hpp"

#include "connectors/speakap/sandbox/sandbox_settling.hpp"
#include "connectors/speakap/sandbox/sandbox_times.hpp"
#include "core/base/ascii.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <exception>

namespace usersync::sandbox {
namespace {

using nlohmann::json;

constexpr std::size_t invitees_max = 1000;

struct ErrorShape {
    int status;
    int code;
};
ErrorShape shape_of(RestError error) {
    switch (error) {
        case RestError::invalid_request: return {400, -1};
        case RestError::invalid_token: return {401, -2};
        case RestError::insufficient_scope: return {403, -3};
        case RestError::not_found: return {404, -4};
        case RestError::wrong_method: return {405, -1};
        case RestError::not_acceptable: return {406, -1};
        case RestError::internal: return {500, -5};
        case RestError::unavailable: return {503, -5};
        case RestError::too_many: return {429, -1};
        case RestError::already_member: return {409, -9};
        case RestError::gone: return {410, -10};
        case RestError::only_admin: return {403, -12};
        case RestError::group_name_in_use: return {409, -17};
        case RestError::role_name_in_use: return {409, -18};
        case RestError::stray_user_prevented: return {409, -20};
        case RestError::no_stray_user: return {409, -21};
    }
    return {500, -5};
}

std::string dump(const json& body) { return body.dump(-1, ' ', false, json::error_handler_t::replace); }

http::Response answer_with(int status, const json& body) { return rest_answer_with(status, dump(body)); }

// ---- links --------------------------------------------------------------------------------------------------------

json link(std::string href) { return {{"href", std::move(href)}}; }

std::string network_path(const Scene& scene) { return "/networks/" + scene.state.network + "/"; }
std::string path_to(const Scene& scene, std::string_view kind, const std::string& eid) {
    return network_path(scene) + std::string(kind) + "/" + eid + "/";
}

std::string join(std::string_view path, std::string_view relation) {
    return path.empty() ? std::string(relation) : std::string(path) + "." + std::string(relation);
}

/// Keeps what the whitelist of this path names. EID, type and the HAL keys always stay.
json whitelisted(const Scene& scene, const std::string& path, json resource) {
    // assumption: properties without a path speak for the main resource and everything embedded, as paging does.
    const auto& lists = scene.view.properties;
    auto list = lists.find(path.empty() ? "self" : path);
    if (list == lists.end()) list = lists.find("");
    if (list == lists.end()) return resource;
    json kept = json::object();
    for (auto& [key, value] : resource.items()) {
        const bool always = key == "EID" || key == "type" || key == "_links" || key == "_embedded";
        const bool named = std::find(list->second.begin(), list->second.end(), key) != list->second.end();
        if (always || named) kept[key] = value;
    }
    return kept;
}

// ---- resources ----------------------------------------------------------------------------------------------------

json render(const Scene& scene, const Group& group, const std::string& path);

/// The links of one page of `members`, and the members themselves when their relation is embedded.
template <class Member, class Href, class Render>
void add_relation(const Scene& scene, json& resource, const std::string& path, std::string_view relation,
                  const std::vector<Member>& members, Href href, Render render_member) {
    const std::string inner = join(path, relation);
    const bool is_main = path.empty() && !resource.contains("EID");
    const Page page =
        is_main ? page_of(scene.view, {"self", inner}, members.size()) : page_of(scene.view, {inner}, members.size());
    json links = json::array();
    json shown = json::array();
    for (std::size_t i = page.begin; i < page.end; ++i) {
        links.push_back(link(href(members[i])));
        if (embeds(scene.view, inner)) shown.push_back(render_member(members[i], inner));
    }
    resource["_links"][std::string(relation)] = std::move(links);
    if (embeds(scene.view, inner)) resource["_embedded"][std::string(relation)] = std::move(shown);
}

bool has_external_members(const std::vector<const User*>& members) {
    return std::any_of(members.begin(), members.end(), [](const User* user) { return user->external; });
}

json render_network(const Scene& scene) {
    const auto& users = scene.state.users;
    const bool with_external =
        std::any_of(users.begin(), users.end(), [](const User& user) { return is_listed(user) && user.external; });
    return {{"EID", scene.state.network},
            {"type", "network"},
            {"name", scene.state.name},
            {"hasExternalMembers", with_external},
            {"_links",
             {{"self", link(network_path(scene))},
              {"users", link(network_path(scene) + "users/")},
              {"groups", link(network_path(scene) + "groups/")},
              {"memberships", link(network_path(scene) + "memberships/")},
              {"roles", link(network_path(scene) + "roles/")}}}};
}

/// assumption: an entry of telephoneNumbers is an object with a label; the first is the number at work.
json phones_of(const User& user) {
    json list = json::array();
    for (const auto& phone : user.phones) list.push_back({{"label", "work"}, {"value", phone}});
    return list;
}

/// emailAddresses holds the alternatives only. assumption: objects with a label, too.
json other_emails_of(const User& user) {
    json list = json::array();
    for (std::size_t i = 1; i < user.emails.size(); ++i) {
        list.push_back({{"label", "work"}, {"value", user.emails[i]}});
    }
    for (const auto& email : user.other_emails) list.push_back({{"label", "private"}, {"value", email}});
    return list;
}

void add_groups(const Scene& scene, json& resource, const User& user, const std::string& path) {
    if (!permits(scene.state, "get_user_groups")) return;
    std::vector<const Group*> groups;
    for (const auto& membership : user.groups) {
        if (!shows_in_lists(membership.seen_from, scene.now)) continue;
        const auto* group = scene.lookup->group(scene.state, membership.group);
        if (group != nullptr) groups.push_back(&as_listed(scene.state, *group, scene.now));
    }
    add_relation(
        scene, resource, path, "organizationGroups", groups,
        [&](const Group* group) { return path_to(scene, "groups", group->eid); },
        [&](const Group* group, const std::string& inner) { return render(scene, *group, inner); });
}

json render(const Scene& scene, const User& user, const std::string& path) {
    json resource = {
        {"EID", user.eid},
        {"type", "user"},
        {"name", {{"firstName", user.first_name}, {"infix", user.infix}, {"familyName", user.family_name}}},
        {"fullName", full_name(user)},
        {"jobTitle", user.job_title},
        {"emailAddresses", other_emails_of(user)},
        {"telephoneNumbers", phones_of(user)},
        {"external", user.external},
        {"deleted", false},
        {"lastModified", to_iso(user.modified)},
        {"_links", {{"self", link(path_to(scene, "users", user.eid))}, {"network", link(network_path(scene))}}}};
    if (!user.emails.empty()) resource["primaryEmail"] = user.emails.front();
    if (!user.birthday.empty()) resource["birthday"] = user.birthday;
    if (!user.xid.empty() && permits(scene.state, "get_profile_xid")) resource["XID"] = user.xid;
    add_groups(scene, resource, user, path);
    if (embeds(scene.view, join(path, "network"))) resource["_embedded"]["network"] = render_network(scene);
    return whitelisted(scene, path, std::move(resource));
}

json render(const Scene& scene, const MembershipOf& shown, const std::string& path) {
    const auto& membership = *shown.membership;
    const bool of_network = membership.group.empty();
    json resource = {{"EID", membership.eid},
                     {"type", "membership"},
                     {"rev", of_network ? "network" : "group"},
                     {"role", membership.role},
                     {"since", to_iso(membership.since)},
                     {"_links",
                      {{"self", link(path_to(scene, "memberships", membership.eid))},
                       {"user", link(path_to(scene, "users", shown.user->eid))}}}};
    if (membership.invited_at) resource["invitedAt"] = to_iso(*membership.invited_at);
    if (!membership.locked_by.empty()) resource["lockedBy"] = membership.locked_by;
    if (of_network) {
        resource["_links"]["network"] = link(network_path(scene));
        resource["_links"]["role"] = link(path_to(scene, "roles", membership.role));
    } else {
        resource["_links"]["group"] = link(path_to(scene, "groups", membership.group));
    }
    const std::string user = join(path, "user");
    if (embeds(scene.view, user)) resource["_embedded"]["user"] = render(scene, *shown.user, user);
    if (of_network && embeds(scene.view, join(path, "network"))) {
        resource["_embedded"]["network"] = render_network(scene);
    }
    const std::string group = join(path, "group");
    const auto* of_group = find_group(scene.state, membership.group);
    if (of_group != nullptr && embeds(scene.view, group)) {
        resource["_embedded"]["group"] = render(scene, *of_group, group);
    }
    return whitelisted(scene, path, std::move(resource));
}

Members all_members(const SandboxState& state, Time now) {
    Members members;
    for (const auto& current : state.users) {
        const auto& user = as_listed(state, current, now);
        if (!is_listed(user) || !shows_in_lists(user.seen_from, now)) continue;
        for (const auto& membership : user.groups) {
            if (shows_in_lists(membership.seen_from, now)) members[membership.group].push_back(&user);
        }
    }
    return members;
}

/// A page of groups shows hundreds of them: everybody is looked at once for all, not once for each.
const std::vector<const User*>& members_of(const Scene& scene, const Group& group) {
    static const std::vector<const User*> nobody;
    if (!scene.members->has_value()) *scene.members = all_members(scene.state, scene.now);
    const auto found = (**scene.members).find(group.eid);
    return found == (**scene.members).end() ? nobody : found->second;
}

json render(const Scene& scene, const Group& group, const std::string& path) {
    const auto& members = members_of(scene, group);
    json resource = {{"EID", group.eid},
                     {"type", "group"},
                     {"name", group.name},
                     {"description", group.description},
                     {"groupType", to_string(group.type)},
                     {"hidden", group.hidden},
                     {"numMembers", members.size()},
                     {"hasExternalMembers", has_external_members(members)},
                     {"created", to_iso(group.created)},
                     {"lastModified", to_iso(group.modified)},
                     {"_links", {{"self", link(path_to(scene, "groups", group.eid))}}}};
    if (!group.xid.empty()) resource["XID"] = group.xid;
    if (!group.business_unit.empty())
        resource["_links"]["parent"] = link(path_to(scene, "groups", group.business_unit));
    if (!group.parent.empty()) resource["_links"]["parent"] = link(path_to(scene, "groups", group.parent));
    // assumption: a local department links its department under this name; only `parent` is public.
    if (!group.department.empty()) resource["_links"]["department"] = link(path_to(scene, "groups", group.department));
    add_relation(
        scene, resource, path, "members", members, [&](const User* user) { return path_to(scene, "users", user->eid); },
        [&](const User* user, const std::string& inner) { return render(scene, *user, inner); });
    return whitelisted(scene, path, std::move(resource));
}

std::size_t people_with(const SandboxState& state, const Role& role) {
    const std::string& name = role.key.empty() ? role.eid : role.key;
    const auto has_role = [&](const User& user) { return is_listed(user) && same_eid(user.network.role, name); };
    return static_cast<std::size_t>(std::count_if(state.users.begin(), state.users.end(), has_role));
}

json render(const Scene& scene, const Role& role, const std::string& path) {
    const bool built_in = !role.key.empty();
    json resource = {{"EID", role.eid},
                     {"type", "role"},
                     {"roleType", built_in ? "built_in" : "user_defined"},
                     {"name", role.name},
                     {"permissions", role.permissions},
                     {"renameable", !built_in},
                     {"editable", !built_in},
                     {"deletable", !built_in},
                     {"default", role.is_default},
                     {"numUsers", people_with(scene.state, role)},
                     {"_links", {{"self", link(path_to(scene, "roles", built_in ? role.key : role.eid))}}}};
    if (built_in) resource["key"] = role.key;
    return whitelisted(scene, path, std::move(resource));
}

json render(const Scene& scene, const Label& label, const std::string& path) {
    json resource = {{"EID", label.eid},
                     {"type", "label"},
                     {"name", label.name},
                     {"_links", {{"self", link(path_to(scene, "labels", label.eid))}}}};
    std::vector<const Group*> groups;
    for (const auto& eid : label.groups) {
        if (const auto* group = find_group(scene.state, eid)) groups.push_back(group);
    }
    add_relation(
        scene, resource, path, "groups", groups,
        [&](const Group* group) { return path_to(scene, "groups", group->eid); },
        [&](const Group* group, const std::string& inner) { return render(scene, *group, inner); });
    return whitelisted(scene, path, std::move(resource));
}

json empty_collection(const Scene& scene) { return {{"_links", {{"self", link(std::string(scene.self))}}}}; }

// ---- bodies -------------------------------------------------------------------------------------------------------

std::string media_type(const http::Request& request) {
    const auto value = http::find_header(request.headers, "Content-Type").value_or("");
    std::string type(value.substr(0, value.find(';')));
    while (!type.empty() && type.back() == ' ') type.pop_back();
    return lower_case(type);
}

bool is_json(const http::Request& request) { return media_type(request) == "application/json"; }

std::string text_of(const json& object, const char* key) {
    const auto found = object.find(key);
    return found == object.end() || found->is_null() ? std::string() : found->get<std::string>();
}

std::string eid_of(const json& object, const char* key) {
    const auto found = object.find(key);
    return found == object.end() || found->is_null() ? std::string() : found->at("EID").get<std::string>();
}

GroupBody group_body_from(const json& object) {
    GroupBody body{.name = text_of(object, "name"),
                   .description = text_of(object, "description"),
                   .group_type = text_of(object, "groupType"),
                   .hidden = std::nullopt,
                   .business_unit = eid_of(object, "businessUnit"),
                   .department = eid_of(object, "department"),
                   .group = eid_of(object, "group"),
                   .parent = eid_of(object, "parent")};
    if (object.contains("hidden")) body.hidden = object.at("hidden").get<bool>();
    return body;
}

MembershipBody membership_body_from(const json& object) {
    MembershipBody body{
        .rev = text_of(object, "rev"), .user = eid_of(object, "user"), .group = eid_of(object, "group"), .role = ""};
    if (const auto role = object.find("role"); role != object.end() && !role->is_null()) {
        body.role =
            role->is_string() ? role->get<std::string>() : text_of(*role, role->contains("key") ? "key" : "EID");
    }
    return body;
}

InviteBody invitees_from_json(const std::string& text) {
    InviteBody invite;
    const json body = json::parse(text);
    for (const auto& one : body.at("invitees")) {
        invite.invitees.push_back({.email = text_of(one, "email"), .name = text_of(one, "name")});
    }
    invite.resend = body.value("resend", false);
    return invite;
}

/// assumption: by analogy with the other actions, `invitees[0][email]`.
Asked<InviteBody> invitees_from_form(const std::vector<http::Parameter>& form) {
    InviteBody invite;
    std::vector<std::pair<std::string, Invitee>> by_index;
    for (const auto& [name, value] : form) {
        if (name == "resend") invite.resend = value == "true" || value == "1";
        if (name == "resend" || name == "message") continue;
        const auto middle = name.find("][");
        if (name.rfind("invitees[", 0) != 0 || middle == std::string::npos || name.back() != ']') {
            return rest_error(RestError::invalid_request, "unsupported parameter " + name);
        }
        const std::string index = name.substr(0, middle);
        if (by_index.empty() || by_index.back().first != index) by_index.push_back({index, Invitee{}});
        const std::string field = name.substr(middle + 2, name.size() - middle - 3);
        if (field == "email") by_index.back().second.email = value;
        if (field == "name") by_index.back().second.name = value;
    }
    for (auto& [index, invitee] : by_index) invite.invitees.push_back(std::move(invitee));
    return invite;
}

}  // namespace

http::Response rest_answer_with(int status, std::string body) {
    return {.status = status,
            .headers = {{.name = "Content-Type", .value = std::string(rest_content_type)}},
            .body = std::move(body)};
}

http::Response rest_error(RestError error, std::string_view message) {
    const auto [status, code] = shape_of(error);
    return answer_with(status, {{"code", code}, {"message", message}});
}

http::Response network_answer(const Scene& scene) {
    return answer_with(200, whitelisted(scene, "", render_network(scene)));
}

http::Response user_answer(const Scene& scene, const User& user) { return answer_with(200, render(scene, user, "")); }

http::Response membership_answer(const Scene& scene, const MembershipOf& shown, int status) {
    return answer_with(status, render(scene, shown, ""));
}

http::Response group_answer(const Scene& scene, const Group& group, int status) {
    return answer_with(status, render(scene, group, ""));
}

http::Response role_answer(const Scene& scene, const Role& role) { return answer_with(200, render(scene, role, "")); }

http::Response label_answer(const Scene& scene, const Label& label) {
    return answer_with(200, render(scene, label, ""));
}

Scene scene_of(const Call& call, const View& view) {
    return {.state = call.state, .view = view, .self = call.path, .now = call.now, .lookup = call.lookup};
}

namespace {

http::Response collection(const Scene& scene, std::string_view relation, const std::vector<const User*>& users) {
    json body = empty_collection(scene);
    add_relation(
        scene, body, "", relation, users, [&](const User* user) { return path_to(scene, "users", user->eid); },
        [&](const User* user, const std::string& path) { return render(scene, *user, path); });
    return answer_with(200, body);
}

http::Response collection(const Scene& scene, std::string_view relation, const std::vector<const Group*>& groups) {
    json body = empty_collection(scene);
    add_relation(
        scene, body, "", relation, groups, [&](const Group* group) { return path_to(scene, "groups", group->eid); },
        [&](const Group* group, const std::string& path) { return render(scene, *group, path); });
    return answer_with(200, body);
}

}  // namespace

http::Response users_answer(const Scene& scene, const std::vector<const User*>& users) {
    return collection(scene, "users", users);
}

http::Response groups_answer(const Scene& scene, const std::vector<const Group*>& groups) {
    return collection(scene, "groups", groups);
}

http::Response found_answer(const Scene& scene, const std::vector<const User*>& users) {
    return collection(scene, "results", users);
}

http::Response found_answer(const Scene& scene, const std::vector<const Group*>& groups) {
    return collection(scene, "results", groups);
}

http::Response labels_answer(const Scene& scene, const std::vector<const Label*>& labels) {
    json body = empty_collection(scene);
    add_relation(
        scene, body, "", "labels", labels, [&](const Label* label) { return path_to(scene, "labels", label->eid); },
        [&](const Label* label, const std::string& path) { return render(scene, *label, path); });
    return answer_with(200, body);
}

http::Response memberships_answer(const Scene& scene, const std::vector<MembershipOf>& memberships) {
    json body = empty_collection(scene);
    add_relation(
        scene, body, "", "memberships", memberships,
        [&](const MembershipOf& shown) { return path_to(scene, "memberships", shown.membership->eid); },
        [&](const MembershipOf& shown, const std::string& path) { return render(scene, shown, path); });
    return answer_with(200, body);
}

http::Response roles_answer(const Scene& scene, const std::vector<Role>& roles) {
    json body = empty_collection(scene);
    add_relation(
        scene, body, "", "roles", roles,
        [&](const Role& role) { return path_to(scene, "roles", role.key.empty() ? role.eid : role.key); },
        [&](const Role& role, const std::string& path) { return render(scene, role, path); });
    return answer_with(200, body);
}

http::Response status_answer(std::string_view status) { return answer_with(200, {{"status", status}}); }

http::Response done_answer() { return answer_with(200, {{"status", "done"}}); }

http::Response counts_answer(const std::vector<std::pair<std::string, std::size_t>>& counts) {
    json body = json::object();
    for (const auto& [period, count] : counts) body[period] = count;
    return answer_with(200, body);
}

http::Response feedback_answer(std::string_view eid, Time etc) {
    json body = {{"ETC", to_iso(etc)}, {"status", "accepted"}};
    if (!eid.empty()) body["EID"] = eid;
    return answer_with(202, body);
}

http::Response changed_roles_answer(const std::vector<std::pair<std::string, std::string>>& failed) {
    json body = {{"status", failed.empty() ? "done" : "some roles were not changed"}};
    for (const auto& [membership, sentence] : failed) body["data"]["failed"][membership] = sentence;
    return answer_with(200, body);
}

http::Response invite_answer(const std::vector<InviteResult>& results, Time etc) {
    json per_email = json::object();
    for (const auto& result : results) {
        per_email[result.email] = {{"status", result.status}};
        if (!result.eid.empty()) per_email[result.email]["EID"] = result.eid;
    }
    return answer_with(202, {{"ETC", to_iso(etc)}, {"status", "accepted"}, {"data", std::move(per_email)}});
}

Asked<std::vector<http::Parameter>> read_form(const http::Request& request) {
    if (media_type(request) != "application/x-www-form-urlencoded") {
        return rest_error(RestError::invalid_request, "an action takes application/x-www-form-urlencoded");
    }
    return http::parse_form(request.body);
}

Asked<GroupBody> read_group_body(const http::Request& request) {
    if (!is_json(request)) return rest_error(RestError::invalid_request, "a collection takes application/json");
    try {
        auto body = group_body_from(json::parse(request.body));
        if (body.name.empty()) return rest_error(RestError::invalid_request, "name is missing");
        return body;
    } catch (const std::exception&) {
        return rest_error(RestError::invalid_request, "the body is not a JSON object of this resource");
    }
}

Asked<RoleBody> read_role_body(const http::Request& request) {
    if (!is_json(request)) return rest_error(RestError::invalid_request, "a collection takes application/json");
    try {
        const json object = json::parse(request.body);
        RoleBody body{.name = text_of(object, "name"), .permissions = {}};
        if (object.contains("permissions")) {
            body.permissions = object.at("permissions").get<std::vector<std::string>>();
        }
        if (body.name.empty()) return rest_error(RestError::invalid_request, "name is missing");
        return body;
    } catch (const std::exception&) {
        return rest_error(RestError::invalid_request, "the body is not a JSON object of this resource");
    }
}

Asked<MembershipBody> read_membership_body(const http::Request& request) {
    if (!is_json(request)) return rest_error(RestError::invalid_request, "a collection takes application/json");
    try {
        auto body = membership_body_from(json::parse(request.body));
        if (body.rev != "network" && body.rev != "group") {
            return rest_error(RestError::invalid_request, "rev is network or group");
        }
        return body;
    } catch (const std::exception&) {
        return rest_error(RestError::invalid_request, "the body is not a JSON object of this resource");
    }
}

Asked<InviteBody> read_invitees(const http::Request& request) {
    try {
        Asked<InviteBody> invite = InviteBody();
        if (is_json(request)) {
            invite = invitees_from_json(request.body);
        } else {
            const auto form = read_form(request);
            if (!form) return form.error();
            invite = invitees_from_form(*form);
        }
        if (invite && (invite->invitees.empty() || invite->invitees.size() > invitees_max)) {
            return rest_error(RestError::invalid_request, "expected 1 to 1000 invitees");
        }
        return invite;
    } catch (const std::exception&) {
        return rest_error(RestError::invalid_request, "the body is not a list of invitees");
    }
}

}  // namespace usersync::sandbox
