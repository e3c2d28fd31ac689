#pragma once
// How fast calls may go: a token bucket, as a calculation from a state and *now* to a time point.

#include "core/base/time.hpp"

#include <chrono>

namespace usersync::pace {

struct BucketLimits {
    double calls_per_second = 5.0;  ///< REQUIRES: > 0
    double burst = 5.0;             ///< calls that may go at once after a pause; REQUIRES: >= 1
    bool operator==(const BucketLimits&) const = default;
};

/// Gives every call its moment. In any window of t seconds at most `burst + t * calls_per_second` moments lie.
class TokenBucket {
public:
    explicit TokenBucket(BucketLimits limits);

    /// The next free moment, now or later. It is not taken by asking.
    SteadyTime free_at(SteadyTime now) const;

    /// Takes the next free moment, now or later, and never gives it to anybody else.
    SteadyTime reserve(SteadyTime now);

    /// Nobody goes before `when` any more; moments already given out stay given. The burst is spent.
    void pause_until(SteadyTime when);

    /// From now on this fast. What is in the bucket stays, as a share of it: a full one is full, an empty one empty.
    void change(BucketLimits limits, SteadyTime now);

    const BucketLimits& limits() const { return limits_; }

private:
    using Fine = std::chrono::nanoseconds;  // whole numbers: no rounding ever adds up to a call too many

    BucketLimits limits_;
    Fine gap_;         // between two calls at the steady rate
    Fine headroom_;    // how far ahead of that rate a full bucket lets calls run
    Fine full_at_{0};  // when the bucket will be full again, since the steady clock's epoch
};

}  // namespace usersync::pace
