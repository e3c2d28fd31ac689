// The one screen of `explain`.

#include "core/base/time_text.hpp"
#include "daemon/rules/explain_view.hpp"
#include "daemon/rules/rule_json.hpp"

#include <algorithm>

namespace usersync::rules_view {
namespace {

using rules::ExplainedRule;
using rules::Says;
using rules::Tested;

constexpr std::size_t others_shown_max = 10;
constexpr std::size_t history_shown_max = 5;

std::string joined(const std::vector<std::string>& texts, std::string_view between = " | ") {
    std::string text;
    for (const auto& one : texts) {
        if (!text.empty()) text += between;
        text += one;
    }
    return text;
}

std::string place_of(const std::string& rule, const Origin& origin) {
    const auto at = describe(origin);
    return rule + (at.empty() ? "" : " at " + at);
}

std::string found(const Tested& test) {
    return test.values.empty() ? std::string("empty") : '"' + joined(test.values) + '"';
}

/// "location is "Store 12": it is" and "location is "Store 12", not: is "Store 14"".
std::string text_of(const Tested& test) {
    const auto subject = test.field.empty() ? std::string("today") : test.field + " (" + found(test) + ")";
    return subject + ' ' + test.wanted;
}

std::string because_of(const ExplainedRule& rule) {
    std::string text;
    for (const auto& test : rule.tests) {
        if (!test.is_in_favour()) continue;
        text += (text.empty() ? "" : "; ") + std::string(test.is_negated ? "not: " : "") + text_of(test);
    }
    return text.empty() ? "for everybody" : text;
}

std::string wishes(const std::vector<Tested>& obstacles) {
    std::string text;
    for (const auto& obstacle : obstacles) {
        const auto subject = obstacle.field.empty() ? std::string("today") : obstacle.field;
        text += (text.empty() ? "" : "; ") + subject + " would have to change: now " + found(obstacle) +
                ", wanted: " + obstacle.wanted;
    }
    return text;
}

std::string record_text(const ExplainedPerson& person) {
    std::string text;
    for (const auto& issue : person.issues) {
        text += "  " + std::string(to_string(issue.severity)) +
                (issue.line == 0 ? "" : " row " + std::to_string(issue.line)) + ": " + issue.message + " (" +
                issue.code + ")\n";
    }
    if (!person.explanation) return text;
    std::size_t width = 0;
    for (const auto& field : person.explanation->record) width = std::max(width, field.name.size());
    for (const auto& field : person.explanation->record) {
        const auto value = field.values.empty() ? std::string(field.says_nothing ? "(says nothing)" : "(empty)")
                           : joined(field.values).empty() ? std::string("(empty)")
                                                          : joined(field.values);
        text += "  " + padded(field.name, width) + "  " + value;
        if (!field.headings.empty()) text += "  [" + joined(field.headings) + "]";
        text += '\n';
    }
    return text;
}

std::string reasons_text(const std::vector<Reason>& reasons) {
    std::string text;
    for (const auto& reason : reasons) text += (text.empty() ? "" : "; ") + rules_view::text_of(reason);
    return text;
}

std::string desired_text(const DesiredUser& user) {
    const auto& placement = *user.placement;
    std::string text;
    for (const auto& membership : placement.groups) {
        const bool kept = membership.mode == DesiredMembership::Mode::keep;
        text += std::string(kept ? "  = kept in " : "  + ") + describe(membership.group) + "  [" +
                reasons_text(membership.reasons) + "]\n";
    }
    for (const auto& group : placement.not_in_groups) text += "  - not in " + describe(group) + '\n';
    if (placement.role) {
        text += "  role " + placement.role->role.value() + "  [" + rules_view::text_of(placement.role->reason) + "]\n";
    }
    for (const auto& held : placement.group_roles) {
        text += "  role " + held.role.role.value() + " in " + describe(held.group) + "  [" +
                rules_view::text_of(held.role.reason) + "]\n";
    }
    const auto& invitation = placement.invitation;
    if (invitation.channel || !invitation.language.empty()) {
        text += "  invitation";
        if (invitation.channel) text += " by " + std::string(to_string(*invitation.channel));
        if (!invitation.language.empty()) text += " in " + invitation.language;
        if (invitation.reason) text += "  [" + rules_view::text_of(*invitation.reason) + "]";
        text += '\n';
    }
    if (user.user_name) text += "  user name " + *user.user_name + '\n';
    if (user.temporary_password) text += "  a temporary password is set\n";
    if (placement.not_invited) text += "  not invited  [" + rules_view::text_of(*placement.not_invited) + "]\n";
    if (placement.never_removed) text += "  never removed  [" + rules_view::text_of(*placement.never_removed) + "]\n";
    for (const auto& doubted : placement.doubted_roles) {
        text += "  ! role " + doubted.role.value() + " stays where it is ours: " + joined(doubted.fields, ", ") +
                " leaves it in doubt\n";
    }
    return text;
}

/// Where the rules of a field in doubt can place people: memberships of ours there are not ended.
std::string in_doubt_text(const rules::Explanation& explanation) {
    std::string text;
    for (const auto& field : explanation.in_doubt) {
        std::vector<std::string> places;
        for (const auto kind : field.any_of) places.push_back("any " + std::string(to_string(kind)));
        for (const auto& group : field.groups) {
            if (places.size() == others_shown_max) break;
            places.push_back(describe(group));
        }
        const auto more = field.groups.size() + field.any_of.size() - places.size();
        text += "  ! " + rules::why_in_doubt(explanation, field.field) + ": kept, where ours, is " +
                joined(places, ", ") + (more == 0 ? "" : " and " + std::to_string(more) + " more") + '\n';
    }
    return text;
}

std::string should_be_text(const ExplainedPerson& person) {
    const auto standing = standing_of(person);
    if (standing == "wanted") {
        return "Should be: in the network\n" + desired_text(*person.explanation->wanted) +
               in_doubt_text(*person.explanation);
    }
    if (standing == "frozen") return "Should be: left exactly as they are: " + person.frozen->reason + '\n';
    std::string text;
    if (standing == "not_in_record") {
        text = "Should be: nobody of this employee id is in the record\n";
    } else {
        const auto& not_wanted = *person.explanation->not_wanted;
        text = "Should be: " + standing + "  [" + rules_view::text_of(not_wanted.reason) + "]\n";
    }
    if (!person.never_removed) return text;
    const auto& kept = *person.never_removed;
    if (kept.whole_account) text += "  never removed  [" + rules_view::text_of(kept.reason) + "]\n";
    for (const auto& group : kept.keep_in_groups) {
        text += "  = kept in " + describe(group) + "  [" + rules_view::text_of(kept.reason) + "]\n";
    }
    return text;
}

std::string is_text(const ExplainedPerson& person) {
    const auto& network = person.network;
    if (!network.was_asked) return "Is: not looked at\n";
    if (network.failure) return "Is: not known, " + *network.failure + '\n';
    if (!network.account) return "Is: without an account\n";
    std::string text = "Is: " + std::string(to_string(network.account->state));
    // The network tells no role of somebody who is suspended.
    const auto& role = network.account->role.value();
    if (!role.empty()) text += ", role " + role;
    text += person.owned && person.owned->user ? ", the account is ours\n" : ", the account is not ours\n";
    for (const auto& group : network.groups) {
        const bool ours = person.owned && std::find(person.owned->groups.begin(), person.owned->groups.end(),
                                                    group.eid) != person.owned->groups.end();
        text +=
            "  in " + std::string(to_string(group.kind)) + " \"" + group.name + '"' + (ours ? "" : ", by hand") + '\n';
    }
    return text;
}

std::string names_of(const What& what) {
    const std::vector<GroupChange>* groups = nullptr;
    if (const auto* adopt = std::get_if<Adopt>(&what)) groups = &adopt->groups;
    if (const auto* add = std::get_if<AddToGroups>(&what)) groups = &add->groups;
    if (const auto* remove = std::get_if<RemoveFromGroups>(&what)) groups = &remove->groups;
    std::string text;
    if (groups != nullptr) {
        for (const auto& group : *groups) text += (text.empty() ? " \"" : ", \"") + group.name + '"';
    }
    if (const auto* role = std::get_if<ChangeRole>(&what)) {
        text += ' ' + role->before.value() + " -> " + role->after.value();
    }
    return text;
}

std::string pending_text(const ExplainedPerson& person) {
    const auto operations = pending_of(person);
    const auto notes = notes_of(person);
    if (operations.empty() && notes.empty()) return "Pending: nothing\n";
    std::string text = "Pending in plan " + person.plan->plan.id.value().substr(0, 12) + " (" +
                       std::string(to_string(person.plan->state)) + ")\n";
    for (const auto* operation : operations) {
        text += "  " + std::string(kind_of(operation->change.what)) + names_of(operation->change.what) + "  [" +
                rules_view::text_of(operation->change.reason) + "]\n";
    }
    for (const auto* note : notes) text += "  ! " + std::string(to_string(note->kind)) + ": " + note->text + '\n';
    return text;
}

/// Whether it tells something that the rule does not match. That somebody is not on leave, or that an exception is
/// about somebody else, does not.
bool is_missed(rules::RuleKind kind) {
    switch (kind) {
        case rules::RuleKind::active:
        case rules::RuleKind::role:
        case rules::RuleKind::group:
        case rules::RuleKind::invite: return true;
        case rules::RuleKind::exception:
        case rules::RuleKind::leave:
        case rules::RuleKind::start_date:
        case rules::RuleKind::end_date: return false;
    }
    return true;
}

std::string rules_text(const rules::Explanation& explanation) {
    std::string matching;
    std::string others;
    std::string unjudged;
    std::size_t matched = 0;
    std::size_t unclear = 0;
    std::size_t unmatched = 0;
    std::size_t shown = 0;
    for (const auto& rule : explanation.rules) {
        const auto head = "  " + place_of(rule.rule, rule.origin) + ": ";
        if (rule.says == Says::no_match) {
            ++unmatched;
            if (!is_missed(rule.kind) || shown == others_shown_max) continue;
            others += head + wishes(rule.obstacles) + '\n';
            ++shown;
            continue;
        }
        if (rule.says == Says::unclear) {
            ++unclear;
            if (unclear > others_shown_max) continue;
            unjudged += head + rule.effect + "?  [" + rule.because + "]\n";
            continue;
        }
        ++matched;
        matching += head + rule.effect + "  [" + because_of(rule) + "]\n";
        if (!rule.because.empty()) {
            matching +=
                "      " + std::string(rule.says == Says::overruled ? "without effect: " : "") + rule.because + '\n';
        }
    }
    std::string text = "Rules that match: " + std::to_string(matched) + '\n' + matching;
    if (unclear > 0) text += "Rules that cannot be judged: " + std::to_string(unclear) + '\n' + unjudged;
    if (unclear > others_shown_max) {
        text += "  … and " + std::to_string(unclear - others_shown_max) + " more; --format json has them all\n";
    }
    text += "Rules that do not match: " + std::to_string(unmatched) + '\n' + others;
    if (shown < unmatched) {
        text += "  … and " + std::to_string(unmatched - shown) + " more; --format json has them all\n";
    }
    return text;
}

std::string history_text(const ExplainedPerson& person) {
    if (person.history.empty()) return "History: nothing was ever sent\n";
    std::string text = "History\n";
    std::size_t shown = 0;
    for (const auto& row : person.history) {
        if (shown == history_shown_max) break;
        ++shown;
        const auto when = row.settled_at ? row.settled_at : row.intended_at;
        text += "  " + (when ? utc_text(*when) : std::string("?")) + "  run " + std::to_string(row.run.value()) + "  " +
                std::string(kind_of(row.operation.change.what)) + names_of(row.operation.change.what) + ": " +
                (row.outcome ? std::string(to_string(*row.outcome)) : std::string("not known yet")) +
                (row.code.empty() ? "" : " (" + row.code + ")") + '\n';
    }
    if (shown < person.history.size()) {
        text += "  … and " + std::to_string(person.history.size() - shown) + " more; --format json has them\n";
    }
    return text;
}

std::string unknown_group_text(const ExplainedPerson& person) {
    const bool was_read = person.network.was_asked && !person.network.failure;
    const auto meant = person.nearest_group ? "; did you mean \"" + *person.nearest_group + "\"?" : std::string();
    return was_read ? "there is no such group, neither in the network nor in the rules" + meant
                    : "no rule names such a group, and the network was not read" + meant;
}

std::string why_not_text(const ExplainedPerson& person) {
    if (!person.why_not) return {};
    const auto& why = *person.why_not;
    const auto group = '"' + person.group.value_or("") + '"';
    if (why.is_wanted) return "Why in " + group + ": " + reasons_text(why.reasons) + '\n';
    std::string text = "Why not in " + group + '\n';
    for (const auto& hindrance : why.hindrances) text += "  " + hindrance + '\n';
    for (const auto& way : why.ways) {
        text += "  " + place_of(way.rule, way.origin) + ": ";
        text += way.obstacles.empty() ? "nothing in the record is in its way" : wishes(way.obstacles);
        for (const auto& hindrance : way.hindrances) text += "; " + hindrance;
        text += '\n';
    }
    if (!person.group_is_known) {
        text += "  " + unknown_group_text(person) + '\n';
    } else if (why.ways.empty()) {
        text += "  no rule leads to it for them, whatever their cells say\n";
    }
    return text;
}

}  // namespace

std::string explain_text(const ExplainedPerson& person) {
    std::string text =
        "employee " + person.employee.value() + " of " + person.tenant.value() + " on " + to_string(person.today);
    if (person.snapshot) text += ", snapshot " + std::to_string(person.snapshot->id.value());
    text += ", rules " + person.rules.hex().substr(0, 12) + "\n\nRecord";
    if (person.snapshot) text += " (" + person.snapshot->delivery_name + ")";
    text += '\n' + record_text(person) + should_be_text(person) + is_text(person) + pending_text(person);
    if (person.explanation) text += rules_text(*person.explanation);
    text += history_text(person) + why_not_text(person);
    return text;
}

}  // namespace usersync::rules_view
