#pragma once
// How fast a credential may be used, as learnt from what the server lets pass (demands ).

#include "core/base/time.hpp"
#include "core/pace/bucket.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

namespace usersync::pace {

struct AdaptiveLimits {
    BucketLimits most;          ///< never faster than this, whatever the server lets pass
    bool learns = false;        ///< false: `most` is what the server allows, as far as anybody knows: begin with it
    double begin = 20.0;        ///< calls per second to begin with, when it learns and remembers nothing
    double least = 0.05;        ///< never slower, or nothing would ever be learnt again
    double headroom = 0.02;     ///< this share of what the server was seen to let pass stays unused
    double cut = 0.5;           ///< a refusal takes at most this share away at once
    double cut_guessed = 0.15;  ///< likewise, where nothing but a few calls beside refused ones say how much
    double growth = 0.01;       ///< of the rate, for each second that calls went well after `calm`
    Duration calm = std::chrono::seconds(20);   ///< after a refusal, before the rate grows again
    Duration unsaid = std::chrono::seconds(1);  ///< the pause after a refusal without a word on when to come back
    double search = 0.012;  ///< likewise, from the first refusal on, as long as the rate was only guessed
    double step = 1.6;      ///< a slow start multiplies the rate by this …
    Duration round = std::chrono::milliseconds(100);  ///< … each time it was used so long
    bool operator==(const AdaptiveLimits&) const = default;
};

/// The moment of one call, and what belongs to it when its answer is told.
struct Turn {
    SteadyTime when{};
    std::uint64_t rate_number = 0;  ///< of the rate that it was given out at
};

/// A token bucket whose rate follows the server:
///
/// | state      | is entered                                   | rate                                              |
/// |------------|----------------------------------------------|---------------------------------------------------|
/// | known      | `learns` is off                              | `most`                                            |
/// | slow start | `learns`, and nothing is remembered          | a step up each round that went without a refusal  |
/// | paused     | at a refusal                                 | nobody goes until the server's word is over       |
/// | searching  | when that pause is over, or from what is remembered | what was seen to pass, then slowly up      |
///
/// What passed while others were refused tells the server's rate, since an empty bucket lets pass what is filled in.
/// Where that was too few calls: what passed between two refusals; where that says nothing either, the middle between
/// what passed and what was refused. Never above `most`. Answers to calls that had left before the rate was
/// lowered do not lower it once more: one refusal of many calls that were under way together counts once.
class AdaptiveRate {
public:
    /// `remembered`: calls per second, from an earlier time.
    explicit AdaptiveRate(AdaptiveLimits limits, std::optional<double> remembered = {});

    /// When the next call may go, as things stand.
    SteadyTime free_at(SteadyTime now);
    /// Takes the next free moment, now or later.
    Turn reserve(SteadyTime now);

    /// The server did the call, or refused it for another reason than its pace.
    void passed(const Turn& turn);
    /// 429. Nobody goes before the server's own word is over.
    void refused(const Turn& turn, SteadyTime now, std::optional<Duration> server_said);
    /// What the server says of its own limit (RateLimit fields): the rate is not above it any more.
    void told(double calls_per_second, SteadyTime now);
    /// Nobody goes before `when` any more.
    void pause_until(SteadyTime when) { bucket_.pause_until(when); }
    /// Somebody else who uses the same credential is to be no faster than this.
    void lower_to(BucketLimits most, SteadyTime now);
    /// From an earlier time; only where nothing was learnt since.
    void remember(double calls_per_second, SteadyTime now);

    double calls_per_second() const { return bucket_.limits().calls_per_second; }
    const AdaptiveLimits& limits() const { return limits_; }
    /// To be kept for the next time; nullopt while nothing was learnt.
    std::optional<double> learnt() const { return learnt_; }
    std::uint64_t refusals() const { return refusals_; }

private:
    struct Told {
        SteadyTime when{};
        bool passed = true;
    };
    /// From a full bucket to a refusal: the moments of the calls that passed.
    struct Cycle {
        std::vector<double> moments;  ///< seconds before the refusal, the newest first
    };

    void set(double calls_per_second, SteadyTime now);
    void note(SteadyTime when, bool was_passed);
    void settle(SteadyTime now);
    void grow(SteadyTime now);
    Cycle cycle() const;
    std::optional<double> seen_beside_refusals() const;
    std::optional<double> seen_in_cycles() const;
    std::optional<double> seen_with_burst(const Cycle& cycle, double burst) const;
    double bucket_of(const Cycle& cycle, double rate) const;

    AdaptiveLimits limits_;
    TokenBucket bucket_;
    std::uint64_t rate_number_ = 0;
    std::uint64_t lowered_number_ = 0;  ///< of the first rate after the newest refusal
    std::uint64_t refusals_ = 0;
    std::optional<double> learnt_;
    std::optional<SteadyTime> refused_at_;    ///< when the first call of the newest refusal had left
    std::optional<SteadyTime> paused_until_;  ///< a refusal is not judged yet
    std::optional<SteadyTime> grown_at_;
    std::optional<SteadyTime> began_;  ///< the first call at this rate
    double passed_rate_ = 0;           ///< the fastest that went a round of the slow start without a refusal
    std::deque<Told> told_;            ///< the newest calls since the newest refusal that was judged, by their moments
    std::optional<Cycle> earlier_;     ///< the cycle before
    bool slow_start_ = false;
    bool is_guess_ = false;  ///< few calls told the rate
};

}  // namespace usersync::pace
