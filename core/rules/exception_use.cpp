#include "core/rules/exception_use.hpp"

#include "core/rules/desired_network.hpp"

#include <algorithm>
#include <vector>

namespace usersync::rules {
namespace {

template <class People>
auto find(const People& people, const EmployeeKey& key) {
    const auto at = std::lower_bound(people.begin(), people.end(), key,
                                     [](const auto& person, const EmployeeKey& wanted) { return person.key < wanted; });
    return at != people.end() && at->key == key ? &*at : nullptr;
}

std::vector<const Employee*> people_of(const Exception& exception, const Snapshot& snapshot, const RuleSet& rules,
                                       Day today) {
    std::vector<const Employee*> people;
    if (exception.person) {
        if (const auto* employee = find(snapshot.employees, *exception.person)) people.push_back(employee);
        return people;
    }
    for (const auto& employee : snapshot.employees) {
        if (exception.when->matches(employee, rules.names, today)) people.push_back(&employee);
    }
    return people;
}

DesiredNetwork outcome_of(const std::vector<const Employee*>& people, const RuleSet& rules, Day today) {
    Mapper mapper(rules, today);
    for (const auto* employee : people) mapper.add(*employee);
    return mapper.take();
}

bool is_different(const DesiredNetwork& a, const DesiredNetwork& b) {
    return a.users != b.users || a.not_wanted != b.not_wanted || a.never_removed != b.never_removed;
}

}  // namespace

ExceptionUse use_of(const Exception& exception, const Snapshot& snapshot, const RuleSet& rules, Day today) {
    if (!exception.holds_on(today)) return ExceptionUse::ended;
    if (exception.person && find(snapshot.frozen, *exception.person) != nullptr) return ExceptionUse::used;
    const auto people = people_of(exception, snapshot, rules, today);
    auto without = rules;
    std::erase_if(without.exceptions, [&](const Exception& each) { return each == exception; });
    if (is_different(outcome_of(people, rules, today), outcome_of(people, without, today))) return ExceptionUse::used;
    return people.empty() ? ExceptionUse::about_nobody : ExceptionUse::in_vain;
}

}  // namespace usersync::rules
