#include "daemon/sync/tenant_parts.hpp"

namespace usersync::sync {

diff::Policy policy_at(const TenantSettings& settings, Time now, Day today) {
    auto policy = settings.policy;
    policy.reminders = diff::reminders_on(settings.ask_again, today);
    if (settings.drift_settle > Duration(0)) policy.may_not_show_since = now - settings.drift_settle;
    return policy;
}

}  // namespace usersync::sync
