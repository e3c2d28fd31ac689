#pragma once
// Whose file is it, of which schema version, and up to the current one.

#include "core/base/result.hpp"

#include <filesystem>

namespace SQLite {
class Database;
}

namespace usersync::storage {

class Connection;

/// Reads only. `broken`/"not_our_store" for a SQLite file of another program, `broken`/"schema_too_new" for one
/// that a newer version of this program wrote. An empty file is ours.
Result<void> check_identity(SQLite::Database& connection);

/// Runs the scripts that `file` has not seen, all in one transaction. Throws what SQLite throws.
/// REQUIRES: check_identity succeeded.
Result<void> migrate(Connection& connection, const std::filesystem::path& file);

}  // namespace usersync::storage
