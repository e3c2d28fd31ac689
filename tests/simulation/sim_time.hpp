#pragma once
// Time that moves only when the simulation says so, and clocks that show it, rightly or wrongly.

#include "core/ports/clock.hpp"

#include <boost/asio/steady_timer.hpp>

#include <optional>
#include <vector>

namespace usersync::simulation {

/// Of the whole world. Outlives every process in it: whoever sleeps when a process dies is forgotten.
class SimTime {
public:
    SimTime() = default;
    SimTime(const SimTime&) = delete;
    SimTime& operator=(const SimTime&) = delete;

    Duration elapsed() const { return elapsed_; }
    /// When the first sleeper wakes; nullopt when nobody sleeps.
    std::optional<Duration> next() const;
    /// Wakes everybody whose moment has come. Never goes back.
    void advance_to(Duration elapsed);

    /// Until `elapsed` and what `*ahead` says are so much together. `ahead` may change meanwhile and must stay alive.
    boost::asio::awaitable<void> sleep(Duration until, const Duration* ahead);

private:
    struct Sleeper {
        Sleeper(SimTime& of, const boost::asio::any_io_executor& executor, Duration when, const Duration* shown_ahead);
        ~Sleeper();
        Sleeper(const Sleeper&) = delete;
        Sleeper& operator=(const Sleeper&) = delete;
        Duration moment() const { return until - *ahead; }

        SimTime& time;
        Duration until;
        const Duration* ahead;
        boost::asio::steady_timer timer;
        bool due = false;
    };

    Duration elapsed_{0};
    std::vector<Sleeper*> sleepers_;
};

/// A clock on somebody's wall: its steady time is the world's, its wall time may be set.
class SimClock final : public Clock {
public:
    explicit SimClock(SimTime& time) : time_(time) {}

    /// What the world begins with: a day in 2026.
    static constexpr Time start = Time(std::chrono::hours(24 * 365 * 56));

    Time now() const override { return start + time_.elapsed() + ahead_; }
    SteadyTime steady_now() const override { return SteadyTime(time_.elapsed()); }
    boost::asio::awaitable<void> sleep_until(Time when) override { return time_.sleep(when - start, &ahead_); }
    boost::asio::awaitable<void> sleep_until(SteadyTime when) override {
        return time_.sleep(when.time_since_epoch(), &never_set_);
    }

    /// Somebody sets the clock, or it was wrong before.
    void jump(Duration by) { ahead_ += by; }

private:
    SimTime& time_;
    Duration ahead_{0};
    const Duration never_set_{0};
};

}  // namespace usersync::simulation
