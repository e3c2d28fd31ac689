#include "connectors/speakap/turns.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include <utility>

namespace usersync::speakap {

namespace asio = boost::asio;

struct Turns::Waiting {
    asio::steady_timer timer;
    bool called = false;
};

Turns::Turn::Turn(Turn&& other) noexcept : turns_(std::exchange(other.turns_, nullptr)) {}

Turns::Turn::~Turn() {
    if (turns_ != nullptr) turns_->give_up();
}

Turns::Turns() = default;
Turns::~Turns() = default;

asio::awaitable<Turns::Turn> Turns::take() {
    auto executor = co_await asio::this_coro::executor;
    while (taken_) {
        Waiting waiting{.timer = asio::steady_timer(executor, asio::steady_timer::time_point::max())};
        waiting_.push_back(&waiting);
        boost::system::error_code error;
        co_await waiting.timer.async_wait(asio::redirect_error(asio::use_awaitable, error));
        std::erase(waiting_, &waiting);
        if (!waiting.called) throw boost::system::system_error(asio::error::operation_aborted);
    }
    taken_ = true;
    co_return Turn(*this);
}

void Turns::give_up() {
    taken_ = false;
    // All are called; the first takes the turn, the others wait again. Nobody can be forgotten that way.
    for (auto* waiting : waiting_) {
        waiting->called = true;
        waiting->timer.cancel();
    }
}

}  // namespace usersync::speakap
