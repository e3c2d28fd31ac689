#include "tests/fakes/manual_clock.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include <algorithm>

namespace usersync::test {

namespace asio = boost::asio;

ManualClock::ManualClock(asio::io_context& context, Time start) : context_(context), start_(start) {}

asio::awaitable<void> ManualClock::sleep_until(Time when) { return sleep(when - start_); }

asio::awaitable<void> ManualClock::sleep_until(SteadyTime when) { return sleep(when.time_since_epoch()); }

asio::awaitable<void> ManualClock::sleep(Duration until) {
    if (until <= elapsed_) co_return;
    Sleeper sleeper{.until = until, .timer = asio::steady_timer(context_), .due = false};
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
        if (sleeper->until > elapsed_ || sleeper->due) continue;
        sleeper->due = true;
        sleeper->timer.cancel();
    }
}

std::optional<Duration> ManualClock::until_next() const {
    std::optional<Duration> first;
    for (const auto* sleeper : sleepers_) {
        if (!sleeper->due && (!first || sleeper->until < *first)) first = sleeper->until;
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
