#include "storage/snapshot_store.hpp"

#include "core/async/run_on.hpp"
#include "core/model/employee_bytes.hpp"
#include "storage/columns.hpp"
#include "storage/delivery_bytes.hpp"
#include "storage/guarded.hpp"
#include "storage/known_blocks.hpp"
#include "storage/snapshot_json.hpp"

#include <SQLiteCpp/SQLiteCpp.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace usersync::storage {
namespace {

Failure broken(const char* code, const char* sentence) {
    return Failure{.kind = FailureKind::broken, .code = code, .where = "storage", .detail = sentence};
}

// ---- saving -------------------------------------------------------------------------------------------------

Result<void> check_delta(const SnapshotDelta& delta, const Delivery& original) {
    const auto& changed = delta.changed;
    for (std::size_t at = 1; at < changed.size(); ++at) {
        if (changed.key(at - 1) >= changed.key(at)) {
            return broken("bad_snapshot", "the employees are not sorted by key, or a key stands there twice");
        }
    }
    if (!std::is_sorted(delta.gone.begin(), delta.gone.end()) || delta.known.size() != changed.size()) {
        return broken("bad_snapshot", "the difference to the snapshot before is not in order");
    }
    if (delta.meta.delivery != original.fingerprint) {
        return broken("bad_snapshot", "the snapshot was made from another delivery");
    }
    return {};
}

SnapshotId insert_snapshot(SQLite::Database& connection, const SnapshotMeta& meta, const SnapshotTexts& texts) {
    SQLite::Statement insert(connection,
                             "INSERT INTO snapshot (content, delivery, delivery_name, taken_at_ms, completeness, "
                             "reasons, columns, row_count, employee_count, frozen_count, issues, frozen, ending) "
                             "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    bind_fingerprint(insert, 1, meta.content);
    bind_fingerprint(insert, 2, meta.delivery);
    insert.bind(3, meta.delivery_name);
    insert.bind(4, ms_of(meta.taken_at));
    insert.bind(5, std::string(to_string(meta.completeness)));
    insert.bind(6, texts.reasons);
    insert.bind(7, texts.columns);
    insert.bind(8, integer_of(meta.rows));
    insert.bind(9, integer_of(meta.employee_count));
    insert.bind(10, integer_of(meta.frozen_count));
    insert.bind(11, texts.issues);
    insert.bind(12, texts.frozen);
    insert.bind(13, std::string(to_string(meta.ending)));
    insert.exec();
    return SnapshotId(connection.getLastInsertRowid());
}

/// One edit per person that changed or is gone, in the order of keys, and for each who it is in `changed`.
struct Edits {
    std::vector<KnownEdit> known;
    std::vector<std::optional<std::size_t>> changed;
};

Edits edits_of(const SnapshotDelta& delta) {
    Edits edits;
    edits.known.reserve(delta.changed.size() + delta.gone.size());
    auto gone = delta.gone.begin();
    const auto add_gone_below = [&](const std::string_view* key) {
        for (; gone != delta.gone.end() && (key == nullptr || gone->value() < *key); ++gone) {
            edits.known.push_back({.key = gone->value(), .person = std::nullopt});
            edits.changed.emplace_back();
        }
    };
    for (std::size_t at = 0; at < delta.changed.size(); ++at) {
        const auto key = delta.changed.key(at);
        add_gone_below(&key);
        edits.known.push_back({.key = key, .person = delta.known[at]});
        edits.changed.emplace_back(at);
    }
    add_gone_below(nullptr);
    return edits;
}

/// Writes the people of a delta as new or changed rows, and those before them into the history.
class PeopleWriter {
public:
    PeopleWriter(SQLite::Database& connection, SnapshotId id)
        : id_(id),
          remember_(connection,
                    "INSERT INTO employee_history (until, key, since, bytes) "
                    "SELECT ?1, key, since, bytes FROM employee WHERE key = ?2"),
          forget_(connection, "DELETE FROM employee WHERE key = ?"),
          add_(connection, "INSERT INTO employee (key, since, bytes) VALUES (?, ?, ?)"),
          change_(connection, "UPDATE employee SET since = ?, bytes = ? WHERE key = ?") {}

    void add(std::string_view key, std::string_view bytes) {
        add_.reset();
        bind_text(add_, 1, key);
        add_.bind(2, id_.value());
        bind_blob(add_, 3, bytes);
        add_.exec();
    }
    void change(std::string_view key, std::string_view bytes) {
        close_interval(key);
        change_.reset();
        change_.bind(1, id_.value());
        bind_blob(change_, 2, bytes);
        bind_text(change_, 3, key);
        change_.exec();
    }
    void remove(std::string_view key) {
        close_interval(key);
        forget_.reset();
        bind_text(forget_, 1, key);
        forget_.exec();
    }

private:
    void close_interval(std::string_view key) {
        remember_.reset();
        remember_.bind(1, id_.value());
        bind_text(remember_, 2, key);
        remember_.exec();
    }

    SnapshotId id_;
    SQLite::Statement remember_;
    SQLite::Statement forget_;
    SQLite::Statement add_;
    SQLite::Statement change_;
};

/// How many people there are more, or fewer, than before.
Result<std::int64_t> write_people(SQLite::Database& connection, const SnapshotDelta& delta, SnapshotId id) {
    const auto edits = edits_of(delta);
    const auto met = edit_known(connection, edits.known);
    if (!met) return met.error();
    std::int64_t more = 0;
    PeopleWriter people(connection, id);
    for (std::size_t at = 0; at < edits.known.size(); ++at) {
        const auto& who = edits.changed[at];
        const auto key = edits.known[at].key;
        const auto& found = (*met)[at];
        if (!who) {
            if (!found.was_there) return broken("bad_snapshot", "somebody is gone who was not there");
            people.remove(key);
            --more;
        } else if (!found.was_there) {
            people.add(key, delta.changed.bytes(*who));
            ++more;
        } else if (!found.same_content) {
            people.change(key, delta.changed.bytes(*who));
        }
    }
    return more;
}

struct Newest {
    SnapshotId id;
    std::int64_t people = 0;
};

Newest newest_of(SQLite::Database& connection) {
    SQLite::Statement query(connection, "SELECT id, employee_count FROM snapshot ORDER BY id DESC LIMIT 1");
    if (!query.executeStep()) return {};
    return {.id = SnapshotId(query.getColumn(0).getInt64()), .people = query.getColumn(1).getInt64()};
}

void write_reading(SQLite::Database& connection, const Fingerprint& reading) {
    connection.exec("DELETE FROM known_reading");
    SQLite::Statement insert(connection, "INSERT INTO known_reading (reading) VALUES (?)");
    bind_fingerprint(insert, 1, reading);
    insert.exec();
}

Result<SnapshotMeta> save_rows(SQLite::Database& connection, const SnapshotDelta& delta, const Delivery& original) {
    const auto texts = texts_of({.meta = delta.meta, .issues = delta.issues, .frozen = delta.frozen});
    if (!texts) return texts.error();
    const auto before = newest_of(connection);
    if (before.id != delta.base) {
        return broken("bad_snapshot", "the difference is not to the newest snapshot");
    }
    keep_delivery(connection, original.fingerprint, original.bytes, delta.meta.taken_at);
    auto meta = delta.meta;
    meta.id = insert_snapshot(connection, meta, *texts);
    const auto more = write_people(connection, delta, meta.id);
    if (!more) return more.error();
    if (before.people + *more != integer_of(meta.employee_count)) {
        return broken("bad_snapshot", "the employees are not as many as the snapshot counts");
    }
    write_reading(connection, delta.reading);
    return meta;
}

Result<KnownPeople> read_known(SQLite::Database& connection, const Fingerprint& reading) {
    auto known = load_known(connection);
    if (!known) return known;
    const auto newest = newest_of(connection);
    if (integer_of(known->size()) != newest.people) return damaged("not all people of a snapshot are known");
    known->base = newest.id;
    SQLite::Statement how(connection, "SELECT reading FROM known_reading");
    if (!how.executeStep() || fingerprint_at(how, 0) != reading) known->forget_rows();
    return known;
}

// ---- reading ------------------------------------------------------------------------------------------------

constexpr const char* select_snapshot =
    "SELECT id, content, delivery, delivery_name, taken_at_ms, completeness, employee_count, reasons, columns, issues, "
    "frozen, row_count, frozen_count, ending FROM snapshot ";

Result<SnapshotHead> snapshot_head_at(SQLite::Statement& row) {
    SnapshotHead snapshot;
    auto& meta = snapshot.meta;
    meta.id = SnapshotId(row.getColumn(0).getInt64());
    meta.content = fingerprint_at(row, 1);
    meta.delivery = fingerprint_at(row, 2);
    meta.delivery_name = text_at(row, 3);
    meta.taken_at = time_at(row, 4);
    const auto completeness = completeness_from(text_at(row, 5));
    if (!completeness) return damaged("the completeness of a snapshot is no word of ours");
    meta.completeness = *completeness;
    const auto ending = ending_from(text_at(row, 13));
    if (!ending) return damaged("how the delivery of a snapshot ended is no word of ours");
    meta.ending = *ending;
    meta.employee_count = count_at(row, 6);
    meta.rows = count_at(row, 11);
    meta.frozen_count = count_at(row, 12);
    const SnapshotTexts texts{
        .reasons = text_at(row, 7), .columns = text_at(row, 8), .issues = text_at(row, 9), .frozen = text_at(row, 10)};
    if (auto read = read_texts(texts, snapshot); !read) return read.error();
    return snapshot;
}

/// A snapshot without its people.
Result<Snapshot> snapshot_at(SQLite::Statement& row) {
    auto head = snapshot_head_at(row);
    if (!head) return head.error();
    return Snapshot{.meta = std::move(head->meta),
                    .employees = {},
                    .issues = std::move(head->issues),
                    .frozen = std::move(head->frozen)};
}

Result<std::optional<SnapshotHead>> read_newest(SQLite::Database& connection) {
    SQLite::Statement newest(connection, std::string(select_snapshot) + "ORDER BY id DESC LIMIT 1");
    if (!newest.executeStep()) return std::optional<SnapshotHead>();
    auto head = snapshot_head_at(newest);
    if (!head) return head.error();
    return std::optional(std::move(*head));
}

Result<std::optional<SnapshotMeta>> meta_of(SQLite::Statement& query) {
    if (!query.executeStep()) return std::optional<SnapshotMeta>();
    auto snapshot = snapshot_head_at(query);
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
        if (auto added = snapshot.employees.add_bytes(bytes); !added) return added.error();
        content.add(fingerprint_of(bytes));
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

/// Those of them who are not in the newest snapshot.
std::set<std::string> those_gone(SQLite::Database& connection, const std::vector<EmployeeKey>& people) {
    std::set<std::string> gone;
    SQLite::Statement there(connection, "SELECT 1 FROM employee WHERE key = ?");
    for (const auto& person : people) {
        there.reset();
        bind_text(there, 1, person.value());
        if (!there.executeStep()) gone.insert(person.value());
    }
    return gone;
}

Result<std::vector<Employee>> read_last_rows(SQLite::Database& connection, const std::vector<EmployeeKey>& people) {
    std::vector<Employee> rows;
    auto gone = those_gone(connection, people);
    SQLite::Statement history(connection, "SELECT key, bytes FROM employee_history ORDER BY until DESC, key DESC");
    while (!gone.empty() && history.executeStep()) {
        if (gone.erase(text_at(history, 0)) == 0) continue;
        auto row = employee_from_bytes(blob_at(history, 1));
        if (!row) return row.error();
        rows.push_back(std::move(*row));
    }
    std::sort(rows.begin(), rows.end(), [](const Employee& a, const Employee& b) { return a.key < b.key; });
    return rows;
}

/// The newest snapshots, until so many good deliveries are among them, and all from `back_to` on; and in which of them
/// these people stand with a row that could not be used.
Result<std::vector<SnapshotMark>> read_marks(SQLite::Database& connection, std::size_t deliveries, SnapshotId back_to,
                                             std::map<std::string, SnapshotId>& last_rows) {
    std::vector<SnapshotMark> marks;
    std::set<std::string> good;
    SQLite::Statement query(connection,
                            "SELECT id, delivery, completeness = 'complete' OR confirmed, frozen "
                            "FROM snapshot ORDER BY id DESC");
    while (query.executeStep()) {
        const SnapshotMark mark{.id = SnapshotId(query.getColumn(0).getInt64()),
                                .delivery = fingerprint_at(query, 1),
                                .is_good = query.getColumn(2).getInt() != 0};
        if (good.size() >= deliveries && mark.id < back_to) break;
        SnapshotHead head;
        const SnapshotTexts texts{
            .reasons = "[]", .columns = R"({"names":[],"filled":[]})", .issues = "[]", .frozen = text_at(query, 3)};
        if (auto read = read_texts(texts, head); !read) return read.error();
        for (const auto& one : head.frozen) {
            const auto person = last_rows.find(one.key.value());
            if (person != last_rows.end()) person->second = std::max(person->second, mark.id);
        }
        if (mark.is_good) good.insert(mark.delivery.hex());
        marks.push_back(mark);
    }
    return marks;
}

Result<std::vector<MissingSince>> read_missing(SQLite::Database& connection, const std::vector<EmployeeKey>& people,
                                               std::size_t deliveries, SnapshotId back_to) {
    std::map<std::string, SnapshotId> last_rows;
    for (const auto& person : people) last_rows.emplace(person.value(), SnapshotId());
    auto marks = read_marks(connection, deliveries, back_to, last_rows);
    if (!marks) return marks.error();
    if (!marks->empty()) {
        SQLite::Statement history(connection,
                                  "SELECT key, max(until) - 1 FROM employee_history WHERE until > ? GROUP BY key");
        history.bind(1, marks->back().id.value());
        while (history.executeStep()) {
            const auto person = last_rows.find(text_at(history, 0));
            const SnapshotId last(history.getColumn(1).getInt64());
            if (person != last_rows.end()) person->second = std::max(person->second, last);
        }
        const auto gone = those_gone(connection, people);
        for (auto& [person, last] : last_rows) {
            if (!gone.contains(person)) last = marks->front().id;
        }
    }
    std::vector<MissingSince> found;
    for (const auto& person : people) found.push_back(missing_since(person, last_rows.at(person.value()), *marks));
    return found;
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

boost::asio::awaitable<Result<KnownPeople>> SqliteSnapshotStore::known(Fingerprint reading) {
    auto work = [&database = database_, reading] {
        return database.read([&](SQLite::Database& connection) { return read_known(connection, reading); });
    };
    auto known = co_await run_on(lane_, std::move(work));
    co_return known;
}

boost::asio::awaitable<Result<SnapshotMeta>> SqliteSnapshotStore::save(SnapshotDelta delta, Delivery original) {
    auto work = [&database = database_, delta = std::move(delta),
                 original = std::move(original)]() -> Result<SnapshotMeta> {
        if (auto sound = check_delta(delta, original); !sound) return sound.error();
        auto saved = database.write([&](auto& connection) { return save_rows(connection, delta, original); });
        // A first snapshot is large, and its log would stay as large for ever.
        if (saved) database.checkpoint();
        return saved;
    };
    auto saved = co_await run_on(lane_, std::move(work));
    co_return saved;
}

boost::asio::awaitable<Result<std::optional<SnapshotHead>>> SqliteSnapshotStore::newest() {
    auto work = [&database = database_] { return database.read(read_newest); };
    auto head = co_await run_on(lane_, std::move(work));
    co_return head;
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

boost::asio::awaitable<Result<std::vector<Employee>>> SqliteSnapshotStore::last_rows(std::vector<EmployeeKey> people) {
    auto work = [&database = database_, people = std::move(people)] {
        return database.read([&](SQLite::Database& connection) { return read_last_rows(connection, people); });
    };
    auto rows = co_await run_on(lane_, std::move(work));
    co_return rows;
}

boost::asio::awaitable<Result<std::vector<MissingSince>>> SqliteSnapshotStore::missing(std::vector<EmployeeKey> people,
                                                                                       std::size_t deliveries,
                                                                                       SnapshotId back_to) {
    auto work = [&database = database_, people = std::move(people), deliveries, back_to] {
        return database.read(
            [&](SQLite::Database& connection) { return read_missing(connection, people, deliveries, back_to); });
    };
    auto found = co_await run_on(lane_, std::move(work));
    co_return found;
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
        return database.read([&](SQLite::Database& connection) { return read_delivery(connection, delivery); });
    };
    auto bytes = co_await run_on(lane_, std::move(work));
    co_return bytes;
}

}  // namespace usersync::storage
