#include "core/pace/adaptive_rate.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <utility>

namespace usersync::pace {
namespace {

double in_seconds(Duration duration) { return std::chrono::duration<double>(duration).count(); }

BucketLimits begin_with(const AdaptiveLimits& limits, std::optional<double> remembered) {
    auto first = limits.most;
    // A server that nobody knows may let nothing go at once.
    if (limits.learns) first.burst = 1;
    const auto begin = remembered ? *remembered : (limits.learns ? limits.begin : first.calls_per_second);
    first.calls_per_second = std::clamp(begin, std::min(limits.least, first.calls_per_second), first.calls_per_second);
    return first;
}

// Over less time than this, a rate is noise.
constexpr double span_min = 0.05;
// What is looked back at. More calls say nothing more.
constexpr std::size_t told_max = 2048;
// So many calls that pass beside refused ones tell a rate.
constexpr std::size_t beside_min = 4;

}  // namespace

AdaptiveRate::AdaptiveRate(AdaptiveLimits limits, std::optional<double> remembered)
    : limits_(limits),
      bucket_(begin_with(limits, remembered)),
      learnt_(remembered),
      slow_start_(limits.learns && !remembered) {}

SteadyTime AdaptiveRate::free_at(SteadyTime now) {
    settle(now);
    grow(now);
    return bucket_.free_at(now);
}

Turn AdaptiveRate::reserve(SteadyTime now) {
    settle(now);
    grow(now);
    const auto when = bucket_.reserve(now);
    if (!began_) began_ = when;
    return {.when = when, .rate_number = rate_number_};
}

void AdaptiveRate::passed(const Turn& turn) { note(turn.when, true); }

/// Answers come in another order than calls went out.
void AdaptiveRate::note(SteadyTime when, bool was_passed) {
    const auto at = std::upper_bound(told_.begin(), told_.end(), when,
                                     [](SteadyTime moment, const Told& one) { return moment < one.when; });
    told_.insert(at, {.when = when, .passed = was_passed});
    if (told_.size() > told_max) told_.pop_front();
}

void AdaptiveRate::refused(const Turn& turn, SteadyTime now, std::optional<Duration> server_said) {
    ++refusals_;
    const bool is_late = turn.rate_number < lowered_number_;
    // The word of a server that refuses what was sent before it said so is as good as any.
    const auto wait = server_said.value_or(is_late ? Duration(0) : limits_.unsaid);
    pause_until(now + wait);
    if (is_late) return;
    note(turn.when, false);
    refused_at_ = refused_at_ && paused_until_ ? std::min(*refused_at_, turn.when) : turn.when;
    paused_until_ = std::max(paused_until_.value_or(now), now + wait);
}

/// Once the pause after a refusal is over, everything that was under way has been answered: time to judge.
void AdaptiveRate::settle(SteadyTime now) {
    if (!paused_until_ || now < *paused_until_) return;
    paused_until_.reset();
    const auto rate = calls_per_second();
    std::optional<double> seen;
    // Long cycles tell more than the few calls at their end.
    if (limits_.learns && !slow_start_) seen = seen_in_cycles();
    is_guess_ = limits_.learns && !seen;
    if (!seen) seen = seen_beside_refusals();
    if (!seen && !limits_.learns) seen = seen_with_burst(cycle(), limits_.most.burst);
    if (!seen && slow_start_)
        seen = (std::max(passed_rate_, rate * (1 - limits_.cut)) + rate) / 2 / (1 - limits_.headroom);
    const auto wanted = seen ? *seen * (1 - limits_.headroom) : 0.0;
    // A slow start may have gone far beyond; otherwise one refusal is not believed to the last, and least of all where
    // a rate that passed for long is judged by a few calls.
    const auto cut = is_guess_ ? limits_.cut_guessed : limits_.cut;
    const auto least = slow_start_ ? limits_.least : rate * (1 - cut);
    const auto lowered = std::clamp(wanted, std::min(least, rate), rate * (1 - limits_.headroom));
    slow_start_ = false;
    earlier_ = cycle();
    learnt_ = std::max(lowered, limits_.least);
    told_.clear();
    refused_at_ = now;
    set(*learnt_, now);
    lowered_number_ = rate_number_;
}

AdaptiveRate::Cycle AdaptiveRate::cycle() const {
    Cycle cycle;
    if (!refused_at_) return cycle;
    for (auto one = told_.rbegin(); one != told_.rend(); ++one) {
        if (one->passed && one->when <= *refused_at_) cycle.moments.push_back(in_seconds(*refused_at_ - one->when));
    }
    return cycle;
}

/// While a bucket is empty, what passes is what is filled in.
std::optional<double> AdaptiveRate::seen_beside_refusals() const {
    if (!refused_at_) return std::nullopt;
    std::optional<SteadyTime> last_refused;
    for (const auto& one : told_) {
        if (!one.passed) last_refused = one.when;
    }
    std::vector<SteadyTime> beside;
    for (const auto& one : told_) {
        if (one.passed && one.when > *refused_at_ && one.when < *last_refused) beside.push_back(one.when);
    }
    const auto span = beside.empty() ? 0.0 : in_seconds(beside.back() - beside.front());
    if (beside.size() >= beside_min && span >= span_min / 2) return static_cast<double>(beside.size() - 1) / span;
    // Too few for that: their share of all that were sent since.
    std::size_t all = 0;
    std::size_t passed = 0;
    for (const auto& one : told_) {
        if (one.when <= *refused_at_) continue;
        ++all;
        passed += one.passed ? 1 : 0;
    }
    if (all < beside_min) return std::nullopt;
    return calls_per_second() * static_cast<double>(passed) / static_cast<double>(all);
}

/// A bucket of B calls that is filled at R lets at most B + R t calls pass in any t, and exactly so many since it was
/// full last when it refuses one. So the bucket is the most of (calls - R t) over all windows that end with the
/// refusal.
double AdaptiveRate::bucket_of(const Cycle& cycle, double rate) const {
    double most = 0;
    for (std::size_t i = 0; i < cycle.moments.size(); ++i) {
        most = std::max(most, static_cast<double>(i + 1) - rate * cycle.moments[i]);
    }
    return most;
}

/// The same the other way round, for a bucket that is known.
std::optional<double> AdaptiveRate::seen_with_burst(const Cycle& cycle, double burst) const {
    std::optional<double> most;
    for (std::size_t i = 0; i < cycle.moments.size(); ++i) {
        const auto beyond = static_cast<double>(i + 1) - burst;
        if (cycle.moments[i] < span_min || beyond <= 0) continue;
        most = std::max(most.value_or(0), beyond / cycle.moments[i]);
    }
    return most;
}

/// Two cycles of one bucket: the rate at which both say the same bucket.
std::optional<double> AdaptiveRate::seen_in_cycles() const {
    const auto newest = cycle();
    if (!earlier_ || newest.moments.empty() || earlier_->moments.empty()) return std::nullopt;
    const auto apart = [&](double rate) { return bucket_of(newest, rate) - bucket_of(*earlier_, rate); };
    auto low = calls_per_second() * (1 - limits_.cut);
    auto high = calls_per_second();
    if (apart(low) * apart(high) > 0) return std::nullopt;
    const bool rises = apart(low) < 0;
    constexpr int steps = 30;
    for (int i = 0; i < steps; ++i) {
        const auto middle = (low + high) / 2;
        ((apart(middle) < 0) == rises ? low : high) = middle;
    }
    return (low + high) / 2;
}

void AdaptiveRate::told(double calls_per_second, SteadyTime now) {
    if (!(calls_per_second > 0) || calls_per_second >= this->calls_per_second()) return;
    slow_start_ = false;
    learnt_ = std::max(calls_per_second, limits_.least);
    refused_at_ = now;
    told_.clear();
    earlier_.reset();
    set(*learnt_, now);
    lowered_number_ = rate_number_;
}

void AdaptiveRate::lower_to(BucketLimits most, SteadyTime now) {
    limits_.most.calls_per_second = std::min(limits_.most.calls_per_second, most.calls_per_second);
    limits_.most.burst = std::min(limits_.most.burst, most.burst);
    set(calls_per_second(), now);
}

void AdaptiveRate::remember(double calls_per_second, SteadyTime now) {
    if (learnt_ || refusals_ > 0 || !(calls_per_second > 0)) return;
    learnt_ = std::clamp(calls_per_second, std::min(limits_.least, limits_.most.calls_per_second),
                         limits_.most.calls_per_second);
    slow_start_ = false;
    set(*learnt_, now);
}

void AdaptiveRate::grow(SteadyTime now) {
    const auto most = limits_.most.calls_per_second;
    const auto rate = calls_per_second();
    if (rate >= most || paused_until_ || !began_) return;
    if (slow_start_) {
        if (now - *began_ < limits_.round) return;
        passed_rate_ = rate;
        return set(std::min(rate * limits_.step, most), now);
    }
    // What is remembered is as good as what was just refused, but nobody has refused it yet.
    const auto calm = is_guess_ || !refused_at_ ? Duration(0) : limits_.calm;
    const auto calm_until = refused_at_.value_or(*began_) + calm;
    const auto since = std::max(grown_at_.value_or(calm_until), *began_);
    const auto span = in_seconds(now - since);
    if (now < calm_until || span < 1) return;
    grown_at_ = now;
    // Time in which nobody called is no time that went well.
    const auto grown = std::min(most, rate * (1 + (is_guess_ ? limits_.search : limits_.growth) * std::min(span, 1.0)));
    bucket_.change({.calls_per_second = grown, .burst = bucket_.limits().burst}, now);
    if (learnt_) learnt_ = grown;
}

void AdaptiveRate::set(double calls_per_second, SteadyTime now) {
    ++rate_number_;
    began_.reset();
    grown_at_.reset();
    const auto least = std::min(limits_.least, limits_.most.calls_per_second);
    bucket_.change({.calls_per_second = std::clamp(calls_per_second, least, limits_.most.calls_per_second),
                    .burst = std::min(bucket_.limits().burst, limits_.most.burst)},
                   now);
}

}  // namespace usersync::pace
