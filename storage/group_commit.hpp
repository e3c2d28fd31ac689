#pragma once
// Several small writes in one transaction: one wait for the disk for all who come while another one is under way.

#include "core/base/result.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <atomic>
#include <cstddef>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <utility>
#include <vector>

namespace usersync::storage {

class Connection;
class Database;
class LedgerChain;

/// A write ends when its transaction is on disk. What came first is written first. Writes of one turn of a loop, such
/// as an outcome and the intent of the call that follows it, travel together. When one of a transaction fails, each is
/// tried again by itself, so that nobody's fault is anybody else's. REQUIRES: outlives its writes; the lane runs one
/// thing at a time.
class GroupCommit {
public:
    /// May be run twice, the second time after the first was undone. Takes what it needs by value.
    using Work = std::function<Result<void>(Connection&)>;

    GroupCommit(Database& database, LedgerChain& chain, boost::asio::any_io_executor lane);

    /// Work with entries of the ledger. Like everything that runs on a lane, it cannot be cancelled.
    boost::asio::awaitable<Result<void>> write(Work work);

    /// Transactions that were committed, each with one wait for the disk.
    std::size_t transactions() const { return transactions_; }

private:
    using Ended = std::function<void(std::exception_ptr, Result<void>)>;  ///< called once
    struct Waiting {
        Work work;
        Ended ended;
    };

    /// On the way from a loop to the lane. It belongs to the loop, and goes with it.
    struct Batch {
        boost::asio::any_io_executor home;
        std::vector<Waiting> all;
    };

    void send(boost::asio::any_io_executor home, Waiting one);
    void depart(const std::shared_ptr<Batch>& batch);
    void add(std::vector<Waiting> batch);
    void take_waiting();
    void write_one(Waiting& one);
    Result<void> transact(std::span<const Waiting> all);

    Database& database_;
    LedgerChain& chain_;
    boost::asio::any_io_executor lane_;
    std::mutex departing_;       ///< callers may have loops on several threads
    std::weak_ptr<Batch> next_;  ///< that which has not left yet
    // On the lane alone.
    std::vector<Waiting> waiting_;
    bool is_due_ = false;  ///< somebody is about to take what waits
    std::atomic<std::size_t> transactions_ = 0;
};

}  // namespace usersync::storage
