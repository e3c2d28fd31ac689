#include "storage/ledger_reading.hpp"

#include "core/plan/ledger_facts.hpp"
#include "core/plan/plan_json.hpp"
#include "storage/columns.hpp"
#include "storage/connection.hpp"
#include "storage/guarded.hpp"

#include <SQLiteCpp/SQLiteCpp.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

namespace usersync::storage {
namespace {

const std::string all_of_row =
    "SELECT run, intent, intended_at_ms, settled_at_ms, outcome, code, attempts FROM ledger ";

LedgerRow row_at(SQLite::Statement& query, Operation operation) {
    LedgerRow row{.run = RunId(query.getColumn(0).getInt64()), .operation = std::move(operation)};
    row.intended_at = optional_time_at(query, 2);
    row.settled_at = optional_time_at(query, 3);
    if (query.isColumnNull(4)) return row;
    row.outcome = outcome_from(text_at(query, 4));
    row.code = text_at(query, 5);
    row.attempts = query.getColumn(6).getInt();
    return row;
}

Result<std::vector<LedgerRow>> rows_of(SQLite::Statement& query) {
    std::vector<LedgerRow> rows;
    while (query.executeStep()) {
        auto operation = plan::decode_operation(text_at(query, 1));
        if (!operation) return operation.error();
        rows.push_back(row_at(query, std::move(*operation)));
    }
    return rows;
}

constexpr auto row_since = "ifnull(settled_at_ms, intended_at_ms) >= ?";
constexpr auto entry_since = "at_ms >= ?";
const std::string newest_first = " ORDER BY id DESC LIMIT ?";

/// Conditions for what is asked, and then their values: `?` by `?`.
std::string condition_of(const LedgerQuestion& question, const char* since) {
    std::string condition = "WHERE 1";
    if (question.since) condition += std::string(" AND ") + since;
    if (question.person) condition += " AND employee = ?";
    if (question.run) condition += " AND run = ?";
    return condition;
}

/// The place after the last one.
int bind_question(SQLite::Statement& query, const LedgerQuestion& question) {
    int place = 0;
    if (question.since) query.bind(++place, ms_of(*question.since));
    if (question.person) query.bind(++place, question.person->value());
    if (question.run) query.bind(++place, question.run->value());
    return place + 1;
}

const std::string all_of_entry = "SELECT id, at_ms, kind, run, operation, employee, bytes, hash FROM ledger_entry ";

Result<LedgerEntry> entry_at(SQLite::Statement& query) {
    const auto kind = entry_kind_from(text_at(query, 2));
    if (!kind) return damaged("the kind of an entry of the ledger is no word of ours");
    return LedgerEntry{.id = query.getColumn(0).getInt64(),
                       .at = time_at(query, 1),
                       .kind = *kind,
                       .run = RunId(query.getColumn(3).getInt64()),
                       .operation = OperationKey(text_at(query, 4)),
                       .employee = EmployeeKey(text_at(query, 5)),
                       .bytes = text_at(query, 6),
                       .hash = fingerprint_at(query, 7)};
}

Result<std::vector<LedgerEntry>> entries_of(SQLite::Statement& query) {
    std::vector<LedgerEntry> entries;
    while (query.executeStep()) {
        auto entry = entry_at(query);
        if (!entry) return entry.error();
        entries.push_back(std::move(*entry));
    }
    return entries;
}

/// What the newest entry about an operation has to say for its row to be right. `row`: as in `check_rows`.
bool says_the_same(SQLite::Statement& row, const LedgerEntry& newest) {
    const auto facts = plan::decode_facts(newest.bytes);
    if (!facts || facts->request != plan::request_of(text_at(row, 2)) || facts->what != text_at(row, 3)) return false;
    if (newest.employee.value() != text_at(row, 4)) return false;
    if (row.isColumnNull(5)) return newest.kind == EntryKind::intent;
    return newest.kind == EntryKind::outcome && facts->outcome == text_at(row, 5) && facts->code == text_at(row, 6) &&
           facts->attempts == row.getColumn(7).getInt() && ms_of(newest.at) == row.getColumn(8).getInt64();
}

Result<std::optional<BrokenLink>> check_rows(SQLite::Database& connection) {
    SQLite::Statement row(connection,
                          "SELECT run, operation, intent, kind, employee, outcome, code, attempts, settled_at_ms "
                          "FROM ledger ORDER BY id");
    SQLite::Statement newest(connection, all_of_entry + "WHERE run = ? AND operation = ? ORDER BY id DESC LIMIT 1");
    while (row.executeStep()) {
        newest.reset();
        newest.bind(1, row.getColumn(0).getInt64());
        newest.bind(2, text_at(row, 1));
        if (!newest.executeStep()) {
            return std::optional(BrokenLink{.id = 0, .why = "the call " + text_at(row, 1) + " has a row and no entry"});
        }
        const auto entry = entry_at(newest);
        if (!entry) return entry.error();
        if (says_the_same(row, *entry)) continue;
        return std::optional(BrokenLink{
            .id = entry->id, .why = "the row of the call " + text_at(row, 1) + " does not say what this entry says"});
    }
    SQLite::Statement gone(connection,
                           "SELECT id, operation FROM ledger_entry AS entry WHERE operation <> '' AND NOT EXISTS "
                           "(SELECT 1 FROM ledger WHERE ledger.run = entry.run AND "
                           "ledger.operation = entry.operation) ORDER BY id LIMIT 1");
    if (!gone.executeStep()) return std::optional<BrokenLink>();
    return std::optional(BrokenLink{.id = gone.getColumn(0).getInt64(),
                                    .why = "the call " + text_at(gone, 1) + " has entries and no row"});
}

}  // namespace

Result<std::vector<LedgerRow>> read_history(Connection& connection, const EmployeeKey& employee, std::size_t rows_max) {
    const Prepared query(connection, all_of_row + "WHERE employee = ? ORDER BY id DESC LIMIT ?");
    query->bind(1, employee.value());
    query->bind(2, integer_of(rows_max));
    return rows_of(*query);
}

Result<std::vector<LedgerRow>> read_rows(SQLite::Database& connection, const LedgerQuestion& question) {
    SQLite::Statement query(connection, all_of_row + condition_of(question, row_since) + newest_first);
    query.bind(bind_question(query, question), integer_of(question.newest_max));
    auto rows = rows_of(query);
    if (rows) std::reverse(rows->begin(), rows->end());
    return rows;
}

Result<std::vector<LedgerEntry>> read_entries(SQLite::Database& connection, const LedgerQuestion& question) {
    SQLite::Statement query(connection, all_of_entry + condition_of(question, entry_since) + newest_first);
    query.bind(bind_question(query, question), integer_of(question.newest_max));
    auto entries = entries_of(query);
    if (entries) std::reverse(entries->begin(), entries->end());
    return entries;
}

Result<std::vector<LedgerEntry>> read_events(SQLite::Database& connection, std::size_t newest_max) {
    SQLite::Statement query(connection,
                            all_of_entry + "WHERE kind NOT IN ('intent', 'outcome') ORDER BY id DESC LIMIT ?");
    query.bind(1, integer_of(newest_max));
    return entries_of(query);
}

Result<LedgerTotals> read_totals(SQLite::Database& connection, const LedgerQuestion& question) {
    LedgerTotals totals;
    SQLite::Statement rows(connection, "SELECT kind, outcome, count(*) FROM ledger " +
                                           condition_of(question, row_since) + " GROUP BY kind, outcome");
    bind_question(rows, question);
    while (rows.executeStep()) {
        const auto count = count_at(rows, 2);
        totals.calls += count;
        const auto outcome = rows.isColumnNull(1) ? std::optional<Outcome>() : outcome_from(text_at(rows, 1));
        if (outcome && took_effect(*outcome)) totals.effects[text_at(rows, 0)] += count;
    }
    SQLite::Statement events(connection, "SELECT count(*) FROM ledger_entry " + condition_of(question, entry_since) +
                                             " AND kind NOT IN ('intent', 'outcome')");
    bind_question(events, question);
    if (events.executeStep()) totals.events = count_at(events, 0);
    return totals;
}

Result<ChainReport> check_chain(SQLite::Database& connection) {
    SQLite::Statement query(connection, all_of_entry + "ORDER BY id");
    ChainCheck check;
    while (query.executeStep()) {
        const auto entry = entry_at(query);
        if (!entry) {
            const auto id = query.getColumn(0).getInt64();
            return ChainReport{.head = check.head(),
                               .broken = BrokenLink{.id = id, .why = "its kind is no word of ours"}};
        }
        if (auto broken = check.next(*entry)) return ChainReport{.head = check.head(), .broken = std::move(broken)};
    }
    auto rows = check_rows(connection);
    if (!rows) return rows.error();
    return ChainReport{.head = check.head(), .broken = std::move(*rows)};
}

}  // namespace usersync::storage
