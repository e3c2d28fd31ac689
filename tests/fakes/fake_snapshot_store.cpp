#include "tests/fakes/fake_snapshot_store.hpp"

#include <algorithm>
#include <utility>

namespace usersync::test {
namespace {

Failure broken(const char* code) {
    return Failure{.kind = FailureKind::broken, .code = code, .where = "fake_snapshot_store", .detail = {}};
}

bool is_sound(const Snapshot& snapshot, const Delivery& original) {
    const auto in_order = [](const Employee& a, const Employee& b) { return a.key >= b.key; };
    const auto& people = snapshot.employees;
    return std::adjacent_find(people.begin(), people.end(), in_order) == people.end() &&
           snapshot.meta.content == content_fingerprint(people) && snapshot.meta.employee_count == people.size() &&
           snapshot.meta.delivery == original.fingerprint;
}

}  // namespace

boost::asio::awaitable<Result<SnapshotMeta>> FakeSnapshotStore::save(Snapshot snapshot, Delivery original) {
    if (write_failure) co_return *write_failure;
    if (!is_sound(snapshot, original)) co_return broken("bad_snapshot");
    snapshot.meta.id = SnapshotId(static_cast<std::int64_t>(snapshots.size()) + 1);
    snapshots.push_back(std::move(snapshot));
    deliveries.push_back(std::move(original));
    co_return snapshots.back().meta;
}

boost::asio::awaitable<Result<std::optional<Snapshot>>> FakeSnapshotStore::latest() {
    std::optional<Snapshot> newest;
    if (!snapshots.empty()) newest = snapshots.back();
    co_return newest;
}

boost::asio::awaitable<Result<std::optional<SnapshotMeta>>> FakeSnapshotStore::last_good() {
    std::optional<SnapshotMeta> good;
    for (const auto& snapshot : snapshots) {
        if (snapshot.meta.completeness != Completeness::complete && !confirmed.contains(snapshot.meta.id)) continue;
        good = snapshot.meta;
    }
    co_return good;
}

boost::asio::awaitable<Result<std::optional<SnapshotMeta>>> FakeSnapshotStore::of_delivery(Fingerprint delivery) {
    std::optional<SnapshotMeta> newest;
    for (const auto& snapshot : snapshots) {
        if (snapshot.meta.delivery == delivery) newest = snapshot.meta;
    }
    co_return newest;
}

boost::asio::awaitable<Result<void>> FakeSnapshotStore::confirm(SnapshotId snapshot) {
    if (write_failure) co_return *write_failure;
    if (snapshot.value() < 1 || snapshot.value() > static_cast<std::int64_t>(snapshots.size())) {
        co_return broken("no_such_snapshot");
    }
    confirmed.insert(snapshot);
    co_return Result<void>();
}

}  // namespace usersync::test
