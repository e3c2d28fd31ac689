#include "storage/guarded.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <sqlite3.h>

#include <cerrno>
#include <string>
#include <system_error>
#include <utility>

namespace usersync::storage {
namespace {

Failure failure(const char* code, std::string detail) {
    return Failure{.kind = FailureKind::broken, .code = code, .where = "storage", .detail = std::move(detail)};
}

const char* code_of_system_error(int error_number) {
    switch (error_number) {
        case ENOSPC:
        case EDQUOT:
        case EFBIG: return "store_full";
        case EROFS:
        case EACCES:
        case EPERM: return "store_read_only";
        default: return "store_failed";
    }
}

// The system's error number only counts where SQLite says that a system call failed.
const char* code_of(int sqlite_code, int error_number) {
    switch (sqlite_code & 0xff) {
        case SQLITE_FULL: return "store_full";
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB: return "store_damaged";
        case SQLITE_READONLY: return "store_read_only";
        case SQLITE_BUSY:
        case SQLITE_LOCKED: return "store_busy";
        case SQLITE_IOERR:
        case SQLITE_CANTOPEN: return code_of_system_error(error_number);
        default: return "store_failed";
    }
}

}  // namespace

Result<void> guarded(const std::function<Result<void>()>& work) {
    // SQLite keeps the system's error number for itself, and forgets it when a commit fails; errno still has it.
    errno = 0;
    try {
        return work();
    } catch (const SQLite::Exception& error) {
        return failure(code_of(error.getErrorCode(), errno), error.what());
    }
}

Failure failure_of_system_error(int error_number) {
    return failure(code_of_system_error(error_number), std::system_category().message(error_number));
}

Failure damaged(const char* sentence) { return failure("store_damaged", sentence); }

}  // namespace usersync::storage
