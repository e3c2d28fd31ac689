#include "core/plan/guard.hpp"

#include <set>
#include <string>

namespace usersync::plan {
namespace {

constexpr const char* adoption_code = "adoption";

/// What a plan takes away and gives, in the guard's terms.
struct Impact {
    std::size_t removals = 0;
    std::size_t memberships_lost = 0;
    std::size_t role_changes = 0;
    std::size_t groups_made = 0;
};

Impact impact_of(const Plan& plan) {
    Impact impact;
    std::set<EmployeeKey> leaving;
    for (const auto& operation : plan.operations) {
        const auto& what = operation.change.what;
        if (std::holds_alternative<SuspendUser>(what) || std::holds_alternative<EndMembership>(what)) {
            leaving.insert(operation.change.employee);
        }
        if (operation.stage == Stage::group_remove) {
            impact.memberships_lost += std::get<RemoveFromGroups>(what).groups.size();
        }
        if (operation.stage == Stage::role) ++impact.role_changes;
        if (operation.stage == Stage::make_group) ++impact.groups_made;
    }
    impact.removals = leaving.size();
    return impact;
}

std::string percent(double share) {
    const auto tenths = static_cast<long long>(share * 1000 + 0.5);
    std::string text = std::to_string(tenths / 10);
    if (tenths % 10 != 0) text += '.' + std::to_string(tenths % 10);
    return text + " %";
}

double share_of(std::size_t part, std::size_t whole) {
    // Something taken from nothing that is ours is all of it.
    return whole == 0 ? (part == 0 ? 0.0 : 1.0) : static_cast<double>(part) / static_cast<double>(whole);
}

}  // namespace

GuardContext context_of(const Ownership& ownership, const ActualNetwork& actual) {
    GuardContext context;
    for (const auto& user : actual.users) {
        if (!user.xid || user.state == UserState::suspended) continue;
        const auto* owned = ownership.find(*user.xid);
        if (owned == nullptr || !owned->user) continue;
        ++context.people_managed;
        context.memberships_owned += owned->groups.size();
    }
    return context;
}

Verdict guard(const Plan& plan, const GuardContext& context, const GuardLimits& limits) {
    Verdict verdict;
    if (plan.empty()) return verdict;
    const auto impact = impact_of(plan);
    if (context.first_run) {
        verdict.hold.push_back({"first_run", "this is the tenant's first plan: somebody has to look at it"});
    }
    if (context.mapping != MappingState::final_) {
        verdict.hold.push_back({"mapping_not_final", "the mapping is in the state \"" +
                                                         std::string(to_string(context.mapping)) +
                                                         "\": only a final one acts by itself"});
    }
    if (plan.basis.completeness == Completeness::doubtful) {
        verdict.hold.push_back({"doubtful_snapshot", "the employee record does not look like the whole company"});
    }
    const auto removals_share = share_of(impact.removals, context.people_managed);
    if (impact.removals > limits.removals_max) {
        verdict.hold.push_back({"removals", std::to_string(impact.removals) +
                                                " people would be removed, the limit is " +
                                                std::to_string(limits.removals_max)});
    } else if (removals_share > limits.removals_share_max) {
        verdict.hold.push_back({"removals", std::to_string(impact.removals) + " of " +
                                                std::to_string(context.people_managed) + " people would be removed (" +
                                                percent(removals_share) + "), the limit is " +
                                                percent(limits.removals_share_max)});
    }
    const auto lost_share = share_of(impact.memberships_lost, context.memberships_owned);
    if (lost_share > limits.memberships_lost_share_max) {
        verdict.hold.push_back({"memberships_lost", std::to_string(impact.memberships_lost) + " of " +
                                                        std::to_string(context.memberships_owned) +
                                                        " group memberships of people who stay would be lost (" +
                                                        percent(lost_share) + "), the limit is " +
                                                        percent(limits.memberships_lost_share_max)});
    }
    if (impact.role_changes > limits.role_grants_max) {
        verdict.hold.push_back({"role_grants", std::to_string(impact.role_changes) +
                                                   " people would be given another role, the limit is " +
                                                   std::to_string(limits.role_grants_max)});
    }
    if (impact.groups_made > limits.groups_made_max) {
        verdict.hold.push_back({"groups_made", std::to_string(impact.groups_made) +
                                                   " groups would be made, the limit is " +
                                                   std::to_string(limits.groups_made_max)});
    }
    return verdict;
}

Verdict adoption_verdict(const Plan& plan) {
    Verdict verdict;
    if (plan.empty()) return verdict;
    const auto count = plan.operations.size();
    verdict.hold.push_back({adoption_code, std::to_string(count) + (count == 1 ? " person" : " people") +
                                               " whose account would count as ours; nothing is sent"});
    return verdict;
}

bool is_adoption(const Verdict& verdict) {
    return verdict.hold.size() == 1 && verdict.hold.front().code == adoption_code;
}

}  // namespace usersync::plan
