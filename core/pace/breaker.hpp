#pragma once
// When a server that fails is left alone, and when it is asked again (demand X-6).

#include "core/base/time.hpp"

#include <cstdint>

namespace usersync::pace {

struct BreakerLimits {
    int failures_in_a_row = 8;  ///< without any success between: the server is taken to be away
    Duration first_rest =
        std::chrono::minutes(1);  ///< before it is asked again; doubles, with full jitter above the half
    Duration longest_rest = std::chrono::minutes(10);
    bool operator==(const BreakerLimits&) const = default;
};

/// Closed: calls go. Open: nothing goes until `open_until`. Half open: one call goes, and decides.
class Breaker {
public:
    enum class State : std::uint8_t { closed, open, half_open };

    explicit Breaker(BreakerLimits limits) : limits_(limits) {}

    /// What a call that wants to go now meets. Open becomes half open when the rest is over.
    State state(SteadyTime now) const;
    /// True when the call may go. In the half-open state only the first one may, until its outcome is told.
    bool admit(SteadyTime now);
    /// The server answered, whatever it said about the call.
    void succeeded();
    /// The server failed, or could not be reached. `random` is uniform over all 64-bit values.
    void failed(SteadyTime now, std::uint64_t random);
    /// It is known to fail by other signs: open now, however few failures there were.
    void trip(SteadyTime now, std::uint64_t random);
    /// A harmless call was answered. Closed, but the next failure opens it again, and for longer.
    void probed_well();
    /// The call that was admitted ended without saying anything about the server.
    void withdrawn() { probing_ = false; }

    SteadyTime open_until() const { return open_until_; }  ///< REQUIRES: not closed
    int failures() const { return failures_; }

private:
    void open(SteadyTime now, std::uint64_t random);

    BreakerLimits limits_;
    int failures_ = 0;
    int rests_ = 0;
    bool is_open_ = false;
    bool probing_ = false;
    SteadyTime open_until_{};
};

}  // namespace usersync::pace
