#include "core/rules/exception_use.hpp"

#include "core/rules/desired_network.hpp"
#include "core/rules/exceptions.hpp"

#include <algorithm>
#include <vector>

namespace usersync::rules {
namespace {

bool is_frozen(const Snapshot& snapshot, const EmployeeKey& key) {
    const auto at = std::lower_bound(snapshot.frozen.begin(), snapshot.frozen.end(), key,
                                     [](const Frozen& one, const EmployeeKey& wanted) { return one.key < wanted; });
    return at != snapshot.frozen.end() && at->key == key;
}

/// Places in the snapshot.
std::vector<std::size_t> people_of(const Exception& exception, const Snapshot& snapshot, const RuleSet& rules,
                                   Day today) {
    std::vector<std::size_t> people;
    const auto& employees = snapshot.employees;
    if (exception.person) {
        if (const auto place = employees.find(*exception.person)) people.push_back(*place);
        return people;
    }
    for (std::size_t at = 0; at < employees.size(); ++at) {
        const auto employee = employees.employee(at);
        const bool may_be_theirs =
            exception.when->matches(employee, rules.names, today) ||
            (protects(exception) && exception.when->judge(employee, rules.names, today) == Judgement::unknown);
        if (may_be_theirs) people.push_back(at);
    }
    return people;
}

DesiredNetwork outcome_of(const PeopleBytes& employees, const std::vector<std::size_t>& people, const RuleSet& rules,
                          Day today) {
    Mapper mapper(rules, today);
    for (const auto place : people) mapper.add(employees.employee(place));
    return mapper.take();
}

bool is_different(const DesiredNetwork& a, const DesiredNetwork& b) {
    return a.users != b.users || a.not_wanted != b.not_wanted || a.never_removed != b.never_removed;
}

}  // namespace

ExceptionUse use_of(const Exception& exception, const Snapshot& snapshot, const RuleSet& rules, Day today) {
    if (!exception.holds_on(today)) return ExceptionUse::ended;
    if (exception.person && is_frozen(snapshot, *exception.person)) return ExceptionUse::used;
    const auto people = people_of(exception, snapshot, rules, today);
    auto without = rules;
    std::erase_if(without.exceptions, [&](const Exception& each) { return each == exception; });
    const auto& employees = snapshot.employees;
    if (is_different(outcome_of(employees, people, rules, today), outcome_of(employees, people, without, today))) {
        return ExceptionUse::used;
    }
    // Whom it keeps by an expression may have left the record: then nobody there is different by it.
    if (!exception.person && protects(exception)) return ExceptionUse::used;
    return people.empty() ? ExceptionUse::about_nobody : ExceptionUse::in_vain;
}

}  // namespace usersync::rules
