#include "core/plan/suggest.hpp"

#include <algorithm>

namespace usersync::plan {
namespace {

constexpr std::size_t suggested_min = 5;

std::vector<PastPlan> looked_at(const std::vector<PastPlan>& past, Time now) {
    std::vector<PastPlan> plans;
    for (const auto& plan : past) {
        if (!plan.is_first && plan.at <= now && now - plan.at <= month_window) plans.push_back(plan);
    }
    std::sort(plans.begin(), plans.end(), [](const PastPlan& a, const PastPlan& b) { return a.at < b.at; });
    return plans;
}

std::size_t largest_plan(const std::vector<PastPlan>& plans, Budgeted kind) {
    std::size_t largest = 0;
    for (const auto& plan : plans) largest = std::max(largest, plan.impact.of(kind));
    return largest;
}

/// The most that any window of this length held. REQUIRES: in the order of time.
std::size_t largest_window(const std::vector<PastPlan>& plans, Budgeted kind, Duration length) {
    std::size_t largest = 0;
    std::size_t sum = 0;
    std::size_t first = 0;
    for (const auto& plan : plans) {
        sum += plan.impact.of(kind);
        while (plan.at - plans[first].at >= length) sum -= plans[first++].impact.of(kind);
        largest = std::max(largest, sum);
    }
    return largest;
}

std::optional<std::size_t> limit_in_force(const GuardLimits& limits, Budgeted kind) {
    if (kind == Budgeted::removals) return limits.removals_max;
    if (kind == Budgeted::role_grants) return limits.role_grants_max;
    if (kind == Budgeted::groups_made) return limits.groups_made_max;
    const auto at = limits.counts.find(kind);
    return at == limits.counts.end() ? std::nullopt : std::optional(at->second);
}

}  // namespace

std::size_t suggested_limit(std::size_t largest) { return std::max(suggested_min, 2 * largest); }

std::vector<Suggestion> suggest_limits(const std::vector<PastPlan>& past, const GuardLimits& in_force, Time now) {
    const auto plans = looked_at(past, now);
    std::vector<Suggestion> suggestions;
    const auto suggest = [&](std::string setting, std::size_t largest, std::optional<std::size_t> limit) {
        if (largest == 0) return;
        suggestions.push_back({"brakes." + std::move(setting), largest, limit, suggested_limit(largest)});
    };
    for (const auto kind : all_budgeted()) {
        suggest(std::string(to_string(kind)) + "_max", largest_plan(plans, kind), limit_in_force(in_force, kind));
    }
    const auto window = [&](const std::string& name, std::chrono::days length, const WindowLimits& limits) {
        suggest(name + ".removals_max", largest_window(plans, Budgeted::removals, length), limits.removals_max);
        suggest(name + ".role_grants_max", largest_window(plans, Budgeted::role_grants, length),
                limits.role_grants_max);
    };
    window("day", day_window, in_force.day);
    window("week", week_window, in_force.week);
    window("month", month_window, in_force.month);
    return suggestions;
}

}  // namespace usersync::plan
