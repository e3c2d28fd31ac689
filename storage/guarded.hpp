#pragma once
// The edge of this room: what SQLite throws becomes a Failure.

#include "core/base/result.hpp"

#include <functional>

namespace usersync::storage {

/// Runs `work`. An exception of SQLite becomes a `broken` Failure: "store_full", "store_damaged",
/// "store_read_only", "store_busy" or "store_failed".
Result<void> guarded(const std::function<Result<void>()>& work);

/// The same codes for a plain system call that failed with this error number.
Failure failure_of_system_error(int error_number);

/// "store_damaged" with a sentence.
Failure damaged(const char* sentence);

}  // namespace usersync::storage
