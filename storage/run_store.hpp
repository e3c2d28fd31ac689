#pragma once
// Runs and their plans in SQLite.

#include "core/ports/run_store.hpp"
#include "storage/database.hpp"
#include "storage/ledger_chain.hpp"

#include <boost/asio/any_io_executor.hpp>

namespace usersync::storage {

/// Besides the contract of the port: `close_run` of a run that was never opened is `broken`/"no_such_run". An
/// approval is an entry of the ledger in the same transaction.
class SqliteRunStore final : public RunStore {
public:
    /// What is referred to outlives this. `lane` runs one thing at a time.
    SqliteRunStore(Database& database, LedgerChain& chain, boost::asio::any_io_executor lane);

    boost::asio::awaitable<Result<RunId>> open_run(std::string trigger, Time started_at) override;
    boost::asio::awaitable<Result<void>> save_plan(StoredPlan plan) override;
    boost::asio::awaitable<Result<std::optional<StoredPlan>>> load_plan(std::optional<PlanId> id) override;
    boost::asio::awaitable<Result<std::optional<PlanHead>>> plan_head(std::optional<PlanId> id) override;
    boost::asio::awaitable<Result<void>> approve(PlanId id, std::string by, Time at) override;
    boost::asio::awaitable<Result<void>> mark_applied(PlanId id) override;
    boost::asio::awaitable<Result<void>> reject(PlanId id, Rejection rejection) override;
    boost::asio::awaitable<Result<bool>> has_applied() override;
    boost::asio::awaitable<Result<void>> close_run(RunRecord run) override;
    boost::asio::awaitable<Result<std::vector<RunRecord>>> recent(std::size_t count) override;

private:
    Database& database_;
    LedgerChain& chain_;
    boost::asio::any_io_executor lane_;
};

}  // namespace usersync::storage
