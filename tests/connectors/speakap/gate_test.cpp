#include "connectors/speakap/gates.hpp"

#include "tests/fakes/manual_clock.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <chrono>
#include <exception>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace usersync::speakap {
namespace {

using namespace std::chrono_literals;

// Callers at one gate, and the moments at which they passed.
class Crowd {
public:
    explicit Crowd(pace::BucketLimits limits) : clock_(context_), gate_({.most = limits}, clock_) {}

    Gate& gate() { return gate_; }
    SteadyTime at(Duration since_start) const { return SteadyTime(since_start); }

    void arrive(SteadyTime deadline, pace::Flow flow = 0) {
        boost::asio::co_spawn(context_, pass(deadline, flow), [](std::exception_ptr error) { REQUIRE_FALSE(error); });
        settle();
    }
    void wait(Duration time) {
        const auto until = clock_.steady_now() + time;
        while (clock_.steady_now() < until) {
            clock_.advance(100ms);
            settle();
        }
    }
    /// Whoever passes next is told at once to come back later.
    void refuse_next_until(SteadyTime when) { next_refusal_ = when; }
    const std::vector<SteadyTime>& passed() const { return passed_; }
    const std::vector<pace::Flow>& flows() const { return flows_; }
    const std::vector<Failure>& refused() const { return refused_; }

private:
    boost::asio::awaitable<void> pass(SteadyTime deadline, pace::Flow flow) {
        Result<pace::Turn> passed = co_await gate_.pass(deadline, flow);
        if (passed) {
            passed_.push_back(clock_.steady_now());
            flows_.push_back(flow);
            if (next_refusal_) gate_.pause_until(*std::exchange(next_refusal_, std::nullopt));
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
    std::vector<pace::Flow> flows_;
    std::vector<Failure> refused_;
    std::optional<SteadyTime> next_refusal_;
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

TEST_CASE("tenants who share a credential take turns, however many calls one of them has", "[connectors][speakap]") {
    Crowd crowd({.calls_per_second = 10, .burst = 1});
    const auto big = crowd.gate().join();
    const auto small = crowd.gate().join();
    for (int n = 0; n < 100; ++n) crowd.arrive(crowd.at(1h), big);
    for (int n = 0; n < 5; ++n) crowd.arrive(crowd.at(1h), small);
    crowd.wait(2s);

    CHECK(crowd.passed().size() >= 20);
    CHECK(crowd.passed().size() <= 21);
    const auto first = std::vector<pace::Flow>(crowd.flows().begin(), crowd.flows().begin() + 12);
    CHECK(std::count(first.begin(), first.end(), small) == 5);
    REQUIRE(crowd.gate().evenness());
    CHECK(*crowd.gate().evenness() >= 0.98);
}

TEST_CASE("who waits too long for a pause is told when the pause begins", "[connectors][speakap][fault19]") {
    Crowd crowd({.calls_per_second = 1, .burst = 1});
    for (int n = 0; n < 3; ++n) crowd.arrive(crowd.at(20s));
    REQUIRE(crowd.passed().size() == 1);
    crowd.gate().pause_until(crowd.at(5min));
    crowd.wait(2s);
    CHECK(crowd.refused().size() == 2);
    CHECK(crowd.refused()[0].code == "no_turn_in_time");
    CHECK(crowd.refused()[0].retry_after > Duration(4min));
}

TEST_CASE("nobody who waits is forgotten when the one who keeps the time gives up", "[connectors][speakap]") {
    Crowd crowd({.calls_per_second = 1, .burst = 1});
    crowd.arrive(crowd.at(1h));
    crowd.arrive(crowd.at(3s));
    for (int n = 0; n < 4; ++n) crowd.arrive(crowd.at(1h));
    crowd.gate().pause_until(crowd.at(4s));
    crowd.wait(12s);
    CHECK(crowd.passed().size() == 5);
    CHECK(crowd.refused().size() == 1);
}

TEST_CASE("nobody who waits is forgotten when the next in line gives up before keeping the time",
          "[connectors][speakap]") {
    Crowd crowd({.calls_per_second = 1, .burst = 1});
    crowd.arrive(crowd.at(1h));
    crowd.refuse_next_until(crowd.at(30s));
    crowd.arrive(crowd.at(1h));   // keeps the time, passes, and is told to come back later
    crowd.arrive(crowd.at(10s));  // is next, and cannot wait so long
    crowd.arrive(crowd.at(1h));
    crowd.wait(40s);
    CHECK(crowd.passed().size() == 3);
    CHECK(crowd.refused().size() == 1);
}

TEST_CASE("when one tenant stops, who waits for it leaves without a turn, and the others go on",
          "[connectors][speakap]") {
    Crowd crowd({.calls_per_second = 1, .burst = 1});
    const auto stopping = crowd.gate().join();
    const auto going_on = crowd.gate().join();
    crowd.arrive(crowd.at(1h), stopping);
    for (int n = 0; n < 3; ++n) {
        crowd.arrive(crowd.at(1h), stopping);  // the first of them keeps the time
        crowd.arrive(crowd.at(1h), going_on);
    }
    REQUIRE(crowd.passed().size() == 1);

    crowd.gate().close(stopping);
    crowd.wait(5s);

    CHECK(crowd.flows() == std::vector<pace::Flow>{stopping, going_on, going_on, going_on});
    REQUIRE(crowd.refused().size() == 3);
    for (const auto& failure : crowd.refused()) {
        CHECK(failure.code == "stopping");
        CHECK(failure.effect == Effect::none);
    }
    crowd.arrive(crowd.at(1h), stopping);
    CHECK(crowd.refused().size() == 4);
    crowd.gate().open(stopping);
    crowd.arrive(crowd.at(1h), stopping);
    CHECK(crowd.flows().back() == stopping);
}

TEST_CASE("tenants with one credential, or of one group, have one gate, and the slowest limit holds",
          "[connectors][speakap]") {
    boost::asio::io_context context;
    test::ManualClock clock(context);
    SharedGates shared(clock);
    SpeakapOptions one;
    one.rest_token = Secret("app_secret");
    one.rate = {.calls_per_second = 10, .burst = 10};
    auto same = one;
    same.rate = {.calls_per_second = 4, .burst = 5};
    auto other = one;
    other.rest_token = Secret("other_secret");
    const auto gates = shared.of(one);
    CHECK(shared.of(same)[rest_read] == gates[rest_read]);
    CHECK(gates[rest_read]->rate().calls_per_second() == 4);
    CHECK(shared.of(other)[rest_read] != gates[rest_read]);
    CHECK(gates[scim_call] == gates[rest_read]);
    CHECK(gates[rest_write] == gates[rest_read]);

    one.pace_group = other.pace_group = "one host";
    CHECK(shared.of(one)[rest_read] != gates[rest_read]);
    const auto grouped = shared.of(one);
    CHECK(shared.of(other)[rest_read] == grouped[rest_read]);

    one.scim_rate = 2;
    CHECK(shared.of(one)[scim_call]->rate().calls_per_second() == 2);
    CHECK(shared.of(one)[rest_read] == grouped[rest_read]);
}

TEST_CASE("a quarter of the burst is left for calls that arrive closer together than they left",
          "[connectors][speakap]") {
    SpeakapOptions options;
    options.rate = {.calls_per_second = 100, .burst = 20};
    const auto of_many = limits_of(options, rest_read).most;
    CHECK(of_many.burst == 15);
    CHECK(of_many.calls_per_second == 100);
    options.rate.burst = 1;
    CHECK(limits_of(options, rest_read).most.burst == 1);
}

}  // namespace
}  // namespace usersync::speakap
