// A run and a question about the same network, at the same gates.
#include "connectors/speakap/gates.hpp"
#include "connectors/speakap/probe.hpp"
#include "connectors/speakap/sandbox/sandbox_file.hpp"
#include "connectors/speakap/speakap_network.hpp"
#include "tests/connectors/speakap/sandbox_client.hpp"
#include "tests/fakes/manual_clock.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <chrono>
#include <exception>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace usersync::speakap {
namespace {

using namespace std::chrono_literals;

constexpr double rate = 4;
constexpr double burst = 4;

const std::string shop = R"({"name":"Shop","groups":[{"kind":"business_unit","name":"Store 1"}],"users":[
    {"xid":"1000","first":"Anna","family":"Boer","email":"a@shop.example","groups":["Store 1"]},
    {"xid":"1001","first":"Bram","family":"Kok","email":"b@shop.example","groups":["Store 1"]}]})";

/// What all who call see of one another.
struct Watch {
    std::vector<SteadyTime> sent;
    std::string put_off_next = {};  ///< the next call is told to come back after so many seconds
};

class WatchedClient final : public http::Client {
public:
    WatchedClient(std::unique_ptr<http::Client> inner, Clock& clock, Watch& watch)
        : inner_(std::move(inner)), clock_(clock), watch_(watch) {}

    boost::asio::awaitable<Result<http::Response>> send(http::Request request, Deadline deadline) override {
        watch_.sent.push_back(clock_.steady_now());
        const auto wait = std::exchange(watch_.put_off_next, {});
        if (!wait.empty()) {
            http::Response unavailable{.status = 503, .headers = {}, .body = {}};
            unavailable.headers.push_back({.name = "Retry-After", .value = wait});
            co_return unavailable;
        }
        Result<http::Response> response = co_await inner_->send(std::move(request), deadline);
        co_return response;
    }

private:
    std::unique_ptr<http::Client> inner_;
    Clock& clock_;
    Watch& watch_;
};

class Beside {
public:
    Beside() : clock_(context_), gates_(clock_), state_(built(clock_.now())) {
        options_.network = state_.network;
        options_.rest_token = Secret(state_.token);
        options_.scim_token = Secret(state_.scim_token);
        options_.rate = {.calls_per_second = rate, .burst = burst};
        run_ = make_speakap_network(options_, client(""), client("/scim"), clock_, 1, gates_.of(options_));
        reader_ = make_speakap_network(options_, client(""), client("/scim"), clock_, 2, gates_.of(options_));
        probe_ = make_speakap_probe(options_, client(""), client("/scim"), clock_, gates_.of(options_));
    }

    void put_off_next(const std::string& seconds) { watch_.put_off_next = seconds; }
    /// A run that reads a few times, and meanwhile a question and a probe.
    void all_at_once() {
        int left = 3;
        const auto done = [&left](std::exception_ptr error) {
            --left;
            if (error) std::rethrow_exception(error);
        };
        boost::asio::co_spawn(context_, reads(*run_), done);
        boost::asio::co_spawn(context_, reads(*reader_), done);
        boost::asio::co_spawn(context_, probes(), done);
        while (left > 0) {
            context_.restart();
            context_.poll();
            if (left > 0 && !clock_.advance_to_next()) throw std::logic_error("waits for ever");
        }
    }
    const std::vector<SteadyTime>& sent() const { return watch_.sent; }

private:
    static sandbox::SandboxState built(Time now) {
        auto state = sandbox::build_network(shop, 1, now - std::chrono::hours(24));
        if (!state) throw std::logic_error(describe(state.error()));
        return std::move(*state);
    }
    Deadline deadline() const { return clock_.steady_now() + Duration(1h); }
    boost::asio::awaitable<void> reads(Network& network) {
        for (int n = 0; n < 4; ++n) {
            std::vector<Link> nobody;
            Result<ActualNetwork> read = co_await network.read_all(std::move(nobody), deadline());
            CHECK(read.has_value());
        }
    }
    boost::asio::awaitable<void> probes() {
        Result<std::vector<ProbeFinding>> findings = co_await probe_->probe(deadline());
        CHECK(findings.has_value());
    }
    std::unique_ptr<http::Client> client(std::string prefix) {
        auto inner = std::make_unique<test::SandboxClient>(state_, clock_, std::move(prefix), asked_);
        return std::make_unique<WatchedClient>(std::move(inner), clock_, watch_);
    }

    boost::asio::io_context context_;
    test::ManualClock clock_;
    SharedGates gates_;
    sandbox::SandboxState state_;
    SpeakapOptions options_;
    std::vector<std::string> asked_;
    Watch watch_;
    std::unique_ptr<Network> run_;
    std::unique_ptr<Network> reader_;
    std::unique_ptr<Probe> probe_;
};

}  // namespace

TEST_CASE("a question and a probe beside a run share its rate instead of doubling it", "[connectors][speakap]") {
    Beside beside;
    beside.all_at_once();
    const auto& sent = beside.sent();
    REQUIRE(sent.size() > 40);
    for (std::size_t first = 0; first < sent.size(); ++first) {
        for (const Duration window : {Duration(1s), Duration(5s)}) {
            const auto end = std::lower_bound(sent.begin(), sent.end(), sent[first] + window);
            const auto calls = static_cast<double>(end - sent.begin()) - static_cast<double>(first);
            CHECK(calls <= burst + rate * std::chrono::duration<double>(window).count());
        }
    }
}

TEST_CASE("while the server has asked one of them to wait, neither a question nor a probe calls",
          "[connectors][speakap]") {
    Beside beside;
    beside.put_off_next("60");
    beside.all_at_once();
    const auto& sent = beside.sent();
    REQUIRE(sent.size() > 40);
    // Those whose turn had come before the answer did.
    const auto before = std::count_if(sent.begin(), sent.end(), [](SteadyTime at) { return at < SteadyTime(59s); });
    CHECK(before <= static_cast<long>(burst));
}

}  // namespace usersync::speakap
