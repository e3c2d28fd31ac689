#pragma once
// Runs and plans in memory, and a disk that can fail on demand.

#include "core/ports/run_store.hpp"

#include <optional>
#include <string>
#include <vector>

namespace usersync::test {

/// Passes the contract of the port. It outlives a "restart" of whoever uses it, as a file would.
class FakeRunStore final : public RunStore {
public:
    boost::asio::awaitable<Result<RunId>> open_run(std::string trigger, Time started_at) override;
    boost::asio::awaitable<Result<void>> save_plan(StoredPlan plan) override;
    boost::asio::awaitable<Result<std::optional<StoredPlan>>> load_plan(std::optional<PlanId> id) override;
    boost::asio::awaitable<Result<std::optional<PlanHead>>> plan_head(std::optional<PlanId> id) override;
    boost::asio::awaitable<Result<void>> approve(PlanId id, std::string by, Time at) override;
    boost::asio::awaitable<Result<void>> mark_applied(PlanId id) override;
    boost::asio::awaitable<Result<void>> reject(PlanId id, Rejection rejection) override;
    boost::asio::awaitable<Result<bool>> has_applied() override;
    boost::asio::awaitable<Result<void>> close_run(RunRecord run) override;
    boost::asio::awaitable<Result<std::vector<RunRecord>>> recent(std::size_t count) override;

    std::vector<RunRecord> runs;    ///< in the order of their ids
    std::vector<StoredPlan> plans;  ///< oldest first; each id once
    bool applied_once = false;
    std::size_t plans_loaded = 0;          ///< whole ones
    std::optional<Failure> write_failure;  ///< while it is set, nothing is written and this is the answer

private:
    StoredPlan* find(const PlanId& id);
};

}  // namespace usersync::test
