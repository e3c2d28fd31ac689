#include "storage/connection.hpp"

#include <SQLiteCpp/SQLiteCpp.h>

#include <utility>

namespace usersync::storage {

Connection::Connection(std::unique_ptr<SQLite::Database> database) : database_(std::move(database)) {}

Connection::~Connection() = default;

void Connection::forget_statements() { ready_.clear(); }

Connection::Statements::node_type Connection::take(std::string_view sql) {
    const auto ready = ready_.find(sql);
    if (ready != ready_.end()) return ready_.extract(ready);
    Statements one;
    std::string text(sql);
    auto statement = std::make_unique<SQLite::Statement>(*database_, text);
    ++prepared_;
    return one.extract(one.emplace(std::move(text), std::move(statement)).first);
}

// Where two were in use at once, the second one to come back is not needed any more.
void Connection::give_back(Statements::node_type statement) { ready_.insert(std::move(statement)); }

Prepared::Prepared(Connection& connection, std::string_view sql)
    : connection_(connection), statement_(connection.take(sql)) {}

Prepared::~Prepared() {
    // Says again what the last step said; whoever made that step has heard it.
    statement_.mapped()->tryReset();
    try {
        statement_.mapped()->clearBindings();
    } catch (const SQLite::Exception&) {
        return;  // it has values that nobody may meet: it does not go back
    }
    connection_.give_back(std::move(statement_));
}

SQLite::Statement* Prepared::operator->() const { return statement_.mapped().get(); }

SQLite::Statement& Prepared::operator*() const { return *statement_.mapped(); }

}  // namespace usersync::storage
