#include "storage/retention.hpp"

#include "core/async/run_on.hpp"
#include "storage/columns.hpp"
#include "storage/guarded.hpp"

#include <SQLiteCpp/SQLiteCpp.h>

#include <utility>
#include <vector>

namespace usersync::storage {
namespace {

/// Of no record that is young enough, nor of those that the next one is compared with.
const char* const old_deliveries =
    "SELECT fingerprint FROM delivery WHERE first_seen_ms < ?1 "
    "AND EXISTS (SELECT 1 FROM delivery_piece WHERE delivery_piece.delivery = fingerprint) "
    "AND NOT EXISTS (SELECT 1 FROM snapshot WHERE snapshot.delivery = fingerprint AND (taken_at_ms >= ?1 "
    "OR id = (SELECT max(id) FROM snapshot) "
    "OR id = (SELECT max(id) FROM snapshot WHERE completeness = 'complete' OR confirmed <> 0)))";

/// What took something back is looked at for as long as its ledger is: it must not be done again.
const char* const old_plans =
    "DELETE FROM plan WHERE created_at_ms < ?1 AND state IN ('applied', 'superseded') "
    "AND place <> (SELECT max(place) FROM plan) "
    "AND place <> (SELECT ifnull(max(place), 0) FROM plan WHERE applied_once <> 0) "
    "AND instr(verdict, '\"undo\"') = 0";

Result<Purged> purge_before(SQLite::Database& connection, Time before) {
    Purged purged;
    // What is taken out is overwritten, not only let go.
    connection.exec("PRAGMA secure_delete = ON");
    SQLite::Statement old(connection, old_deliveries);
    old.bind(1, ms_of(before));
    std::vector<Fingerprint> deliveries;
    while (old.executeStep()) deliveries.push_back(fingerprint_at(old, 0));
    SQLite::Statement pieces(connection, "DELETE FROM delivery_piece WHERE delivery = ?");
    for (const auto& delivery : deliveries) {
        bind_fingerprint(pieces, 1, delivery);
        pieces.exec();
        pieces.reset();
    }
    purged.deliveries = deliveries.size();
    SQLite::Statement plans(connection, old_plans);
    plans.bind(1, ms_of(before));
    purged.plans = static_cast<std::size_t>(plans.exec());
    return purged;
}

}  // namespace

SqliteRetention::SqliteRetention(Database& database, boost::asio::any_io_executor lane)
    : database_(database), lane_(std::move(lane)) {}

boost::asio::awaitable<Result<Purged>> SqliteRetention::purge(Time before) {
    auto work = [&database = database_, before] {
        return database.write([&](SQLite::Database& connection) { return purge_before(connection, before); });
    };
    auto purged = co_await run_on(lane_, std::move(work));
    co_return purged;
}

}  // namespace usersync::storage
