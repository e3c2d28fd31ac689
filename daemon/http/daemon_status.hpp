#pragma once
// The daemon's state as one value: what /status, /readyz and `usersyncd status` show.

#include "core/base/time.hpp"
#include "daemon/sync/tenant_status.hpp"

#include <string>
#include <vector>

namespace usersync::status {

struct DaemonStatus {
    std::string version;
    std::string environment;  ///< "production"
    Time started_at{};
    Time now{};
    std::vector<sync::TenantStatus> tenants;  ///< in the order of their names
    bool ready = false;                       ///< configuration loaded, stores open
    std::vector<std::string> waiting_for;     ///< while not ready: "stores"
    bool shutting_down = false;
};

}  // namespace usersync::status
