#pragma once
// Taking turns: what one coroutine has begun, others wait for instead of beginning it too.

#include <boost/asio/awaitable.hpp>

#include <functional>
#include <memory>
#include <optional>
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
    /// nullopt as soon as `is_done` says, while somebody else has the turn, that none is needed any more. It is asked
    /// at first, and whenever a turn is given up or `look_again` is called.
    boost::asio::awaitable<std::optional<Turn>> take_unless(std::function<bool()> is_done);
    void look_again();

private:
    std::shared_ptr<State> state_;
};

}  // namespace usersync::speakap
