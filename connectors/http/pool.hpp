#pragma once
// The connections of one client: a bounded number of places, and what is kept open in between.

#include "connectors/http/stream.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <cstddef>
#include <deque>
#include <list>
#include <memory>
#include <utility>

namespace usersync::http {

/// Connections that idle longer than this are not used again: what stands between may have forgotten them.
constexpr std::chrono::seconds idle_kept_max{30};

class Pool;

/// A place among the pool's connections, given back when it dies.
class Place {
public:
    Place() = default;
    explicit Place(std::shared_ptr<Pool> pool) : pool_(std::move(pool)) {}
    Place(Place&&) = default;
    Place& operator=(Place&&) = delete;
    ~Place();

private:
    std::shared_ptr<Pool> pool_;  // the second owner of a pool is every exchange under way
};

class Pool {
public:
    Pool(boost::asio::any_io_executor executor, std::size_t connections_max);

    /// Waits for a place; first come, first served. Unwinds when cancelled.
    static boost::asio::awaitable<Place> enter(std::shared_ptr<Pool> self);

    /// A kept connection on which nothing has happened since it was kept, the last one first; null when there is
    /// none. One that the server closed meanwhile is dropped unused.
    std::unique_ptr<Stream> take_kept();
    /// REQUIRES: the exchange on it ended well.
    void keep(std::unique_ptr<Stream> stream);

private:
    friend class Place;
    struct Waiter {
        explicit Waiter(const boost::asio::any_io_executor& executor) : woken(executor) {}
        boost::asio::steady_timer woken;
        bool has_place = false;
    };
    struct Kept {
        std::unique_ptr<Stream> stream;
        std::chrono::steady_clock::time_point since;
    };

    void leave();

    boost::asio::any_io_executor executor_;
    std::size_t places_free_;
    std::list<std::shared_ptr<Waiter>> waiters_;
    std::deque<Kept> kept_;
};

}  // namespace usersync::http
