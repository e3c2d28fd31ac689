#include "daemon/ledger_view.hpp"

#include "core/base/day.hpp"
#include "core/base/time_text.hpp"
#include "core/plan/ledger_facts.hpp"
#include "core/plan/plan_json.hpp"
#include "daemon/config/quantity.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace usersync::ledger_view {
namespace {

using Json = nlohmann::ordered_json;

// ---- words --------------------------------------------------------------------------------------------------

std::string quoted(const std::vector<GroupChange>& groups) {
    std::string text;
    for (const auto& group : groups) text += (text.empty() ? "\"" : ", \"") + group.name + '"';
    return text;
}

/// What it is about, besides the person. Nothing of a profile.
struct Object {
    std::string operator()(const AddToGroups& add) const { return quoted(add.groups); }
    std::string operator()(const RemoveFromGroups& remove) const { return quoted(remove.groups); }
    std::string operator()(const ChangeRole& role) const { return role.before.value() + " -> " + role.after.value(); }
    std::string operator()(const ChangeGroupRole& role) const {
        return role.before.value() + " -> " + role.after.value() + " in " + quoted({role.group});
    }
    std::string operator()(const MakeGroup& make) const {
        return std::string(to_string(make.kind)) + " \"" + make.name + '"';
    }
    std::string operator()(const Adopt& adopt) const { return quoted(adopt.groups); }
    std::string operator()(const Release& release) const { return quoted(release.groups); }
    template <class Other>
    std::string operator()(const Other&) const {
        return {};
    }
};

std::string object_of(const LedgerRow& row) { return std::visit(Object{}, row.operation.change.what); }
std::string kind_of_call(const LedgerRow& row) { return std::string(kind_of(row.operation.change.what)); }

std::optional<Time> when(const LedgerRow& row) { return row.settled_at ? row.settled_at : row.intended_at; }

std::string outcome_text(const LedgerRow& row) {
    if (!row.outcome) return "open";
    const auto code = row.code.empty() ? "" : " (" + row.code + ')';
    const auto attempts = row.attempts > 1 ? ", " + std::to_string(row.attempts) + " attempts" : std::string();
    return std::string(to_string(*row.outcome)) + code + attempts;
}

/// The rule and the field that it looked at, without the field's value.
std::string cause_of(const Reason& reason) {
    const auto origin = describe(reason.origin);
    return reason.rule + (origin.empty() ? "" : " (" + origin + ')') +
           (reason.column.empty() ? "" : ": " + reason.column);
}

std::string joined(const std::vector<std::string>& words) {
    std::string text;
    for (const auto& word : words) text += (text.empty() ? "" : ", ") + word;
    return text;
}

EntryFacts facts_in(const LedgerEntry& entry) {
    auto facts = plan::decode_facts(entry.bytes);
    return facts ? std::move(*facts) : EntryFacts{};
}

std::string event_text(const LedgerEntry& entry) {
    const auto facts = facts_in(entry);
    auto text = std::string(to_string(entry.kind));
    if (!entry.employee.value().empty()) text += ' ' + entry.employee.value();
    if (!facts.plan.empty()) text += " of plan " + facts.plan;
    if (facts.undone_run != 0) text += " of run " + std::to_string(facts.undone_run);
    if (!facts.rules.empty()) text += " to " + facts.rules;
    if (!facts.by.empty()) text += " by " + facts.by;
    if (!facts.hold.empty()) text += " (" + joined(facts.hold) + ')';
    if (!facts.why.empty()) text += ": " + facts.why;
    return text;
}

std::string counted(std::size_t count, const char* one, const char* many) {
    return std::to_string(count) + ' ' + (count == 1 ? one : many);
}

std::string padded(std::string text, std::size_t width) {
    if (text.size() < width) text.resize(width, ' ');
    return text;
}

std::size_t runs_of(const std::vector<LedgerRow>& calls) {
    std::set<RunId> runs;
    for (const auto& row : calls) runs.insert(row.run);
    return runs.size();
}

/// Of what there is, so many are not among what was read.
std::size_t left_out(std::size_t there, std::size_t read) { return there > read ? there - read : 0; }

/// "the newest 2 of 9 operations", or "9 operations".
std::string newest_of(std::size_t there, std::size_t read, const char* one, const char* many) {
    if (left_out(there, read) == 0) return counted(read, one, many);
    return "the newest " + std::to_string(read) + " of " + counted(there, one, many);
}

// ---- lines --------------------------------------------------------------------------------------------------

std::string line_of(const LedgerRow& row, std::size_t key_width) {
    const auto at = when(row);
    const auto object = object_of(row);
    return "  " + (at ? utc_text(*at) : std::string("-")) + "  run " + padded(std::to_string(row.run.value()), 4) +
           ' ' + padded(row.operation.change.employee.value(), key_width) + "  " + kind_of_call(row) +
           (object.empty() ? "" : ' ' + object) + ": " + outcome_text(row) + "  [" +
           cause_of(row.operation.change.reason) + "]\n";
}

std::string line_of(const LedgerEntry& entry) {
    return "  " + utc_text(entry.at) + "  " +
           (entry.run.value() == 0 ? "" : "run " + std::to_string(entry.run.value()) + "  ") + event_text(entry) + '\n';
}

std::string chain_text(const ChainReport& report) {
    if (report.broken) {
        return "the chain is BROKEN at entry " + std::to_string(report.broken->id) + ": " + report.broken->why + '\n';
    }
    return "the chain of " + counted(static_cast<std::size_t>(report.head.count), "entry", "entries") +
           " holds together; its last hash is " + report.head.hash.hex() + '\n';
}

/// Calls and events in one order of time; where it is the same, events come first.
std::string told_in_order(const Reading& reading) {
    std::size_t key_width = 0;
    for (const auto& row : reading.calls) {
        key_width = std::max(key_width, row.operation.change.employee.value().size());
    }
    std::vector<std::pair<Time, std::string>> lines;
    for (const auto& entry : reading.events) lines.emplace_back(entry.at, line_of(entry));
    for (const auto& row : reading.calls) lines.emplace_back(when(row).value_or(Time()), line_of(row, key_width));
    std::stable_sort(lines.begin(), lines.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    std::string text;
    for (const auto& line : lines) text += line.second;
    return text;
}

// ---- JSON ---------------------------------------------------------------------------------------------------

Json time_json(const std::optional<Time>& time) { return time ? Json(utc_text(*time)) : Json(); }

Json call_json(const LedgerRow& row) {
    const auto& change = row.operation.change;
    return {
        {"run", row.run.value()},
        {"operation", row.operation.key.value()},
        {"kind", kind_of_call(row)},
        {"employee", change.employee.value()},
        {"object", object_of(row)},
        {"intended_at", time_json(row.intended_at)},
        {"settled_at", time_json(row.settled_at)},
        {"outcome", row.outcome ? Json(to_string(*row.outcome)) : Json()},
        {"code", row.code},
        {"attempts", row.attempts},
        {"request", plan::request_of(plan::encode(row.operation))},
        {"took_ms", row.intended_at && row.settled_at ? Json((*row.settled_at - *row.intended_at).count()) : Json()},
        {"cause",
         {{"rule", change.reason.rule}, {"at", describe(change.reason.origin)}, {"column", change.reason.column}}}};
}

Json event_json(const LedgerEntry& entry) {
    const auto facts = facts_in(entry);
    return {{"entry", entry.id},
            {"at", utc_text(entry.at)},
            {"kind", to_string(entry.kind)},
            {"run", entry.run.value()},
            {"plan", facts.plan},
            {"by", facts.by},
            {"hold", facts.hold},
            {"rules", facts.rules},
            {"undone_run", facts.undone_run},
            {"why", facts.why},
            {"employee", entry.employee.value()}};
}

template <class T, class Write>
Json array_of(const std::vector<T>& values, Write write) {
    auto list = Json::array();
    for (const auto& value : values) list.push_back(write(value));
    return list;
}

Json chain_json(const std::optional<ChainReport>& report) {
    if (!report) return nullptr;
    Json json{{"entries", report->head.count},
              {"hash", report->head.hash.hex()},
              {"holds", !report->broken.has_value()},
              {"broken", nullptr}};
    if (report->broken) json["broken"] = {{"entry", report->broken->id}, {"why", report->broken->why}};
    return json;
}

std::string written(const Json& json) { return json.dump(2, ' ', false, Json::error_handler_t::replace) + '\n'; }

Json run_json(const RunRecord& run) {
    return {{"run", run.id.value()},
            {"trigger", run.trigger},
            {"started_at", utc_text(run.started_at)},
            {"ended_at", time_json(run.ended_at)},
            {"end", to_string(run.end)},
            {"plan", run.plan.value()},
            {"people_open", run.people_open}};
}

// ---- what changed -------------------------------------------------------------------------------------------

/// Kind → of whom, or which group was made; each as often as it took effect.
std::map<std::string, std::vector<std::string>> effects_by_kind(const std::vector<LedgerRow>& calls) {
    std::map<std::string, std::vector<std::string>> effects;
    for (const auto& row : calls) {
        if (!row.outcome || !took_effect(*row.outcome)) continue;
        const auto& person = row.operation.change.employee.value();
        effects[kind_of_call(row)].push_back(person.empty() ? object_of(row) : person);
    }
    return effects;
}

/// Kind → how often it took effect, also where the operations are not among what was read.
std::map<std::string, std::size_t> counts_of(const Changes& changes,
                                             const std::map<std::string, std::vector<std::string>>& effects) {
    auto counts = changes.totals.effects;
    for (const auto& [kind, keys] : effects) counts[kind] = std::max(counts[kind], keys.size());
    return counts;
}

/// Each once, in order, and how often where that is more.
std::string keys_text(std::vector<std::string> keys) {
    std::sort(keys.begin(), keys.end());
    std::string text;
    for (auto at = keys.begin(); at != keys.end();) {
        const auto end = std::upper_bound(at, keys.end(), *at);
        text += (text.empty() ? "" : ", ") + *at + (end - at > 1 ? " (" + std::to_string(end - at) + " times)" : "");
        at = end;
    }
    return text;
}

std::optional<int> number_in(std::string_view text, std::size_t at) {
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    if (at + 2 > text.size() || !is_digit(text[at]) || !is_digit(text[at + 1])) return std::nullopt;
    return (text[at] - '0') * 10 + (text[at + 1] - '0');
}

/// "19:45", "19:45:01", each perhaps with Z: so long after midnight.
std::optional<Duration> clock_from(std::string_view text) {
    if (text.ends_with('Z')) text.remove_suffix(1);
    if (text.size() != 5 && text.size() != 8) return std::nullopt;
    const auto hours = number_in(text, 0);
    const auto minutes = number_in(text, 3);
    const auto seconds = text.size() == 8 ? number_in(text, 6) : std::optional(0);
    const bool is_clock = text[2] == ':' && (text.size() == 5 || text[5] == ':');
    if (!is_clock || !hours || !minutes || !seconds) return std::nullopt;
    if (*hours > 23 || *minutes > 59 || *seconds > 59) return std::nullopt;
    return std::chrono::hours(*hours) + std::chrono::minutes(*minutes) + std::chrono::seconds(*seconds);
}

}  // namespace

std::string ledger_text(const Reading& reading) {
    std::string text = "ledger of " + reading.tenant.value() + ": " +
                       newest_of(reading.totals.calls, reading.calls.size(), "operation", "operations") + " of " +
                       counted(runs_of(reading.calls), "run", "runs") + ", " +
                       newest_of(reading.totals.events, reading.events.size(), "other entry", "other entries") + '\n';
    text += told_in_order(reading);
    if (reading.checked) text += chain_text(*reading.checked);
    return text;
}

std::string ledger_json(const Reading& reading) {
    return written({{"tenant", reading.tenant.value()},
                    {"operations", array_of(reading.calls, call_json)},
                    {"events", array_of(reading.events, event_json)},
                    {"left_out",
                     {{"operations", left_out(reading.totals.calls, reading.calls.size())},
                      {"events", left_out(reading.totals.events, reading.events.size())}}},
                    {"chain", chain_json(reading.checked)}});
}

std::string changes_text(const Changes& changes) {
    const auto effects = effects_by_kind(changes.calls);
    std::string text = changes.tenant.value() + " since " + utc_text(changes.since) + ": " +
                       counted(changes.runs.size(), "run", "runs") + '\n';
    const auto counts = counts_of(changes, effects);
    for (const auto& [kind, count] : counts) {
        const auto known = effects.find(kind);
        const auto keys = known == effects.end() ? std::vector<std::string>() : known->second;
        const auto missing = left_out(count, keys.size());
        text += "  " + kind + ' ' + std::to_string(count) + ": " + keys_text(keys);
        if (missing > 0) text += (keys.empty() ? "" : ", ") + std::to_string(missing) + " older ones left out";
        text += '\n';
    }
    if (counts.empty()) text += "  nothing took effect\n";
    if (changes.runs_left_out) text += "  older runs are left out\n";
    const auto events_left_out = left_out(changes.totals.events, changes.events.size());
    if (events_left_out > 0) text += "  " + counted(events_left_out, "older entry", "older entries") + " left out\n";
    for (const auto& run : changes.runs) {
        text += "  " + utc_text(run.started_at) + "  run " + std::to_string(run.id.value()) + ' ' + run.trigger + ": " +
                std::string(to_string(run.end)) + '\n';
    }
    for (const auto& entry : changes.events) text += line_of(entry);
    return text;
}

std::string changes_json(const Changes& changes) {
    const auto by_kind = effects_by_kind(changes.calls);
    auto effects = Json::object();
    for (const auto& [kind, keys] : by_kind) effects[kind] = keys;
    auto counts = Json::object();
    for (const auto& [kind, count] : counts_of(changes, by_kind)) counts[kind] = count;
    return written({{"tenant", changes.tenant.value()},
                    {"since", utc_text(changes.since)},
                    {"counts", std::move(counts)},
                    {"effects", std::move(effects)},
                    {"runs", array_of(changes.runs, run_json)},
                    {"events", array_of(changes.events, event_json)},
                    {"left_out",
                     {{"operations", left_out(changes.totals.calls, changes.calls.size())},
                      {"events", left_out(changes.totals.events, changes.events.size())},
                      {"runs", changes.runs_left_out}}}});
}

std::optional<Time> moment_from(std::string_view text, Time now) {
    if (const auto ago = config::parse_duration(text)) return now - *ago;
    const auto day = day_from(text.substr(0, text.find('T')));
    if (!day) return std::nullopt;
    const Time midnight = *day;
    if (text.find('T') == std::string_view::npos) return midnight;
    const auto clock = clock_from(text.substr(text.find('T') + 1));
    return clock ? std::optional(midnight + *clock) : std::nullopt;
}

}  // namespace usersync::ledger_view
