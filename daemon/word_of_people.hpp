#pragma once
// What people decide, for the ledger: the one place where it is told.

#include "daemon/compose.hpp"

#include <string>

namespace usersync {

/// A person's decision.
struct PeopleWord {
    enum class What { rejection, pause, resume, hold, release };
    What what = What::pause;
    std::string object;  ///< the plan, or the employee key; empty: the tenant
    std::string by;
    std::string reason;
    Time at{};
};

/// Returns when it is on disk.
boost::asio::awaitable<Result<void>> tell_ledger(Tenant& tenant, PeopleWord word);

}  // namespace usersync
