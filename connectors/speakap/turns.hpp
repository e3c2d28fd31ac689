#pragma once
// Taking turns: what one coroutine has begun, others wait for instead of beginning it too.

#include <boost/asio/awaitable.hpp>

#include <memory>
#include <utility>

namespace usersync::speakap {

/// One turn at a time, on one thread. It must outlive everybody who waits; a turn may outlive it: a process that ends
/// takes its coroutines down in any order.
class Turns {
    struct Waiting;
    struct State;

public:
    /// Held while one's turn lasts; giving it up lets the next one go on.
    class Turn {
    public:
        explicit Turn(std::shared_ptr<State> state) : state_(std::move(state)) {}
        Turn(Turn&& other) noexcept = default;
        Turn& operator=(Turn&&) = delete;
        ~Turn();

    private:
        std::shared_ptr<State> state_;  // empty: given to somebody else
    };

    Turns();
    ~Turns();
    Turns(const Turns&) = delete;
    Turns& operator=(const Turns&) = delete;

    /// Cancellation unwinds as boost::system::system_error with operation_aborted.
    boost::asio::awaitable<Turn> take();

private:
    std::shared_ptr<State> state_;
};

}  // namespace usersync::speakap
