#include "storage/pace_store.hpp"

#include "core/async/run_on.hpp"
#include "storage/columns.hpp"
#include "storage/guarded.hpp"

#include <SQLiteCpp/SQLiteCpp.h>

#include <utility>

namespace usersync::storage {
namespace {

using Rates = std::map<std::string, double>;

Result<Rates> all_rates(SQLite::Database& connection) {
    SQLite::Statement query(connection, "SELECT class, calls_per_second FROM learnt_rate");
    Rates rates;
    while (query.executeStep()) rates.emplace(text_at(query, 0), query.getColumn(1).getDouble());
    return rates;
}

Result<void> write_rates(SQLite::Database& connection, const Rates& rates, Time at) {
    SQLite::Statement insert(connection,
                             "INSERT INTO learnt_rate (class, calls_per_second, learnt_at_ms) VALUES (?, ?, ?) "
                             "ON CONFLICT (class) DO UPDATE SET calls_per_second = excluded.calls_per_second, "
                             "learnt_at_ms = excluded.learnt_at_ms");
    for (const auto& [name, rate] : rates) {
        bind_text(insert, 1, name);
        insert.bind(2, rate);
        insert.bind(3, ms_of(at));
        insert.exec();
        insert.reset();
    }
    return {};
}

Result<std::vector<Failing>> all_failing(SQLite::Database& connection) {
    SQLite::Statement query(connection, "SELECT employee, forgiven_at_ms FROM failing ORDER BY employee");
    std::vector<Failing> failing;
    while (query.executeStep()) {
        Failing one{.employee = EmployeeKey(text_at(query, 0)), .forgiven_at = std::nullopt};
        if (!query.isColumnNull(1)) one.forgiven_at = time_at(query, 1);
        failing.push_back(std::move(one));
    }
    return failing;
}

Result<void> write_run(SQLite::Database& connection, const std::set<EmployeeKey>& failed,
                       const std::set<EmployeeKey>& well) {
    SQLite::Statement insert(connection, "INSERT INTO failing (employee) VALUES (?) ON CONFLICT (employee) DO NOTHING");
    for (const auto& person : failed) {
        bind_text(insert, 1, person.value());
        insert.exec();
        insert.reset();
    }
    SQLite::Statement remove(connection, "DELETE FROM failing WHERE employee = ?");
    for (const auto& person : well) {
        bind_text(remove, 1, person.value());
        remove.exec();
        remove.reset();
    }
    return {};
}

Result<std::size_t> write_forgiven(SQLite::Database& connection, const std::optional<EmployeeKey>& employee, Time at) {
    SQLite::Statement update(connection, "UPDATE failing SET forgiven_at_ms = ?1 WHERE ?2 IS NULL OR employee = ?2");
    update.bind(1, ms_of(at));
    if (employee) {
        bind_text(update, 2, employee->value());
    } else {
        update.bind(2);
    }
    return static_cast<std::size_t>(update.exec());
}

}  // namespace

SqlitePaceStore::SqlitePaceStore(Database& database, boost::asio::any_io_executor lane)
    : database_(database), lane_(std::move(lane)) {}

boost::asio::awaitable<Result<Rates>> SqlitePaceStore::rates() {
    auto work = [&database = database_] { return database.read(all_rates); };
    auto rates = co_await run_on(lane_, std::move(work));
    co_return rates;
}

boost::asio::awaitable<Result<void>> SqlitePaceStore::keep_rates(Rates rates, Time at) {
    auto work = [&database = database_, rates = std::move(rates), at] {
        return database.write([&](SQLite::Database& connection) { return write_rates(connection, rates, at); });
    };
    auto kept = co_await run_on(lane_, std::move(work));
    co_return kept;
}

boost::asio::awaitable<Result<std::vector<Failing>>> SqlitePaceStore::failing() {
    auto work = [&database = database_] { return database.read(all_failing); };
    auto failing = co_await run_on(lane_, std::move(work));
    co_return failing;
}

boost::asio::awaitable<Result<void>> SqlitePaceStore::note_run(std::set<EmployeeKey> failed,
                                                               std::set<EmployeeKey> well) {
    auto work = [&database = database_, failed = std::move(failed), well = std::move(well)] {
        return database.write([&](SQLite::Database& connection) { return write_run(connection, failed, well); });
    };
    auto noted = co_await run_on(lane_, std::move(work));
    co_return noted;
}

boost::asio::awaitable<Result<std::size_t>> SqlitePaceStore::forgive(std::optional<EmployeeKey> employee, Time at) {
    auto work = [&database = database_, employee = std::move(employee), at] {
        return database.write([&](SQLite::Database& connection) { return write_forgiven(connection, employee, at); });
    };
    auto forgiven = co_await run_on(lane_, std::move(work));
    co_return forgiven;
}

}  // namespace usersync::storage
