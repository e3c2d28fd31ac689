#include "connectors/speakap/gate.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include <algorithm>
#include <cmath>
#include <utility>

namespace usersync::speakap {

namespace asio = boost::asio;

namespace {

Failure no_turn_in_time(Duration until_turn) {
    return Failure{.kind = FailureKind::transient,
                   .code = "no_turn_in_time",
                   .where = "speakap.gate",
                   .detail = "the rate limit leaves no turn for this call before its deadline",
                   .retry_after = until_turn};
}

Failure stopping() {
    return Failure{.kind = FailureKind::transient,
                   .code = "stopping",
                   .where = "speakap.gate",
                   .detail = "a stop came while the call waited for its turn"};
}

}  // namespace

struct Gate::Waiting {
    asio::steady_timer timer;  ///< for those who do not lead: it never ends by itself
    Deadline deadline;
    pace::Flow flow = 0;
    bool called = false;
    bool is_too_late = false;
    bool is_sent_away = false;
    std::optional<pace::Turn> turn;

    void call() {
        called = true;
        timer.cancel();
    }
};

/// In the queue for as long as it lives. It may outlive the gate: a process that ends takes its coroutines down in any
/// order.
class Gate::Place {
public:
    Place(Gate& gate, Waiting& waiting, pace::Flow flow) : gate_(gate.self_), waiting_(waiting) {
        const auto weight = gate.weights_.find(flow);
        ticket_ = gate.queue_.add(flow, weight == gate.weights_.end() ? 1.0 : weight->second);
        gate.waiting_.emplace(ticket_, &waiting);
    }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;
    ~Place() {
        auto* gate = *gate_;
        if (gate == nullptr) return;
        gate->queue_.remove(ticket_);
        gate->waiting_.erase(ticket_);
        if (gate->leader_ == &waiting_) gate->leader_ = nullptr;
        // Whoever was woken to lead may leave instead, and then somebody else has to.
        if (gate->leader_ == nullptr) gate->wake_one();
    }

private:
    std::shared_ptr<Gate*> gate_;
    Waiting& waiting_;
    pace::FairQueue::Ticket ticket_ = 0;
};

Gate::Gate(pace::AdaptiveLimits limits, Clock& clock)
    : self_(std::make_shared<Gate*>(this)), rate_(std::move(limits)), clock_(clock) {}
Gate::~Gate() { *self_ = nullptr; }

pace::Flow Gate::join(double weight) {
    weights_[++last_flow_] = weight;
    return last_flow_;
}

void Gate::leave(pace::Flow flow) {
    weights_.erase(flow);
    closed_.erase(flow);
}

void Gate::close(pace::Flow flow) {
    closed_.insert(flow);
    for (auto& [ticket, waiting] : waiting_) {
        if (waiting->flow != flow) continue;
        waiting->is_sent_away = true;
        waiting->call();
    }
}

/// About: of those who wait, nobody knows who will give up.
SteadyTime Gate::expected(SteadyTime now, pace::Flow flow) {
    const auto shares = (queue_.waiting(flow) + 1) * std::max<std::size_t>(queue_.flows_waiting(), 1);
    const auto ahead = std::min(queue_.size(), shares);
    const auto gap = std::min(1e3 / rate_.calls_per_second(), 1e9);
    return rate_.free_at(now) + Duration(static_cast<Duration::rep>(gap * static_cast<double>(ahead)));
}

asio::awaitable<Result<pace::Turn>> Gate::pass(Deadline deadline, pace::Flow flow) {
    if (closed_.contains(flow)) co_return stopping();
    const SteadyTime now = clock_.steady_now();
    const SteadyTime soonest = std::max(expected(now, flow), paused_until_);
    if (soonest > deadline) co_return no_turn_in_time(soonest - now);
    if (queue_.empty() && soonest <= now) co_return rate_.reserve(now);

    auto executor = co_await asio::this_coro::executor;
    Waiting me{.timer = asio::steady_timer(executor, asio::steady_timer::time_point::max()),
               .deadline = deadline,
               .flow = flow};
    Place place(*this, me, flow);
    while (!me.turn && !me.is_too_late && !me.is_sent_away) {
        if (leader_ == nullptr) leader_ = &me;
        if (leader_ == &me) {
            const SteadyTime when = std::max(rate_.free_at(clock_.steady_now()), paused_until_);
            if (when > clock_.steady_now()) co_await clock_.sleep_until(when);
            if (me.is_sent_away) break;
            hand_out(clock_.steady_now());
            continue;
        }
        boost::system::error_code error;
        co_await me.timer.async_wait(asio::redirect_error(asio::use_awaitable, error));
        if (!std::exchange(me.called, false)) throw boost::system::system_error(asio::error::operation_aborted);
        me.timer.expires_at(asio::steady_timer::time_point::max());
    }
    if (me.is_sent_away) co_return stopping();
    if (me.turn) co_return *me.turn;
    const SteadyTime later = clock_.steady_now();
    co_return no_turn_in_time(std::max(expected(later, flow), paused_until_) - later);
}

/// Every turn that is free by now.
void Gate::hand_out(SteadyTime now) {
    while (!queue_.empty() && rate_.free_at(now) <= now && paused_until_ <= now) {
        const auto ticket = queue_.serve();
        const auto at = waiting_.find(ticket);
        auto& next = *at->second;
        waiting_.erase(at);
        if (next.is_sent_away) continue;  // and on its way out
        if (next.deadline < now) {
            next.is_too_late = true;
        } else {
            next.turn = rate_.reserve(now);
        }
        if (&next != leader_) next.call();
    }
}

void Gate::wake_one() {
    if (!waiting_.empty()) waiting_.begin()->second->call();
}

void Gate::was_refused(const pace::Turn& turn, std::optional<Duration> server_said) {
    rate_.refused(turn, clock_.steady_now(), server_said);
    if (server_said && *server_said > Duration(0)) pause_until(clock_.steady_now() + *server_said);
}

void Gate::pause_until(SteadyTime when) {
    paused_until_ = std::max(paused_until_, when);
    rate_.pause_until(paused_until_);
    // Whoever cannot wait so long is told now.
    for (auto& [ticket, waiting] : waiting_) {
        if (waiting->deadline >= paused_until_) continue;
        waiting->is_too_late = true;
        waiting->call();
    }
}

std::optional<SteadyTime> Gate::paused_until() const {
    return paused_until_ > clock_.steady_now() ? std::optional(paused_until_) : std::nullopt;
}

}  // namespace usersync::speakap
