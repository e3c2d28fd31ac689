#pragma once
// The connection to one tenant's file, and the statements that stand ready on it.

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace SQLite {
class Database;
class Statement;
}  // namespace SQLite

namespace usersync::storage {

/// Preparing a statement takes longer than running a small one: what a run asks for again and again is prepared once.
/// What is asked now and then is a plain SQLite::Statement. One thread.
class Connection {
public:
    explicit Connection(std::unique_ptr<SQLite::Database> database);
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;
    ~Connection();

    /// So that whoever needs no statement that stands ready need not know of them.
    operator SQLite::Database&() { return *database_; }  // NOLINT(google-explicit-constructor)

    /// Each takes some kilobytes: a tenant at rest has none.
    void forget_statements();
    /// Since it was opened: how often a statement did not stand ready.
    std::size_t prepared() const { return prepared_; }

private:
    friend class Prepared;
    using Statements = std::map<std::string, std::unique_ptr<SQLite::Statement>, std::less<>>;

    Statements::node_type take(std::string_view sql);
    void give_back(Statements::node_type statement);

    std::unique_ptr<SQLite::Database> database_;
    Statements ready_;  ///< by their text; none of them is in use. They end before the connection does.
    std::size_t prepared_ = 0;
};

/// A statement in use. It comes without a row and without values, whatever happened to it before, and so it goes back,
/// also when something is thrown. REQUIRES: the connection outlives it; `sql` is one of a few texts, with its values
/// bound.
class Prepared {
public:
    Prepared(Connection& connection, std::string_view sql);
    Prepared(const Prepared&) = delete;
    Prepared& operator=(const Prepared&) = delete;
    ~Prepared();

    SQLite::Statement* operator->() const;
    SQLite::Statement& operator*() const;

private:
    Connection& connection_;
    Connection::Statements::node_type statement_;
};

}  // namespace usersync::storage
