#include "tests/fakes/fake_snapshot_store.hpp"

#include "core/model/employee_bytes.hpp"

#include <algorithm>
#include <utility>

namespace usersync::test {
namespace {

Failure broken(const char* code) {
    return Failure{.kind = FailureKind::broken, .code = code, .where = "fake_snapshot_store", .detail = {}};
}

bool is_in_order(const SnapshotDelta& delta) {
    for (std::size_t at = 1; at < delta.changed.size(); ++at) {
        if (delta.changed.key(at - 1) >= delta.changed.key(at)) return false;
    }
    return true;
}

}  // namespace

boost::asio::awaitable<Result<KnownPeople>> FakeSnapshotStore::known(Fingerprint reading) {
    KnownPeople people;
    for (const auto& [key, person] : known_people) people.add(key, person);
    people.base = SnapshotId(static_cast<std::int64_t>(snapshots.size()));
    if (reading != known_reading) people.forget_rows();
    co_return people;
}

boost::asio::awaitable<Result<SnapshotMeta>> FakeSnapshotStore::save(SnapshotDelta delta, Delivery original) {
    if (write_failure) co_return *write_failure;
    const SnapshotId newest(static_cast<std::int64_t>(snapshots.size()));
    if (!is_in_order(delta) || delta.base != newest || delta.meta.delivery != original.fingerprint) {
        co_return broken("bad_snapshot");
    }
    std::map<EmployeeKey, Employee> people;
    if (!snapshots.empty()) {
        for (const auto& employee : snapshots.back().employees) people[employee.key] = employee;
    }
    auto known = known_people;
    for (const auto& key : delta.gone) {
        people.erase(key);
        known.erase(key.value());
    }
    for (std::size_t at = 0; at < delta.changed.size(); ++at) {
        auto employee = delta.changed.employee(at);
        known[employee.key.value()] = delta.known[at];
        people[employee.key] = std::move(employee);
    }
    if (people.size() != delta.meta.employee_count) co_return broken("bad_snapshot");
    Snapshot snapshot{.meta = delta.meta, .employees = {}, .issues = delta.issues, .frozen = delta.frozen};
    snapshot.meta.id = SnapshotId(newest.value() + 1);
    for (const auto& [key, employee] : people) snapshot.employees.add(employee);
    known_people = std::move(known);
    known_reading = delta.reading;
    snapshots.push_back(std::move(snapshot));
    deliveries.push_back(std::move(original));
    co_return snapshots.back().meta;
}

boost::asio::awaitable<Result<std::optional<Snapshot>>> FakeSnapshotStore::latest() {
    std::optional<Snapshot> newest;
    if (!snapshots.empty()) newest = snapshots.back();
    co_return newest;
}

boost::asio::awaitable<Result<std::optional<SnapshotHead>>> FakeSnapshotStore::newest() {
    std::optional<SnapshotHead> head;
    if (!snapshots.empty()) {
        const auto& newest = snapshots.back();
        head = SnapshotHead{.meta = newest.meta, .issues = newest.issues, .frozen = newest.frozen};
    }
    co_return head;
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

boost::asio::awaitable<Result<std::vector<Employee>>> FakeSnapshotStore::last_rows(std::vector<EmployeeKey> people) {
    std::sort(people.begin(), people.end());
    people.erase(std::unique(people.begin(), people.end()), people.end());
    std::vector<Employee> rows;
    for (const auto& person : people) {
        for (auto snapshot = snapshots.rbegin(); snapshot != snapshots.rend(); ++snapshot) {
            const auto place = snapshot->employees.find(person);
            if (!place) continue;
            if (snapshot != snapshots.rbegin()) rows.push_back(snapshot->employees.employee(*place));
            break;
        }
    }
    co_return rows;
}

boost::asio::awaitable<Result<std::vector<MissingSince>>> FakeSnapshotStore::missing(std::vector<EmployeeKey> people,
                                                                                     std::size_t enough,
                                                                                     SnapshotId back_to) {
    std::vector<SnapshotMark> marks;
    std::set<std::string> good;
    for (auto one = snapshots.rbegin(); one != snapshots.rend(); ++one) {
        const auto& meta = one->meta;
        if (good.size() >= enough && meta.id < back_to) break;
        const bool is_good = meta.completeness == Completeness::complete || confirmed.contains(meta.id);
        if (is_good) good.insert(meta.delivery.hex());
        marks.push_back({.id = meta.id, .delivery = meta.delivery, .is_good = is_good});
    }
    const auto end = snapshots.rbegin() + static_cast<std::ptrdiff_t>(marks.size());
    std::vector<MissingSince> found;
    for (auto& person : people) {
        const auto has_row = [&](const Snapshot& snapshot) {
            return snapshot.employees.find(person) ||
                   std::any_of(snapshot.frozen.begin(), snapshot.frozen.end(),
                               [&](const Frozen& frozen) { return frozen.key == person; });
        };
        const auto last = std::find_if(snapshots.rbegin(), end, has_row);
        const auto last_row = last == end ? SnapshotId() : last->meta.id;
        found.push_back(missing_since(std::move(person), last_row, marks));
    }
    co_return found;
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
