// Two hundred tenants whose HR system is asked over HTTPS in the same minute: one process, one loop, one vendor.

#include "tests/connectors/rest/rest_world.hpp"
#include "tests/daemon/sync/street.hpp"
#include "tests/support/columns.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

using namespace usersync;
using namespace usersync::test;
using namespace std::chrono_literals;
namespace asio = boost::asio;

namespace {

constexpr std::size_t tenants_count = 200;
constexpr Duration jitter = 1min;
constexpr Duration answer_time = 200ms;
constexpr Duration slow_answer_time = 45s;
constexpr std::size_t calls_of_a_read = 3;  // for a token, for two people, for the empty page behind them

const pace::Schedule at_six{.when = pace::parse_cron("0 6 * * *").value(), .jitter = jitter};

/// How many calls are on their way through real sockets: while there are any, no time may pass.
struct Traffic {
    std::size_t asking = 0;
    std::size_t waiting = 0;  ///< of these: by the clock, at either end
    std::size_t under_way() const { return asking - waiting; }
};

class CountingClock final : public Clock {
public:
    CountingClock(ManualClock& clock, Traffic& traffic) : clock_(clock), traffic_(traffic) {}
    Time now() const override { return clock_.now(); }
    SteadyTime steady_now() const override { return clock_.steady_now(); }
    asio::awaitable<void> sleep_until(Time when) override {
        ++traffic_.waiting;
        co_await clock_.sleep_until(when);
        --traffic_.waiting;
    }
    asio::awaitable<void> sleep_until(SteadyTime when) override {
        ++traffic_.waiting;
        co_await clock_.sleep_until(when);
        --traffic_.waiting;
    }

private:
    ManualClock& clock_;
    Traffic& traffic_;
};

/// The source of the daemon, and whether it kept its deadlines.
class WatchedSource final : public Source {
public:
    WatchedSource(std::unique_ptr<Source> source, Clock& clock, Traffic& traffic)
        : source_(std::move(source)), clock_(clock), traffic_(traffic) {}

    asio::awaitable<Result<Fetched>> fetch(Deadline deadline) override {
        ++fetches;
        ++traffic_.asking;
        auto fetched = co_await source_->fetch(deadline);
        --traffic_.asking;
        if (clock_.steady_now() > deadline) ++late;
        if (!fetched) failures.push_back(fetched.error().code);
        co_return fetched;
    }
    asio::awaitable<Result<void>> acknowledge(Delivery delivery, Deadline deadline) override {
        auto done = co_await source_->acknowledge(std::move(delivery), deadline);
        co_return done;
    }

    std::size_t fetches = 0;
    std::size_t late = 0;
    std::vector<std::string> failures;

private:
    std::unique_ptr<Source> source_;
    Clock& clock_;
    Traffic& traffic_;
};

struct House {
    House(std::string called, asio::io_context& context, ManualClock& clock)
        : name(std::move(called)), tenant(name, context, clock, answer_time) {
        tenant.settings.format.format = record::Format::jsonl;
        tenant.settings.columns = columns({{ingest::Field::employee_id, "id"}, {ingest::Field::email, "mail"}});
    }
    std::string name;
    std::unique_ptr<WatchedSource> source;
    Neighbour tenant;
};

/// What the vendor was asked, and when.
struct Asked {
    std::string tenant;
    std::string path;
    Time at;
};

class Street {
public:
    Street() {
        http::ListenOptions listening;
        listening.certificate_file = chain.server.certificate_file.string();
        listening.key_file = chain.server.key_file.string();
        server = http::listen(context.get_executor(), std::move(listening), [this](http::Request request) {
                     return answered(std::move(request));
                 }).value();
        for (std::size_t n = 0; n < tenants_count; ++n) {
            houses.push_back(std::make_unique<House>("t" + std::to_string(n), context, clock));
            auto& house = *houses.back();
            const auto executor = context.get_executor();
            auto source = rest_api::make_rest_source(options_of(house.name), counting, executor, executor);
            house.source = std::make_unique<WatchedSource>(std::move(source), clock, traffic);
            house.tenant.begin(*house.source, at_six);
        }
        settle();
    }

    rest_api::RestOptions options_of(const std::string& name) const {
        rest_api::RestOptions options;
        options.connector = people_connector("https://localhost:" + std::to_string(server->port()) + "/" + name);
        options.connector.list.records.fields.push_back({.name = "mail", .paths = {path("mail")}});
        // Real time: a machine that is busy is not a vendor that is late.
        options.connector.limits.first_byte = 1h;
        options.connector.limits.timeout = 1h;
        options.values.secrets["secret"] = Secret("top-secret");
        options.ca_file = chain.ca_file();
        return options;
    }

    asio::awaitable<http::Response> answered(http::Request request) {
        const auto whole = path_in(request);
        const auto end = whole.find('/', 1);
        const auto tenant = whole.substr(1, end - 1);
        const auto what = whole.substr(end);
        asked.push_back({.tenant = tenant, .path = what, .at = clock.now()});
        ++traffic.waiting;
        co_await clock.sleep_until(clock.steady_now() + (tenant == slow ? slow_answer_time : answer_time));
        --traffic.waiting;
        if (what == "/token") co_return json(R"({"access_token":"token-1","expires_in":3600})");
        if (tenant == refused) co_return json(R"({"message":"not today"})", 403);
        if (tenant == busy && asked_of(busy, "/people") == 1) {
            co_return http::Response{.status = 429, .headers = {{"Retry-After", "40"}}, .body = ""};
        }
        if (number_in(request, "skip") > 0) co_return json(R"({"rows":[]})");
        co_return json(R"({"rows":[{"id":"1","site":null,"mail":"a@shop.example"},)"
                       R"({"id":"2","site":null,"mail":"b@shop.example"}]})");
    }

    std::size_t asked_of(const std::string& tenant, const std::string& what) const {
        return static_cast<std::size_t>(std::count_if(
            asked.begin(), asked.end(), [&](const Asked& one) { return one.tenant == tenant && one.path == what; }));
    }

    /// Until nothing happens any more without time passing.
    void settle() {
        context.restart();
        while (traffic.under_way() > 0 || context.poll() > 0) {
            if (traffic.under_way() > 0) context.run_one();
            most_at_once = std::max(most_at_once, traffic.asking);
        }
    }
    void pass_until(Time until) {
        while (clock.now() < until) {
            clock.advance_to_next(until - clock.now());
            settle();
        }
    }
    bool is_special(const House& house) const {
        return house.name == slow || house.name == busy || house.name == refused;
    }
    /// In the order of their places within the jitter.
    std::vector<std::string> by_place() const {
        std::vector<const House*> all;
        for (const auto& house : houses) all.push_back(house.get());
        std::sort(all.begin(), all.end(),
                  [](const House* a, const House* b) { return a->tenant.place(jitter) < b->tenant.place(jitter); });
        std::vector<std::string> names;
        for (const auto* house : all) names.push_back(house->name);
        return names;
    }

    asio::io_context context;
    ManualClock clock{context};
    Traffic traffic;
    CountingClock counting{clock, traffic};
    CertificateChain chain;
    std::string slow;     ///< whose every answer takes 45 seconds
    std::string busy;     ///< whose first call for people is put off by 40 seconds
    std::string refused;  ///< who gets no people at all
    std::vector<Asked> asked;
    std::size_t most_at_once = 0;
    std::unique_ptr<http::Server> server;
    std::vector<std::unique_ptr<House>> houses;
};

}  // namespace

TEST_CASE(
    "two hundred tenants whose vendor is asked over HTTPS in the same minute begin at their own places, in that "
    "order, and nobody waits for another or is later than its deadline",
    "[connectors][rest][sync][fault36]") {
    Street street;
    const auto midnight = std::chrono::floor<std::chrono::days>(street.clock.now());
    const auto six = midnight + 6h;

    // None of them ever ran: all are asked at once, and each in its turn.
    street.pass_until(midnight + 1min);
    REQUIRE(street.asked.size() == tenants_count * calls_of_a_read);
    std::map<std::string, std::size_t> calls;
    for (std::size_t at = 0; at < street.asked.size(); ++at) {
        CHECK(++calls[street.asked[at].tenant] == at / tenants_count + 1);
    }
    CHECK(street.most_at_once == tenants_count);

    street.asked.clear();
    street.most_at_once = 0;
    street.slow = street.houses[20]->name;
    street.busy = street.houses[90]->name;
    street.refused = street.houses[160]->name;
    street.pass_until(six + jitter + 5min);

    std::vector<Time> begun;
    for (const auto& house : street.houses) {
        CAPTURE(house->name);
        const auto& runs = house->tenant.runs.runs;
        REQUIRE(runs.size() == 2);
        CHECK(runs[1].started_at == six + house->tenant.place(jitter));
        begun.push_back(runs[1].started_at);
        CHECK(house->source->fetches == 2);
        CHECK(house->source->late == 0);
        if (street.is_special(*house)) continue;
        // A run of its own length: what the others do costs it nothing.
        CHECK(*runs[1].ended_at - runs[1].started_at <= (calls_of_a_read + 3) * answer_time);
        CHECK(runs[1].end == RunEnd::done);
        CHECK(house->source->failures.empty());
    }
    CHECK(most_within(begun, 1s) <= 12);
    CHECK(street.most_at_once <= 15);

    // The vendor hears from them in the order of their places.
    std::vector<std::string> order;
    for (const auto& one : street.asked) {
        if (one.path == "/token") order.push_back(one.tenant);
    }
    CHECK(order == street.by_place());

    const auto end_of = [&](std::size_t house) { return street.houses[house]->tenant.runs.runs[1].end; };
    CHECK(end_of(20) == RunEnd::done);
    CHECK(end_of(90) == RunEnd::done);
    CHECK(street.asked_of(street.busy, "/people") == 3);
    CHECK(end_of(160) == RunEnd::failed);
}
