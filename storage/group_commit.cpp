#include "storage/group_commit.hpp"

#include "storage/database.hpp"
#include "storage/ledger_chain.hpp"

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
        asio::post(lane_, [this, job = std::move(job), ended = std::move(ended)]() mutable {
            add(std::move(job), std::move(ended));
        });
    };
    auto token = asio::use_awaitable;
    auto operation = asio::async_initiate<asio::use_awaitable_t<>, void(std::exception_ptr, Result<void>)>(
        std::move(initiate), token, std::move(work));
    Result<void> result = co_await std::move(operation);
    co_return result;
}

/// Whoever is on the lane already stands before the taking: all of them go together.
void GroupCommit::add(Work work, Ended ended) {
    waiting_.push_back({.work = std::move(work), .ended = std::move(ended)});
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
    auto written = database_.write([&](SQLite::Database& connection) -> Result<void> {
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
