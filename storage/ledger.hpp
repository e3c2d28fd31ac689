#pragma once
// The ledger and what follows from it, ownership, in SQLite.

#include "core/ports/ledger.hpp"
#include "storage/database.hpp"
#include "storage/group_commit.hpp"
#include "storage/ledger_chain.hpp"

#include <boost/asio/any_io_executor.hpp>

namespace usersync::storage {

/// Besides the contract of the port: `operation.key` names the row, and an operation that is intended again after
/// it was given up in the same run is unsettled again. Intents and outcomes that come at the same time share a
/// transaction.
class SqliteLedger final : public Ledger {
public:
    /// What is referred to outlives this. `lane` runs one thing at a time.
    SqliteLedger(Database& database, LedgerChain& chain, GroupCommit& group, boost::asio::any_io_executor lane);

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

private:
    Database& database_;
    LedgerChain& chain_;
    GroupCommit& group_;
    boost::asio::any_io_executor lane_;
};

}  // namespace usersync::storage
