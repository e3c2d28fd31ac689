#include "daemon/rules/explain_view.hpp"

#include "core/base/time_text.hpp"
#include "daemon/rules/rule_json.hpp"

#include <algorithm>

namespace usersync::rules_view {
namespace {

bool is_pending(const std::optional<StoredPlan>& plan) {
    return plan && (plan->state == PlanState::held || plan->state == PlanState::allowed);
}

Json json_of(const std::optional<Time>& time) { return time ? Json(utc_text(*time)) : Json(); }

Json json_of(const std::vector<GroupChange>& groups) {
    Json list = Json::array();
    for (const auto& group : groups) {
        list.push_back(
            {{"eid", group.eid.value()}, {"name", group.name}, {"reason", rules_view::json_of(group.reason)}});
    }
    return list;
}

/// What an operation does, besides its kind.
void add_what(Json& json, const Change& change) {
    json["groups"] = Json::array();
    if (const auto* adopt = std::get_if<Adopt>(&change.what)) json["groups"] = json_of(adopt->groups);
    if (const auto* add = std::get_if<AddToGroups>(&change.what)) json["groups"] = json_of(add->groups);
    if (const auto* remove = std::get_if<RemoveFromGroups>(&change.what)) json["groups"] = json_of(remove->groups);
    if (const auto* role = std::get_if<ChangeRole>(&change.what)) {
        json["role_before"] = role->before.value();
        json["role_after"] = role->after.value();
    }
    json["reason"] = rules_view::json_of(change.reason);
}

Json record_json(const rules::Explanation& explanation) {
    Json list = Json::array();
    for (const auto& field : explanation.record) {
        list.push_back({{"field", field.name},
                        {"headings", field.headings},
                        {"values", field.values},
                        {"says_nothing", field.says_nothing}});
    }
    return list;
}

Json json_of(const RecordIssue& issue) {
    return {{"severity", to_string(issue.severity)},
            {"line", issue.line == 0 ? Json() : Json(issue.line)},
            {"column", issue.column.empty() ? Json() : Json(issue.column)},
            {"code", issue.code},
            {"message", issue.message}};
}

Json json_of(const rules::ExplainedRule& rule) {
    Json json{{"kind", to_string(rule.kind)}, {"rule", rule.rule}};
    add_origin(json, rule.origin);
    json["says"] = to_string(rule.says);
    json["effect"] = rule.effect;
    json["because"] = rule.because.empty() ? Json() : Json(rule.because);
    json["groups"] = rules_view::json_of(rule.groups);
    json["role"] = rule.role ? Json(rule.role->value()) : Json();
    json["tests"] = rules_view::json_of(rule.tests);
    json["obstacles"] = rules_view::json_of(rule.obstacles);
    return json;
}

Json desired_json_of(const rules::Explanation& explanation) {
    if (!explanation.wanted) return nullptr;
    const auto& user = *explanation.wanted;
    Json json{{"user_name", user.user_name ? Json(*user.user_name) : Json()},
              {"temporary_password", {{"set", user.temporary_password.has_value()}}}};
    json.update(rules_view::json_of(*user.placement));
    return json;
}

Json in_doubt_json(const rules::Explanation& explanation) {
    Json list = Json::array();
    for (const auto& field : explanation.in_doubt) {
        Json kinds = Json::array();
        for (const auto kind : field.any_of) kinds.push_back(to_string(kind));
        list.push_back({{"field", field.field},
                        {"because", rules::why_in_doubt(explanation, field.field)},
                        {"groups", rules_view::json_of(field.groups)},
                        {"any_of", std::move(kinds)}});
    }
    return list;
}

bool is_ours(const ExplainedPerson& person, const GroupEid& group) {
    return person.owned &&
           std::find(person.owned->groups.begin(), person.owned->groups.end(), group) != person.owned->groups.end();
}

Json actual_json(const ExplainedPerson& person) {
    if (!person.network.account) return nullptr;
    const auto& account = *person.network.account;
    Json json{{"eid", account.eid ? Json(account.eid->value()) : Json()},
              {"state", to_string(account.state)},
              {"role", account.role.value()},
              {"ours", person.owned && person.owned->user}};
    json["groups"] = Json::array();
    for (const auto& group : person.network.groups) {
        json["groups"].push_back({{"eid", group.eid.value()},
                                  {"kind", to_string(group.kind)},
                                  {"name", group.name},
                                  {"ours", is_ours(person, group.eid)}});
    }
    return json;
}

Json pending_json(const ExplainedPerson& person) {
    if (!is_pending(person.plan)) return nullptr;
    Json json{{"plan", person.plan->plan.id.value()}, {"state", to_string(person.plan->state)}};
    json["operations"] = Json::array();
    for (const auto* operation : pending_of(person)) {
        Json one{{"key", operation->key.value()},
                 {"stage", to_string(operation->stage)},
                 {"kind", kind_of(operation->change.what)}};
        add_what(one, operation->change);
        json["operations"].push_back(std::move(one));
    }
    json["notes"] = Json::array();
    for (const auto* note : notes_of(person)) {
        json["notes"].push_back({{"kind", to_string(note->kind)}, {"text", note->text}});
    }
    return json;
}

Json history_json(const std::vector<LedgerRow>& history) {
    Json list = Json::array();
    for (const auto& row : history) {
        Json one{{"run", row.run.value()},
                 {"kind", kind_of(row.operation.change.what)},
                 {"intended_at", json_of(row.intended_at)},
                 {"settled_at", json_of(row.settled_at)},
                 {"outcome", row.outcome ? Json(to_string(*row.outcome)) : Json()},
                 {"code", row.code.empty() ? Json() : Json(row.code)},
                 {"attempts", row.attempts}};
        add_what(one, row.operation.change);
        list.push_back(std::move(one));
    }
    return list;
}

Json why_not_json(const ExplainedPerson& person) {
    if (!person.why_not) return nullptr;
    const auto& why = *person.why_not;
    Json json{{"group", person.group.value_or("")}, {"is_wanted", why.is_wanted}};
    json["reasons"] = rules_view::json_of(why.reasons);
    json["hindrances"] = why.hindrances;
    json["ways"] = Json::array();
    for (const auto& way : why.ways) {
        Json one{{"kind", to_string(way.kind)}, {"rule", way.rule}};
        add_origin(one, way.origin);
        one["obstacles"] = rules_view::json_of(way.obstacles);
        one["hindrances"] = way.hindrances;
        json["ways"].push_back(std::move(one));
    }
    json["is_known"] = person.group_is_known;
    json["nearest"] = person.nearest_group ? Json(*person.nearest_group) : Json();
    return json;
}

Json reason_json(const ExplainedPerson& person) {
    if (person.frozen) return person.frozen->reason;
    if (person.explanation && person.explanation->not_wanted) {
        return rules_view::json_of(person.explanation->not_wanted->reason);
    }
    return nullptr;
}

std::string network_word(const ShownByNetwork& network) {
    if (!network.was_asked) return "not_asked";
    return network.failure.value_or("read");
}

}  // namespace

std::vector<const Operation*> pending_of(const ExplainedPerson& person) {
    std::vector<const Operation*> pending;
    if (!is_pending(person.plan)) return pending;
    for (const auto& operation : person.plan->plan.operations) {
        if (operation.change.employee == person.employee) pending.push_back(&operation);
    }
    return pending;
}

std::vector<const Note*> notes_of(const ExplainedPerson& person) {
    std::vector<const Note*> notes;
    if (!is_pending(person.plan)) return notes;
    for (const auto& note : person.plan->plan.notes) {
        if (note.employee == person.employee) notes.push_back(&note);
    }
    return notes;
}

std::string standing_of(const ExplainedPerson& person) {
    if (person.frozen) return "frozen";
    if (!person.explanation) return "not_in_record";
    const auto& not_wanted = person.explanation->not_wanted;
    return not_wanted ? std::string(to_string(not_wanted->absence)) : "wanted";
}

std::string explain_json(const ExplainedPerson& person) {
    Json json{{"tenant", person.tenant.value()},
              {"employee", person.employee.value()},
              {"today", to_string(person.today)},
              {"rules_version", person.rules.hex()},
              {"snapshot", person.snapshot ? Json(person.snapshot->id.value()) : Json()},
              {"delivery", person.snapshot ? Json(person.snapshot->delivery_name) : Json()},
              {"standing", standing_of(person)},
              {"reason", reason_json(person)}};
    json["record"] = person.explanation ? record_json(*person.explanation) : Json::array();
    json["issues"] = Json::array();
    for (const auto& issue : person.issues) json["issues"].push_back(json_of(issue));
    json["rules"] = Json::array();
    if (person.explanation) {
        for (const auto& rule : person.explanation->rules) json["rules"].push_back(json_of(rule));
    }
    json["desired"] = person.explanation ? desired_json_of(*person.explanation) : Json();
    json["in_doubt"] = Json::array();
    if (person.explanation) json["in_doubt"] = in_doubt_json(*person.explanation);
    const bool has_account_kept = person.never_removed && person.never_removed->whole_account;
    json["never_removed"] = has_account_kept ? rules_view::json_of(person.never_removed->reason) : Json();
    json["kept_in"] = Json::array();
    if (person.never_removed) json["kept_in"] = rules_view::json_of(person.never_removed->keep_in_groups);
    json["actual"] = actual_json(person);
    json["network"] = network_word(person.network);
    json["pending"] = pending_json(person);
    json["history"] = history_json(person.history);
    json["why_not"] = why_not_json(person);
    return dumped(json);
}

}  // namespace usersync::rules_view
