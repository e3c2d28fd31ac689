#include "connectors/speakap/gate.hpp"

#include "tests/fakes/manual_clock.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <catch2/catch.hpp>

#include <chrono>
#include <exception>
#include <string>
#include <vector>

namespace usersync::speakap {
namespace {

using namespace std::chrono_literals;

// Callers at one gate, and the moments at which they passed.
class Crowd {
public:
    explicit Crowd(pace::BucketLimits limits) : clock_(context_), gate_(limits, clock_) {}

    Gate& gate() { return gate_; }
    SteadyTime at(Duration since_start) const { return SteadyTime(since_start); }

    void arrive(SteadyTime deadline) {
        boost::asio::co_spawn(context_, pass(deadline), [](std::exception_ptr error) { REQUIRE_FALSE(error); });
        settle();
    }
    void wait(Duration time) {
        const auto until = clock_.steady_now() + time;
        while (clock_.steady_now() < until) {
            clock_.advance(100ms);
            settle();
        }
    }
    const std::vector<SteadyTime>& passed() const { return passed_; }
    const std::vector<Failure>& refused() const { return refused_; }

private:
    boost::asio::awaitable<void> pass(SteadyTime deadline) {
        Result<void> passed = co_await gate_.pass(deadline);
        if (passed) {
            passed_.push_back(clock_.steady_now());
        } else {
            refused_.push_back(passed.error());
        }
    }
    void settle() {
        context_.restart();
        context_.poll();
    }

    boost::asio::io_context context_;
    test::ManualClock clock_;
    Gate gate_;
    std::vector<SteadyTime> passed_;
    std::vector<Failure> refused_;
};

TEST_CASE("calls wait their turn: the burst goes at once, the rest at the rate", "[connectors][speakap]") {
    Crowd crowd({.calls_per_second = 2, .burst = 2});
    for (int n = 0; n < 6; ++n) crowd.arrive(crowd.at(1h));

    CHECK(crowd.passed().size() == 2);
    crowd.wait(1s);
    CHECK(crowd.passed().size() == 4);
    crowd.wait(1s);
    CHECK(crowd.passed().size() == 6);
    CHECK(crowd.refused().empty());
}

TEST_CASE("when the server asks for a pause, nobody passes before it is over, not even who waited already",
          "[connectors][speakap][fault19]") {
    Crowd crowd({.calls_per_second = 1, .burst = 1});
    crowd.arrive(crowd.at(1h));
    crowd.arrive(crowd.at(1h));
    REQUIRE(crowd.passed().size() == 1);

    crowd.gate().pause_until(crowd.at(30s));
    crowd.arrive(crowd.at(1h));
    crowd.wait(29s);

    CHECK(crowd.passed().size() == 1);
    crowd.wait(5s);
    CHECK(crowd.passed().size() == 3);
    CHECK(crowd.passed()[1] >= crowd.at(30s));
}

TEST_CASE("a caller whose turn comes too late is told at once, and when it would have come", "[connectors][speakap]") {
    Crowd crowd({.calls_per_second = 1, .burst = 1});
    crowd.gate().pause_until(crowd.at(60s));

    crowd.arrive(crowd.at(10s));

    REQUIRE(crowd.refused().size() == 1);
    CHECK(crowd.refused()[0].kind == FailureKind::transient);
    CHECK(crowd.refused()[0].code == "no_turn_in_time");
    CHECK(crowd.refused()[0].effect == Effect::none);
    CHECK(crowd.refused()[0].retry_after == Duration(60s));
}

TEST_CASE("a shorter pause does not shorten a longer one", "[connectors][speakap]") {
    Crowd crowd({.calls_per_second = 10, .burst = 1});
    crowd.gate().pause_until(crowd.at(20s));
    crowd.gate().pause_until(crowd.at(5s));
    crowd.arrive(crowd.at(1h));
    crowd.wait(19s);
    CHECK(crowd.passed().empty());
    crowd.wait(2s);
    CHECK(crowd.passed().size() == 1);
}

}  // namespace
}  // namespace usersync::speakap
