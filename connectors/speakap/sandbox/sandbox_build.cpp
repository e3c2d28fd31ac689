// build_network: from a network's description to a state.
#include "connectors/speakap/sandbox/description.hpp"
#include "connectors/speakap/sandbox/sandbox_file.hpp"
#include "connectors/speakap/sandbox/sandbox_network.hpp"
#include "connectors/speakap/sandbox/sandbox_times.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <exception>
#include <optional>
#include <string>
#include <utility>

namespace usersync::sandbox {
namespace {

using nlohmann::json;

using Part = PartOf<json>;

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

bool is_unit(GroupType type) {
    return type == GroupType::business_unit || type == GroupType::department || type == GroupType::local_department;
}

void add_group(SandboxState& state, const Part& part, Time now) {
    refuse_unknown_keys(
        part, {"kind", "name", "xid", "eid", "description", "hidden", "business_unit", "department", "parent"});
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
                .modified = now,
                .parent = "",
                .seen_from = {}};
    if (*type == GroupType::local_department) {
        group.business_unit = parent_of(state, part, "business_unit", GroupType::business_unit);
        group.department = parent_of(state, part, "department", GroupType::department);
    }
    if (part.object.contains("parent")) {
        if (is_unit(*type)) throw BadDescription(part.where + "/parent", "this kind of group stands in no other");
        group.parent = group_named(state, text(part, "parent"), part.where + "/parent").eid;
    }
    if (group.eid.empty()) group.eid = next_eid(state);
    state.groups.push_back(std::move(group));
}

void add_role(SandboxState& state, const Part& part) {
    refuse_unknown_keys(part, {"name", "eid", "permissions"});
    CustomRole role{.eid = text(part, "eid"),
                    .name = compulsory_text(part, "name"),
                    .permissions = value_or(part, "permissions", std::vector<std::string>())};
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

std::optional<Time> time_or(const Part& part, const char* key) {
    const auto word = text(part, key);
    if (word.empty()) return std::nullopt;
    const auto time = from_iso(word);
    if (!time) throw BadDescription(part.where + "/" + key, "expected a time such as 2026-01-31T12:00:00Z");
    return time;
}

void set_status(User& user, const Part& part, Time now) {
    const auto word = value_or(part, "status", std::string("active"));
    if (word != "active" && word != "inactive" && word != "suspended") {
        throw BadDescription(part.where + "/status", "expected active, inactive or suspended");
    }
    user.status = word == "inactive" ? UserStatus::inactive : UserStatus::active;
    if (word == "suspended") {
        const auto since = time_or(part, "suspended_at");
        user.suspended_at = since ? *since : now;
    }
    if (word == "inactive") user.network.invited_at = now;
    if (const auto invited = time_or(part, "invited_at")) user.network.invited_at = invited;
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
    draft.birthday = text(part, "birthday");
    draft.external = value_or(part, "external", false);
    draft.other_emails = value_or(part, "other_emails", std::vector<std::string>());
    // assumption: an account that nobody linked to an employee record has its address as SCIM userName.
    draft.user_name = draft.xid.empty() ? std::string(primary_email(draft)) : draft.xid;
    draft.external_id = draft.xid;
    return draft;
}

/// A group by its name, or {group, role, locked_by}.
void add_to_group(SandboxState& state, User& user, const Part& part, Time now) {
    if (part.object.is_string()) {
        join_group(state, user, group_named(state, part.object.get<std::string>(), part.where), now);
        return;
    }
    refuse_unknown_keys(part, {"group", "role", "locked_by"});
    const auto& group = group_named(state, compulsory_text(part, "group"), part.where + "/group");
    join_group(state, user, group, now);
    auto& membership = *find_membership(user, group.eid);
    // A wish to join is a membership with a role of its own.
    const auto role = value_or(part, "role", std::string("member"));
    const bool waits = role == "wannabee" || role == "invitee";
    membership.role = waits ? role : role_named(state, role, part.where + "/role");
    membership.locked_by = text(part, "locked_by");
}

void add_groups(SandboxState& state, User& user, const Part& part, Time now) {
    each(part, "groups", [&](const Part& one) { add_to_group(state, user, one, now); });
}

void add_user(SandboxState& state, const Part& part, Time now) {
    refuse_unknown_keys(
        part, {"xid", "first", "infix", "family", "email", "phone", "job_title", "status", "role", "groups", "eid",
               "scim_id", "birthday", "external", "other_emails", "invited_at", "suspended_at", "locked_by"});
    User& user = create_user(state, draft_of(part), "created", Invite::later, now);
    if (auto eid = text(part, "eid"); !eid.empty()) user.eid = std::move(eid);
    if (auto id = text(part, "scim_id"); !id.empty()) user.scim_id = std::move(id);
    set_status(user, part, now);
    const std::string usual = user.status == UserStatus::active ? "member" : "";
    if (const auto role = value_or(part, "role", usual); !role.empty()) {
        user.network.role = role_named(state, role, part.where + "/role");
    }
    user.network.locked_by = text(part, "locked_by");
    add_groups(state, user, part, now);
}

void add_label(SandboxState& state, const Part& part) {
    refuse_unknown_keys(part, {"name", "eid", "groups"});
    Label label{.eid = text(part, "eid"), .name = compulsory_text(part, "name"), .groups = {}};
    for (const auto& name : value_or(part, "groups", std::vector<std::string>())) {
        label.groups.push_back(group_named(state, name, part.where + "/groups").eid);
    }
    if (label.eid.empty()) label.eid = next_eid(state);
    state.labels.push_back(std::move(label));
}

Behaviour behaviour_of(const Part& top) {
    const auto found = top.object.find("behaviour");
    if (found == top.object.end()) return {};
    const Part part{*found, "/behaviour"};
    refuse_unknown_keys(part, {"group_roles", "strict_put", "q_finds_xid", "refuses_resend", "role_change_modifies",
                               "scim_conflict", "key_change"});
    const auto shape = conflict_shape_from(value_or(part, "scim_conflict", std::string("scim")));
    if (!shape) throw BadDescription(part.where + "/scim_conflict", "expected scim, rest, text or empty");
    const auto change = key_change_from(value_or(part, "key_change", std::string("allowed")));
    if (!change) throw BadDescription(part.where + "/key_change", "expected allowed, on_reactivation or refused");
    return {.group_roles = value_or(part, "group_roles", false),
            .strict_put = value_or(part, "strict_put", false),
            .q_finds_xid = value_or(part, "q_finds_xid", false),
            .refuses_resend = value_or(part, "refuses_resend", false),
            .role_change_modifies = value_or(part, "role_change_modifies", false),
            .scim_conflict = *shape,
            .key_change = *change};
}

SandboxState build(const json& description, std::uint64_t seed, Time now) {
    const Part top{description, ""};
    refuse_unknown_keys(top, {"network", "name", "seed", "token", "scim_token", "permissions", "groups", "roles",
                              "users", "labels", "behaviour", "since"});
    const auto since = time_or(top, "since").value_or(now);
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
    each(top, "groups", [&](const Part& part) { add_group(state, part, since); });
    each(top, "roles", [&](const Part& part) { add_role(state, part); });
    each(top, "users", [&](const Part& part) { add_user(state, part, since); });
    each(top, "labels", [&](const Part& part) { add_label(state, part); });
    state.behaviour = behaviour_of(top);
    // What the description tells happened before; the list of events begins with the first call.
    state.events.clear();
    state.events_seen = 0;
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
