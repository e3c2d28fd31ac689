#pragma once
// The tenant's key for encrypted records, made ready when the first such record comes.

#include "connectors/pgp/pgp_options.hpp"
#include "core/record/open_record.hpp"

#include <filesystem>

namespace usersync {

/// Empty when the tenant has no key. The key ring is made in `folder` at the first call and kept as long as the
/// function; calls block and come one at a time.
record::Decrypt decrypt_by(const pgp::PgpOptions& options, const std::filesystem::path& folder,
                           const record::RecordLimits& limits);

}  // namespace usersync
