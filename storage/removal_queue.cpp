#include "storage/removal_queue.hpp"

#include "core/async/run_on.hpp"
#include "storage/columns.hpp"
#include "storage/guarded.hpp"

#include <SQLiteCpp/SQLiteCpp.h>

#include <string>
#include <utility>

namespace usersync::storage {
namespace {

Result<std::vector<plan::QueuedRemoval>> read_queue(SQLite::Database& connection) {
    SQLite::Statement query(connection,
                            "SELECT key, evidence, first_snapshot, first_seen_ms, snapshots, counted, suspended_at_ms "
                            "FROM removal ORDER BY key");
    std::vector<plan::QueuedRemoval> queued;
    while (query.executeStep()) {
        const auto evidence = plan::evidence_from(text_at(query, 1));
        if (!evidence) return damaged("the evidence of a removal is no word of ours");
        queued.push_back({.key = EmployeeKey(text_at(query, 0)),
                          .evidence = *evidence,
                          .first_snapshot = SnapshotId(query.getColumn(2).getInt64()),
                          .first_seen = time_at(query, 3),
                          .snapshots = count_at(query, 4),
                          .counted = SnapshotId(query.getColumn(5).getInt64()),
                          .suspended_at = optional_time_at(query, 6)});
    }
    return queued;
}

std::vector<plan::RemovalHold> read_holds(SQLite::Database& connection) {
    SQLite::Statement query(connection, "SELECT key, held_by, reason, since_ms FROM removal_hold ORDER BY key");
    std::vector<plan::RemovalHold> holds;
    while (query.executeStep()) {
        holds.push_back({.key = EmployeeKey(text_at(query, 0)),
                         .by = text_at(query, 1),
                         .reason = text_at(query, 2),
                         .since = time_at(query, 3)});
    }
    return holds;
}

Result<plan::Removals> read_all(SQLite::Database& connection) {
    auto queued = read_queue(connection);
    if (!queued) return queued.error();
    return plan::Removals{.queued = std::move(*queued), .holds = read_holds(connection)};
}

Result<void> write_queue(SQLite::Database& connection, const std::vector<plan::QueuedRemoval>& queued) {
    connection.exec("DELETE FROM removal");
    SQLite::Statement insert(connection, "INSERT INTO removal VALUES (?, ?, ?, ?, ?, ?, ?)");
    for (const auto& one : queued) {
        insert.bind(1, one.key.value());
        insert.bind(2, std::string(to_string(one.evidence)));
        insert.bind(3, one.first_snapshot.value());
        insert.bind(4, ms_of(one.first_seen));
        insert.bind(5, integer_of(one.snapshots));
        insert.bind(6, one.counted.value());
        bind_time(insert, 7, one.suspended_at);
        insert.exec();
        insert.reset();
    }
    return {};
}

Result<void> write_hold(SQLite::Database& connection, const plan::RemovalHold& hold) {
    SQLite::Statement insert(connection, "INSERT OR REPLACE INTO removal_hold VALUES (?, ?, ?, ?)");
    insert.bind(1, hold.key.value());
    insert.bind(2, hold.by);
    insert.bind(3, hold.reason);
    insert.bind(4, ms_of(hold.since));
    insert.exec();
    return {};
}

Result<bool> drop_hold(SQLite::Database& connection, const EmployeeKey& person) {
    SQLite::Statement drop(connection, "DELETE FROM removal_hold WHERE key = ?");
    drop.bind(1, person.value());
    return drop.exec() > 0;
}

Result<std::optional<Pause>> read_pause(SQLite::Database& connection) {
    SQLite::Statement query(connection, "SELECT since_ms, paused_by, reason FROM pause");
    if (!query.executeStep()) return std::optional<Pause>();
    return std::optional(Pause{.since = time_at(query, 0), .by = text_at(query, 1), .reason = text_at(query, 2)});
}

Result<void> write_pause(SQLite::Database& connection, const std::optional<Pause>& pause) {
    connection.exec("DELETE FROM pause");
    if (!pause) return {};
    SQLite::Statement insert(connection, "INSERT INTO pause VALUES (1, ?, ?, ?)");
    insert.bind(1, ms_of(pause->since));
    insert.bind(2, pause->by);
    insert.bind(3, pause->reason);
    insert.exec();
    return {};
}

}  // namespace

SqliteRemovalQueue::SqliteRemovalQueue(Database& database, boost::asio::any_io_executor lane)
    : database_(database), lane_(std::move(lane)) {}

boost::asio::awaitable<Result<plan::Removals>> SqliteRemovalQueue::load() {
    auto work = [&database = database_] { return database.read(read_all); };
    auto removals = co_await run_on(lane_, std::move(work));
    co_return removals;
}

boost::asio::awaitable<Result<void>> SqliteRemovalQueue::save(std::vector<plan::QueuedRemoval> queued) {
    auto work = [&database = database_, queued = std::move(queued)] {
        return database.write([&](SQLite::Database& connection) { return write_queue(connection, queued); });
    };
    auto saved = co_await run_on(lane_, std::move(work));
    co_return saved;
}

boost::asio::awaitable<Result<void>> SqliteRemovalQueue::hold(plan::RemovalHold hold) {
    auto work = [&database = database_, hold = std::move(hold)] {
        return database.write([&](SQLite::Database& connection) { return write_hold(connection, hold); });
    };
    auto held = co_await run_on(lane_, std::move(work));
    co_return held;
}

boost::asio::awaitable<Result<bool>> SqliteRemovalQueue::release(EmployeeKey person) {
    auto work = [&database = database_, person = std::move(person)] {
        return database.write([&](SQLite::Database& connection) { return drop_hold(connection, person); });
    };
    auto released = co_await run_on(lane_, std::move(work));
    co_return released;
}

SqlitePauseStore::SqlitePauseStore(Database& database, boost::asio::any_io_executor lane)
    : database_(database), lane_(std::move(lane)) {}

boost::asio::awaitable<Result<std::optional<Pause>>> SqlitePauseStore::load() {
    auto work = [&database = database_] { return database.read(read_pause); };
    auto pause = co_await run_on(lane_, std::move(work));
    co_return pause;
}

boost::asio::awaitable<Result<void>> SqlitePauseStore::save(std::optional<Pause> pause) {
    auto work = [&database = database_, pause = std::move(pause)] {
        return database.write([&](SQLite::Database& connection) { return write_pause(connection, pause); });
    };
    auto saved = co_await run_on(lane_, std::move(work));
    co_return saved;
}

}  // namespace usersync::storage
