#include "storage/migrate.hpp"

#include "storage/connection.hpp"
#include "storage/ledger_chain.hpp"
#include "storage/ledger_memory.hpp"
#include "storage/schema/schema.hpp"

#include <SQLiteCpp/SQLiteCpp.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>

namespace usersync::storage {
namespace {

// "USY3"
constexpr int application_id = 0x55535933;
// "USYN" and "USY2": made before people were known by their rows, and before the end of a delivery was remembered. What
// such a file knows is not carried over.
constexpr std::array earlier_application_ids{0x5553594E, 0x55535932};

std::size_t version_of(SQLite::Database& connection) {
    const int version = connection.execAndGet("PRAGMA user_version").getInt();
    return version < 0 ? 0 : static_cast<std::size_t>(version);
}

/// From this version on the ledger is a chain.
constexpr std::size_t chain_version = 3;

/// What was there before gets its entries. It is remembered before the transaction ends: if it never does, the next one
/// makes the same chain.
void begin_chain(Connection& connection, const std::filesystem::path& file) {
    add_entries_of_rows(connection);
    const auto memory_file = memory_file_of(file);
    if (read_memory(memory_file).memory == Continuity::Memory::there) return;
    write_memory(memory_file, head_of(connection));
}

Failure refused(const char* code, std::string detail) {
    return Failure{.kind = FailureKind::broken, .code = code, .where = "storage", .detail = std::move(detail)};
}

}  // namespace

Result<void> check_identity(SQLite::Database& connection) {
    const int owner = connection.execAndGet("PRAGMA application_id").getInt();
    const bool empty = connection.execAndGet("SELECT count(*) FROM sqlite_schema").getInt() == 0;
    const bool is_earlier = std::find(earlier_application_ids.begin(), earlier_application_ids.end(), owner) !=
                            earlier_application_ids.end();
    if (is_earlier) {
        return refused("schema_too_old",
                       "the file was made by a version of this program whose stores are not read any more");
    }
    if (owner != application_id && !(owner == 0 && empty)) {
        return refused("not_our_store", "the file was made by another program");
    }
    const auto version = version_of(connection);
    const auto known = schema_scripts().size();
    if (version > known) {
        return refused("schema_too_new", "the file has schema version " + std::to_string(version) +
                                             ", this program knows versions up to " + std::to_string(known));
    }
    return {};
}

Result<void> migrate(Connection& connection, const std::filesystem::path& file) {
    const auto scripts = schema_scripts();
    if (version_of(connection) == scripts.size()) return {};
    SQLite::Database& database = connection;
    SQLite::Transaction transaction(database, SQLite::TransactionBehavior::IMMEDIATE);
    // Asked again under the lock: another process may have been quicker.
    for (auto version = version_of(connection); version < scripts.size(); ++version) {
        database.exec(std::string(scripts[version]));
        if (version + 1 == chain_version) begin_chain(connection, file);
        database.exec("PRAGMA user_version=" + std::to_string(version + 1));
    }
    database.exec("PRAGMA application_id=" + std::to_string(application_id));
    transaction.commit();
    return {};
}

}  // namespace usersync::storage
