#include "core/apply/apply_run.hpp"

#include "core/model/operation.hpp"

#include <algorithm>
#include <unordered_map>
#include <utility>

namespace usersync::apply {

ApplyRun::ApplyRun(const Plan& plan, ApplyLimits limits, std::uint64_t seed)
    : plan_(plan),
      limits_(limits),
      random_state_(seed),
      states_(plan.operations.size()),
      next_of_person_(plan.operations.size()),
      needed_by_(plan.operations.size()) {
    retries_left_ = std::max(limits_.retries_min,
                             static_cast<std::size_t>(limits_.retry_share_max * static_cast<double>(states_.size())));
    std::unordered_map<OperationKey, std::size_t> index;
    std::unordered_map<EmployeeKey, std::size_t> last_of_person;
    for (std::size_t i = 0; i < states_.size(); ++i) index.emplace(plan.operations[i].key, i);
    for (std::size_t i = 0; i < states_.size(); ++i) {
        const auto& operation = plan.operations[i];
        const auto previous = last_of_person.find(operation.change.employee);
        if (previous != last_of_person.end()) {
            next_of_person_[previous->second].push_back(i);
            ++states_[i].unmet;
        }
        last_of_person[operation.change.employee] = i;
        for (const auto& key : operation.after) {
            const auto needed = index.find(key);
            USERSYNC_INVARIANT(needed != index.end(), "an operation needs one of the same plan");
            needed_by_[needed->second].push_back(i);
            ++states_[i].unmet;
        }
    }
    for (std::size_t i = 0; i < states_.size(); ++i) start_if_free(i);
}

Step ApplyRun::next(SteadyTime now) {
    if (!to_settle_.empty()) {
        auto settle = std::move(to_settle_.front());
        to_settle_.pop_front();
        return settle;
    }
    if (!stopped_ && has_room()) {
        while (!waiting_.empty() && waiting_.begin()->first <= now) {
            const auto operation = waiting_.begin()->second;
            waiting_.erase(waiting_.begin());
            make_ready(operation);
        }
        if (const auto operation = take_ready()) {
            auto& state = states_[*operation];
            state.phase = Phase::under_way;
            state.shares_call = may_share_call(*operation);
            ++under_way_;
            if (state.shares_call) ++sharing_calls_;
            if (state.look_first) return Look{*operation};
            ++state.attempts;
            return Call{*operation, state.attempts};
        }
        if (!waiting_.empty()) return WaitUntil{waiting_.begin()->first};
    }
    if (under_way_ > 0) return WaitForAnswer{};
    if (!stopped_) {
        // Whatever is still blocked here waits for itself: plans have no circles by construction.
        const auto blocked = [](const State& state) { return state.phase == Phase::blocked; };
        USERSYNC_INVARIANT(std::none_of(states_.begin(), states_.end(), blocked), "a plan has no circles");
    }
    return Finished{};
}

/// A call that creates or asks in, where the network takes many in one. Looking is for each alone.
bool ApplyRun::may_share_call(std::size_t operation) const {
    if (limits_.invitations == 0 || states_[operation].look_first) return false;
    const auto& what = plan_.operations[operation].change.what;
    return std::holds_alternative<CreateUser>(what) || std::holds_alternative<InviteAgain>(what);
}

void ApplyRun::make_ready(std::size_t operation) {
    states_[operation].phase = Phase::ready;
    (may_share_call(operation) ? ready_to_share_ : ready_).insert(operation);
}

bool ApplyRun::has_room() const {
    return under_way_ - sharing_calls_ < limits_.concurrency || sharing_calls_ < limits_.invitations;
}

/// The first in the plan's order for which there is room.
std::optional<std::size_t> ApplyRun::take_ready() {
    const bool alone = !ready_.empty() && under_way_ - sharing_calls_ < limits_.concurrency;
    const bool shared = !ready_to_share_.empty() && sharing_calls_ < limits_.invitations;
    if (!alone && !shared) return std::nullopt;
    const bool alone_first = alone && (!shared || *ready_.begin() < *ready_to_share_.begin());
    auto& from = alone_first ? ready_ : ready_to_share_;
    const auto operation = *from.begin();
    from.erase(from.begin());
    return operation;
}

void ApplyRun::no_longer_under_way(std::size_t operation) {
    --under_way_;
    if (states_[operation].shares_call) --sharing_calls_;
}

/// One call that failed for many is told of each.
bool ApplyRun::failed_with_others(std::size_t operation, SteadyTime now) {
    if (!std::exchange(states_[operation].shares_call, false)) return false;
    constexpr auto told_within = std::chrono::seconds(1);
    const bool same = shared_failure_ && now - *shared_failure_ < told_within;
    if (!same) shared_failure_ = now;
    return same;
}

void ApplyRun::call_succeeded(std::size_t operation, Effected effected) {
    failures_in_a_row_ = 0;
    no_longer_under_way(operation);
    end(operation, effected == Effected::now ? Ending::done : Ending::already_so, {});
}

void ApplyRun::call_failed(std::size_t operation, const Failure& failure, SteadyTime now) {
    no_longer_under_way(operation);
    auto& state = states_[operation];
    if (failure.effect == Effect::unknown) {
        state.look_first = true;
        if (failure.kind == FailureKind::blocked || failure.kind == FailureKind::broken) {
            leave_unknown(operation);
            stop(failure);
            return;
        }
        try_again(operation, failure, now);
        return;
    }
    switch (failure.kind) {
        case FailureKind::transient: try_again(operation, failure, now); return;
        case FailureKind::rejected:
            failures_in_a_row_ = 0;
            end(operation, Ending::rejected, failure.code);
            return;
        case FailureKind::blocked:
        case FailureKind::broken:
            end(operation, Ending::gave_up, failure.code);
            stop(failure);
            return;
    }
}

void ApplyRun::looked(std::size_t operation, Seen seen, SteadyTime now) {
    failures_in_a_row_ = 0;
    auto& state = states_[operation];
    state.look_first = false;
    no_longer_under_way(operation);
    if (seen == Seen::in_effect) {
        end(operation, Ending::done, {});
        return;
    }
    if (state.attempts >= limits_.backoff.attempts_max) {
        end(operation, Ending::gave_up, "lost_without_effect");
        return;
    }
    state.phase = Phase::waiting;
    waiting_.emplace(now, operation);
}

void ApplyRun::look_failed(std::size_t operation, const Failure& failure, SteadyTime now) {
    no_longer_under_way(operation);
    if (failure.kind == FailureKind::transient) {
        try_again(operation, failure, now);
        return;
    }
    leave_unknown(operation);
    if (failure.kind != FailureKind::rejected) stop(failure);
}

void ApplyRun::stop(std::optional<Failure> why) {
    if (!stopped_by_) stopped_by_ = std::move(why);
    if (stopped_) return;
    stopped_ = true;
    // What waits for another try will not get it. Its call had no effect, or its outcome stays unknown.
    std::vector<std::size_t> waits;
    for (const auto& [when, operation] : waiting_) waits.push_back(operation);
    for (const auto* ready : {&ready_, &ready_to_share_}) {
        for (const auto operation : *ready) {
            if (states_[operation].attempts > 0) waits.push_back(operation);
        }
    }
    waiting_.clear();
    for (const auto operation : waits) {
        ready_.erase(operation);
        ready_to_share_.erase(operation);
        if (states_[operation].look_first) {
            leave_unknown(operation);
        } else {
            end(operation, Ending::gave_up, "stopped");
        }
    }
}

Summary ApplyRun::summary() const {
    Summary summary;
    summary.stopped_by = stopped_by_;
    for (std::size_t i = 0; i < states_.size(); ++i) {
        const auto& state = states_[i];
        const bool effective = state.ending == Ending::done || state.ending == Ending::already_so;
        if (!effective) summary.open.insert(plan_.operations[i].change.employee);
        if (state.ending) {
            ++summary.endings[*state.ending];
        } else if (state.attempts > 0) {
            ++summary.unknown;
        } else {
            ++summary.not_started;
        }
    }
    return summary;
}

void ApplyRun::start_if_free(std::size_t operation) {
    auto& state = states_[operation];
    if (state.unmet > 0 || state.phase != Phase::blocked) return;
    if (state.skipped_by_need) {
        end(operation, Ending::skipped, "needs_what_failed");
    } else if (!needs_call(plan_.operations[operation].change.what)) {
        end(operation, Ending::done, {});
    } else {
        make_ready(operation);
    }
}

void ApplyRun::end(std::size_t operation, Ending ending, std::string code) {
    auto& state = states_[operation];
    state.phase = Phase::ended;
    state.ending = ending;
    ++settled_;
    to_settle_.push_back({operation, ending, std::move(code), state.attempts});
    release(operation, ending == Ending::done || ending == Ending::already_so);
}

void ApplyRun::leave_unknown(std::size_t operation) {
    states_[operation].phase = Phase::unknown;
    hold_back_after(operation);
}

/// What would come after something whose outcome nobody knows waits for the run that has found it out.
void ApplyRun::hold_back_after(std::size_t operation) {
    for (const auto* followers : {&next_of_person_[operation], &needed_by_[operation]}) {
        for (const auto next : *followers) {
            if (states_[next].phase != Phase::blocked) continue;
            states_[next].phase = Phase::unknown;
            hold_back_after(next);
        }
    }
}

void ApplyRun::release(std::size_t operation, bool succeeded) {
    // A chain of skipped operations is as long as a person's operations: the recursion is shallow.
    for (const auto next : next_of_person_[operation]) {
        --states_[next].unmet;
        start_if_free(next);
    }
    for (const auto next : needed_by_[operation]) {
        --states_[next].unmet;
        if (!succeeded) states_[next].skipped_by_need = true;
        start_if_free(next);
    }
}

void ApplyRun::try_again(std::size_t operation, const Failure& failure, SteadyTime now) {
    auto& state = states_[operation];
    ++state.failures;
    const bool is_one_more = !failed_with_others(operation, now);
    if (is_one_more && ++failures_in_a_row_ >= limits_.failures_in_a_row_max) stop(failure);
    const auto wait = pace::wait_before_retry(state.failures, failure.retry_after, random(), limits_.backoff);
    if (!wait || (is_one_more && retries_left_ == 0) || stopped_) {
        if (state.look_first) {
            leave_unknown(operation);
        } else {
            end(operation, Ending::gave_up, failure.code);
        }
        return;
    }
    if (is_one_more) --retries_left_;
    state.phase = Phase::waiting;
    waiting_.emplace(now + *wait, operation);
}

std::uint64_t ApplyRun::random() {
    // splitmix64: small, good enough for jitter, the same everywhere.
    random_state_ += 0x9e3779b97f4a7c15ULL;
    std::uint64_t z = random_state_;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
}

}  // namespace usersync::apply
