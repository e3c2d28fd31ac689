#include "daemon/runtime/lanes.hpp"

#include "core/async/run_on.hpp"
#include "tests/support/run.hpp"

#include <boost/asio/post.hpp>
#include <catch2/catch.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <future>
#include <thread>
#include <vector>

using namespace usersync;
using runtime::Lanes;
using runtime::LaneSizes;
namespace asio = boost::asio;

namespace {

constexpr std::chrono::seconds long_enough{60};

/// Two that can only both arrive when they run at the same time.
struct Meeting {
    std::promise<void> here[2];
    std::atomic<int> met{0};

    auto join_in(int which) {
        return [this, which] {
            here[which].set_value();
            auto other = here[1 - which].get_future();
            if (other.wait_for(long_enough) == std::future_status::ready) ++met;
        };
    }
};

}  // namespace

TEST_CASE("a tenant's store is used by one at a time and in order", "[daemon][runtime]") {
    std::atomic<int> inside{0};
    std::atomic<int> most{0};
    std::vector<int> order;
    {
        Lanes lanes(LaneSizes{.store = 4, .sftp = 1, .compute = 1});
        for (int i = 0; i < 200; ++i) {
            asio::post(lanes.store(TenantId("shop")), [&, i] {
                most = std::max<int>(most, ++inside);
                order.push_back(i);
                std::this_thread::yield();
                --inside;
            });
        }
    }

    CHECK(most == 1);
    REQUIRE(order.size() == 200);
    CHECK(std::is_sorted(order.begin(), order.end()));
}

TEST_CASE("two tenants' stores do not wait for each other", "[daemon][runtime]") {
    Meeting meeting;
    {
        Lanes lanes(LaneSizes{.store = 2, .sftp = 1, .compute = 1});
        asio::post(lanes.store(TenantId("shop")), meeting.join_in(0));
        asio::post(lanes.store(TenantId("depot")), meeting.join_in(1));
    }

    CHECK(meeting.met == 2);
}

TEST_CASE("a blocked download does not hold up a computation", "[daemon][runtime]") {
    Meeting meeting;
    {
        Lanes lanes(LaneSizes{.store = 1, .sftp = 1, .compute = 1});
        asio::post(lanes.sftp(), meeting.join_in(0));
        asio::post(lanes.compute(), meeting.join_in(1));
    }

    CHECK(meeting.met == 2);
}

TEST_CASE("joining the lanes waits for everything that was handed over", "[daemon][runtime]") {
    std::atomic<int> ran{0};
    Lanes lanes;
    for (int i = 0; i < 50; ++i) {
        asio::post(lanes.compute(), [&] { ++ran; });
        asio::post(lanes.store(TenantId("shop")), [&] { ++ran; });
    }

    lanes.join();

    CHECK(ran == 100);
}

TEST_CASE("work on a lane gives its value back to the I/O thread", "[daemon][runtime]") {
    Lanes lanes;
    auto work = [] { return 42; };

    CHECK(test::run(run_on(lanes.store(TenantId("shop")), work)) == 42);
}
