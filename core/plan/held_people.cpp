#include "core/plan/held_people.hpp"

#include "core/plan/impact.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

namespace usersync::plan {
namespace {

/// "removals_7_days" is about removals.
std::optional<Budgeted> kind_of_code(std::string_view code) {
    for (const auto kind : all_budgeted()) {
        const auto word = to_string(kind);
        const bool is_window = code.starts_with(word) && code.substr(word.size()).starts_with('_');
        if (code == word || is_window) return kind;
    }
    return std::nullopt;
}

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
std::string evidence_of(const Operation& operation, const HoldReason& reason) {
    if (const auto* remove = std::get_if<RemoveFromGroups>(&operation.change.what)) {
        for (const auto& group : remove->groups) {
            const bool is_meant = reason.object.empty() || group.eid.value() == reason.object;
            if (is_meant) return describe(group.reason);
        }
    }
    return describe(operation.change.reason);
}

/// By person, the first operation that the reason is about.
using Concerned = std::map<EmployeeKey, std::string>;

Concerned concerned_by(const Plan& plan, const HoldReason& reason) {
    Concerned concerned;
    std::set<EmployeeKey> emptied;
    if (reason.code == "values_cleared") {
        for (const auto& [field, people] : cleared_by(plan)) {
            if (to_string(field) == reason.object) emptied.insert(people.begin(), people.end());
        }
    }
    const auto kind = kind_of_code(reason.code);
    for (const auto& operation : plan.operations) {
        const auto& person = operation.change.employee;
        if (person.value().empty()) continue;
        const bool is_emptied =
            std::holds_alternative<UpdateProfile>(operation.change.what) && emptied.contains(person);
        const bool is_lost = reason.code == "group_loss" && takes_from(operation, reason.object);
        const bool is_counted = kind && counts_as(operation, *kind);
        if (is_emptied || is_lost || is_counted) concerned.emplace(person, evidence_of(operation, reason));
    }
    return concerned;
}

}  // namespace

std::vector<HeldPerson> held_people(const Plan& plan, const Verdict& verdict) {
    std::vector<HeldPerson> people;
    for (const auto& reason : verdict.hold) {
        for (auto& [person, evidence] : concerned_by(plan, reason)) {
            people.push_back({.employee = person, .code = reason.code, .evidence = std::move(evidence)});
        }
    }
    return people;
}

std::vector<HeldCount> held_counts(const std::vector<HeldPerson>& people) {
    std::vector<HeldCount> counts;
    for (const auto& person : people) {
        const auto at = std::find_if(counts.begin(), counts.end(),
                                     [&](const HeldCount& count) { return count.code == person.code; });
        if (at == counts.end()) {
            counts.push_back({.code = person.code, .people = 1});
        } else {
            ++at->people;
        }
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
