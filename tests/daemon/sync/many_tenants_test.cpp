// Many tenants in one process, all of them due at once.

#include "core/base/fingerprint.hpp"
#include "daemon/sync/tenant_loop.hpp"
#include "tests/fakes/fake_ledger.hpp"
#include "tests/fakes/fake_network.hpp"
#include "tests/fakes/fake_note_box.hpp"
#include "tests/fakes/fake_removal_queue.hpp"
#include "tests/fakes/fake_rule_versions.hpp"
#include "tests/fakes/fake_run_store.hpp"
#include "tests/fakes/fake_snapshot_store.hpp"
#include "tests/fakes/fake_source.hpp"
#include "tests/fakes/manual_clock.hpp"
#include "tests/support/columns.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
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

class NoLog final : public log::Log {
public:
    void write(log::Level, std::string_view, const std::vector<log::Field>&) override {}
};

class SameRules final : public sync::RulesWatch {
public:
    boost::asio::awaitable<std::optional<sync::RulesLook>> look() override { co_return std::nullopt; }
};

/// Everything that is one tenant's own. Each call of its network takes some time.
class Neighbour {
public:
    Neighbour(const std::string& name, boost::asio::io_context& context, ManualClock& clock)
        : seed(digest_of(name).low), stop_(context.get_executor()) {
        network.answer_after(clock, answer_time);
        runs.applied_once = true;
        sync::TenantSettings settings;
        settings.tenant = TenantId(name);
        settings.columns = columns({{ingest::Field::employee_id, "ID"}, {ingest::Field::email, "E-mail"}});
        sync::LoopSettings loop_settings;
        loop_settings.schedule = {.when = pace::parse_cron("0 6 * * *").value(), .jitter = jitter};
        loop_settings.seed = seed;
        sync::TenantParts parts{.settings = std::make_shared<const sync::TenantSettings>(settings),
                                .source = source,
                                .network = network,
                                .snapshots = snapshots_,
                                .runs = runs,
                                .ledger = ledger_,
                                .rule_versions = rule_versions_,
                                .notes = notes_,
                                .clock = clock,
                                .log = log_,
                                .stop = stop_,
                                .compute_lane = context.get_executor(),
                                .progress = progress_};
        parts.removals = &removals_;
        loop_ = std::make_unique<sync::TenantLoop>(parts, watch_, loop_settings, context.get_executor());
        boost::asio::co_spawn(context, loop_->run(), [](const std::exception_ptr&) {});
    }

    std::uint64_t seed;
    FakeSource source;
    FakeNetwork network;
    FakeRunStore runs;

private:
    FakeSnapshotStore snapshots_;
    FakeLedger ledger_;
    FakeRuleVersions rule_versions_;
    FakeRemovalQueue removals_;
    FakeNoteBox notes_;
    NoLog log_;
    SameRules watch_;
    sync::StopSwitch stop_;
    std::optional<sync::Progress> progress_;
    std::unique_ptr<sync::TenantLoop> loop_;
};

class Street {
public:
    Street() {
        for (std::size_t n = 0; n < tenants_count; ++n) {
            tenants.push_back(std::make_unique<Neighbour>("tenant" + std::to_string(n), context, clock));
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
        for (const auto& tenant : tenants) tenant->source.put(name, "ID,E-mail\n" + rows);
    }

    boost::asio::io_context context;
    ManualClock clock{context};
    std::vector<std::unique_ptr<Neighbour>> tenants;
};

/// The most that begin within so much time.
std::size_t most_within(std::vector<Time> begun, Duration span) {
    std::sort(begun.begin(), begun.end());
    std::size_t most = 0;
    for (auto first = begun.begin(), last = begun.begin(); last != begun.end(); ++last) {
        while (*last - *first >= span) ++first;
        most = std::max(most, static_cast<std::size_t>(last - first) + 1);
    }
    return most;
}

}  // namespace

TEST_CASE("two hundred tenants due within the same second each begin at their own place, and nobody waits for another",
          "[daemon][sync][fault36]") {
    Street street;
    const auto midnight = std::chrono::floor<std::chrono::days>(street.clock.now());

    // None of them ever ran: here nothing spreads them.
    street.pass_until(midnight + 1min);
    for (const auto& tenant : street.tenants) {
        REQUIRE(tenant->runs.runs.size() == 1);
        CHECK(*tenant->runs.runs[0].ended_at - tenant->runs.runs[0].started_at <= 5 * answer_time);
    }

    const std::string two_people = "1001,a@shop.example\n1002,b@shop.example\n";
    street.deliver("day1.csv", two_people);
    street.pass_until(midnight + 6h + jitter + 1min);
    street.deliver("day2.csv", two_people + "1003,c@shop.example\n");
    street.pass_until(midnight + 30h + jitter + 1min);
    for (std::size_t day = 1; day <= 2; ++day) {
        const auto six = midnight + 6h + 24h * (day - 1);
        std::vector<Time> begun;
        for (const auto& tenant : street.tenants) {
            REQUIRE(tenant->runs.runs.size() == 3);
            const auto& run = tenant->runs.runs[day];
            begun.push_back(run.started_at);
            CHECK(run.started_at == six + Duration(tenant->seed % (jitter.count() + 1)));
            CHECK(*run.ended_at - run.started_at <= 6 * answer_time);
            CHECK(run.end == RunEnd::done);
        }
        CHECK(most_within(begun, 1s) <= 5);
        CHECK(most_within(begun, 1min) <= 40);
    }
    for (const auto& tenant : street.tenants) CHECK(tenant->network.calls() == 3);
}
