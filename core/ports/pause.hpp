#pragma once
// A person's word that a tenant is to stand still.

#include "core/base/result.hpp"
#include "core/base/time.hpp"

#include <boost/asio/awaitable.hpp>

#include <optional>
#include <string>

namespace usersync {

struct Pause {
    Time since{};
    std::string by;
    std::string reason;  ///< empty: not said
    bool operator==(const Pause&) const = default;
};

/// Contract (tests/contract/pause_store_contract.hpp): survives a restart; failures are `broken`.
class PauseStore {
public:
    virtual ~PauseStore() = default;

    /// nullopt when the tenant is not paused.
    virtual boost::asio::awaitable<Result<std::optional<Pause>>> load() = 0;
    /// nullopt: it goes on.
    virtual boost::asio::awaitable<Result<void>> save(std::optional<Pause> pause) = 0;
};

}  // namespace usersync
