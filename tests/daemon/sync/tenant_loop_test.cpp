#include "daemon/sync/tenant_loop.hpp"

#include "tests/fakes/fake_ledger.hpp"
#include "tests/fakes/fake_network.hpp"
#include "tests/fakes/fake_note_box.hpp"
#include "tests/fakes/fake_run_store.hpp"
#include "tests/fakes/fake_snapshot_store.hpp"
#include "tests/fakes/fake_source.hpp"
#include "tests/fakes/manual_clock.hpp"
#include "tests/support/columns.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <stdexcept>

using namespace usersync;
using namespace usersync::test;
using namespace std::chrono_literals;

namespace {

class Silence final : public log::Log {
public:
    void write(log::Level, std::string_view event, const std::vector<log::Field>&) override {
        events.emplace_back(event);
    }
    std::vector<std::string> events;
};

/// A loop over fakes, whose time moves only as far as the test lets it.
class TenantStage {
public:
    explicit TenantStage(Duration every = 1h) {
        settings.tenant = TenantId("shop");
        settings.columns = columns({{ingest::Field::employee_id, "ID"}, {ingest::Field::email, "E-mail"}});
        loop_settings.schedule.when = pace::Interval{every};
    }

    sync::TenantLoop& loop() {
        if (!loop_) {
            sync::TenantParts parts{
                settings, source, network, snapshots, runs, ledger, notes, clock, log, stop, context.get_executor(),
                progress};
            loop_ = std::make_unique<sync::TenantLoop>(parts, loop_settings, context.get_executor());
        }
        return *loop_;
    }

    void start() {
        boost::asio::co_spawn(context, loop().run(), [this](const std::exception_ptr&) { ended = true; });
        settle();
    }
    /// Everything that can happen without time passing.
    void settle() {
        context.restart();
        context.poll();
    }
    /// Lets that much time pass, one sleeper after the other.
    void pass(Duration time) {
        const auto until = clock.now() + time;
        while (clock.now() < until) {
            clock.advance(std::min<Duration>(1s, until - clock.now()));
            settle();
        }
    }
    std::vector<std::string> triggers() const {
        std::vector<std::string> result;
        for (const auto& run : runs.runs) result.push_back(run.trigger);
        return result;
    }

    boost::asio::io_context context;
    ManualClock clock{context};
    FakeSource source;
    FakeNetwork network;
    FakeSnapshotStore snapshots;
    FakeRunStore runs;
    FakeLedger ledger;
    FakeNoteBox notes;
    Silence log;
    sync::StopSwitch stop{context.get_executor()};
    std::optional<sync::Progress> progress;
    sync::TenantSettings settings;
    sync::LoopSettings loop_settings;
    bool ended = false;

private:
    std::unique_ptr<sync::TenantLoop> loop_;
};

using Triggers = std::vector<std::string>;

}  // namespace

TEST_CASE("a tenant runs at once when it never ran, and then on its schedule", "[daemon][sync]") {
    TenantStage stage(1h);
    stage.start();
    CHECK(stage.triggers() == Triggers{"schedule"});

    stage.pass(59min);
    CHECK(stage.runs.runs.size() == 1);
    stage.pass(2min);
    CHECK(stage.runs.runs.size() == 2);
}

TEST_CASE("a stop before the loop had its first turn ends it all the same", "[daemon][sync]") {
    TenantStage stage;
    boost::asio::co_spawn(stage.context, stage.loop().run(), [&](const std::exception_ptr&) { stage.ended = true; });
    stage.stop.press();
    stage.settle();
    CHECK(stage.ended);
}

TEST_CASE("a stop wakes a loop that sleeps, and whoever asks afterwards is told", "[daemon][sync]") {
    TenantStage stage;
    stage.start();
    stage.stop.press();
    stage.settle();
    CHECK(stage.ended);

    std::optional<sync::CycleResult> answer;
    boost::asio::co_spawn(stage.context, stage.loop().run_now({}),
                          [&](const std::exception_ptr&, sync::CycleResult result) { answer = std::move(result); });
    stage.settle();
    REQUIRE(answer);
    CHECK(answer->failure->code == "stopping");
}

TEST_CASE("what an earlier process left half done is taken up at once, not at the next due time", "[daemon][sync]") {
    TenantStage stage(24h);
    stage.runs.runs.push_back(
        RunRecord{.id = RunId(1), .trigger = "schedule", .started_at = stage.clock.now() - 1min, .end = RunEnd::open});
    stage.start();

    CHECK(stage.triggers() == Triggers{"schedule", "recovery"});
}

TEST_CASE("a restart after a finished run waits for the next due time", "[daemon][sync]") {
    TenantStage stage(24h);
    stage.runs.runs.push_back(RunRecord{.id = RunId(1),
                                        .trigger = "schedule",
                                        .started_at = stage.clock.now() - 1min,
                                        .ended_at = stage.clock.now(),
                                        .end = RunEnd::done});
    stage.start();

    CHECK(stage.runs.runs.size() == 1);
    CHECK(stage.loop().status().next_run == stage.clock.now() - 1min + 24h);
}

TEST_CASE("a failure that may pass is tried again soon, one that somebody must mend within the hour",
          "[daemon][sync]") {
    const auto kind = GENERATE(FailureKind::transient, FailureKind::blocked);
    TenantStage stage(24h);
    stage.source.fail_next({.kind = kind, .code = "connect_failed"});
    stage.start();
    REQUIRE(stage.runs.runs.size() == 1);

    stage.pass(kind == FailureKind::transient ? 1min : 59min);
    CHECK(stage.runs.runs.size() == (kind == FailureKind::transient ? 2 : 1));
    stage.pass(2min);
    CHECK(stage.runs.runs.size() == 2);
}

TEST_CASE("a call that dies of an exception ends its run, which is not begun again at once", "[daemon][sync]") {
    TenantStage stage(24h);
    stage.source.put("record.csv", "ID,E-mail\n1001,a@shop.example\n");
    stage.runs.applied_once = true;
    stage.network.after_each_effect([](std::size_t) { throw std::runtime_error("a bug"); });
    stage.start();
    stage.pass(10min);

    REQUIRE(stage.runs.runs.size() == 1);
    CHECK(stage.runs.runs[0].failure_code == "call_died");
    CHECK(stage.ledger.rows.size() == 1);
    CHECK_FALSE(stage.ledger.rows[0].settlement);
}

TEST_CASE("a run on request waits for the one under way and is answered when the status tells of it",
          "[daemon][sync]") {
    TenantStage stage;
    std::optional<sync::CycleResult> answer;
    boost::asio::co_spawn(stage.context, stage.loop().run(), [](const std::exception_ptr&) {});
    boost::asio::co_spawn(stage.context, stage.loop().run_now({.trigger = "command"}),
                          [&](const std::exception_ptr&, sync::CycleResult result) {
                              answer = std::move(result);
                              CHECK(stage.loop().status().last_run->id == answer->run.id);
                          });
    stage.settle();

    REQUIRE(answer);
    CHECK(answer->run.trigger == "command");
}
