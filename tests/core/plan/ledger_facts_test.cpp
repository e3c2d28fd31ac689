// What entries of the ledger say, how they hang together, and when a store was put back.

#include "core/plan/ledger_facts.hpp"
#include "core/plan/impact.hpp"
#include "core/plan/plan_json.hpp"

#include <catch2/catch.hpp>

using namespace usersync;

namespace {

LedgerEntry after(const std::vector<LedgerEntry>& chain, EntryKind kind, const EntryFacts& facts = {}) {
    LedgerEntry entry{.id = static_cast<std::int64_t>(chain.size()) + 1,
                      .at = Time(Duration(5)),
                      .kind = kind,
                      .run = RunId(1),
                      .operation = OperationKey("op"),
                      .employee = EmployeeKey("1001"),
                      .bytes = plan::encode(facts),
                      .hash = {}};
    entry.hash = chained(chain.empty() ? Fingerprint{} : chain.back().hash, entry);
    return entry;
}

std::vector<LedgerEntry> chain_of(const std::vector<EntryKind>& kinds) {
    std::vector<LedgerEntry> chain;
    for (const auto kind : kinds) chain.push_back(after(chain, kind));
    return chain;
}

EntryFacts held_for(std::vector<std::string> codes) {
    EntryFacts facts;
    facts.hold = std::move(codes);
    return facts;
}

}  // namespace

TEST_CASE("facts come back as they went in, and other bytes are refused", "[core][plan][ledger]") {
    const EntryFacts all{.what = "add_to_groups",
                         .request = "ab",
                         .rule = "group_mapping[2]",
                         .column = "location",
                         .outcome = "gave_up",
                         .code = "store_full",
                         .attempts = 3,
                         .took_ms = 212,
                         .plan = "p",
                         .by = "jan",
                         .hold = {"removals", "first_run"},
                         .rules = "cd",
                         .undone_run = 4,
                         .why = "Zoë said so"};

    CHECK(plan::decode_facts(plan::encode(all)).value() == all);
    CHECK(plan::encode(EntryFacts{}) == "{}");
    for (const auto* bad : {"", "[]", "{\"what\":1}", "{ }", "{\"unknown\":\"x\"}", "{\"why\":\"\"}"}) {
        INFO(bad);
        CHECK(plan::decode_facts(bad).error().code == "bad_stored_entry");
    }
}

TEST_CASE("an entry about a call has no value of a profile in it", "[core][plan][ledger]") {
    Operation operation;
    operation.change.employee = EmployeeKey("1001");
    operation.change.what =
        CreateUser{.profile = {.email = "an@shop.example", .name = {}, .job_title = {}, .phone = {}}};
    operation.change.reason = {.rule = "employee record", .origin = {}, .column = "location", .value = "Store 12"};

    const auto bytes = plan::encode(plan::facts_of(operation));

    CHECK(bytes.find("an@shop.example") == std::string::npos);
    CHECK(bytes.find("Store 12") == std::string::npos);
    CHECK(bytes.find(fingerprint_of(plan::encode(operation)).hex()) != std::string::npos);
}

TEST_CASE("every part of an entry is in its hash, and so is everything before it", "[core][model][ledger]") {
    const auto chain = chain_of({EntryKind::intent, EntryKind::outcome, EntryKind::paused});
    REQUIRE_FALSE(verify(chain));
    const auto broken_by = [&](auto change) {
        auto copy = chain;
        change(copy);
        const auto broken = verify(copy);
        return broken ? broken->id : 0;
    };

    CHECK(broken_by([](auto& all) { all[1].at += Duration(1); }) == 2);
    CHECK(broken_by([](auto& all) { all[1].kind = EntryKind::intent; }) == 2);
    CHECK(broken_by([](auto& all) { all[1].run = RunId(2); }) == 2);
    CHECK(broken_by([](auto& all) { all[1].operation = OperationKey("other"); }) == 2);
    CHECK(broken_by([](auto& all) { all[1].employee = EmployeeKey("1002"); }) == 2);
    CHECK(broken_by([](auto& all) { all[1].bytes += ' '; }) == 2);
    CHECK(broken_by([](auto& all) { all[1].hash = all[0].hash; }) == 2);
    CHECK(broken_by([](auto& all) { all.erase(all.begin()); }) == 1);
    CHECK(broken_by([](auto& all) { std::swap(all[1], all[2]); }) == 2);
    // Made whole again by whoever does not know the rest: the next one gives it away.
    CHECK(broken_by([](auto& all) {
              all[1].employee = EmployeeKey("1002");
              all[1].hash = chained(all[0].hash, all[1]);
          }) == 3);
}

TEST_CASE("a chain that begins with what is remembered is the one that was left", "[core][model][ledger]") {
    const auto hash = fingerprint_of("a");
    const auto other = fingerprint_of("b");
    using Memory = Continuity::Memory;
    const auto put_back = [](Continuity seen) { return was_put_back(seen); };

    CHECK_FALSE(put_back({.now = {5, other}, .memory = Memory::there, .remembered = {3, hash}, .hash_there = hash}));
    CHECK_FALSE(put_back({.now = {3, hash}, .memory = Memory::there, .remembered = {3, hash}, .hash_there = hash}));
    CHECK_FALSE(put_back({.now = {5, other}, .memory = Memory::there, .remembered = {}}));
    CHECK_FALSE(put_back({.now = {}, .memory = Memory::absent, .remembered = {}}));
    CHECK_FALSE(put_back({.now = {5, other}, .memory = Memory::unreadable, .remembered = {}}));
    CHECK(put_back({.now = {5, other}, .memory = Memory::there, .remembered = {3, hash}, .hash_there = other}));
    CHECK(put_back({.now = {2, other}, .memory = Memory::there, .remembered = {3, hash}}));
    CHECK(put_back({.now = {}, .memory = Memory::there, .remembered = {3, hash}}));
    CHECK(put_back({.now = {5, other}, .memory = Memory::absent, .remembered = {}}));
}

TEST_CASE("people leave by a clock that was ahead when a plan that had waited for that is approved",
          "[core][plan][ledger][fault34]") {
    std::vector<LedgerEntry> newest_first;
    const auto happens = [&](EntryKind kind, std::vector<std::string> codes = {}) {
        newest_first.insert(newest_first.begin(), after({}, kind, held_for(std::move(codes))));
    };

    CHECK_FALSE(plan::awaits_word_about_clock(newest_first));
    happens(EntryKind::clock_ahead);
    happens(EntryKind::approval, {"removals", "restored"});
    CHECK(plan::awaits_word_about_clock(newest_first));
    happens(EntryKind::approval, {"removals", plan::clock_hold().code});
    CHECK_FALSE(plan::awaits_word_about_clock(newest_first));
    CHECK(plan::budgeted_of(plan::clock_hold().code) == plan::Budgeted::removals);
}

TEST_CASE("after a restore plans wait until one that had waited for it is approved", "[core][plan][ledger]") {
    std::vector<LedgerEntry> newest_first;
    const auto happens = [&](EntryKind kind, std::vector<std::string> codes = {}) {
        newest_first.insert(newest_first.begin(), after({}, kind, held_for(std::move(codes))));
    };

    happens(EntryKind::approval, {"removals"});
    CHECK_FALSE(plan::awaits_approval(newest_first));
    happens(EntryKind::restored);
    CHECK(plan::awaits_approval(newest_first));
    happens(EntryKind::approval, {"adoption"});
    happens(EntryKind::rules_changed);
    CHECK(plan::awaits_approval(newest_first));
    happens(EntryKind::approval, {"removals", "restored"});
    CHECK_FALSE(plan::awaits_approval(newest_first));
    happens(EntryKind::restored);
    CHECK(plan::awaits_approval(newest_first));
}
