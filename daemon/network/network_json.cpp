#include "core/base/time_text.hpp"
#include "daemon/network/network_view.hpp"

#include <nlohmann/json.hpp>

namespace usersync::network_view {
namespace {

using Json = nlohmann::ordered_json;

std::string dumped(const Json& json) { return json.dump(2, ' ', false, Json::error_handler_t::replace) + '\n'; }

template <class Id>
Json json_of(const std::optional<Id>& id) {
    return id ? Json(id->value()) : Json();
}

Json head_of(const Reading& reading) {
    return {{"tenant", reading.tenant.value()},
            {"network", reading.network.eid.value()},
            {"snapshot", json_of(reading.snapshot)}};
}

Json json_of(const std::vector<Drift>& drift) {
    Json list = Json::array();
    for (const auto& one : drift) {
        list.push_back({{"kind", to_string(one.kind)},
                        {"employee", one.employee.value()},
                        {"object", one.object},
                        {"answer", to_string(one.answer)}});
    }
    return list;
}

Json json_of(const std::vector<EmployeeKey>& people) {
    Json list = Json::array();
    for (const auto& person : people) list.push_back(person.value());
    return list;
}

Json json_of(const ActualGroup& group) {
    return {{"eid", group.eid.value()},
            {"kind", to_string(group.kind)},
            {"name", group.name},
            {"xid", group.xid ? Json(*group.xid) : Json()}};
}

void add_membership(Json& json, const ActualUser& account, const OwnedUser* owned, const GroupEid& group) {
    const auto* role = role_in(account, group);
    json["ownership"] = to_string(hold_of(owned, group));
    json["locked"] = is_locked(account, group);
    json["role"] = role == nullptr ? "member" : role->role.value();
    json["role_ours"] = role != nullptr && is_role_ours(owned, *role);
}

Json json_of(const Reading& reading, const ActualUser& account) {
    const auto* owned = owned_of(reading, account);
    Json json{{"key", json_of(account.xid)},
              {"eid", json_of(account.eid)},
              {"state", to_string(account.state)},
              {"role", account.role.value()},
              {"role_ours", owned != nullptr && owned->role == account.role},
              {"ownership", to_string(standing_of(reading, account))},
              {"locked", account.locked},
              {"external", account.external}};
    json["groups"] = Json::array();
    for (const auto& group : account.groups) {
        Json membership{{"eid", group.value()}};
        add_membership(membership, account, owned, group);
        json["groups"].push_back(std::move(membership));
    }
    return json;
}

Json json_of(const Counts& counts) {
    Json json{{"accounts", counts.accounts},
              {"invited", counts.invited},
              {"active", counts.active},
              {"suspended", counts.suspended},
              {"with_key", counts.with_key}};
    for (const auto& [standing, count] : counts.standing) json[std::string(to_string(standing))] = count;
    json.update(Json{{"locked", counts.locked},
                     {"external", counts.external},
                     {"groups", counts.groups},
                     {"memberships", counts.memberships},
                     {"memberships_ours", counts.memberships_ours},
                     {"memberships_locked", counts.memberships_locked},
                     {"memberships_declined", counts.memberships_declined}});
    return json;
}

/// With what the group is called.
void name_group(Json& json, const Reading& reading, const GroupEid& eid) {
    const auto* group = find_group(reading, eid);
    json["kind"] = group == nullptr ? Json() : Json(to_string(group->kind));
    json["name"] = group == nullptr ? Json() : Json(group->name);
}

Json named_groups(const Reading& reading, const std::vector<GroupEid>& groups) {
    Json list = Json::array();
    for (const auto& eid : groups) {
        Json group{{"eid", eid.value()}};
        name_group(group, reading, eid);
        list.push_back(std::move(group));
    }
    return list;
}

/// What we keep of somebody besides what the network shows.
void add_kept(Json& json, const Reading& reading, const OwnedUser& owned) {
    json["invited_again"] = owned.invited_again;
    json["link"] = json_of(owned.link);
    json["role_declined"] = json_of(owned.role_declined);
    json["declined"] = named_groups(reading, owned.declined);
    json["declined_group_roles"] = named_groups(reading, owned.group_roles_declined);
}

Json json_of_gone(const Reading& reading, const OwnedUser& owned) {
    Json json{{"key", owned.key.value()},
              {"ownership", to_string(standing_of(owned))},
              {"role", json_of(owned.role)},
              {"groups", named_groups(reading, owned.groups)}};
    json["group_roles"] = Json::array();
    for (const auto& one : owned.group_roles) {
        Json role{{"eid", one.group.value()}};
        name_group(role, reading, one.group);
        role["role"] = one.role.value();
        json["group_roles"].push_back(std::move(role));
    }
    add_kept(json, reading, owned);
    return json;
}

}  // namespace

std::string network_json(const Reading& reading) {
    auto json = head_of(reading);
    json["counts"] = json_of(counts_of(reading));
    const auto members = members_of(reading);
    json["groups"] = Json::array();
    for (const auto& group : reading.network.groups) {
        const auto at = members.find(group.eid);
        auto one = json_of(group);
        one["members"] = at == members.end() ? 0 : at->second.accounts.size();
        one["ours"] = at == members.end() ? 0 : at->second.ours;
        json["groups"].push_back(std::move(one));
    }
    json["people"] = Json::array();
    for (const auto& account : reading.network.users) json["people"].push_back(json_of(reading, account));
    json["drift"] = json_of(reading.drift);
    json["not_judged"] = json_of(reading.not_judged);
    return dumped(json);
}

std::string account_json(const Reading& reading, const ActualUser& account) {
    const auto* owned = owned_of(reading, account);
    auto json = head_of(reading);
    auto one = json_of(reading, account);
    for (auto& group : one["groups"]) name_group(group, reading, GroupEid(group.at("eid").get<std::string>()));
    one["known_to_scim"] = account.scim_id.has_value();
    one["membership"] = json_of(account.membership);
    one["invited_at"] = account.invited_at ? Json(utc_text(*account.invited_at)) : Json();
    static const OwnedUser nothing;
    add_kept(one, reading, owned == nullptr ? nothing : *owned);
    json["account"] = std::move(one);
    json["drift"] = json_of(drift_of(reading, account));
    json["not_judged"] = json_of(not_judged_of(reading, account.xid));
    return dumped(json);
}

std::string gone_json(const Reading& reading, const OwnedUser& owned) {
    auto json = head_of(reading);
    json["account"] = Json();
    json["gone"] = json_of_gone(reading, owned);
    json["drift"] = json_of(drift_of(reading, owned.key));
    json["not_judged"] = json_of(not_judged_of(reading, owned.key));
    return dumped(json);
}

std::string group_json(const Reading& reading, const std::vector<const ActualGroup*>& groups) {
    const auto members = members_of(reading);
    auto json = head_of(reading);
    json["groups"] = Json::array();
    for (const auto* group : groups) {
        auto one = json_of(*group);
        one["members"] = Json::array();
        const auto at = members.find(group->eid);
        if (at != members.end()) {
            for (const auto* account : at->second.accounts) {
                Json member{{"key", json_of(account->xid)},
                            {"eid", json_of(account->eid)},
                            {"state", to_string(account->state)}};
                add_membership(member, *account, owned_of(reading, *account), group->eid);
                one["members"].push_back(std::move(member));
            }
        }
        json["groups"].push_back(std::move(one));
    }
    json["drift"] = json_of(drift_in(reading, groups));
    json["not_judged"] = json_of(not_judged_in(reading, groups));
    return dumped(json);
}

}  // namespace usersync::network_view
