#include "storage/database.hpp"

#include "storage/guarded.hpp"
#include "storage/migrate.hpp"

#include <SQLiteCpp/SQLiteCpp.h>

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <string>
#include <system_error>

namespace usersync::storage {
namespace {

// SQLite would make the file readable for the group; its log takes over the mode of the file.
Result<void> make_private(const std::filesystem::path& file) {
    const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (descriptor >= 0) {
        ::close(descriptor);
    } else if (errno != EEXIST) {
        return failure_of_system_error(errno);
    }
    return {};
}

Result<void> close_to_others(const std::filesystem::path& file) {
    constexpr auto owner_only = std::filesystem::perms::owner_read | std::filesystem::perms::owner_write;
    // Looking at the file may already have made the log and its index, with the mode that the file had.
    for (const auto* ending : {"", "-wal", "-shm"}) {
        const std::filesystem::path each = file.string() + ending;
        std::error_code error;
        const auto status = std::filesystem::status(each, error);
        if (status.type() == std::filesystem::file_type::not_found) continue;
        if (!error && status.permissions() != owner_only) std::filesystem::permissions(each, owner_only, error);
        if (error) return failure_of_system_error(error.value());
    }
    return {};
}

/// SQLite removes its log when the last user closes the file: a log that is there was left by a program that died.
bool is_log_left_behind(const std::filesystem::path& file) {
    std::error_code error;
    return std::filesystem::exists(file.string() + "-wal", error);
}

Result<void> check_length(SQLite::Database& connection, const std::filesystem::path& file) {
    const auto pages = connection.execAndGet("PRAGMA page_count").getInt64();
    const auto page_bytes = connection.execAndGet("PRAGMA page_size").getInt64();
    std::error_code error;
    const auto bytes = std::filesystem::file_size(file, error);
    if (error) return failure_of_system_error(error.value());
    if (bytes < static_cast<std::uintmax_t>(pages * page_bytes)) return damaged("the end of the file is missing");
    return {};
}

Result<void> check_every_page(SQLite::Database& connection) {
    const std::string verdict = connection.execAndGet("PRAGMA quick_check(1)").getString();
    if (verdict != "ok") return damaged("the file does not pass SQLite's own check");
    return {};
}

Result<void> set_up(SQLite::Database& connection) {
    const std::string mode = connection.execAndGet("PRAGMA journal_mode=WAL").getString();
    if (mode != "wal") {
        return Failure{.kind = FailureKind::broken,
                       .code = "store_failed",
                       .where = "storage",
                       .detail = "the file system does not allow a write-ahead log"};
    }
    connection.exec("PRAGMA synchronous=FULL");
    connection.exec("PRAGMA foreign_keys=ON");
    connection.exec("PRAGMA temp_store=MEMORY");
    return {};
}

// Nothing writes to the file before it is known to be ours, of a version we know, and sound. Every page is read only
// after a death: with a thousand tenants that would be minutes at each start. SQLite notices a damaged page where it
// meets it, and what is read back is compared with its fingerprint.
Result<void> prepare(Connection& connection, const std::filesystem::path& file, bool log_left_behind) {
    if (auto ours = check_identity(connection); !ours) return ours;
    if (auto sound = log_left_behind ? check_every_page(connection) : check_length(connection, file); !sound) {
        return sound;
    }
    if (auto closed = close_to_others(file); !closed) return closed;
    if (auto ready = set_up(connection); !ready) return ready;
    return migrate(connection, file);
}

}  // namespace

Result<std::unique_ptr<Database>> Database::open(const std::filesystem::path& file, const StoreOptions& options) {
    if (auto made = make_private(file); !made) return made.error();
    const bool log_left_behind = is_log_left_behind(file);
    std::unique_ptr<Connection> connection;
    const auto open_and_prepare = [&]() -> Result<void> {
        auto database = std::make_unique<SQLite::Database>(file.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_NOMUTEX,
                                                           static_cast<int>(options.busy_wait_max.count()));
        connection = std::make_unique<Connection>(std::move(database));
        return prepare(*connection, file, log_left_behind);
    };
    if (auto opened = guarded(open_and_prepare); !opened) return opened.error();
    return std::make_unique<Database>(std::move(connection));
}

Database::Database(std::unique_ptr<Connection> connection) : connection_(std::move(connection)) {}

Database::~Database() = default;

void Database::checkpoint() {
    SQLite::Database& connection = *connection_;
    connection.tryExec("PRAGMA wal_checkpoint(TRUNCATE)");
}

Result<void> Database::transaction(Access access, const std::function<bool(Connection&)>& step) {
    using SQLite::TransactionBehavior;
    const auto behaviour = access == Access::write ? TransactionBehavior::IMMEDIATE : TransactionBehavior::DEFERRED;
    return guarded([&]() -> Result<void> {
        SQLite::Transaction transaction(*connection_, behaviour);
        // Judged before the transaction is undone, which may change the system's error number.
        const auto step_and_commit = [&]() -> Result<void> {
            if (step(*connection_)) transaction.commit();
            return {};
        };
        return guarded(step_and_commit);
    });
}

}  // namespace usersync::storage
