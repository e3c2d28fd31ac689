#include "core/apply/apply_run.hpp"

#include "core/model/operation.hpp"
#include "core/plan/canary.hpp"

#include <algorithm>
#include <cmath>
#include <unordered_map>
#include <utility>

namespace usersync::apply {
namespace {

// So many failures one after the other are no accident: what is under way is to tell more before anything follows.
constexpr int looks_away_after = 2;

}  // namespace

std::size_t people_at_once(double calls_per_second, Duration call_time, std::size_t most) {
    constexpr double few = 3;
    const auto mean = calls_per_second * std::chrono::duration<double>(call_time).count();
    const auto wanted = few + mean + 2 * std::sqrt(mean);
    return wanted >= static_cast<double>(most) ? most : static_cast<std::size_t>(wanted);
}

ApplyRun::ApplyRun(const Plan& plan, ApplyLimits limits, std::uint64_t seed)
    : plan_(plan),
      limits_(limits),
      random_state_(seed),
      states_(plan.operations.size()),
      next_of_person_(plan.operations.size()),
      needed_by_(plan.operations.size()),
      breaker_({.failures_in_a_row = limits_.failures_in_a_row_max,
                .first_rest = limits_.probe_first,
                .longest_rest = limits_.probe_first * 2}) {
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
    choose_canary();
    for (std::size_t i = 0; i < states_.size(); ++i) start_if_free(i);
}

Step ApplyRun::next(SteadyTime now) {
    if (!to_settle_.empty()) {
        auto settle = std::move(to_settle_.front());
        to_settle_.pop_front();
        return settle;
    }
    if (!stopped_ && in_outage_) {
        if (breaker_.state(now) == pace::Breaker::State::open) return WaitUntil{breaker_.open_until()};
        if (!breaker_.admit(now)) return WaitForAnswer{};
        ++under_way_;
        return Probe{};
    }
    if (!stopped_ && throttled_until_ && now < *throttled_until_) return WaitUntil{*throttled_until_};
    if (!stopped_ && !to_check_.empty() && may_start()) {
        const auto operation = to_check_.front();
        to_check_.pop_front();
        ++under_way_;
        return Check{operation};
    }
    if (!stopped_ && may_start()) {
        while (!waiting_.empty() && waiting_.begin()->first <= now) {
            const auto operation = waiting_.begin()->second;
            waiting_.erase(waiting_.begin());
            if (states_[operation].phase == Phase::ended) {
                to_check_.push_back(operation);
                return next(now);
            }
            make_ready(operation);
        }
        const bool nobody_else = ready_.empty() && ready_to_share_.empty() && waiting_.empty() && under_way_ == 0;
        if (nobody_else) try_suspects();
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

/// One alone, where nobody knows yet whether it is well again.
bool ApplyRun::may_start() const {
    const bool looks_away = limits_.outage_wait_max > Duration(0) && failures_in_a_row_ >= looks_away_after;
    if (is_half_open() || goes_alone_ || looks_away) return under_way_ == 0;
    return has_room();
}

/// A call that creates or asks in, where the network takes many in one. Looking is for each alone.
bool ApplyRun::may_share_call(std::size_t operation) const {
    if (limits_.invitations == 0 || states_[operation].look_first) return false;
    const auto& what = plan_.operations[operation].change.what;
    return std::holds_alternative<CreateUser>(what) || std::holds_alternative<InviteAgain>(what);
}

void ApplyRun::make_ready(std::size_t operation) {
    states_[operation].phase = Phase::ready;
    if (canary_ != Canary::over && !states_[operation].in_canary) return held_.push_back(operation);
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

void ApplyRun::went_well() {
    failures_in_a_row_ = 0;
    charged_in_a_row_ = 0;
    throttles_in_a_row_ = 0;
    in_outage_ = false;
    outage_since_.reset();
    outage_why_.reset();
    breaker_.succeeded();
    for (const auto operation : suspects_) states_[operation].tries_alone = 0;
    if (!stopped_) try_suspects();
}

void ApplyRun::call_succeeded(std::size_t operation, Effected effected) {
    went_well();
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
            went_well();
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
    went_well();
    auto& state = states_[operation];
    state.look_first = false;
    no_longer_under_way(operation);
    if (seen == Seen::in_effect) {
        end(operation, Ending::done, {});
        return;
    }
    if (state.attempts - state.unjudged >= limits_.backoff.attempts_max) {
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
    for (const auto& [when, operation] : waiting_) {
        if (states_[operation].phase == Phase::waiting) waits.push_back(operation);
    }
    for (const auto operation : held_) {
        if (states_[operation].attempts > 0) waits.push_back(operation);
    }
    for (const auto operation : std::exchange(suspects_, {})) waits.push_back(operation);
    to_check_.clear();
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
        if (state.ending == Ending::rejected) summary.refused.insert(plan_.operations[i].change.employee);
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
    if (state.in_canary) canary_ended();
    release(operation, ending == Ending::done || ending == Ending::already_so);
}

void ApplyRun::leave_unknown(std::size_t operation) {
    states_[operation].phase = Phase::unknown;
    if (states_[operation].in_canary) canary_ended();
    hold_back_after(operation);
}

/// What would come after something whose outcome nobody knows waits for the run that has found it out.
void ApplyRun::hold_back_after(std::size_t operation) {
    for (const auto* followers : {&next_of_person_[operation], &needed_by_[operation]}) {
        for (const auto next : *followers) {
            if (states_[next].phase != Phase::blocked) continue;
            states_[next].phase = Phase::unknown;
            if (states_[next].in_canary) canary_ended();
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
    if (failure.code == "no_turn_in_time") return wait_for_turn(operation, failure, now);
    if (failure.code == "too_many_requests") return wait_throttled(operation, failure, now);
    auto& state = states_[operation];
    const bool put_off = is_put_off(operation, failure);
    if (!put_off) ++state.failures;
    const bool is_one_more = !failed_with_others(operation, now);
    if (is_one_more) ++failures_in_a_row_;
    if (wait_out_outage(operation, failure, now)) return;
    const int row_max = put_off ? limits_.throttles_in_a_row_max : limits_.failures_in_a_row_max;
    if (limits_.outage_wait_max == Duration(0) && failures_in_a_row_ >= row_max) stop(failure);
    auto wait = pace::wait_before_retry(state.failures, failure.retry_after, random(), limits_.backoff);
    if (put_off) wait = server_wait(failure, state.put_off);
    const bool quota_spent = is_one_more && retries_left_ == 0;
    if (quota_spent && put_off) goes_alone_ = true;
    if (!wait || (quota_spent && !put_off) || stopped_) {
        if (state.look_first) {
            leave_unknown(operation);
        } else {
            end(operation, Ending::gave_up, failure.code);
        }
        return;
    }
    if (is_one_more && !quota_spent) {
        --retries_left_;
        ++charged_in_a_row_;
    }
    state.phase = Phase::waiting;
    waiting_.emplace(now + *wait, operation);
}

/// The server said when to come back: the operation waits, and that is no attempt, but for one that is told so for
/// ever.
bool ApplyRun::is_put_off(std::size_t operation, const Failure& failure) {
    auto& state = states_[operation];
    if (!failure.retry_after || state.put_off >= limits_.put_off_max) return false;
    ++state.put_off;
    if (!state.look_first) ++state.unjudged;
    return true;
}

/// Nothing was sent.
void ApplyRun::wait_for_turn(std::size_t operation, const Failure& failure, SteadyTime now) {
    auto& state = states_[operation];
    if (!state.look_first) ++state.unjudged;
    if (stopped_) return state.look_first ? leave_unknown(operation) : end(operation, Ending::gave_up, failure.code);
    state.shares_call = false;
    state.phase = Phase::waiting;
    waiting_.emplace(now + std::max(failure.retry_after.value_or(Duration(0)), Duration(1)), operation);
}

/// What was under way together was refused together: one pause.
void ApplyRun::wait_throttled(std::size_t operation, const Failure& failure, SteadyTime now) {
    auto& state = states_[operation];
    if (!state.look_first) ++state.unjudged;
    const bool is_one_more = !failed_with_others(operation, now);
    const bool is_new_pause = !throttled_until_ || now >= *throttled_until_;
    if (is_new_pause) ++throttles_in_a_row_;
    const auto wait = server_wait(failure, throttles_in_a_row_);
    // Nobody goes before the server's word is over; this one comes back a little later, beside the others.
    const auto said = failure.retry_after ? std::min(*failure.retry_after, limits_.backoff.server_wait_max) : wait;
    throttled_until_ = std::max(throttled_until_.value_or(now), now + std::max(said, Duration(1)));
    if (throttles_in_a_row_ > limits_.throttles_in_a_row_max) stop(failure);
    if (stopped_) return state.look_first ? leave_unknown(operation) : end(operation, Ending::gave_up, failure.code);
    if (is_one_more && retries_left_ == 0) goes_alone_ = true;
    if (is_one_more && retries_left_ > 0) --retries_left_;
    state.phase = Phase::waiting;
    waiting_.emplace(now + wait, operation);
}

Duration ApplyRun::server_wait(const Failure& failure, int times) {
    auto limits = limits_.backoff;
    limits.attempts_max = times + 1;
    return pace::wait_before_retry(times, failure.retry_after, random(), limits).value_or(Duration(1));
}

/// True when the operation waits for the network to come back. Its attempts, and those of all who failed in the same
/// row, are given back: they say nothing about anybody.
bool ApplyRun::wait_out_outage(std::size_t operation, const Failure& failure, SteadyTime now) {
    if (limits_.outage_wait_max == Duration(0) || stopped_) return false;
    auto& state = states_[operation];
    state.phase = Phase::waiting;
    if (in_outage_) {
        state.failures = 0;
        waiting_.emplace(now, operation);
        return true;
    }
    const bool is_spent = state.failures >= limits_.backoff.attempts_max;
    const bool is_row = failures_in_a_row_ >= limits_.failures_in_a_row_max;
    const bool nothing_went_well = failures_in_a_row_ >= state.failures;
    const bool is_judged = state.put_off == limits_.put_off_max || !failure.retry_after;
    if (is_half_open() && is_judged && ++state.tries_alone > limits_.backoff.attempts_max) {
        // The network answers, nobody else has gone well, and this one fails: it is this one, as far as can be told.
        state.failures = limits_.backoff.attempts_max;
        return false;
    }
    if (!is_half_open() && !is_row && !(is_spent && nothing_went_well)) return false;
    begin_outage(failure, now);
    if (stopped_) return false;
    // Whether it is the network or this one, somebody else is to find out.
    state.failures = is_spent ? limits_.backoff.attempts_max - 1 : 0;
    suspects_.push_back(operation);
    return true;
}

void ApplyRun::try_suspects() {
    for (const auto operation : std::exchange(suspects_, {})) make_ready(operation);
}

void ApplyRun::begin_outage(const Failure& failure, SteadyTime now) {
    outage_why_ = failure;
    if (!outage_since_) outage_since_ = now;
    if (now - *outage_since_ >= limits_.outage_wait_max) return stop(failure);
    in_outage_ = true;
    breaker_.trip(now, random());
    retries_left_ += std::exchange(charged_in_a_row_, 0);
    std::vector<std::size_t> waits;
    for (const auto& [when, operation] : waiting_) {
        if (states_[operation].phase == Phase::waiting) states_[operation].failures = 0;
        waits.push_back(operation);
    }
    // Nobody waits longer than the network is away.
    waiting_.clear();
    for (const auto operation : waits) waiting_.emplace(now, operation);
}

void ApplyRun::probed(const std::optional<Failure>& failure, SteadyTime now) {
    --under_way_;
    if (!in_outage_ || stopped_) return breaker_.withdrawn();
    if (!failure) {
        breaker_.probed_well();
        in_outage_ = false;  // one goes alone now; its success ends the outage
        failures_in_a_row_ = 0;
        return;
    }
    if (failure->kind != FailureKind::transient) return stop(*failure);
    outage_why_ = failure;
    breaker_.failed(now, random());
    if (now - *outage_since_ >= limits_.outage_wait_max) stop(*failure);
}

std::optional<ApplyRun::Outage> ApplyRun::outage() const {
    if (!outage_since_ || !outage_why_ || stopped_) return std::nullopt;
    return Outage{.since = *outage_since_, .next_probe = breaker_.open_until(), .why = *outage_why_};
}

// ---- the canary ---------------------------------------------------------------------------------------------

void ApplyRun::choose_canary() {
    canary_ops_ = plan::canary_of(plan_, limits_.canary, limits_.canary_above);
    if (canary_ops_.empty()) return;
    for (const auto i : canary_ops_) states_[i].in_canary = true;
    canary_left_ = canary_ops_.size();
    canary_ = Canary::under_way;
}

void ApplyRun::canary_ended() {
    if (stopped_ || canary_ != Canary::under_way || --canary_left_ > 0) return;
    bool any_refused = false;
    std::string code;
    for (const auto i : canary_ops_) {
        const auto& state = states_[i];
        const bool effective = state.ending == Ending::done || state.ending == Ending::already_so;
        if (!needs_call(plan_.operations[i].change.what)) continue;
        if (effective) to_check_.push_back(i);
        any_refused = any_refused || !effective;
    }
    canary_ = Canary::looked_at;
    canary_left_ = to_check_.size();
    if (canary_left_ > 0) return;
    if (!any_refused) return open_to_all();
    stop(Failure{.kind = FailureKind::blocked,
                 .code = "canary",
                 .where = "apply",
                 .detail = "nothing could be done for the first people of the plan; the others were not begun"});
}

void ApplyRun::checked(std::size_t operation, Seen seen) {
    --under_way_;
    went_well();
    any_look_answered_ = true;
    if (seen == Seen::not_in_effect) missing_.push_back(operation);
    if (--canary_left_ == 0) judge_canary();
}

/// Whoever cannot be seen after several looks is in doubt, and no reason to stop: lists may be late. Where the network
/// does not even answer, nobody knows what became of the first people, and the rest must not go out unread.
void ApplyRun::check_failed(std::size_t operation, const Failure& failure, SteadyTime now) {
    --under_way_;
    if (stopped_) return;
    auto& state = states_[operation];
    if (failure.kind == FailureKind::blocked || failure.kind == FailureKind::broken) return stop(failure);
    const bool is_about_person = failure.kind == FailureKind::rejected || failure.code == "not_visible_yet";
    any_look_answered_ = any_look_answered_ || is_about_person;
    const auto wait = pace::wait_before_retry(++state.looks, failure.retry_after, random(), limits_.backoff);
    if (failure.kind == FailureKind::transient && wait) {
        waiting_.emplace(now + *wait, operation);
    } else if (--canary_left_ == 0) {
        judge_canary();
    }
}

void ApplyRun::judge_canary() {
    if (!any_look_answered_) {
        return stop(Failure{.kind = FailureKind::transient,
                            .code = "canary_not_read",
                            .where = "apply",
                            .detail = "the network takes changes and answers no reads, so nobody knows what became of "
                                      "the first people of the plan; the others were not begun"});
    }
    if (missing_.empty()) return open_to_all();
    std::sort(missing_.begin(), missing_.end());
    std::string what;
    constexpr std::size_t told_max = 5;
    for (std::size_t i = 0; i < std::min(missing_.size(), told_max); ++i) {
        const auto& change = plan_.operations[missing_[i]].change;
        what += (i == 0 ? "" : ", ") + std::string(kind_of(change.what)) + " of " + change.employee.value();
    }
    stop(Failure{
        .kind = FailureKind::blocked,
        .code = "canary",
        .where = "apply",
        .detail = "answered as done and not to be seen in the network: " + what + "; the others were not begun"});
}

void ApplyRun::open_to_all() {
    canary_ = Canary::over;
    auto held = std::exchange(held_, {});
    for (const auto operation : held) make_ready(operation);
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
