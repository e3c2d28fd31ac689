#pragma once
// Where it is kept who is to leave, by what evidence, and whom a person holds. One per tenant.

#include "core/base/result.hpp"
#include "core/plan/removal_queue.hpp"

#include <boost/asio/awaitable.hpp>

#include <vector>

namespace usersync {

/// Contract (tests/contract/removal_queue_contract.hpp): every method is one transaction; failures are `broken`. A run
/// writes the queue, people write holds: neither touches what is the other's.
class RemovalQueue {
public:
    virtual ~RemovalQueue() = default;

    virtual boost::asio::awaitable<Result<plan::Removals>> load() = 0;

    /// Takes the place of the whole queue. REQUIRES: sorted by key, no key twice.
    virtual boost::asio::awaitable<Result<void>> save(std::vector<plan::QueuedRemoval> queued) = 0;

    /// From now on this person stays. A second hold takes the place of the first.
    virtual boost::asio::awaitable<Result<void>> hold(plan::RemovalHold hold) = 0;
    /// False when nobody held them.
    virtual boost::asio::awaitable<Result<bool>> release(EmployeeKey person) = 0;
};

}  // namespace usersync
