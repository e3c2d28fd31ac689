// What holds for any rules and any people. A failure prints the seed that shows it again.
#include "core/rules/compare.hpp"
#include "core/rules/explain.hpp"
#include "core/rules/review.hpp"
#include "tests/core/rules/random_rules.hpp"

#include <set>

using namespace usersync;
using namespace usersync::test;
using rules::Says;

namespace {

constexpr std::uint32_t seeds = 20;

std::set<std::string> names_of(const RuleSet& rules) {
    std::set<std::string> names;
    for (const auto& table : rules.groups) {
        for (const auto& rule : table.rules) names.insert(rule.id);
    }
    for (const auto& rule : rules.roles) names.insert(rule.id);
    for (const auto& rule : rules.invites) names.insert(rule.id);
    for (const auto& rule : rules.exceptions) names.insert(rule.id);
    return names;
}

/// Every reason there is for a person.
std::vector<Reason> reasons_of(const DesiredNetwork& network) {
    std::vector<Reason> reasons;
    const auto add = [&](const std::optional<Reason>& reason) {
        if (reason) reasons.push_back(*reason);
    };
    for (const auto& user : network.users) {
        for (const auto& membership : user.placement->groups) {
            reasons.insert(reasons.end(), membership.reasons.begin(), membership.reasons.end());
        }
        if (user.placement->role) add(user.placement->role->reason);
        for (const auto& held : user.placement->group_roles) add(held.role.reason);
        add(user.placement->invitation.reason);
        add(user.placement->not_invited);
        add(user.placement->never_removed);
    }
    for (const auto& person : network.not_wanted) {
        const bool is_default = person.absence == Absence::no_email || person.absence == Absence::no_group ||
                                person.absence == Absence::no_business_unit || person.absence == Absence::unclear;
        if (!is_default) add(person.reason);
        add(person.never_removed);
    }
    return reasons;
}

std::string without_parent(std::string rule) {
    const std::string suffix = " (parent)";
    if (rule.ends_with(suffix)) rule.resize(rule.size() - suffix.size());
    return rule;
}

}  // namespace

TEST_CASE("explain covers every reason of the desired network, and every rule that does not apply",
          "[core][rules][explain][property]") {
    for (std::uint32_t seed = 1; seed <= seeds; ++seed) {
        INFO("seed " << seed);
        Dice dice(seed);
        const auto set = random_rules(dice).set();
        for (const auto& employee : random_people(dice)) {
            INFO("employee " << employee.key.value());
            const auto person = rules::explain(employee, set, today);
            const auto alone = rules::desired_network(snapshot_of({employee}), set, today);

            std::set<std::string> told;
            std::set<std::string> apply;
            for (const auto& rule : person.rules) {
                told.insert(rule.rule);
                const bool protects = rule.kind == rules::RuleKind::exception && rule.says == Says::unclear;
                if (rule.says == Says::applies || protects) apply.insert(rule.rule);
                INFO(rule.rule << " " << to_string(rule.says));
                if (rule.says != Says::unclear) CHECK((rule.says == Says::no_match) == !rule.obstacles.empty());
                if (rule.says == Says::unclear) CHECK_FALSE(rule.because.empty());
                if (rule.says == Says::overruled) CHECK_FALSE(rule.because.empty());
            }
            for (const auto& name : names_of(set)) CHECK(told.contains(name));
            for (const auto& reason : reasons_of(alone)) {
                INFO(reason.rule);
                if (reason.rule == "life_cycle.active") continue;  // it is the rule's not applying that decides
                CHECK(apply.contains(without_parent(reason.rule)));
            }
            CHECK(person.wanted.has_value() == !alone.users.empty());
            CHECK(person.not_wanted.has_value() == !alone.not_wanted.empty());
        }
    }
}

TEST_CASE("whoever is wanted in a group is said to be, and nobody else", "[core][rules][explain][property]") {
    for (std::uint32_t seed = 1; seed <= seeds; ++seed) {
        INFO("seed " << seed);
        Dice dice(seed);
        const auto set = random_rules(dice).set();
        for (const auto& employee : random_people(dice)) {
            const auto alone = rules::desired_network(snapshot_of({employee}), set, today);
            std::vector<GroupRef> groups;
            for (const auto& user : alone.users) groups = rules::memberships_of(*user.placement);
            for (const auto* text : {"One", "Two", "A", "Team B", "Extra"}) {
                const auto group = named(GroupKind::business_unit, text);
                const bool is_in = std::find(groups.begin(), groups.end(), group) != groups.end();
                const auto why = rules::why_not(employee, set, today, {group});
                CHECK(why.is_wanted == is_in);
                if (!is_in) continue;
                // Somebody who is in it has a way without obstacles.
                REQUIRE_FALSE(why.ways.empty());
                CHECK(why.ways.front().obstacles.empty());
            }
        }
    }
}

TEST_CASE("a comparison gives the one network from the other, and the same backwards",
          "[core][rules][compare][property]") {
    for (std::uint32_t seed = 1; seed <= seeds; ++seed) {
        INFO("seed " << seed);
        Dice dice(seed);
        const auto people = random_people(dice);
        const auto a = desired(random_rules(dice), people);
        const auto b = desired(random_rules(dice), people);

        const auto there = rules::compare(a, b);
        const auto back = rules::compare(b, a);

        CHECK(rules::compare(a, a).people.empty());
        REQUIRE(there.people.size() == back.people.size());
        for (std::size_t at = 0; at < there.people.size(); ++at) {
            CHECK(there.people[at].joins == back.people[at].leaves);
            CHECK(there.people[at].standing_before == back.people[at].standing_after);
            CHECK(there.people[at].others == back.people[at].others);
        }
        for (const auto& group : there.groups) {
            CHECK(group.members_after + group.leaves.size() == group.members_before + group.joins.size());
        }
    }
}

TEST_CASE("the same review twice, with every value that no row knows", "[core][rules][review][property]") {
    for (std::uint32_t seed = 1; seed <= 20; ++seed) {
        INFO("seed " << seed);
        Dice dice(seed);
        const auto set = random_rules(dice).set();
        const auto snapshot = snapshot_of(random_people(dice));
        const auto network = rules::desired_network(snapshot, set, today);

        const auto review = rules::review(snapshot, set, network, today);

        CHECK(review == rules::review(snapshot, set, network, today));
        std::size_t unmapped = 0;
        for (const auto& finding : review.findings) {
            unmapped += finding.kind == rules::Finding::Kind::unmapped_value ? 1 : 0;
        }
        CHECK(unmapped == network.unmapped.size());
    }
}
