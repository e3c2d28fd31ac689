#pragma once
// Whether the system that answers is the one that is meant, before anything of it is believed.

#include "connectors/rest/calls.hpp"

namespace usersync::rest_api {

/// Asks the probes that tell environments apart, where the tenant says which one is meant.
/// `blocked`/"other_environment" when another one answers: production with the data of a test, or the other way round.
boost::asio::awaitable<Result<void>> check_environment(const RestOptions& options, Calls& calls, Deadline deadline);

}  // namespace usersync::rest_api
