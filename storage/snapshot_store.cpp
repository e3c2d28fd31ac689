#include "storage/snapshot_store.hpp"

#include "core/async/run_on.hpp"
#include "core/model/employee_bytes.hpp"
#include "storage/columns.hpp"
#include "storage/compress.hpp"
#include "storage/guarded.hpp"
#include "storage/snapshot_json.hpp"

#include <SQLiteCpp/SQLiteCpp.h>

#include <algorithm>
#include <utility>
#include <vector>

namespace usersync::storage {
namespace {

Failure broken(const char* code, const char* sentence) {
    return Failure{.kind = FailureKind::broken, .code = code, .where = "storage", .detail = sentence};
}

// ---- saving -------------------------------------------------------------------------------------------------

Result<void> check_snapshot(const Snapshot& snapshot, const Delivery& original) {
    const auto& people = snapshot.employees;
    const auto out_of_order = [](const Employee& a, const Employee& b) { return a.key >= b.key; };
    if (std::adjacent_find(people.begin(), people.end(), out_of_order) != people.end()) {
        return broken("bad_snapshot", "the employees are not sorted by key, or a key stands there twice");
    }
    if (snapshot.meta.employee_count != people.size() || snapshot.meta.content != content_fingerprint(people)) {
        return broken("bad_snapshot", "the employees are not those of the fingerprint");
    }
    if (snapshot.meta.delivery != original.fingerprint) {
        return broken("bad_snapshot", "the snapshot was made from another delivery");
    }
    return {};
}

void keep_delivery(SQLite::Database& connection, const Delivery& original, Time first_seen) {
    SQLite::Statement known(connection, "SELECT 1 FROM delivery WHERE fingerprint = ?");
    bind_fingerprint(known, 1, original.fingerprint);
    if (known.executeStep()) return;
    SQLite::Statement insert(
        connection, "INSERT INTO delivery (fingerprint, size_bytes, first_seen_ms, bytes) VALUES (?, ?, ?, ?)");
    const auto bytes = compressed(original.bytes);
    bind_fingerprint(insert, 1, original.fingerprint);
    insert.bind(2, integer_of(original.bytes.size()));
    insert.bind(3, ms_of(first_seen));
    bind_blob(insert, 4, bytes);
    insert.exec();
}

SnapshotId insert_snapshot(SQLite::Database& connection, const SnapshotMeta& meta, const SnapshotTexts& texts) {
    SQLite::Statement insert(connection,
                             "INSERT INTO snapshot (content, delivery, delivery_name, taken_at_ms, completeness, "
                             "reasons, columns, employee_count, issues, frozen) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    bind_fingerprint(insert, 1, meta.content);
    bind_fingerprint(insert, 2, meta.delivery);
    insert.bind(3, meta.delivery_name);
    insert.bind(4, ms_of(meta.taken_at));
    insert.bind(5, std::string(to_string(meta.completeness)));
    insert.bind(6, texts.reasons);
    insert.bind(7, texts.columns);
    insert.bind(8, integer_of(meta.employee_count));
    insert.bind(9, texts.issues);
    insert.bind(10, texts.frozen);
    insert.exec();
    return SnapshotId(connection.getLastInsertRowid());
}

struct EmployeeRow {
    const Employee* employee;
    std::string digest;
};

/// What is different from the snapshot before, in the order of keys.
struct Difference {
    std::vector<EmployeeRow> joined;
    std::vector<EmployeeRow> changed;
    std::vector<std::string> gone;
};

// Both sides are sorted by key, so one walk over both finds everything.
Difference compare_with_current(SQLite::Database& connection, const std::vector<Employee>& people) {
    Difference difference;
    SQLite::Statement current(connection, "SELECT key, digest FROM employee ORDER BY key");
    std::optional<std::string> there;  // the key that the walk over the stored people has reached
    const auto advance = [&] {
        there.reset();
        if (current.executeStep()) there = text_at(current, 0);
    };
    advance();
    for (const auto& employee : people) {
        const auto& key = employee.key.value();
        for (; there && *there < key; advance()) difference.gone.push_back(*there);
        auto digest = blob_of(digest_of(canonical_bytes(employee)));
        if (!there || *there != key) {
            difference.joined.push_back({&employee, std::move(digest)});
            continue;
        }
        if (blob_at(current, 1) != digest) difference.changed.push_back({&employee, std::move(digest)});
        advance();
    }
    for (; there; advance()) difference.gone.push_back(*there);
    return difference;
}

void write_difference(SQLite::Database& connection, const Difference& difference, SnapshotId id) {
    SQLite::Statement remember(connection,
                               "INSERT INTO employee_history (until, key, since, bytes) "
                               "SELECT ?1, key, since, bytes FROM employee WHERE key = ?2");
    SQLite::Statement forget(connection, "DELETE FROM employee WHERE key = ?");
    SQLite::Statement put(connection,
                          "INSERT OR REPLACE INTO employee (key, since, digest, bytes) VALUES (?, ?, ?, ?)");
    const auto close_interval = [&](const std::string& key) {
        remember.reset();
        remember.bind(1, id.value());
        remember.bind(2, key);
        remember.exec();
    };
    const auto write_row = [&](const EmployeeRow& row) {
        const auto bytes = canonical_bytes(*row.employee);
        put.reset();
        put.bind(1, row.employee->key.value());
        put.bind(2, id.value());
        bind_blob(put, 3, row.digest);
        bind_blob(put, 4, bytes);
        put.exec();
    };
    for (const auto& key : difference.gone) {
        close_interval(key);
        forget.reset();
        forget.bind(1, key);
        forget.exec();
    }
    for (const auto& row : difference.changed) {
        close_interval(row.employee->key.value());
        write_row(row);
    }
    for (const auto& row : difference.joined) write_row(row);
}

Result<SnapshotMeta> save_rows(SQLite::Database& connection, const Snapshot& snapshot, const Delivery& original) {
    const auto texts = texts_of(snapshot);
    if (!texts) return texts.error();
    keep_delivery(connection, original, snapshot.meta.taken_at);
    auto meta = snapshot.meta;
    meta.id = insert_snapshot(connection, meta, *texts);
    const auto difference = compare_with_current(connection, snapshot.employees);
    write_difference(connection, difference, meta.id);
    return meta;
}

// ---- reading ------------------------------------------------------------------------------------------------

constexpr const char* select_snapshot =
    "SELECT id, content, delivery, delivery_name, taken_at_ms, completeness, employee_count, reasons, columns, issues, "
    "frozen FROM snapshot ";

/// A snapshot without its people.
Result<Snapshot> snapshot_at(SQLite::Statement& row) {
    Snapshot snapshot;
    auto& meta = snapshot.meta;
    meta.id = SnapshotId(row.getColumn(0).getInt64());
    meta.content = fingerprint_at(row, 1);
    meta.delivery = fingerprint_at(row, 2);
    meta.delivery_name = text_at(row, 3);
    meta.taken_at = time_at(row, 4);
    const auto completeness = completeness_from(text_at(row, 5));
    if (!completeness) return damaged("the completeness of a snapshot is no word of ours");
    meta.completeness = *completeness;
    meta.employee_count = count_at(row, 6);
    const SnapshotTexts texts{
        .reasons = text_at(row, 7), .columns = text_at(row, 8), .issues = text_at(row, 9), .frozen = text_at(row, 10)};
    if (auto read = read_texts(texts, snapshot); !read) return read.error();
    return snapshot;
}

Result<std::optional<SnapshotMeta>> meta_of(SQLite::Statement& query) {
    if (!query.executeStep()) return std::optional<SnapshotMeta>();
    auto snapshot = snapshot_at(query);
    if (!snapshot) return snapshot.error();
    return std::optional(std::move(snapshot->meta));
}

/// Reads the people that `query` gives, in the order of keys. The fingerprint proves that they are the right ones:
/// someone who is missing because of a fault of ours or of the disk must not look like a leaver.
Result<void> read_people(SQLite::Statement& query, Snapshot& snapshot) {
    FingerprintBuilder content;
    snapshot.employees.reserve(snapshot.meta.employee_count);
    while (query.executeStep()) {
        const auto bytes = blob_at(query, 0);
        auto employee = employee_from_bytes(bytes);
        if (!employee) return employee.error();
        content.add(bytes);
        snapshot.employees.push_back(std::move(*employee));
    }
    if (content.finish() != snapshot.meta.content)
        return damaged("the people of a snapshot are not those that were saved");
    return {};
}

Result<std::optional<Snapshot>> read_latest(SQLite::Database& connection) {
    SQLite::Statement newest(connection, std::string(select_snapshot) + "ORDER BY id DESC LIMIT 1");
    if (!newest.executeStep()) return std::optional<Snapshot>();
    auto snapshot = snapshot_at(newest);
    if (!snapshot) return snapshot.error();
    SQLite::Statement people(connection, "SELECT bytes FROM employee ORDER BY key");
    if (auto read = read_people(people, *snapshot); !read) return read.error();
    return std::optional(std::move(*snapshot));
}

Result<Snapshot> read_snapshot(SQLite::Database& connection, SnapshotId id) {
    SQLite::Statement wanted(connection, std::string(select_snapshot) + "WHERE id = ?");
    wanted.bind(1, id.value());
    if (!wanted.executeStep()) return broken("no_such_snapshot", "there is no snapshot with this number");
    auto snapshot = snapshot_at(wanted);
    if (!snapshot) return snapshot.error();
    SQLite::Statement people(connection,
                             "SELECT bytes, key FROM employee WHERE since <= ?1 "
                             "UNION ALL "
                             "SELECT bytes, key FROM employee_history WHERE until > ?1 AND since <= ?1 ORDER BY key");
    people.bind(1, id.value());
    if (auto read = read_people(people, *snapshot); !read) return read.error();
    return snapshot;
}

Result<std::string> read_original(SQLite::Database& connection, const Fingerprint& delivery) {
    SQLite::Statement wanted(connection, "SELECT size_bytes, bytes FROM delivery WHERE fingerprint = ?");
    bind_fingerprint(wanted, 1, delivery);
    if (!wanted.executeStep()) return broken("no_such_delivery", "no delivery with this fingerprint was kept");
    return decompressed(blob_at(wanted, 1), count_at(wanted, 0));
}

Result<void> confirm_row(SQLite::Database& connection, SnapshotId id) {
    SQLite::Statement update(connection, "UPDATE snapshot SET confirmed = 1 WHERE id = ?");
    update.bind(1, id.value());
    if (update.exec() == 0) return broken("no_such_snapshot", "there is no snapshot with this number");
    return {};
}

}  // namespace

SqliteSnapshotStore::SqliteSnapshotStore(Database& database, boost::asio::any_io_executor lane)
    : database_(database), lane_(std::move(lane)) {}

boost::asio::awaitable<Result<SnapshotMeta>> SqliteSnapshotStore::save(Snapshot snapshot, Delivery original) {
    auto work = [&database = database_, snapshot = std::move(snapshot),
                 original = std::move(original)]() -> Result<SnapshotMeta> {
        if (auto sound = check_snapshot(snapshot, original); !sound) return sound.error();
        auto saved = database.write([&](auto& connection) { return save_rows(connection, snapshot, original); });
        // A first snapshot is large, and its log would stay as large for ever.
        if (saved) database.checkpoint();
        return saved;
    };
    auto saved = co_await run_on(lane_, std::move(work));
    co_return saved;
}

boost::asio::awaitable<Result<std::optional<Snapshot>>> SqliteSnapshotStore::latest() {
    auto work = [&database = database_] { return database.read(read_latest); };
    auto snapshot = co_await run_on(lane_, std::move(work));
    co_return snapshot;
}

boost::asio::awaitable<Result<std::optional<SnapshotMeta>>> SqliteSnapshotStore::last_good() {
    auto work = [&database = database_] {
        return database.read([](SQLite::Database& connection) {
            SQLite::Statement query(connection, std::string(select_snapshot) +
                                                    "WHERE completeness = 'complete' OR confirmed = 1 "
                                                    "ORDER BY id DESC LIMIT 1");
            return meta_of(query);
        });
    };
    auto meta = co_await run_on(lane_, std::move(work));
    co_return meta;
}

boost::asio::awaitable<Result<std::optional<SnapshotMeta>>> SqliteSnapshotStore::of_delivery(Fingerprint delivery) {
    auto work = [&database = database_, delivery] {
        return database.read([&](SQLite::Database& connection) {
            SQLite::Statement query(connection,
                                    std::string(select_snapshot) + "WHERE delivery = ? ORDER BY id DESC LIMIT 1");
            bind_fingerprint(query, 1, delivery);
            return meta_of(query);
        });
    };
    auto meta = co_await run_on(lane_, std::move(work));
    co_return meta;
}

boost::asio::awaitable<Result<void>> SqliteSnapshotStore::confirm(SnapshotId snapshot) {
    auto work = [&database = database_, snapshot] {
        return database.write([&](SQLite::Database& connection) { return confirm_row(connection, snapshot); });
    };
    auto confirmed = co_await run_on(lane_, std::move(work));
    co_return confirmed;
}

boost::asio::awaitable<Result<Snapshot>> SqliteSnapshotStore::load(SnapshotId id) {
    auto work = [&database = database_, id] {
        return database.read([&](SQLite::Database& connection) { return read_snapshot(connection, id); });
    };
    auto snapshot = co_await run_on(lane_, std::move(work));
    co_return snapshot;
}

boost::asio::awaitable<Result<std::string>> SqliteSnapshotStore::original(Fingerprint delivery) {
    auto work = [&database = database_, delivery] {
        return database.read([&](SQLite::Database& connection) { return read_original(connection, delivery); });
    };
    auto bytes = co_await run_on(lane_, std::move(work));
    co_return bytes;
}

}  // namespace usersync::storage
