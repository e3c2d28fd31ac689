#pragma once
// Whom the network refused in several runs in a row, and when each of them is tried again (demand X-4).

#include "core/apply/person_retry.hpp"
#include "daemon/sync/tenant_parts.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstddef>
#include <map>
#include <vector>

namespace usersync::sync {

/// Of one person; a group that is made is nobody's, and there may be many.
constexpr std::size_t rows_looked_at_max = 200;

/// Of these people, by what the ledger says: who has to wait, or had to, until when. Mostly nobody.
boost::asio::awaitable<Result<std::map<EmployeeKey, apply::Waits>>> waits_of(TenantParts parts,
                                                                             std::vector<Failing> people);

}  // namespace usersync::sync
