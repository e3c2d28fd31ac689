#include "core/plan/plan_json.hpp"

#include "core/base/byte_text.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <cstdint>
#include <optional>
#include <type_traits>
#include <utility>

namespace usersync::plan {
namespace {

// Keeps the order in which keys are written: with it, equal values give equal bytes.
using Json = nlohmann::ordered_json;

// What a reader throws on its way out of a document that is not ours; never leaves this file.
struct NotOurs {};

// ---- texts --------------------------------------------------------------------------------------------------

std::string from_hex(const std::string& hex) {
    static constexpr std::string_view digits = "0123456789abcdef";
    if (hex.size() % 2 != 0) throw NotOurs();
    std::string bytes;
    for (std::size_t i = 0; i < hex.size(); i += 2) {
        const auto high = digits.find(hex[i]);
        const auto low = digits.find(hex[i + 1]);
        if (high == std::string_view::npos || low == std::string_view::npos) throw NotOurs();
        bytes += static_cast<char>(high * 16 + low);
    }
    return bytes;
}

// JSON can only hold UTF-8. A text that is something else is kept byte for byte as {"hex":"…"}.
void hex_what_is_not_utf8(Json& json) {
    if (json.is_structured()) {
        for (auto& inner : json) hex_what_is_not_utf8(inner);
    } else if (json.is_string()) {
        try {
            static_cast<void>(json.dump());
        } catch (const Json::type_error&) {
            json = Json{{"hex", hex_text(json.get_ref<const std::string&>())}};
        }
    }
}

std::string written(Json json) {
    try {
        return json.dump();
    } catch (const Json::type_error&) {
        hex_what_is_not_utf8(json);
        return json.dump();
    }
}

std::string text_from(const Json& json) {
    if (json.is_object()) return from_hex(json.at("hex").get_ref<const std::string&>());
    return json.get_ref<const std::string&>();
}

// ---- small pieces -------------------------------------------------------------------------------------------

template <class T>
std::optional<T> optional_from(const Json& json, const char* key, T (*read)(const Json&)) {
    const auto at = json.find(key);
    return at == json.end() ? std::nullopt : std::optional<T>(read(*at));
}

template <class T, class Write>
Json array_of(const std::vector<T>& values, Write write) {
    Json json = Json::array();
    for (const auto& value : values) json.push_back(write(value));
    return json;
}

template <class T>
std::vector<T> vector_from(const Json& json, T (*read)(const Json&)) {
    if (!json.is_array()) throw NotOurs();
    std::vector<T> values;
    values.reserve(json.size());
    for (const auto& each : json) values.push_back(read(each));
    return values;
}

template <class Enum, std::size_t n>
Enum word_from(const Json& json, const std::array<Enum, n>& values) {
    const auto word = text_from(json);
    for (const auto value : values) {
        if (to_string(value) == word) return value;
    }
    throw NotOurs();
}

template <class Id>
Id id_from(const Json& json) {
    return Id(text_from(json));
}

Fingerprint fingerprint_from(const Json& json) { return Fingerprint::from_hex(text_from(json)); }

// Absent where a reason is no rule of a file.
Json json_of(const Reason& reason) {
    Json json{{"rule", reason.rule}};
    const auto& origin = reason.origin;
    if (origin != Origin{}) json["at"] = Json{{"file", origin.file}, {"line", origin.line}, {"column", origin.column}};
    json["column"] = reason.column;
    json["value"] = reason.value;
    return json;
}

Origin origin_from(const Json& json) {
    return Origin{.file = text_from(json.at("file")),
                  .line = json.at("line").get<std::size_t>(),
                  .column = json.at("column").get<std::size_t>()};
}

Reason reason_from(const Json& json) {
    return Reason{.rule = text_from(json.at("rule")),
                  .origin = optional_from(json, "at", origin_from).value_or(Origin{}),
                  .column = text_from(json.at("column")),
                  .value = text_from(json.at("value"))};
}

// An absent key is a field that nobody speaks about; an empty text is an empty cell.
Json json_of(const Profile& profile) {
    Json json = Json::object();
    if (profile.email) json["email"] = *profile.email;
    if (const auto& name = profile.name) {
        json["name"] = Json{{"first", name->first}, {"infix", name->infix}, {"last", name->last}};
    }
    if (profile.job_title) json["job_title"] = *profile.job_title;
    if (profile.phone) json["phone"] = *profile.phone;
    return json;
}

PersonName name_from(const Json& json) {
    return PersonName{
        .first = text_from(json.at("first")), .infix = text_from(json.at("infix")), .last = text_from(json.at("last"))};
}

Profile profile_from(const Json& json) {
    return Profile{.email = optional_from(json, "email", text_from),
                   .name = optional_from(json, "name", name_from),
                   .job_title = optional_from(json, "job_title", text_from),
                   .phone = optional_from(json, "phone", text_from)};
}

Json json_of(const Invitation& invitation) {
    Json json = Json::object();
    if (invitation.channel) json["channel"] = to_string(*invitation.channel);
    json["language"] = invitation.language;
    if (invitation.reason) json["reason"] = json_of(*invitation.reason);
    return json;
}

InviteChannel channel_from(const Json& json) {
    const auto channel = invite_channel_from(text_from(json));
    if (!channel) throw NotOurs();
    return *channel;
}

Invitation invitation_from(const Json& json) {
    return Invitation{.channel = optional_from(json, "channel", channel_from),
                      .language = text_from(json.at("language")),
                      .reason = optional_from(json, "reason", reason_from)};
}

Json json_of_group(const GroupChange& group) {
    return Json{{"eid", group.eid.value()}, {"name", group.name}, {"reason", json_of(group.reason)}};
}

GroupChange group_from(const Json& json) {
    return GroupChange{.eid = id_from<GroupEid>(json.at("eid")),
                       .name = text_from(json.at("name")),
                       .reason = reason_from(json.at("reason"))};
}

Json json_of_group_role(const GroupRoleOf& one) {
    return Json{{"group", json_of_group(one.group)}, {"role", one.role.value()}};
}

GroupRoleOf group_role_from(const Json& json) {
    return GroupRoleOf{.group = group_from(json.at("group")), .role = id_from<RoleId>(json.at("role"))};
}

Json json_of_lost_role(const GroupRoleLost& one) {
    Json json{{"group", one.group.value()}, {"role", one.role.value()}};
    if (one.is_ours) json["ours"] = true;
    return json;
}

GroupRoleLost lost_role_from(const Json& json) {
    return GroupRoleLost{.group = id_from<GroupEid>(json.at("group")),
                         .role = id_from<RoleId>(json.at("role")),
                         .is_ours = json.contains("ours")};
}

Json json_of_forgotten(const Forgotten& forgotten) {
    return Json{{"what", to_string(forgotten.what)}, {"object", forgotten.object}};
}

Forgotten forgotten_from(const Json& json) {
    const auto what = owned_thing_from(text_from(json.at("what")));
    if (!what) throw NotOurs();
    return Forgotten{.what = *what, .object = text_from(json.at("object"))};
}

// ---- what a change does -------------------------------------------------------------------------------------

struct WriteWhat {
    Json operator()(const Adopt& adopt) const {
        Json json{{"user", adopt.user}, {"groups", array_of(adopt.groups, json_of_group)}};
        if (adopt.role) json["role"] = adopt.role->value();
        if (adopt.link) json["link"] = adopt.link->value();
        if (adopt.link_scim) json["link_scim"] = adopt.link_scim->value();
        if (!adopt.group_roles.empty()) json["group_roles"] = array_of(adopt.group_roles, json_of_group_role);
        return json;
    }
    Json operator()(const Release& release) const {
        Json json{{"groups", array_of(release.groups, json_of_group)}};
        if (release.role) json["role"] = release.role->value();
        if (!release.group_roles.empty()) json["group_roles"] = array_of(release.group_roles, json_of_group_role);
        if (release.user) json["user"] = true;
        if (!release.forgotten.empty()) json["forgotten"] = array_of(release.forgotten, json_of_forgotten);
        return json;
    }
    Json operator()(const InviteAgain& invite) const {
        Json json{{"email", invite.email}};
        if (invite.reminder) json["reminder"] = true;
        return json;
    }
    Json operator()(const ChangeGroupRole& change) const {
        return Json{{"group", json_of_group(change.group)},
                    {"before", change.before.value()},
                    {"after", change.after.value()},
                    {"granted", change.granted}};
    }
    Json operator()(const CreateUser& create) const {
        Json json{{"profile", json_of(create.profile)}};
        if (create.invitation != Invitation{}) json["invitation"] = json_of(create.invitation);
        if (create.user_name) json["user_name"] = *create.user_name;
        if (create.temporary_password) json["temporary_password"] = true;
        return json;
    }
    Json operator()(const ReactivateUser& reactivate) const {
        Json json{{"profile", json_of(reactivate.profile)}};
        if (reactivate.formerly) json["formerly"] = reactivate.formerly->value();
        return json;
    }
    Json operator()(const UpdateProfile& update) const {
        Json json{{"before", json_of(update.before)}, {"after", json_of(update.after)}};
        if (update.asks_in_again) json["asks_in_again"] = true;
        if (update.parks) json["parks"] = true;
        return json;
    }
    Json operator()(const AddToGroups& add) const { return Json{{"groups", array_of(add.groups, json_of_group)}}; }
    Json operator()(const ChangeRole& change) const {
        return Json{{"before", change.before.value()}, {"after", change.after.value()}, {"granted", change.granted}};
    }
    Json operator()(const RemoveFromGroups& remove) const {
        Json json{{"groups", array_of(remove.groups, json_of_group)}};
        if (!remove.roles.empty()) json["roles"] = array_of(remove.roles, json_of_lost_role);
        if (remove.roles_by_hand) json["roles_by_hand"] = true;
        return json;
    }
    Json operator()(const SuspendUser& suspend) const {
        Json json{{"profile", json_of(suspend.profile)}};
        if (suspend.becomes) json["becomes"] = suspend.becomes->value();
        return json;
    }
    Json operator()(const EndMembership&) const { return Json::object(); }
    Json operator()(const MakeGroup& make) const {
        Json json{{"kind", to_string(make.kind)}, {"name", make.name}};
        if (make.business_unit) json["business_unit"] = make.business_unit->value();
        if (make.department) json["department"] = make.department->value();
        return json;
    }
};

void read_into(Adopt& adopt, const Json& json) {
    adopt.user = json.at("user").get<bool>();
    adopt.groups = vector_from(json.at("groups"), group_from);
    adopt.role = optional_from(json, "role", id_from<RoleId>);
    adopt.link = optional_from(json, "link", id_from<UserEid>);
    adopt.link_scim = optional_from(json, "link_scim", id_from<ScimId>);
    if (json.contains("group_roles")) adopt.group_roles = vector_from(json.at("group_roles"), group_role_from);
}
void read_into(Release& release, const Json& json) {
    release.groups = vector_from(json.at("groups"), group_from);
    release.role = optional_from(json, "role", id_from<RoleId>);
    if (json.contains("group_roles")) release.group_roles = vector_from(json.at("group_roles"), group_role_from);
    release.user = json.contains("user");
    if (json.contains("forgotten")) release.forgotten = vector_from(json.at("forgotten"), forgotten_from);
}
void read_into(InviteAgain& invite, const Json& json) {
    invite.email = text_from(json.at("email"));
    invite.reminder = json.contains("reminder");
}
void read_into(ChangeGroupRole& change, const Json& json) {
    change.group = group_from(json.at("group"));
    change.before = id_from<RoleId>(json.at("before"));
    change.after = id_from<RoleId>(json.at("after"));
    change.granted = json.at("granted").get<bool>();
}
void read_into(CreateUser& create, const Json& json) {
    create.profile = profile_from(json.at("profile"));
    create.invitation = optional_from(json, "invitation", invitation_from).value_or(Invitation{});
    create.user_name = optional_from(json, "user_name", text_from);
    create.temporary_password = json.contains("temporary_password");
}
void read_into(ReactivateUser& reactivate, const Json& json) {
    reactivate.profile = profile_from(json.at("profile"));
    reactivate.formerly = optional_from(json, "formerly", id_from<EmployeeKey>);
}
void read_into(UpdateProfile& update, const Json& json) {
    update.before = profile_from(json.at("before"));
    update.after = profile_from(json.at("after"));
    update.asks_in_again = json.contains("asks_in_again");
    update.parks = json.contains("parks");
}
void read_into(AddToGroups& add, const Json& json) { add.groups = vector_from(json.at("groups"), group_from); }
void read_into(ChangeRole& change, const Json& json) {
    change.before = id_from<RoleId>(json.at("before"));
    change.after = id_from<RoleId>(json.at("after"));
    change.granted = json.at("granted").get<bool>();
}
void read_into(RemoveFromGroups& remove, const Json& json) {
    remove.groups = vector_from(json.at("groups"), group_from);
    if (json.contains("roles")) remove.roles = vector_from(json.at("roles"), lost_role_from);
    remove.roles_by_hand = json.contains("roles_by_hand");
}
void read_into(SuspendUser& suspend, const Json& json) {
    suspend.profile = profile_from(json.at("profile"));
    suspend.becomes = optional_from(json, "becomes", id_from<EmployeeKey>);
}
void read_into(EndMembership&, const Json&) {}
void read_into(MakeGroup& make, const Json& json) {
    const auto kind = group_kind_from(text_from(json.at("kind")));
    if (!kind) throw NotOurs();
    make.kind = *kind;
    make.name = text_from(json.at("name"));
    make.business_unit = optional_from(json, "business_unit", id_from<GroupEid>);
    make.department = optional_from(json, "department", id_from<GroupEid>);
}

// Tries the variant's alternatives until one carries this kind's word.
template <std::size_t index = 0>
What what_from(const std::string& kind, const Json& json) {
    if constexpr (index == std::variant_size_v<What>) {
        throw NotOurs();
    } else {
        std::variant_alternative_t<index, What> alternative;
        if (kind_of(alternative) != kind) return what_from<index + 1>(kind, json);
        read_into(alternative, json);
        return alternative;
    }
}

// ---- operations and notes -----------------------------------------------------------------------------------

Json json_of(const Operation& operation) {
    const auto& change = operation.change;
    return Json{{"key", operation.key.value()},
                {"stage", to_string(operation.stage)},
                {"employee", change.employee.value()},
                {"kind", kind_of(change.what)},
                {"what", std::visit(WriteWhat{}, change.what)},
                {"reason", json_of(change.reason)},
                {"after", array_of(operation.after, [](const OperationKey& key) { return Json(key.value()); })}};
}

Operation operation_from(const Json& json) {
    static constexpr std::array stages = {Stage::make_group,   Stage::adopt,        Stage::create, Stage::profile,
                                          Stage::group_add,    Stage::group_remove, Stage::role,   Stage::leave_role,
                                          Stage::leave_groups, Stage::suspend,      Stage::remove, Stage::invite_again};
    return Operation{.key = id_from<OperationKey>(json.at("key")),
                     .stage = word_from(json.at("stage"), stages),
                     .change = {.employee = id_from<EmployeeKey>(json.at("employee")),
                                .what = what_from(text_from(json.at("kind")), json.at("what")),
                                .reason = reason_from(json.at("reason"))},
                     .after = vector_from(json.at("after"), id_from<OperationKey>)};
}

Json json_of_note(const Note& note) {
    return Json{{"kind", to_string(note.kind)}, {"employee", note.employee.value()}, {"text", note.text}};
}

Note note_from(const Json& json) {
    static constexpr std::array kinds = {
        Note::Kind::conflict,     Note::Kind::frozen,        Note::Kind::protected_,   Note::Kind::unknown_group,
        Note::Kind::unmapped,     Note::Kind::no_removal,    Note::Kind::not_admitted, Note::Kind::left_alone,
        Note::Kind::awaits_group, Note::Kind::by_hand,       Note::Kind::unclear,      Note::Kind::kept,
        Note::Kind::awaits_hand,  Note::Kind::not_shown_yet, Note::Kind::no_effect,    Note::Kind::queued,
        Note::Kind::not_undone,   Note::Kind::retry_later,   Note::Kind::rekey,        Note::Kind::rename};
    return Note{.kind = word_from(json.at("kind"), kinds),
                .employee = id_from<EmployeeKey>(json.at("employee")),
                .text = text_from(json.at("text"))};
}

Json json_of_drift(const Drift& drift) {
    return Json{{"kind", to_string(drift.kind)},
                {"employee", drift.employee.value()},
                {"object", drift.object},
                {"answer", to_string(drift.answer)}};
}

Drift drift_from(const Json& json) {
    static constexpr std::array kinds = {Drift::Kind::membership_ended,   Drift::Kind::role_changed,
                                         Drift::Kind::group_role_changed, Drift::Kind::account_gone,
                                         Drift::Kind::account_suspended,  Drift::Kind::account_reactivated};
    static constexpr std::array answers = {Drift::Answer::repair, Drift::Answer::adopt, Drift::Answer::ignore};
    return Drift{.kind = word_from(json.at("kind"), kinds),
                 .employee = id_from<EmployeeKey>(json.at("employee")),
                 .object = text_from(json.at("object")),
                 .answer = word_from(json.at("answer"), answers)};
}

Json json_of_unmapped(const Unmapped& unmapped) {
    return Json{{"column", unmapped.column}, {"value", unmapped.value}, {"people", unmapped.people}};
}

Unmapped unmapped_from(const Json& json) {
    return Unmapped{.column = text_from(json.at("column")),
                    .value = text_from(json.at("value")),
                    .people = json.at("people").get<std::size_t>()};
}

Json json_of(const PlanBasis& basis) {
    return Json{{"tenant", basis.tenant.value()},
                {"snapshot", basis.snapshot.value()},
                {"snapshot_content", basis.snapshot_content.hex()},
                {"rules", basis.rules.hex()},
                {"completeness", to_string(basis.completeness)}};
}

PlanBasis basis_from(const Json& json) {
    static constexpr std::array values = {Completeness::complete, Completeness::doubtful, Completeness::partial};
    return PlanBasis{.tenant = id_from<TenantId>(json.at("tenant")),
                     .snapshot = SnapshotId(json.at("snapshot").get<std::int64_t>()),
                     .snapshot_content = fingerprint_from(json.at("snapshot_content")),
                     .rules = fingerprint_from(json.at("rules")),
                     .completeness = word_from(json.at("completeness"), values)};
}

HoldReason hold_reason_from(const Json& json) {
    HoldReason reason{.code = text_from(json.at("code")), .sentence = text_from(json.at("sentence"))};
    if (json.contains("object")) reason.object = text_from(json.at("object"));
    return reason;
}

// A plan may hold a million operations, and a parsed one takes ten times the room of its text: each is turned
// into its value as soon as it has been read, and nothing of it stays behind.
Plan plan_from(std::string_view text) {
    Plan plan;
    bool in_operations = false;
    const auto take_operations = [&](int depth, Json::parse_event_t event, Json& parsed) {
        if (depth == 1 && event == Json::parse_event_t::key) in_operations = parsed == "operations";
        if (!in_operations || depth != 2 || event != Json::parse_event_t::object_end) return true;
        plan.operations.push_back(operation_from(parsed));
        return false;
    };
    const auto json = Json::parse(text, take_operations);
    plan.id = id_from<PlanId>(json.at("id"));
    plan.basis = basis_from(json.at("basis"));
    plan.notes = vector_from(json.at("notes"), note_from);
    plan.unmapped = vector_from(json.at("unmapped"), unmapped_from);
    if (json.contains("drift")) plan.drift = vector_from(json.at("drift"), drift_from);
    return plan;
}

// ---- the edge -----------------------------------------------------------------------------------------------

// Reads with `read`, and writes the value again: whatever the writer would not have written is refused, be it an
// unknown key, another order or a space.
template <class Read>
auto decoded(std::string_view text, const char* code, Read read)
    -> Result<std::invoke_result_t<Read&, std::string_view>> {
    const Failure failure{.kind = FailureKind::broken,
                          .code = code,
                          .where = "core.plan",
                          .detail = "the stored JSON is not what this program writes"};
    try {
        auto value = read(text);
        if (encode(value) != text) return failure;
        return value;
    } catch (const Json::exception&) {
        return failure;
    } catch (const NotOurs&) {
        return failure;
    }
}

}  // namespace

std::string encode(const Operation& operation) { return written(json_of(operation)); }

Result<Operation> decode_operation(std::string_view json) {
    const auto read = [](std::string_view text) { return operation_from(Json::parse(text)); };
    return decoded(json, "bad_stored_operation", read);
}

std::string encode(const Plan& plan) {
    std::string text = "{\"id\":" + written(plan.id.value()) + ",\"basis\":" + written(json_of(plan.basis));
    text += ",\"operations\":[";
    for (const auto& operation : plan.operations) {
        if (text.back() != '[') text += ',';
        text += encode(operation);
    }
    text += "],\"notes\":" + written(array_of(plan.notes, json_of_note));
    text += ",\"unmapped\":" + written(array_of(plan.unmapped, json_of_unmapped));
    // Plans from before there was a word for drift are read as they stand.
    if (!plan.drift.empty()) text += ",\"drift\":" + written(array_of(plan.drift, json_of_drift));
    return text + '}';
}

std::optional<bool> is_empty_plan(std::string_view beginning) {
    // No text can say this: the quotes in a text have a backslash before them.
    static constexpr std::string_view before_operations = ",\"operations\":[";
    const auto at = beginning.find(before_operations);
    if (at == std::string_view::npos || at + before_operations.size() == beginning.size()) return std::nullopt;
    return beginning[at + before_operations.size()] == ']';
}

Result<Plan> decode_plan(std::string_view json) { return decoded(json, "bad_stored_plan", plan_from); }

std::string encode(const Verdict& verdict) {
    const auto json_of_hold = [](const HoldReason& reason) {
        Json json{{"code", reason.code}, {"sentence", reason.sentence}};
        if (!reason.object.empty()) json["object"] = reason.object;
        return json;
    };
    return written(Json{{"hold", array_of(verdict.hold, json_of_hold)}});
}

Result<Verdict> decode_verdict(std::string_view json) {
    const auto read = [](std::string_view text) {
        return Verdict{.hold = vector_from(Json::parse(text).at("hold"), hold_reason_from)};
    };
    return decoded(json, "bad_stored_verdict", read);
}

}  // namespace usersync::plan
