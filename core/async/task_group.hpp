#pragma once
// Coroutines with one owner, who cancels them and waits for them: what the others would spawn detached.

#include "core/async/event.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include <cstddef>
#include <exception>
#include <functional>
#include <list>
#include <memory>
#include <utility>
#include <vector>

namespace usersync {

/// Whether this is how a cancelled coroutine unwinds. REQUIRES: `error` is not null.
inline bool is_cancellation(const std::exception_ptr& error) {
    try {
        std::rethrow_exception(error);
    } catch (const boost::system::system_error& failed) {
        return failed.code() == boost::asio::error::operation_aborted;
    } catch (...) {
        return false;
    }
}

/// Any number of coroutines on one executor (one thread). A task ends by returning or by throwing; an exception
/// other than the unwinding of a cancelled task goes to `on_error`, which must not throw.
/// Destroying the group cancels its tasks and does not wait for them: they unwind when the context next runs, or
/// die with it. What a task uses must therefore belong to the task itself, or `join` must come first.
class TaskGroup {
public:
    using OnError = std::function<void(std::exception_ptr)>;

    explicit TaskGroup(boost::asio::any_io_executor executor, OnError on_error = {})
        : state_(std::make_shared<State>(std::move(executor), std::move(on_error))) {}
    TaskGroup(const TaskGroup&) = delete;
    TaskGroup& operator=(const TaskGroup&) = delete;
    ~TaskGroup() {
        state_->on_error = {};
        state_->cancel();
    }

    void spawn(boost::asio::awaitable<void> task) { State::spawn(state_, std::move(task)); }
    std::size_t size() const { return state_->tasks.size(); }
    /// Until a task ends or somebody calls `wake`. REQUIRES: the caller looked at what it waits for first.
    boost::asio::awaitable<void> changed() { return State::wait(state_); }
    void wake() { state_->changed.notify(); }
    /// Cancels what runs now; a task started later is not affected.
    void cancel() { state_->cancel(); }
    /// Waits until no task is left. Cancelling the waiter leaves the tasks alone.
    boost::asio::awaitable<void> join() { return State::join(state_); }

private:
    // Shared by the list, by the task's coroutine and by a cancel() under way, since a task may end while it is told.
    struct Task {
        boost::asio::cancellation_signal signal;
        bool has_begun = false;
        bool is_stopped = false;

        void stop() {
            is_stopped = true;
            if (has_begun) signal.emit(boost::asio::cancellation_type::terminal);
        }
    };

    struct State {
        State(boost::asio::any_io_executor where, OnError told)
            : executor(std::move(where)), on_error(std::move(told)), changed(executor) {}

        // The state's second owner is each running task: it outlives the group when the tasks do.
        static void spawn(const std::shared_ptr<State>& self, boost::asio::awaitable<void> task) {
            const auto started = std::make_shared<Task>();
            const auto place = self->tasks.insert(self->tasks.end(), started);
            auto ended = [self, place](std::exception_ptr error) {
                self->tasks.erase(place);
                if (error && self->on_error && !is_cancellation(error)) self->on_error(error);
                self->changed.notify();
            };
            boost::asio::co_spawn(self->executor, begin(started, std::move(task)),
                                  boost::asio::bind_cancellation_slot(started->signal.slot(), std::move(ended)));
        }

        // Asio 1.81 lets the abort of a coroutine that was never suspended escape from the context's run(). So a
        // task is suspended once before its signal is ever used.
        static boost::asio::awaitable<void> begin(std::shared_ptr<Task> self, boost::asio::awaitable<void> task) {
            co_await boost::asio::post(boost::asio::use_awaitable);
            if (self->is_stopped) co_return;
            self->has_begun = true;
            co_await std::move(task);
        }

        static boost::asio::awaitable<void> wait(std::shared_ptr<State> self) { co_await self->changed.wait(); }

        static boost::asio::awaitable<void> join(std::shared_ptr<State> self) {
            while (!self->tasks.empty()) {
                co_await self->changed.wait();
            }
        }

        // On the executor, since Asio would otherwise tell the coroutine later, through a pointer into the signal.
        void cancel() {
            if (tasks.empty()) return;
            auto stop_all = [running = std::vector<std::shared_ptr<Task>>(tasks.begin(), tasks.end())] {
                for (const auto& task : running) task->stop();
            };
            boost::asio::dispatch(executor, std::move(stop_all));
        }

        boost::asio::any_io_executor executor;
        OnError on_error;
        Event changed;
        std::list<std::shared_ptr<Task>> tasks;
    };

    std::shared_ptr<State> state_;
};

}  // namespace usersync
