#include "connectors/speakap/gate.hpp"

#include <algorithm>
#include <utility>

namespace usersync::speakap {
namespace {

Failure no_turn_in_time(Duration until_turn) {
    return Failure{.kind = FailureKind::transient,
                   .code = "no_turn_in_time",
                   .where = "speakap.gate",
                   .detail = "the rate limit leaves no turn for this call before its deadline",
                   .retry_after = until_turn};
}

}  // namespace

Gate::Gate(pace::BucketLimits limits, Clock& clock) : bucket_(std::move(limits)), clock_(clock) {}

boost::asio::awaitable<Result<void>> Gate::pass(Deadline deadline) {
    for (;;) {
        const SteadyTime now = clock_.steady_now();
        // A pause is judged before a moment is taken: a caller who gives up must not use one up.
        if (paused_until_ > deadline) co_return no_turn_in_time(paused_until_ - now);
        const SteadyTime turn = bucket_.reserve(now);
        if (turn > deadline) co_return no_turn_in_time(turn - now);
        if (turn > now) co_await clock_.sleep_until(turn);
        // A pause that came during the wait holds for those who were already waiting, too.
        if (paused_until_ <= clock_.steady_now()) co_return Result<void>();
    }
}

void Gate::pause_until(SteadyTime when) {
    paused_until_ = std::max(paused_until_, when);
    bucket_.pause_until(paused_until_);
}

std::optional<SteadyTime> Gate::paused_until() const {
    return paused_until_ > clock_.steady_now() ? std::optional(paused_until_) : std::nullopt;
}

}  // namespace usersync::speakap
