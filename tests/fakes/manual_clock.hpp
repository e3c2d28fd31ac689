#pragma once
// Time that moves only when the test says so.

#include "core/ports/clock.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <cstddef>
#include <optional>
#include <vector>

namespace usersync::test {

/// Both of its times move together, unless somebody sets the wall clock. Sleepers wake, in the order of their moments,
/// when time passes theirs.
class ManualClock final : public Clock {
public:
    explicit ManualClock(boost::asio::io_context& context, Time start = Time(std::chrono::hours(24 * 365 * 56)));

    Time now() const override { return start_ + elapsed_ + ahead_; }
    SteadyTime steady_now() const override { return SteadyTime(elapsed_); }
    boost::asio::awaitable<void> sleep_until(Time when) override;
    boost::asio::awaitable<void> sleep_until(SteadyTime when) override;

    void advance(Duration by);
    /// Somebody sets the wall clock, forward or back.
    void jump(Duration by);
    /// Moves to the first sleeper's moment; false when nobody sleeps.
    bool advance_to_next();
    /// The same, but no further than `at_most`; so far when nobody sleeps. How far it went.
    Duration advance_to_next(Duration at_most);
    std::size_t sleepers() const { return sleepers_.size(); }

private:
    struct Sleeper {
        Duration until{};
        bool by_wall_clock = false;
        boost::asio::steady_timer timer;
        bool due = false;
    };
    boost::asio::awaitable<void> sleep(Duration until, bool by_wall_clock);
    Duration moment_of(const Sleeper& sleeper) const {
        return sleeper.until - (sleeper.by_wall_clock ? ahead_ : Duration(0));
    }
    std::optional<Duration> until_next() const;

    boost::asio::io_context& context_;
    Time start_;
    Duration elapsed_{0};
    Duration ahead_{0};  ///< of the wall clock, since it was set
    std::vector<Sleeper*> sleepers_;
};

}  // namespace usersync::test
