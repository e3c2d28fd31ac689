#include "core/rules/rule_set.hpp"

#include "core/rules/spelling.hpp"

#include <algorithm>

namespace usersync::rules {
namespace {

/// Everything that a rule set holds. What is left out here could be changed unseen after a plan was approved.
class Whole {
public:
    explicit Whole(const RuleSet& rules) {
        add_names(rules.names);
        each(rules.groups, [this](const GroupTable& table) { add(table); });
        each(rules.roles, [this](const RoleRule& rule) { add(rule); });
        each(rules.role_order, [this](const RoleId& role) { out_.add(role.value()); });
        add(rules.life_cycle);
        each(rules.invites, [this](const InviteRule& rule) { add(rule); });
        out_.add_if(rules.user_name);
        out_.add_if(rules.temporary_password);
        for (const auto admit : {rules.without_email, rules.without_business_unit, rules.without_group}) {
            number(static_cast<std::int64_t>(admit));
        }
        each(rules.exceptions, [this](const Exception& exception) { add(exception); });
    }

    const std::string& bytes() const { return out_.bytes(); }

private:
    void number(std::int64_t value) { out_.add(value); }
    void flag(bool value) { number(value ? 1 : 0); }

    template <class T, class Add>
    void each(const std::vector<T>& parts, Add add_one) {
        number(static_cast<std::int64_t>(parts.size()));
        for (const auto& part : parts) add_one(part);
    }

    void stands(const std::string& id, const Origin& origin) {
        out_.add(id);
        out_.add(origin);
    }

    void add_names(const FieldNames& names) {
        each(names.all(), [this](const RuleField& field) {
            out_.add(field.name);
            number(static_cast<std::int64_t>(field.type));
            out_.add_each(field.headings);
        });
    }

    void add(const Condition& condition) {
        out_.add(condition);
        out_.add(condition.expression_at);
        for (const auto& cell : condition.cells) number(static_cast<std::int64_t>(cell.column));
    }

    void add(const GroupTable& table) {
        stands(table.id, table.origin);
        flag(table.first_match);
        flag(table.create_missing);
        each(table.rules, [this](const GroupRule& rule) {
            stands(rule.id, rule.origin);
            add(rule.when);
            out_.add(rule.group);
            out_.add_each(rule.parents);
        });
    }

    void add(const RoleRule& rule) {
        stands(rule.id, rule.origin);
        add(rule.when);
        out_.add_if(rule.target);
        out_.add(rule.role.value());
    }

    void add(const LifeCycle& life) {
        out_.add_if(life.active);
        out_.add(life.active_at);
        out_.add_if(life.leave);
        out_.add(life.leave_at);
        flag(life.leave_suspends);
        number(life.start_lead_days);
        number(life.end_delay_days);
        flag(life.uses_start_date);
        flag(life.uses_end_date);
    }

    void add(const InviteRule& rule) {
        stands(rule.id, rule.origin);
        out_.add_if(rule.when);
        out_.add(rule.channel ? to_string(*rule.channel) : std::string_view());
        out_.add_if(rule.language);
    }

    void add(const Exception& exception) {
        stands(exception.id, exception.origin);
        flag(exception.person.has_value());
        if (exception.person) out_.add(exception.person->value());
        out_.add_if(exception.when);
        out_.add_each(exception.add_groups);
        out_.add_each(exception.keep_in_groups);
        out_.add_each(exception.not_in_groups);
        flag(exception.role.has_value());
        if (exception.role) out_.add(exception.role->value());
        out_.add_if(exception.role_in);
        flag(exception.do_not_invite);
        flag(exception.never_remove);
        flag(exception.exclude);
        out_.add(exception.reason);
        out_.add(exception.owner);
        out_.add(exception.until ? to_string(*exception.until) : std::string());
    }

    Spelling out_;
};

bool asks_for_today(const std::optional<Expression>& expression) { return expression && expression->looks_at_today(); }

}  // namespace

Fingerprint fingerprint_of(const RuleSet& rules) { return usersync::fingerprint_of(Whole(rules).bytes()); }

bool looks_at_today(const RuleSet& rules) {
    const auto& life = rules.life_cycle;
    if (life.uses_start_date || life.uses_end_date || asks_for_today(life.active) || asks_for_today(life.leave)) {
        return true;
    }
    const auto by_condition = [](const auto& rule) { return asks_for_today(rule.when.expression); };
    const auto by_expression = [](const auto& rule) { return asks_for_today(rule.when); };
    const auto in_table = [&](const GroupTable& table) {
        return std::any_of(table.rules.begin(), table.rules.end(), by_condition);
    };
    const auto ends = [&](const Exception& exception) { return exception.until || by_expression(exception); };
    return std::any_of(rules.groups.begin(), rules.groups.end(), in_table) ||
           std::any_of(rules.roles.begin(), rules.roles.end(), by_condition) ||
           std::any_of(rules.invites.begin(), rules.invites.end(), by_expression) ||
           std::any_of(rules.exceptions.begin(), rules.exceptions.end(), ends);
}

}  // namespace usersync::rules
