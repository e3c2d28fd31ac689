#include "core/async/run_on.hpp"

#include "tests/support/run.hpp"

#include <boost/asio/thread_pool.hpp>
#include <catch2/catch.hpp>

#include <memory>
#include <stdexcept>
#include <string>
#include <thread>

using namespace usersync;
namespace asio = boost::asio;

namespace {

struct Threads {
    std::thread::id work;
    std::thread::id after;
};

asio::awaitable<Threads> note_threads(asio::any_io_executor lane) {
    auto work = [] { return std::this_thread::get_id(); };
    Threads threads;
    threads.work = co_await run_on(lane, std::move(work));
    threads.after = std::this_thread::get_id();
    co_return threads;
}

asio::awaitable<std::string> read_text(asio::any_io_executor lane) {
    auto text = std::make_unique<std::string>("a value that can only be moved");
    auto work = [text = std::move(text)] { return *text; };
    co_return co_await run_on(lane, std::move(work));
}

asio::awaitable<int> fail(asio::any_io_executor lane) {
    auto work = []() -> int { throw std::runtime_error("the disk is full"); };
    co_return co_await run_on(lane, std::move(work));
}

}  // namespace

TEST_CASE("blocking work runs on its lane and its caller goes on where it was", "[core][async]") {
    asio::thread_pool pool(1);

    const auto threads = test::run(note_threads(pool.get_executor()));

    CHECK(threads.work != std::this_thread::get_id());
    CHECK(threads.after == std::this_thread::get_id());
}

TEST_CASE("work on a lane takes its values along and gives one back", "[core][async]") {
    asio::thread_pool pool(1);

    CHECK(test::run(read_text(pool.get_executor())) == "a value that can only be moved");
}

TEST_CASE("an exception on a lane arrives at the caller", "[core][async]") {
    asio::thread_pool pool(1);

    CHECK_THROWS_WITH(test::run(fail(pool.get_executor())), "the disk is full");
}
