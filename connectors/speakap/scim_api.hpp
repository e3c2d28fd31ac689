#pragma once
// Speakap's SCIM API: /Users, the only resource known to exist.

#include "connectors/speakap/calls.hpp"
#include "connectors/speakap/speakap_wire.hpp"

#include <boost/asio/awaitable.hpp>

#include <optional>
#include <string>
#include <vector>

namespace usersync::speakap {

/// `calls` must outlive it.
class ScimApi {
public:
    explicit ScimApi(Calls& calls);

    /// Everybody, or a failure: `transient`/"scim_list_incomplete" when the pages end before the announced total.
    boost::asio::awaitable<Result<std::vector<ScimUser>>> users(Deadline deadline);

    /// The user with this userName or externalId, exactly; nullopt when there is none.
    boost::asio::awaitable<Result<std::optional<ScimUser>>> user(EmployeeKey key, Deadline deadline);

    /// nullopt when the answer is 409: somebody has this userName or something else that must be unique.
    /// An empty login is the employee key.
    boost::asio::awaitable<Result<std::optional<ScimUser>>> create(EmployeeKey key, Profile profile, std::string login,
                                                                   Deadline deadline);

    /// Puts the whole user: its profile, login and state, under this key.
    boost::asio::awaitable<Result<void>> replace(EmployeeKey key, ScimUser user, Deadline deadline);

private:
    Calls& calls_;
};

}  // namespace usersync::speakap
