#pragma once
// Daemon states that the tests of this folder share.

#include "daemon/http/daemon_status.hpp"

namespace usersync::test {

constexpr Time evening = std::chrono::sys_days(std::chrono::year(2026) / 11 / 22) + std::chrono::hours(19) +
                         std::chrono::minutes(45) + std::chrono::milliseconds(1999);

inline sync::TenantStatus tenant(const char* name) {
    sync::TenantStatus tenant;
    tenant.tenant = TenantId(name);
    return tenant;
}

inline sync::TenantStatus tenant_after(const char* name, RunEnd end, std::size_t people_open = 0) {
    auto result = tenant(name);
    RunRecord run;
    run.id = RunId(12);
    run.trigger = "schedule";
    run.started_at = evening - std::chrono::hours(13);
    run.ended_at = evening - std::chrono::hours(13) + std::chrono::minutes(2);
    run.end = end;
    run.people_open = people_open;
    result.last_run = run;
    result.last_good_snapshot = run.started_at;
    result.employees = 412;
    result.next_run = evening + std::chrono::hours(11);
    return result;
}

inline sync::TenantStatus failed_tenant(const char* name) {
    auto result = tenant_after(name, RunEnd::failed);
    result.last_run->failure_code = "host_key_mismatch";
    result.last_run->failure_sentence = "the server's key is not the pinned one";
    return result;
}

inline sync::TenantStatus held_tenant(const char* name) {
    auto result = tenant_after(name, RunEnd::held);
    result.plan_held = PlanId("00ff00ff00ff00ff00ff00ff00ff00ff");
    result.plan_operations = 240;
    result.hold_reasons = {{"removals", "200 people would be removed, the limit is 25"}};
    return result;
}

inline sync::RulesStatus refused_rules() {
    return {.fingerprint = Fingerprint::from_hex("abcdef00000000000000000000000000"),
            .since = evening - std::chrono::hours(24),
            .author = "Ann de Vries",
            .comment = "Store 14 opens",
            .refused = sync::RulesStatus::Refusal{.at = evening - std::chrono::hours(1),
                                                  .problems = {{"groups.csv", 3, 1, "unknown_field",
                                                                "there is no field \"anna@shop.example\""},
                                                               {"tenant.toml", 0, 0, "file_missing", "does not exist"}},
                                                  .count = 2},
            .needs_restart = {}};
}

inline status::DaemonStatus daemon_with(std::vector<sync::TenantStatus> tenants) {
    return {.version = "0.1.0",
            .environment = "production",
            .started_at = evening - std::chrono::hours(76),
            .now = evening,
            .tenants = std::move(tenants),
            .ready = true,
            .waiting_for = {},
            .shutting_down = false};
}

}  // namespace usersync::test
