#include "core/pace/bucket.hpp"

#include "core/base/result.hpp"

#include <algorithm>
#include <cmath>

namespace usersync::pace {
namespace {

using std::chrono::nanoseconds;

// Far beyond any use, and small enough that sums of it stay within 64 bits.
constexpr double span_max_ns = 1e16;

nanoseconds whole(double ns) { return nanoseconds(static_cast<nanoseconds::rep>(std::min(ns, span_max_ns))); }

}  // namespace

TokenBucket::TokenBucket(BucketLimits limits)
    : limits_(limits),
      gap_(whole(std::ceil(1e9 / limits.calls_per_second))),
      headroom_(whole(std::floor((limits.burst - 1) * 1e9 / limits.calls_per_second))) {
    USERSYNC_INVARIANT(limits.calls_per_second > 0 && limits.burst >= 1, "a token bucket lets calls through");
}

SteadyTime TokenBucket::free_at(SteadyTime now) const {
    return SteadyTime(std::max(now.time_since_epoch(), std::chrono::ceil<Duration>(full_at_ - headroom_)));
}

SteadyTime TokenBucket::reserve(SteadyTime now) {
    const auto moment = free_at(now).time_since_epoch();
    // Counted from the moment as it is given out, rounded up: the promise holds for what callers see.
    full_at_ = std::max<Fine>(full_at_, moment) + gap_;
    return SteadyTime(moment);
}

void TokenBucket::change(BucketLimits limits, SteadyTime now) {
    const auto span = headroom_ + gap_;
    const auto owed = std::max<Fine>(Fine(0), full_at_ - now.time_since_epoch());
    TokenBucket changed(limits);
    // Beyond one bucket the debt is calls whose moments were given out, or a pause: time, whatever the rate.
    const auto within = std::min(owed, span);
    const auto scaled = static_cast<double>(within.count()) / static_cast<double>(span.count()) *
                        static_cast<double>((changed.headroom_ + changed.gap_).count());
    changed.full_at_ = now.time_since_epoch() + whole(std::ceil(scaled)) + (owed - within);
    *this = changed;
}

void TokenBucket::pause_until(SteadyTime when) {
    const auto pause = std::min<Duration>(when.time_since_epoch(), std::chrono::hours(24 * 365 * 100));
    full_at_ = std::max<Fine>(full_at_, Fine(pause) + headroom_);
}

}  // namespace usersync::pace
