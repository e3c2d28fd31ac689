#pragma once
// The ledger as people and programs read it: who, what, when, how it ended, and why. Employee ids alone.

#include "core/ports/ledger.hpp"
#include "core/ports/run_store.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace usersync::ledger_view {

struct Reading {
    TenantId tenant;
    std::vector<LedgerRow> calls;        ///< in the order in which they were first written
    std::vector<LedgerEntry> events;     ///< what is no call, oldest first
    std::optional<ChainReport> checked;  ///< where the chain was walked
    LedgerTotals totals = {};            ///< where there is more than was read, it is told
};
std::string ledger_text(const Reading& reading);
std::string ledger_json(const Reading& reading);

struct Changes {
    TenantId tenant;
    Time since{};
    std::vector<LedgerRow> calls;  ///< all that were settled since; those that took effect are told
    std::vector<LedgerEntry> events;
    std::vector<RunRecord> runs;  ///< that began since, oldest first
    LedgerTotals totals = {};     ///< likewise
    bool runs_left_out = false;   ///< there may be older ones
};
std::string changes_text(const Changes& changes);
std::string changes_json(const Changes& changes);

/// "2026-11-22", "2026-11-22T19:45", "2026-11-22T19:45:01Z", all in UTC, or how long ago: "24h", "7d".
std::optional<Time> moment_from(std::string_view text, Time now);

}  // namespace usersync::ledger_view
