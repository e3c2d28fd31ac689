#include "tests/fakes/manual_clock.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include <algorithm>

namespace usersync::test {

namespace asio = boost::asio;

ManualClock::ManualClock(asio::io_context& context, Time start) : context_(context), start_(start) {}

asio::awaitable<void> ManualClock::sleep_until(Time when) { return sleep(when - start_, true); }

asio::awaitable<void> ManualClock::sleep_until(SteadyTime when) { return sleep(when.time_since_epoch(), false); }

asio::awaitable<void> ManualClock::sleep(Duration until, bool by_wall_clock) {
    Sleeper sleeper{
        .until = until, .by_wall_clock = by_wall_clock, .timer = asio::steady_timer(context_), .due = false};
    if (moment_of(sleeper) <= elapsed_) co_return;
    sleeper.timer.expires_at(asio::steady_timer::time_point::max());
    sleepers_.push_back(&sleeper);
    boost::system::error_code error;
    co_await sleeper.timer.async_wait(asio::redirect_error(asio::use_awaitable, error));
    std::erase(sleepers_, &sleeper);
    if (!sleeper.due) throw boost::system::system_error(asio::error::operation_aborted);
}

void ManualClock::advance(Duration by) {
    elapsed_ += by;
    for (auto* sleeper : sleepers_) {
        if (moment_of(*sleeper) > elapsed_ || sleeper->due) continue;
        sleeper->due = true;
        sleeper->timer.cancel();
    }
}

void ManualClock::jump(Duration by) {
    ahead_ += by;
    advance(Duration(0));
}

std::optional<Duration> ManualClock::until_next() const {
    std::optional<Duration> first;
    for (const auto* sleeper : sleepers_) {
        if (!sleeper->due && (!first || moment_of(*sleeper) < *first)) first = moment_of(*sleeper);
    }
    if (first) first = std::max(*first - elapsed_, Duration(0));
    return first;
}

bool ManualClock::advance_to_next() {
    const auto next = until_next();
    if (next) advance(*next);
    return next.has_value();
}

Duration ManualClock::advance_to_next(Duration at_most) {
    const auto next = std::min(until_next().value_or(at_most), at_most);
    advance(next);
    return next;
}

}  // namespace usersync::test
