// The chain of the ledger on disk: shared transactions, what a hand in the file does to it, and a store that was put
// back from a backup.

#include "core/plan/plan_json.hpp"
#include "storage/group_commit.hpp"
#include "storage/ledger_memory.hpp"
#include "storage/schema/schema.hpp"
#include "tests/contract/ledger_contract.hpp"
#include "tests/contract/rule_versions_contract.hpp"
#include "tests/contract/run_store_contract.hpp"
#include "tests/storage/opened_store.hpp"
#include "tests/storage/raw_store.hpp"
#include "tests/support/temp_dir.hpp"

#include <catch2/catch.hpp>

#include <boost/asio/detached.hpp>
#include <boost/asio/thread_pool.hpp>

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <string>

namespace usersync::test {
namespace {

namespace asio = boost::asio;

const Time now(Duration(1'790'000'000'000));

/// A loop of the test's own, so that many calls may be under way; the lane is threads of their own, as in the daemon.
struct Busy {
    TempDir folder;
    asio::thread_pool threads{2};
    std::unique_ptr<storage::TenantStore> store =
        storage::open_tenant_store(folder / "tenant.db", threads.get_executor()).value();
    asio::io_context context;
    std::size_t failed = 0;
    std::size_t not_durable = 0;

    /// Calls one after the other, as for one person: intent, call, outcome.
    asio::awaitable<void> work(std::string person, std::size_t calls) {
        for (std::size_t i = 0; i < calls; ++i) {
            auto what = operation(person + "-" + std::to_string(i));
            auto ended = settlement(what.key.value(), Outcome::done, {gain(OwnershipChange::What::user, person)});
            auto intended = co_await store->ledger().intend(RunId(1), what, now);
            if (!intended) ++failed;
            // Whoever opens the file now sees it: the call may go out.
            const auto query = "SELECT count(*) FROM ledger WHERE operation = '" + what.key.value() + "'";
            if (i % 10 == 0 && number(folder / "tenant.db", query) != 1) ++not_durable;
            co_await asio::post(context, asio::use_awaitable);
            auto settled = co_await store->ledger().settle(RunId(1), what, std::move(ended));
            if (!settled) ++failed;
        }
    }
};

void write_rows(OpenedStore& store) {
    for (const auto* key : {"a", "b"}) {
        REQUIRE(store.wait(store.ledger().intend(RunId(1), operation(key), now)).has_value());
        REQUIRE(
            store.wait(store.ledger().settle(RunId(1), operation(key), settlement(key, Outcome::done))).has_value());
    }
}

ChainReport report_of(const std::filesystem::path& file) {
    OpenedStore store(file);
    return store.wait(store.ledger().verify()).value();
}

/// As somebody would who may write to the file.
void tamper(const std::filesystem::path& file, const std::string& sql) {
    execute(file, "DROP TRIGGER ledger_entry_is_not_changed");
    execute(file, "DROP TRIGGER ledger_entry_is_not_removed");
    execute(file, sql);
}

bool seems_put_back(const std::filesystem::path& file) {
    OpenedStore store(file);
    return was_put_back(store.wait(store.ledger().continuity()).value());
}

LedgerEvent restored() { return {.kind = EntryKind::restored, .at = now, .run = RunId(2), .facts = {}}; }

}  // namespace

TEST_CASE("intents and outcomes that come together share a wait for the disk, each durable before its call",
          "[storage][ledger]") {
    Busy busy;
    constexpr std::size_t people = 20;
    constexpr std::size_t calls = 50;
    for (std::size_t i = 0; i < people; ++i) {
        asio::co_spawn(busy.context, busy.work("p" + std::to_string(i), calls), asio::detached);
    }
    busy.context.run();

    CHECK(busy.failed == 0);
    CHECK(busy.not_durable == 0);
    const auto transactions = busy.store->ledger_transactions();
    WARN("1,000 calls of 20 people at once: " << transactions << " transactions");
    CHECK(transactions < people * calls);
    CHECK(transactions > 0);
    const auto report = run(busy.store->ledger().verify()).value();
    CHECK(report.head.count == static_cast<std::int64_t>(2 * people * calls));
    CHECK_FALSE(report.broken);
    CHECK(run(busy.store->ledger().ownership()).value().users.size() == people);
}

TEST_CASE("whatever waits when a transaction begins is in it", "[storage][ledger]") {
    const TempDir folder;
    asio::io_context context;
    const auto store = storage::open_tenant_store(folder / "tenant.db", context.get_executor()).value();
    std::size_t done = 0;
    const auto intend = [&](std::string key) -> asio::awaitable<void> {
        auto what = operation(key);
        auto intended = co_await store->ledger().intend(RunId(1), std::move(what), now);
        if (intended) ++done;
    };
    for (int i = 0; i < 100; ++i) asio::co_spawn(context, intend(std::to_string(i)), asio::detached);
    context.run();

    CHECK(done == 100);
    CHECK(store->ledger_transactions() == 1);
    const auto entries = run(context, store->ledger().entries({})).value();
    REQUIRE(entries.size() == 100);
    CHECK(entries[0].operation == OperationKey("0"));
    CHECK(entries[99].operation == OperationKey("99"));
}

TEST_CASE("an outcome and the intent of the next call wait for the disk once", "[storage][ledger]") {
    Busy busy;
    auto& ledger = busy.store->ledger();
    const auto intend = [&](int call) -> asio::awaitable<void> {
        auto next = operation(std::to_string(call));
        auto intended = co_await ledger.intend(RunId(1), std::move(next), now);
        if (!intended) ++busy.failed;
    };
    const auto settle = [&](int call) -> asio::awaitable<void> {
        auto ended = settlement(std::to_string(call), Outcome::done);
        auto done = operation(ended.key.value());
        auto settled = co_await ledger.settle(RunId(1), std::move(done), std::move(ended));
        if (!settled) ++busy.failed;
    };
    constexpr int calls = 50;
    // Each call is the only one: what is written meanwhile cannot bring two together.
    for (int call = 0; call <= calls; ++call) {
        if (call > 0) asio::co_spawn(busy.context, settle(call - 1), asio::detached);
        if (call < calls) asio::co_spawn(busy.context, intend(call), asio::detached);
        busy.context.restart();
        busy.context.run();
    }

    CHECK(busy.failed == 0);
    CHECK(busy.store->ledger_transactions() == calls + 1);
    CHECK_FALSE(run(ledger.verify()).value().broken);
}

TEST_CASE("one write that fails takes nobody with it", "[storage][ledger]") {
    const TempDir folder;
    asio::io_context context;
    const auto database = storage::Database::open(folder / "tenant.db", {}).value();
    const auto chain = storage::LedgerChain::open(*database, folder / "tenant.ledger.head");
    storage::GroupCommit group(*database, *chain, context.get_executor());
    const Failure no{.kind = FailureKind::rejected, .code = "no", .where = "test", .detail = {}};
    std::vector<std::string> ended;
    const auto write = [&](std::string key, std::string sql) -> asio::awaitable<void> {
        storage::GroupCommit::Work work = [sql, no](storage::Connection& opened) -> Result<void> {
            if (sql.empty()) return no;
            SQLite::Database& connection = opened;
            connection.exec(sql);
            return {};
        };
        auto result = co_await group.write(std::move(work));
        ended.push_back(key + (result ? "" : " " + result.error().code));
    };
    asio::co_spawn(context, write("first", "INSERT INTO declined_group VALUES ('1', 'g')"), asio::detached);
    asio::co_spawn(context, write("refused", ""), asio::detached);
    asio::co_spawn(context, write("wrong", "INSERT INTO nowhere VALUES (1)"), asio::detached);
    asio::co_spawn(context, write("last", "INSERT INTO declined_group VALUES ('2', 'g')"), asio::detached);
    context.run();

    CHECK(ended == std::vector<std::string>{"first", "refused no", "wrong store_failed", "last"});
    CHECK(number(folder / "tenant.db", "SELECT count(*) FROM declined_group") == 2);
}

TEST_CASE("entries can be neither changed nor removed", "[storage][ledger]") {
    const TempDir folder;
    const auto file = folder / "tenant.db";
    OpenedStore store(file);
    write_rows(store);

    CHECK_THROWS(execute(file, "UPDATE ledger_entry SET run = 2 WHERE id = 1"));
    CHECK_THROWS(execute(file, "DELETE FROM ledger_entry WHERE id = 4"));
}

TEST_CASE("a hand in the file is found, and the first broken entry named", "[storage][ledger]") {
    const TempDir folder;
    const auto file = folder / "tenant.db";
    {
        OpenedStore store(file);
        write_rows(store);
    }
    REQUIRE_FALSE(report_of(file).broken);
    struct Case {
        const char* sql;
        std::int64_t entry;
    };
    const auto each =
        GENERATE(Case{"UPDATE ledger_entry SET at_ms = at_ms + 1 WHERE id = 2", 2},
                 Case{"UPDATE ledger_entry SET employee = '1' WHERE id = 1", 1},
                 Case{"UPDATE ledger_entry SET bytes = '{}' WHERE id = 3", 3},
                 Case{"UPDATE ledger_entry SET kind = 'fancied' WHERE id = 3", 3},
                 Case{"UPDATE ledger_entry SET hash = zeroblob(16) WHERE id = 4", 4},
                 Case{"DELETE FROM ledger_entry WHERE id = 2", 2},
                 Case{"UPDATE ledger SET outcome = 'rejected' WHERE operation = 'b'", 4},
                 Case{"UPDATE ledger SET intent = replace(intent, 'create', 'x') WHERE operation = 'a'", 2},
                 Case{"DELETE FROM ledger WHERE operation = 'b'", 3});

    tamper(file, each.sql);

    const auto broken = report_of(file).broken;
    INFO(each.sql);
    REQUIRE(broken);
    CHECK(broken->id == each.entry);
}

TEST_CASE("rows without entries are found", "[storage][ledger]") {
    const TempDir folder;
    const auto file = folder / "tenant.db";
    {
        OpenedStore store(file);
        write_rows(store);
    }

    tamper(file, "INSERT INTO ledger (run, operation, kind, employee, intent) VALUES (9, 'z', 'adopt', '1', '{}')");

    CHECK(report_of(file).broken.has_value());
}

TEST_CASE("an approval is an entry, in the transaction that lets the plan pass", "[storage][ledger]") {
    const TempDir folder;
    OpenedStore store(folder / "tenant.db");
    REQUIRE(store.wait(store.runs().save_plan(stored_plan("plan", RunId(3)))).has_value());

    CHECK(store.wait(store.runs().approve(PlanId("plan"), "jan", now)).has_value());
    CHECK(store.wait(store.runs().approve(PlanId("plan"), "piet", now)).has_error());

    const auto events = store.wait(store.ledger().events(10)).value();
    REQUIRE(events.size() == 1);
    CHECK(events[0].kind == EntryKind::approval);
    CHECK(events[0].run == RunId(3));
    const auto facts = plan::decode_facts(events[0].bytes).value();
    CHECK(facts.plan == "plan");
    CHECK(facts.by == "jan");
    CHECK(facts.hold == std::vector<std::string>{"first_run"});
}

TEST_CASE("other rules are an entry when they begin to count, also when they did before", "[storage][ledger]") {
    const TempDir folder;
    OpenedStore store(folder / "tenant.db");
    const auto keep = [&](const char* name) {
        REQUIRE(store.wait(store.rule_versions().keep(rule_version(name, now))).has_value());
    };

    for (const auto* name : {"aaaa", "aaaa", "bbbb", "aaaa"}) keep(name);

    const auto events = store.wait(store.ledger().events(10)).value();
    REQUIRE(events.size() == 3);
    CHECK(events[0].kind == EntryKind::rules_changed);
    CHECK(plan::decode_facts(events[0].bytes).value() == plan::decode_facts(events[2].bytes).value());
    CHECK(plan::decode_facts(events[1].bytes).value() != plan::decode_facts(events[2].bytes).value());
}

TEST_CASE("a store from before there was a chain gets its entries from its rows, in order", "[storage][ledger]") {
    const TempDir folder;
    const auto file = folder / "tenant.db";
    const auto intent = plan::encode(operation("a"));
    {
        auto connection = raw(file);
        connection.exec(std::string(storage::schema_scripts()[0]));
        connection.exec(std::string(storage::schema_scripts()[1]));
        connection.exec("PRAGMA user_version=2");
        connection.exec("PRAGMA application_id=" + std::to_string(0x55535933));
        const auto columns = std::string(
            "INSERT INTO ledger (run, operation, kind, employee, intent, intended_at_ms, "
            "settled_at_ms, outcome, code, attempts, took_ms) VALUES ");
        connection.exec(columns + "(1, 'a', 'create_user', '10234', '" + intent + "', 5, 9, 'done', '', 2, 4)");
        connection.exec(columns + "(1, 'b', 'create_user', '7', '" + intent + "', NULL, 9, 'skipped', 'x', 0, 0)");
        connection.exec(columns + "(2, 'a', 'create_user', '10234', '" + intent +
                        "', 12, NULL, NULL, NULL, NULL, NULL)");
    }

    OpenedStore store(file);

    const auto entries = store.wait(store.ledger().entries({})).value();
    CHECK(lines_of(entries) == std::vector<std::string>{"1 intent", "2 outcome", "3 outcome", "4 intent"});
    CHECK(entries[1].at == Time(Duration(9)));
    CHECK(plan::decode_facts(entries[1].bytes).value().attempts == 2);
    CHECK_FALSE(store.wait(store.ledger().verify()).value().broken);
    CHECK_FALSE(was_put_back(store.wait(store.ledger().continuity()).value()));
}

TEST_CASE("a kill in the middle of an outcome leaves a chain that holds together", "[storage][ledger][crash]") {
    const TempDir folder;
    const auto file = folder / "tenant.db";
    const auto child = ::fork();
    if (child == 0) {
        {
            OpenedStore store(file);
            write_rows(store);
            const auto database = storage::Database::open(file, {}).value();
            const auto die_on_the_way = [](storage::Connection& connection) -> Result<void> {
                storage::add_entry(connection, {.at = now, .kind = EntryKind::outcome, .run = RunId(1), .facts = {}});
                ::raise(SIGKILL);
                return {};
            };
            static_cast<void>(database->write(die_on_the_way));
        }
        ::_exit(1);
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    REQUIRE(WIFSIGNALED(status));

    OpenedStore store(file);

    CHECK(store.wait(store.ledger().verify()).value().head.count == 4);
    CHECK_FALSE(store.wait(store.ledger().verify()).value().broken);
    // Nothing was remembered but the beginning, and that is the beginning of this chain, too.
    CHECK_FALSE(was_put_back(store.wait(store.ledger().continuity()).value()));
}

TEST_CASE("a store that was put back from a backup is known by what was remembered beside it", "[storage][ledger]") {
    const TempDir folder;
    const auto file = folder / "tenant.db";
    const auto memory = storage::memory_file_of(file);
    {
        OpenedStore store(file);
        REQUIRE(store.wait(store.runs().open_run("schedule", now)).has_value());
        REQUIRE(store.wait(store.ledger().intend(RunId(1), operation("a"), now)).has_value());
    }
    std::filesystem::copy_file(file, folder / "backup.db");
    {
        OpenedStore store(file);
        REQUIRE(store.wait(store.ledger().intend(RunId(1), operation("b"), now)).has_value());
        RunRecord ended;
        ended.id = RunId(1);
        REQUIRE(store.wait(store.runs().close_run(ended)).has_value());
    }
    CHECK(storage::read_memory(memory).head.count == 2);
    CHECK_FALSE(seems_put_back(file));

    SECTION("the chain is shorter") {
        std::filesystem::copy_file(folder / "backup.db", file, std::filesystem::copy_options::overwrite_existing);
    }
    SECTION("the chain went on in another way") {
        std::filesystem::copy_file(folder / "backup.db", file, std::filesystem::copy_options::overwrite_existing);
        OpenedStore store(file);
        REQUIRE(store.wait(store.ledger().intend(RunId(1), operation("c"), now)).has_value());
        RunRecord ended;
        ended.id = RunId(1);
        REQUIRE(store.wait(store.runs().close_run(ended)).has_value());
    }
    SECTION("the whole folder was put back, and the backup leaves the file out") { std::filesystem::remove(memory); }
    CHECK(seems_put_back(file));
    CHECK(seems_put_back(file));  // as long as nobody has noted it
    {
        OpenedStore store(file);
        REQUIRE(store.wait(store.ledger().record(restored())).has_value());
        CHECK_FALSE(was_put_back(store.wait(store.ledger().continuity()).value()));
    }
    CHECK_FALSE(seems_put_back(file));
}

TEST_CASE("a memory that a power cut left in pieces says nothing", "[storage][ledger]") {
    const TempDir folder;
    const auto file = folder / "tenant.db";
    {
        OpenedStore store(file);
        write_rows(store);
    }
    const auto whole = storage::memory_text({.count = 99, .hash = fingerprint_of("x")});
    CHECK(storage::head_from(whole) == ChainHead{.count = 99, .hash = fingerprint_of("x")});
    const auto pieces = GENERATE_COPY(std::string(), whole.substr(0, whole.size() / 2), whole + "\n",
                                      "usersync ledger head 2" + whole.substr(22));
    CHECK_FALSE(storage::head_from(pieces));
    folder.write("tenant.ledger.head", pieces);

    CHECK_FALSE(seems_put_back(file));
    CHECK(storage::read_memory(storage::memory_file_of(file)).head.count == 4);
}

TEST_CASE("a store whose file was deleted begins anew, and that is seen", "[storage][ledger]") {
    const TempDir folder;
    const auto file = folder / "tenant.db";
    {
        OpenedStore store(file);
        write_rows(store);
        REQUIRE(store.wait(store.runs().open_run("schedule", now)).has_value());
        RunRecord ended;
        ended.id = RunId(1);
        REQUIRE(store.wait(store.runs().close_run(ended)).has_value());
    }
    std::filesystem::remove(file);

    CHECK(seems_put_back(file));
}

}  // namespace usersync::test
