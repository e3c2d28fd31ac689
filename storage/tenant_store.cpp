#include "storage/tenant_store.hpp"

#include <boost/asio/strand.hpp>

#include <utility>

namespace usersync::storage {

TenantStore::TenantStore(std::unique_ptr<Database> database, boost::asio::any_io_executor lane)
    : database_(std::move(database)),
      snapshots_(*database_, lane),
      runs_(*database_, lane),
      ledger_(*database_, lane),
      rule_versions_(*database_, lane),
      pace_(*database_, lane) {}

Result<std::unique_ptr<TenantStore>> open_tenant_store(std::filesystem::path file, boost::asio::any_io_executor lane,
                                                       StoreOptions options) {
    auto database = Database::open(file, options);
    if (!database) return database.error();
    boost::asio::any_io_executor one_at_a_time = boost::asio::make_strand(std::move(lane));
    return std::make_unique<TenantStore>(std::move(*database), std::move(one_at_a_time));
}

}  // namespace usersync::storage
