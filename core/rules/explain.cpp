#include "core/rules/explain.hpp"

#include "core/rules/compare.hpp"
#include "core/rules/desired_network.hpp"
#include "core/rules/matching.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

namespace usersync::rules {
namespace {

std::string joined(const std::vector<std::string>& texts, const char* between = ", ") {
    std::string all;
    for (const auto& text : texts) all += (all.empty() ? "" : between) + text;
    return all;
}

bool has(const std::vector<std::string>& texts, const std::string& text) {
    return std::find(texts.begin(), texts.end(), text) != texts.end();
}

/// Adds what the target comes to for this person: one group for each of their values.
void add_filled(const GroupTarget& target, const Employee& employee, const FieldNames& names,
                std::vector<GroupRef>& groups) {
    const auto add = [&](std::string text) {
        GroupRef group{.by = target.by, .kind = target.kind, .text = std::move(text)};
        if (std::find(groups.begin(), groups.end(), group) == groups.end()) groups.push_back(std::move(group));
    };
    auto texts = target.text.fill_each(employee, names);
    if (texts.empty()) add(target.text.text());
    for (auto& text : texts) add(std::move(text));
}

std::string described(const std::vector<GroupRef>& groups) {
    std::vector<std::string> texts;
    for (const auto& group : groups) texts.push_back(describe(group));
    return joined(texts);
}

/// The rules that take effect for one person, by their names in reasons.
std::set<std::string> rules_behind(const Explanation& person) {
    std::set<std::string> rules;
    const auto add = [&](const std::optional<Reason>& reason) {
        if (reason) rules.insert(reason->rule);
    };
    if (person.not_wanted) {
        add(person.not_wanted->reason);
        add(person.not_wanted->never_removed);
        return rules;
    }
    const auto& placement = *person.wanted->placement;
    for (const auto& membership : placement.groups) {
        for (const auto& reason : membership.reasons) add(reason);
    }
    if (placement.role) add(placement.role->reason);
    for (const auto& held : placement.group_roles) add(held.role.reason);
    add(placement.invitation.reason);
    add(placement.not_invited);
    add(placement.never_removed);
    return rules;
}

class Explainer {
public:
    Explainer(const Employee& employee, const RuleSet& rules, Day today)
        : employee_(employee), rules_(rules), today_(today) {}

    Explanation explain() {
        person_.key = employee_.key;
        person_.today = today_;
        add_record();
        add_outcome();
        behind_ = rules_behind(person_);
        for (const auto& exception : rules_.exceptions) add(exception);
        add_life_cycle();
        for (const auto& rule : rules_.roles) add(rule);
        for (const auto& table : rules_.groups) add(table);
        add_invites();
        return std::move(person_);
    }

private:
    void add_record() {
        for (std::size_t at = 0; at < rules_.names.all().size(); ++at) {
            const auto& field = rules_.names.field(at);
            const auto value = value_of(employee_, rules_.names, at);
            ExplainedField read{
                field.name, field.headings, {value.texts.begin(), value.texts.end()}, value.says_nothing};
            if (!read.headings.empty() || !read.values.empty()) person_.record.push_back(std::move(read));
        }
    }

    void add_outcome() {
        Mapper mapper(rules_, today_);
        mapper.add(employee_);
        auto desired = mapper.take();
        if (!desired.users.empty()) {
            person_.wanted = std::move(desired.users.front());
            const auto& placement = *person_.wanted->placement;
            for (auto& field : desired.field_groups) {
                const bool doubted =
                    has(placement.empty_fields, field.field) || has(placement.unmapped_fields, field.field);
                if (doubted) person_.in_doubt.push_back(std::move(field));
            }
        }
        if (!desired.not_wanted.empty()) person_.not_wanted = std::move(desired.not_wanted.front());
    }

    /// By itself, or by the business unit and department that its local department brings along.
    bool takes_effect(const std::string& rule) const {
        return behind_.contains(rule) || behind_.contains(rule + " (parent)");
    }

    /// Adds the groups of a rule: those that it gives where it matches, and what is written there where it does not.
    void add_groups(const GroupTarget& target, const Condition& when, ExplainedRule& rule) const {
        std::vector<NamedGroup> named;
        if (rule.says == Says::applies) {
            name_groups(target, when, {employee_, rules_.names, today_}, rule.rule, rule.origin, named);
        }
        for (auto& one : named) rule.groups.push_back(std::move(one.group));
        if (named.empty() && target.text.is_constant()) rule.groups.push_back(constant_group(target));
        if (named.empty() && !target.text.is_constant()) {
            rule.groups.push_back({.by = target.by, .kind = target.kind, .text = target.text.text()});
        }
    }

    static ExplainedRule begun(RuleKind kind, std::string rule, Origin origin, TestedCondition tested) {
        ExplainedRule explained;
        explained.kind = kind;
        explained.says = tested.holds ? Says::applies : Says::no_match;
        explained.rule = std::move(rule);
        explained.origin = std::move(origin);
        explained.tests = std::move(tested.tests);
        explained.obstacles = std::move(tested.obstacles);
        return explained;
    }

    /// What takes the place of a rule that matches without effect.
    std::string stronger_than_placing() const {
        if (!person_.not_wanted) return {};
        const auto& reason = person_.not_wanted->reason;
        return "they should not be in the network now: " + std::string(to_string(person_.not_wanted->absence)) +
               (reason.rule.empty() ? "" : " (" + reason.rule + ")");
    }

    TestedCondition test(const Exception& exception) const {
        if (exception.when) {
            return test_expression(*exception.when, exception.origin, employee_, rules_.names, today_);
        }
        Tested test;
        test.origin = exception.origin;
        test.field = "employee_id";
        test.values = {employee_.key.value()};
        test.wanted = "is \"" + exception.person->value() + '"';
        test.holds = *exception.person == employee_.key;
        TestedCondition tested{.holds = test.holds, .tests = {test}, .obstacles = {}};
        if (!test.holds) tested.obstacles = tested.tests;
        return tested;
    }

    void add(const Exception& exception) {
        auto rule = begun(RuleKind::exception, exception.id, exception.origin, test(exception));
        const bool is_missed = rule.says == Says::no_match && exception.when && exception.holds_on(today_);
        if (is_missed) note_silence(*exception.when, rule);
        std::vector<std::string> effects;
        const auto groups = [&](const std::vector<GroupTarget>& targets, const char* what) {
            if (targets.empty()) return;
            std::vector<GroupRef> filled;
            for (const auto& target : targets) add_filled(target, employee_, rules_.names, filled);
            effects.push_back(what + described(filled));
            rule.groups.insert(rule.groups.end(), filled.begin(), filled.end());
        };
        groups(exception.add_groups, "member of ");
        groups(exception.keep_in_groups, "kept in ");
        groups(exception.not_in_groups, "not in ");
        if (exception.role) {
            std::vector<GroupRef> in;
            if (exception.role_in) add_filled(*exception.role_in, employee_, rules_.names, in);
            effects.push_back("role " + exception.role->value() + (in.empty() ? "" : " in " + described(in)));
            rule.role = exception.role;
            rule.groups.insert(rule.groups.end(), in.begin(), in.end());
        }
        if (exception.do_not_invite) effects.emplace_back("not invited");
        if (exception.never_remove) effects.emplace_back("never removed");
        if (exception.exclude) effects.emplace_back("left exactly as they are");
        rule.effect = joined(effects);
        if (rule.says == Says::applies && !exception.holds_on(today_)) {
            rule.says = Says::expired;
            rule.because = "it ended on " + usersync::to_string(*exception.until);
        } else if (rule.says == Says::applies && !takes_effect(exception.id)) {
            note_exception_without_trace(exception, rule);
        }
        person_.rules.push_back(std::move(rule));
    }

    /// An exception that only takes away leaves no reason behind; one that somebody stronger replaces neither.
    void note_exception_without_trace(const Exception& exception, ExplainedRule& rule) const {
        const bool only_forbids = !exception.not_in_groups.empty();
        if (person_.wanted && only_forbids) return;
        rule.says = Says::overruled;
        rule.because = person_.not_wanted ? stronger_than_placing()
                                          : "another exception is stronger, or it is so without this one";
    }

    void add_life_cycle() {
        const auto& cycle = rules_.life_cycle;
        if (cycle.active) add_state(RuleKind::active, *cycle.active, cycle.active_at, "counts as employed");
        if (cycle.uses_end_date) add_date(RuleKind::end_date, "end_date");
        if (cycle.uses_start_date) add_date(RuleKind::start_date, "start_date");
        if (cycle.leave) {
            const char* effect = cycle.leave_suspends ? "on leave: suspended" : "on leave: stays as they are";
            add_state(RuleKind::leave, *cycle.leave, cycle.leave_at, effect);
        }
    }

    void add_state(RuleKind kind, const Expression& when, const Origin& at, const char* effect) {
        auto tested = test_expression(when, at, employee_, rules_.names, today_);
        auto rule = begun(kind, "life_cycle." + std::string(to_string(kind)), at, std::move(tested));
        rule.effect = effect;
        note_silence(when, rule);
        person_.rules.push_back(std::move(rule));
    }

    std::vector<std::string> names_of(const std::vector<std::size_t>& fields) const {
        std::vector<std::string> names;
        for (const auto field : fields) names.push_back(rules_.names.field(field).name);
        return names;
    }

    /// A state or a protection that cannot be judged is neither there nor not there.
    void note_silence(const Expression& when, ExplainedRule& rule) const {
        const Person person{employee_, rules_.names, today_};
        if (when.judge(employee_, rules_.names, today_) != Judgement::unknown) return;
        rule.says = Says::unclear;
        const auto fields = names_of(silent_fields(when, person));
        rule.because = joined(fields) + (fields.size() == 1 ? " says nothing" : " say nothing");
    }

    /// A rule that places people and does not hold: for want of an answer?
    void note_doubt(const Condition& when, ExplainedRule& rule) const {
        if (rule.says != Says::no_match || !person_.wanted) return;
        const Person person{employee_, rules_.names, today_};
        std::vector<std::size_t> unmapped;
        for (const auto& field : person_.wanted->placement->unmapped_fields) {
            if (const auto index = rules_.names.find(field).index) unmapped.push_back(*index);
        }
        if (judge(when, person, unmapped) != Judgement::unknown) return;
        rule.says = Says::unclear;
        for (const auto field : fields_of(when)) {
            const bool silent = person.value(field).says_nothing;
            if (!silent && std::find(unmapped.begin(), unmapped.end(), field) == unmapped.end()) continue;
            rule.because += (rule.because.empty() ? "" : ", ") + rules_.names.field(field).name +
                            (silent ? " says nothing" : " has a value that no row knows");
        }
    }

    /// A date in the record that keeps the person out.
    void add_date(RuleKind kind, const char* field) {
        const auto at = rules_.names.find(field).index;
        if (!at) return;
        const auto value = value_of(employee_, rules_.names, *at);
        if (value.texts.empty()) return;
        const auto day = day_from(value.main());
        const auto& cycle = rules_.life_cycle;
        const bool starts = kind == RuleKind::start_date;
        const auto turn = starts ? day.value_or(today_) - std::chrono::days(cycle.start_lead_days)
                                 : day.value_or(today_) + std::chrono::days(cycle.end_delay_days);
        TestedCondition tested;
        tested.holds = day && (starts ? today_ < turn : turn < today_);
        Tested test;
        test.field = field;
        test.values = {value.texts.begin(), value.texts.end()};
        test.wanted = starts
                          ? "is later than " + usersync::to_string(today_ + std::chrono::days(cycle.start_lead_days))
                          : "is earlier than " + usersync::to_string(today_ - std::chrono::days(cycle.end_delay_days));
        test.holds = tested.holds;
        tested.tests = {test};
        if (!tested.holds) tested.obstacles = {test};
        auto rule = begun(kind, "life_cycle." + std::string(field), {}, std::move(tested));
        rule.effect = starts ? "not started yet" : "has ended";
        person_.rules.push_back(std::move(rule));
    }

    void add(const RoleRule& role) {
        auto tested = test_condition(role.when, role.origin, employee_, rules_.names, today_);
        auto rule = begun(RuleKind::role, role.id, role.origin, std::move(tested));
        note_doubt(role.when, rule);
        rule.role = role.role;
        if (role.target) add_groups(*role.target, role.when, rule);
        rule.effect = "role " + role.role.value() + (rule.groups.empty() ? "" : " in " + described(rule.groups));
        if (rule.says == Says::applies && !gives_role(role.id)) {
            // A role in a group makes its holder a member of it, whichever role is the highest there.
            if (!takes_effect(role.id)) rule.says = Says::overruled;
            rule.because = stronger_than_placing();
            if (rule.because.empty()) rule.because = stronger_role(rule);
        }
        person_.rules.push_back(std::move(rule));
    }

    bool gives_role(const std::string& rule) const {
        if (!person_.wanted) return false;
        const auto& placement = *person_.wanted->placement;
        return (placement.role && placement.role->reason.rule == rule) ||
               std::any_of(placement.group_roles.begin(), placement.group_roles.end(),
                           [&](const DesiredGroupRole& held) { return held.role.reason.rule == rule; });
    }

    std::string stronger_role(const ExplainedRule& rule) const {
        const auto& placement = *person_.wanted->placement;
        if (rule.groups.empty() && placement.role) {
            return placement.role->reason.rule + " gives the role " + placement.role->role.value();
        }
        for (const auto& held : placement.group_roles) {
            const bool is_there = std::find(rule.groups.begin(), rule.groups.end(), held.group) != rule.groups.end();
            if (is_there) return held.role.reason.rule + " gives the role " + held.role.role.value();
        }
        return forbidden_by(rule.groups);
    }

    std::string forbidden_by(const std::vector<GroupRef>& groups) const {
        const auto& forbidden = person_.wanted->placement->not_in_groups;
        for (const auto& group : groups) {
            if (std::binary_search(forbidden.begin(), forbidden.end(), group)) {
                return "an exception forbids " + describe(group);
            }
        }
        return "the record has no value for the group's name";
    }

    void add(const GroupTable& table) {
        std::string first;
        for (const auto& each : table.rules) {
            auto tested = test_condition(each.when, each.origin, employee_, rules_.names, today_);
            auto rule = begun(RuleKind::group, each.id, each.origin, std::move(tested));
            note_doubt(each.when, rule);
            const bool leads_nowhere = each.group.text.text().empty();
            if (!leads_nowhere) add_groups(each.group, each.when, rule);
            for (const auto& parent : each.parents) add_groups(parent, each.when, rule);
            rule.effect = leads_nowhere ? "known, and leads to no group" : "member of " + described(rule.groups);
            const bool holds = rule.says == Says::applies;
            if (holds && !leads_nowhere && !takes_effect(each.id)) {
                rule.says = Says::overruled;
                rule.because = stronger_than_placing();
                if (rule.because.empty() && table.first_match && !first.empty()) {
                    rule.because = first + " comes first in " + table.id;
                }
                if (rule.because.empty()) rule.because = forbidden_by(rule.groups);
            }
            if (holds && first.empty()) first = each.id;
            person_.rules.push_back(std::move(rule));
        }
    }

    void add_invites() {
        bool has_channel = false;
        bool has_language = false;
        for (const auto& invite : rules_.invites) {
            TestedCondition tested{.holds = true, .tests = {}, .obstacles = {}};
            if (invite.when) {
                tested = test_expression(*invite.when, invite.origin, employee_, rules_.names, today_);
            }
            auto rule = begun(RuleKind::invite, invite.id, invite.origin, std::move(tested));
            const auto language = invite.language ? invite.language->fill(employee_, rules_.names) : std::nullopt;
            std::vector<std::string> effects;
            if (invite.channel) effects.push_back("invited by " + std::string(to_string(*invite.channel)));
            if (invite.language) effects.push_back("in language " + language.value_or(invite.language->text()));
            rule.effect = joined(effects);
            if (rule.says == Says::applies) {
                const bool says_more = (invite.channel && !has_channel) || (language && !has_language);
                has_channel = has_channel || invite.channel;
                has_language = has_language || language;
                if (!says_more || person_.not_wanted) rule.says = Says::overruled;
                if (!says_more) rule.because = "an earlier one says it";
                if (person_.not_wanted) rule.because = stronger_than_placing();
            }
            person_.rules.push_back(std::move(rule));
        }
    }

    const Employee& employee_;
    const RuleSet& rules_;
    Day today_;
    Explanation person_;
    std::set<std::string> behind_;
};

}  // namespace

std::string_view to_string(RuleKind kind) {
    switch (kind) {
        case RuleKind::exception: return "exception";
        case RuleKind::active: return "active";
        case RuleKind::leave: return "leave";
        case RuleKind::start_date: return "start_date";
        case RuleKind::end_date: return "end_date";
        case RuleKind::role: return "role";
        case RuleKind::group: return "group";
        case RuleKind::invite: return "invite";
    }
    return "group";
}

std::string_view to_string(Says says) {
    switch (says) {
        case Says::applies: return "applies";
        case Says::overruled: return "overruled";
        case Says::no_match: return "no_match";
        case Says::unclear: return "unclear";
        case Says::expired: return "expired";
    }
    return "no_match";
}

std::string why_in_doubt(const Explanation& person, const std::string& field) {
    const bool is_silent = person.wanted && has(person.wanted->placement->empty_fields, field);
    return field + (is_silent ? " says nothing" : " has a value that no row knows");
}

Explanation explain(const Employee& employee, const RuleSet& rules, Day today) {
    return Explainer(employee, rules, today).explain();
}

}  // namespace usersync::rules
