#include "core/rules/exceptions.hpp"

#include <algorithm>

namespace usersync::rules {
namespace {

bool is_about(const Exception& exception, const Person& person) {
    if (exception.person) return *exception.person == person.employee.key;
    return exception.when && exception.when->matches(person.employee, person.names, person.today);
}

}  // namespace

Reason reason_of(const Exception& exception) {
    return {.rule = exception.id, .origin = exception.origin, .column = {}, .value = {}};
}

bool protects(const Exception& exception) {
    return exception.never_remove || exception.exclude || !exception.keep_in_groups.empty();
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

std::vector<Protection> ExceptionIndex::protecting(const Person& person) const {
    std::vector<Protection> found;
    if (const auto* named = naming(person.employee.key)) {
        for (const auto* exception : *named) {
            if (protects(*exception)) found.push_back({exception, reason_of(*exception)});
        }
    }
    for (const auto* exception : by_expression_) {
        if (!protects(*exception)) continue;
        if (is_about(*exception, person)) {
            found.push_back({exception, reason_of(*exception)});
        } else if (exception->when->judge(person.employee, person.names, person.today) == Judgement::unknown) {
            found.push_back({exception, reason_of_silence(exception->id, exception->origin,
                                                          silent_fields(*exception->when, person), person.names)});
        }
    }
    return found;
}

std::vector<const Exception*> ExceptionIndex::of(const Person& person) const {
    std::vector<const Exception*> found;
    if (const auto* named = naming(person.employee.key)) found = *named;
    for (const auto* exception : by_expression_) {
        if (is_about(*exception, person)) found.push_back(exception);
    }
    return found;
}

}  // namespace usersync::rules
