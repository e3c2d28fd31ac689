#include "daemon/sync/tenant_status.hpp"

#include "core/base/time_text.hpp"

#include <chrono>

namespace usersync::sync {

Progress progress_at(std::size_t done, std::size_t all, Time started_at, Time now, Duration expected) {
    Progress progress{.done = done, .left = all - done, .started_at = started_at};
    const auto elapsed = std::chrono::duration<double>(now - started_at).count();
    if (done > 0 && elapsed > 0) progress.per_second = static_cast<double>(done) / elapsed;
    if (all == 0 || (progress.per_second <= 0 && expected <= Duration(0))) return progress;
    const auto left = static_cast<double>(progress.left);
    const auto share_done = static_cast<double>(done) / static_cast<double>(all);
    const auto by_estimate = std::chrono::duration<double>(expected).count() * (1.0 - share_done);
    const auto by_pace = progress.per_second > 0 ? left / progress.per_second : by_estimate;
    const auto weight = expected > Duration(0) ? share_done : 1.0;
    const std::chrono::duration<double> to_go(weight * by_pace + (1.0 - weight) * by_estimate);
    progress.ends_at = now + std::chrono::duration_cast<Duration>(to_go);
    return progress;
}

std::string progress_text(const Progress& progress, Time now) {
    auto text = std::to_string(progress.done) + " operations done, " + std::to_string(progress.left) + " left";
    const auto people = progress.people_done + progress.people_left;
    if (people > 0)
        text += ", " + std::to_string(progress.people_done) + " of " + std::to_string(people) + " people done";
    if (progress.per_second > 0) {
        const auto tenths = static_cast<long long>(progress.per_second * 10 + 0.5);
        text += ", " + std::to_string(tenths / 10) + '.' + std::to_string(tenths % 10) + "/s";
    }
    if (progress.ends_at) {
        text += ", ends about " + utc_text(*progress.ends_at) + " (in " + span_text(*progress.ends_at - now) + ')';
    }
    return text;
}

std::string place_and_code(const FileProblem& problem) {
    std::string text = problem.file;
    if (problem.line != 0) text += ':' + std::to_string(problem.line);
    if (problem.line != 0 && problem.column != 0) text += ':' + std::to_string(problem.column);
    return text + ' ' + problem.code;
}

Health health_of(const TenantStatus& status) {
    const auto& rules = status.rules;
    const bool rules_wait = rules.refused.has_value() || !rules.needs_restart.empty();
    const bool stands_still = status.paused.has_value() || status.plan_rejected.has_value();
    const bool waits = status.plan_held.has_value() || status.is_overdue || rules_wait || stands_still;
    if (!status.last_run) return waits ? Health::attention : Health::well;
    switch (status.last_run->end) {
        case RunEnd::failed:
            // Somebody named a plan that is none any more, and was told so: nothing went wrong.
            return status.last_run->failure_code == "stale_plan" ? Health::attention : Health::failed;
        case RunEnd::open:
        case RunEnd::held:
        case RunEnd::done_open: return Health::attention;
        case RunEnd::done: break;
    }
    return waits || status.last_run->people_open > 0 ? Health::attention : Health::well;
}

std::string_view to_string(Health health) {
    switch (health) {
        case Health::well: return "well";
        case Health::attention: return "attention";
        case Health::failed: return "failed";
    }
    return "failed";
}

}  // namespace usersync::sync
