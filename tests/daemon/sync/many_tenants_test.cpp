// Many tenants in one process, all of them due at once. That their sources are asked over HTTPS:
// tests/connectors/rest/many_tenants_rest_test.cpp.

#include "tests/daemon/sync/street.hpp"
#include "tests/fakes/fake_source.hpp"
#include "tests/support/columns.hpp"

#include <catch2/catch.hpp>

#include <memory>
#include <string>
#include <vector>

using namespace usersync;
using namespace usersync::test;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t tenants_count = 200;
constexpr Duration jitter = 10min;
constexpr Duration answer_time = 200ms;

const pace::Schedule at_six{.when = pace::parse_cron("0 6 * * *").value(), .jitter = jitter};

struct House {
    House(const std::string& name, boost::asio::io_context& context, ManualClock& clock)
        : tenant(name, context, clock, answer_time) {
        tenant.settings.columns = columns({{ingest::Field::employee_id, "ID"}, {ingest::Field::email, "E-mail"}});
    }
    FakeSource source;
    Neighbour tenant;
};

class Street {
public:
    /// `ran`: every tenant's last run began then, in an earlier process.
    explicit Street(const pace::Schedule& schedule, std::optional<Duration> ran = {}) {
        for (std::size_t n = 0; n < tenants_count; ++n) {
            houses.push_back(std::make_unique<House>("tenant" + std::to_string(n), context, clock));
            auto& house = *houses.back();
            if (ran) {
                const auto then = clock.now() - *ran;
                house.tenant.runs.runs.push_back({.id = RunId(1),
                                                  .trigger = "schedule",
                                                  .started_at = then,
                                                  .ended_at = then + 1s,
                                                  .end = RunEnd::done});
            }
            house.tenant.begin(house.source, schedule);
        }
        context.poll();
    }
    void pass_until(Time until) {
        while (clock.now() < until) {
            clock.advance_to_next(until - clock.now());
            context.restart();
            context.poll();
        }
    }
    void deliver(const std::string& name, const std::string& rows) {
        for (const auto& house : houses) house->source.put(name, "ID,E-mail\n" + rows);
    }
    /// When each tenant's run number `at` began.
    std::vector<Time> begun(std::size_t at) const {
        std::vector<Time> all;
        for (const auto& house : houses) {
            REQUIRE(house->tenant.runs.runs.size() > at);
            all.push_back(house->tenant.runs.runs[at].started_at);
        }
        return all;
    }

    boost::asio::io_context context;
    ManualClock clock{context};
    std::vector<std::unique_ptr<House>> houses;
};

}  // namespace

TEST_CASE("two hundred tenants due within the same second each begin at their own place, and nobody waits for another",
          "[daemon][sync][fault36]") {
    Street street(at_six);
    const auto midnight = std::chrono::floor<std::chrono::days>(street.clock.now());

    // None of them ever ran: here nothing spreads them.
    street.pass_until(midnight + 1min);
    for (const auto& house : street.houses) {
        const auto& runs = house->tenant.runs.runs;
        REQUIRE(runs.size() == 1);
        CHECK(*runs[0].ended_at - runs[0].started_at <= 5 * answer_time);
    }

    const std::string two_people = "1001,a@shop.example\n1002,b@shop.example\n";
    street.deliver("day1.csv", two_people);
    street.pass_until(midnight + 6h + jitter + 1min);
    street.deliver("day2.csv", two_people + "1003,c@shop.example\n");
    street.pass_until(midnight + 30h + jitter + 1min);
    for (std::size_t day = 1; day <= 2; ++day) {
        const auto six = midnight + 6h + 24h * (day - 1);
        for (const auto& house : street.houses) {
            REQUIRE(house->tenant.runs.runs.size() == 3);
            const auto& run = house->tenant.runs.runs[day];
            CHECK(run.started_at == six + house->tenant.place(jitter));
            CHECK(*run.ended_at - run.started_at <= 6 * answer_time);
            CHECK(run.end == RunEnd::done);
        }
        CHECK(most_within(street.begun(day), 1s) <= 5);
        CHECK(most_within(street.begun(day), 1min) <= 40);
    }
    for (const auto& house : street.houses) CHECK(house->tenant.network.calls() == 3);
}

TEST_CASE("two hundred tenants that a stopped service has missed are caught up at their own places, not all at once",
          "[daemon][sync][fault36]") {
    const pace::Schedule every{.when = pace::Interval{.every = 15min}, .jitter = jitter};
    const auto& schedule = GENERATE_REF(at_six, every);
    Street street(schedule, 30h);
    const auto start = street.clock.now();

    street.pass_until(start + jitter + 1min);

    for (const auto& house : street.houses) {
        REQUIRE(house->tenant.runs.runs.size() == 2);
        CHECK(house->tenant.runs.runs[1].started_at == start + house->tenant.place(jitter));
    }
    CHECK(most_within(street.begun(1), 1s) <= 5);
}

TEST_CASE("two hundred tenants that begin together do not go on together", "[daemon][sync][fault36]") {
    const pace::Schedule every{.when = pace::Interval{.every = 15min}, .jitter = jitter};
    Street street(every);
    const auto start = street.clock.now();

    street.pass_until(start + 61min);

    for (const auto& house : street.houses) {
        const auto& runs = house->tenant.runs.runs;
        REQUIRE(runs.size() >= 4);
        CHECK(runs[0].started_at == start);
        CHECK(runs[1].started_at == start + 15min + house->tenant.place(jitter));
        CHECK(runs[2].started_at == runs[1].started_at + 15min);
        CHECK(runs[3].started_at == runs[2].started_at + 15min);
    }
    CHECK(most_within(street.begun(3), 1s) <= 5);
}
