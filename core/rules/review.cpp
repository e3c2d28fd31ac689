#include "core/rules/review.hpp"

#include "core/rules/combination.hpp"
#include "core/rules/compare.hpp"
#include "core/rules/exception_use.hpp"
#include "core/rules/matching.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <tuple>
#include <unordered_map>
#include <utility>

namespace usersync::rules {
namespace {

using Kind = Finding::Kind;

std::string people_text(std::size_t count) { return std::to_string(count) + (count == 1 ? " person" : " people"); }

/// People about whom all rules say the same.
struct Alike {
    Employee example;
    std::vector<EmployeeKey> people;
};

class Reviewer {
public:
    Reviewer(const Snapshot& snapshot, const RuleSet& rules, const DesiredNetwork& desired, Day today)
        : snapshot_(snapshot), rules_(rules), desired_(desired), today_(today) {}

    Review review() {
        review_.employees = snapshot_.employees.size();
        review_.wanted = desired_.users.size();
        gather();
        unmapped();
        for (const auto& table : rules_.groups) look_at(table);
        roles();
        groups_without_members();
        people_without_group();
        not_admitted();
        for (const auto& exception : rules_.exceptions) look_at(exception);
        const auto place = [](const Finding& f) {
            return std::tie(f.kind, f.origin, f.rule, f.field, f.value, f.group, f.sentence);
        };
        std::stable_sort(review_.findings.begin(), review_.findings.end(),
                         [&](const Finding& a, const Finding& b) { return place(a) < place(b); });
        return std::move(review_);
    }

private:
    void gather() {
        const ExceptionIndex exceptions(rules_, today_);
        Combination combination(rules_, exceptions);
        std::string spelling;
        std::unordered_map<std::string, std::size_t> places;
        for (const auto& user : desired_.users) {
            const auto place = snapshot_.employees.find(user.key);
            if (!place) continue;
            auto employee = snapshot_.employees.employee(*place);
            combination.spell({employee, rules_.names, today_}, spelling);
            const auto [at, is_new] = places.try_emplace(spelling, alike_.size());
            if (is_new) alike_.push_back({std::move(employee), {}});
            alike_[at->second].people.push_back(user.key);
        }
    }

    Finding& add(Kind kind, std::string sentence) {
        Finding finding;
        finding.kind = kind;
        finding.sentence = std::move(sentence);
        return review_.findings.emplace_back(std::move(finding));
    }

    Finding& add(Kind kind, const std::string& rule, const Origin& origin, std::string sentence) {
        auto& finding = add(kind, std::move(sentence));
        finding.rule = rule;
        finding.origin = origin;
        return finding;
    }

    static void name(Finding& finding, std::vector<EmployeeKey> employees) {
        finding.people = employees.size();
        std::sort(employees.begin(), employees.end());
        if (employees.size() > findings_keys_max) employees.resize(findings_keys_max);
        finding.employees = std::move(employees);
    }

    void unmapped() {
        for (const auto& value : desired_.unmapped) {
            // Who somebody is stands in no report about many people.
            const bool is_shown = may_be_quoted(value.column);
            auto& finding =
                add(Kind::unmapped_value, "no row knows this value of " + value.column + ", which " +
                                              people_text(value.people) + (value.people == 1 ? " has" : " have"));
            finding.field = value.column;
            if (is_shown) finding.value = value.value;
            finding.people = value.people;
        }
    }

    bool holds(const Condition& when, const Alike& people) const {
        return rules::holds(when, {people.example, rules_.names, today_});
    }

    /// How many people a rule matches, and how many of them it is for.
    struct Reach {
        std::size_t matched = 0;
        std::size_t effective = 0;
        std::string shadowed_by;  ///< the rule that came first the first time
    };

    void report(const Reach& reach, const std::string& rule, const Origin& origin) {
        if (reach.matched == 0) {
            add(Kind::matches_nobody, rule, origin, "matches nobody who should be in the network");
        } else if (reach.effective == 0) {
            auto& finding = add(Kind::shadowed, rule, origin,
                                "matches " + people_text(reach.matched) +
                                    " and decides for none of them: " + reach.shadowed_by + " comes first");
            finding.people = reach.matched;
        }
    }

    void look_at(const GroupTable& table) {
        std::vector<Reach> reaches(table.rules.size());
        for (const auto& people : alike_) {
            const std::string* first = nullptr;
            for (std::size_t at = 0; at < table.rules.size(); ++at) {
                const auto& rule = table.rules[at];
                if (!holds(rule.when, people)) continue;
                auto& reach = reaches[at];
                reach.matched += people.people.size();
                const bool comes_too_late = table.first_match && first != nullptr;
                if (!comes_too_late) reach.effective += people.people.size();
                if (comes_too_late && reach.shadowed_by.empty()) reach.shadowed_by = *first;
                if (first == nullptr) first = &rule.id;
            }
        }
        for (std::size_t at = 0; at < table.rules.size(); ++at) {
            report(reaches[at], table.rules[at].id, table.rules[at].origin);
        }
    }

    std::size_t rank(const RoleId& role) const {
        const auto at = std::find(rules_.role_order.begin(), rules_.role_order.end(), role);
        return static_cast<std::size_t>(at - rules_.role_order.begin());
    }

    using Target = std::optional<GroupRef>;
    using Overlap = std::pair<Target, std::vector<std::size_t>>;

    /// Which role rules give what in which target to these people.
    std::map<Target, std::vector<std::size_t>> roles_of(const Alike& people) const {
        std::map<Target, std::vector<std::size_t>> targets;
        for (std::size_t at = 0; at < rules_.roles.size(); ++at) {
            const auto& role = rules_.roles[at];
            if (!holds(role.when, people)) continue;
            if (!role.target) {
                targets[std::nullopt].push_back(at);
                continue;
            }
            std::vector<NamedGroup> named;
            name_groups(*role.target, role.when, {people.example, rules_.names, today_}, role.id, role.origin, named);
            for (auto& one : named) targets[std::move(one.group)].push_back(at);
        }
        return targets;
    }

    void roles() {
        std::vector<Reach> reaches(rules_.roles.size());
        std::map<Overlap, std::vector<EmployeeKey>> overlaps;
        for (const auto& people : alike_) {
            for (const auto& [target, givers] : roles_of(people)) {
                const auto best = *std::min_element(givers.begin(), givers.end(), [&](std::size_t a, std::size_t b) {
                    return rank(rules_.roles[a].role) < rank(rules_.roles[b].role);
                });
                for (const auto giver : givers) {
                    reaches[giver].matched += people.people.size();
                    const bool decides = rules_.roles[giver].role == rules_.roles[best].role;
                    if (decides) reaches[giver].effective += people.people.size();
                    if (!decides) reaches[giver].shadowed_by = rules_.roles[best].id;
                }
                // Several ways to the same role are no question of which is the highest.
                const bool gives_several = std::any_of(givers.begin(), givers.end(), [&](std::size_t giver) {
                    return rules_.roles[giver].role != rules_.roles[best].role;
                });
                if (!gives_several) continue;
                auto& keys = overlaps[{target, givers}];
                keys.insert(keys.end(), people.people.begin(), people.people.end());
            }
        }
        for (std::size_t at = 0; at < rules_.roles.size(); ++at) {
            report(reaches[at], rules_.roles[at].id, rules_.roles[at].origin);
        }
        for (auto& [overlap, keys] : overlaps) report(overlap, std::move(keys));
    }

    void report(const Overlap& overlap, std::vector<EmployeeKey> keys) {
        const auto& [target, givers] = overlap;
        std::string names;
        auto best = givers.front();
        for (const auto giver : givers) {
            const auto& role = rules_.roles[giver];
            names += (names.empty() ? "" : ", ") + role.id + " (" + role.role.value() + ")";
            if (rank(role.role) < rank(rules_.roles[best].role)) best = giver;
        }
        auto& finding = add(Kind::overlapping_roles, rules_.roles[best].id, rules_.roles[best].origin,
                            people_text(keys.size()) + " have several roles " +
                                (target ? "in " + describe(*target) : "in the network") + " by " + names +
                                ": the highest is given, " + rules_.roles[best].role.value());
        finding.group = target;
        name(finding, std::move(keys));
    }

    void groups_without_members() {
        std::set<GroupRef> with_members;
        for (const auto& user : desired_.users) {
            for (auto& group : memberships_of(*user.placement)) with_members.insert(std::move(group));
        }
        for (const auto& group : desired_.managed_groups) {
            if (with_members.contains(group)) continue;
            add(Kind::group_without_members, "nobody should be in " + describe(group)).group = group;
        }
    }

    void people_without_group() {
        std::vector<EmployeeKey> keys;
        for (const auto& user : desired_.users) {
            if (memberships_of(*user.placement).empty()) keys.push_back(user.key);
        }
        if (keys.empty()) return;
        auto& finding = add(Kind::person_without_group,
                            people_text(keys.size()) + " should be in the network and in no group of it");
        name(finding, std::move(keys));
    }

    void not_admitted() {
        std::map<Absence, std::vector<EmployeeKey>> keys;
        for (const auto& person : desired_.not_wanted) {
            const bool is_open = person.absence == Absence::no_email || person.absence == Absence::no_business_unit ||
                                 person.absence == Absence::no_group || person.absence == Absence::unclear;
            if (is_open) keys[person.absence].push_back(person.key);
        }
        for (auto& [absence, people] : keys) {
            auto& finding = add(Kind::not_admitted,
                                people_text(people.size()) + " are not admitted: " + std::string(to_string(absence)));
            name(finding, std::move(people));
        }
    }

    void look_at(const Exception& exception) {
        if (exception.owner.empty()) {
            add(Kind::exception_without_owner, exception.id, exception.origin, "nobody is named as its owner");
        }
        const auto say = [&](Kind kind, std::string sentence) {
            add(kind, exception.id, exception.origin, std::move(sentence));
        };
        switch (use_of(exception, snapshot_, rules_, today_)) {
            case ExceptionUse::used: return;
            case ExceptionUse::ended:
                return say(Kind::expired_exception, "it ended on " + usersync::to_string(*exception.until));
            case ExceptionUse::about_nobody:
                return say(Kind::unused_exception,
                           exception.person ? "its person is not in the record" : "it matches nobody in the record");
            case ExceptionUse::in_vain: return say(Kind::unused_exception, "nothing is different by it");
        }
    }

    const Snapshot& snapshot_;
    const RuleSet& rules_;
    const DesiredNetwork& desired_;
    Day today_;
    std::vector<Alike> alike_;
    Review review_;
};

}  // namespace

std::string_view to_string(Finding::Kind kind) {
    switch (kind) {
        case Kind::unmapped_value: return "unmapped_value";
        case Kind::matches_nobody: return "matches_nobody";
        case Kind::shadowed: return "shadowed";
        case Kind::overlapping_roles: return "overlapping_roles";
        case Kind::group_without_members: return "group_without_members";
        case Kind::person_without_group: return "person_without_group";
        case Kind::not_admitted: return "not_admitted";
        case Kind::expired_exception: return "expired_exception";
        case Kind::unused_exception: return "unused_exception";
        case Kind::exception_without_owner: return "exception_without_owner";
    }
    return "unmapped_value";
}

const std::vector<Finding::Kind>& all_finding_kinds() {
    static const std::vector<Kind> kinds = {
        Kind::unmapped_value,        Kind::matches_nobody,         Kind::shadowed,     Kind::overlapping_roles,
        Kind::group_without_members, Kind::person_without_group,   Kind::not_admitted, Kind::expired_exception,
        Kind::unused_exception,      Kind::exception_without_owner};
    return kinds;
}

Review review(const Snapshot& snapshot, const RuleSet& rules, const DesiredNetwork& desired, Day today) {
    return Reviewer(snapshot, rules, desired, today).review();
}

}  // namespace usersync::rules
