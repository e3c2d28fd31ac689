#pragma once
// The ledger and what follows from it, ownership, in SQLite.

#include "core/ports/ledger.hpp"
#include "storage/database.hpp"

#include <boost/asio/any_io_executor.hpp>

namespace usersync::storage {

/// Besides the contract of the port: `operation.key` names the row, and an operation that is intended again after
/// it was settled in the same run is unsettled again.
class SqliteLedger final : public Ledger {
public:
    /// `database` outlives this. `lane` runs one thing at a time.
    SqliteLedger(Database& database, boost::asio::any_io_executor lane);

    boost::asio::awaitable<Result<void>> intend(RunId run, Operation operation, Time at) override;
    boost::asio::awaitable<Result<void>> settle(RunId run, Operation operation, Settlement settlement) override;
    boost::asio::awaitable<Result<std::vector<Unsettled>>> unsettled() override;
    boost::asio::awaitable<Result<Ownership>> ownership() override;
    boost::asio::awaitable<Result<LedgerSummary>> summary(RunId run) override;
    boost::asio::awaitable<Result<std::vector<LedgerRow>>> history(EmployeeKey employee, std::size_t rows_max) override;
    boost::asio::awaitable<Result<LedgerCounts>> counts_since(Time since) override;

private:
    Database& database_;
    boost::asio::any_io_executor lane_;
};

}  // namespace usersync::storage
