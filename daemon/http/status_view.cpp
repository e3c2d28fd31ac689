#include "daemon/http/status_view.hpp"

#include "core/base/time_text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <map>

namespace usersync::status {
namespace {

using Json = nlohmann::ordered_json;

Json text_or_null(const std::string& text) { return text.empty() ? Json() : Json(text); }

Json time_or_null(const std::optional<Time>& time) { return time ? Json(utc_text(*time)) : Json(); }

Json seconds_between(Time from, Time to) {
    return std::max(std::chrono::floor<std::chrono::seconds>(to - from).count(), std::int64_t(0));
}

Json run_json(const std::optional<RunRecord>& run) {
    if (!run) return {};
    return {{"id", run->id.value()},
            {"trigger", run->trigger},
            {"started_at", utc_text(run->started_at)},
            {"ended_at", time_or_null(run->ended_at)},
            {"end", to_string(run->end)},
            {"failure_code", text_or_null(run->failure_code)},
            {"failure", text_or_null(run->failure_sentence)},
            {"people_open", run->people_open}};
}

Json snapshot_json(const sync::TenantStatus& tenant, Time now) {
    if (!tenant.last_good_snapshot) return {};
    return {{"taken_at", utc_text(*tenant.last_good_snapshot)},
            {"employees", tenant.employees},
            {"age_s", seconds_between(*tenant.last_good_snapshot, now)}};
}

Json plan_json(const sync::TenantStatus& tenant) {
    if (!tenant.plan_held) return {};
    Json reasons = Json::array();
    for (const auto& reason : tenant.hold_reasons) {
        Json json = Json::object({{"code", reason.code}, {"sentence", reason.sentence}});
        for (const auto& count : tenant.hold_people) {
            if (count.code != reason.code) continue;
            json["people"] = count.people;
            json["employees"] = Json::array();
            for (const auto& person : count.first) json["employees"].push_back(person.value());
        }
        reasons.push_back(std::move(json));
    }
    return {{"id", tenant.plan_held->value()}, {"operations", tenant.plan_operations}, {"reasons", std::move(reasons)}};
}

/// Why is told where people may be named: somebody wrote it freely.
Json pause_json(const std::optional<Pause>& pause, Sentences sentences) {
    if (!pause) return {};
    Json json{{"since", utc_text(pause->since)}, {"by", pause->by}};
    if (sentences == Sentences::told) json["reason"] = text_or_null(pause->reason);
    return json;
}

Json rejected_json(const std::optional<sync::RejectedPlan>& rejected, Sentences sentences) {
    if (!rejected) return {};
    Json json{{"id", rejected->id.value()}, {"at", utc_text(rejected->rejection.at)}, {"by", rejected->rejection.by}};
    if (sentences == Sentences::told) json["reason"] = text_or_null(rejected->rejection.reason);
    return json;
}

Json removals_json(const sync::RemovalsStatus& removals) {
    return {{"waiting", removals.waiting}, {"held", removals.held}};
}

Json progress_json(const std::optional<sync::Progress>& progress) {
    if (!progress) return {};
    Json json{{"done", progress->done},
              {"left", progress->left},
              {"people_done", progress->people_done},
              {"people_left", progress->people_left},
              {"canary", progress->is_canary}};
    if (!progress->started_at) return json;
    json["started_at"] = utc_text(*progress->started_at);
    json["per_second"] = progress->per_second;
    json["ends_at"] = time_or_null(progress->ends_at);
    return json;
}

Json breaker_json(const std::optional<sync::Away>& away) {
    if (!away) return Json::object({{"state", "closed"}});
    return {{"state", "open"},
            {"code", away->code},
            {"since", utc_text(away->since)},
            {"next_probe", utc_text(away->next_probe)}};
}

Json pacing_json(const std::optional<Pacing>& pacing) {
    if (!pacing) return {};
    constexpr double hundredths = 100;
    constexpr double thousandths = 1000;
    const auto rounded = [](double rate) { return std::round(rate * hundredths) / hundredths; };
    Json by_class = Json::object();
    for (const auto& [name, rate] : pacing->by_class) by_class[name] = rounded(rate);
    return {{"calls_per_second", rounded(pacing->calls_per_second)},
            {"by_class", std::move(by_class)},
            {"shared_by", pacing->shared_by},
            {"evenness", pacing->evenness ? Json(std::round(*pacing->evenness * thousandths) / thousandths) : Json()}};
}

constexpr std::size_t attempts_shown_max = 100;

Json attempts_json(const std::map<EmployeeKey, Time>& attempts) {
    Json list = Json::array();
    for (const auto& [person, due] : attempts) {
        if (list.size() == attempts_shown_max) break;
        list.push_back(Json::object({{"employee", person.value()}, {"not_before", utc_text(due)}}));
    }
    return list;
}

Json problem_json(const sync::FileProblem& problem, Sentences sentences) {
    Json json{{"file", problem.file},
              {"line", problem.line == 0 ? Json() : Json(problem.line)},
              {"column", problem.column == 0 ? Json() : Json(problem.column)},
              {"code", problem.code}};
    if (sentences == Sentences::told) json["sentence"] = problem.sentence;
    return json;
}

Json refusal_json(const std::optional<sync::RulesStatus::Refusal>& refused, Sentences sentences) {
    if (!refused) return {};
    Json problems = Json::array();
    for (const auto& problem : refused->problems) problems.push_back(problem_json(problem, sentences));
    return {{"at", utc_text(refused->at)}, {"count", refused->count}, {"problems", std::move(problems)}};
}

Json rules_json(const sync::RulesStatus& rules, Sentences sentences) {
    return {{"fingerprint", rules.fingerprint.hex()}, {"since", utc_text(rules.since)},
            {"state", to_string(rules.state)},        {"author", text_or_null(rules.author)},
            {"comment", text_or_null(rules.comment)}, {"refused", refusal_json(rules.refused, sentences)},
            {"needs_restart", rules.needs_restart}};
}

Json webhook_json(const std::optional<sync::WebhookCounts>& counts) {
    if (!counts) return {};
    return {{"accepted", counts->accepted},
            {"replayed", counts->replayed},
            {"unproven", counts->unproven},
            {"out_of_time", counts->out_of_time},
            {"too_many", counts->too_many}};
}

Json tenant_json(const sync::TenantStatus& tenant, Time now, Sentences sentences) {
    return {{"name", tenant.tenant.value()},
            {"health", to_string(sync::health_of(tenant))},
            {"running", tenant.running},
            {"progress", progress_json(tenant.progress)},
            {"waits_until", time_or_null(tenant.waits_until)},
            {"breaker", breaker_json(tenant.away)},
            {"pace", pacing_json(tenant.pacing)},
            {"next_attempts", attempts_json(tenant.next_attempts)},
            {"last_run", run_json(tenant.last_run)},
            {"last_good_snapshot", snapshot_json(tenant, now)},
            {"overdue", tenant.is_overdue},
            {"plan_held", plan_json(tenant)},
            {"plan_rejected", rejected_json(tenant.plan_rejected, sentences)},
            {"paused", pause_json(tenant.paused, sentences)},
            {"removals", removals_json(tenant.removals)},
            {"drift", tenant.drift},
            {"rules", rules_json(tenant.rules, sentences)},
            {"webhook", webhook_json(tenant.webhook)},
            {"next_run", time_or_null(tenant.next_run)}};
}

/// Ready all the same: nothing is wrong with the service.
std::string paused_text(const DaemonStatus& status) {
    std::string text;
    for (const auto& tenant : status.tenants) {
        if (tenant.paused) text += (text.empty() ? "; paused: " : ", ") + tenant.tenant.value();
    }
    return text;
}

}  // namespace

sync::Health overall_health(const DaemonStatus& status) {
    auto worst = sync::Health::well;
    for (const auto& tenant : status.tenants) worst = std::max(worst, sync::health_of(tenant));
    return worst;
}

std::string status_json(const DaemonStatus& status, Sentences sentences) {
    Json tenants = Json::array();
    for (const auto& tenant : status.tenants) tenants.push_back(tenant_json(tenant, status.now, sentences));
    const Json all = {{"version", status.version},
                      {"environment", status.environment},
                      {"started_at", utc_text(status.started_at)},
                      {"now", utc_text(status.now)},
                      {"uptime_s", seconds_between(status.started_at, status.now)},
                      {"ready", is_ready(status)},
                      {"shutting_down", status.shutting_down},
                      {"health", to_string(overall_health(status))},
                      {"tenants", std::move(tenants)}};
    // A failure's sentence may quote what a server said, in whatever bytes.
    return all.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

bool is_ready(const DaemonStatus& status) { return status.ready && !status.shutting_down; }

std::string ready_text(const DaemonStatus& status) {
    if (status.shutting_down) return "not ready: shutting down";
    if (status.ready) return "ready" + paused_text(status);
    std::string text = "not ready: starting";
    for (std::size_t i = 0; i < status.waiting_for.size(); ++i) {
        text += (i == 0 ? ", waiting for " : ", ") + status.waiting_for[i];
    }
    return text;
}

}  // namespace usersync::status
