#include "core/plan/ledger_facts.hpp"

#include "core/plan/plan_json.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace usersync::plan {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* restored_code = "restored";
/// About removals, as the codes of windows are: nothing else of a plan waits for it.
constexpr const char* clock_code = "removals_clock";

Failure not_ours() {
    return {.kind = FailureKind::broken,
            .code = "bad_stored_entry",
            .where = "core.plan",
            .detail = "an entry of the ledger is not what this program writes"};
}

void put(Json& json, const char* key, const std::string& text) {
    if (!text.empty()) json[key] = text;
}

void put(Json& json, const char* key, std::int64_t number) {
    if (number != 0) json[key] = number;
}

EntryFacts facts_from(const Json& json) {
    EntryFacts facts;
    const auto text = [&](const char* key) { return json.value(key, std::string()); };
    facts.what = text("what");
    facts.request = text("request");
    facts.rule = text("rule");
    facts.column = text("column");
    facts.outcome = text("outcome");
    facts.code = text("code");
    facts.attempts = json.value("attempts", 0);
    facts.took_ms = json.value("took_ms", std::int64_t{0});
    facts.plan = text("plan");
    facts.by = text("by");
    facts.hold = json.value("hold", std::vector<std::string>());
    facts.rules = text("rules");
    facts.undone_run = json.value("undone_run", std::int64_t{0});
    facts.why = text("why");
    return facts;
}

bool lets_pass(const LedgerEntry& entry, const char* code) {
    if (entry.kind != EntryKind::approval) return false;
    const auto facts = decode_facts(entry.bytes);
    if (!facts) return false;
    return std::find(facts->hold.begin(), facts->hold.end(), code) != facts->hold.end();
}

bool is_waited_for(const std::vector<LedgerEntry>& events, EntryKind happened, const char* code) {
    for (const auto& event : events) {
        if (event.kind == happened) return true;
        if (lets_pass(event, code)) return false;
    }
    return false;
}

}  // namespace

EntryFacts facts_of(const Operation& operation) { return facts_of(operation, encode(operation)); }

EntryFacts facts_of(const Operation& operation, std::string_view encoded_operation) {
    EntryFacts facts;
    facts.what = std::string(kind_of(operation.change.what));
    facts.request = request_of(encoded_operation);
    facts.rule = operation.change.reason.rule;
    facts.column = operation.change.reason.column;
    return facts;
}

std::string request_of(std::string_view encoded_operation) { return fingerprint_of(encoded_operation).hex(); }

std::string encode(const EntryFacts& facts) {
    Json json = Json::object();
    put(json, "what", facts.what);
    put(json, "request", facts.request);
    put(json, "rule", facts.rule);
    put(json, "column", facts.column);
    put(json, "outcome", facts.outcome);
    put(json, "code", facts.code);
    put(json, "attempts", std::int64_t{facts.attempts});
    put(json, "took_ms", facts.took_ms);
    put(json, "plan", facts.plan);
    put(json, "by", facts.by);
    if (!facts.hold.empty()) json["hold"] = facts.hold;
    put(json, "rules", facts.rules);
    put(json, "undone_run", facts.undone_run);
    put(json, "why", facts.why);
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Result<EntryFacts> decode_facts(std::string_view bytes) {
    try {
        const auto json = Json::parse(bytes);
        if (!json.is_object()) return not_ours();
        auto facts = facts_from(json);
        if (encode(facts) != bytes) return not_ours();
        return facts;
    } catch (const Json::exception&) {
        return not_ours();
    }
}

HoldReason restored_hold() {
    return {restored_code,
            "the store was put back from a backup: what was done since then is not known, so somebody has to look"};
}

bool awaits_approval(const std::vector<LedgerEntry>& events) {
    return is_waited_for(events, EntryKind::restored, restored_code);
}

HoldReason clock_hold() {
    return {clock_code,
            "the clock was further ahead of the run before than runs are apart: who would leave may not have waited as "
            "long as they should, so somebody has to look"};
}

bool awaits_word_about_clock(const std::vector<LedgerEntry>& events) {
    return is_waited_for(events, EntryKind::clock_ahead, clock_code);
}

}  // namespace usersync::plan
