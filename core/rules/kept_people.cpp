#include "core/rules/kept_people.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace usersync::rules {

KeptPeople::KeptPeople(const ExceptionIndex& exceptions) {
    for (const auto& named : exceptions.named()) {
        for (const auto* exception : named.exceptions) {
            std::vector<GroupRef> groups;
            for (const auto& target : exception->keep_in_groups) {
                if (target.text.is_constant()) groups.push_back(constant_group(target));
            }
            keep(named.key, {exception, reason_of(*exception)}, groups);
        }
    }
}

void KeptPeople::look_at(const Person& person, const std::vector<Protection>& protections) {
    for (const auto& protection : protections) {
        std::vector<GroupRef> groups;
        for (const auto& target : protection.exception->keep_in_groups) {
            for (auto& text : target.text.fill_each(person.employee, person.names)) {
                groups.push_back({.by = target.by, .kind = target.kind, .text = std::move(text)});
            }
        }
        keep(person.employee.key, protection, groups);
    }
}

std::vector<NeverRemoved> KeptPeople::all() const {
    std::vector<NeverRemoved> result;
    for (const auto& [key, kept] : kept_) {
        const bool whole = kept.whole_account.has_value();
        result.push_back({.key = key,
                          .reason = whole ? *kept.whole_account : *kept.only_groups,
                          .keep_in_groups = {kept.groups.begin(), kept.groups.end()},
                          .whole_account = whole});
    }
    return result;
}

void KeptPeople::keep(const EmployeeKey& key, const Protection& protection, const std::vector<GroupRef>& groups) {
    const auto& exception = *protection.exception;
    // Somebody who is excluded is left alone by absence as well.
    const bool whole = exception.never_remove || exception.exclude;
    if (!whole && exception.keep_in_groups.empty()) return;
    auto& kept = kept_[key];
    auto& reason = whole ? kept.whole_account : kept.only_groups;
    if (!reason || protection.reason < *reason) reason = protection.reason;
    kept.groups.insert(groups.begin(), groups.end());
}

bool keeps_by_expression(const RuleSet& rules, Day today) {
    return std::any_of(rules.exceptions.begin(), rules.exceptions.end(), [&](const Exception& exception) {
        return exception.when && protects(exception) && exception.holds_on(today);
    });
}

std::vector<NeverRemoved> kept_after_leaving(const std::vector<EmployeeKey>& people,
                                             const std::vector<Employee>& last_rows, const RuleSet& rules, Day today) {
    const ExceptionIndex exceptions(rules, today);
    std::map<EmployeeKey, const Employee*> rows;
    for (const auto& row : last_rows) rows.emplace(row.key, &row);
    KeptPeople kept(exceptions);
    for (const auto& key : people) {
        Employee nothing_known;
        nothing_known.key = key;
        const auto at = rows.find(key);
        const Person person{at == rows.end() ? nothing_known : *at->second, rules.names, today};
        kept.look_at(person, exceptions.protecting(person));
    }
    auto all = kept.all();
    const std::set<EmployeeKey> asked(people.begin(), people.end());
    std::erase_if(all, [&](const NeverRemoved& one) { return !asked.contains(one.key); });
    return all;
}

void add_kept(std::vector<NeverRemoved>& all, std::vector<NeverRemoved> of_gone) {
    std::set<EmployeeKey> known;
    for (const auto& one : of_gone) known.insert(one.key);
    std::erase_if(all, [&](const NeverRemoved& one) { return known.contains(one.key); });
    std::move(of_gone.begin(), of_gone.end(), std::back_inserter(all));
    std::sort(all.begin(), all.end());
}

}  // namespace usersync::rules
