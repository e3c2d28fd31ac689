#pragma once
// Everything that is kept for one tenant: one SQLite file, five ports.

#include "storage/database.hpp"
#include "storage/ledger.hpp"
#include "storage/pace_store.hpp"
#include "storage/rule_versions.hpp"
#include "storage/run_store.hpp"
#include "storage/snapshot_store.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <filesystem>
#include <memory>

namespace usersync::storage {

/// Calls may overlap; their work runs one after the other on the lane. REQUIRES: no call is under way when it dies.
class TenantStore {
public:
    TenantStore(std::unique_ptr<Database> database, boost::asio::any_io_executor lane);

    SqliteSnapshotStore& snapshots() { return snapshots_; }
    SqliteRunStore& runs() { return runs_; }
    SqliteLedger& ledger() { return ledger_; }
    SqliteRuleVersions& rule_versions() { return rule_versions_; }
    SqlitePaceStore& pace() { return pace_; }

private:
    std::unique_ptr<Database> database_;
    SqliteSnapshotStore snapshots_;
    SqliteRunStore runs_;
    SqliteLedger ledger_;
    SqliteRuleVersions rule_versions_;
    SqlitePaceStore pace_;
};

/// Opens the tenant's file or makes it; see Database::open. Blocks. `lane` may be any executor: the store sees to
/// it that two things never run at once.
Result<std::unique_ptr<TenantStore>> open_tenant_store(std::filesystem::path file, boost::asio::any_io_executor lane,
                                                       StoreOptions options = {});

}  // namespace usersync::storage
