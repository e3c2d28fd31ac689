#include "core/plan/held_people.hpp"

#include "core/plan/guard.hpp"
#include "core/plan/impact.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

namespace usersync::plan {
namespace {

bool counts_as(const Operation& operation, Budgeted kind) {
    const auto counted = counted_as(operation);
    return std::any_of(counted.begin(), counted.end(), [&](const auto& one) { return one.first == kind; });
}

bool takes_from(const Operation& operation, const std::string& group) {
    const auto* remove = std::get_if<RemoveFromGroups>(&operation.change.what);
    if (remove == nullptr) return false;
    return std::any_of(remove->groups.begin(), remove->groups.end(),
                       [&](const GroupChange& one) { return one.eid.value() == group; });
}

/// The reason of this group, where the operation is about several.
std::string reason_of(const Operation& operation, const HoldReason& reason) {
    if (const auto* remove = std::get_if<RemoveFromGroups>(&operation.change.what)) {
        for (const auto& group : remove->groups) {
            const bool is_meant = reason.object.empty() || group.eid.value() == reason.object;
            if (is_meant) return describe(group.reason);
        }
    }
    return describe(operation.change.reason);
}

bool is_of_leaver(Stage stage) {
    return stage == Stage::leave_role || stage == Stage::leave_groups || stage == Stage::suspend ||
           stage == Stage::remove;
}

/// What needs something that is held is held with it, however far behind.
void hold_dependents(const Plan& plan, std::set<OperationKey>& held) {
    for (std::size_t before = 0; before != held.size();) {
        before = held.size();
        for (const auto& operation : plan.operations) {
            const auto& needs = operation.after;
            const bool waits =
                std::any_of(needs.begin(), needs.end(), [&](const OperationKey& key) { return held.contains(key); });
            if (waits) held.insert(operation.key);
        }
    }
}

/// A leaver keeps everything, or loses everything in its order.
void hold_leavers_whole(const Plan& plan, std::set<OperationKey>& held) {
    std::set<EmployeeKey> leavers;
    for (const auto& operation : plan.operations) {
        const bool is_meant = is_of_leaver(operation.stage) && held.contains(operation.key);
        if (is_meant) leavers.insert(operation.change.employee);
    }
    for (const auto& operation : plan.operations) {
        const bool goes_along = is_of_leaver(operation.stage) && leavers.contains(operation.change.employee);
        if (goes_along) held.insert(operation.key);
    }
}

/// Nobody is left with a parked address while the one that they wait for is held.
void hold_parked_whole(const Plan& plan, std::set<OperationKey>& held) {
    std::set<EmployeeKey> parked;
    std::set<EmployeeKey> waiting;
    for (const auto& operation : plan.operations) {
        const auto* update = std::get_if<UpdateProfile>(&operation.change.what);
        if (update == nullptr) continue;
        if (update->parks) parked.insert(operation.change.employee);
        if (held.contains(operation.key)) waiting.insert(operation.change.employee);
    }
    for (const auto& operation : plan.operations) {
        const auto& person = operation.change.employee;
        const bool is_update = std::holds_alternative<UpdateProfile>(operation.change.what);
        if (is_update && parked.contains(person) && waiting.contains(person)) held.insert(operation.key);
    }
}

/// Whoever takes part in a swap of addresses needs all the others: directly, or by whom they wait for.
void hold_what_belongs_to_it(const Plan& plan, std::set<OperationKey>& held) {
    for (std::size_t before = held.size() + 1; before != held.size();) {
        before = held.size();
        hold_leavers_whole(plan, held);
        hold_dependents(plan, held);
        hold_parked_whole(plan, held);
    }
}

}  // namespace

std::vector<std::size_t> operations_held(const Plan& plan, const HoldReason& reason) {
    std::set<EmployeeKey> emptied;
    if (reason.code == "values_cleared") {
        for (const auto& [field, people] : cleared_by(plan)) {
            if (to_string(field) == reason.object) emptied.insert(people.begin(), people.end());
        }
    }
    const auto kind = budgeted_of(reason.code);
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < plan.operations.size(); ++i) {
        const auto& operation = plan.operations[i];
        const bool is_emptied =
            std::holds_alternative<UpdateProfile>(operation.change.what) && emptied.contains(operation.change.employee);
        const bool is_lost = is_group_loss(reason.code) && takes_from(operation, reason.object);
        const bool is_counted = kind && counts_as(operation, *kind);
        if (is_emptied || is_lost || is_counted) places.push_back(i);
    }
    return places;
}

std::optional<ChangeSet> without_held(const Plan& plan, const Verdict& verdict) {
    std::set<OperationKey> held;
    for (const auto& reason : verdict.hold) {
        if (!is_about_amount(reason)) return std::nullopt;
        for (const auto place : operations_held(plan, reason)) held.insert(plan.operations[place].key);
    }
    hold_what_belongs_to_it(plan, held);
    if (held.empty() || held.size() == plan.operations.size()) return std::nullopt;
    ChangeSet rest{.changes = {}, .notes = plan.notes, .drift = plan.drift};
    for (const auto& operation : plan.operations) {
        if (!held.contains(operation.key)) rest.changes.push_back(operation.change);
    }
    return rest;
}

std::vector<HeldPerson> held_people(const Plan& plan, const Verdict& verdict) {
    std::vector<HeldPerson> people;
    for (const auto& reason : verdict.hold) {
        std::map<EmployeeKey, std::string> concerned;
        for (const auto place : operations_held(plan, reason)) {
            const auto& operation = plan.operations[place];
            const auto& person = operation.change.employee;
            if (!person.value().empty()) concerned.emplace(person, reason_of(operation, reason));
        }
        for (auto& [person, evidence] : concerned) {
            people.push_back({.employee = person, .code = reason.code, .evidence = std::move(evidence)});
        }
    }
    return people;
}

std::vector<HeldCount> held_counts(const std::vector<HeldPerson>& people) {
    std::vector<HeldCount> counts;
    for (const auto& person : people) {
        auto at = std::find_if(counts.begin(), counts.end(),
                               [&](const HeldCount& count) { return count.code == person.code; });
        if (at == counts.end()) at = counts.insert(counts.end(), HeldCount{.code = person.code});
        ++at->people;
        const bool is_named = std::find(at->first.begin(), at->first.end(), person.employee) != at->first.end();
        if (!is_named && at->first.size() < held_named_max) at->first.push_back(person.employee);
    }
    return counts;
}

std::string held_text(const std::vector<HeldPerson>& people) {
    std::string text;
    for (const auto& person : people) {
        text += "    " + person.code + ' ' + person.employee.value() + ": " + person.evidence + '\n';
    }
    return text;
}

}  // namespace usersync::plan
