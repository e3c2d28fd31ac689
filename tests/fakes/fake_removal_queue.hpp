#pragma once
// The removal queue and the pause in memory, and a disk that can fail on demand.

#include "core/ports/pause.hpp"
#include "core/ports/removal_queue.hpp"

#include <optional>
#include <vector>

namespace usersync::test {

/// Passes the contract of the port. It outlives a "restart" of whoever uses it, as a file would.
class FakeRemovalQueue final : public RemovalQueue {
public:
    boost::asio::awaitable<Result<plan::Removals>> load() override;
    boost::asio::awaitable<Result<void>> save(std::vector<plan::QueuedRemoval> queued) override;
    boost::asio::awaitable<Result<void>> hold(plan::RemovalHold hold) override;
    boost::asio::awaitable<Result<bool>> release(EmployeeKey person) override;

    plan::Removals removals;
    std::optional<Failure> write_failure;  ///< while it is set, nothing is written and this is the answer
};

/// Likewise.
class FakePauseStore final : public PauseStore {
public:
    boost::asio::awaitable<Result<std::optional<Pause>>> load() override;
    boost::asio::awaitable<Result<void>> save(std::optional<Pause> pause) override;

    std::optional<Pause> paused;
    std::optional<Failure> write_failure;
};

}  // namespace usersync::test
