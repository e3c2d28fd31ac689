#include "daemon/sync/tenant_loop.hpp"

#include "core/plan/make_plan.hpp"
#include "daemon/sync/apply_loop.hpp"
#include "tests/fakes/fake_ledger.hpp"
#include "tests/fakes/fake_network.hpp"
#include "tests/fakes/fake_note_box.hpp"
#include "tests/fakes/fake_pace_store.hpp"
#include "tests/fakes/fake_removal_queue.hpp"
#include "tests/fakes/fake_rule_versions.hpp"
#include "tests/fakes/fake_run_store.hpp"
#include "tests/fakes/fake_snapshot_store.hpp"
#include "tests/fakes/fake_source.hpp"
#include "tests/fakes/manual_clock.hpp"
#include "tests/scenario/mortal_ports.hpp"
#include "tests/support/columns.hpp"

#include <boost/asio/detached.hpp>
#include <catch2/catch.hpp>

#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <functional>
#include <stdexcept>
#include <utility>

using namespace usersync;
using namespace usersync::test;
using namespace std::chrono_literals;

namespace {

class Silence final : public log::Log {
public:
    void write(log::Level level, std::string_view event, const std::vector<log::Field>& fields) override {
        events.emplace_back(event);
        text += log::format_line(level, event, fields, log::Format::key_value) + '\n';
    }
    auto count(const std::string& event) const { return std::count(events.begin(), events.end(), event); }
    std::vector<std::string> events;
    std::string text;
};

const sync::FileProblem no_such_column{"groups.csv", 3, 1, "unknown_field", "there is no field \"anna@shop.example\""};

/// Finds what the test puts there, once.
class FakeRulesWatch final : public sync::RulesWatch {
public:
    boost::asio::awaitable<std::optional<sync::RulesLook>> look() override {
        co_return std::exchange(next, std::nullopt);
    }
    void find_errors(std::vector<sync::FileProblem> problems) {
        next.emplace();
        next->problems = std::move(problems);
    }
    std::optional<sync::RulesLook> next;
};

/// Counts how the network is read, and with how many links.
class ReadingsSeen final : public Network {
public:
    explicit ReadingsSeen(Network& inner) : inner_(inner) {}
    boost::asio::awaitable<Result<ActualNetwork>> read_all(std::vector<Link> links, Deadline deadline) override {
        readings.push_back("whole " + std::to_string(links.size()));
        return inner_.read_all(std::move(links), deadline);
    }
    boost::asio::awaitable<Result<ActualNetwork>> read_again(std::vector<Link> links, Deadline deadline) override {
        readings.push_back("again " + std::to_string(links.size()));
        return inner_.read_again(std::move(links), deadline);
    }
    boost::asio::awaitable<Result<Receipt>> apply(Operation operation, Deadline deadline) override {
        if (gate) {
            co_await gate->wait();
            co_return Failure{.kind = FailureKind::transient, .code = "stopping", .where = "gate", .detail = {}};
        }
        auto applied = co_await inner_.apply(std::move(operation), deadline);
        if (applied && made) applied->made = made;
        co_return applied;
    }
    boost::asio::awaitable<Result<Found>> find(Operation operation, Deadline deadline) override {
        return inner_.find(std::move(operation), deadline);
    }
    boost::asio::awaitable<Result<void>> probe(Deadline) override {
        if (while_probed) while_probed();
        co_await boost::asio::post(boost::asio::use_awaitable);
        co_return Result<void>();
    }
    void send_away() override {
        ++sent_away;
        if (gate) gate->notify();
    }
    void let_in() override { ++let_in_again; }
    std::optional<Event> gate;  ///< at which changes wait until they are sent away
    int sent_away = 0;
    int let_in_again = 0;
    std::vector<std::string> readings;
    std::optional<UserEid> made;  ///< the account that the answers tell of
    std::function<void()> while_probed;

private:
    Network& inner_;
};

/// A ledger on a disk that takes its time for an outcome, and what happens while it writes.
class SlowLedger final : public MortalLedger {
public:
    SlowLedger(Ledger& inner, Life& life, Clock& clock) : MortalLedger(inner, life), clock_(clock) {}
    boost::asio::awaitable<Result<void>> intend(RunId run, Operation operation, Time at) override {
        auto intended = co_await MortalLedger::intend(run, std::move(operation), at);
        if (while_intending) while_intending();
        co_return intended;
    }
    boost::asio::awaitable<Result<void>> settle(RunId run, Operation operation, Settlement settlement) override {
        if (while_settling) {
            const auto then = clock_.steady_now() + 1s;
            co_await clock_.sleep_until(then);
            while_settling();
        }
        auto settled = co_await MortalLedger::settle(run, std::move(operation), std::move(settlement));
        co_return settled;
    }
    std::function<void()> while_intending;
    std::function<void()> while_settling;

private:
    Clock& clock_;
};

/// A loop over fakes, whose time moves only as far as the test lets it.
class TenantStage {
public:
    explicit TenantStage(Duration every = 1h) {
        settings.tenant = TenantId("shop");
        settings.rules_fingerprint = fingerprint_of("first rules");
        settings.columns = columns({{ingest::Field::employee_id, "ID"}, {ingest::Field::email, "E-mail"}});
        loop_settings.schedule.when = pace::Interval{every};
    }

    sync::TenantLoop& loop() {
        if (!loop_) {
            loop_ = std::make_unique<sync::TenantLoop>(parts(), watch, loop_settings, context.get_executor());
        }
        return *loop_;
    }
    sync::TenantParts parts() {
        sync::TenantParts parts{.settings = std::make_shared<const sync::TenantSettings>(settings),
                                .source = source,
                                .network = seen,
                                .snapshots = snapshots,
                                .runs = runs,
                                .ledger = disk,
                                .rule_versions = rule_versions,
                                .notes = notes,
                                .clock = clock,
                                .log = log,
                                .stop = stop,
                                .compute_lane = context.get_executor(),
                                .progress = progress};
        parts.removals = &removals;
        parts.pauses = &pauses;
        if (remembers_pace) parts.pace = &pace;
        return parts;
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
    /// Somebody edits the files: from the next run on these rules, if they are good.
    void change_rules(const std::string& name, const std::string& author = "Ann de Vries") {
        auto changed = settings;
        changed.rules_fingerprint = fingerprint_of(name);
        changed.rules_author = author;
        changed.rules_comment = name;
        changed.rules_files = {{.name = "tenant.toml", .bytes = name}};
        watch.next.emplace();
        watch.next->settings = std::make_shared<const sync::TenantSettings>(std::move(changed));
    }
    std::vector<Fingerprint> rules_of_plans() const {
        std::vector<Fingerprint> result;
        for (const auto& stored : runs.plans) result.push_back(stored.plan.basis.rules);
        return result;
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
    ReadingsSeen seen{network};
    FakeSnapshotStore snapshots;
    FakeRunStore runs;
    FakeLedger ledger;
    Life life;
    SlowLedger disk{ledger, life, clock};
    FakeRuleVersions rule_versions;
    FakeRemovalQueue removals;
    FakePauseStore pauses;
    FakePaceStore pace;
    bool remembers_pace = false;
    FakeRulesWatch watch;
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

namespace {

constexpr auto year = 24h * 365;

/// Every day, at a time of its own.
pace::Schedule daily() { return {.when = pace::parse_cron("daily").value()}; }

}  // namespace

TEST_CASE("a clock that was a year ahead while a run ended delays no later run", "[daemon][sync][fault34]") {
    TenantStage stage(24h);
    const bool by_cron = GENERATE(true, false);
    const bool fails = GENERATE(true, false);
    CAPTURE(by_cron, fails);
    if (by_cron) stage.loop_settings.schedule = daily();
    if (fails) stage.source.fail_next({.kind = FailureKind::blocked, .code = "login_refused"});
    stage.clock.jump(year);
    stage.start();
    REQUIRE(stage.runs.runs.size() == 1);
    stage.clock.jump(-year);

    // The alarm was set by the wrong clock: the right one is looked at within the hour.
    stage.pass(1h + 1s);
    CHECK(*stage.loop().status().next_run <= stage.clock.now() + 24h);
    stage.pass(fails ? 1h : 24h);
    CHECK(stage.runs.runs.size() == 2);
}

TEST_CASE("after a restart a run of a year ahead delays nothing either", "[daemon][sync][fault34]") {
    TenantStage stage(24h);
    const auto end = GENERATE(RunEnd::done, RunEnd::failed);
    CAPTURE(to_string(end));
    if (GENERATE(true, false)) stage.loop_settings.schedule = daily();
    const auto last = stage.clock.now() + year;
    stage.runs.runs.push_back(
        RunRecord{.id = RunId(1), .trigger = "schedule", .started_at = last, .ended_at = last, .end = end});
    stage.start();

    CHECK(*stage.loop().status().next_run <= stage.clock.now() + (end == RunEnd::failed ? 1h : 24h));
    stage.pass(24h + 1s);
    CHECK(stage.runs.runs.size() >= 2);
}

TEST_CASE("a clock that is set forward over a due time is noticed, and what was missed is caught up once",
          "[daemon][sync][fault34]") {
    TenantStage stage(24h);
    stage.start();
    REQUIRE(stage.runs.runs.size() == 1);

    stage.clock.jump(year);
    stage.settle();
    CHECK(stage.runs.runs.size() == 2);
    stage.pass(23h);
    CHECK(stage.runs.runs.size() == 2);
}

TEST_CASE("a failure that may pass is tried again soon, one that somebody must mend within the hour",
          "[daemon][sync][fault28]") {
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

namespace {

/// Two people who came yesterday: each run makes a plan for whoever is not in the network yet.
void deliver(TenantStage& stage) {
    stage.source.put("record.csv", "ID,E-mail\n1001,a@shop.example\n1002,b@shop.example\n");
    stage.runs.applied_once = true;
}

}  // namespace

TEST_CASE("a version of the rules is kept with its files before the first plan that was made with it",
          "[daemon][sync][rules]") {
    TenantStage stage;
    stage.settings.rules_author = "Ann de Vries";
    stage.settings.rules_comment = "as agreed in May";
    stage.settings.rules_files = {{.name = "tenant.toml", .bytes = "# May"}};
    deliver(stage);
    const auto start = stage.clock.now();
    stage.start();

    REQUIRE(stage.runs.plans.size() == 1);
    CHECK(stage.rule_versions.versions ==
          std::vector{RuleVersion{.fingerprint = stage.runs.plans[0].plan.basis.rules,
                                  .first_used = start,
                                  .author = "Ann de Vries",
                                  .comment = "as agreed in May",
                                  .files = {{.name = "tenant.toml", .bytes = "# May"}}}});
}

TEST_CASE("without its rules on disk there is no plan, and nothing is sent", "[daemon][sync][rules]") {
    TenantStage stage;
    deliver(stage);
    stage.rule_versions.write_failure =
        Failure{.kind = FailureKind::broken, .code = "store_full", .where = "storage", .detail = {}};
    stage.start();

    REQUIRE(stage.runs.runs.size() == 1);
    CHECK(stage.runs.runs[0].end == RunEnd::failed);
    CHECK(stage.runs.runs[0].failure_code == "store_full");
    CHECK(stage.runs.plans.empty());
    CHECK(stage.network.calls() == 0);
}

TEST_CASE("changed rules are taken over by the next run, without a restart", "[daemon][sync][rules]") {
    TenantStage stage(1h);
    deliver(stage);
    stage.start();
    stage.change_rules("second rules");
    stage.pass(61min);

    CHECK(stage.rules_of_plans().back() == fingerprint_of("second rules"));
    CHECK(stage.rule_versions.versions.size() == 2);
    const auto rules = stage.loop().status().rules;
    CHECK(rules.fingerprint == fingerprint_of("second rules"));
    CHECK(rules.author == "Ann de Vries");
    CHECK(rules.comment == "second rules");
    CHECK(rules.since > stage.clock.now() - 2min);
    CHECK(stage.loop().settings()->rules_fingerprint == rules.fingerprint);
    CHECK(stage.log.count("rules_taken_over") == 1);
    CHECK(health_of(stage.loop().status()) == sync::Health::well);
}

TEST_CASE("rules with errors are not taken over: those of before stay in force and the status says so",
          "[daemon][sync][rules]") {
    TenantStage stage(1h);
    deliver(stage);
    stage.start();
    stage.watch.find_errors({no_such_column});
    stage.pass(61min);
    const auto found = stage.clock.now() - 1min;
    stage.pass(2h);

    CHECK(stage.runs.runs.size() == 4);
    for (const auto& rules : stage.rules_of_plans()) CHECK(rules == fingerprint_of("first rules"));
    const auto status = stage.loop().status();
    CHECK(status.rules.fingerprint == fingerprint_of("first rules"));
    REQUIRE(status.rules.refused);
    CHECK(status.rules.refused->problems == std::vector{no_such_column});
    CHECK(status.rules.refused->at < found + 1min);
    CHECK(health_of(status) == sync::Health::attention);
    CHECK(stage.log.count("rules_refused") == 1);
    CHECK(stage.log.count("rules_taken_over") == 0);
}

TEST_CASE("mended rules are taken over and nothing is said of the errors any more", "[daemon][sync][rules]") {
    TenantStage stage(1h);
    stage.start();
    stage.watch.find_errors({no_such_column});
    stage.pass(61min);
    stage.change_rules("mended rules");
    stage.pass(1h);

    const auto rules = stage.loop().status().rules;
    CHECK_FALSE(rules.refused);
    CHECK(rules.fingerprint == fingerprint_of("mended rules"));
}

TEST_CASE("of thousands of errors the status shows the first twenty", "[daemon][sync][rules]") {
    TenantStage stage(1h);
    stage.start();
    stage.watch.find_errors(std::vector<sync::FileProblem>(5000, no_such_column));
    stage.pass(61min);

    const auto refused = stage.loop().status().rules.refused;
    CHECK(refused->problems.size() == 20);
    CHECK(refused->count == 5000);
}

TEST_CASE("the log names place and code of refused rules, and nothing that somebody wrote", "[daemon][sync][rules]") {
    TenantStage stage(1h);
    stage.start();
    stage.watch.find_errors({no_such_column});
    stage.pass(61min);

    CHECK(stage.log.count("rules_refused") == 1);
    CHECK(stage.log.text.find("groups.csv:3:1 unknown_field") != std::string::npos);
    CHECK(stage.log.text.find("anna@shop.example") == std::string::npos);
}

TEST_CASE("files that are still being written change nothing, and the log says so", "[daemon][sync][rules]") {
    TenantStage stage(1h);
    stage.start();
    stage.watch.find_errors({no_such_column});
    stage.pass(61min);
    stage.watch.next.emplace();
    stage.watch.next->is_unsettled = true;
    stage.pass(1h);

    CHECK(stage.log.count("rules_unsettled") == 1);
    CHECK(stage.loop().status().rules.refused);
    CHECK(stage.loop().status().rules.fingerprint == fingerprint_of("first rules"));
}

TEST_CASE("a run under way keeps the rules that it began with", "[daemon][sync][rules]") {
    TenantStage stage(1h);
    deliver(stage);
    std::weak_ptr<const sync::TenantSettings> of_first_run;
    stage.network.after_each_effect([&](std::size_t call) {
        if (call == 1) stage.change_rules("second rules");
        CHECK(stage.loop().settings()->rules_fingerprint == fingerprint_of("first rules"));
        of_first_run = stage.loop().settings();
    });
    stage.start();

    CHECK(stage.network.calls() == 2);
    CHECK(stage.rules_of_plans() == std::vector{fingerprint_of("first rules")});
    stage.pass(61min);
    CHECK(stage.rules_of_plans().back() == fingerprint_of("second rules"));
    CHECK(of_first_run.expired());
}

TEST_CASE("settings that only a restart applies are told until they are as they were", "[daemon][sync][rules]") {
    TenantStage stage(1h);
    stage.start();
    stage.watch.next.emplace();
    stage.watch.next->needs_restart = {"target"};
    stage.pass(61min);

    CHECK(stage.loop().status().rules.needs_restart == std::vector<std::string>{"target"});
    CHECK(stage.loop().status().rules.fingerprint == fingerprint_of("first rules"));
    CHECK(health_of(stage.loop().status()) == sync::Health::attention);
    CHECK(stage.log.count("restart_needed") == 1);

    stage.change_rules("first rules");
    stage.pass(1h);
    CHECK(stage.loop().status().rules.needs_restart.empty());
}

TEST_CASE("after a restart the status knows since when the rules count", "[daemon][sync][rules]") {
    TenantStage stage;
    const auto may = stage.clock.now() - 24h * 30;
    const auto june = stage.clock.now() - 24h;
    RuleVersion version;
    version.fingerprint = fingerprint_of("first rules");
    version.first_used = may;
    stage.rule_versions.versions = {version};

    SECTION("since they were first used") {
        stage.start();
        CHECK(stage.loop().status().rules.since == may);
    }
    SECTION("only since the start, when others were used in between") {
        version.fingerprint = fingerprint_of("other rules");
        version.first_used = june;
        stage.rule_versions.versions.push_back(version);
        const auto start = stage.clock.now();
        stage.start();
        CHECK(stage.loop().status().rules.since == start);
    }
}

TEST_CASE("between whole readings of the network only what changed is read, and after a failure the whole",
          "[daemon][sync]") {
    TenantStage stage(1h);
    stage.settings.read_whole_every = 150min;
    stage.source.put("people.csv", "ID;E-mail\n1001;ann@shop.example\n");
    stage.ledger.owned = {
        {OwnedUser{.key = EmployeeKey("1001"), .user = true, .groups = {}, .role = {}, .link = UserEid("u")}}};
    stage.start();
    stage.pass(3h + 1min);
    CHECK(stage.seen.readings == std::vector<std::string>{"whole 1", "again 1", "again 1", "whole 1"});

    stage.network.fail_read(stage.network.reads() + 1, {.kind = FailureKind::blocked, .code = "no_token"});
    stage.pass(2h);
    CHECK(stage.seen.readings ==
          std::vector<std::string>{"whole 1", "again 1", "again 1", "whole 1", "again 1", "whole 1"});
}

TEST_CASE("a run with nothing to do does not look at what the plan before it did", "[daemon][sync]") {
    TenantStage stage(1h);
    deliver(stage);
    stage.start();
    REQUIRE(stage.runs.plans.size() == 1);
    REQUIRE_FALSE(stage.runs.plans.back().plan.empty());
    REQUIRE(stage.runs.plans.back().state == PlanState::applied);
    const auto loaded = stage.runs.plans_loaded;

    stage.pass(2h + 1min);
    CHECK(stage.runs.runs.size() == 3);
    CHECK(stage.runs.plans.back().plan.empty());
    CHECK(stage.runs.plans_loaded == loaded);
}

TEST_CASE("an account that only its maker knows is linked with the outcome that made it", "[daemon][sync]") {
    TenantStage stage;
    stage.settings.drift_settle = 0s;
    deliver(stage);
    stage.seen.made = UserEid("u7");
    stage.start();

    REQUIRE(stage.ledger.owned.users.size() == 2);
    CHECK(stage.ledger.owned.users[0].link == UserEid("u7"));
    CHECK(stage.ledger.owned.users[0].changed_at == stage.clock.now());
}

TEST_CASE("what was done a short while ago is not done again because the network does not show it yet",
          "[daemon][sync]") {
    TenantStage stage(4min);
    deliver(stage);
    stage.start();
    stage.network.forget("1001");
    const auto calls = stage.network.calls();

    stage.pass(8min);
    CHECK(stage.network.calls() == calls);
    CHECK(stage.runs.runs.back().end == RunEnd::done_open);
    stage.pass(8min);  // more than ten minutes after
    CHECK(stage.network.knows("1001"));
}

namespace {

/// Whatever is asked of the loop, once it has answered.
template <class T>
T answer_of(TenantStage& stage, boost::asio::awaitable<T> asked) {
    std::optional<T> answer;
    boost::asio::co_spawn(stage.context, std::move(asked),
                          [&](const std::exception_ptr&, T given) { answer.emplace(std::move(given)); });
    stage.settle();
    REQUIRE(answer.has_value());
    return std::move(*answer);
}

Pause pause_by(const TenantStage& stage) { return {.since = stage.clock.now(), .by = "ann", .reason = "a new source"}; }

}  // namespace

TEST_CASE("a paused tenant runs neither by itself nor for a command, and says by whom it stands still",
          "[daemon][sync][pause]") {
    TenantStage stage(1h);
    stage.start();
    REQUIRE(stage.runs.runs.size() == 1);
    REQUIRE(answer_of(stage, stage.loop().pause(pause_by(stage))).has_value());
    CHECK(stage.loop().status().paused == stage.pauses.paused);
    CHECK(health_of(stage.loop().status()) == sync::Health::attention);
    CHECK_FALSE(stage.loop().status().next_run.has_value());

    stage.pass(5h);
    CHECK(stage.runs.runs.size() == 1);
    const auto asked = answer_of(stage, stage.loop().run_now({.trigger = "command"}));
    REQUIRE(asked.failure);
    CHECK(asked.failure->code == "paused");
    CHECK(asked.failure->detail.find("by ann (a new source); usersyncd resume shop lets them go on") !=
          std::string::npos);
    CHECK(answer_of(stage, stage.loop().run_now({.approve = PlanId("x"), .approved_by = "jan"})).failure->code ==
          "paused");
    CHECK(stage.runs.runs.size() == 1);
}

TEST_CASE("a plan may be looked at during a pause", "[daemon][sync][pause]") {
    TenantStage stage(1h);
    deliver(stage);
    stage.pauses.paused = pause_by(stage);
    stage.start();
    CHECK(stage.runs.runs.empty());

    const auto plan = answer_of(stage, stage.loop().run_now({.trigger = "command", .goal = sync::Goal::plan}));

    REQUIRE(plan.plan);
    CHECK(plan.plan->plan.operations.size() == 2);
    CHECK(stage.network.calls() == 0);
}

TEST_CASE("what a pause has missed is caught up once", "[daemon][sync][pause]") {
    TenantStage stage(1h);
    stage.start();
    REQUIRE(answer_of(stage, stage.loop().pause(pause_by(stage))).has_value());
    stage.pass(5h);

    CHECK(answer_of(stage, stage.loop().resume()).value());
    CHECK(stage.runs.runs.size() == 2);
    CHECK_FALSE(stage.pauses.paused.has_value());
    CHECK_FALSE(answer_of(stage, stage.loop().resume()).value());
    stage.pass(59min);
    CHECK(stage.runs.runs.size() == 2);
    stage.pass(2min);
    CHECK(stage.runs.runs.size() == 3);
}

TEST_CASE("a pause survives the process, and a stop ends a paused loop", "[daemon][sync][pause]") {
    TenantStage stage(1h);
    stage.pauses.paused = pause_by(stage);
    stage.start();
    stage.pass(3h);
    CHECK(stage.runs.runs.empty());
    CHECK(stage.loop().status().paused == stage.pauses.paused);

    stage.stop.press();
    stage.settle();
    CHECK(stage.ended);
}

TEST_CASE("a pause ends the run under way with what it has sent settled, and the rest follows after it",
          "[daemon][sync][pause]") {
    TenantStage stage(24h);
    deliver(stage);
    stage.settings.apply.concurrency = 1;
    stage.network.after_each_effect([&](std::size_t) {
        if (stage.network.calls() == 1) {
            boost::asio::co_spawn(stage.context, stage.loop().pause(pause_by(stage)),
                                  [](const std::exception_ptr&, const Result<void>&) {});
        }
    });
    stage.start();
    stage.pass(10s);

    CHECK(stage.network.calls() == 1);
    REQUIRE(stage.ledger.rows.size() == 1);
    CHECK(stage.ledger.rows[0].settlement.has_value());
    CHECK_FALSE(stage.loop().status().running);

    CHECK(answer_of(stage, stage.loop().resume()).value());
    stage.pass(10s);
    CHECK(stage.network.calls() == 2);
    CHECK(stage.triggers() == Triggers{"schedule", "recovery"});
}

TEST_CASE("who was refused in the first of a run's plans is tried again when due, whatever is proposed meanwhile",
          "[daemon][sync]") {
    TenantStage stage(24h * 7);
    deliver(stage);
    stage.remembers_pace = true;
    stage.settings.retry_people = {.free_failures = 0, .first = 2h, .longest = 2h};
    stage.settings.policy.adopt_by_email = true;  // an account that is linked brings a second plan
    Profile known;
    known.email = "a@shop.example";
    stage.network.add_stranger(known);
    stage.network.refuse_person("1002", {.kind = FailureKind::rejected, .code = "invalid_email"});
    stage.start();
    stage.pass(1s);

    REQUIRE(stage.runs.plans.size() == 2);
    REQUIRE(stage.runs.runs.size() == 1);
    CHECK(stage.loop().status().next_attempts.contains(EmployeeKey("1002")));
    answer_of(stage, stage.loop().run_now({.trigger = "command", .goal = sync::Goal::adopt}));
    CHECK(stage.loop().status().next_attempts.contains(EmployeeKey("1002")));
    stage.pass(3h);  // at least one of them: each further refusal draws another time
    const auto triggers = stage.triggers();
    REQUIRE(triggers.size() >= 3);
    CHECK(Triggers(triggers.begin(), triggers.begin() + 3) == Triggers{"schedule", "command", "schedule"});
}

TEST_CASE("a pause that is said while the network is asked whether it is back holds the run too",
          "[daemon][sync][pause]") {
    TenantStage stage(24h);
    deliver(stage);
    stage.network.fail_read(1, {.kind = FailureKind::transient, .code = "connection_lost", .where = "speakap.rest"});
    stage.start();
    REQUIRE(stage.loop().status().away.has_value());
    stage.seen.while_probed = [&] {
        boost::asio::co_spawn(stage.context, stage.loop().pause(pause_by(stage)),
                              [](const std::exception_ptr&, const Result<void>&) {});
    };
    stage.pass(1h);

    CHECK(stage.log.count("network_probed") == 1);
    CHECK(stage.loop().status().paused.has_value());
    CHECK(stage.runs.runs.size() == 1);
}

TEST_CASE("a rejected plan is shown as rejected, and not as one that waits", "[daemon][sync][reject]") {
    TenantStage stage(1h);
    deliver(stage);
    stage.runs.applied_once = false;  // so that the plan waits
    stage.start();
    const auto held = stage.loop().status().plan_held;
    REQUIRE(held.has_value());
    const Rejection rejection{.at = stage.clock.now(), .by = "ann", .reason = "last week's file"};

    REQUIRE(answer_of(stage, stage.loop().reject(*held, rejection)).has_value());

    const auto status = stage.loop().status();
    CHECK_FALSE(status.plan_held.has_value());
    REQUIRE(status.plan_rejected.has_value());
    CHECK(*status.plan_rejected == sync::RejectedPlan{.id = *held, .rejection = rejection});
    CHECK(health_of(status) == sync::Health::attention);
    CHECK(answer_of(stage, stage.loop().reject(*held, rejection)).error().code == "plan_not_held");
    stage.pass(61min);
    CHECK(stage.loop().status().plan_rejected.has_value());
    CHECK(stage.network.calls() == 0);
}

namespace {

/// A tenant with two people, whose first plan has been let pass, and who runs once a day.
struct WokenStage : TenantStage {
    WokenStage() : TenantStage(24h) {
        runs.applied_once = true;
        source.put("record.csv", record);
        loop_settings.wake_distance = 30s;
    }
    void can_be_asked() {
        source.answer_for_people(
            [this](const EmployeeKey& key) { return key.value() == "1009" ? std::nullopt : std::optional(record); });
    }
    std::string record = "ID,E-mail\n1001,a@shop.example\n1002,b@shop.example\n";
};

}  // namespace

TEST_CASE("in quiet hours no run begins by itself, and what fell due runs when they end", "[daemon][sync]") {
    // The clock shows midnight when it starts.
    WokenStage stage;
    stage.loop_settings.schedule = {.when = pace::Interval{1h}, .quiet = {{pace::parse_quiet("02:30-06:00").value()}}};
    stage.start();
    stage.pass(2h + 10min);
    REQUIRE(stage.triggers() == Triggers{"schedule", "schedule", "schedule"});
    const auto midnight = std::chrono::floor<std::chrono::days>(stage.clock.now());
    CHECK(stage.loop().status().next_run == midnight + 6h);

    SECTION("the schedule's next run, once") {
        stage.pass(3h + 49min);
        CHECK(stage.runs.runs.size() == 3);
        stage.pass(2min);
        CHECK(stage.runs.runs.size() == 4);
        stage.pass(1h);
        CHECK(stage.runs.runs.size() == 5);
    }
    SECTION("an event waits as well") {
        stage.pass(1h);
        stage.loop().wake({});
        stage.pass(1h);
        CHECK(stage.runs.runs.size() == 3);
        stage.pass(1h + 51min);
        CHECK(stage.runs.runs.size() > 3);
    }
    SECTION("what a person asks for is done") {
        stage.pass(1h);
        answer_of(stage, stage.loop().run_now({.trigger = "command"}));
        CHECK(stage.triggers().back() == "command");
    }
}

TEST_CASE("an event begins a run at once, and many events begin one", "[daemon][sync][webhook]") {
    WokenStage stage;
    stage.start();
    stage.pass(10min);
    REQUIRE(stage.triggers() == Triggers{"schedule"});

    stage.loop().wake({});
    stage.settle();
    CHECK(stage.triggers() == Triggers{"schedule", "event"});
    for (int i = 0; i < 500; ++i) stage.loop().wake(EmployeeKey(std::to_string(i)));
    stage.settle();
    CHECK(stage.runs.runs.size() == 2);
    stage.pass(29s);
    CHECK(stage.runs.runs.size() == 2);
    stage.pass(1s);
    CHECK(stage.triggers() == Triggers{"schedule", "event", "event"});
    stage.pass(1h);
    CHECK(stage.runs.runs.size() == 3);
}

TEST_CASE("an event about one person has this one looked at, where the source can be asked",
          "[daemon][sync][webhook]") {
    WokenStage stage;
    stage.can_be_asked();
    stage.start();
    stage.pass(10min);
    REQUIRE(stage.source.fetches() == 1);

    stage.loop().wake(EmployeeKey("1001"));
    stage.loop().wake(EmployeeKey("1001"));
    stage.settle();
    CHECK(stage.triggers() == Triggers{"schedule", "event"});
    CHECK(stage.source.people_asked() == 1);
    CHECK(stage.source.fetches() == 1);

    SECTION("events about two people are a run of all") {
        stage.loop().wake(EmployeeKey("1001"));
        stage.loop().wake(EmployeeKey("1002"));
        stage.pass(1min);
        CHECK(stage.source.people_asked() == 1);
        CHECK(stage.source.fetches() == 2);
    }
    SECTION("somebody whom the source does not know is a matter for a run of all") {
        stage.loop().wake(EmployeeKey("1009"));
        stage.pass(2min);
        CHECK(stage.source.people_asked() == 2);
        CHECK(stage.source.fetches() == 2);
    }
    SECTION("a look at one person that is refused has everybody looked at") {
        stage.source.fail_next({.kind = FailureKind::blocked, .code = "other_person", .where = "source", .detail = {}});
        stage.loop().wake(EmployeeKey("1001"));
        stage.pass(2min);
        CHECK(stage.source.people_asked() == 2);
        CHECK(stage.source.fetches() == 2);
    }
    SECTION("a look at one person that is cut off has everybody looked at soon") {
        stage.source.fail_next({.kind = FailureKind::transient, .code = "cut_off", .where = "source", .detail = {}});
        stage.loop().wake(EmployeeKey("1001"));
        stage.pass(1h);
        CHECK(stage.source.people_asked() == 2);
        CHECK(stage.source.fetches() == 2);
    }
    SECTION("where it turns out that one cannot be asked for, the same run looks at everybody") {
        stage.source.fail_next(
            {.kind = FailureKind::blocked, .code = "reads_whole_only", .where = "source", .detail = {}});
        stage.loop().wake(EmployeeKey("1001"));
        stage.pass(2min);
        CHECK(stage.triggers() == Triggers{"schedule", "event", "event"});
        CHECK(stage.source.fetches() == 2);
    }
    SECTION("the next run that was due comes when it was due") {
        stage.pass(24h);
        CHECK(stage.triggers() == Triggers{"schedule", "event", "schedule"});
    }
}

TEST_CASE("an event about one person has everybody looked at where the source knows people by another column",
          "[daemon][sync][webhook]") {
    WokenStage stage;
    stage.can_be_asked();
    stage.source.looks_in("another column than the one of the employee id");
    stage.start();
    stage.loop().wake(EmployeeKey("1001"));
    stage.pass(2min);
    CHECK(stage.source.people_asked() == 0);
    CHECK(stage.source.fetches() == 2);
}

TEST_CASE("an event waits while the tenant is paused, and is not forgotten", "[daemon][sync][webhook]") {
    WokenStage stage;
    stage.start();
    stage.pass(10min);
    boost::asio::co_spawn(stage.context, stage.loop().pause({.since = stage.clock.now(), .by = "jan", .reason = {}}),
                          boost::asio::detached);
    stage.settle();
    stage.loop().wake({});
    stage.pass(1h);
    CHECK(stage.runs.runs.size() == 1);

    boost::asio::co_spawn(stage.context, stage.loop().resume(), boost::asio::detached);
    stage.settle();
    CHECK(stage.triggers() == Triggers{"schedule", "event"});
}

TEST_CASE("a run of all that begins anyway has seen what an event was about", "[daemon][sync][webhook]") {
    WokenStage stage;
    stage.start();
    stage.loop().wake({});
    boost::asio::co_spawn(stage.context, stage.loop().run_now({.trigger = "command"}),
                          [](const std::exception_ptr&, const sync::CycleResult&) {});
    stage.pass(10min);
    CHECK(stage.triggers() == Triggers{"schedule", "command"});
}

TEST_CASE("where a run for one person would go around a plan that waits, an event begins a run of all",
          "[daemon][sync][webhook]") {
    WokenStage stage;
    stage.can_be_asked();
    stage.runs.applied_once = false;
    stage.start();
    stage.loop().wake(EmployeeKey("1001"));
    stage.pass(2min);
    CHECK(stage.source.people_asked() == 0);
    CHECK(stage.triggers() == Triggers{"schedule", "event"});
}

namespace {

/// One plan of two operations for one person, carried out by itself.
class Carrying {
public:
    Carrying() {
        stage.network.add_person("1001");
        const auto group = stage.network.add_group(GroupKind::business_unit, "Store 12");
        const EmployeeKey person("1001");
        plan = plan::make_plan({.changes = {{person, ChangeRole{RoleId("member"), RoleId("editor")}, {}},
                                            {person, AddToGroups{{{group, "Store 12", {}}}}, {}}},
                                .notes = {}},
                               {}, {});
    }
    void carry_out() {
        boost::asio::co_spawn(stage.context, sync::apply_plan(stage.parts(), RunId(1), plan, 1),
                              [this](const std::exception_ptr&, Result<apply::Summary> given) { ended = given; });
        stage.settle();
        stage.pass(2s);  // less than calls under way may take to be answered
    }

    TenantStage stage;
    Plan plan;
    std::optional<Result<apply::Summary>> ended;
};

}  // namespace

TEST_CASE("a call whose intent was just written is not sent when a stop came meanwhile", "[daemon][sync]") {
    Carrying one;
    one.stage.disk.while_intending = [&] { one.stage.stop.press(); };
    one.carry_out();

    REQUIRE(one.ended);
    CHECK(one.stage.network.calls() == 0);
    REQUIRE(one.stage.ledger.rows.size() == 1);
    REQUIRE(one.stage.ledger.rows[0].settlement);
    CHECK(one.stage.ledger.rows[0].settlement->outcome == Outcome::gave_up);
    CHECK(one.stage.ledger.rows[0].settlement->code == "stopping");
}

TEST_CASE("a call that waits for an outcome to be written is not begun when a stop came meanwhile", "[daemon][sync]") {
    Carrying one;
    one.stage.disk.while_settling = [&] {
        if (!one.stage.stop.requested()) one.stage.stop.press();
    };
    one.carry_out();

    REQUIRE(one.ended);
    CHECK(one.stage.network.calls() == 1);
    REQUIRE(one.stage.ledger.rows.size() == 2);
    CHECK(one.stage.ledger.rows[0].settlement->outcome == Outcome::done);
    CHECK_FALSE(one.stage.ledger.rows[1].intended_at);
    CHECK(one.stage.ledger.rows[1].settlement->code == "stopping");
}

TEST_CASE("whoever waits at the gate when a stop comes leaves at once, and nothing is sent", "[daemon][sync]") {
    Carrying one;
    one.stage.seen.gate.emplace(one.stage.context.get_executor());
    one.carry_out();
    REQUIRE_FALSE(one.ended);
    REQUIRE(one.stage.ledger.rows.size() == 1);

    one.stage.stop.press();
    one.stage.settle();

    REQUIRE(one.ended);
    CHECK(one.stage.network.calls() == 0);
    CHECK(one.stage.ledger.rows[0].settlement->code == "stopping");
    CHECK(one.stage.seen.sent_away == 1);
    CHECK(one.stage.seen.let_in_again == 1);  // for the run after a pause
}

TEST_CASE("a run ends when an outcome dies of an exception while another call waits for it", "[daemon][sync]") {
    Carrying one;
    one.stage.disk.while_settling = [] { throw std::runtime_error("a bug"); };
    one.carry_out();

    REQUIRE(one.ended);
    REQUIRE_FALSE(one.ended->has_value());
    CHECK(one.ended->error().code == "call_died");
    CHECK(one.stage.network.calls() == 1);
}
