// What a snapshot costs, and that every older one is still there.

#include "tests/contract/snapshot_store_contract.hpp"
#include "tests/storage/opened_store.hpp"
#include "tests/storage/raw_store.hpp"
#include "tests/support/temp_dir.hpp"

#include <catch2/catch.hpp>

#include <map>
#include <random>
#include <string>
#include <vector>

namespace usersync::test {
namespace {

std::vector<Employee> people(int count, const std::string& phone = "1") {
    std::vector<Employee> result;
    for (int i = 0; i < count; ++i) result.push_back(employee(std::to_string(100000 + i), phone));
    return result;
}

Snapshot save(OpenedStore& store, std::vector<Employee> employees, const std::string& bytes) {
    auto made = snapshot(std::move(employees), bytes);
    const auto meta = store.wait(save_whole(store.snapshots(), made, delivery(bytes)));
    REQUIRE(meta.has_value());
    made.meta.id = meta->id;
    return made;
}

}  // namespace

TEST_CASE("when one person in a hundred changes, only they are written", "[storage]") {
    const TempDir folder;
    const auto file = folder / "tenant.db";
    OpenedStore store(file);
    auto record = people(1000);
    save(store, record, "day 1");
    for (std::size_t i = 0; i < record.size(); i += 100) record[i].profile.phone = "changed";

    save(store, record, "day 2");

    CHECK(number(file, "SELECT count(*) FROM employee") == 1000);
    CHECK(number(file, "SELECT count(*) FROM employee WHERE since = 2") == 10);
    CHECK(number(file, "SELECT count(*) FROM employee_history") == 10);
    CHECK(number(file, "SELECT count(*) FROM employee_history WHERE since = 1 AND until = 2") == 10);
}

TEST_CASE("what is older than the tenant keeps is gone, but for what the next record is compared with",
          "[storage][retention]") {
    const TempDir folder;
    const auto file = folder / "tenant.db";
    OpenedStore store(file);
    for (const auto* bytes : {"day 1", "day 2", "day 3"}) save(store, people(2, bytes), bytes);
    const auto bytes_of = [&](const std::string& bytes) {
        return store.wait(store.snapshots().original(fingerprint_of(bytes)));
    };
    const auto purge = [&](Time before) { return store.wait(store.retention().purge(before)).value(); };
    const auto taken = store.wait(store.snapshots().latest()).value()->meta.taken_at;

    CHECK(purge(taken) == Purged{});
    CHECK(purge(taken + Duration(1)) == Purged{.deliveries = 2});
    CHECK(purge(taken + Duration(1)) == Purged{});

    CHECK(bytes_of("day 1").error().code == "no_such_delivery");
    CHECK(bytes_of("day 2").error().code == "no_such_delivery");
    CHECK(bytes_of("day 3").value() == "day 3");
    CHECK(number(file, "SELECT count(*) FROM delivery_piece") == 1);
    CHECK(number(file, "SELECT count(*) FROM snapshot") == 3);
    CHECK_FALSE(store.wait(store.ledger().verify()).value().broken);
    // The same bytes may come again.
    save(store, people(2, "day 1"), "day 1");
    CHECK(bytes_of("day 1").value() == "day 1");
}

TEST_CASE("the same record again writes no person at all", "[storage]") {
    const TempDir folder;
    const auto file = folder / "tenant.db";
    OpenedStore store(file);
    save(store, people(100), "day 1");

    const auto again = save(store, people(100), "day 1");

    CHECK(again.meta.id == SnapshotId(2));
    CHECK(number(file, "SELECT count(*) FROM employee WHERE since = 2") == 0);
    CHECK(number(file, "SELECT count(*) FROM employee_history") == 0);
    CHECK(number(file, "SELECT count(*) FROM delivery") == 1);
}

TEST_CASE("both of two snapshots can be loaded as they were saved", "[storage]") {
    const TempDir folder;
    OpenedStore store(folder / "tenant.db");
    const auto first = save(store, {employee("1"), employee("2"), employee("3")}, "day 1");
    const auto second = save(store, {employee("2", "changed"), employee("3"), employee("4")}, "day 2");

    CHECK(store.wait(store.snapshots().load(SnapshotId(1))).value() == first);
    CHECK(store.wait(store.snapshots().load(SnapshotId(2))).value() == second);
    CHECK(store.wait(store.snapshots().load(SnapshotId(3))).error().code == "no_such_snapshot");
}

TEST_CASE("every snapshot of a long history can be loaded as it was saved", "[storage]") {
    const auto seed = GENERATE(1U, 2U, 3U);
    INFO("seed " << seed);
    std::mt19937 random(seed);
    const TempDir folder;
    OpenedStore store(folder / "tenant.db");
    std::map<std::string, Employee> record;
    std::vector<Snapshot> history;
    for (int day = 1; day <= 12; ++day) {
        for (int change = 0; change < 15; ++change) {
            const auto key = std::to_string(random() % 40);
            if (random() % 3 == 0) {
                record.erase(key);
            } else {
                record[key] = employee(key, std::to_string(random() % 3));
            }
        }
        std::vector<Employee> employees;
        for (const auto& [key, person] : record) employees.push_back(person);
        history.push_back(save(store, std::move(employees), "day " + std::to_string(day)));
    }

    for (const auto& expected : history) {
        INFO("snapshot " << expected.meta.id.value());
        CHECK(store.wait(store.snapshots().load(expected.meta.id)).value() == expected);
    }
    CHECK(store.wait(store.snapshots().latest()).value() == history.back());
}

TEST_CASE("the bytes of a delivery are kept exactly, and compressed", "[storage]") {
    const TempDir folder;
    const auto file = folder / "tenant.db";
    OpenedStore store(file);
    std::string bytes("\xff\xfe\0 id;name\r\n", 12);
    for (int i = 0; i < 5000; ++i) bytes += "1;Anna\n";
    save(store, {employee("1")}, bytes);
    save(store, {employee("1")}, "");

    CHECK(store.wait(store.snapshots().original(fingerprint_of(bytes))).value() == bytes);
    CHECK(store.wait(store.snapshots().original(fingerprint_of(""))).value().empty());
    CHECK(number(file, "SELECT max(length(bytes)) FROM delivery_piece") < 1000);
    CHECK(store.wait(store.snapshots().original(fingerprint_of("never seen"))).error().code == "no_such_delivery");
}

TEST_CASE("somebody who is missing through a fault of the store is no leaver", "[storage]") {
    const TempDir folder;
    const auto file = folder / "tenant.db";
    OpenedStore store(file);
    save(store, people(3), "day 1");
    save(store, people(3, "changed"), "day 2");
    execute(file, "DELETE FROM employee WHERE key = '100001'");
    execute(file, "DELETE FROM employee_history WHERE key = '100002'");

    const auto latest = store.wait(store.snapshots().latest());
    const auto first = store.wait(store.snapshots().load(SnapshotId(1)));

    REQUIRE(latest.has_error());
    CHECK(latest.error().kind == FailureKind::broken);
    CHECK(latest.error().code == "store_damaged");
    REQUIRE(first.has_error());
    CHECK(first.error().code == "store_damaged");
}

TEST_CASE("a snapshot whose lists are not text is refused whole", "[storage]") {
    const TempDir folder;
    const auto file = folder / "tenant.db";
    OpenedStore store(file);
    auto made = snapshot({employee("1")}, "day 1");
    made.frozen.front().reason = "caf\xe9";

    const auto refused = store.wait(save_whole(store.snapshots(), made, delivery("day 1")));

    REQUIRE(refused.has_error());
    CHECK(refused.error().code == "bad_snapshot");
    CHECK(number(file, "SELECT count(*) FROM snapshot") == 0);
    CHECK(number(file, "SELECT count(*) FROM delivery") == 0);
}

}  // namespace usersync::test
