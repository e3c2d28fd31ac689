// The state as JSON and back.
#include "connectors/speakap/sandbox/sandbox_file.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdint>
#include <exception>
#include <map>
#include <stdexcept>
#include <utility>
#include <vector>

namespace usersync::sandbox {
namespace {

using nlohmann::json;

// ---- state → JSON -------------------------------------------------------------------------------------------------

std::int64_t number_of(Time time) { return time.time_since_epoch().count(); }
Time time_of(const json& number) { return Time(Duration(number.get<std::int64_t>())); }

json optional_time(const std::optional<Time>& time) { return time ? json(number_of(*time)) : json(nullptr); }
std::optional<Time> optional_time_of(const json& value) {
    if (value.is_null()) return std::nullopt;
    return time_of(value);
}

template <class T, class Write>
json list_of(const std::vector<T>& values, Write write) {
    json list = json::array();
    for (const auto& value : values) list.push_back(write(value));
    return list;
}

json group_json(const Group& group) {
    return {{"eid", group.eid},
            {"xid", group.xid},
            {"type", to_string(group.type)},
            {"name", group.name},
            {"description", group.description},
            {"hidden", group.hidden},
            {"business_unit", group.business_unit},
            {"department", group.department},
            {"created", number_of(group.created)},
            {"modified", number_of(group.modified)},
            {"parent", group.parent},
            {"seen_from", number_of(group.seen_from)}};
}

json membership_json(const Membership& membership) {
    return {{"eid", membership.eid},
            {"group", membership.group},
            {"role", membership.role},
            {"since", number_of(membership.since)},
            {"invited_at", optional_time(membership.invited_at)},
            {"locked_by", membership.locked_by},
            {"seen_from", number_of(membership.seen_from)}};
}

json user_json(const User& user) {
    return {{"eid", user.eid},
            {"scim_id", user.scim_id},
            {"xid", user.xid},
            {"user_name", user.user_name},
            {"external_id", user.external_id},
            {"login", user.login},
            {"first_name", user.first_name},
            {"infix", user.infix},
            {"family_name", user.family_name},
            {"job_title", user.job_title},
            {"emails", user.emails},
            {"phones", user.phones},
            {"status", to_string(user.status)},
            {"suspended_at", optional_time(user.suspended_at)},
            {"created", number_of(user.created)},
            {"modified", number_of(user.modified)},
            {"network", membership_json(user.network)},
            {"groups", list_of(user.groups, membership_json)},
            {"birthday", user.birthday},
            {"external", user.external},
            {"other_emails", user.other_emails},
            {"activated_at", optional_time(user.activated_at)},
            {"seen_from", number_of(user.seen_from)}};
}

json role_json(const CustomRole& role) {
    return {{"eid", role.eid}, {"name", role.name}, {"permissions", role.permissions}};
}

json label_json(const Label& label) { return {{"eid", label.eid}, {"name", label.name}, {"groups", label.groups}}; }

json removal_json(const Removal& removal) {
    return {{"due", number_of(removal.due)}, {"membership", removal.membership}, {"whole", removal.whole}};
}

json event_json(const Event& event) {
    return {{"number", event.number}, {"at", number_of(event.at)}, {"kind", to_string(event.kind)},
            {"user", event.user},     {"xid", event.xid},          {"group", event.group},
            {"role", event.role},     {"before", event.before}};
}

json behaviour_json(const Behaviour& behaviour) {
    return {{"group_roles", behaviour.group_roles},
            {"strict_put", behaviour.strict_put},
            {"q_finds_xid", behaviour.q_finds_xid},
            {"refuses_resend", behaviour.refuses_resend},
            {"role_change_modifies", behaviour.role_change_modifies},
            {"scim_conflict", to_string(behaviour.scim_conflict)},
            {"key_change", to_string(behaviour.key_change)}};
}

json invitation_json(const Invitation& invitation) {
    return {{"user", invitation.user},       {"xid", invitation.xid},       {"address", invitation.address},
            {"kind", invitation.kind},       {"reason", invitation.reason}, {"withdrawn", invitation.withdrawn},
            {"at", number_of(invitation.at)}};
}

json call_json(const CallRecord& call) {
    return {{"number", call.number}, {"at", number_of(call.at)}, {"method", call.method},
            {"target", call.target}, {"status", call.status},    {"fault", call.fault}};
}

json judged_json(const JudgeRow& row) {
    return {{"token", row.token},
            {"area", row.area},
            {"calls", row.calls},
            {"admitted", row.admitted},
            {"carried_out", row.carried_out},
            {"answered_429", row.answered_429},
            {"answered_503", row.answered_503},
            {"order_violations", row.order_violations},
            {"duplicates", row.duplicates},
            {"sent_again", row.sent_again},
            {"first", optional_time(row.first)},
            {"last", optional_time(row.last)},
            {"first_503", optional_time(row.first_503)},
            {"last_503", optional_time(row.last_503)}};
}

// ---- JSON → state -------------------------------------------------------------------------------------------------

std::string text_of(const json& object, const char* key) { return object.at(key).get<std::string>(); }

template <class T, class Read>
std::vector<T> list_from(const json& list, Read read) {
    std::vector<T> values;
    values.reserve(list.size());
    for (const auto& one : list) values.push_back(read(one));
    return values;
}

Group group_from(const json& object) {
    const auto type = group_type_from(text_of(object, "type"));
    if (!type) throw std::runtime_error("unknown group type");
    return {.eid = text_of(object, "eid"),
            .xid = text_of(object, "xid"),
            .type = *type,
            .name = text_of(object, "name"),
            .description = text_of(object, "description"),
            .hidden = object.at("hidden").get<bool>(),
            .business_unit = text_of(object, "business_unit"),
            .department = text_of(object, "department"),
            .created = time_of(object.at("created")),
            .modified = time_of(object.at("modified")),
            .parent = text_of(object, "parent"),
            .seen_from = time_of(object.at("seen_from"))};
}

Membership membership_from(const json& object) {
    return {.eid = text_of(object, "eid"),
            .group = text_of(object, "group"),
            .role = text_of(object, "role"),
            .since = time_of(object.at("since")),
            .invited_at = optional_time_of(object.at("invited_at")),
            .locked_by = text_of(object, "locked_by"),
            .seen_from = time_of(object.at("seen_from"))};
}

User user_from(const json& object) {
    const auto status = user_status_from(text_of(object, "status"));
    if (!status) throw std::runtime_error("unknown user status");
    return {.eid = text_of(object, "eid"),
            .scim_id = text_of(object, "scim_id"),
            .xid = text_of(object, "xid"),
            .user_name = text_of(object, "user_name"),
            .external_id = text_of(object, "external_id"),
            .login = text_of(object, "login"),
            .first_name = text_of(object, "first_name"),
            .infix = text_of(object, "infix"),
            .family_name = text_of(object, "family_name"),
            .job_title = text_of(object, "job_title"),
            .emails = object.at("emails").get<std::vector<std::string>>(),
            .phones = object.at("phones").get<std::vector<std::string>>(),
            .status = *status,
            .suspended_at = optional_time_of(object.at("suspended_at")),
            .created = time_of(object.at("created")),
            .modified = time_of(object.at("modified")),
            .network = membership_from(object.at("network")),
            .groups = list_from<Membership>(object.at("groups"), membership_from),
            .birthday = text_of(object, "birthday"),
            .external = object.at("external").get<bool>(),
            .other_emails = object.at("other_emails").get<std::vector<std::string>>(),
            .activated_at = optional_time_of(object.at("activated_at")),
            .seen_from = time_of(object.at("seen_from"))};
}

CustomRole role_from(const json& object) {
    return {.eid = text_of(object, "eid"),
            .name = text_of(object, "name"),
            .permissions = object.at("permissions").get<std::vector<std::string>>()};
}

Label label_from(const json& object) {
    return {.eid = text_of(object, "eid"),
            .name = text_of(object, "name"),
            .groups = object.at("groups").get<std::vector<std::string>>()};
}

Removal removal_from(const json& object) {
    return {.due = time_of(object.at("due")),
            .membership = text_of(object, "membership"),
            .whole = object.at("whole").get<bool>()};
}

Event event_from(const json& object) {
    const auto kind = event_kind_from(text_of(object, "kind"));
    if (!kind) throw std::runtime_error("unknown kind of event");
    return {.number = object.at("number").get<std::uint64_t>(),
            .at = time_of(object.at("at")),
            .kind = *kind,
            .user = text_of(object, "user"),
            .xid = text_of(object, "xid"),
            .group = text_of(object, "group"),
            .role = text_of(object, "role"),
            .before = text_of(object, "before")};
}

Behaviour behaviour_from(const json& object) {
    const auto shape = conflict_shape_from(text_of(object, "scim_conflict"));
    const auto change = key_change_from(text_of(object, "key_change"));
    if (!shape || !change) throw std::runtime_error("unknown behaviour");
    return {.group_roles = object.at("group_roles").get<bool>(),
            .strict_put = object.at("strict_put").get<bool>(),
            .q_finds_xid = object.at("q_finds_xid").get<bool>(),
            .refuses_resend = object.at("refuses_resend").get<bool>(),
            .role_change_modifies = object.at("role_change_modifies").get<bool>(),
            .scim_conflict = *shape,
            .key_change = *change};
}

Invitation invitation_from(const json& object) {
    return {.user = text_of(object, "user"),
            .xid = text_of(object, "xid"),
            .address = text_of(object, "address"),
            .kind = text_of(object, "kind"),
            .reason = text_of(object, "reason"),
            .withdrawn = object.at("withdrawn").get<bool>(),
            .at = time_of(object.at("at"))};
}

CallRecord call_from(const json& object) {
    return {.number = object.at("number").get<std::uint64_t>(),
            .at = time_of(object.at("at")),
            .method = text_of(object, "method"),
            .target = text_of(object, "target"),
            .status = object.at("status").get<int>(),
            .fault = text_of(object, "fault")};
}

JudgeRow judged_from(const json& object) {
    const auto count = [&](const char* key) { return object.at(key).get<std::uint64_t>(); };
    return {.token = text_of(object, "token"),
            .area = text_of(object, "area"),
            .calls = count("calls"),
            .admitted = count("admitted"),
            .carried_out = count("carried_out"),
            .answered_429 = count("answered_429"),
            .answered_503 = count("answered_503"),
            .order_violations = count("order_violations"),
            .duplicates = count("duplicates"),
            .sent_again = count("sent_again"),
            .first = optional_time_of(object.at("first")),
            .last = optional_time_of(object.at("last")),
            .first_503 = optional_time_of(object.at("first_503")),
            .last_503 = optional_time_of(object.at("last_503"))};
}

/// Files of older versions have neither a count of changes nor a judge.
std::uint64_t changes_of(const json& object) { return object.value("changes", std::uint64_t{0}); }
std::vector<JudgeRow> judgement_of(const json& object) {
    const auto rows = object.find("judgement");
    return rows == object.end() ? std::vector<JudgeRow>() : list_from<JudgeRow>(*rows, judged_from);
}

SandboxState state_from(const json& object) {
    return {.seed = object.at("seed").get<std::uint64_t>(),
            .issued = object.at("issued").get<std::uint64_t>(),
            .network = text_of(object, "network"),
            .name = text_of(object, "name"),
            .token = text_of(object, "token"),
            .scim_token = text_of(object, "scim_token"),
            .permissions = object.at("permissions").get<std::vector<std::string>>(),
            .groups = list_from<Group>(object.at("groups"), group_from),
            .roles = list_from<CustomRole>(object.at("roles"), role_from),
            .users = list_from<User>(object.at("users"), user_from),
            .invitations = list_from<Invitation>(object.at("invitations"), invitation_from),
            .calls_seen = object.at("calls_seen").get<std::uint64_t>(),
            .calls = list_from<CallRecord>(object.at("calls"), call_from),
            .labels = list_from<Label>(object.at("labels"), label_from),
            .removals = list_from<Removal>(object.at("removals"), removal_from),
            .events_seen = object.at("events_seen").get<std::uint64_t>(),
            .events = list_from<Event>(object.at("events"), event_from),
            .behaviour = behaviour_from(object.at("behaviour")),
            .changes = changes_of(object),
            .judgement = judgement_of(object),
            .settling = {},
            .earlier_users = {},
            .earlier_groups = {},
            .touched = {},
            .places = {}};
}

// ---- one change ---------------------------------------------------------------------------------------------------

/// Rows that are new or differ from what they were, each as [place, row].
template <class Row, class Write>
json rows_json(const std::vector<Row>& rows, const std::map<std::size_t, Row>& before, std::size_t count_before,
               Write write) {
    json list = json::array();
    for (const auto& [place, row] : before) {
        if (!(rows[place] == row)) list.push_back(json::array({place, write(rows[place])}));
    }
    for (std::size_t place = count_before; place < rows.size(); ++place) {
        list.push_back(json::array({place, write(rows[place])}));
    }
    return list;
}

template <class Row, class Read>
void put_rows(std::vector<Row>& rows, const json& change, const char* key, Read read) {
    const auto list = change.find(key);
    if (list == change.end()) return;
    for (const auto& one : *list) {
        const auto place = one.at(0).get<std::size_t>();
        if (place > rows.size()) throw std::runtime_error("a row has no place");
        if (place == rows.size()) rows.emplace_back();
        rows[place] = read(one.at(1));
    }
}

void put_judged(std::vector<JudgeRow>& rows, const JudgeRow& row) {
    for (auto& known : rows) {
        if (known.token == row.token && known.area == row.area) {
            known = row;
            return;
        }
    }
    rows.push_back(row);
}

/// Nothing that is empty is written: most changes are one row, one event and one call.
void put_list(json& change, const char* key, json list) {
    if (!list.empty()) change[key] = std::move(list);
}

void make_change(SandboxState& state, const json& change) {
    put_rows(state.users, change, "users", user_from);
    put_rows(state.groups, change, "groups", group_from);
    put_rows(state.invitations, change, "invitations", invitation_from);
    if (change.contains("roles")) state.roles = list_from<CustomRole>(change.at("roles"), role_from);
    if (change.contains("removals")) state.removals = list_from<Removal>(change.at("removals"), removal_from);
    if (change.contains("events")) {
        for (const auto& one : change.at("events")) record_event(state, event_from(one));
    }
    if (change.contains("calls")) {
        for (const auto& one : change.at("calls")) record_call(state, call_from(one));
    }
    if (change.contains("judgement")) {
        for (const auto& one : change.at("judgement")) put_judged(state.judgement, judged_from(one));
    }
    state.issued = change.at("issued").get<std::uint64_t>();
    state.events_seen = change.at("events_seen").get<std::uint64_t>();
    state.calls_seen = change.at("calls_seen").get<std::uint64_t>();
    state.changes = change.at("change").get<std::uint64_t>();
}

}  // namespace

std::string state_to_json(const SandboxState& state) {
    const json object = {{"seed", state.seed},
                         {"issued", state.issued},
                         {"network", state.network},
                         {"name", state.name},
                         {"token", state.token},
                         {"scim_token", state.scim_token},
                         {"permissions", state.permissions},
                         {"groups", list_of(state.groups, group_json)},
                         {"roles", list_of(state.roles, role_json)},
                         {"users", list_of(state.users, user_json)},
                         {"invitations", list_of(state.invitations, invitation_json)},
                         {"calls_seen", state.calls_seen},
                         {"calls", list_of(state.calls, call_json)},
                         {"labels", list_of(state.labels, label_json)},
                         {"removals", list_of(state.removals, removal_json)},
                         {"events_seen", state.events_seen},
                         {"events", list_of(state.events, event_json)},
                         {"behaviour", behaviour_json(state.behaviour)},
                         {"changes", state.changes},
                         {"judgement", list_of(state.judgement, judged_json)}};
    // Bytes that are no UTF-8 are replaced rather than thrown about: a caller's text must not stop the sandbox.
    return object.dump(-1, ' ', false, json::error_handler_t::replace);
}

Result<SandboxState> state_from_json(std::string_view text) {
    try {
        return state_from(json::parse(text));
    } catch (const std::exception& error) {
        return Failure{.kind = FailureKind::broken,
                       .code = "bad_state_file",
                       .where = "sandbox",
                       .detail = error.what(),
                       .effect = Effect::none,
                       .retry_after = std::nullopt};
    }
}

std::string change_to_json(const SandboxState& state, const Stored& stored) {
    const auto& touched = state.touched;
    json change = {{"change", state.changes},
                   {"issued", state.issued},
                   {"events_seen", state.events_seen},
                   {"calls_seen", state.calls_seen}};
    put_list(change, "users", rows_json(state.users, touched.users, touched.users_before, user_json));
    put_list(change, "groups", rows_json(state.groups, touched.groups, touched.groups_before, group_json));
    put_list(change, "invitations",
             rows_json(state.invitations, touched.invitations, touched.invitations_before, invitation_json));
    if (touched.roles) change["roles"] = list_of(state.roles, role_json);
    if (touched.removals) change["removals"] = list_of(state.removals, removal_json);
    json events = json::array();
    for (auto event = state.events.rbegin(); event != state.events.rend(); ++event) {
        if (event->number <= touched.events_seen) break;
        events.insert(events.begin(), event_json(*event));
    }
    put_list(change, "events", std::move(events));
    json calls = json::array();
    for (auto call = state.calls.rbegin(); call != state.calls.rend(); ++call) {
        if (call->number <= stored.calls_seen) break;
        calls.insert(calls.begin(), call_json(*call));
    }
    put_list(change, "calls", std::move(calls));
    json judged = json::array();
    for (const auto& row : state.judgement) {
        const auto is_stored = std::find(stored.judgement.begin(), stored.judgement.end(), row);
        if (is_stored == stored.judgement.end()) judged.push_back(judged_json(row));
    }
    put_list(change, "judgement", std::move(judged));
    return change.dump(-1, ' ', false, json::error_handler_t::replace);
}

Result<void> apply_changes(SandboxState& state, std::string_view journal) {
    try {
        // What stands after the last line break was never answered to anybody.
        for (auto end = journal.find('\n'); end != std::string_view::npos; end = journal.find('\n')) {
            const auto change = json::parse(journal.substr(0, end));
            journal.remove_prefix(end + 1);
            const auto number = change.at("change").get<std::uint64_t>();
            if (number <= state.changes) continue;  // the snapshot has it
            if (number != state.changes + 1) throw std::runtime_error("a change is missing");
            make_change(state, change);
        }
    } catch (const std::exception& error) {
        return Failure{.kind = FailureKind::broken,
                       .code = "bad_state_file",
                       .where = "sandbox",
                       .detail = error.what(),
                       .effect = Effect::none,
                       .retry_after = std::nullopt};
    }
    return {};
}

}  // namespace usersync::sandbox
