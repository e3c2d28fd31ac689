#include "tests/fakes/fake_ledger.hpp"

#include <utility>

namespace usersync::test {

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
    if (!row.intended_at) row.intended_at = at;
    row.settlement.reset();
    co_return Result<void>();
}

boost::asio::awaitable<Result<void>> FakeLedger::settle(RunId run, Operation operation, Settlement settlement) {
    if (write_failure) co_return *write_failure;
    auto& row = row_of(run, operation);
    owned = apply_changes(std::move(owned), settlement.ownership);
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
        LedgerRow told{.run = row->run, .operation = row->operation, .intended_at = row->intended_at};
        if (row->settlement) {
            told.settled_at = row->settlement->settled_at;
            told.outcome = row->settlement->outcome;
            told.code = row->settlement->code;
            told.attempts = row->settlement->attempts;
        }
        found.push_back(std::move(told));
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

}  // namespace usersync::test
