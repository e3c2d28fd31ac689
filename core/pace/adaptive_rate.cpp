#include "core/pace/adaptive_rate.hpp"

#include <algorithm>
#include <chrono>

namespace usersync::pace {
namespace {

double seconds(Duration duration) { return std::chrono::duration<double>(duration).count(); }

BucketLimits begin_with(const AdaptiveLimits& limits, std::optional<double> remembered) {
    auto first = limits.most;
    const auto begin = remembered ? *remembered : (limits.learns ? limits.begin : first.calls_per_second);
    first.calls_per_second = std::clamp(begin, std::min(limits.least, first.calls_per_second), first.calls_per_second);
    return first;
}

// A slow start doubles the rate each time it has been used for so long.
constexpr auto doubling = std::chrono::milliseconds(150);
// Over less time than this, a rate is noise.
constexpr double span_min = 0.1;
// What is looked back at. More calls say nothing more.
constexpr std::size_t passed_max = 4096;

}  // namespace

AdaptiveRate::AdaptiveRate(AdaptiveLimits limits, std::optional<double> remembered)
    : limits_(limits),
      bucket_(begin_with(limits, remembered)),
      learnt_(remembered),
      slow_start_(limits.learns && !remembered) {}

Turn AdaptiveRate::reserve(SteadyTime now) {
    grow(now);
    return {.when = bucket_.reserve(now), .rate_number = rate_number_};
}

void AdaptiveRate::passed(const Turn& turn, SteadyTime now) {
    if (!refused_at_ || turn.when > *refused_at_) count(turn.when);
    if (turn.rate_number == rate_number_ && !first_passed_) first_passed_ = now;
}

/// Answers come in another order than calls went out.
void AdaptiveRate::count(SteadyTime when) {
    const auto at = std::upper_bound(passed_.begin(), passed_.end(), when);
    passed_.insert(at, when);
    if (passed_.size() > passed_max) passed_.pop_front();
}

void AdaptiveRate::refused(const Turn& turn, SteadyTime now, std::optional<Duration> server_said) {
    ++refusals_;
    if (server_said && *server_said > Duration(0)) pause_until(now + *server_said);
    if (turn.rate_number != rate_number_) return;  // that call left before the rate was lowered
    const auto rate = calls_per_second();
    const auto seen = seen_to_pass(turn.when);
    const auto wanted = seen ? *seen * (1 - limits_.headroom) : 0.0;
    const auto lowered = std::clamp(wanted, rate * (1 - limits_.cut), rate * (1 - limits_.headroom));
    slow_start_ = false;
    refused_at_ = now;
    learnt_ = std::max(lowered, limits_.least);
    passed_.clear();
    set(*learnt_, now);
}

void AdaptiveRate::told(double calls_per_second, SteadyTime now) {
    if (calls_per_second <= 0 || calls_per_second >= this->calls_per_second()) return;
    slow_start_ = false;
    refused_at_ = now;
    set(std::max(calls_per_second, limits_.least), now);
}

/// A bucket of B calls that is filled at R lets at most B + R t calls pass in any t, and exactly so many since it was
/// full last when it refuses one. So R is the largest (calls - B) / t over all windows that end with the refusal.
/// nullopt: what passed was no more than a full bucket, so it says nothing.
std::optional<double> AdaptiveRate::seen_to_pass(SteadyTime refused) const {
    std::optional<double> most;
    double calls = 0;
    for (auto at = passed_.rbegin(); at != passed_.rend(); ++at) {
        if (*at > refused) continue;
        const auto span = seconds(refused - *at);
        const auto beyond = ++calls - limits_.most.burst;
        if (span < span_min || beyond <= 0) continue;
        most = std::max(most.value_or(0), beyond / span);
    }
    return most;
}

void AdaptiveRate::grow(SteadyTime now) {
    const auto most = limits_.most.calls_per_second;
    const auto rate = calls_per_second();
    if (rate >= most) return;
    if (slow_start_) {
        if (!first_passed_ || now - *first_passed_ < doubling) return;
        return set(std::min(rate * 2, most), now);
    }
    if (!refused_at_ || now - *refused_at_ < limits_.calm) {
        // What is remembered is as good as what was just refused, but nobody has refused it yet.
        if (refused_at_ || !first_passed_) return;
    }
    const auto since = grown_at_ ? *grown_at_ : (refused_at_ ? *refused_at_ + limits_.calm : *first_passed_);
    const auto span = seconds(now - since);
    if (span < 1) return;
    grown_at_ = now;
    const auto grown = std::min(most, rate * (1 + limits_.growth * std::min(span, 1.0)));
    bucket_.change({.calls_per_second = grown, .burst = limits_.most.burst}, now);
    if (learnt_) learnt_ = grown;
}

void AdaptiveRate::set(double calls_per_second, SteadyTime now) {
    ++rate_number_;
    first_passed_.reset();
    grown_at_.reset();
    bucket_.change({.calls_per_second = std::min(calls_per_second, limits_.most.calls_per_second),
                    .burst = limits_.most.burst},
                   now);
}

}  // namespace usersync::pace
