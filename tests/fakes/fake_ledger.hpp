#pragma once
// A ledger in memory, and a disk that can fail on demand.

#include "core/ports/ledger.hpp"

#include <optional>
#include <vector>

namespace usersync::test {

/// Passes the contract of the port. It outlives a "restart" of whoever uses it, as a file would.
class FakeLedger final : public Ledger {
public:
    struct Row {
        RunId run;
        Operation operation;
        std::optional<Time> intended_at;       ///< absent: never sent
        std::optional<Settlement> settlement;  ///< absent: not settled yet
    };

    boost::asio::awaitable<Result<void>> intend(RunId run, Operation operation, Time at) override;
    boost::asio::awaitable<Result<void>> settle(RunId run, Operation operation, Settlement settlement) override;
    boost::asio::awaitable<Result<std::vector<Unsettled>>> unsettled() override;
    boost::asio::awaitable<Result<Ownership>> ownership() override;
    boost::asio::awaitable<Result<LedgerSummary>> summary(RunId run) override;
    boost::asio::awaitable<Result<std::vector<LedgerRow>>> history(EmployeeKey employee, std::size_t rows_max) override;
    boost::asio::awaitable<Result<LedgerCounts>> counts_since(Time since) override;
    boost::asio::awaitable<Result<std::vector<LedgerRow>>> calls(LedgerQuestion question) override;
    boost::asio::awaitable<Result<LedgerTotals>> totals(LedgerQuestion question) override;
    boost::asio::awaitable<Result<void>> record(LedgerEvent event) override;
    boost::asio::awaitable<Result<std::vector<LedgerEntry>>> entries(LedgerQuestion question) override;
    boost::asio::awaitable<Result<std::vector<LedgerEntry>>> events(std::size_t newest_max) override;
    boost::asio::awaitable<Result<ChainReport>> verify() override;
    boost::asio::awaitable<Result<Continuity>> continuity() override;

    std::vector<Row> rows;           ///< in the order in which they were first written
    std::vector<LedgerEntry> chain;  ///< oldest first
    Continuity remembered;           ///< as if it had been found when the store was opened
    Ownership owned;
    std::optional<Failure> write_failure;  ///< while it is set, nothing is written and this is the answer

private:
    Row& row_of(RunId run, const Operation& operation);
    void add(LedgerEntry entry, const EntryFacts& facts);
};

}  // namespace usersync::test
