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
    one["invited_again"] = owned == nullptr ? 0 : owned->invited_again;
    one["link"] = owned == nullptr ? Json() : json_of(owned->link);
    one["role_declined"] = owned == nullptr ? Json() : json_of(owned->role_declined);
    one["declined"] = Json::array();
    if (owned != nullptr) {
        for (const auto& group : owned->declined) {
            Json declined{{"eid", group.value()}};
            name_group(declined, reading, group);
            one["declined"].push_back(std::move(declined));
        }
    }
    json["account"] = std::move(one);
    json["drift"] = json_of(drift_of(reading, account));
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
    return dumped(json);
}

}  // namespace usersync::network_view
