#include "tests/fakes/fake_run_store.hpp"

#include <algorithm>
#include <utility>

namespace usersync::test {
namespace {

Failure failure(FailureKind kind, const char* code) {
    return Failure{.kind = kind, .code = code, .where = "fake_run_store", .detail = {}};
}

}  // namespace

StoredPlan* FakeRunStore::find(const PlanId& id) {
    const auto at =
        std::find_if(plans.begin(), plans.end(), [&](const StoredPlan& each) { return each.plan.id == id; });
    return at == plans.end() ? nullptr : &*at;
}

boost::asio::awaitable<Result<RunId>> FakeRunStore::open_run(std::string trigger, Time started_at) {
    if (write_failure) co_return *write_failure;
    RunRecord run;
    run.id = RunId(static_cast<std::int64_t>(runs.size()) + 1);
    run.trigger = std::move(trigger);
    run.started_at = started_at;
    runs.push_back(std::move(run));
    co_return runs.back().id;
}

boost::asio::awaitable<Result<void>> FakeRunStore::save_plan(StoredPlan plan) {
    if (write_failure) co_return *write_failure;
    for (auto& each : plans) {
        if (each.state == PlanState::held || each.state == PlanState::allowed) each.state = PlanState::superseded;
    }
    if (const auto* known = find(plan.plan.id)) {
        plan.created_at = known->created_at;
        std::erase_if(plans, [&](const StoredPlan& each) { return each.plan.id == plan.plan.id; });
    }
    plans.push_back(std::move(plan));
    co_return Result<void>();
}

boost::asio::awaitable<Result<std::optional<StoredPlan>>> FakeRunStore::load_plan(std::optional<PlanId> id) {
    ++plans_loaded;
    std::optional<StoredPlan> answer;
    if (!id) {
        if (!plans.empty()) answer = plans.back();
    } else if (const auto* known = find(*id)) {
        answer = *known;
    }
    co_return answer;
}

boost::asio::awaitable<Result<std::optional<PlanHead>>> FakeRunStore::plan_head(std::optional<PlanId> id) {
    const StoredPlan* known = plans.empty() ? nullptr : &plans.back();
    if (id) known = find(*id);
    co_return known == nullptr ? std::nullopt : std::optional(head_of(*known));
}

boost::asio::awaitable<Result<void>> FakeRunStore::approve(PlanId id, std::string by, Time at) {
    if (write_failure) co_return *write_failure;
    auto* plan = find(id);
    if (plan == nullptr) co_return failure(FailureKind::rejected, "no_such_plan");
    const bool waits = plan->state == PlanState::held || plan->state == PlanState::rejected;
    if (!waits) co_return failure(FailureKind::rejected, "plan_not_held");
    plan->state = PlanState::allowed;
    plan->rejection.reset();
    plan->approved_by = std::move(by);
    plan->approved_at = at;
    co_return Result<void>();
}

boost::asio::awaitable<Result<void>> FakeRunStore::reject(PlanId id, Rejection rejection) {
    if (write_failure) co_return *write_failure;
    auto* plan = find(id);
    if (plan == nullptr) co_return failure(FailureKind::rejected, "no_such_plan");
    if (plan->state != PlanState::held) co_return failure(FailureKind::rejected, "plan_not_held");
    plan->state = PlanState::rejected;
    plan->rejection = std::move(rejection);
    co_return Result<void>();
}

boost::asio::awaitable<Result<void>> FakeRunStore::mark_applied(PlanId id) {
    if (write_failure) co_return *write_failure;
    auto* plan = find(id);
    if (plan == nullptr) co_return failure(FailureKind::rejected, "no_such_plan");
    plan->state = PlanState::applied;
    applied_once = true;
    co_return Result<void>();
}

boost::asio::awaitable<Result<bool>> FakeRunStore::has_applied() { co_return applied_once; }

boost::asio::awaitable<Result<void>> FakeRunStore::close_run(RunRecord run) {
    if (write_failure) co_return *write_failure;
    const auto at = std::find_if(runs.begin(), runs.end(), [&](const RunRecord& each) { return each.id == run.id; });
    if (at == runs.end()) co_return failure(FailureKind::broken, "no_such_run");
    *at = std::move(run);
    co_return Result<void>();
}

boost::asio::awaitable<Result<std::vector<RunRecord>>> FakeRunStore::recent(std::size_t count) {
    std::vector<RunRecord> newest(runs.rbegin(),
                                  runs.rbegin() + static_cast<std::ptrdiff_t>(std::min(count, runs.size())));
    co_return newest;
}

}  // namespace usersync::test
