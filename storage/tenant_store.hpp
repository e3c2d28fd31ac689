#pragma once
// Everything that is kept for one tenant: one SQLite file behind several ports.

#include "storage/database.hpp"
#include "storage/group_commit.hpp"
#include "storage/ledger.hpp"
#include "storage/ledger_chain.hpp"
#include "storage/pace_store.hpp"
#include "storage/removal_queue.hpp"
#include "storage/retention.hpp"
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
    TenantStore(std::unique_ptr<Database> database, std::unique_ptr<LedgerChain> chain,
                boost::asio::any_io_executor lane);

    SqliteSnapshotStore& snapshots() { return snapshots_; }
    SqliteRunStore& runs() { return runs_; }
    SqliteLedger& ledger() { return ledger_; }
    SqliteRuleVersions& rule_versions() { return rule_versions_; }
    /// Transactions of the ledger, each with one wait for the disk.
    std::size_t ledger_transactions() const { return group_.transactions(); }
    SqliteRemovalQueue& removals() { return removals_; }
    SqlitePauseStore& pauses() { return pauses_; }
    SqlitePaceStore& pace() { return pace_; }
    SqliteRetention& retention() { return retention_; }

private:
    std::unique_ptr<Database> database_;
    std::unique_ptr<LedgerChain> chain_;
    GroupCommit group_;
    SqliteSnapshotStore snapshots_;
    SqliteRunStore runs_;
    SqliteLedger ledger_;
    SqliteRuleVersions rule_versions_;
    SqliteRemovalQueue removals_;
    SqlitePauseStore pauses_;
    SqlitePaceStore pace_;
    SqliteRetention retention_;
};

/// Opens the tenant's file or makes it; see Database::open. Blocks. `lane` may be any executor: the store sees to
/// it that two things never run at once.
Result<std::unique_ptr<TenantStore>> open_tenant_store(std::filesystem::path file, boost::asio::any_io_executor lane,
                                                       StoreOptions options = {});

}  // namespace usersync::storage
