#pragma once
// The only time there is.

#include "core/base/time.hpp"

#include <boost/asio/awaitable.hpp>

namespace usersync {

/// Wall time and monotonic time. Implementations: the system's clock, and a manual one that tests move.
class Clock {
public:
    virtual ~Clock() = default;

    virtual Time now() const = 0;
    virtual SteadyTime steady_now() const = 0;

    /// Waits until the wall clock has reached `when`, also when the clock is set meanwhile (noticed within
    /// five minutes). Cancellation unwinds as boost::system::system_error with operation_aborted.
    virtual boost::asio::awaitable<void> sleep_until(Time when) = 0;
    /// Waits until the monotonic clock has reached `when`. Cancellation as above.
    virtual boost::asio::awaitable<void> sleep_until(SteadyTime when) = 0;
};

}  // namespace usersync
