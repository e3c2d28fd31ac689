#pragma once
// How fast a credential may be used, as learnt from what the server lets pass (demands ).

#include "core/base/time.hpp"
#include "core/pace/bucket.hpp"

#include <cstdint>
#include <deque>
#include <optional>

namespace usersync::pace {

struct AdaptiveLimits {
    BucketLimits most;        ///< never faster than this, whatever the server lets pass
    bool learns = false;      ///< false: `most` is what the server allows, as far as anybody knows: begin with it
    double begin = 8.0;       ///< calls per second to begin with, when it learns and remembers nothing
    double least = 0.1;       ///< never slower, or nothing would ever be learnt again
    double headroom = 0.02;   ///< this share of what the server was seen to let pass stays unused
    double cut = 0.5;         ///< a refusal takes at most this share away at once, and all of it when nothing was seen
    double growth = 0.01;     ///< of the rate, for each second that calls went well after `calm`
    Duration calm = std::chrono::seconds(20);  ///< after a refusal, before the rate grows again
    bool operator==(const AdaptiveLimits&) const = default;
};

/// The moment of one call, and what belongs to it when its answer is told.
struct Turn {
    SteadyTime when{};
    std::uint64_t rate_number = 0;  ///< of the rate that it was given out at
};

/// A token bucket whose rate follows the server: down at a refusal, to what was seen to pass; slowly up again when calls
/// go well. Never above `most`. Answers to calls that were given out at an earlier rate do not lower it once more: one
/// refusal of many calls that were under way together counts once.
class AdaptiveRate {
public:
    /// `remembered`: calls per second, from an earlier time.
    explicit AdaptiveRate(AdaptiveLimits limits, std::optional<double> remembered = {});

    /// Takes the next free moment, now or later.
    Turn reserve(SteadyTime now);

    /// The server did the call, or refused it for another reason than its pace.
    void passed(const Turn& turn, SteadyTime now);
    /// 429, or 503 with Retry-After. Nobody goes before the server's own word is over.
    void refused(const Turn& turn, SteadyTime now, std::optional<Duration> server_said);
    /// What the server says of its own limit (RateLimit fields): the rate is not above it any more.
    void told(double calls_per_second, SteadyTime now);
    /// Nobody goes before `when` any more.
    void pause_until(SteadyTime when) { bucket_.pause_until(when); }

    double calls_per_second() const { return bucket_.limits().calls_per_second; }
    /// To be kept for the next time; nullopt while nothing was learnt.
    std::optional<double> learnt() const { return learnt_; }
    std::uint64_t refusals() const { return refusals_; }

private:
    void set(double calls_per_second, SteadyTime now);
    std::optional<double> seen_to_pass(SteadyTime refused) const;
    void count(SteadyTime when);
    void grow(SteadyTime now);

    AdaptiveLimits limits_;
    TokenBucket bucket_;
    std::uint64_t rate_number_ = 0;
    std::uint64_t refusals_ = 0;
    std::optional<double> learnt_;
    std::optional<SteadyTime> refused_at_;
    std::optional<SteadyTime> grown_at_;
    std::optional<SteadyTime> first_passed_;  // at this rate
    std::deque<SteadyTime> passed_;           // moments of the newest calls that passed, since the last refusal
    bool slow_start_ = false;
};

}  // namespace usersync::pace
