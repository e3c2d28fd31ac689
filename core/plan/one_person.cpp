#include "core/plan/one_person.hpp"

#include <algorithm>
#include <variant>

namespace usersync::plan {
namespace {

bool takes_from_leaver(Stage stage) {
    return stage == Stage::leave_role || stage == Stage::leave_groups || stage == Stage::suspend ||
           stage == Stage::remove;
}

/// What needs something that is not there goes with it, however far behind.
void leave_out_dependents(const Plan& plan, std::set<OperationKey>& staying) {
    for (std::size_t before = staying.size() + 1; before != staying.size();) {
        before = staying.size();
        for (const auto& operation : plan.operations) {
            const bool can_go = std::all_of(operation.after.begin(), operation.after.end(),
                                            [&](const OperationKey& key) { return staying.contains(key); });
            if (!can_go) staying.erase(operation.key);
        }
    }
}

/// Somebody whose address is parked for another is not left with the parked one.
void keep_profiles_whole(const Plan& plan, const EmployeeKey& person, std::set<OperationKey>& staying) {
    const auto is_profile = [&](const Operation& operation) {
        return operation.change.employee == person && std::holds_alternative<UpdateProfile>(operation.change.what);
    };
    const bool one_is_left_out = std::any_of(
        plan.operations.begin(), plan.operations.end(),
        [&](const Operation& operation) { return is_profile(operation) && !staying.contains(operation.key); });
    if (!one_is_left_out) return;
    for (const auto& operation : plan.operations) {
        if (is_profile(operation)) staying.erase(operation.key);
    }
}

bool waits_for_group(const Plan& plan, const EmployeeKey& person) {
    return std::any_of(plan.notes.begin(), plan.notes.end(), [&](const Note& note) {
        return note.kind == Note::Kind::awaits_group && note.employee == person;
    });
}

}  // namespace

OnePerson of_one_person(const Plan& plan, const EmployeeKey& person) {
    const bool needs_groups = waits_for_group(plan, person);
    std::set<OperationKey> staying;
    for (const auto& operation : plan.operations) {
        const bool is_theirs = operation.change.employee == person && !takes_from_leaver(operation.stage);
        const bool is_needed = needs_groups && operation.stage == Stage::make_group;
        if (is_theirs || is_needed) staying.insert(operation.key);
    }
    leave_out_dependents(plan, staying);
    keep_profiles_whole(plan, person, staying);
    leave_out_dependents(plan, staying);

    OnePerson one{.changes = {.changes = {}, .notes = plan.notes, .drift = plan.drift}, .others = {}};
    for (const auto& operation : plan.operations) {
        if (staying.contains(operation.key)) {
            one.changes.changes.push_back(operation.change);
        } else {
            one.others.insert(operation.change.employee);
        }
    }
    return one;
}

}  // namespace usersync::plan
