#pragma once
// What a store lets go of by age, in SQLite.

#include "core/ports/retention.hpp"
#include "storage/database.hpp"

#include <boost/asio/any_io_executor.hpp>

namespace usersync::storage {

class SqliteRetention final : public Retention {
public:
    /// `database` outlives this. `lane` runs one thing at a time.
    SqliteRetention(Database& database, boost::asio::any_io_executor lane);

    boost::asio::awaitable<Result<Purged>> purge(Time before) override;

private:
    Database& database_;
    boost::asio::any_io_executor lane_;
};

}  // namespace usersync::storage
