#include "tests/fakes/fake_ledger.hpp"

#include "core/plan/ledger_facts.hpp"

#include <algorithm>
#include <utility>

namespace usersync::test {
namespace {

LedgerRow told(const FakeLedger::Row& row) {
    LedgerRow told{.run = row.run, .operation = row.operation, .intended_at = row.intended_at};
    if (!row.settlement) return told;
    told.settled_at = row.settlement->settled_at;
    told.outcome = row.settlement->outcome;
    told.code = row.settlement->code;
    told.attempts = row.settlement->attempts;
    return told;
}

LedgerEntry entry_about(EntryKind kind, Time at, RunId run, const Operation& operation) {
    return {.id = 0,
            .at = at,
            .kind = kind,
            .run = run,
            .operation = operation.key,
            .employee = operation.change.employee,
            .bytes = {},
            .hash = {}};
}

template <class T>
std::vector<T> newest_of(std::vector<T> all, std::size_t newest_max) {
    if (all.size() > newest_max) all.erase(all.begin(), all.end() - static_cast<std::ptrdiff_t>(newest_max));
    return all;
}

bool is_asked_for(const LedgerQuestion& question, const EmployeeKey& person, RunId run, Time at) {
    return (!question.person || *question.person == person) && (!question.run || *question.run == run) &&
           (!question.since || at >= *question.since);
}

}  // namespace

void FakeLedger::add(LedgerEntry entry, const EntryFacts& facts) {
    entry.id = static_cast<std::int64_t>(chain.size()) + 1;
    entry.bytes = plan::encode(facts);
    entry.hash = chained(chain.empty() ? Fingerprint{} : chain.back().hash, entry);
    chain.push_back(std::move(entry));
}

FakeLedger::Row& FakeLedger::row_of(RunId run, const Operation& operation) {
    for (auto& row : rows) {
        if (row.run == run && row.operation.key == operation.key) return row;
    }
    rows.push_back(Row{.run = run, .operation = operation, .intended_at = {}, .settlement = {}});
    return rows.back();
}

boost::asio::awaitable<Result<void>> FakeLedger::intend(RunId run, Operation operation, Time at) {
    if (write_failure) co_return *write_failure;
    auto& row = row_of(run, operation);
    const bool may_be_sent = !row.settlement || row.settlement->outcome == Outcome::gave_up;
    if (!may_be_sent || row.operation != operation) co_return intent_refused();
    if (!row.intended_at) row.intended_at = at;
    row.settlement.reset();
    add(entry_about(EntryKind::intent, at, run, operation), plan::facts_of(operation));
    co_return Result<void>();
}

boost::asio::awaitable<Result<void>> FakeLedger::settle(RunId run, Operation operation, Settlement settlement) {
    if (write_failure) co_return *write_failure;
    auto& row = row_of(run, operation);
    owned = apply_changes(std::move(owned), settlement.ownership);
    auto facts = plan::facts_of(operation);
    facts.outcome = std::string(to_string(settlement.outcome));
    facts.code = settlement.code;
    facts.attempts = settlement.attempts;
    facts.took_ms = settlement.took.count();
    add(entry_about(EntryKind::outcome, settlement.settled_at, run, operation), facts);
    row.settlement = std::move(settlement);
    co_return Result<void>();
}

boost::asio::awaitable<Result<std::vector<Unsettled>>> FakeLedger::unsettled() {
    std::vector<Unsettled> open;
    for (const auto& row : rows) {
        if (!row.settlement) open.push_back(Unsettled{.run = row.run, .operation = row.operation});
    }
    co_return open;
}

boost::asio::awaitable<Result<Ownership>> FakeLedger::ownership() { co_return owned; }

boost::asio::awaitable<Result<LedgerSummary>> FakeLedger::summary(RunId run) {
    LedgerSummary counts;
    for (const auto& row : rows) {
        if (row.run != run || !row.settlement) continue;
        ++counts[std::string(kind_of(row.operation.change.what))][row.settlement->outcome];
    }
    co_return counts;
}

boost::asio::awaitable<Result<std::vector<LedgerRow>>> FakeLedger::history(EmployeeKey employee, std::size_t rows_max) {
    std::vector<LedgerRow> found;
    for (auto row = rows.rbegin(); row != rows.rend() && found.size() < rows_max; ++row) {
        if (row->operation.change.employee != employee) continue;
        found.push_back(told(*row));
    }
    co_return found;
}

boost::asio::awaitable<Result<LedgerCounts>> FakeLedger::counts_since(Time since) {
    std::vector<Operation> effective;
    for (const auto& row : rows) {
        if (!row.settlement || !took_effect(row.settlement->outcome) || row.settlement->settled_at < since) continue;
        effective.push_back(row.operation);
    }
    co_return counts_of(effective);
}

boost::asio::awaitable<Result<std::vector<LedgerRow>>> FakeLedger::calls(LedgerQuestion question) {
    std::vector<LedgerRow> found;
    for (const auto& row : rows) {
        auto one = told(row);
        const auto at = one.settled_at ? *one.settled_at : one.intended_at.value_or(Time());
        if (is_asked_for(question, row.operation.change.employee, row.run, at)) found.push_back(std::move(one));
    }
    co_return newest_of(std::move(found), question.newest_max);
}

boost::asio::awaitable<Result<LedgerTotals>> FakeLedger::totals(LedgerQuestion question) {
    LedgerTotals totals;
    for (const auto& row : rows) {
        const auto one = told(row);
        const auto at = one.settled_at ? *one.settled_at : one.intended_at.value_or(Time());
        if (!is_asked_for(question, row.operation.change.employee, row.run, at)) continue;
        ++totals.calls;
        if (one.outcome && took_effect(*one.outcome)) ++totals.effects[std::string(kind_of(row.operation.change.what))];
    }
    for (const auto& entry : chain) {
        if (!is_of_call(entry.kind) && is_asked_for(question, entry.employee, entry.run, entry.at)) ++totals.events;
    }
    co_return totals;
}

boost::asio::awaitable<Result<void>> FakeLedger::record(LedgerEvent event) {
    if (write_failure) co_return *write_failure;
    LedgerEntry entry;
    entry.at = event.at;
    entry.kind = event.kind;
    entry.run = event.run;
    entry.employee = event.employee;
    add(std::move(entry), event.facts);
    if (event.kind == EntryKind::restored) remembered = Continuity{};
    co_return Result<void>();
}

boost::asio::awaitable<Result<std::vector<LedgerEntry>>> FakeLedger::entries(LedgerQuestion question) {
    std::vector<LedgerEntry> found;
    for (const auto& entry : chain) {
        if (is_asked_for(question, entry.employee, entry.run, entry.at)) found.push_back(entry);
    }
    co_return newest_of(std::move(found), question.newest_max);
}

boost::asio::awaitable<Result<std::vector<LedgerEntry>>> FakeLedger::events(std::size_t newest_max) {
    std::vector<LedgerEntry> found;
    for (const auto& entry : chain) {
        if (!is_of_call(entry.kind)) found.push_back(entry);
    }
    found = newest_of(std::move(found), newest_max);
    std::reverse(found.begin(), found.end());
    co_return found;
}

boost::asio::awaitable<Result<ChainReport>> FakeLedger::verify() {
    ChainCheck check;
    for (const auto& entry : chain) {
        auto broken = check.next(entry);
        if (broken) co_return ChainReport{.head = check.head(), .broken = std::move(broken)};
    }
    co_return ChainReport{.head = check.head(), .broken = {}};
}

boost::asio::awaitable<Result<Continuity>> FakeLedger::continuity() { co_return remembered; }

}  // namespace usersync::test
