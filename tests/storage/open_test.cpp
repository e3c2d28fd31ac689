// Opening a tenant's file: whose it is, which version, who may read it, and whether it is sound.

#include "storage/compress.hpp"
#include "storage/guarded.hpp"
#include "storage/schema/schema.hpp"
#include "tests/contract/ledger_contract.hpp"
#include "tests/contract/run_store_contract.hpp"
#include "tests/contract/snapshot_store_contract.hpp"
#include "tests/storage/opened_store.hpp"
#include "tests/storage/raw_store.hpp"
#include "tests/support/temp_dir.hpp"

#include <catch2/catch.hpp>

#include <sqlite3.h>
#include <sys/stat.h>

#include <cerrno>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace usersync::test {
namespace {

int mode_of(const std::filesystem::path& file) {
    struct stat status {};
    return ::stat(file.c_str(), &status) == 0 ? static_cast<int>(status.st_mode & 0777U) : -1;
}

std::vector<Employee> many_people() {
    std::vector<Employee> people;
    for (int i = 0; i < 400; ++i) people.push_back(employee(std::to_string(100000 + i)));
    return people;
}

std::filesystem::path filled_store(const TempDir& folder) {
    const auto file = folder / "tenant.db";
    OpenedStore store(file);
    REQUIRE(store.wait(save_whole(store.snapshots(), snapshot(many_people(), "day 1"), delivery("day 1"))).has_value());
    return file;
}

/// Of the first column of the table below "## Tables".
std::set<std::string> tables_on_the_page() {
    std::ifstream page(std::string(USERSYNC_SOURCE_DIR) + "/docs/storage.md");
    std::set<std::string> tables;
    bool in_table = false;
    for (std::string line; std::getline(page, line);) {
        if (line.starts_with("| table |")) in_table = true;
        if (in_table && !line.starts_with("|")) break;
        if (!in_table) continue;
        std::istringstream names(line.substr(0, line.find('|', 1)));
        for (std::string before, name; std::getline(names, before, '`') && std::getline(names, name, '`');) {
            tables.insert(name);
        }
    }
    return tables;
}

void overwrite(const std::filesystem::path& file, std::streamoff at, std::size_t count) {
    std::fstream stream(file, std::ios::binary | std::ios::in | std::ios::out);
    stream.seekp(at);
    stream << std::string(count, '\x5a');
}

/// As the program of schema 1 wrote them, byte for byte.
std::string intent_of_the_first_version() {
    return R"({"key":"e","stage":"create","employee":"4","kind":"create_user","what":{"profile":{"email":"a@shop.example",)"
           R"("name":{"first":"An","infix":"","last":"Bos"}}},"reason":{"rule":"employee record","column":"","value":""},)"
           R"("after":[]})";
}

std::string plan_of_the_first_version() {
    const std::string fingerprint = "0123456789abcdef0123456789abcdef";
    return R"({"id":"p","basis":{"tenant":"shop","snapshot":1,"snapshot_content":")" + fingerprint + R"(","rules":")" +
           fingerprint + R"(","completeness":"complete"},"operations":[)" + intent_of_the_first_version() +
           R"(],"notes":[{"kind":"conflict","employee":"5","text":"two accounts"}],"unmapped":[]})";
}

void insert_plan(SQLite::Database& connection, const std::string& json) {
    SQLite::Statement insert(
        connection,
        "INSERT INTO plan (id, run, state, created_at_ms, approved_by, verdict, size_bytes, bytes) "
        "VALUES ('p', 1, 'held', 5, '', '{\"hold\":[]}', ?1, ?2)");
    const auto bytes = storage::compressed(json);
    insert.bind(1, static_cast<std::int64_t>(json.size()));
    insert.bindNoCopy(2, bytes.data(), static_cast<int>(bytes.size()));
    insert.exec();
}

}  // namespace

TEST_CASE("everything in a store is there after it was closed and opened again", "[storage]") {
    const TempDir folder;
    const auto file = folder / "tenant.db";
    const auto made = snapshot({employee("1"), employee("2")}, "day 1");
    const auto plan = stored_plan("a", RunId(1));
    const Time now(Duration(5));
    {
        OpenedStore store(file);
        CHECK(store.wait(save_whole(store.snapshots(), made, delivery("day 1"))).has_value());
        CHECK(store.wait(store.runs().open_run("schedule", now)).has_value());
        CHECK(store.wait(store.runs().save_plan(plan)).has_value());
        CHECK(store.wait(store.ledger().intend(RunId(1), operation("a"), now)).has_value());
        auto done = settlement("b", Outcome::done, {gain(OwnershipChange::What::user, "1")});
        CHECK(store.wait(store.ledger().settle(RunId(1), operation("b"), done)).has_value());
    }

    OpenedStore store(file);

    CHECK(store.wait(store.snapshots().latest()).value()->employees == made.employees);
    CHECK(store.wait(store.runs().recent(5)).value().size() == 1);
    CHECK(store.wait(store.runs().load_plan(std::nullopt)).value() == plan);
    CHECK(store.wait(store.ledger().unsettled()).value().size() == 1);
    CHECK(store.wait(store.ledger().ownership()).value().users.size() == 1);
    CHECK(store.wait(store.ledger().summary(RunId(1))).value().size() == 1);
}

TEST_CASE("nobody but the owner may read a store, nor its log", "[storage]") {
    const TempDir folder;
    const auto file = folder / "tenant.db";
    const auto before = ::umask(0);
    {
        const OpenedStore store(file);
        CHECK(mode_of(file) == 0600);
        CHECK(mode_of(folder / "tenant.db-wal") == 0600);
        CHECK(mode_of(folder / "tenant.db-shm") == 0600);
    }
    ::chmod(file.c_str(), 0644);
    {
        const OpenedStore store(file);
        CHECK(mode_of(file) == 0600);
        CHECK(mode_of(folder / "tenant.db-wal") == 0600);
    }
    ::umask(before);
}

TEST_CASE("a committed change is on disk before anybody hears of it", "[storage]") {
    const TempDir folder;
    const auto database = storage::Database::open(folder / "tenant.db", {}).value();
    const auto pragma = [&](const char* name) {
        const auto ask = [&](SQLite::Database& connection) -> Result<std::string> {
            return connection.execAndGet(std::string("PRAGMA ") + name).getString();
        };
        return database->read(ask).value();
    };

    CHECK(pragma("journal_mode") == "wal");
    CHECK(pragma("synchronous") == "2");
    CHECK(pragma("foreign_keys") == "1");
}

TEST_CASE("a store that a newer program wrote is refused and left as it is", "[storage]") {
    const TempDir folder;
    const auto file = filled_store(folder);
    execute(file, "PRAGMA user_version=99");
    const auto before = TempDir::read(file);

    const auto refused = opened(file);

    REQUIRE(refused.has_error());
    CHECK(refused.error().kind == FailureKind::broken);
    CHECK(refused.error().code == "schema_too_new");
    CHECK(TempDir::read(file) == before);
}

TEST_CASE("a store from before people were known by their rows is refused by name and left as it is", "[storage]") {
    const TempDir folder;
    const auto file = filled_store(folder);
    execute(file, "PRAGMA application_id=" + std::to_string(0x5553594E));
    const auto before = TempDir::read(file);

    const auto refused = opened(file);

    REQUIRE(refused.has_error());
    CHECK(refused.error().kind == FailureKind::broken);
    CHECK(refused.error().code == "schema_too_old");
    CHECK(TempDir::read(file) == before);
}

TEST_CASE("a store of the first version is opened with everything in it, and knows whom we suspended", "[storage]") {
    const TempDir folder;
    const auto file = folder / "tenant.db";
    {
        auto connection = raw(file);
        connection.exec(std::string(storage::schema_scripts()[0]));
        connection.exec("PRAGMA user_version=1");
        connection.exec("PRAGMA application_id=" + std::to_string(0x55535933));
        connection.exec("INSERT INTO owned_user VALUES ('1', 1, 'admin'), ('2', 1, NULL), ('3', 1, NULL)");
        connection.exec("INSERT INTO owned_group VALUES ('1', 'g1')");
        const auto did = [&](const char* person, const char* kind, const char* operation) {
            connection.exec(std::string("INSERT INTO ledger (run, operation, kind, employee, intent, settled_at_ms, "
                                        "outcome) VALUES (1, '") +
                            operation + "', '" + kind + "', '" + person + "', '', 1, 'done')");
        };
        did("2", "create_user", "a");
        did("2", "suspend_user", "b");
        did("3", "suspend_user", "c");
        did("3", "reactivate_user", "d");
        insert_plan(connection, plan_of_the_first_version());
        connection.exec(
            "INSERT INTO ledger (run, operation, kind, employee, intent, intended_at_ms) VALUES (1, 'e', "
            "'create_user', '4', '" +
            intent_of_the_first_version() + "', 1)");
    }

    OpenedStore store(file);

    const auto plan = store.wait(store.runs().load_plan(std::nullopt));
    REQUIRE(plan.has_value());
    REQUIRE(plan->has_value());
    CHECK((*plan)->plan.operations.size() == 1);
    CHECK((*plan)->plan.notes.size() == 1);
    CHECK((*plan)->plan.drift.empty());
    const auto open = store.wait(store.ledger().unsettled());
    REQUIRE(open.has_value());
    REQUIRE(open->size() == 1);
    CHECK(open->front().operation.change.employee == EmployeeKey("4"));
    const Ownership expected{
        .users = {OwnedUser{.key = EmployeeKey("1"), .user = true, .groups = {GroupEid("g1")}, .role = RoleId("admin")},
                  OwnedUser{.key = EmployeeKey("2"), .user = true, .groups = {}, .role = {}, .suspended = true},
                  OwnedUser{.key = EmployeeKey("3"), .user = true, .groups = {}, .role = {}}}};
    CHECK(store.wait(store.ledger().ownership()).value() == expected);
    CHECK(number(file, "PRAGMA user_version") == static_cast<int>(storage::schema_scripts().size()));
}

TEST_CASE("docs/storage.md lists the tables that a store has, and no other", "[storage]") {
    const TempDir folder;
    const auto file = filled_store(folder);
    auto connection = raw(file);
    SQLite::Statement query(connection, "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name");
    std::set<std::string> tables;
    while (query.executeStep()) tables.insert(query.getColumn(0).getString());

    const auto listed = tables_on_the_page();

    REQUIRE(listed.size() > 5);
    CHECK(listed == tables);
}

TEST_CASE("a database of another program is refused and left as it is", "[storage]") {
    const TempDir folder;
    const auto file = folder / "other.db";
    execute(file, "CREATE TABLE accounts (id INTEGER)");
    ::chmod(file.c_str(), 0644);
    const auto before = TempDir::read(file);

    const auto refused = opened(file);

    REQUIRE(refused.has_error());
    CHECK(refused.error().kind == FailureKind::broken);
    CHECK(refused.error().code == "not_our_store");
    CHECK(TempDir::read(file) == before);
    CHECK(mode_of(file) == 0644);
}

TEST_CASE("an empty file becomes a store: the program died just after it had made it", "[storage]") {
    const TempDir folder;

    CHECK(opened(folder.write("tenant.db", "")).has_value());
    CHECK(number(folder / "tenant.db", "SELECT count(*) FROM ledger") == 0);
}

TEST_CASE("a damaged store is refused", "[storage]") {
    const TempDir folder;
    std::filesystem::path file;

    SECTION("bytes in the middle were overwritten, and the program that had it open died") {
        file = filled_store(folder);
        overwrite(file, static_cast<std::streamoff>(std::filesystem::file_size(file)) / 2, 20000);
        folder.write("tenant.db-wal", "");
    }
    SECTION("the end is missing") {
        file = filled_store(folder);
        std::filesystem::resize_file(file, std::filesystem::file_size(file) / 2);
    }
    SECTION("the beginning was overwritten") {
        file = filled_store(folder);
        overwrite(file, 0, 100);
    }
    SECTION("it is a text") { file = folder.write("tenant.db", std::string(5000, 'x')); }

    const auto refused = opened(file);

    REQUIRE(refused.has_error());
    CHECK(refused.error().kind == FailureKind::broken);
    CHECK(refused.error().code == "store_damaged");
}

TEST_CASE("a store whose pages were overwritten while it was closed is noticed at the latest when they are read",
          "[storage]") {
    const TempDir folder;
    const auto file = filled_store(folder);
    const auto half = static_cast<std::streamoff>(std::filesystem::file_size(file)) / 2;
    overwrite(file, half, half);

    // Opening reads where the ledger ends: it may lie in what was overwritten.
    const auto at_once = opened(file);
    if (!at_once) {
        CHECK(at_once.error().code == "store_damaged");
        return;
    }
    OpenedStore store(file);
    const auto latest = store.wait(store.snapshots().latest());

    REQUIRE(latest.has_error());
    CHECK(latest.error().code == "store_damaged");
}

TEST_CASE("a folder that does not exist is said, not made", "[storage]") {
    const TempDir folder;

    const auto refused = opened(folder / "nowhere" / "tenant.db");

    REQUIRE(refused.has_error());
    CHECK(refused.error().kind == FailureKind::broken);
    CHECK(refused.error().code == "store_failed");
    CHECK_FALSE(std::filesystem::exists(folder / "nowhere"));
}

TEST_CASE("while another process writes, reading goes on and writing waits only so long", "[storage]") {
    const TempDir folder;
    const auto file = folder / "tenant.db";
    OpenedStore store(file, {.busy_wait_max = Duration(1)});
    auto other = raw(file);
    other.exec("BEGIN IMMEDIATE");

    const auto busy = store.wait(store.ledger().intend(RunId(1), operation("a"), Time()));

    REQUIRE(busy.has_error());
    CHECK(busy.error().code == "store_busy");
    CHECK(store.wait(store.ledger().unsettled()).value().empty());

    other.exec("ROLLBACK");
    CHECK(store.wait(store.ledger().intend(RunId(1), operation("a"), Time())).has_value());
}

TEST_CASE("what SQLite throws has a code of ours", "[storage]") {
    const auto code_of = [](int sqlite_code) {
        const auto work = [&]() -> Result<void> { throw SQLite::Exception("said by SQLite", sqlite_code); };
        const auto failed = storage::guarded(work);
        REQUIRE(failed.has_error());
        CHECK(failed.error().kind == FailureKind::broken);
        return failed.error().code;
    };

    CHECK(code_of(SQLITE_FULL) == "store_full");
    CHECK(code_of(SQLITE_CORRUPT) == "store_damaged");
    CHECK(code_of(SQLITE_NOTADB) == "store_damaged");
    CHECK(code_of(SQLITE_READONLY) == "store_read_only");
    CHECK(code_of(SQLITE_BUSY) == "store_busy");
    CHECK(code_of(SQLITE_LOCKED) == "store_busy");
    CHECK(code_of(SQLITE_CONSTRAINT) == "store_failed");
    CHECK(code_of(SQLITE_IOERR) == "store_failed");
    CHECK(storage::failure_of_system_error(ENOSPC).code == "store_full");
    CHECK(storage::failure_of_system_error(EDQUOT).code == "store_full");
    CHECK(storage::failure_of_system_error(EROFS).code == "store_read_only");
    CHECK(storage::failure_of_system_error(EIO).code == "store_failed");
}

}  // namespace usersync::test
