#pragma once
// The gate: every call to Speakap waits here for its turn, so that all who share a limit keep it together.

#include "core/base/result.hpp"
#include "core/base/time.hpp"
#include "core/pace/adaptive_rate.hpp"
#include "core/pace/fair_queue.hpp"
#include "core/ports/clock.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <set>

namespace usersync::speakap {

/// Of one credential and class of calls; several tenants may share one. The clock must outlive the gate, and the gate
/// everybody who waits at it. One thread. No turn is given out ahead of its moment, so that a pause and a change of the
/// rate hold for those who already wait.
class Gate {
public:
    Gate(pace::AdaptiveLimits limits, Clock& clock);
    ~Gate();
    Gate(const Gate&) = delete;
    Gate& operator=(const Gate&) = delete;

    /// A tenant that will call here. Where several do, turns are shared out by weight.
    pace::Flow join(double weight = 1.0);
    void leave(pace::Flow flow);
    std::size_t members() const { return weights_.size(); }

    /// Who waits for this tenant, and who comes, leaves without a turn: `transient`/"stopping". The others go on.
    void close(pace::Flow flow);
    void open(pace::Flow flow) { closed_.erase(flow); }

    /// Returns when the caller may send one call. `transient`/"no_turn_in_time" at once, when its turn would come
    /// after the deadline; `retry_after` then says how far away the turn is. Cancellation unwinds as
    /// boost::system::system_error with operation_aborted.
    boost::asio::awaitable<Result<pace::Turn>> pass(Deadline deadline, pace::Flow flow = 0);

    /// What became of a call that passed.
    void went_well(const pace::Turn& turn) { rate_.passed(turn); }
    void was_refused(const pace::Turn& turn, std::optional<Duration> server_said);
    /// The server said when to come back: nobody passes before, not even those who already wait. Never shortens.
    void pause_until(SteadyTime when);
    /// When that pause is over; nullopt when it is, or when there was none.
    std::optional<SteadyTime> paused_until() const;

    pace::AdaptiveRate& rate() { return rate_; }
    const pace::AdaptiveRate& rate() const { return rate_; }
    /// How even the turns of several tenants are; nullopt while nobody had to share.
    std::optional<double> evenness() const { return queue_.evenness(); }

private:
    struct Waiting;
    class Place;

    void hand_out(SteadyTime now);
    void wake_one();
    SteadyTime expected(SteadyTime now, pace::Flow flow);

    std::shared_ptr<Gate*> self_;  ///< nullptr in it when this is gone
    pace::AdaptiveRate rate_;
    Clock& clock_;
    pace::FairQueue queue_;
    std::map<pace::FairQueue::Ticket, Waiting*> waiting_;
    Waiting* leader_ = nullptr;  ///< the one who sleeps until the next moment and gives the turns out
    std::map<pace::Flow, double> weights_;
    std::set<pace::Flow> closed_;
    pace::Flow last_flow_ = 0;
    SteadyTime paused_until_ = SteadyTime::min();
};

}  // namespace usersync::speakap
