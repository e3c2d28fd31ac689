#include "storage/group_commit.hpp"

#include "storage/database.hpp"
#include "storage/ledger_chain.hpp"

#include <iterator>
#include <utility>

namespace usersync::storage {

namespace asio = boost::asio;

GroupCommit::GroupCommit(Database& database, LedgerChain& chain, asio::any_io_executor lane)
    : database_(database), chain_(chain), lane_(std::move(lane)) {}

asio::awaitable<Result<void>> GroupCommit::write(Work work) {
    auto home = co_await asio::this_coro::executor;
    auto initiate = [this, home](auto handler, Work job) {
        // shared_ptr, since a std::function has to be copyable. It is given away whole: the caller's loop may be gone
        // as soon as it has its answer, and nothing on the lane may hold on to it.
        struct Caller {
            decltype(handler) resume;
            asio::executor_work_guard<asio::any_io_executor> guard;
        };
        auto caller =
            std::make_shared<Caller>(Caller{.resume = std::move(handler), .guard = asio::make_work_guard(home)});
        Ended ended = [caller = std::move(caller), home](std::exception_ptr error, Result<void> result) mutable {
            asio::post(home, [caller = std::move(caller), error, result = std::move(result)]() mutable {
                std::move(caller->resume)(error, std::move(result));
            });
        };
        send(home, {.work = std::move(job), .ended = std::move(ended)});
    };
    auto token = asio::use_awaitable;
    auto operation = asio::async_initiate<asio::use_awaitable_t<>, void(std::exception_ptr, Result<void>)>(
        std::move(initiate), token, std::move(work));
    Result<void> result = co_await std::move(operation);
    co_return result;
}

/// It leaves when the loop has done what is to be done now: whatever comes until then goes along.
void GroupCommit::send(asio::any_io_executor home, Waiting one) {
    const std::lock_guard lock(departing_);
    auto batch = next_.lock();
    const bool is_there = batch && batch->home == home;
    if (!is_there) batch = std::make_shared<Batch>(Batch{.home = home, .all = {}});
    batch->all.push_back(std::move(one));
    if (is_there) return;
    next_ = batch;
    asio::post(home, [this, batch = std::move(batch)] { depart(batch); });
}

void GroupCommit::depart(const std::shared_ptr<Batch>& batch) {
    std::vector<Waiting> all;
    {
        const std::lock_guard lock(departing_);
        if (next_.lock() == batch) next_.reset();
        all = std::move(batch->all);
    }
    asio::post(lane_, [this, all = std::move(all)]() mutable { add(std::move(all)); });
}

/// Whoever is on the lane already stands before the taking: all of them go together.
void GroupCommit::add(std::vector<Waiting> batch) {
    std::move(batch.begin(), batch.end(), std::back_inserter(waiting_));
    if (is_due_) return;
    is_due_ = true;
    asio::post(lane_, [this] { take_waiting(); });
}

void GroupCommit::take_waiting() {
    is_due_ = false;
    auto all = std::exchange(waiting_, {});
    std::exception_ptr error;
    Result<void> written;
    try {
        written = transact(all);
    } catch (...) {
        error = std::current_exception();
    }
    const bool is_one_at_fault = all.size() > 1 && (error || !written);
    for (auto& one : all) {
        if (is_one_at_fault) {
            write_one(one);
        } else {
            one.ended(error, written);
        }
    }
}

void GroupCommit::write_one(Waiting& one) {
    std::exception_ptr error;
    Result<void> written;
    try {
        written = transact({&one, 1});
    } catch (...) {
        error = std::current_exception();
    }
    one.ended(error, written);
}

Result<void> GroupCommit::transact(std::span<const Waiting> all) {
    auto written = database_.write([&](Connection& connection) -> Result<void> {
        for (const auto& one : all) {
            if (auto done = one.work(connection); !done) return done;
        }
        return {};
    });
    if (!written) return written;
    ++transactions_;
    chain_.committed();
    return written;
}

}  // namespace usersync::storage
