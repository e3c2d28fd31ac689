#include "core/plan/canary.hpp"

#include <algorithm>
#include <set>

namespace usersync::plan {

std::vector<std::size_t> canary_of(const Plan& plan, std::size_t people, std::size_t above) {
    if (people == 0) return {};
    std::set<EmployeeKey> changed;
    std::set<EmployeeKey> first;
    for (const auto& operation : plan.operations) {
        const auto& person = operation.change.employee;
        if (person.value().empty() || !needs_call(operation.change.what)) continue;
        changed.insert(person);
        if (first.size() < people) first.insert(person);
    }
    if (changed.size() <= above) return {};
    // Backwards: what an operation needs stands before it in the plan, and so does what its person has to go through.
    std::set<OperationKey> needed;
    std::vector<std::size_t> found;
    for (std::size_t i = plan.operations.size(); i-- > 0;) {
        const auto& operation = plan.operations[i];
        const auto& person = operation.change.employee;
        if (!person.value().empty() && !first.contains(person) && !needed.contains(operation.key)) continue;
        if (!person.value().empty()) first.insert(person);
        needed.insert(operation.after.begin(), operation.after.end());
        found.push_back(i);
    }
    std::reverse(found.begin(), found.end());
    return found;
}

}  // namespace usersync::plan
