#include "tests/simulation/sim_time.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include <algorithm>

namespace usersync::simulation {

namespace asio = boost::asio;

SimTime::Sleeper::Sleeper(SimTime& of, const asio::any_io_executor& executor, Duration when,
                          const Duration* shown_ahead)
    : time(of), until(when), ahead(shown_ahead), timer(executor) {
    timer.expires_at(asio::steady_timer::time_point::max());
    time.sleepers_.push_back(this);
}

SimTime::Sleeper::~Sleeper() { std::erase(time.sleepers_, this); }

asio::awaitable<void> SimTime::sleep(Duration until, const Duration* ahead) {
    if (until <= elapsed_ + *ahead) co_return;
    auto executor = co_await asio::this_coro::executor;
    Sleeper sleeper(*this, executor, until, ahead);
    boost::system::error_code error;
    co_await sleeper.timer.async_wait(asio::redirect_error(asio::use_awaitable, error));
    if (!sleeper.due) throw boost::system::system_error(asio::error::operation_aborted);
}

std::optional<Duration> SimTime::next() const {
    std::optional<Duration> first;
    for (const auto* sleeper : sleepers_) {
        if (!sleeper->due && (!first || sleeper->moment() < *first)) first = sleeper->moment();
    }
    if (first) first = std::max(*first, elapsed_);
    return first;
}

void SimTime::advance_to(Duration elapsed) {
    elapsed_ = std::max(elapsed_, elapsed);
    for (auto* sleeper : sleepers_) {
        if (sleeper->due || sleeper->moment() > elapsed_) continue;
        sleeper->due = true;
        sleeper->timer.cancel();
    }
}

}  // namespace usersync::simulation
