#pragma once
// Those who ask one source: runs, and looks beside them. One after another, since what is remembered of it is one file.

#include "core/async/event.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <memory>
#include <utility>

namespace usersync::rest_api {

class Turns : public std::enable_shared_from_this<Turns> {
public:
    explicit Turns(boost::asio::any_io_executor executor) : given_back_(std::move(executor)) {}

    /// Waits until nobody has the turn, and takes it. It is given back when what this gives dies.
    boost::asio::awaitable<std::shared_ptr<void>> take() {
        const auto self = shared_from_this();
        while (is_taken_) co_await given_back_.wait();
        is_taken_ = true;
        co_return std::shared_ptr<void>(this, [self](void*) {
            self->is_taken_ = false;
            self->given_back_.notify();
        });
    }

private:
    bool is_taken_ = false;
    Event given_back_;
};

}  // namespace usersync::rest_api
