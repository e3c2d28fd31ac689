#include "storage/ledger.hpp"

#include "core/async/run_on.hpp"
#include "core/plan/ledger_facts.hpp"
#include "core/plan/plan_json.hpp"
#include "storage/columns.hpp"
#include "storage/guarded.hpp"
#include "storage/ledger_reading.hpp"

#include <SQLiteCpp/SQLiteCpp.h>

#include <array>
#include <string>
#include <utility>

namespace usersync::storage {
namespace {

// ---- the ledger's rows --------------------------------------------------------------------------------------

/// The first five parameters of both kinds of insert.
void bind_operation(const Prepared& statement, RunId run, const Operation& operation, const std::string& encoded) {
    statement->bind(1, run.value());
    statement->bind(2, operation.key.value());
    statement->bind(3, std::string(kind_of(operation.change.what)));
    statement->bind(4, operation.change.employee.value());
    statement->bind(5, encoded);
}

Result<void> write_intent(Connection& connection, RunId run, const Operation& operation, Time at) {
    const Prepared insert(connection,
                          "INSERT INTO ledger (run, operation, kind, employee, intent, intended_at_ms) "
                          "VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (run, operation) DO UPDATE SET "
                          "intended_at_ms = ifnull(intended_at_ms, excluded.intended_at_ms), settled_at_ms = NULL, "
                          "outcome = NULL, code = NULL, attempts = NULL, took_ms = NULL "
                          "WHERE ledger.intent = excluded.intent AND ifnull(ledger.outcome, 'gave_up') = 'gave_up'");
    const auto encoded = plan::encode(operation);
    bind_operation(insert, run, operation, encoded);
    insert->bind(6, ms_of(at));
    if (insert->exec() == 0) return intent_refused();
    add_entry(connection, {.at = at,
                           .kind = EntryKind::intent,
                           .run = run,
                           .operation = operation.key,
                           .employee = operation.change.employee,
                           .facts = plan::facts_of(operation, encoded)});
    return {};
}

/// The five columns of an outcome, from this place on.
void bind_outcome(const Prepared& statement, int place, const Settlement& settlement) {
    statement->bind(place, ms_of(settlement.settled_at));
    statement->bind(place + 1, std::string(to_string(settlement.outcome)));
    statement->bind(place + 2, settlement.code);
    statement->bind(place + 3, settlement.attempts);
    statement->bind(place + 4, static_cast<std::int64_t>(settlement.took.count()));
}

/// The operation as its row has it; nullopt when nothing was intended, and so there is no row.
std::optional<std::string> settle_row(Connection& connection, RunId run, const Operation& operation,
                                      const Settlement& settlement) {
    const Prepared update(connection,
                          "UPDATE ledger SET settled_at_ms = ?3, outcome = ?4, code = ?5, attempts = ?6, took_ms = ?7 "
                          "WHERE run = ?1 AND operation = ?2 RETURNING intent");
    update->bind(1, run.value());
    update->bind(2, operation.key.value());
    bind_outcome(update, 3, settlement);
    return update->executeStep() ? std::optional(text_at(*update, 0)) : std::nullopt;
}

std::string insert_settled(Connection& connection, RunId run, const Operation& operation,
                           const Settlement& settlement) {
    const Prepared insert(connection,
                          "INSERT INTO ledger (run, operation, kind, employee, intent, settled_at_ms, outcome, "
                          "code, attempts, took_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    auto encoded = plan::encode(operation);
    bind_operation(insert, run, operation, encoded);
    bind_outcome(insert, 6, settlement);
    insert->exec();
    return encoded;
}

void write_outcome(Connection& connection, RunId run, const Operation& operation, const Settlement& settlement) {
    auto encoded = settle_row(connection, run, operation, settlement);
    if (!encoded) encoded = insert_settled(connection, run, operation, settlement);
    auto facts = plan::facts_of(operation, *encoded);
    facts.outcome = std::string(to_string(settlement.outcome));
    facts.code = settlement.code;
    facts.attempts = settlement.attempts;
    facts.took_ms = settlement.took.count();
    add_entry(connection, {.at = settlement.settled_at,
                           .kind = EntryKind::outcome,
                           .run = run,
                           .operation = operation.key,
                           .employee = operation.change.employee,
                           .facts = std::move(facts)});
}

Result<std::vector<Unsettled>> read_unsettled(SQLite::Database& connection) {
    SQLite::Statement query(connection, "SELECT run, intent FROM ledger WHERE outcome IS NULL ORDER BY id");
    std::vector<Unsettled> open;
    while (query.executeStep()) {
        auto operation = plan::decode_operation(text_at(query, 1));
        if (!operation) return operation.error();
        open.push_back(Unsettled{.run = RunId(query.getColumn(0).getInt64()), .operation = std::move(*operation)});
    }
    return open;
}

Result<LedgerSummary> count_outcomes(SQLite::Database& connection, RunId run) {
    SQLite::Statement query(connection,
                            "SELECT kind, outcome, count(*) FROM ledger WHERE run = ? AND outcome IS NOT NULL "
                            "GROUP BY kind, outcome");
    query.bind(1, run.value());
    LedgerSummary summary;
    while (query.executeStep()) {
        const auto outcome = outcome_from(text_at(query, 1));
        if (!outcome) return damaged("the outcome of an operation is no word of ours");
        summary[text_at(query, 0)][*outcome] = count_at(query, 2);
    }
    return summary;
}

/// Of the kinds that the brakes count.
Result<LedgerCounts> count_since(SQLite::Database& connection, Time since) {
    SQLite::Statement query(connection,
                            "SELECT intent FROM ledger WHERE settled_at_ms >= ? AND outcome IN ('done', 'already_so') "
                            "AND kind IN ('suspend_user', 'end_membership', 'remove_from_groups', 'change_role', "
                            "'change_group_role', 'make_group')");
    query.bind(1, ms_of(since));
    std::vector<Operation> effective;
    while (query.executeStep()) {
        auto operation = plan::decode_operation(text_at(query, 0));
        if (!operation) return operation.error();
        effective.push_back(std::move(*operation));
    }
    return counts_of(effective);
}

// ---- ownership ----------------------------------------------------------------------------------------------

/// Runs `sql` with the key as ?1 and, where the statement has one, the object as ?2.
void run_for(Connection& connection, std::string_view sql, const OwnershipChange& change) {
    const Prepared statement(connection, sql);
    statement->bind(1, change.key.value());
    if (statement->getBindParameterCount() > 1) statement->bind(2, change.object);
    statement->exec();
}

void gain_group_role(Connection& connection, const OwnershipChange& change) {
    const Prepared statement(connection,
                             "INSERT INTO owned_group_role (key, group_eid, role) VALUES (?1, ?2, ?3) "
                             "ON CONFLICT (key, group_eid) DO UPDATE SET role = excluded.role");
    statement->bind(1, change.key.value());
    statement->bind(2, change.object);
    statement->bind(3, change.role);
    statement->exec();
}

constexpr std::array owned_tables = {"owned_user", "owned_group", "declined_group", "owned_group_role",
                                     "declined_group_role"};

bool has_anything(Connection& connection, const std::string& key) {
    for (const std::string table : owned_tables) {
        const Prepared query(connection, "SELECT 1 FROM " + table + " WHERE key = ?1 LIMIT 1");
        query->bind(1, key);
        if (query->executeStep()) return true;
    }
    return false;
}

/// Whatever was known of the key before is about an account that is not theirs any more.
void take_over(Connection& connection, const OwnershipChange& change) {
    if (!has_anything(connection, change.object)) return;
    for (const std::string table : owned_tables) {
        run_for(connection, "DELETE FROM " + table + " WHERE key = ?1", change);
        run_for(connection, "UPDATE " + table + " SET key = ?1 WHERE key = ?2", change);
    }
}

void gain(Connection& connection, const OwnershipChange& change) {
    switch (change.what) {
        case OwnershipChange::What::user:
            return run_for(connection,
                           "INSERT INTO owned_user (key, user) VALUES (?1, 1) ON CONFLICT (key) DO UPDATE SET user = 1",
                           change);
        case OwnershipChange::What::group:
            return run_for(connection, "INSERT OR IGNORE INTO owned_group (key, group_eid) VALUES (?1, ?2)", change);
        case OwnershipChange::What::role:
            return run_for(connection,
                           "INSERT INTO owned_user (key, user, role) VALUES (?1, 0, ?2) "
                           "ON CONFLICT (key) DO UPDATE SET role = excluded.role",
                           change);
        case OwnershipChange::What::link:
            return run_for(connection,
                           "INSERT INTO owned_user (key, user, link) VALUES (?1, 0, ?2) "
                           "ON CONFLICT (key) DO UPDATE SET link = excluded.link",
                           change);
        case OwnershipChange::What::declined:
            return run_for(connection, "INSERT OR IGNORE INTO declined_group (key, group_eid) VALUES (?1, ?2)", change);
        case OwnershipChange::What::role_declined:
            return run_for(connection,
                           "INSERT INTO owned_user (key, user, role_declined) VALUES (?1, 0, ?2) "
                           "ON CONFLICT (key) DO UPDATE SET role_declined = excluded.role_declined",
                           change);
        case OwnershipChange::What::invited_again:
            return run_for(connection,
                           "INSERT INTO owned_user (key, user, invited_again) VALUES (?1, 0, 1) "
                           "ON CONFLICT (key) DO UPDATE SET invited_again = invited_again + 1",
                           change);
        case OwnershipChange::What::group_role: return gain_group_role(connection, change);
        case OwnershipChange::What::group_role_declined:
            return run_for(connection, "INSERT OR IGNORE INTO declined_group_role (key, group_eid) VALUES (?1, ?2)",
                           change);
        case OwnershipChange::What::user_declined:
            return run_for(connection,
                           "INSERT INTO owned_user (key, user, user_declined) VALUES (?1, 0, 1) "
                           "ON CONFLICT (key) DO UPDATE SET user_declined = 1",
                           change);
        case OwnershipChange::What::suspended:
            return run_for(connection,
                           "INSERT INTO owned_user (key, user, suspended) VALUES (?1, 0, 1) "
                           "ON CONFLICT (key) DO UPDATE SET suspended = 1",
                           change);
        case OwnershipChange::What::link_scim:
            return run_for(connection,
                           "INSERT INTO owned_user (key, user, link_scim) VALUES (?1, 0, ?2) "
                           "ON CONFLICT (key) DO UPDATE SET link_scim = excluded.link_scim",
                           change);
        case OwnershipChange::What::invite_due:
            return run_for(connection,
                           "INSERT INTO owned_user (key, user, invite_due) VALUES (?1, 0, 1) "
                           "ON CONFLICT (key) DO UPDATE SET invite_due = 1",
                           change);
        case OwnershipChange::What::changed:
            return run_for(connection,
                           "INSERT INTO owned_user (key, user, changed_at_ms) VALUES (?1, 0, CAST(?2 AS INTEGER)) "
                           "ON CONFLICT (key) DO UPDATE SET changed_at_ms = excluded.changed_at_ms",
                           change);
        case OwnershipChange::What::formerly: return take_over(connection, change);
    }
}

void forget_if_empty(Connection& connection, const OwnershipChange& change) {
    run_for(connection,
            "DELETE FROM owned_user WHERE key = ?1 AND user = 0 AND role IS NULL AND link IS NULL AND "
            "role_declined IS NULL AND invited_again = 0 AND user_declined = 0 AND suspended = 0 "
            "AND link_scim IS NULL AND invite_due = 0 AND changed_at_ms IS NULL",
            change);
}

void lose(Connection& connection, const OwnershipChange& change) {
    switch (change.what) {
        case OwnershipChange::What::user:
            for (const std::string table : owned_tables) {
                run_for(connection, "DELETE FROM " + table + " WHERE key = ?1", change);
            }
            return;
        case OwnershipChange::What::group:
            return run_for(connection, "DELETE FROM owned_group WHERE key = ?1 AND group_eid = ?2", change);
        case OwnershipChange::What::role:
            run_for(connection, "UPDATE owned_user SET role = NULL WHERE key = ?1", change);
            return forget_if_empty(connection, change);
        case OwnershipChange::What::link:
            run_for(connection, "UPDATE owned_user SET link = NULL WHERE key = ?1", change);
            return forget_if_empty(connection, change);
        case OwnershipChange::What::declined:
            return run_for(connection, "DELETE FROM declined_group WHERE key = ?1 AND group_eid = ?2", change);
        case OwnershipChange::What::role_declined:
            run_for(connection, "UPDATE owned_user SET role_declined = NULL WHERE key = ?1", change);
            return forget_if_empty(connection, change);
        case OwnershipChange::What::invited_again:
            run_for(connection, "UPDATE owned_user SET invited_again = 0 WHERE key = ?1", change);
            return forget_if_empty(connection, change);
        case OwnershipChange::What::group_role:
            return run_for(connection, "DELETE FROM owned_group_role WHERE key = ?1 AND group_eid = ?2", change);
        case OwnershipChange::What::group_role_declined:
            return run_for(connection, "DELETE FROM declined_group_role WHERE key = ?1 AND group_eid = ?2", change);
        case OwnershipChange::What::user_declined:
            run_for(connection, "UPDATE owned_user SET user_declined = 0 WHERE key = ?1", change);
            return forget_if_empty(connection, change);
        case OwnershipChange::What::suspended:
            run_for(connection, "UPDATE owned_user SET suspended = 0 WHERE key = ?1", change);
            return forget_if_empty(connection, change);
        case OwnershipChange::What::link_scim:
            run_for(connection, "UPDATE owned_user SET link_scim = NULL WHERE key = ?1", change);
            return forget_if_empty(connection, change);
        case OwnershipChange::What::invite_due:
            run_for(connection, "UPDATE owned_user SET invite_due = 0 WHERE key = ?1", change);
            return forget_if_empty(connection, change);
        case OwnershipChange::What::changed:
        case OwnershipChange::What::formerly: return;
    }
}

/// Everything of a person, whatever table it stands in, one row after the other.
constexpr auto all_owned =
    "SELECT key, 'account' AS what, NULL AS object, NULL AS role_in, user, role, link, role_declined, invited_again, "
    "user_declined, suspended, link_scim, invite_due, changed_at_ms FROM owned_user "
    "UNION ALL SELECT key, 'group', group_eid, NULL, 0, NULL, NULL, NULL, 0, 0, 0, NULL, 0, NULL FROM owned_group "
    "UNION ALL SELECT key, 'declined', group_eid, NULL, 0, NULL, NULL, NULL, 0, 0, 0, NULL, 0, NULL "
    "FROM declined_group "
    "UNION ALL SELECT key, 'role_in', group_eid, role, 0, NULL, NULL, NULL, 0, 0, 0, NULL, 0, NULL "
    "FROM owned_group_role "
    "UNION ALL SELECT key, 'role_declined', group_eid, NULL, 0, NULL, NULL, NULL, 0, 0, 0, NULL, 0, NULL "
    "FROM declined_group_role ORDER BY 1, 2, 3";

void read_account(SQLite::Statement& row, OwnedUser& owned) {
    owned.user = row.getColumn(4).getInt() != 0;
    if (!row.isColumnNull(5)) owned.role = RoleId(text_at(row, 5));
    if (!row.isColumnNull(6)) owned.link = UserEid(text_at(row, 6));
    if (!row.isColumnNull(7)) owned.role_declined = RoleId(text_at(row, 7));
    owned.invited_again = count_at(row, 8);
    owned.user_declined = row.getColumn(9).getInt() != 0;
    owned.suspended = row.getColumn(10).getInt() != 0;
    if (!row.isColumnNull(11)) owned.link_scim = ScimId(text_at(row, 11));
    owned.invite_due = row.getColumn(12).getInt() != 0;
    if (!row.isColumnNull(13)) owned.changed_at = Time(Duration(row.getColumn(13).getInt64()));
}

Result<Ownership> read_ownership(Connection& connection) {
    const Prepared query(connection, all_owned);
    Ownership ownership;
    while (query->executeStep()) {
        auto key = EmployeeKey(text_at(*query, 0));
        if (ownership.users.empty() || ownership.users.back().key != key) {
            ownership.users.push_back(OwnedUser{.key = std::move(key)});
        }
        auto& owned = ownership.users.back();
        const auto what = text_at(*query, 1);
        if (what == "account") {
            read_account(*query, owned);
            continue;
        }
        auto group = GroupEid(text_at(*query, 2));
        if (what == "group") owned.groups.push_back(std::move(group));
        if (what == "declined") owned.declined.push_back(std::move(group));
        if (what == "role_declined") owned.group_roles_declined.push_back(std::move(group));
        if (what == "role_in") {
            owned.group_roles.push_back({.group = std::move(group), .role = RoleId(text_at(*query, 3))});
        }
    }
    return ownership;
}

Result<void> write_settlement(Connection& connection, RunId run, const Operation& operation,
                              const Settlement& settlement) {
    write_outcome(connection, run, operation, settlement);
    for (const auto& change : settlement.ownership) {
        if (change.way == OwnershipChange::Way::gain) {
            gain(connection, change);
        } else {
            lose(connection, change);
        }
    }
    return {};
}

}  // namespace

SqliteLedger::SqliteLedger(Database& database, LedgerChain& chain, GroupCommit& group,
                           boost::asio::any_io_executor lane)
    : database_(database), chain_(chain), group_(group), lane_(std::move(lane)) {}

boost::asio::awaitable<Result<void>> SqliteLedger::intend(RunId run, Operation operation, Time at) {
    GroupCommit::Work work = [run, operation = std::move(operation), at](Connection& connection) {
        return write_intent(connection, run, operation, at);
    };
    auto intended = co_await group_.write(std::move(work));
    co_return intended;
}

boost::asio::awaitable<Result<void>> SqliteLedger::settle(RunId run, Operation operation, Settlement settlement) {
    GroupCommit::Work work = [run, operation = std::move(operation),
                              settlement = std::move(settlement)](Connection& connection) {
        return write_settlement(connection, run, operation, settlement);
    };
    auto settled = co_await group_.write(std::move(work));
    co_return settled;
}

boost::asio::awaitable<Result<std::vector<Unsettled>>> SqliteLedger::unsettled() {
    auto work = [&database = database_] { return database.read(read_unsettled); };
    auto open = co_await run_on(lane_, std::move(work));
    co_return open;
}

boost::asio::awaitable<Result<Ownership>> SqliteLedger::ownership() {
    auto work = [&database = database_] { return database.read(read_ownership); };
    auto owned = co_await run_on(lane_, std::move(work));
    co_return owned;
}

boost::asio::awaitable<Result<LedgerSummary>> SqliteLedger::summary(RunId run) {
    auto work = [&database = database_, run] {
        return database.read([&](SQLite::Database& connection) { return count_outcomes(connection, run); });
    };
    auto counts = co_await run_on(lane_, std::move(work));
    co_return counts;
}

boost::asio::awaitable<Result<std::vector<LedgerRow>>> SqliteLedger::history(EmployeeKey employee,
                                                                             std::size_t rows_max) {
    auto work = [&database = database_, employee = std::move(employee), rows_max] {
        return database.read([&](Connection& connection) { return read_history(connection, employee, rows_max); });
    };
    auto rows = co_await run_on(lane_, std::move(work));
    co_return rows;
}

boost::asio::awaitable<Result<LedgerCounts>> SqliteLedger::counts_since(Time since) {
    auto work = [&database = database_, since] {
        return database.read([&](SQLite::Database& connection) { return count_since(connection, since); });
    };
    auto counts = co_await run_on(lane_, std::move(work));
    co_return counts;
}

boost::asio::awaitable<Result<std::vector<LedgerRow>>> SqliteLedger::calls(LedgerQuestion question) {
    auto work = [&database = database_, question = std::move(question)] {
        return database.read([&](SQLite::Database& connection) { return read_rows(connection, question); });
    };
    auto found = co_await run_on(lane_, std::move(work));
    co_return found;
}

boost::asio::awaitable<Result<LedgerTotals>> SqliteLedger::totals(LedgerQuestion question) {
    auto work = [&database = database_, question = std::move(question)] {
        return database.read([&](SQLite::Database& connection) { return read_totals(connection, question); });
    };
    auto counted = co_await run_on(lane_, std::move(work));
    co_return counted;
}

boost::asio::awaitable<Result<void>> SqliteLedger::record(LedgerEvent event) {
    const bool settles = event.kind == EntryKind::restored;
    auto work = [&database = database_, &chain = chain_, event = std::move(event), settles] {
        auto written = database.write([&](Connection& connection) -> Result<void> {
            add_entry(connection, {.at = event.at,
                                   .kind = event.kind,
                                   .run = event.run,
                                   .employee = event.employee,
                                   .facts = event.facts});
            return {};
        });
        if (!written) return written;
        chain.committed();
        if (settles) chain.settle();
        return written;
    };
    auto recorded = co_await run_on(lane_, std::move(work));
    co_return recorded;
}

boost::asio::awaitable<Result<std::vector<LedgerEntry>>> SqliteLedger::entries(LedgerQuestion question) {
    auto work = [&database = database_, question = std::move(question)] {
        return database.read([&](SQLite::Database& connection) { return read_entries(connection, question); });
    };
    auto found = co_await run_on(lane_, std::move(work));
    co_return found;
}

boost::asio::awaitable<Result<std::vector<LedgerEntry>>> SqliteLedger::events(std::size_t newest_max) {
    auto work = [&database = database_, newest_max] {
        return database.read([&](SQLite::Database& connection) { return read_events(connection, newest_max); });
    };
    auto found = co_await run_on(lane_, std::move(work));
    co_return found;
}

boost::asio::awaitable<Result<ChainReport>> SqliteLedger::verify() {
    auto work = [&database = database_] { return database.read(check_chain); };
    auto report = co_await run_on(lane_, std::move(work));
    co_return report;
}

boost::asio::awaitable<Result<Continuity>> SqliteLedger::continuity() {
    auto work = [&chain = chain_] { return chain.continuity(); };
    auto seen = co_await run_on(lane_, std::move(work));
    co_return seen;
}

}  // namespace usersync::storage
