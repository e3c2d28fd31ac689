#pragma once
// The original bytes of deliveries, compressed in pieces, so that keeping a large one takes little memory.

#include "core/base/fingerprint.hpp"
#include "core/base/result.hpp"
#include "core/base/time.hpp"

#include <string>
#include <string_view>

namespace SQLite {
class Database;
}

namespace usersync::storage {

/// Keeps the bytes, unless they are kept already. REQUIRES: a transaction.
void keep_delivery(SQLite::Database& connection, const Fingerprint& fingerprint, std::string_view bytes,
                   Time first_seen);

/// `broken`/"no_such_delivery", or "store_damaged".
Result<std::string> read_delivery(SQLite::Database& connection, const Fingerprint& fingerprint);

}  // namespace usersync::storage
