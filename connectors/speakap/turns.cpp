#include "connectors/speakap/turns.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include <memory>
#include <utility>
#include <vector>

namespace usersync::speakap {

namespace asio = boost::asio;

struct Turns::State {
    bool taken = false;
    std::vector<Waiting*> waiting;

    void give_up();
    void call_all();
};

/// On the list for as long as it lives, also when its coroutine is taken down while it waits.
struct Turns::Waiting {
    Waiting(asio::any_io_executor executor, std::shared_ptr<State> of)
        : timer(std::move(executor), asio::steady_timer::time_point::max()), state(std::move(of)) {
        state->waiting.push_back(this);
    }
    Waiting(const Waiting&) = delete;
    Waiting& operator=(const Waiting&) = delete;
    ~Waiting() { std::erase(state->waiting, this); }

    asio::steady_timer timer;
    std::shared_ptr<State> state;
    bool called = false;
};

void Turns::State::give_up() {
    taken = false;
    // The first takes the turn, the others wait again. Nobody can be forgotten that way.
    call_all();
}

void Turns::State::call_all() {
    for (auto* one : waiting) {
        one->called = true;
        one->timer.cancel();
    }
}

Turns::Turn::~Turn() {
    if (state_) state_->give_up();
}

Turns::Turns() : state_(std::make_shared<State>()) {}
Turns::~Turns() = default;

asio::awaitable<Turns::Turn> Turns::take() {
    std::function<bool()> never = [] { return false; };
    auto turn = co_await take_unless(std::move(never));
    co_return std::move(*turn);
}

asio::awaitable<std::optional<Turns::Turn>> Turns::take_unless(std::function<bool()> is_done) {
    auto executor = co_await asio::this_coro::executor;
    const auto state = state_;
    while (state->taken) {
        if (is_done()) co_return std::nullopt;
        Waiting waiting(executor, state);
        boost::system::error_code error;
        co_await waiting.timer.async_wait(asio::redirect_error(asio::use_awaitable, error));
        if (!waiting.called) throw boost::system::system_error(asio::error::operation_aborted);
    }
    state->taken = true;
    co_return Turn(state);
}

void Turns::look_again() { state_->call_all(); }

}  // namespace usersync::speakap
