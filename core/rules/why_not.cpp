#include "core/base/nearest.hpp"
#include "core/rules/compare.hpp"
#include "core/rules/desired_network.hpp"
#include "core/rules/explain.hpp"
#include "core/rules/matching.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace usersync::rules {
namespace {

using Names = std::vector<GroupRef>;

bool is_meant(const GroupRef& group, const Names& names) {
    return std::any_of(names.begin(), names.end(), [&](const GroupRef& name) {
        const bool kinds_agree = group.by != GroupRef::By::name || !name.kind || !group.kind || name.kind == group.kind;
        return name.by == group.by && name.text == group.text && kinds_agree;
    });
}

/// What a target's text needs of a person to become this text. nullopt: it never does.
struct Need {
    std::optional<std::size_t> field;  ///< nullopt: nothing
    std::string wanted;
    std::optional<std::string> value;  ///< where one field alone decides
    bool is_met = true;
};

std::optional<Need> need_of(const GroupTarget& target, const std::string& text, const Employee& employee,
                            const FieldNames& names) {
    if (target.text.is_constant()) {
        const auto constant = target.text.fill(employee, names);
        return constant && *constant == text ? std::optional(Need{}) : std::nullopt;
    }
    const auto filled = target.text.fill_each(employee, names);
    Need need;
    need.field = target.text.fields().front();
    need.is_met = std::find(filled.begin(), filled.end(), text) != filled.end();
    std::string before;
    std::string after;
    std::size_t holes = 0;
    for (const auto& part : target.text.parts()) {
        const auto* literal = std::get_if<std::string>(&part);
        if (literal == nullptr) ++holes;
        if (literal != nullptr) (holes == 0 ? before : after) += *literal;
    }
    if (holes > 1) {
        need.wanted = "makes \"" + text + "\" of " + target.text.text();
        return need;
    }
    const bool fits = text.size() > before.size() + after.size() && text.starts_with(before) && text.ends_with(after);
    if (!fits) return std::nullopt;
    need.value = text.substr(before.size(), text.size() - before.size() - after.size());
    need.wanted = "is \"" + *need.value + '"';
    return need;
}

class Searcher {
public:
    Searcher(const Employee& employee, const RuleSet& rules, Day today, const Names& names)
        : employee_(employee), rules_(rules), today_(today), names_(names) {}

    WhyNot search() {
        look_at_the_outcome();
        for (const auto& exception : rules_.exceptions) look_at(exception);
        for (const auto& role : rules_.roles) look_at(role);
        for (const auto& table : rules_.groups) look_at(table);
        std::stable_sort(found_.ways.begin(), found_.ways.end(), [](const WayIn& a, const WayIn& b) {
            return std::make_tuple(a.hindrances.size(), a.obstacles.size()) <
                   std::make_tuple(b.hindrances.size(), b.obstacles.size());
        });
        if (found_.ways.empty() && !found_.is_wanted) found_.nearest = nearest_name();
        return std::move(found_);
    }

private:
    void look_at_the_outcome() {
        Mapper mapper(rules_, today_);
        mapper.add(employee_);
        const auto desired = mapper.take();
        for (const auto& person : desired.not_wanted) {
            found_.hindrances.push_back("they should not be in the network now: " +
                                        std::string(to_string(person.absence)));
        }
        for (const auto& user : desired.users) look_at(*user.placement);
    }

    void look_at(const Placement& placement) {
        for (const auto& membership : placement.groups) {
            if (membership.mode != DesiredMembership::Mode::member || !is_meant(membership.group, names_)) continue;
            found_.is_wanted = true;
            found_.reasons.insert(found_.reasons.end(), membership.reasons.begin(), membership.reasons.end());
        }
        for (const auto& group : placement.not_in_groups) {
            // An exception that names the group itself says so by its id.
            const bool is_below = group.kind == GroupKind::local_department && is_meant(group, names_);
            if (is_below) found_.hindrances.emplace_back("an exception forbids it, or what is above it");
        }
        for (const auto& held : placement.group_roles) {
            if (!is_meant(held.group, names_)) continue;
            found_.is_wanted = true;
            found_.reasons.push_back(held.role.reason);
        }
        std::sort(found_.reasons.begin(), found_.reasons.end());
        found_.reasons.erase(std::unique(found_.reasons.begin(), found_.reasons.end()), found_.reasons.end());
    }

    /// A cell that looks at the field of the template lets only its own values through.
    static bool can_have(const Condition& when, const Need& need) {
        return !need.value || std::all_of(when.cells.begin(), when.cells.end(), [&](const Cell& cell) {
            return cell.field != *need.field || admits(cell, *need.value);
        });
    }

    /// The tests that a target adds to those of its rule. nullopt: it is another group.
    std::optional<std::vector<Tested>> needs_of(const GroupTarget& target, const Condition& when,
                                                const Origin& at) const {
        for (const auto& name : names_) {
            const GroupRef same{.by = target.by, .kind = target.kind, .text = name.text};
            if (!is_meant(same, {name})) continue;
            const auto need = need_of(target, name.text, employee_, rules_.names);
            if (!need || !can_have(when, *need)) continue;
            if (!need->field || need->is_met) return std::vector<Tested>{};
            const auto value = value_of(employee_, rules_.names, *need->field);
            Tested test;
            test.origin = at;
            test.field = rules_.names.field(*need->field).name;
            test.values = {value.texts.begin(), value.texts.end()};
            test.wanted = need->wanted;
            return std::vector{test};
        }
        return std::nullopt;
    }

    void add(WayIn way, const TestedCondition& tested, std::vector<Tested> needs) {
        way.obstacles = std::move(needs);
        for (const auto& obstacle : tested.obstacles) {
            // "location is not empty" says nothing beside "location is Store 12".
            const bool is_said = obstacle.wanted == "is not empty" &&
                                 std::any_of(way.obstacles.begin(), way.obstacles.end(),
                                             [&](const Tested& need) { return need.field == obstacle.field; });
            if (!is_said) way.obstacles.push_back(obstacle);
        }
        found_.ways.push_back(std::move(way));
    }

    void look_at(const Exception& exception) {
        if (exception.person && *exception.person != employee_.key) return;
        const Condition always;
        TestedCondition tested;
        tested.holds = true;
        if (exception.when) {
            tested = test_expression(*exception.when, exception.origin, employee_, rules_.names, today_);
        }
        for (const auto& target : exception.not_in_groups) {
            const auto needs = needs_of(target, always, exception.origin);
            if (needs && needs->empty() && tested.holds && exception.holds_on(today_)) {
                found_.hindrances.push_back(exception.id + " forbids it");
            }
        }
        auto targets = exception.add_groups;
        if (exception.role_in) targets.push_back(*exception.role_in);
        for (const auto& target : targets) {
            auto needs = needs_of(target, always, exception.origin);
            if (!needs) continue;
            WayIn way{RuleKind::exception, exception.id, exception.origin, {}, {}};
            if (!exception.holds_on(today_))
                way.hindrances.push_back("it ended on " + usersync::to_string(*exception.until));
            add(std::move(way), tested, std::move(*needs));
        }
    }

    void look_at(const RoleRule& role) {
        if (!role.target) return;
        auto needs = needs_of(*role.target, role.when, role.origin);
        if (!needs) return;
        add(WayIn{RuleKind::role, role.id, role.origin, {}, {}},
            test_condition(role.when, role.origin, employee_, rules_.names, today_), std::move(*needs));
    }

    void look_at(const GroupTable& table) {
        std::string first;
        for (const auto& rule : table.rules) {
            auto targets = rule.parents;
            targets.insert(targets.begin(), rule.group);
            const auto tested = test_condition(rule.when, rule.origin, employee_, rules_.names, today_);
            for (const auto& target : targets) {
                auto needs = needs_of(target, rule.when, rule.origin);
                if (!needs || target.text.text().empty()) continue;
                WayIn way{RuleKind::group, rule.id, rule.origin, {}, {}};
                if (table.first_match && !first.empty()) {
                    way.hindrances.push_back(first + " matches and comes first in " + table.id);
                }
                add(std::move(way), tested, std::move(*needs));
                break;
            }
            if (tested.holds && first.empty()) first = rule.id;
        }
    }

    std::optional<std::string> nearest_name() const {
        std::vector<std::string> known;
        for (const auto& table : rules_.groups) {
            for (const auto& rule : table.rules) {
                known.push_back(rule.group.text.text());
                for (const auto& parent : rule.parents) known.push_back(parent.text.text());
            }
        }
        for (const auto& role : rules_.roles) {
            if (role.target) known.push_back(role.target->text.text());
        }
        std::sort(known.begin(), known.end());
        return names_.empty() ? std::nullopt : nearest(names_.front().text, known);
    }

    const Employee& employee_;
    const RuleSet& rules_;
    Day today_;
    const Names& names_;
    WhyNot found_;
};

}  // namespace

WhyNot why_not(const Employee& employee, const RuleSet& rules, Day today, const std::vector<GroupRef>& names) {
    return Searcher(employee, rules, today, names).search();
}

}  // namespace usersync::rules
