#include "tests/fakes/fake_removal_queue.hpp"

#include <algorithm>
#include <utility>

namespace usersync::test {

boost::asio::awaitable<Result<plan::Removals>> FakeRemovalQueue::load() { co_return removals; }

boost::asio::awaitable<Result<void>> FakeRemovalQueue::save(std::vector<plan::QueuedRemoval> queued) {
    if (write_failure) co_return *write_failure;
    removals.queued = std::move(queued);
    co_return Result<void>();
}

boost::asio::awaitable<Result<void>> FakeRemovalQueue::hold(plan::RemovalHold hold) {
    if (write_failure) co_return *write_failure;
    auto& holds = removals.holds;
    std::erase_if(holds, [&](const plan::RemovalHold& one) { return one.key == hold.key; });
    holds.push_back(std::move(hold));
    std::sort(holds.begin(), holds.end(), [](const auto& a, const auto& b) { return a.key < b.key; });
    co_return Result<void>();
}

boost::asio::awaitable<Result<bool>> FakeRemovalQueue::release(EmployeeKey person) {
    if (write_failure) co_return *write_failure;
    co_return std::erase_if(removals.holds, [&](const plan::RemovalHold& one) { return one.key == person; }) > 0;
}

boost::asio::awaitable<Result<std::optional<Pause>>> FakePauseStore::load() { co_return paused; }

boost::asio::awaitable<Result<void>> FakePauseStore::save(std::optional<Pause> pause) {
    if (write_failure) co_return *write_failure;
    paused = std::move(pause);
    co_return Result<void>();
}

}  // namespace usersync::test
