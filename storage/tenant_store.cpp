#include "storage/tenant_store.hpp"

#include "storage/ledger_memory.hpp"

#include <boost/asio/strand.hpp>

#include <utility>

namespace usersync::storage {

TenantStore::TenantStore(std::unique_ptr<Database> database, std::unique_ptr<LedgerChain> chain,
                         boost::asio::any_io_executor lane)
    : database_(std::move(database)),
      chain_(std::move(chain)),
      group_(*database_, *chain_, lane),
      snapshots_(*database_, lane),
      runs_(*database_, *chain_, lane),
      ledger_(*database_, *chain_, group_, lane),
      rule_versions_(*database_, lane),
      removals_(*database_, lane),
      pauses_(*database_, lane),
      pace_(*database_, lane),
      retention_(*database_, lane) {}

Result<std::unique_ptr<TenantStore>> open_tenant_store(std::filesystem::path file, boost::asio::any_io_executor lane,
                                                       StoreOptions options) {
    auto database = Database::open(file, options);
    if (!database) return database.error();
    auto chain = LedgerChain::open(**database, memory_file_of(file));
    boost::asio::any_io_executor one_at_a_time = boost::asio::make_strand(std::move(lane));
    return std::make_unique<TenantStore>(std::move(*database), std::move(chain), std::move(one_at_a_time));
}

}  // namespace usersync::storage
