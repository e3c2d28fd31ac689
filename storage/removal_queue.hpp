#pragma once
// The removal queue, holds, and whether the tenant is paused, in SQLite.

#include "core/ports/pause.hpp"
#include "core/ports/removal_queue.hpp"
#include "storage/database.hpp"

#include <boost/asio/any_io_executor.hpp>

namespace usersync::storage {

class SqliteRemovalQueue final : public RemovalQueue {
public:
    /// `database` outlives this. `lane` runs one thing at a time.
    SqliteRemovalQueue(Database& database, boost::asio::any_io_executor lane);

    boost::asio::awaitable<Result<plan::Removals>> load() override;
    boost::asio::awaitable<Result<void>> save(std::vector<plan::QueuedRemoval> queued) override;
    boost::asio::awaitable<Result<void>> hold(plan::RemovalHold hold) override;
    boost::asio::awaitable<Result<bool>> release(EmployeeKey person) override;

private:
    Database& database_;
    boost::asio::any_io_executor lane_;
};

class SqlitePauseStore final : public PauseStore {
public:
    /// As above.
    SqlitePauseStore(Database& database, boost::asio::any_io_executor lane);

    boost::asio::awaitable<Result<std::optional<Pause>>> load() override;
    boost::asio::awaitable<Result<void>> save(std::optional<Pause> pause) override;

private:
    Database& database_;
    boost::asio::any_io_executor lane_;
};

}  // namespace usersync::storage
