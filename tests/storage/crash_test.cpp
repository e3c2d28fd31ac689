// What a kill and a full disk leave behind. The victim is a child process.

#include "tests/contract/ledger_contract.hpp"
#include "tests/contract/snapshot_store_contract.hpp"
#include "tests/storage/opened_store.hpp"
#include "tests/storage/raw_store.hpp"
#include "tests/support/temp_dir.hpp"

#include <catch2/catch.hpp>

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <functional>
#include <string>

namespace usersync::test {
namespace {

const Time now(Duration(1'790'000'000'000));

/// Runs `victim` in a child and gives its wait status. The child leaves without unwinding or flushing anything.
int status_of_child(const std::function<bool()>& victim) {
    const auto child = ::fork();
    if (child == 0) {
        bool good = false;
        try {
            good = victim();
        } catch (...) {
        }
        ::_exit(good ? 0 : 1);
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    return status;
}

bool was_killed(int status) { return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL; }
bool ended_well(int status) { return WIFEXITED(status) && WEXITSTATUS(status) == 0; }

/// From here on no file of this process grows beyond `bytes`: what a full disk looks like.
void limit_files(rlim_t bytes) {
    std::signal(SIGXFSZ, SIG_IGN);
    rlimit limit{};
    ::getrlimit(RLIMIT_FSIZE, &limit);
    limit.rlim_cur = bytes;
    ::setrlimit(RLIMIT_FSIZE, &limit);
}

}  // namespace

TEST_CASE("a kill between intent and settlement leaves an unsettled intent", "[storage][crash]") {
    const TempDir folder;
    const auto file = folder / "tenant.db";
    const auto what = operation("a");
    const auto status = status_of_child([&] {
        OpenedStore store(file);
        if (!store.wait(store.ledger().intend(RunId(1), what, now))) return false;
        ::raise(SIGKILL);
        return false;
    });
    REQUIRE(was_killed(status));

    OpenedStore store(file);

    const auto open = store.wait(store.ledger().unsettled()).value();
    CHECK(open == std::vector{Unsettled{.run = RunId(1), .operation = what}});
    CHECK(store.wait(store.ledger().ownership()).value() == Ownership{});
}

TEST_CASE("a kill right after settlement leaves the outcome and what became ours", "[storage][crash]") {
    const TempDir folder;
    const auto file = folder / "tenant.db";
    const auto status = status_of_child([&] {
        OpenedStore store(file);
        auto done = settlement("a", Outcome::done, {gain(OwnershipChange::What::user, "10234")});
        if (!store.wait(store.ledger().intend(RunId(1), operation("a"), now))) return false;
        if (!store.wait(store.ledger().settle(RunId(1), operation("a"), done))) return false;
        ::raise(SIGKILL);
        return false;
    });
    REQUIRE(was_killed(status));

    OpenedStore store(file);

    CHECK(store.wait(store.ledger().unsettled()).value().empty());
    CHECK(store.wait(store.ledger().ownership()).value().users.size() == 1);
}

TEST_CASE("a kill in the middle of saving leaves the snapshot before", "[storage][crash]") {
    const TempDir folder;
    const auto file = folder / "tenant.db";
    const auto status = status_of_child([&] {
        OpenedStore store(file);
        if (!store.wait(save_whole(store.snapshots(), snapshot({employee("1")}, "day 1"), delivery("day 1"))))
            return false;
        // The second save dies when the change of the person is written.
        const auto database = storage::Database::open(file, {}).value();
        const auto die_on_the_way = [](SQLite::Database& connection) -> Result<void> {
            connection.exec("DELETE FROM employee");
            connection.exec("UPDATE snapshot SET employee_count = 0");
            ::raise(SIGKILL);
            return {};
        };
        return database->write(die_on_the_way).has_value();
    });
    REQUIRE(was_killed(status));

    OpenedStore store(file);

    const auto latest = store.wait(store.snapshots().latest()).value();
    REQUIRE(latest.has_value());
    CHECK(latest->employees == std::vector{employee("1")});
}

TEST_CASE("on a full disk there is no intent, and afterwards work goes on", "[storage][crash]") {
    const TempDir folder;
    const auto file = folder / "tenant.db";
    const auto status = status_of_child([&] {
        OpenedStore store(file);
        if (!store.wait(store.ledger().intend(RunId(1), operation("before"), now))) return false;
        limit_files(std::filesystem::file_size(folder / "tenant.db-wal"));
        const auto refused = store.wait(store.ledger().intend(RunId(1), operation("full"), now));
        if (!refused.has_error() || refused.error().kind != FailureKind::broken) return false;
        if (refused.error().code != "store_full") return false;
        if (store.wait(store.ledger().unsettled()).value().size() != 1) return false;
        limit_files(RLIM_INFINITY);
        return store.wait(store.ledger().intend(RunId(1), operation("after"), now)).has_value();
    });
    CHECK(ended_well(status));

    OpenedStore store(file);

    const auto open = store.wait(store.ledger().unsettled()).value();
    REQUIRE(open.size() == 2);
    CHECK(open[0].operation.key == OperationKey("before"));
    CHECK(open[1].operation.key == OperationKey("after"));
}

TEST_CASE("a snapshot that the disk has no room for is refused whole", "[storage][crash]") {
    const TempDir folder;
    const auto file = folder / "tenant.db";
    std::vector<Employee> people;
    for (int i = 0; i < 20000; ++i) people.push_back(employee(std::to_string(100000 + i)));
    const auto large = snapshot(people, "day 2");
    const auto status = status_of_child([&] {
        OpenedStore store(file);
        if (!store.wait(save_whole(store.snapshots(), snapshot({employee("1")}, "day 1"), delivery("day 1"))))
            return false;
        limit_files(200'000);
        const auto refused = store.wait(save_whole(store.snapshots(), large, delivery("day 2")));
        limit_files(RLIM_INFINITY);
        const auto latest = store.wait(store.snapshots().latest());
        return refused.has_error() && refused.error().code == "store_full" && latest.has_value() &&
               (*latest)->meta.id == SnapshotId(1);
    });
    CHECK(ended_well(status));

    OpenedStore store(file);

    CHECK(store.wait(store.snapshots().latest()).value()->employees == std::vector{employee("1")});
    CHECK(store.wait(save_whole(store.snapshots(), large, delivery("day 2"))).has_value());
}

TEST_CASE("a file that may not grow any more refuses the snapshot whole", "[storage][crash]") {
    const TempDir folder;
    boost::asio::io_context context;
    const auto database = storage::Database::open(folder / "tenant.db", {}).value();
    storage::SqliteSnapshotStore store(*database, context.get_executor());
    const auto first = snapshot({employee("1")}, "day 1");
    REQUIRE(run(context, save_whole(store, first, delivery("day 1"))).has_value());
    const auto allow_no_more_pages = [](SQLite::Database& connection) -> Result<void> {
        connection.exec("PRAGMA max_page_count=1");
        return {};
    };
    REQUIRE(database->read(allow_no_more_pages).has_value());
    std::vector<Employee> people;
    for (int i = 0; i < 1000; ++i) people.push_back(employee(std::to_string(100000 + i)));

    const auto refused = run(context, save_whole(store, snapshot(people, "day 2"), delivery("day 2")));

    REQUIRE(refused.has_error());
    CHECK(refused.error().code == "store_full");
    CHECK(run(context, store.latest()).value()->employees == first.employees);
    CHECK_FALSE(run(context, store.of_delivery(fingerprint_of("day 2"))).value().has_value());
}

TEST_CASE("a store cannot be made on a full disk, and can once there is room", "[storage][crash]") {
    const TempDir folder;
    const auto file = folder / "tenant.db";
    const auto status = status_of_child([&] {
        limit_files(100);
        const auto refused = opened(file);
        limit_files(RLIM_INFINITY);
        return refused.has_error() && refused.error().code == "store_full" && opened(file).has_value();
    });
    CHECK(ended_well(status));
}

}  // namespace usersync::test
