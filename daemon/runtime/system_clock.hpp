#pragma once
// The system's time, as the port that everything else asks.

#include "core/ports/clock.hpp"

namespace usersync::runtime {

/// Sleeps on the executor of the coroutine that sleeps. A wall-clock sleep notices within five minutes that the
/// clock was set, since Asio looks at it again at least that often.
class SystemClock final : public Clock {
public:
    Time now() const override;
    SteadyTime steady_now() const override;
    boost::asio::awaitable<void> sleep_until(Time when) override;
    boost::asio::awaitable<void> sleep_until(SteadyTime when) override;
};

}  // namespace usersync::runtime
