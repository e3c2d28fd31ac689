#include "core/rules/exceptions.hpp"

#include <algorithm>

namespace usersync::rules {
namespace {

bool is_about(const Exception& exception, const Person& person) {
    if (exception.person) return *exception.person == person.employee.key;
    return exception.when && exception.when->matches(person.employee, person.names, person.today);
}

/// Works for somebody who is named and not in the record.
bool keeps(const Exception& exception) {
    return exception.never_remove || exception.exclude || !exception.keep_in_groups.empty();
}

bool names_somebody_known(const Exception& exception, const Snapshot& snapshot) {
    const auto by_key = [](const auto& one, const EmployeeKey& key) { return one.key < key; };
    const auto is_in = [&](const auto& people) {
        const auto at = std::lower_bound(people.begin(), people.end(), *exception.person, by_key);
        return at != people.end() && at->key == *exception.person;
    };
    return snapshot.employees.find(*exception.person).has_value() || is_in(snapshot.frozen);
}

bool is_used(const Exception& exception, const Snapshot& snapshot, const FieldNames& names, Day today) {
    if (exception.person) return keeps(exception) || names_somebody_known(exception, snapshot);
    return std::any_of(snapshot.employees.begin(), snapshot.employees.end(), [&](const Employee& employee) {
        return is_about(exception, {employee, names, today});
    });
}

}  // namespace

Reason reason_of(const Exception& exception) {
    return {.rule = exception.id, .origin = exception.origin, .column = {}, .value = {}};
}

ExceptionIndex::ExceptionIndex(const RuleSet& rules, Day today) {
    for (const auto& exception : rules.exceptions) {
        if (!exception.holds_on(today)) continue;
        if (!exception.person) {
            by_expression_.push_back(&exception);
            continue;
        }
        const auto [at, fresh] = places_.emplace(*exception.person, named_.size());
        if (fresh) named_.push_back({*exception.person, {}});
        named_[at->second].exceptions.push_back(&exception);
    }
    std::sort(named_.begin(), named_.end(), [](const Named& a, const Named& b) { return a.key < b.key; });
    for (std::size_t place = 0; place < named_.size(); ++place) places_[named_[place].key] = place;
}

const std::vector<const Exception*>* ExceptionIndex::naming(const EmployeeKey& key) const {
    if (named_.empty()) return nullptr;
    const auto at = places_.find(key);
    return at == places_.end() ? nullptr : &named_[at->second].exceptions;
}

std::vector<const Exception*> ExceptionIndex::of(const Person& person) const {
    std::vector<const Exception*> found;
    if (const auto* named = naming(person.employee.key)) found = *named;
    for (const auto* exception : by_expression_) {
        if (is_about(*exception, person)) found.push_back(exception);
    }
    return found;
}

std::vector<std::size_t> unused_exceptions(const Snapshot& snapshot, const RuleSet& rules, Day today) {
    std::vector<std::size_t> unused;
    for (std::size_t place = 0; place < rules.exceptions.size(); ++place) {
        const auto& exception = rules.exceptions[place];
        if (exception.holds_on(today) && !is_used(exception, snapshot, rules.names, today)) unused.push_back(place);
    }
    return unused;
}

std::vector<std::size_t> ended_exceptions(const RuleSet& rules, Day today) {
    std::vector<std::size_t> ended;
    for (std::size_t place = 0; place < rules.exceptions.size(); ++place) {
        if (!rules.exceptions[place].holds_on(today)) ended.push_back(place);
    }
    return ended;
}

}  // namespace usersync::rules
