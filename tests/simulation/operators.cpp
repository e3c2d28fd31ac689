#include "tests/simulation/operators.hpp"

#include <utility>
#include <vector>

namespace usersync::simulation {

namespace asio = boost::asio;

namespace {

const std::string somebody = "operator";

}  // namespace

/// A run that has begun has looked at who is held already: the command is refused then, and so is this.
asio::awaitable<void> hold_somebody(Desk desk, std::uint64_t chance) {
    if (desk.loop.status().running) co_return;
    auto ownership = co_await desk.ledger.ownership();
    if (!ownership || ownership->users.empty() || desk.loop.status().running) co_return;
    const auto& one = ownership->users[chance % ownership->users.size()];
    plan::RemovalHold hold{.key = one.key, .by = somebody, .reason = "asked for", .since = desk.clock.now()};
    auto held = co_await desk.removals.hold(std::move(hold));
    if (!held) co_return;
    co_await desk.loop.look_at_removals();
}

asio::awaitable<void> release_all(Desk desk) {
    auto removals = co_await desk.removals.load();
    if (!removals || removals->holds.empty()) co_return;
    for (const auto& hold : removals->holds) {
        auto person = hold.key;
        co_await desk.removals.release(std::move(person));
    }
    co_await desk.loop.look_at_removals();
}

asio::awaitable<void> pause_runs(Desk desk) {
    Pause pause{.since = desk.clock.now(), .by = somebody, .reason = ""};
    auto paused = co_await desk.loop.pause(std::move(pause));
    if (paused) desk.witness.paused_at = desk.time.elapsed();
}

asio::awaitable<void> resume_runs(Desk desk) {
    desk.witness.paused_at.reset();
    co_await desk.loop.resume();
}

asio::awaitable<void> reject_plan(Desk desk) {
    const auto plan = desk.loop.status().plan_held;
    if (!plan) co_return;
    Rejection rejection{.at = desk.clock.now(), .by = somebody, .reason = ""};
    co_await desk.loop.reject(*plan, std::move(rejection));
}

asio::awaitable<void> approve_plan(Desk desk, PlanId plan) {
    sync::CycleOrder order;
    order.trigger = "approval";
    order.approve = std::move(plan);
    order.approved_by = somebody;
    co_await desk.loop.run_now(std::move(order));
}

asio::awaitable<void> undo_a_run(Desk desk, std::uint64_t chance) {
    constexpr std::size_t looked_at = 12;
    auto runs = co_await desk.runs.recent(looked_at);
    if (!runs) co_return;
    std::vector<RunId> worked;
    for (const auto& run : *runs) {
        const auto id = run.id;
        auto did = co_await desk.ledger.summary(id);
        if (did && !did->empty()) worked.push_back(id);
    }
    if (worked.empty()) co_return;
    sync::CycleOrder order;
    order.trigger = "command";
    order.goal = sync::Goal::undo;
    order.undo = worked[chance % worked.size()];
    auto proposed = co_await desk.loop.run_now(std::move(order));
    const bool waits = proposed.plan && proposed.plan->state == PlanState::held;
    if (!waits) co_return;
    auto id = proposed.plan->plan.id;
    co_await approve_plan(desk, std::move(id));
}

}  // namespace usersync::simulation
