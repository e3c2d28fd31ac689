#include "daemon/queue_view.hpp"

#include "core/base/time_text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

namespace usersync::queue_view {
namespace {

using Json = nlohmann::ordered_json;

std::string day_text(Time time) { return utc_text(time).substr(0, std::string("2026-11-22").size()); }

Json time_or_null(const std::optional<Time>& time) { return time ? Json(utc_text(*time)) : Json(); }

std::string written(const Json& json) { return json.dump(2, ' ', false, Json::error_handler_t::replace) + '\n'; }

std::string counted(std::size_t count, const char* one, const char* many) {
    return std::to_string(count) + ' ' + (count == 1 ? one : many);
}

std::string held_text(const plan::RemovalHold& hold) {
    return "held by " + hold.by + " since " + day_text(hold.since) + (hold.reason.empty() ? "" : ": " + hold.reason);
}

std::string evidence_text(const plan::QueuedRemoval& queued, const plan::QueueLimits& limits) {
    std::string text = std::string(to_string(queued.evidence)) + " since " + day_text(queued.first_seen) +
                       " (snapshot " + std::to_string(queued.first_snapshot.value()) + ')';
    if (queued.evidence == plan::Evidence::absent) {
        // More than are waited for say nothing more.
        text += ", " + std::to_string(std::min<std::size_t>(queued.snapshots, limits.snapshots)) + " of " +
                std::to_string(limits.snapshots) + (limits.snapshots == 1 ? " complete record" : " complete records");
    }
    return text;
}

std::string countdown_text(const plan::QueuedRemoval& queued, const plan::Countdown& countdown) {
    std::string text;
    if (queued.suspended_at) text += "; suspended since " + day_text(*queued.suspended_at);
    if (countdown.suspended_from) text += "; access ends from " + day_text(*countdown.suspended_from);
    if (countdown.ends_from) text += "; the membership ends from " + day_text(*countdown.ends_from);
    if (countdown.snapshots_missing > 0) {
        text += "; not before " + std::to_string(countdown.snapshots_missing) + " more complete " +
                (countdown.snapshots_missing == 1 ? "record" : "records");
    }
    return text;
}

std::string limits_text(const Queue& queue) {
    std::string text =
        "absence counts after " + std::to_string(queue.limits.snapshots) + " complete " +
        (queue.limits.snapshots == 1 ? "record" : "records") + ", access ends " +
        (queue.limits.suspend_after == Duration(0) ? "with" : span_text(queue.limits.suspend_after) + " after") +
        " the first evidence";
    if (queue.ends_memberships) {
        text += ", the membership " + span_text(queue.limits.remove_after) +
                (queue.can_suspend ? " after the suspension" : " after that");
    }
    return text + '\n';
}

Json hold_json(const plan::RemovalHold* hold) {
    if (hold == nullptr) return {};
    return {{"by", hold->by}, {"since", utc_text(hold->since)}, {"reason", hold->reason}};
}

Json queued_json(const Queue& queue, const plan::QueuedRemoval& queued) {
    const auto countdown = plan::countdown_of(queued, queue.limits, queue.ends_memberships, queue.can_suspend);
    return {{"employee", queued.key.value()},
            {"evidence", to_string(queued.evidence)},
            {"first_seen", utc_text(queued.first_seen)},
            {"first_snapshot", queued.first_snapshot.value()},
            {"snapshots", queued.snapshots},
            {"snapshots_missing", countdown.snapshots_missing},
            {"suspended_at", time_or_null(queued.suspended_at)},
            {"suspended_from", time_or_null(countdown.suspended_from)},
            {"ends_from", time_or_null(countdown.ends_from)},
            {"held", hold_json(queue.removals.hold_of(queued.key))}};
}

// ---- brakes -------------------------------------------------------------------------------------------------

using Row = std::array<std::string, 4>;

std::string table_text(const std::vector<Row>& rows) {
    std::array<std::size_t, 4> widths{};
    for (const auto& row : rows) {
        for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
    }
    std::string text;
    for (const auto& row : rows) {
        text += "  ";
        for (std::size_t i = 0; i + 1 < row.size(); ++i)
            text += row[i] + std::string(widths[i] - row[i].size() + 2, ' ');
        text += row.back() + '\n';
    }
    return text;
}

std::string limit_text(const std::optional<std::size_t>& limit) { return limit ? std::to_string(*limit) : "none"; }

std::string counts_text(const char* name, const LedgerCounts& counts) {
    return std::string("  ") + name + ": " + counted(counts.removals, "person", "people") + " removed, " +
           counted(counts.memberships_lost, "membership", "memberships") + " lost, " +
           counted(counts.role_grants, "role", "roles") + " given, " + counted(counts.groups_made, "group", "groups") +
           " made\n";
}

Json counts_json(const LedgerCounts& counts) {
    return {{"removals", counts.removals},
            {"memberships_lost", counts.memberships_lost},
            {"role_grants", counts.role_grants},
            {"groups_made", counts.groups_made}};
}

}  // namespace

std::string queue_text(const Queue& queue) {
    const auto& removals = queue.removals;
    std::string text = "removal queue of " + queue.tenant.value() + ": " + std::to_string(removals.queued.size()) +
                       (removals.queued.size() == 1 ? " person, " : " people, ") +
                       std::to_string(removals.holds.size()) + " held\n" + limits_text(queue);
    for (const auto& queued : removals.queued) {
        const auto countdown = plan::countdown_of(queued, queue.limits, queue.ends_memberships, queue.can_suspend);
        const auto* hold = removals.hold_of(queued.key);
        text += "  " + queued.key.value() + "  " + evidence_text(queued, queue.limits) +
                (hold != nullptr ? "; " + held_text(*hold) : countdown_text(queued, countdown)) + '\n';
    }
    for (const auto& hold : removals.holds) {
        if (removals.find(hold.key) == nullptr) {
            text += "  " + hold.key.value() + "  is not to leave; " + held_text(hold) + '\n';
        }
    }
    return text;
}

std::string queue_json(const Queue& queue) {
    Json json{{"tenant", queue.tenant.value()},
              {"snapshots", queue.limits.snapshots},
              {"suspend_after_s", std::chrono::floor<std::chrono::seconds>(queue.limits.suspend_after).count()},
              {"remove_after_s", std::chrono::floor<std::chrono::seconds>(queue.limits.remove_after).count()},
              {"removes", queue.ends_memberships}};
    json["queued"] = Json::array();
    for (const auto& queued : queue.removals.queued) json["queued"].push_back(queued_json(queue, queued));
    json["held"] = Json::array();
    for (const auto& hold : queue.removals.holds) {
        Json one{{"employee", hold.key.value()}};
        one.update(hold_json(&hold));
        json["held"].push_back(std::move(one));
    }
    return written(json);
}

std::string brakes_text(const Brakes& brakes) {
    std::string text = "brakes of " + brakes.tenant.value() + "\n";
    text += counts_text("last day", brakes.recent.day) + counts_text("last 7 days", brakes.recent.week) +
            counts_text("last 30 days", brakes.recent.month);
    if (brakes.suggestions.empty()) {
        return text + "  no plan of the last 30 days says what limits would fit\n";
    }
    text += "\nby the " + std::to_string(brakes.plans) + (brakes.plans == 1 ? " plan" : " plans") +
            " of the last 30 days:\n";
    std::vector<Row> rows{{"SETTING", "IN FORCE", "LARGEST", "SUGGESTED"}};
    for (const auto& one : brakes.suggestions) {
        rows.push_back(
            {one.setting, limit_text(one.in_force), std::to_string(one.largest), std::to_string(one.suggested)});
    }
    return text + table_text(rows);
}

std::string brakes_json(const Brakes& brakes) {
    Json json{{"tenant", brakes.tenant.value()}, {"plans", brakes.plans}};
    json["took_effect"] = {{"1_day", counts_json(brakes.recent.day)},
                           {"7_days", counts_json(brakes.recent.week)},
                           {"30_days", counts_json(brakes.recent.month)}};
    json["suggestions"] = Json::array();
    for (const auto& one : brakes.suggestions) {
        json["suggestions"].push_back({{"setting", one.setting},
                                       {"in_force", one.in_force ? Json(*one.in_force) : Json()},
                                       {"largest", one.largest},
                                       {"suggested", one.suggested}});
    }
    return written(json);
}

}  // namespace usersync::queue_view
