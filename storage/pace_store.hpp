#pragma once
// What pacing remembers, in SQLite.

#include "core/ports/pace_store.hpp"
#include "storage/database.hpp"

#include <boost/asio/any_io_executor.hpp>

namespace usersync::storage {

class SqlitePaceStore final : public PaceStore {
public:
    /// `database` outlives this. `lane` runs one thing at a time.
    SqlitePaceStore(Database& database, boost::asio::any_io_executor lane);

    boost::asio::awaitable<Result<std::map<std::string, double>>> rates() override;
    boost::asio::awaitable<Result<void>> keep_rates(std::map<std::string, double> rates, Time at) override;
    boost::asio::awaitable<Result<std::vector<Failing>>> failing() override;
    boost::asio::awaitable<Result<void>> note_run(std::set<EmployeeKey> failed, std::set<EmployeeKey> well) override;
    boost::asio::awaitable<Result<std::size_t>> forgive(std::optional<EmployeeKey> employee, Time at) override;

private:
    Database& database_;
    boost::asio::any_io_executor lane_;
};

}  // namespace usersync::storage
