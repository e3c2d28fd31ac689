#include "daemon/sync/apply_loop.hpp"

#include "core/apply/meaning.hpp"
#include "core/async/task_group.hpp"

#include <algorithm>
#include <exception>
#include <map>
#include <set>
#include <utility>

namespace usersync::sync {

namespace asio = boost::asio;

namespace {

Outcome outcome_of(apply::Ending ending) {
    switch (ending) {
        case apply::Ending::done: return Outcome::done;
        case apply::Ending::already_so: return Outcome::already_so;
        case apply::Ending::rejected: return Outcome::rejected;
        case apply::Ending::gave_up: return Outcome::gave_up;
        case apply::Ending::skipped: return Outcome::skipped;
    }
    return Outcome::gave_up;
}

/// One application of one plan. Lives in apply_plan's frame; its children refer to it and end before it does.
class Application {
public:
    Application(TenantParts parts, RunId run, const Plan& plan, asio::any_io_executor executor, std::uint64_t seed,
                Duration expected)
        : parts_(std::move(parts)),
          run_id_(run),
          plan_(plan),
          expected_(expected),
          run_(plan, parts_.settings->apply, seed),
          calls_(executor, [this](const std::exception_ptr& error) { call_died(error); }),
          alarms_(executor),
          written_(executor),
          started_(plan.operations.size()),
          made_(plan.operations.size()) {
        for (const auto& operation : plan.operations) {
            const auto& person = operation.change.employee;
            if (!person.value().empty()) ++left_of_person_[person];
        }
        people_ = left_of_person_.size();
    }

    asio::awaitable<Result<apply::Summary>> drive() {
        began_ = parts_.clock.now();
        show_progress();
        alarms_.spawn(forward_stop());
        bool finished = false;
        while (!finished && !fatal_) {
            notice_stop();
            if (abandoned_ && calls_.size() == 0) break;
            run_.allow(people_at_once());
            auto step = run_.next(parts_.clock.steady_now());
            if (const auto* call = std::get_if<apply::Call>(&step)) {
                calls_.spawn(perform(call->operation));
            } else if (const auto* look = std::get_if<apply::Look>(&step)) {
                calls_.spawn(find_out(look->operation));
            } else if (const auto* check = std::get_if<apply::Check>(&step)) {
                calls_.spawn(read_back(check->operation));
            } else if (std::holds_alternative<apply::Probe>(step)) {
                calls_.spawn(probe());
            } else if (const auto* settle = std::get_if<apply::Settle>(&step)) {
                // Beside the others: outcomes and intents that come together share a transaction.
                unwritten_.insert(settle->operation);
                calls_.spawn(write_outcome(*settle));
            } else if (const auto* wait = std::get_if<apply::WaitUntil>(&step)) {
                show_progress();
                set_alarm(wait->when);
                co_await calls_.changed();
            } else if (std::holds_alternative<apply::WaitForAnswer>(step)) {
                co_await calls_.changed();
            } else {
                finished = true;
            }
        }
        co_await wind_down();
        if (fatal_) co_return *fatal_;
        co_return run_.summary();
    }

private:
    const Operation& operation(std::size_t index) const { return plan_.operations[index]; }

    /// An earlier operation of the same person, or one that this needs, has ended and stands in no ledger yet.
    bool waits_for_outcome(std::size_t index) const {
        const auto& mine = operation(index);
        return std::any_of(unwritten_.begin(), unwritten_.end(), [&](std::size_t earlier) {
            const auto& theirs = operation(earlier);
            return theirs.change.employee == mine.change.employee ||
                   std::binary_search(mine.after.begin(), mine.after.end(), theirs.key);
        });
    }

    /// The intent is on disk before the call leaves; without it there is no call. And what came before it is, too: one
    /// person has one open intent at the most.
    asio::awaitable<void> perform(std::size_t index) {
        while (!fatal_ && waits_for_outcome(index)) co_await written_.wait();
        if (fatal_) {
            run_.call_failed(index, *fatal_, parts_.clock.steady_now());
            co_return;
        }
        if (is_too_late(index)) co_return;
        if (!started_[index]) started_[index] = parts_.clock.steady_now();
        auto intended = co_await parts_.ledger.intend(run_id_, operation(index), parts_.clock.now());
        if (!intended) {
            fatal_ = intended.error();
            run_.call_failed(index, intended.error(), parts_.clock.steady_now());
            co_return;
        }
        if (is_too_late(index)) co_return;
        const auto deadline = parts_.clock.steady_now() + parts_.settings->call_max;
        auto answer = co_await parts_.network.apply(operation(index), deadline);
        const auto now = parts_.clock.steady_now();
        if (answer) {
            made_[index] = answer->made;
            run_.call_succeeded(
                index, answer->already_so ? apply::ApplyRun::Effected::before : apply::ApplyRun::Effected::now);
        } else {
            log_failure(index, answer.error());
            run_.call_failed(index, answer.error(), now);
        }
    }

    /// A stop came while it waited for the disk: nothing was sent, and nothing is.
    bool is_too_late(std::size_t index) {
        notice_stop();
        if (!draining_) return false;
        const Failure not_sent{.kind = FailureKind::transient,
                               .code = "stopping",
                               .where = "apply",
                               .detail = "a stop came before the call"};
        run_.call_failed(index, not_sent, parts_.clock.steady_now());
        return true;
    }

    asio::awaitable<void> find_out(std::size_t index) {
        const auto deadline = parts_.clock.steady_now() + parts_.settings->call_max;
        auto found = co_await parts_.network.find(operation(index), deadline);
        const auto now = parts_.clock.steady_now();
        if (found) {
            run_.looked(
                index,
                *found == Found::in_effect ? apply::ApplyRun::Seen::in_effect : apply::ApplyRun::Seen::not_in_effect,
                now);
        } else {
            log_failure(index, found.error());
            run_.look_failed(index, found.error(), now);
        }
    }

    /// The canary: whether what was answered as done is there.
    asio::awaitable<void> read_back(std::size_t index) {
        const auto deadline = parts_.clock.steady_now() + parts_.settings->call_max;
        auto found = co_await parts_.network.find(operation(index), deadline);
        const auto now = parts_.clock.steady_now();
        if (!found) {
            log_failure(index, found.error());
            run_.check_failed(index, found.error(), now);
            co_return;
        }
        const bool there = *found == Found::in_effect;
        run_.checked(index, there ? apply::ApplyRun::Seen::in_effect : apply::ApplyRun::Seen::not_in_effect);
        if (there) co_return;
        parts_.log.error("canary_not_there", {{"tenant", parts_.settings->tenant.value()},
                                              {"run", run_id_.value()},
                                              {"op", operation(index).key.value()},
                                              {"kind", kind_of(operation(index).change.what)},
                                              {"employee", operation(index).change.employee.value()}});
    }

    asio::awaitable<void> probe() {
        const auto deadline = parts_.clock.steady_now() + parts_.settings->call_max;
        auto answered = co_await parts_.network.probe(deadline);
        const auto failure = answered ? std::optional<Failure>() : std::optional(answered.error());
        run_.probed(failure, parts_.clock.steady_now());
        parts_.log.info("network_probed", {{"tenant", parts_.settings->tenant.value()},
                                           {"run", run_id_.value()},
                                           {"answered", failure ? "no" : "yes"},
                                           {"code", failure ? failure->code : ""}});
    }

    /// Never more than the setting, and not more than needed: an intent is not written long before its call.
    std::size_t people_at_once() const {
        const auto most = parts_.settings->apply.concurrency;
        const auto pacing = parts_.network.pacing();
        return pacing ? apply::people_at_once(pacing->calls_per_second, pacing->call_time, most) : most;
    }

    /// One operation less; whoever has none left is done.
    void count_person(const EmployeeKey& person) {
        const auto left = left_of_person_.find(person);
        if (left != left_of_person_.end() && --left->second == 0) left_of_person_.erase(left);
    }

    void show_progress() {
        const auto away = run_.outage();
        auto progress = progress_at(settled_, plan_.operations.size(), began_, parts_.clock.now(), expected_);
        progress.people_left = left_of_person_.size();
        progress.people_done = people_ - progress.people_left;
        progress.is_canary = run_.canary_open();
        if (away) {
            const auto steady = parts_.clock.steady_now();
            const auto now = parts_.clock.now();
            progress.away = Away{.since = now - (steady - away->since),
                                 .next_probe = now + std::max(away->next_probe - steady, Duration(0)),
                                 .code = away->why.code};
        }
        parts_.progress = std::move(progress);
    }

    asio::awaitable<void> write_outcome(apply::Settle settle) {
        const auto& op = operation(settle.operation);
        const auto outcome = outcome_of(settle.ending);
        const auto started = started_[settle.operation].value_or(parts_.clock.steady_now());
        Settlement settlement{.key = op.key,
                              .outcome = outcome,
                              .code = settle.code,
                              .attempts = settle.attempts,
                              .took = parts_.clock.steady_now() - started,
                              .settled_at = parts_.clock.now(),
                              .ownership = {}};
        if (took_effect(outcome)) {
            auto& made = made_[settle.operation];
            settlement.ownership = apply::ownership_after(op.change, settlement.settled_at, std::move(made));
            if (outcome == Outcome::already_so) apply::discount_reminder(settlement.ownership);
        }
        const auto took_ms = settlement.took.count();
        auto settled = co_await parts_.ledger.settle(run_id_, op, std::move(settlement));
        unwritten_.erase(settle.operation);
        written_.notify();
        if (!settled) {
            fatal_ = settled.error();
            co_return;
        }
        ++settled_;
        count_person(op.change.employee);
        show_progress();
        parts_.log.write(took_effect(outcome) ? log::Level::info : log::Level::warn, "operation_settled",
                         {{"tenant", parts_.settings->tenant.value()},
                          {"run", run_id_.value()},
                          {"op", op.key.value()},
                          {"kind", kind_of(op.change.what)},
                          {"employee", op.change.employee.value()},
                          {"outcome", to_string(outcome)},
                          {"code", settle.code},
                          {"attempts", settle.attempts},
                          {"took_ms", took_ms}});
    }

    /// With what the server said about when to come back, also where it is not kept.
    void log_failure(std::size_t index, const Failure& failure) {
        using std::chrono::milliseconds;
        const auto wait = failure.retry_after ? std::to_string(milliseconds(*failure.retry_after).count()) : "";
        parts_.log.warn("call_failed", {{"tenant", parts_.settings->tenant.value()},
                                        {"run", run_id_.value()},
                                        {"op", operation(index).key.value()},
                                        {"kind", kind_of(operation(index).change.what)},
                                        {"employee", operation(index).change.employee.value()},
                                        {"failure", to_string(failure.kind)},
                                        {"code", failure.code},
                                        {"effect", failure.effect == Effect::unknown ? "unknown" : "none"},
                                        {"retry_after_ms", wait},
                                        {"why", failure.detail}});
    }

    /// A bug. The intent stays open, so the next run finds out what was sent; nothing more is sent in this one.
    void call_died(const std::exception_ptr& error) {
        std::string why = "unknown";
        try {
            std::rethrow_exception(error);
        } catch (const std::exception& e) {
            why = e.what();
        } catch (...) {  // whatever it was, it is told
        }
        fatal_ = Failure{.kind = FailureKind::broken, .code = "call_died", .where = "apply", .detail = why};
        // What died may have been the outcome that another call waits for.
        written_.notify();
    }

    void notice_stop() {
        if (!parts_.stop.requested() || draining_) return;
        draining_ = true;
        run_.stop(std::nullopt);
        // Whoever waits for a gate that tenants share, or to look at the canary or for the network, leaves as well.
        parts_.network.send_away();
        if (calls_.size() > 0) alarms_.spawn(give_up_on_answers());
    }

    asio::awaitable<void> forward_stop() {
        if (parts_.stop.requested()) co_return;
        co_await parts_.stop.wait();
        calls_.wake();
    }

    /// What is not answered by then stays an open intent; the next run looks it up.
    asio::awaitable<void> give_up_on_answers() {
        const auto until = parts_.clock.steady_now() + parts_.settings->drain_max;
        co_await parts_.clock.sleep_until(until);
        abandoned_ = true;
        calls_.cancel();
        calls_.wake();
    }

    void set_alarm(SteadyTime when) {
        if (alarm_ && *alarm_ <= when) return;
        alarm_ = when;
        alarms_.spawn(ring(when));
    }

    asio::awaitable<void> ring(SteadyTime when) {
        co_await parts_.clock.sleep_until(when);
        if (alarm_ == when) alarm_.reset();
        calls_.wake();
    }

    asio::awaitable<void> wind_down() {
        while (calls_.size() > 0) {
            notice_stop();
            co_await calls_.changed();
        }
        alarms_.cancel();
        co_await alarms_.join();
        parts_.network.let_in();
        parts_.progress.reset();
    }

    TenantParts parts_;
    RunId run_id_;
    const Plan& plan_;
    Duration expected_;
    Time began_{};
    apply::ApplyRun run_;
    TaskGroup calls_;
    TaskGroup alarms_;
    Event written_;
    std::set<std::size_t> unwritten_;  ///< operations that have ended, and whose outcome is not on disk
    std::vector<std::optional<SteadyTime>> started_;
    std::vector<std::optional<UserEid>> made_;  ///< by operation: the account that came into being, where it was told
    std::optional<SteadyTime> alarm_;
    std::optional<Failure> fatal_;
    std::size_t settled_ = 0;
    std::map<EmployeeKey, std::size_t> left_of_person_;  ///< operations that are not settled
    std::size_t people_ = 0;
    bool draining_ = false;   ///< asked to stop: answers under way have until drain_max
    bool abandoned_ = false;  ///< and that has passed
};

}  // namespace

asio::awaitable<Result<apply::Summary>> apply_plan(TenantParts parts, RunId run, const Plan& plan, std::uint64_t seed,
                                                   Duration expected) {
    auto executor = co_await asio::this_coro::executor;
    Application application(std::move(parts), run, plan, executor, seed, expected);
    auto result = co_await application.drive();
    co_return result;
}

asio::awaitable<Result<Recovered>> settle_open_intents(TenantParts parts) {
    Recovered recovered;
    auto open = co_await parts.ledger.unsettled();
    if (!open) co_return open.error();
    for (const auto& [run, operation] : *open) {
        const auto deadline = parts.clock.steady_now() + parts.settings->call_max;
        auto found = co_await parts.network.find(operation, deadline);
        if (!found) {
            const auto& failure = found.error();
            const bool concerns_one_person = failure.kind == FailureKind::rejected || failure.code == "not_visible_yet";
            if (!concerns_one_person) co_return failure;
            recovered.unknown.insert(operation.change.employee);
            continue;
        }
        const bool there = *found == Found::in_effect;
        Settlement settlement{.key = operation.key,
                              .outcome = there ? Outcome::done : Outcome::gave_up,
                              .code = there ? "" : "not_in_effect_after_restart",
                              .attempts = 1,
                              .took = Duration(0),
                              .settled_at = parts.clock.now(),
                              .ownership = {}};
        if (there) settlement.ownership = apply::ownership_after(operation.change, settlement.settled_at);
        auto settled = co_await parts.ledger.settle(run, operation, std::move(settlement));
        if (!settled) co_return settled.error();
        ++recovered.settled;
        parts.log.info("intent_recovered", {{"tenant", parts.settings->tenant.value()},
                                            {"run", run.value()},
                                            {"op", operation.key.value()},
                                            {"kind", kind_of(operation.change.what)},
                                            {"employee", operation.change.employee.value()},
                                            {"outcome", there ? "done" : "gave_up"}});
    }
    co_return recovered;
}

}  // namespace usersync::sync
