// What a run asks again and again of its file is prepared once.
#include "storage/connection.hpp"

#include "storage/group_commit.hpp"
#include "storage/ledger.hpp"
#include "storage/run_store.hpp"
#include "tests/contract/ledger_contract.hpp"
#include "tests/support/run.hpp"
#include "tests/support/temp_dir.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <sqlite3.h>
#include <catch2/catch.hpp>

#include <boost/asio/io_context.hpp>

#include <memory>
#include <string>
#include <vector>

namespace usersync::test {
namespace {

using storage::Connection;
using storage::Prepared;

std::unique_ptr<Connection> in_memory() {
    auto database = std::make_unique<SQLite::Database>(":memory:", SQLite::OPEN_READWRITE);
    database->exec("CREATE TABLE person (key TEXT PRIMARY KEY, name TEXT)");
    return std::make_unique<Connection>(std::move(database));
}

constexpr auto add_person = "INSERT INTO person VALUES (?, ?)";

void add(Connection& connection, const std::string& key) {
    const Prepared insert(connection, add_person);
    insert->bind(1, key);
    insert->exec();
}

/// What SQLite itself says to be prepared on this connection, by text.
std::vector<std::string> prepared_on(SQLite::Database& database) {
    std::vector<std::string> texts;
    auto* statement = sqlite3_next_stmt(database.getHandle(), nullptr);
    for (; statement != nullptr; statement = sqlite3_next_stmt(database.getHandle(), statement)) {
        CHECK(sqlite3_stmt_busy(statement) == 0);
        texts.emplace_back(sqlite3_sql(statement));
    }
    return texts;
}

}  // namespace

TEST_CASE("a statement that is asked for again is not prepared again", "[storage][connection]") {
    const auto connection = in_memory();
    for (int i = 0; i < 100; ++i) add(*connection, std::to_string(i));

    CHECK(connection->prepared() == 1);
    CHECK(prepared_on(*connection) == std::vector<std::string>{add_person});
    const Prepared count(*connection, "SELECT count(*) FROM person");
    REQUIRE(count->executeStep());
    CHECK(count->getColumn(0).getInt() == 100);
}

TEST_CASE("a statement comes without the values that somebody bound before", "[storage][connection]") {
    const auto connection = in_memory();
    {
        const Prepared insert(*connection, add_person);
        insert->bind(1, "1");
        insert->bind(2, "An");
        insert->exec();
    }
    add(*connection, "2");

    CHECK(connection->prepared() == 1);
    const Prepared name(*connection, "SELECT name FROM person WHERE key = '2'");
    REQUIRE(name->executeStep());
    CHECK(name->isColumnNull(0));
}

TEST_CASE("a statement that failed is as good as any afterwards", "[storage][connection]") {
    const auto connection = in_memory();
    add(*connection, "1");
    CHECK_THROWS_AS(add(*connection, "1"), SQLite::Exception);
    CHECK_THROWS_AS(add(*connection, "1"), SQLite::Exception);
    CHECK_NOTHROW(add(*connection, "2"));

    CHECK(connection->prepared() == 1);
    const Prepared count(*connection, "SELECT count(*) FROM person");
    REQUIRE(count->executeStep());
    CHECK(count->getColumn(0).getInt() == 2);
}

TEST_CASE("who reads only the first row leaves nothing open", "[storage][connection]") {
    const auto connection = in_memory();
    for (const auto* key : {"1", "2", "3"}) add(*connection, key);
    const std::string question = "SELECT key FROM person ORDER BY key";
    for (int again = 0; again < 2; ++again) {
        const Prepared first(*connection, question);
        REQUIRE(first->executeStep());
        CHECK(first->getColumn(0).getString() == "1");
    }

    // While a question is open its table cannot go.
    SQLite::Database& database = *connection;
    CHECK_NOTHROW(database.exec("DROP TABLE person"));
}

TEST_CASE("two who ask the same at once do not meet", "[storage][connection]") {
    const auto connection = in_memory();
    for (const auto* key : {"1", "2"}) add(*connection, key);
    const std::string question = "SELECT key FROM person ORDER BY key";
    {
        const Prepared one(*connection, question);
        REQUIRE(one->executeStep());
        const Prepared other(*connection, question);
        REQUIRE(other->executeStep());
        CHECK(other->getColumn(0).getString() == "1");
        REQUIRE(one->executeStep());
        CHECK(one->getColumn(0).getString() == "2");
    }

    CHECK(prepared_on(*connection).size() == 2);  // the insert, and one of the two
}

TEST_CASE("a statement that cannot be prepared is told, and nothing of it stays", "[storage][connection]") {
    const auto connection = in_memory();

    CHECK_THROWS_AS(Prepared(*connection, "INSERT INTO nowhere VALUES (1)"), SQLite::Exception);

    CHECK(prepared_on(*connection).empty());
}

TEST_CASE("a thousand calls are written with the statements of one, and none is left when the run is over",
          "[storage][connection][ledger]") {
    const TempDir folder;
    boost::asio::io_context context;
    const auto database = storage::Database::open(folder / "tenant.db", {}).value();
    const auto chain = storage::LedgerChain::open(*database, folder / "tenant.ledger.head");
    storage::GroupCommit group(*database, *chain, context.get_executor());
    storage::SqliteLedger ledger(*database, *chain, group, context.get_executor());
    storage::SqliteRunStore runs(*database, *chain, context.get_executor());
    const Time now(Duration(5));
    const auto call = [&](const std::string& key) {
        REQUIRE(run(context, ledger.intend(RunId(1), operation(key), now)).has_value());
        auto done = settlement(key, Outcome::done, {gain(OwnershipChange::What::user, key)});
        REQUIRE(run(context, ledger.settle(RunId(1), operation(key), std::move(done))).has_value());
    };
    struct Seen {
        std::size_t prepared = 0;
        std::size_t there = 0;
    };
    const auto look = [&] {
        const auto count = [](Connection& connection) -> Result<Seen> {
            return Seen{.prepared = connection.prepared(), .there = prepared_on(connection).size()};
        };
        return database->read(count).value();
    };

    RunRecord ended;
    ended.id = run(context, runs.open_run("schedule", now)).value();
    call("0");
    const auto after_one = look();
    CHECK(after_one.there > 0);
    for (int i = 1; i < 1000; ++i) call(std::to_string(i));
    CHECK(look().prepared == after_one.prepared);

    REQUIRE(run(context, runs.close_run(ended)).has_value());
    CHECK(look().there == 0);
}

}  // namespace usersync::test
