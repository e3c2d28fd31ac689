#include "storage/run_store.hpp"

#include "core/async/run_on.hpp"
#include "core/plan/plan_json.hpp"
#include "storage/columns.hpp"
#include "storage/compress.hpp"
#include "storage/guarded.hpp"

#include <SQLiteCpp/SQLiteCpp.h>

#include <utility>

namespace usersync::storage {
namespace {

Failure failure(FailureKind kind, const char* code, const char* sentence) {
    return Failure{.kind = kind, .code = code, .where = "storage", .detail = sentence};
}

// ---- runs ---------------------------------------------------------------------------------------------------

Result<RunId> insert_run(SQLite::Database& connection, const std::string& trigger, Time started_at) {
    SQLite::Statement insert(connection,
                             "INSERT INTO run (trigger, started_at_ms, ending, snapshot, plan, failure_code, "
                             "failure_sentence, people_open) VALUES (?, ?, ?, 0, '', '', '', 0)");
    insert.bind(1, trigger);
    insert.bind(2, ms_of(started_at));
    insert.bind(3, std::string(to_string(RunEnd::open)));
    insert.exec();
    return RunId(connection.getLastInsertRowid());
}

Result<void> write_run(SQLite::Database& connection, const RunRecord& run) {
    SQLite::Statement update(connection,
                             "UPDATE run SET trigger = ?2, started_at_ms = ?3, ended_at_ms = ?4, ending = ?5, "
                             "snapshot = ?6, plan = ?7, failure_code = ?8, failure_sentence = ?9, people_open = ?10 "
                             "WHERE id = ?1");
    update.bind(1, run.id.value());
    update.bind(2, run.trigger);
    update.bind(3, ms_of(run.started_at));
    bind_time(update, 4, run.ended_at);
    update.bind(5, std::string(to_string(run.end)));
    update.bind(6, run.snapshot.value());
    update.bind(7, run.plan.value());
    update.bind(8, run.failure_code);
    update.bind(9, run.failure_sentence);
    update.bind(10, integer_of(run.people_open));
    if (update.exec() == 0) return failure(FailureKind::broken, "no_such_run", "this run was never opened");
    return {};
}

Result<std::vector<RunRecord>> newest_runs(SQLite::Database& connection, std::size_t count) {
    SQLite::Statement query(connection,
                            "SELECT id, trigger, started_at_ms, ended_at_ms, ending, snapshot, plan, failure_code, "
                            "failure_sentence, people_open FROM run ORDER BY id DESC LIMIT ?");
    query.bind(1, integer_of(count));
    std::vector<RunRecord> runs;
    while (query.executeStep()) {
        const auto end = run_end_from(text_at(query, 4));
        if (!end) return damaged("the end of a run is no word of ours");
        runs.push_back(RunRecord{.id = RunId(query.getColumn(0).getInt64()),
                                 .trigger = text_at(query, 1),
                                 .started_at = time_at(query, 2),
                                 .ended_at = optional_time_at(query, 3),
                                 .end = *end,
                                 .snapshot = SnapshotId(query.getColumn(5).getInt64()),
                                 .plan = PlanId(text_at(query, 6)),
                                 .failure_code = text_at(query, 7),
                                 .failure_sentence = text_at(query, 8),
                                 .people_open = count_at(query, 9)});
    }
    return runs;
}

// ---- plans --------------------------------------------------------------------------------------------------

void supersede_others(SQLite::Database& connection, const PlanId& id) {
    SQLite::Statement update(connection,
                             "UPDATE plan SET state = 'superseded' WHERE id <> ? AND state IN ('held', 'allowed')");
    update.bind(1, id.value());
    update.exec();
}

/// A rejected plan is written as superseded, with who rejected it: so the table can say what it could always say.
std::string state_text(PlanState state) {
    return std::string(to_string(state == PlanState::rejected ? PlanState::superseded : state));
}

void bind_rejection(SQLite::Statement& statement, int place, const std::optional<Rejection>& rejection) {
    bind_time(statement, place, rejection ? std::optional(rejection->at) : std::nullopt);
    statement.bind(place + 1, rejection ? rejection->by : std::string());
    statement.bind(place + 2, rejection ? rejection->reason : std::string());
}

bool move_known_plan(SQLite::Database& connection, const StoredPlan& stored) {
    SQLite::Statement update(connection,
                             "UPDATE plan SET run = ?2, state = ?3, verdict = ?4, approved_at_ms = ?5, "
                             "approved_by = ?6, rejected_at_ms = ?7, rejected_by = ?8, rejected_why = ?9, "
                             "place = (SELECT max(place) + 1 FROM plan) WHERE id = ?1");
    update.bind(1, stored.plan.id.value());
    update.bind(2, stored.run.value());
    update.bind(3, state_text(stored.state));
    update.bind(4, plan::encode(stored.verdict));
    bind_time(update, 5, stored.approved_at);
    update.bind(6, stored.approved_by);
    bind_rejection(update, 7, stored.rejection);
    return update.exec() > 0;
}

void insert_plan(SQLite::Database& connection, const StoredPlan& stored) {
    SQLite::Statement insert(connection,
                             "INSERT INTO plan (id, run, state, created_at_ms, approved_at_ms, approved_by, verdict, "
                             "size_bytes, bytes, rejected_at_ms, rejected_by, rejected_why, place) "
                             "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
                             "(SELECT ifnull(max(place), 0) + 1 FROM plan))");
    const auto json = plan::encode(stored.plan);
    const auto bytes = compressed(json);
    insert.bind(1, stored.plan.id.value());
    insert.bind(2, stored.run.value());
    insert.bind(3, state_text(stored.state));
    insert.bind(4, ms_of(stored.created_at));
    bind_time(insert, 5, stored.approved_at);
    insert.bind(6, stored.approved_by);
    insert.bind(7, plan::encode(stored.verdict));
    insert.bind(8, integer_of(json.size()));
    bind_blob(insert, 9, bytes);
    bind_rejection(insert, 10, stored.rejection);
    insert.exec();
}

Result<void> write_plan(SQLite::Database& connection, const StoredPlan& stored) {
    supersede_others(connection, stored.plan.id);
    if (!move_known_plan(connection, stored)) insert_plan(connection, stored);
    return {};
}

std::optional<Rejection> rejection_at(SQLite::Statement& row, int place) {
    const auto at = optional_time_at(row, place);
    if (!at) return std::nullopt;
    return Rejection{.at = *at, .by = text_at(row, place + 1), .reason = text_at(row, place + 2)};
}

/// Long enough for what stands before the operations: the id and the basis.
constexpr std::size_t plan_beginning = 4096;

/// What all readings of plans ask for.
constexpr auto select_plan =
    "SELECT run, state, created_at_ms, approved_at_ms, approved_by, verdict, size_bytes, bytes, rejected_at_ms, "
    "rejected_by, rejected_why, id FROM plan ";

Result<PlanHead> plan_head_at(SQLite::Statement& row) {
    const auto state = plan_state_from(text_at(row, 1));
    if (!state) return damaged("the state of a plan is no word of ours");
    auto rejection = rejection_at(row, 8);
    const auto verdict = plan::decode_verdict(text_at(row, 5));
    if (!verdict) return verdict.error();
    const auto beginning = beginning_of(blob_at(row, 7), plan_beginning);
    if (!beginning) return beginning.error();
    const auto is_empty = plan::is_empty_plan(*beginning);
    if (!is_empty) return damaged("a plan does not begin as this program writes it");
    return PlanHead{.id = PlanId(text_at(row, 11)),
                    .is_empty = *is_empty,
                    .verdict = *verdict,
                    .state = rejection ? PlanState::rejected : *state,
                    .run = RunId(row.getColumn(0).getInt64()),
                    .created_at = time_at(row, 2),
                    .approved_at = optional_time_at(row, 3),
                    .approved_by = text_at(row, 4),
                    .rejection = std::move(rejection)};
}

Result<StoredPlan> plan_at(SQLite::Statement& row) {
    auto head = plan_head_at(row);
    if (!head) return head.error();
    const auto json = decompressed(blob_at(row, 7), count_at(row, 6));
    if (!json) return json.error();
    auto plan = plan::decode_plan(*json);
    if (!plan) return plan.error();
    return StoredPlan{.plan = std::move(*plan),
                      .verdict = std::move(head->verdict),
                      .state = head->state,
                      .run = head->run,
                      .created_at = head->created_at,
                      .approved_at = head->approved_at,
                      .approved_by = std::move(head->approved_by),
                      .rejection = std::move(head->rejection)};
}

/// Of the plan with this id or the newest one, what `read` makes of its row.
template <class Value>
Result<std::optional<Value>> read_plan(SQLite::Database& connection, const std::optional<PlanId>& id,
                                       Result<Value> (*read)(SQLite::Statement&)) {
    SQLite::Statement query(connection,
                            std::string(select_plan) + (id ? "WHERE id = ?" : "ORDER BY place DESC LIMIT 1"));
    if (id) query.bind(1, id->value());
    if (!query.executeStep()) return std::optional<Value>();
    auto value = read(query);
    if (!value) return value.error();
    return std::optional(std::move(*value));
}

Result<PlanState> state_of(SQLite::Database& connection, const PlanId& id) {
    SQLite::Statement query(connection, "SELECT state, rejected_at_ms FROM plan WHERE id = ?");
    query.bind(1, id.value());
    if (!query.executeStep()) return failure(FailureKind::rejected, "no_such_plan", "there is no plan with this id");
    const auto state = plan_state_from(text_at(query, 0));
    if (!state) return damaged("the state of a plan is no word of ours");
    return optional_time_at(query, 1) ? PlanState::rejected : *state;
}

/// The ledger says who let what pass, and for which reasons it had waited.
Result<void> note_approval(Connection& connection, const PlanId& id, const std::string& by, Time at) {
    SQLite::Statement query(connection, "SELECT run, verdict FROM plan WHERE id = ?");
    query.bind(1, id.value());
    query.executeStep();
    const auto verdict = plan::decode_verdict(text_at(query, 1));
    if (!verdict) return verdict.error();
    EntryFacts facts;
    facts.plan = id.value();
    facts.by = by;
    for (const auto& reason : verdict->hold) facts.hold.push_back(reason.code);
    add_entry(connection, {.at = at,
                           .kind = EntryKind::approval,
                           .run = RunId(query.getColumn(0).getInt64()),
                           .facts = std::move(facts)});
    return {};
}
Failure not_held() { return failure(FailureKind::rejected, "plan_not_held", "this plan does not wait for anybody"); }

Result<void> approve_plan(Connection& connection, const PlanId& id, const std::string& by, Time at) {
    const auto state = state_of(connection, id);
    if (!state) return state.error();
    if (*state != PlanState::held && *state != PlanState::rejected) return not_held();
    SQLite::Statement update(connection,
                             "UPDATE plan SET state = 'allowed', approved_by = ?2, approved_at_ms = ?3, "
                             "rejected_at_ms = NULL, rejected_by = '', rejected_why = '' WHERE id = ?1");
    update.bind(1, id.value());
    update.bind(2, by);
    update.bind(3, ms_of(at));
    update.exec();
    return note_approval(connection, id, by, at);
}

Result<void> reject_plan(SQLite::Database& connection, const PlanId& id, const Rejection& rejection) {
    const auto state = state_of(connection, id);
    if (!state) return state.error();
    if (*state != PlanState::held) return not_held();
    SQLite::Statement update(connection,
                             "UPDATE plan SET state = 'superseded', rejected_at_ms = ?2, rejected_by = ?3, "
                             "rejected_why = ?4 WHERE id = ?1");
    update.bind(1, id.value());
    bind_rejection(update, 2, rejection);
    update.exec();
    return {};
}

Result<void> apply_plan(SQLite::Database& connection, const PlanId& id) {
    SQLite::Statement update(connection, "UPDATE plan SET state = 'applied', applied_once = 1 WHERE id = ?");
    update.bind(1, id.value());
    if (update.exec() == 0) return failure(FailureKind::rejected, "no_such_plan", "there is no plan with this id");
    return {};
}

Result<bool> any_applied(SQLite::Database& connection) {
    return connection.execAndGet("SELECT EXISTS (SELECT 1 FROM plan WHERE applied_once = 1)").getInt() == 1;
}

}  // namespace

SqliteRunStore::SqliteRunStore(Database& database, LedgerChain& chain, boost::asio::any_io_executor lane)
    : database_(database), chain_(chain), lane_(std::move(lane)) {}

boost::asio::awaitable<Result<RunId>> SqliteRunStore::open_run(std::string trigger, Time started_at) {
    auto work = [&database = database_, trigger = std::move(trigger), started_at] {
        return database.write(
            [&](SQLite::Database& connection) { return insert_run(connection, trigger, started_at); });
    };
    auto id = co_await run_on(lane_, std::move(work));
    co_return id;
}

boost::asio::awaitable<Result<void>> SqliteRunStore::save_plan(StoredPlan plan) {
    auto work = [&database = database_, plan = std::move(plan)] {
        return database.write([&](SQLite::Database& connection) { return write_plan(connection, plan); });
    };
    auto saved = co_await run_on(lane_, std::move(work));
    co_return saved;
}

boost::asio::awaitable<Result<std::optional<StoredPlan>>> SqliteRunStore::load_plan(std::optional<PlanId> id) {
    auto work = [&database = database_, id = std::move(id)] {
        return database.read([&](SQLite::Database& connection) { return read_plan(connection, id, plan_at); });
    };
    auto plan = co_await run_on(lane_, std::move(work));
    co_return plan;
}

boost::asio::awaitable<Result<std::optional<PlanHead>>> SqliteRunStore::plan_head(std::optional<PlanId> id) {
    auto work = [&database = database_, id = std::move(id)] {
        return database.read([&](SQLite::Database& connection) { return read_plan(connection, id, plan_head_at); });
    };
    auto head = co_await run_on(lane_, std::move(work));
    co_return head;
}

boost::asio::awaitable<Result<void>> SqliteRunStore::approve(PlanId id, std::string by, Time at) {
    auto work = [&database = database_, id = std::move(id), by = std::move(by), at] {
        return database.write([&](Connection& connection) { return approve_plan(connection, id, by, at); });
    };
    auto approved = co_await run_on(lane_, std::move(work));
    co_return approved;
}

boost::asio::awaitable<Result<void>> SqliteRunStore::reject(PlanId id, Rejection rejection) {
    auto work = [&database = database_, id = std::move(id), rejection = std::move(rejection)] {
        return database.write([&](SQLite::Database& connection) { return reject_plan(connection, id, rejection); });
    };
    auto rejected = co_await run_on(lane_, std::move(work));
    co_return rejected;
}

boost::asio::awaitable<Result<void>> SqliteRunStore::mark_applied(PlanId id) {
    auto work = [&database = database_, id = std::move(id)] {
        return database.write([&](SQLite::Database& connection) { return apply_plan(connection, id); });
    };
    auto marked = co_await run_on(lane_, std::move(work));
    co_return marked;
}

boost::asio::awaitable<Result<bool>> SqliteRunStore::has_applied() {
    auto work = [&database = database_] { return database.read(any_applied); };
    auto applied = co_await run_on(lane_, std::move(work));
    co_return applied;
}

boost::asio::awaitable<Result<void>> SqliteRunStore::close_run(RunRecord run) {
    auto work = [&database = database_, &chain = chain_, run = std::move(run)] {
        auto written = database.write([&](SQLite::Database& connection) { return write_run(connection, run); });
        chain.remember();
        database.rest();
        return written;
    };
    auto closed = co_await run_on(lane_, std::move(work));
    co_return closed;
}

boost::asio::awaitable<Result<std::vector<RunRecord>>> SqliteRunStore::recent(std::size_t count) {
    auto work = [&database = database_, count] {
        return database.read([&](SQLite::Database& connection) { return newest_runs(connection, count); });
    };
    auto runs = co_await run_on(lane_, std::move(work));
    co_return runs;
}

}  // namespace usersync::storage
