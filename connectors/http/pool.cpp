#include "connectors/http/pool.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include <sys/socket.h>

#include <cerrno>

namespace usersync::http {

namespace asio = boost::asio;

namespace {

/// Whether the peer has neither closed nor sent anything. A byte here would be an answer to nothing, or, under
/// TLS, most likely the notice that the peer closes.
bool is_quiet(Stream& stream) {
    char byte = 0;
    const auto read = ::recv(stream.socket().native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    return read < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

}  // namespace

Place::~Place() {
    if (pool_) pool_->leave();
}

Pool::Pool(asio::any_io_executor executor, std::size_t connections_max)
    : executor_(std::move(executor)), places_free_(connections_max) {}

asio::awaitable<Place> Pool::enter(std::shared_ptr<Pool> self) {
    if (self->places_free_ > 0) {
        --self->places_free_;
        co_return Place(self);
    }
    // Shared with this coroutine's frame, which may be destroyed while it waits.
    const auto waiter = std::make_shared<Waiter>(self->executor_);
    waiter->woken.expires_at(asio::steady_timer::time_point::max());
    self->waiters_.push_back(waiter);
    boost::system::error_code woken;
    co_await waiter->woken.async_wait(asio::redirect_error(asio::use_awaitable, woken));
    // Given a place and cancelled at the same moment: the place goes on to the next one as this unwinds.
    if (waiter->has_place) co_return Place(self);
    self->waiters_.remove(waiter);
    throw boost::system::system_error(asio::error::operation_aborted);
}

void Pool::leave() {
    if (waiters_.empty()) {
        ++places_free_;
        return;
    }
    const auto next = waiters_.front();
    waiters_.pop_front();
    next->has_place = true;
    next->woken.cancel();
}

std::unique_ptr<Stream> Pool::take_kept() {
    const auto now = std::chrono::steady_clock::now();
    while (!kept_.empty()) {
        auto last = std::move(kept_.back());
        kept_.pop_back();
        if (now - last.since < idle_kept_max && is_quiet(*last.stream)) return std::move(last.stream);
    }
    return nullptr;
}

void Pool::keep(std::unique_ptr<Stream> stream) {
    kept_.push_back({std::move(stream), std::chrono::steady_clock::now()});
}

}  // namespace usersync::http
