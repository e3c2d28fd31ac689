#include "daemon/sync/tenant_status.hpp"

namespace usersync::sync {

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
        case RunEnd::failed: return Health::failed;
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
