#pragma once
// The gate: every call to Speakap waits here for its turn, so that REST and SCIM together keep the rate.

#include "core/base/result.hpp"
#include "core/base/time.hpp"
#include "core/pace/bucket.hpp"
#include "core/ports/clock.hpp"

#include <boost/asio/awaitable.hpp>

#include <optional>

namespace usersync::speakap {

/// The clock must outlive the gate. One thread.
class Gate {
public:
    Gate(pace::BucketLimits limits, Clock& clock);

    /// Returns when the caller may send one call. `transient`/"no_turn_in_time" at once, when its turn would come
    /// after the deadline; `retry_after` then says how far away the turn is.
    boost::asio::awaitable<Result<void>> pass(Deadline deadline);

    /// The server said when to come back: nobody passes before, not even those who already wait. Never shortens.
    void pause_until(SteadyTime when);
    /// When that pause is over; nullopt when it is, or when there was none.
    std::optional<SteadyTime> paused_until() const;

private:
    pace::TokenBucket bucket_;
    Clock& clock_;
    SteadyTime paused_until_ = SteadyTime::min();
};

}  // namespace usersync::speakap
