// build_network: from a network's description to a state.
#include "connectors/speakap/sandbox/sandbox_file.hpp"
#include "connectors/speakap/sandbox/sandbox_network.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <exception>
#include <initializer_list>
#include <stdexcept>
#include <utility>

namespace usersync::sandbox {
namespace {

using nlohmann::json;

/// What is wrong with a description, and where. Caught at this file's edge.
struct BadDescription : std::runtime_error {
    BadDescription(std::string place, const std::string& sentence)
        : std::runtime_error(sentence), where(std::move(place)) {}
    std::string where;
};

/// One object of the description, and its place in it for messages.
struct Part {
    const json& object;
    std::string where;
};

void refuse_unknown_keys(const Part& part, std::initializer_list<std::string_view> known) {
    if (!part.object.is_object()) throw BadDescription(part.where, "expected an object");
    for (const auto& [key, value] : part.object.items()) {
        if (std::find(known.begin(), known.end(), key) == known.end()) {
            throw BadDescription(part.where + "/" + key, "unknown key");
        }
    }
}

template <class T>
T value_or(const Part& part, const char* key, T missing) {
    const auto found = part.object.find(key);
    if (found == part.object.end()) return missing;
    try {
        return found->template get<T>();
    } catch (const json::exception&) {
        throw BadDescription(part.where + "/" + key, "this is of the wrong type");
    }
}

std::string text(const Part& part, const char* key) { return value_or(part, key, std::string()); }

std::string compulsory_text(const Part& part, const char* key) {
    auto value = text(part, key);
    if (value.empty()) throw BadDescription(part.where + "/" + key, "this is compulsory");
    return value;
}

template <class Read>
void each(const Part& part, const char* key, Read read) {
    const auto found = part.object.find(key);
    if (found == part.object.end()) return;
    if (!found->is_array()) throw BadDescription(part.where + "/" + key, "expected a list");
    std::size_t index = 0;
    for (const auto& one : *found) read(Part{one, part.where + "/" + key + "/" + std::to_string(index++)});
}

const Group& group_named(const SandboxState& state, const std::string& word, const std::string& where) {
    const auto fits = [&](const Group& group) {
        return group.name == word || same_eid(group.eid, word) || (!group.xid.empty() && group.xid == word);
    };
    const auto found = std::find_if(state.groups.begin(), state.groups.end(), fits);
    if (found == state.groups.end()) throw BadDescription(where, "no group of this name, XID or EID stands before");
    return *found;
}

std::string parent_of(const SandboxState& state, const Part& part, const char* key, GroupType type) {
    const auto& parent = group_named(state, compulsory_text(part, key), part.where + "/" + key);
    if (parent.type != type) throw BadDescription(part.where + "/" + key, "this group is of another kind");
    return parent.eid;
}

void add_group(SandboxState& state, const Part& part, Time now) {
    refuse_unknown_keys(part, {"kind", "name", "xid", "eid", "description", "hidden", "business_unit", "department"});
    const auto type = group_type_from(compulsory_text(part, "kind"));
    if (!type) throw BadDescription(part.where + "/kind", "unknown kind of group");
    Group group{.eid = text(part, "eid"),
                .xid = text(part, "xid"),
                .type = *type,
                .name = compulsory_text(part, "name"),
                .description = text(part, "description"),
                .hidden = value_or(part, "hidden", *type == GroupType::department),
                .business_unit = "",
                .department = "",
                .created = now,
                .modified = now};
    if (*type == GroupType::local_department) {
        group.business_unit = parent_of(state, part, "business_unit", GroupType::business_unit);
        group.department = parent_of(state, part, "department", GroupType::department);
    }
    if (group.eid.empty()) group.eid = next_eid(state);
    state.groups.push_back(std::move(group));
}

void add_role(SandboxState& state, const Part& part) {
    refuse_unknown_keys(part, {"name", "eid"});
    CustomRole role{.eid = text(part, "eid"), .name = compulsory_text(part, "name")};
    if (role.eid.empty()) role.eid = next_eid(state);
    state.roles.push_back(std::move(role));
}

std::string role_named(const SandboxState& state, const std::string& word, const std::string& where) {
    if (is_assignable_role(state, word)) return word;
    for (const auto& role : state.roles) {
        if (role.name == word) return role.eid;
    }
    throw BadDescription(where, "unknown role");
}

void set_status(User& user, const Part& part, Time now) {
    const auto word = value_or(part, "status", std::string("active"));
    if (word != "active" && word != "inactive" && word != "suspended") {
        throw BadDescription(part.where + "/status", "expected active, inactive or suspended");
    }
    user.status = word == "inactive" ? UserStatus::inactive : UserStatus::active;
    if (word == "suspended") user.suspended_at = now;
    if (word == "inactive") user.network.invited_at = now;
}

User draft_of(const Part& part) {
    User draft;
    draft.xid = text(part, "xid");
    draft.first_name = text(part, "first");
    draft.infix = text(part, "infix");
    draft.family_name = text(part, "family");
    draft.job_title = text(part, "job_title");
    if (auto email = text(part, "email"); !email.empty()) draft.emails.push_back(std::move(email));
    if (auto phone = text(part, "phone"); !phone.empty()) draft.phones.push_back(std::move(phone));
    // assumption: an account that nobody linked to an employee record has its address as SCIM userName.
    draft.user_name = draft.xid.empty() ? std::string(primary_email(draft)) : draft.xid;
    draft.external_id = draft.xid;
    return draft;
}

void add_user(SandboxState& state, const Part& part, Time now) {
    refuse_unknown_keys(part, {"xid", "first", "infix", "family", "email", "phone", "job_title", "status", "role",
                               "groups", "eid", "scim_id"});
    User& user = create_user(state, draft_of(part), "created", Invite::later, now);
    if (auto eid = text(part, "eid"); !eid.empty()) user.eid = std::move(eid);
    if (auto id = text(part, "scim_id"); !id.empty()) user.scim_id = std::move(id);
    set_status(user, part, now);
    const std::string usual = user.status == UserStatus::active ? "member" : "";
    if (const auto role = value_or(part, "role", usual); !role.empty()) {
        user.network.role = role_named(state, role, part.where + "/role");
    }
    for (const auto& name : value_or(part, "groups", std::vector<std::string>())) {
        join_group(state, user, group_named(state, name, part.where + "/groups"), now);
    }
}

SandboxState build(const json& description, std::uint64_t seed, Time now) {
    const Part top{description, ""};
    refuse_unknown_keys(top,
                        {"network", "name", "seed", "token", "scim_token", "permissions", "groups", "roles", "users"});
    SandboxState state;
    state.seed = value_or(top, "seed", seed);
    // Ids are drawn in the same order whether or not the description gives them, so that adding one moves no other.
    const std::string network = next_eid(state);
    const std::string token = next_eid(state) + "_" + next_letters(state, 40);
    const std::string scim_token = next_letters(state, 40);
    state.network = value_or(top, "network", network);
    state.name = value_or(top, "name", std::string("Sandbox"));
    state.token = value_or(top, "token", token);
    state.scim_token = value_or(top, "scim_token", scim_token);
    state.permissions = value_or(top, "permissions", std::vector<std::string>());
    each(top, "groups", [&](const Part& part) { add_group(state, part, now); });
    each(top, "roles", [&](const Part& part) { add_role(state, part); });
    each(top, "users", [&](const Part& part) { add_user(state, part, now); });
    return state;
}

Failure bad_network(std::string where, std::string detail) {
    return {.kind = FailureKind::rejected,
            .code = "bad_network_file",
            .where = "network.json" + std::move(where),
            .detail = std::move(detail),
            .effect = Effect::none,
            .retry_after = std::nullopt};
}

}  // namespace

Result<SandboxState> build_network(std::string_view description, std::uint64_t seed, Time now) {
    try {
        return build(json::parse(description), seed, now);
    } catch (const BadDescription& bad) {
        return bad_network(bad.where, bad.what());
    } catch (const std::exception& error) {
        return bad_network("", error.what());
    }
}

std::string_view default_network() {
    return R"({
        "name": "Sandbox",
        "groups": [
            {"kind": "business_unit", "name": "Store 12", "xid": "s12"},
            {"kind": "business_unit", "name": "Store 14", "xid": "s14"},
            {"kind": "department", "name": "Sales"},
            {"kind": "department", "name": "Warehouse"}
        ]
    })";
}

}  // namespace usersync::sandbox
