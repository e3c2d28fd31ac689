// The ports' contracts, on SQLite on disk and on the fakes that other tests use instead.

#include "storage/tenant_store.hpp"
#include "tests/contract/ledger_contract.hpp"
#include "tests/contract/pace_store_contract.hpp"
#include "tests/contract/pause_store_contract.hpp"
#include "tests/contract/removal_queue_contract.hpp"
#include "tests/contract/rule_versions_contract.hpp"
#include "tests/contract/run_store_contract.hpp"
#include "tests/contract/snapshot_store_contract.hpp"
#include "tests/fakes/fake_ledger.hpp"
#include "tests/fakes/fake_pace_store.hpp"
#include "tests/fakes/fake_removal_queue.hpp"
#include "tests/fakes/fake_rule_versions.hpp"
#include "tests/fakes/fake_run_store.hpp"
#include "tests/fakes/fake_snapshot_store.hpp"
#include "tests/support/temp_dir.hpp"

#include <catch2/catch.hpp>

#include <boost/asio/thread_pool.hpp>

namespace usersync::test {
namespace {

/// A store on disk whose lane is threads of their own, as in the daemon.
struct OnDisk {
    TempDir folder;
    boost::asio::thread_pool threads{2};
    std::unique_ptr<storage::TenantStore> store =
        storage::open_tenant_store(folder / "tenant.db", threads.get_executor()).value();
};

}  // namespace

TEST_CASE("snapshots in SQLite keep the store's contract", "[storage][contract]") {
    OnDisk disk;
    snapshot_store_contract(disk.store->snapshots());
}

TEST_CASE("snapshots in memory keep the store's contract", "[fakes][contract]") {
    FakeSnapshotStore store;
    snapshot_store_contract(store);
}

TEST_CASE("runs and plans in SQLite keep the store's contract", "[storage][contract]") {
    OnDisk disk;
    run_store_contract(disk.store->runs());
}

TEST_CASE("runs and plans in memory keep the store's contract", "[fakes][contract]") {
    FakeRunStore store;
    run_store_contract(store);
}

TEST_CASE("the ledger in SQLite keeps the ledger's contract", "[storage][contract]") {
    OnDisk disk;
    ledger_contract(disk.store->ledger());
}

TEST_CASE("the ledger in memory keeps the ledger's contract", "[fakes][contract]") {
    FakeLedger ledger;
    ledger_contract(ledger);
}

TEST_CASE("versions of the rules in SQLite keep the store's contract", "[storage][contract]") {
    OnDisk disk;
    rule_versions_contract(disk.store->rule_versions());
}

TEST_CASE("versions of the rules in memory keep the store's contract", "[fakes][contract]") {
    FakeRuleVersions store;
    rule_versions_contract(store);
}

TEST_CASE("the removal queue in SQLite keeps its contract", "[storage][contract]") {
    OnDisk disk;
    removal_queue_contract(disk.store->removals());
}

TEST_CASE("the removal queue in memory keeps its contract", "[fakes][contract]") {
    FakeRemovalQueue queue;
    removal_queue_contract(queue);
}

TEST_CASE("a pause in SQLite keeps its contract", "[storage][contract]") {
    OnDisk disk;
    pause_store_contract(disk.store->pauses());
}

TEST_CASE("a pause in memory keeps its contract", "[fakes][contract]") {
    FakePauseStore store;
    pause_store_contract(store);
}

TEST_CASE("what pacing remembers in SQLite keeps the store's contract", "[storage][contract]") {
    OnDisk disk;
    pace_store_contract(disk.store->pace());
}

TEST_CASE("what pacing remembers in memory keeps the store's contract", "[fakes][contract]") {
    FakePaceStore store;
    pace_store_contract(store);
}

TEST_CASE("a fake store whose disk is full writes nothing and says so", "[fakes]") {
    const Failure full{.kind = FailureKind::broken, .code = "store_full", .where = "storage", .detail = {}};
    FakeSnapshotStore snapshots;
    FakeRunStore runs;
    FakeLedger ledger;
    FakeRuleVersions versions;
    snapshots.write_failure = runs.write_failure = ledger.write_failure = versions.write_failure = full;

    CHECK(run(save_whole(snapshots, snapshot({}, "x"), delivery("x"))).error() == full);
    CHECK(run(runs.open_run("schedule", Time())).error() == full);
    CHECK(run(runs.save_plan(stored_plan("a", RunId(1)))).error() == full);
    CHECK(run(ledger.intend(RunId(1), operation("a"), Time())).error() == full);
    CHECK(run(ledger.settle(RunId(1), operation("a"), settlement("a", Outcome::done))).error() == full);
    CHECK(run(versions.keep(rule_version("abcd", Time()))).error() == full);

    CHECK(snapshots.snapshots.empty());
    CHECK(runs.runs.empty());
    CHECK(runs.plans.empty());
    CHECK(ledger.rows.empty());
    CHECK(ledger.chain.empty());
    CHECK(versions.versions.empty());
}

}  // namespace usersync::test
