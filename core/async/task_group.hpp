#pragma once
// Children that somebody waits for: no coroutine without a parent.

#include "core/async/event.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>

#include <cstddef>
#include <exception>
#include <iterator>
#include <list>
#include <utility>

namespace usersync {

/// Runs coroutines side by side on one executor. A child's cancellation is the group's alone: cancelling the parent's
/// wait does not reach the children, `cancel` does. A child that throws anything but operation_aborted has its
/// exception kept for `join`.
/// REQUIRES: used on the executor's one thread; `join` has returned before the group dies.
class TaskGroup {
public:
    explicit TaskGroup(boost::asio::any_io_executor executor) : executor_(executor), changed_(executor) {}
    TaskGroup(const TaskGroup&) = delete;
    TaskGroup& operator=(const TaskGroup&) = delete;

    void spawn(boost::asio::awaitable<void> task) {
        signals_.emplace_back();
        const auto signal = std::prev(signals_.end());
        auto ended = [this, signal](std::exception_ptr error) {
            signals_.erase(signal);
            if (error && !is_cancellation(error) && !error_) error_ = error;
            changed_.notify();
        };
        boost::asio::co_spawn(executor_, std::move(task),
                              boost::asio::bind_cancellation_slot(signal->slot(), std::move(ended)));
    }

    std::size_t running() const { return signals_.size(); }

    /// Wakes everybody in `changed` without a child having ended.
    void wake() { changed_.notify(); }

    /// Until a child ends or somebody calls `wake`. REQUIRES: the caller looked at the state first.
    boost::asio::awaitable<void> changed() { return changed_.wait(); }

    /// Asks every child to end.
    void cancel() {
        // A child may end, and leave the list, while it is being cancelled.
        for (auto signal = signals_.begin(); signal != signals_.end();) {
            auto current = signal++;
            current->emit(boost::asio::cancellation_type::terminal);
        }
    }

    /// Until every child has ended; then throws what the first one threw.
    boost::asio::awaitable<void> join() {
        while (!signals_.empty()) {
            co_await changed_.wait();
        }
        if (error_) std::rethrow_exception(std::exchange(error_, nullptr));
    }

private:
    static bool is_cancellation(const std::exception_ptr& error) {
        try {
            std::rethrow_exception(error);
        } catch (const boost::system::system_error& e) {
            return e.code() == boost::asio::error::operation_aborted;
        } catch (...) {
            return false;
        }
    }

    boost::asio::any_io_executor executor_;
    Event changed_;
    std::list<boost::asio::cancellation_signal> signals_;
    std::exception_ptr error_;
};

}  // namespace usersync
