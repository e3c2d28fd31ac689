#include "connectors/session/breaker.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/error_code.hpp>

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>

namespace usersync::session {

namespace asio = boost::asio;

void Breaker::cut(CutReason reason) noexcept {
    CutReason expected = CutReason::none;
    if (!reason_.compare_exchange_strong(expected, reason, std::memory_order_acq_rel)) return;
    ::shutdown(duplicate_.get(), SHUT_RDWR);
}

std::shared_ptr<Breaker> make_breaker(const Descriptor& connection) {
    Descriptor duplicate(::fcntl(connection.get(), F_DUPFD_CLOEXEC, 0));
    if (!duplicate.is_open()) return nullptr;
    return std::make_shared<Breaker>(std::move(duplicate));
}

asio::awaitable<void> watch(CutWhenGone guard, Duration idle_max, Deadline deadline) {
    using SteadyClock = std::chrono::steady_clock;
    // Four looks per idle limit are precise enough, and at most four a second cost nothing with many sessions.
    const Duration interval = std::clamp(idle_max / 4, Duration(5), Duration(250));
    auto executor = co_await asio::this_coro::executor;
    asio::steady_timer timer(executor);
    std::uint64_t seen = 0;
    auto since = SteadyClock::now();
    while (true) {
        timer.expires_after(interval);
        boost::system::error_code error;
        auto token = asio::redirect_error(asio::use_awaitable, error);
        co_await timer.async_wait(token);
        if (error) co_return;
        const auto now = SteadyClock::now();
        const auto progress = (*guard).progress();
        if (now >= deadline) {
            (*guard).cut(CutReason::deadline);
            co_return;
        }
        if (progress != seen) {
            seen = progress;
            since = now;
        } else if (seen > 0 && now - since >= idle_max) {
            // Before its first step the session only waits for its turn on the lane, and the peer is not to blame.
            (*guard).cut(CutReason::idle);
            co_return;
        }
    }
}

}  // namespace usersync::session
