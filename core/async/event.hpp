#pragma once
// "Something has changed, look again": the one way in which coroutines of the I/O thread wake one another.

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

namespace usersync {

/// Waiters look at the state they care about, and wait only when it is not as they want it; on one thread nothing
/// can change between the look and the wait. `notify` wakes everybody who waits now.
class Event {
public:
    explicit Event(boost::asio::any_io_executor executor) : timer_(std::move(executor)) { rearm(); }
    Event(const Event&) = delete;
    Event& operator=(const Event&) = delete;

    void notify() {
        ++notified_;
        rearm();  // changing a timer's expiry ends every wait on it
    }

    /// Until the next `notify`. Cancellation unwinds as operation_aborted.
    boost::asio::awaitable<void> wait() {
        const auto before = notified_;
        boost::system::error_code error;
        co_await timer_.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, error));
        if (notified_ == before) throw boost::system::system_error(boost::asio::error::operation_aborted);
    }

private:
    void rearm() { timer_.expires_at(boost::asio::steady_timer::time_point::max()); }

    boost::asio::steady_timer timer_;
    unsigned long long notified_ = 0;
};

}  // namespace usersync
