#pragma once
// How fast calls may go: a token bucket, as a calculation from a state and *now* to a time point.

#include "core/base/time.hpp"

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

    /// Takes the next free moment, now or later, and never gives it to anybody else.
    SteadyTime reserve(SteadyTime now);

    /// Nobody goes before `when` any more; moments already given out stay given. The burst is spent.
    void pause_until(SteadyTime when);

    const BucketLimits& limits() const { return limits_; }

private:
    BucketLimits limits_;
    // The bucket as a virtual schedule: the moment at which the bucket would be full again.
    std::chrono::duration<double> full_at_{0};
    std::chrono::duration<double> paused_until_{0};
    bool used_ = false;
};

}  // namespace usersync::pace
