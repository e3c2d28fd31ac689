#include "daemon/http/status_text.hpp"

#include "core/base/time_text.hpp"
#include "daemon/http/status_view.hpp"

#include <algorithm>
#include <array>

namespace usersync::status {
namespace {

constexpr std::size_t columns = 7;
using Row = std::array<std::string, columns>;

std::string minute_text(const std::optional<Time>& time) {
    return time ? utc_text(*time).substr(0, std::string("2026-11-22T19:45").size()) + "Z" : "-";
}

std::string running_text(const sync::TenantStatus& tenant) {
    const std::string waits = tenant.waits_until ? ", waits until " + utc_text(*tenant.waits_until) : "";
    if (!tenant.progress) return "running" + waits;
    const auto all = tenant.progress->done + tenant.progress->left;
    const std::string ends = tenant.progress->ends_at ? ", ends about " + minute_text(tenant.progress->ends_at) : "";
    const auto people = tenant.progress->people_done + tenant.progress->people_left;
    const std::string of_people =
        people > 0 ? ", " + std::to_string(tenant.progress->people_done) + "/" + std::to_string(people) + " people"
                   : "";
    return "running " + std::to_string(tenant.progress->done) + "/" + std::to_string(all) + of_people + ends + waits;
}

std::string run_text(const sync::TenantStatus& tenant) {
    if (!tenant.last_run) return "none yet";
    const auto& run = *tenant.last_run;
    return std::string(to_string(run.end)) + " " + minute_text(run.ended_at ? *run.ended_at : run.started_at);
}

std::string snapshot_text(const sync::TenantStatus& tenant, Time now) {
    if (!tenant.last_good_snapshot) return "-";
    return std::to_string(tenant.employees) + " employees, " + span_text(now - *tenant.last_good_snapshot) + " old";
}

/// As much of it as tells versions apart.
std::string short_hex(const Fingerprint& fingerprint) { return fingerprint.hex().substr(0, 8); }

Row row_of(const sync::TenantStatus& tenant, Time now) {
    return {tenant.tenant.value(),
            std::string(sync::to_string(sync::health_of(tenant))),
            run_text(tenant),
            tenant.last_run ? std::to_string(tenant.last_run->people_open) : "-",
            snapshot_text(tenant, now),
            short_hex(tenant.rules.fingerprint),
            tenant.running  ? running_text(tenant)
            : tenant.paused ? "paused"
                            : minute_text(tenant.next_run)};
}

std::string table_text(const std::vector<Row>& rows) {
    std::array<std::size_t, columns> widths{};
    for (const auto& row : rows) {
        for (std::size_t i = 0; i < columns; ++i) widths[i] = std::max(widths[i], row[i].size());
    }
    std::string text;
    for (const auto& row : rows) {
        for (std::size_t i = 0; i + 1 < columns; ++i) text += row[i] + std::string(widths[i] - row[i].size() + 2, ' ');
        text += row.back() + "\n";
    }
    return text;
}

std::string held_text(const sync::TenantStatus& tenant) {
    if (!tenant.plan_held) return {};
    const auto& name = tenant.tenant.value();
    std::string text = "\n" + name + ": plan " + tenant.plan_held->value() + " with " +
                       std::to_string(tenant.plan_operations) + " operations is held\n";
    for (const auto& reason : tenant.hold_reasons) text += "  - " + reason.sentence + "\n";
    if (!tenant.hold_people.empty()) text += "  whom it is about: usersyncd plan " + name + "\n";
    return text + "  approve it with: usersyncd approve " + name + " " + tenant.plan_held->value() + "\n";
}

std::string said_by(const std::string& by, Time at, const std::string& reason) {
    return minute_text(at) + " by " + by + (reason.empty() ? "" : ": " + reason) + "\n";
}

/// What people have said: the tenant is to stand still, a plan is not wanted, somebody is to stay.
std::string people_text(const sync::TenantStatus& tenant) {
    const auto& name = tenant.tenant.value();
    std::string text;
    if (tenant.paused) {
        text += "\n" + name + ": paused " + said_by(tenant.paused->by, tenant.paused->since, tenant.paused->reason) +
                "  go on with: usersyncd resume " + name + "\n";
    }
    if (tenant.plan_rejected) {
        const auto& rejection = tenant.plan_rejected->rejection;
        text += "\n" + name + ": plan " + tenant.plan_rejected->id.value() + " was rejected " +
                said_by(rejection.by, rejection.at, rejection.reason) +
                "  it is not offered again until something differs\n";
    }
    const auto& removals = tenant.removals;
    if (removals.waiting > 0 || removals.held > 0) {
        text += "\n" + name + ": " + std::to_string(removals.waiting) + " in the removal queue, " +
                std::to_string(removals.held) + " held by somebody (usersyncd queue " + name + ")\n";
    }
    return text;
}

std::string drift_text(const sync::TenantStatus& tenant) {
    if (tenant.drift == 0) return {};
    return "\n" + tenant.tenant.value() + ": the newest plan found " + std::to_string(tenant.drift) +
           (tenant.drift == 1 ? " thing" : " things") + " of ours changed in the network (usersyncd plan " +
           tenant.tenant.value() + " shows what)\n";
}

std::string away_text(const sync::TenantStatus& tenant) {
    if (!tenant.away) return {};
    return "\n" + tenant.tenant.value() + ": the network does not answer since " + minute_text(tenant.away->since) +
           " (" + tenant.away->code + "); it is asked next at " + utc_text(tenant.away->next_probe) + "\n";
}

std::string attempts_text(const sync::TenantStatus& tenant) {
    if (tenant.next_attempts.empty()) return {};
    const auto& name = tenant.tenant.value();
    std::string text = "\n" + name + ": " + std::to_string(tenant.next_attempts.size()) +
                       " refused in several runs in a row and tried again later (usersyncd retry " + name +
                       " does it now)\n";
    constexpr std::size_t shown_max = 10;
    std::size_t shown = 0;
    for (const auto& [person, due] : tenant.next_attempts) {
        if (shown++ == shown_max) break;
        text += "  - " + person.value() + ", not before " + minute_text(due) + "\n";
    }
    return text;
}

std::string failure_text(const sync::TenantStatus& tenant) {
    if (!tenant.last_run || tenant.last_run->end != RunEnd::failed) return {};
    std::string text =
        "\n" + tenant.tenant.value() + ": run " + std::to_string(tenant.last_run->id.value()) + " failed";
    if (!tenant.last_run->failure_code.empty()) text += ", " + tenant.last_run->failure_code;
    if (!tenant.last_run->failure_sentence.empty()) text += ": " + tenant.last_run->failure_sentence;
    return text + "\n";
}

std::string version_text(const sync::RulesStatus& rules) {
    std::string text = "rules " + short_hex(rules.fingerprint) + " by ";
    text += rules.author.empty() ? "an author not said" : rules.author;
    return text + " stay in force since " + minute_text(rules.since);
}

std::string rules_text(const sync::TenantStatus& tenant) {
    const auto& rules = tenant.rules;
    const auto begin = "\n" + tenant.tenant.value() + ": ";
    std::string text;
    if (rules.refused) {
        const auto& problems = rules.refused->problems;
        text += begin + "changed rules were refused " + minute_text(rules.refused->at) + ", " + version_text(rules);
        if (!problems.empty()) text += "; " + place_and_code(problems.front()) + ": " + problems.front().sentence;
        if (rules.refused->count > 1) text += " (usersyncd check shows all that is wrong)";
        text += "\n";
    }
    if (!rules.needs_restart.empty()) {
        text += begin + "changed settings need a restart:";
        for (const auto& setting : rules.needs_restart) text += " " + setting;
        text += "\n";
    }
    return text;
}

}  // namespace

std::string status_text(const DaemonStatus& status) {
    std::string text = "usersyncd " + status.version + ", " + status.environment + ", up " +
                       span_text(status.now - status.started_at) + ", " + ready_text(status) + "\n";
    if (status.tenants.empty()) return text + "no tenants are configured\n";

    std::vector<Row> rows = {{"TENANT", "HEALTH", "LAST RUN", "OPEN", "LAST GOOD SNAPSHOT", "RULES", "NEXT RUN"}};
    for (const auto& tenant : status.tenants) rows.push_back(row_of(tenant, status.now));
    text += "\n" + table_text(rows);
    for (const auto& tenant : status.tenants) text += held_text(tenant);
    for (const auto& tenant : status.tenants) text += people_text(tenant);
    for (const auto& tenant : status.tenants) text += drift_text(tenant);
    for (const auto& tenant : status.tenants) text += failure_text(tenant);
    for (const auto& tenant : status.tenants) text += away_text(tenant);
    for (const auto& tenant : status.tenants) text += attempts_text(tenant);
    for (const auto& tenant : status.tenants) text += rules_text(tenant);
    return text;
}

control::ExitCode exit_code_of(const DaemonStatus& status) {
    const auto any = [&](auto claim) { return std::any_of(status.tenants.begin(), status.tenants.end(), claim); };
    const auto ended = [](const sync::TenantStatus& tenant, RunEnd end) {
        return tenant.last_run && tenant.last_run->end == end;
    };
    if (any([&](const auto& tenant) { return sync::health_of(tenant) == sync::Health::failed; })) {
        return control::ExitCode::failed;
    }
    if (any([&](const auto& tenant) { return tenant.plan_held || ended(tenant, RunEnd::held); })) {
        return control::ExitCode::held;
    }
    if (any([&](const auto& tenant) { return sync::health_of(tenant) != sync::Health::well; })) {
        return control::ExitCode::people_open;
    }
    return control::ExitCode::done;
}

}  // namespace usersync::status
