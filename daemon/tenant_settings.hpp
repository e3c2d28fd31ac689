#pragma once
// From what is written about a tenant to what its runs decide by.

#include "daemon/config/config.hpp"
#include "daemon/sync/tenant_parts.hpp"

namespace usersync {

/// All but the key for encrypted records. When nobody says who wrote this, it is whoever owns tenant.toml; looks at
/// that file.
sync::TenantSettings settings_of(const config::TenantConfig& config, const config::ShutdownLimits& shutdown);

}  // namespace usersync
