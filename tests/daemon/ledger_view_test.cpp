// The ledger as people and programs read it.

#include "daemon/ledger_view.hpp"

#include "core/base/time_text.hpp"
#include "core/plan/ledger_facts.hpp"

#include <catch2/catch.hpp>

using namespace usersync;

namespace {

const Time now(std::chrono::sys_days(std::chrono::year(2026) / 11 / 22) + std::chrono::hours(20));

LedgerRow row(const std::string& person, What what, std::optional<Outcome> outcome, std::string code = {}) {
    LedgerRow row{.run = RunId(3), .operation = {}};
    row.operation.change.employee = EmployeeKey(person);
    row.operation.change.what = std::move(what);
    row.operation.change.reason = {
        .rule = "group_mapping[1]", .origin = {"tenant.toml", 41, 1}, .column = "location", .value = "Secret 7"};
    row.intended_at = now;
    row.outcome = outcome;
    row.code = std::move(code);
    if (outcome) row.settled_at = now + std::chrono::seconds(1);
    if (outcome) row.attempts = 2;
    return row;
}

AddToGroups added() { return {{{GroupEid("g"), "Store 12", {}}}}; }

LedgerEntry approval() {
    LedgerEntry entry;
    entry.at = now;
    entry.kind = EntryKind::approval;
    entry.run = RunId(3);
    EntryFacts facts;
    facts.plan = "0902dfdf";
    facts.by = "jan";
    facts.hold = {"first_run", "removals"};
    entry.bytes = plan::encode(facts);
    return entry;
}

}  // namespace

TEST_CASE("the ledger tells who, what, when, the outcome and the cause, in the order of time", "[daemon][ledger]") {
    const CreateUser create{.profile = {.email = "an@shop.example", .name = {}, .job_title = {}, .phone = {}}};
    const ledger_view::Reading reading{
        .tenant = TenantId("shop"),
        .calls = {row("1001", create, Outcome::done), row("7", added(), Outcome::rejected, "no_such_group"),
                  row("8", EndMembership{}, std::nullopt)},
        .events = {approval()},
        .checked = ChainReport{.head = {.count = 6, .hash = {}}, .broken = {}}};

    CHECK(ledger_view::ledger_text(reading) ==
          "ledger of shop: 3 operations of 1 run, 1 other entry\n"
          "  2026-11-22T20:00:00Z  run 3  approval of plan 0902dfdf by jan (first_run, removals)\n"
          "  2026-11-22T20:00:00Z  run 3    8     end_membership: open  [group_mapping[1] (tenant.toml:41): location]\n"
          "  2026-11-22T20:00:01Z  run 3    1001  create_user: done, 2 attempts  [group_mapping[1] (tenant.toml:41): "
          "location]\n"
          "  2026-11-22T20:00:01Z  run 3    7     add_to_groups \"Store 12\": rejected (no_such_group), 2 attempts  "
          "[group_mapping[1] (tenant.toml:41): location]\n"
          "the chain of 6 entries holds together; its last hash is 00000000000000000000000000000000\n");
    for (const auto* secret : {"an@shop.example", "Secret 7"}) {
        CHECK(ledger_view::ledger_text(reading).find(secret) == std::string::npos);
        CHECK(ledger_view::ledger_json(reading).find(secret) == std::string::npos);
    }
}

TEST_CASE("who holds and releases whom, and why, stands in the ledger and in what changed", "[daemon][ledger]") {
    LedgerEntry held;
    held.at = now;
    held.kind = EntryKind::held;
    held.employee = EmployeeKey("1001");
    held.bytes = plan::encode(EntryFacts{.by = "jan", .why = "is ill"});
    auto released = held;
    released.kind = EntryKind::released;
    released.bytes = plan::encode(EntryFacts{.by = "piet"});
    const ledger_view::Reading reading{
        .tenant = TenantId("shop"), .calls = {}, .events = {held, released}, .checked = std::nullopt};
    const ledger_view::Changes changes{
        .tenant = TenantId("shop"), .since = now, .calls = {}, .events = {held, released}, .runs = {}};

    CHECK(ledger_view::ledger_text(reading) ==
          "ledger of shop: 0 operations of 0 runs, 2 other entries\n"
          "  2026-11-22T20:00:00Z  held 1001 by jan: is ill\n"
          "  2026-11-22T20:00:00Z  released 1001 by piet\n");
    CHECK(ledger_view::ledger_json(reading).find("\"employee\": \"1001\"") != std::string::npos);
    CHECK(ledger_view::changes_text(changes).find("held 1001 by jan: is ill") != std::string::npos);
}

TEST_CASE("a broken chain is named in both forms", "[daemon][ledger]") {
    ledger_view::Reading reading{.tenant = TenantId("shop"), .calls = {}, .events = {}, .checked = ChainReport{}};
    reading.checked->broken = BrokenLink{.id = 4, .why = "the entry is missing"};

    CHECK(ledger_view::ledger_text(reading).find("the chain is BROKEN at entry 4: the entry is missing") !=
          std::string::npos);
    CHECK(ledger_view::ledger_json(reading).find("\"holds\": false") != std::string::npos);
}

TEST_CASE("what changed tells what took effect, by kind with the keys, and nothing that did not", "[daemon][ledger]") {
    RunRecord run;
    run.id = RunId(3);
    run.trigger = "schedule";
    run.started_at = now;
    run.end = RunEnd::done;
    const ledger_view::Changes changes{
        .tenant = TenantId("shop"),
        .since = now,
        .calls = {row("7", added(), Outcome::done), row("1001", added(), Outcome::already_so),
                  row("7", added(), Outcome::done), row("8", added(), Outcome::gave_up),
                  row("9", SuspendUser{}, std::nullopt)},
        .events = {approval()},
        .runs = {run}};

    CHECK(ledger_view::changes_text(changes) ==
          "shop since 2026-11-22T20:00:00Z: 1 run\n"
          "  add_to_groups 3: 1001, 7 (2 times)\n"
          "  2026-11-22T20:00:00Z  run 3 schedule: done\n"
          "  2026-11-22T20:00:00Z  run 3  approval of plan 0902dfdf by jan (first_run, removals)\n");
    CHECK(ledger_view::changes_json(changes).find("suspend_user") == std::string::npos);
}

TEST_CASE("what changed is counted whole, and says how much of it is not listed", "[daemon][ledger]") {
    const ledger_view::Changes changes{
        .tenant = TenantId("shop"),
        .since = now,
        .calls = {row("7", added(), Outcome::done), row("8", added(), Outcome::gave_up)},
        .events = {approval()},
        .runs = {},
        .totals = {.calls = 120'000, .effects = {{"add_to_groups", 60'001}, {"create_user", 50'000}}, .events = 3},
        .runs_left_out = true};

    CHECK(ledger_view::changes_text(changes) ==
          "shop since 2026-11-22T20:00:00Z: 0 runs\n"
          "  add_to_groups 60001: 7, 60000 older ones left out\n"
          "  create_user 50000: 50000 older ones left out\n"
          "  older runs are left out\n"
          "  2 older entries left out\n"
          "  2026-11-22T20:00:00Z  run 3  approval of plan 0902dfdf by jan (first_run, removals)\n");
    const auto json = ledger_view::changes_json(changes);
    CHECK(json.find("\"create_user\": 50000") != std::string::npos);
    CHECK(json.find("\"operations\": 119998") != std::string::npos);
    CHECK(json.find("\"events\": 2") != std::string::npos);
}

TEST_CASE("a ledger of more than is read at once says so", "[daemon][ledger]") {
    const ledger_view::Reading reading{.tenant = TenantId("shop"),
                                       .calls = {row("7", added(), Outcome::done)},
                                       .events = {},
                                       .checked = std::nullopt,
                                       .totals = {.calls = 100'001, .effects = {}, .events = 12}};

    CHECK(ledger_view::ledger_text(reading).starts_with(
        "ledger of shop: the newest 1 of 100001 operations of 1 run, the newest 0 of 12 other entries\n"));
    const auto json = ledger_view::ledger_json(reading);
    CHECK(json.find("\"operations\": 100000") != std::string::npos);
    CHECK(json.find("\"events\": 12") != std::string::npos);
}

TEST_CASE("the JSON of an operation has the fingerprint of what was asked for, and how long it took",
          "[daemon][ledger]") {
    const auto done = row("7", added(), Outcome::done);
    const ledger_view::Reading reading{
        .tenant = TenantId("shop"), .calls = {done}, .events = {}, .checked = std::nullopt};
    const auto json = ledger_view::ledger_json(reading);
    CHECK(json.find("\"request\": \"" + plan::facts_of(done.operation).request + '"') != std::string::npos);
    CHECK(json.find("\"took_ms\": 1000") != std::string::npos);
}

TEST_CASE("a moment is a day, a time in UTC, or how long ago", "[daemon][ledger]") {
    const auto text = [](const char* given) {
        const auto moment = ledger_view::moment_from(given, now);
        return moment ? utc_text(*moment) : "none";
    };
    CHECK(text("2026-03-01") == "2026-03-01T00:00:00Z");
    CHECK(text("2026-03-01T08:30") == "2026-03-01T08:30:00Z");
    CHECK(text("2026-03-01T08:30:05Z") == "2026-03-01T08:30:05Z");
    CHECK(text("24h") == "2026-11-21T20:00:00Z");
    CHECK(text("7d") == "2026-11-15T20:00:00Z");
    for (const auto* wrong : {"", "yesterday", "2026-02-30", "2026-03-01T25:00", "2026-03-01T", "2026-03-01T08:30:0"}) {
        INFO(wrong);
        CHECK(text(wrong) == "none");
    }
}
