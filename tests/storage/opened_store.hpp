#pragma once
// A tenant's store whose lane is the test's own loop: no second thread, so that a test may fork.

#include "storage/tenant_store.hpp"
#include "tests/support/run.hpp"

#include <boost/asio/io_context.hpp>

#include <filesystem>
#include <memory>
#include <utility>

namespace usersync::test {

class OpenedStore {
public:
    explicit OpenedStore(const std::filesystem::path& file, storage::StoreOptions options = {})
        : store_(storage::open_tenant_store(file, context_.get_executor(), options).value()) {}

    storage::SqliteSnapshotStore& snapshots() { return store_->snapshots(); }
    storage::SqliteRunStore& runs() { return store_->runs(); }
    storage::SqliteLedger& ledger() { return store_->ledger(); }
    storage::SqliteRuleVersions& rule_versions() { return store_->rule_versions(); }
    storage::SqliteRetention& retention() { return store_->retention(); }
    storage::SqliteRemovalQueue& removals() { return store_->removals(); }
    storage::SqlitePauseStore& pauses() { return store_->pauses(); }

    template <class T>
    T wait(boost::asio::awaitable<T> coroutine) {
        return run(context_, std::move(coroutine));
    }

private:
    boost::asio::io_context context_;
    std::unique_ptr<storage::TenantStore> store_;
};

/// What opening this file says; the store is closed again.
inline Result<void> opened(const std::filesystem::path& file) {
    boost::asio::io_context context;
    const auto store = storage::open_tenant_store(file, context.get_executor());
    if (!store) return store.error();
    return {};
}

}  // namespace usersync::test
