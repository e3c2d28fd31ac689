#include "core/plan/render.hpp"

#include "core/base/time_text.hpp"
#include "core/plan/fewest_calls.hpp"
#include "core/plan/held_people.hpp"
#include "core/plan/make_plan.hpp"

#include <nlohmann/json.hpp>

#include <map>
#include <string_view>

namespace usersync::plan {
namespace {

using Json = nlohmann::ordered_json;

std::string quoted_names(const std::vector<GroupChange>& groups) {
    std::string text;
    for (const auto& group : groups) {
        if (!text.empty()) text += ", ";
        text += '"' + group.name + '"';
    }
    return text;
}

char sign_of(const Operation& operation) {
    switch (operation.stage) {
        case Stage::adopt: return '=';
        case Stage::make_group:
        case Stage::create:
        case Stage::group_add: return '+';
        case Stage::invite_again:
        case Stage::profile:
        case Stage::role: return '~';
        case Stage::group_remove:
        case Stage::leave_role:
        case Stage::leave_groups:
        case Stage::suspend:
        case Stage::remove: return '-';
    }
    return '?';
}

struct Sentence {
    std::string operator()(const Adopt& adopt) const {
        std::string what;
        const auto add = [&](const std::string& one) { what += (what.empty() ? "" : ", ") + one; };
        if (!adopt.groups.empty()) add((adopt.user ? "with " : "") + quoted_names(adopt.groups));
        if (adopt.role) add("role " + adopt.role->value());
        for (const auto& one : adopt.group_roles) add("role " + one.role.value() + " in " + quoted_names({one.group}));
        if (adopt.link) add("linked");
        if (!adopt.user) return "counts as ours: " + what;
        return "the account counts as ours" + (what.empty() ? "" : ", " + what);
    }
    std::string operator()(const CreateUser& create) const {
        std::string wishes;
        const auto wish = [&](std::string_view text) { wishes.append(wishes.empty() ? "" : ", ").append(text); };
        if (create.invitation.channel) wish(to_string(*create.invitation.channel));
        if (!create.invitation.language.empty()) wish(create.invitation.language);
        if (create.user_name) wish("with a user name");
        if (create.temporary_password) wish("with a temporary password");
        return "create the account and invite" + (wishes.empty() ? "" : " (asked for: " + wishes + ')');
    }
    std::string operator()(const ReactivateUser& reactivate) const {
        return reactivate.formerly ? "reactivate the account of " + reactivate.formerly->value()
                                   : "reactivate the account";
    }
    std::string operator()(const UpdateProfile& update) const {
        return update.parks ? "park the e-mail address for a while" : "update the profile";
    }
    std::string operator()(const AddToGroups& add) const { return "add to " + quoted_names(add.groups); }
    std::string operator()(const RemoveFromGroups& remove) const {
        return "remove from " + quoted_names(remove.groups);
    }
    std::string operator()(const ChangeRole& role) const {
        return "role " + role.before.value() + " -> " + role.after.value();
    }
    std::string operator()(const ChangeGroupRole& role) const {
        return "role " + role.before.value() + " -> " + role.after.value() + " in " + quoted_names({role.group});
    }
    std::string operator()(const Release& release) const {
        std::string lost;
        std::string forgotten;
        const auto add = [](std::string& list, const std::string& one) { list += (list.empty() ? "" : ", ") + one; };
        if (release.user) add(lost, "the account");
        if (!release.groups.empty()) add(lost, quoted_names(release.groups));
        if (release.role) add(lost, "role " + release.role->value());
        for (const auto& one : release.group_roles) {
            add(lost, "role " + one.role.value() + " in " + quoted_names({one.group}));
        }
        for (const auto& [what, object] : release.forgotten) {
            add(forgotten, std::string(to_string(what)) + (object.empty() ? "" : " " + object));
        }
        std::string text = lost.empty() ? "" : "not ours any more: " + lost;
        if (!forgotten.empty()) text += (text.empty() ? "forgotten: " : "; forgotten: ") + forgotten;
        return text;
    }
    std::string operator()(const InviteAgain&) const { return "invite again"; }
    std::string operator()(const SuspendUser& suspend) const {
        return suspend.becomes ? "suspend the account, to be brought back as that of " + suspend.becomes->value()
                               : "suspend the account";
    }
    std::string operator()(const EndMembership&) const { return "remove from the network"; }
    std::string operator()(const MakeGroup& make) const {
        return "make the " + describe(GroupRef{.by = GroupRef::By::name, .kind = make.kind, .text = make.name});
    }
};

std::map<std::string_view, std::size_t> count_kinds(const Plan& plan) {
    std::map<std::string_view, std::size_t> counts;
    for (const auto& operation : plan.operations) ++counts[kind_of(operation.change.what)];
    return counts;
}

std::map<Stage, std::size_t> count_stages(const Plan& plan) {
    std::map<Stage, std::size_t> counts;
    for (const auto& operation : plan.operations) ++counts[operation.stage];
    return counts;
}

std::string reason_or_fault(const Excess& excess) {
    return excess.reason.empty() ? "nobody knows why: a fault of the planner" : excess.reason;
}

std::string source_of(LatencyFrom from) {
    switch (from) {
        case LatencyFrom::assumed: return "by the setting target.typical_latency";
        case LatencyFrom::reads: return "by what the newest reads took";
        case LatencyFrom::ledger: return "by what the newest operations in the ledger took";
    }
    return {};
}

std::string counted(std::size_t count, const std::string& one) {
    return std::to_string(count) + ' ' + one + (count == 1 ? "" : "s");
}

/// "about 6 s (at least 5 s, 27 requests)". What is less than a second is not told as none.
std::string time_text(const Estimate& estimate) {
    constexpr Duration second = std::chrono::seconds(1);
    const auto requests = counted(estimate.requests, "request");
    if (estimate.expected < second) return "less than a second (" + requests + ')';
    const auto at_least = estimate.ideal < second ? std::string() : "at least " + span_text(estimate.ideal) + ", ";
    return "about " + span_text(estimate.expected) + " (" + at_least + requests + ')';
}

std::string calls_text(const Plan& plan, const Outlook& outlook) {
    if (calls_of(plan) == 0) return {};
    std::string out = "  stages:";
    for (const auto& [stage, count] : count_stages(plan)) {
        out += ' ' + std::string(to_string(stage)) + '=' + std::to_string(count);
    }
    out += "\n  fewest calls possible: " + std::to_string(fewest_calls(plan)) + '\n';
    std::map<std::string, std::size_t> reasons;
    for (const auto& excess : excess_of(plan)) ++reasons[reason_or_fault(excess)];
    for (const auto& [reason, count] : reasons) out += "  " + std::to_string(count) + " more: " + reason + '\n';
    if (outlook.estimate) {
        out += "  takes " + time_text(*outlook.estimate) + "\n  a call takes " +
               std::to_string(outlook.estimate->latency.of_call.count()) + " ms, " +
               source_of(outlook.estimate->latency.from) + '\n';
    }
    return out;
}

Json estimate_json(const std::optional<Estimate>& estimate) {
    if (!estimate) return nullptr;
    const auto seconds = [](Duration span) { return std::chrono::duration<double>(span).count(); };
    return Json{{"calls", estimate->calls},
                {"requests", estimate->requests},
                {"longest_chain", estimate->longest},
                {"ideal_s", seconds(estimate->ideal)},
                {"expected_s", seconds(estimate->expected)},
                {"call_ms", estimate->latency.of_call.count()},
                {"call_ms_from", to_string(estimate->latency.from)}};
}

Json excess_json(const Plan& plan) {
    Json list = Json::array();
    for (const auto& excess : excess_of(plan)) {
        list.push_back({{"operation", excess.operation.value()}, {"reason", reason_or_fault(excess)}});
    }
    return list;
}

/// `at`: where the rule stands; null for a reason that is no rule of a file.
Json to_json(const Reason& reason) {
    Json at = nullptr;
    if (!reason.origin.file.empty()) {
        at = {{"file", reason.origin.file}, {"line", reason.origin.line}, {"column", reason.origin.column}};
    }
    return Json{{"rule", reason.rule}, {"at", at}, {"column", reason.column}, {"value", reason.value}};
}

Json groups_json(const std::vector<GroupChange>& groups) {
    Json list = Json::array();
    for (const auto& group : groups) {
        list.push_back({{"eid", group.eid.value()}, {"name", group.name}, {"reason", to_json(group.reason)}});
    }
    return list;
}

Json group_roles_json(const std::vector<GroupRoleOf>& roles) {
    Json list = Json::array();
    for (const auto& one : roles) {
        list.push_back({{"eid", one.group.eid.value()},
                        {"name", one.group.name},
                        {"role", one.role.value()},
                        {"reason", to_json(one.group.reason)}});
    }
    return list;
}

/// Not the user name: a template may well make it of the person's own.
Json invitation_json(const CreateUser& create) {
    const auto& invitation = create.invitation;
    Json json{{"channel", nullptr}, {"language", invitation.language}, {"reason", nullptr}};
    if (invitation.channel) json["channel"] = to_string(*invitation.channel);
    if (invitation.reason) json["reason"] = to_json(*invitation.reason);
    json["user_name"] = create.user_name.has_value();
    json["temporary_password"] = create.temporary_password;
    return json;
}

Json group_json(const MakeGroup& make) {
    Json json{{"kind", to_string(make.kind)}, {"name", make.name}, {"business_unit", nullptr}, {"department", nullptr}};
    if (make.business_unit) json["business_unit"] = make.business_unit->value();
    if (make.department) json["department"] = make.department->value();
    return json;
}

Json to_json(const Operation& operation) {
    Json json{{"key", operation.key.value()},
              {"stage", to_string(operation.stage)},
              {"kind", kind_of(operation.change.what)},
              {"employee", operation.change.employee.value()}};
    const auto& what = operation.change.what;
    if (const auto* adopt = std::get_if<Adopt>(&what)) {
        json["user"] = adopt->user;
        json["groups"] = groups_json(adopt->groups);
        if (adopt->role) json["role"] = adopt->role->value();
        json["linked"] = adopt->link.has_value();
        json["group_roles"] = group_roles_json(adopt->group_roles);
    }
    if (const auto* release = std::get_if<Release>(&what)) {
        json["groups"] = groups_json(release->groups);
        if (release->role) json["role"] = release->role->value();
        json["group_roles"] = group_roles_json(release->group_roles);
        json["user"] = release->user;
        json["forgotten"] = Json::array();
        for (const auto& [what_it_is, object] : release->forgotten) {
            json["forgotten"].push_back({{"what", to_string(what_it_is)}, {"object", object}});
        }
    }
    if (const auto* update = std::get_if<UpdateProfile>(&what); update != nullptr && update->parks) {
        json["parks"] = true;
    }
    if (const auto* suspend = std::get_if<SuspendUser>(&what); suspend != nullptr && suspend->becomes) {
        json["becomes"] = suspend->becomes->value();
    }
    if (const auto* back = std::get_if<ReactivateUser>(&what); back != nullptr && back->formerly) {
        json["formerly"] = back->formerly->value();
    }
    if (const auto* role = std::get_if<ChangeGroupRole>(&what)) {
        json["groups"] = groups_json({role->group});
        json["role_before"] = role->before.value();
        json["role_after"] = role->after.value();
    }
    if (const auto* create = std::get_if<CreateUser>(&what)) json["invitation"] = invitation_json(*create);
    if (const auto* make = std::get_if<MakeGroup>(&what)) json["group"] = group_json(*make);
    if (const auto* add = std::get_if<AddToGroups>(&what)) json["groups"] = groups_json(add->groups);
    if (const auto* remove = std::get_if<RemoveFromGroups>(&what)) json["groups"] = groups_json(remove->groups);
    if (const auto* role = std::get_if<ChangeRole>(&what)) {
        json["role_before"] = role->before.value();
        json["role_after"] = role->after.value();
    }
    json["reason"] = to_json(operation.change.reason);
    Json after = Json::array();
    for (const auto& key : operation.after) after.push_back(key.value());
    json["after"] = std::move(after);
    return json;
}

}  // namespace

std::string render_text(const Plan& plan, const Verdict& verdict, const Outlook& outlook) {
    std::string out = "plan " + plan.id.value() + " for " + plan.basis.tenant.value() + " from snapshot " +
                      std::to_string(plan.basis.snapshot.value()) + " (" +
                      std::string(to_string(plan.basis.completeness)) + ")\n";
    for (const auto& operation : plan.operations) {
        out += "  ";
        out += sign_of(operation);
        if (!operation.change.employee.value().empty()) out += ' ' + operation.change.employee.value() + ' ';
        out += ' ' + std::visit(Sentence{}, operation.change.what) + "  [" + describe(operation.change.reason) + "]\n";
    }
    for (const auto& drift : plan.drift) {
        out += "  * " + std::string(to_string(drift.kind)) + ' ' + drift.employee.value() + ": " + drift.object + " (" +
               std::string(to_string(drift.answer)) + ")\n";
    }
    for (const auto& note : plan.notes) {
        out += "  ! ";
        out += to_string(note.kind);
        if (!note.employee.value().empty()) out += ' ' + note.employee.value();
        out += ": " + note.text + '\n';
    }
    for (const auto& unmapped : plan.unmapped) {
        out += "  ! unmapped: " + unmapped.column + " \"" + unmapped.value + "\" (" + std::to_string(unmapped.people) +
               (unmapped.people == 1 ? " person)\n" : " people)\n");
    }
    if (plan.empty()) {
        out += "  nothing to do\n";
    } else {
        out += "  " + counted(plan.operations.size(), "operation") + ", " + counted(calls_of(plan), "call") + ':';
        for (const auto& [kind, count] : count_kinds(plan)) {
            out += ' ' + std::string(kind) + '=' + std::to_string(count);
        }
        out += '\n' + calls_text(plan, outlook);
    }
    for (const auto& sentence : outlook.cannot_be_undone) out += "  cannot be undone: " + sentence + '\n';
    for (const auto& hold : verdict.hold) out += "  held (" + hold.code + "): " + hold.sentence + '\n';
    out += held_text(held_people(plan, verdict));
    return out;
}

std::string render_json(const Plan& plan, const Verdict& verdict, const Outlook& outlook) {
    Json json{{"plan", plan.id.value()},
              {"tenant", plan.basis.tenant.value()},
              {"snapshot", plan.basis.snapshot.value()},
              {"snapshot_content", plan.basis.snapshot_content.hex()},
              {"rules", plan.basis.rules.hex()},
              {"completeness", to_string(plan.basis.completeness)},
              {"calls", calls_of(plan)},
              {"fewest_calls", fewest_calls(plan)},
              {"more_calls", excess_json(plan)},
              {"estimate", estimate_json(outlook.estimate)},
              {"cannot_be_undone", outlook.cannot_be_undone}};
    json["stages"] = Json::object();
    for (const auto& [stage, count] : count_stages(plan)) json["stages"][std::string(to_string(stage))] = count;
    json["operations"] = Json::array();
    for (const auto& operation : plan.operations) json["operations"].push_back(to_json(operation));
    json["drift"] = Json::array();
    for (const auto& drift : plan.drift) {
        json["drift"].push_back({{"kind", to_string(drift.kind)},
                                 {"employee", drift.employee.value()},
                                 {"object", drift.object},
                                 {"answer", to_string(drift.answer)}});
    }
    json["notes"] = Json::array();
    for (const auto& note : plan.notes) {
        json["notes"].push_back(
            {{"kind", to_string(note.kind)}, {"employee", note.employee.value()}, {"text", note.text}});
    }
    json["unmapped"] = Json::array();
    for (const auto& unmapped : plan.unmapped) {
        json["unmapped"].push_back(
            {{"column", unmapped.column}, {"value", unmapped.value}, {"people", unmapped.people}});
    }
    json["held"] = Json::array();
    for (const auto& hold : verdict.hold) json["held"].push_back({{"code", hold.code}, {"sentence", hold.sentence}});
    json["held_people"] = Json::array();
    for (const auto& person : held_people(plan, verdict)) {
        json["held_people"].push_back(
            {{"employee", person.employee.value()}, {"code", person.code}, {"evidence", person.evidence}});
    }
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

}  // namespace usersync::plan
