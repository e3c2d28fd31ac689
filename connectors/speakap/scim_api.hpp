#pragma once
// Speakap's SCIM API: /Users, the only resource known to exist.

#include "connectors/speakap/calls.hpp"
#include "connectors/speakap/speakap_wire.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace usersync::speakap {

/// `calls` must outlive it.
class ScimApi {
public:
    explicit ScimApi(Calls& calls);

    /// Everybody, or a failure: `transient`/"scim_list_incomplete" when the pages end before the announced total or
    /// announce another one on the way, also at a second look.
    boost::asio::awaitable<Result<std::vector<ScimUser>>> users(Deadline deadline);

    /// The first of them, and how many there are, where the server says so.
    boost::asio::awaitable<Result<ScimPage>> first(Deadline deadline);

    /// The user with this userName or externalId, exactly; nullopt when there is none.
    boost::asio::awaitable<Result<std::optional<ScimUser>>> user(std::string name, Deadline deadline);

    /// nullopt when the answer is 409: somebody has this userName or something else that must be unique.
    /// An empty login is the employee key.
    boost::asio::awaitable<Result<std::optional<ScimUser>>> create(EmployeeKey key, Profile profile, std::string login,
                                                                   Deadline deadline);

    /// Puts the whole user: its names, profile, login and state.
    boost::asio::awaitable<Result<Taken>> replace(ScimUser user, Deadline deadline);

private:
    boost::asio::awaitable<Result<std::vector<ScimUser>>> users_once(Deadline deadline);

    Calls& calls_;
};

}  // namespace usersync::speakap
