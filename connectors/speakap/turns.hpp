#pragma once
// Taking turns: what one coroutine has begun, others wait for instead of beginning it too.

#include <boost/asio/awaitable.hpp>

#include <memory>
#include <vector>

namespace usersync::speakap {

/// One turn at a time, on one thread. It must outlive every turn and everybody who waits.
class Turns {
    struct Waiting;

public:
    /// Held while one's turn lasts; giving it up lets the next one go on.
    class Turn {
    public:
        explicit Turn(Turns& turns) : turns_(&turns) {}
        Turn(Turn&& other) noexcept;
        Turn& operator=(Turn&&) = delete;
        ~Turn();

    private:
        Turns* turns_;
    };

    Turns();
    ~Turns();
    Turns(const Turns&) = delete;
    Turns& operator=(const Turns&) = delete;

    /// Cancellation unwinds as boost::system::system_error with operation_aborted.
    boost::asio::awaitable<Turn> take();

private:
    void give_up();

    bool taken_ = false;
    std::vector<Waiting*> waiting_;
};

}  // namespace usersync::speakap
