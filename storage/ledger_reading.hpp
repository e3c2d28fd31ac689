#pragma once
// Questions to the ledger's two tables. Whatever throws is SQLite.

#include "core/ports/ledger.hpp"

#include <cstddef>
#include <vector>

namespace SQLite {
class Database;
}

namespace usersync::storage {

class Connection;

/// The newest rows about a person, the newest first.
Result<std::vector<LedgerRow>> read_history(Connection& connection, const EmployeeKey& employee, std::size_t rows_max);
Result<std::vector<LedgerRow>> read_rows(SQLite::Database& connection, const LedgerQuestion& question);
Result<std::vector<LedgerEntry>> read_entries(SQLite::Database& connection, const LedgerQuestion& question);
/// The newest first.
Result<std::vector<LedgerEntry>> read_events(SQLite::Database& connection, std::size_t newest_max);

/// Counted, not read.
Result<LedgerTotals> read_totals(SQLite::Database& connection, const LedgerQuestion& question);

/// Along the whole chain, then every row against the newest entry about it.
Result<ChainReport> check_chain(SQLite::Database& connection);

}  // namespace usersync::storage
