#include "storage/ledger_chain.hpp"

#include "core/plan/ledger_facts.hpp"
#include "storage/columns.hpp"
#include "storage/database.hpp"
#include "storage/ledger_memory.hpp"

#include <SQLiteCpp/SQLiteCpp.h>

#include <utility>

namespace usersync::storage {
namespace {

/// What a power cut may make the file forget is no harm: it says then what is true of a shorter chain.
constexpr std::size_t transactions_between = 64;

std::optional<Fingerprint> hash_at(Connection& connection, std::int64_t id) {
    SQLite::Statement query(connection, "SELECT hash FROM ledger_entry WHERE id = ?");
    query.bind(1, id);
    return query.executeStep() ? std::optional(fingerprint_at(query, 0)) : std::nullopt;
}

/// Of one row of a store of before: an intent if there was one, and an outcome if there is one.
struct OldRow {
    RunId run;
    OperationKey operation;
    EmployeeKey employee;
    EntryFacts facts;
    std::optional<Time> intended_at;
    std::optional<Time> settled_at;
};

void add_entries_of(Connection& connection, const OldRow& row, const EntryFacts& outcome) {
    NewEntry entry{.at = {},
                   .kind = EntryKind::intent,
                   .run = row.run,
                   .operation = row.operation,
                   .employee = row.employee,
                   .facts = row.facts};
    if (row.intended_at) {
        entry.at = *row.intended_at;
        add_entry(connection, entry);
    }
    if (!row.settled_at) return;
    entry.at = *row.settled_at;
    entry.kind = EntryKind::outcome;
    entry.facts = outcome;
    add_entry(connection, entry);
}

}  // namespace

ChainHead head_of(Connection& connection) {
    const Prepared query(connection, "SELECT id, hash FROM ledger_entry ORDER BY id DESC LIMIT 1");
    if (!query->executeStep()) return {};
    return {.count = query->getColumn(0).getInt64(), .hash = fingerprint_at(*query, 1)};
}

void add_entry(Connection& connection, const NewEntry& entry) {
    const auto before = head_of(connection);
    const LedgerEntry whole{.id = before.count + 1,
                            .at = entry.at,
                            .kind = entry.kind,
                            .run = entry.run,
                            .operation = entry.operation,
                            .employee = entry.employee,
                            .bytes = plan::encode(entry.facts),
                            .hash = {}};
    const Prepared insert(connection,
                          "INSERT INTO ledger_entry (id, at_ms, kind, run, operation, employee, bytes, hash) "
                          "VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
    insert->bind(1, whole.id);
    insert->bind(2, ms_of(whole.at));
    insert->bind(3, std::string(to_string(whole.kind)));
    insert->bind(4, whole.run.value());
    insert->bind(5, whole.operation.value());
    insert->bind(6, whole.employee.value());
    insert->bind(7, whole.bytes);
    bind_fingerprint(*insert, 8, chained(before.hash, whole));
    insert->exec();
}

void add_entries_of_rows(Connection& connection) {
    SQLite::Statement query(connection,
                            "SELECT run, operation, kind, employee, intent, intended_at_ms, settled_at_ms, outcome, "
                            "code, attempts, took_ms FROM ledger ORDER BY id");
    while (query.executeStep()) {
        OldRow row{.run = RunId(query.getColumn(0).getInt64()),
                   .operation = OperationKey(text_at(query, 1)),
                   .employee = EmployeeKey(text_at(query, 3)),
                   .facts = {},
                   .intended_at = optional_time_at(query, 5),
                   .settled_at = optional_time_at(query, 6)};
        row.facts.what = text_at(query, 2);
        row.facts.request = plan::request_of(text_at(query, 4));
        EntryFacts outcome = row.facts;
        if (row.settled_at) {
            outcome.outcome = text_at(query, 7);
            outcome.code = text_at(query, 8);
            outcome.attempts = query.getColumn(9).getInt();
            outcome.took_ms = query.getColumn(10).getInt64();
        }
        add_entries_of(connection, row, outcome);
    }
}

std::unique_ptr<LedgerChain> LedgerChain::open(Database& database, std::filesystem::path memory_file) {
    std::unique_ptr<LedgerChain> chain(new LedgerChain(database, std::move(memory_file)));
    auto seen = chain->look();
    if (!seen) {
        chain->unreadable_ = seen.error();
        return chain;
    }
    chain->continuity_ = std::move(*seen);
    if (chain->continuity_.memory != Continuity::Memory::there) chain->write();
    database.rest();
    return chain;
}

LedgerChain::LedgerChain(Database& database, std::filesystem::path memory_file)
    : database_(database), memory_file_(std::move(memory_file)) {}

Result<Continuity> LedgerChain::look() {
    const auto remembered = read_memory(memory_file_);
    return database_.read([&](Connection& connection) -> Result<Continuity> {
        Continuity seen{.now = head_of(connection), .memory = remembered.memory, .remembered = remembered.head};
        if (remembered.memory == Continuity::Memory::there) {
            seen.hash_there = hash_at(connection, remembered.head.count);
        }
        return seen;
    });
}

Result<Continuity> LedgerChain::continuity() const {
    if (unreadable_) return *unreadable_;
    return continuity_;
}

void LedgerChain::committed() {
    ++not_remembered_;
    if (not_remembered_ >= transactions_between) write();
}

void LedgerChain::remember() {
    const auto head = head_now();
    if (head && *head != continuity_.remembered) write();
}

void LedgerChain::settle() {
    continuity_ = {.now = continuity_.now, .memory = Continuity::Memory::unreadable, .remembered = {}};
    write();
}

Result<ChainHead> LedgerChain::head_now() {
    return database_.read([](Connection& connection) -> Result<ChainHead> { return head_of(connection); });
}

void LedgerChain::write() {
    if (unreadable_ || was_put_back(continuity_)) return;
    const auto head = head_now();
    // A file that cannot be written stays behind, which is no harm; the next transactions try again.
    if (!head || !write_memory(memory_file_, *head)) return;
    not_remembered_ = 0;
    continuity_ = {.now = *head, .memory = Continuity::Memory::there, .remembered = *head, .hash_there = head->hash};
}

}  // namespace usersync::storage
