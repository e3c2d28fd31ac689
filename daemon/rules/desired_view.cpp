#include "daemon/rules/desired_view.hpp"

#include "daemon/rules/rule_json.hpp"

namespace usersync::rules_view {
namespace {

Json json_of(const Profile& profile) {
    Json json = Json::object();
    const auto add = [&json](const char* name, const std::optional<std::string>& value) {
        json[name] = value ? Json(*value) : Json();
    };
    add("email", profile.email);
    const auto& name = profile.name;
    json["first_name"] = name ? Json(name->first) : Json();
    json["infix"] = name ? Json(name->infix) : Json();
    json["last_name"] = name ? Json(name->last) : Json();
    add("job_title", profile.job_title);
    add("phone", profile.phone);
    return json;
}

Json json_of(const DesiredUser& user) {
    Json json{{"employee", user.key.value()},
              {"profile", json_of(user.profile)},
              {"user_name", user.user_name ? Json(*user.user_name) : Json()},
              {"temporary_password", {{"set", user.temporary_password.has_value()}}}};
    json.update(rules_view::json_of(*user.placement));
    return json;
}

std::string groups_text(const Placement& placement) {
    std::string text;
    for (const auto& membership : placement.groups) {
        const bool kept = membership.mode == DesiredMembership::Mode::keep;
        text += (text.empty() ? "" : ", ") + std::string(kept ? "kept in " : "") + describe(membership.group);
    }
    return text.empty() ? "no group" : text;
}

std::string line_of(const DesiredUser& user) {
    const auto& placement = *user.placement;
    std::string text = "  " + user.key.value() + "  " + groups_text(placement);
    if (placement.role) text += "; role " + placement.role->role.value();
    for (const auto& held : placement.group_roles) {
        text += "; role " + held.role.role.value() + " in " + describe(held.group);
    }
    if (placement.not_invited) text += "; not invited";
    if (placement.never_removed) text += "; never removed";
    return text + '\n';
}

}  // namespace

std::string desired_text(const DesiredFrom& from, const DesiredNetwork& desired) {
    std::string text = "network of " + from.tenant.value() + " as it should be on " + to_string(from.today) +
                       ", from " + from.record + " (" + std::string(to_string(desired.completeness)) + "), rules " +
                       from.rules.hex().substr(0, 12) + "\n\n" + counted(desired.users.size(), "person", "people") +
                       " in the network\n";
    for (const auto& user : desired.users) text += line_of(user);
    if (!desired.not_wanted.empty()) {
        text += counted(desired.not_wanted.size(), "person", "people") + " of the record not in it\n";
    }
    for (const auto& person : desired.not_wanted) {
        text += "  " + person.key.value() + "  " + std::string(to_string(person.absence)) + "  [" +
                text_of(person.reason) + "]\n";
    }
    for (const auto& person : desired.frozen) text += "  " + person.key.value() + "  frozen: " + person.reason + '\n';
    for (const auto& unmapped : desired.unmapped) {
        text += "unmapped: " + unmapped.column + " \"" + unmapped.value + "\" (" +
                counted(unmapped.people, "person", "people") + ")\n";
    }
    return text;
}

std::string desired_json(const DesiredFrom& from, const DesiredNetwork& desired) {
    Json json{{"tenant", from.tenant.value()},
              {"today", to_string(from.today)},
              {"record", from.record},
              {"rules", from.rules.hex()},
              {"completeness", to_string(desired.completeness)},
              {"completeness_reasons", desired.completeness_reasons}};
    json["users"] = Json::array();
    for (const auto& user : desired.users) json["users"].push_back(json_of(user));
    json["not_wanted"] = Json::array();
    for (const auto& person : desired.not_wanted) {
        json["not_wanted"].push_back({{"employee", person.key.value()},
                                      {"absence", to_string(person.absence)},
                                      {"reason", rules_view::json_of(person.reason)},
                                      {"never_removed", rules_view::json_of(person.never_removed)}});
    }
    json["frozen"] = Json::array();
    for (const auto& person : desired.frozen) {
        json["frozen"].push_back({{"employee", person.key.value()}, {"reason", person.reason}});
    }
    json["never_removed"] = Json::array();
    for (const auto& person : desired.never_removed) {
        json["never_removed"].push_back({{"employee", person.key.value()},
                                         {"reason", rules_view::json_of(person.reason)},
                                         {"keep_in_groups", rules_view::json_of(person.keep_in_groups)},
                                         {"whole_account", person.whole_account}});
    }
    json["managed_groups"] = rules_view::json_of(desired.managed_groups);
    json["groups_to_make"] = Json::array();
    for (const auto& group : desired.groups_to_make) {
        auto made = rules_view::json_of(group.group);
        made["reason"] = rules_view::json_of(group.reason);
        json["groups_to_make"].push_back(std::move(made));
    }
    json["unmapped"] = Json::array();
    for (const auto& unmapped : desired.unmapped) {
        json["unmapped"].push_back(
            {{"field", unmapped.column}, {"value", unmapped.value}, {"people", unmapped.people}});
    }
    return dumped(json);
}

}  // namespace usersync::rules_view
