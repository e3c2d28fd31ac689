// Waiting for a network that is away, going ahead with a few, and trying people again.
#include "connectors/speakap/speakap_options.hpp"
#include "tests/scenario/target_stage.hpp"
#include "tests/support/run.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <string>
#include <vector>

using namespace usersync;
using namespace usersync::test;
using namespace std::chrono_literals;

namespace {

using Lines = std::vector<std::string>;

const Lines day_1{"1001;Store 12;Store manager;+31612345601", "1002;Store 12;Cashier;+31612345602",
                  "1003;Store 14;Cashier;+31612345603"};

Lines with_title(const Lines& lines, const std::string& title) {
    Lines changed;
    for (const auto& line : lines) {
        const auto at = line.find(';', line.find(';') + 1);
        changed.push_back(line.substr(0, at + 1) + title + line.substr(line.rfind(';')));
    }
    return changed;
}

Lines people(int count) {
    Lines lines;
    for (int n = 0; n < count; ++n) {
        lines.push_back(std::to_string(2000 + n) + ";Store 12;Cashier;+316123" + std::to_string(45600 + n));
    }
    return lines;
}

TargetTenant::Options with(std::function<void(sync::TenantSettings&)> settings, bool scheduled = false) {
    return {.scheduled = scheduled, .settings = std::move(settings)};
}

}  // namespace

TEST_CASE("a run waits for a network that is away for half a minute, and goes on within five seconds",
          "[scenario][fault28]") {
    TargetStage stage;
    TargetTenant shop(stage.context, stage.clock, stage.target,
                      with([](sync::TenantSettings& settings) { settings.apply.outage_wait_max = 1min; }));
    shop.sync(day_1);
    stage.target.play(
        R"({"rules":[{"method":"PUT","path":"*","from":1,"until_ms":30000,"what":"status","status":503}]})");
    stage.target.forget_calls();
    const auto begun = stage.clock.now();
    shop.deliver(with_title(day_1, "Shift leader"));
    shop.begin_run();
    stage.pass(20s);
    REQUIRE(shop.status().running);
    REQUIRE(shop.status().away);
    CHECK(shop.status().away->code == "service_unavailable");
    CHECK(shop.status_json().find("\"state\": \"open\"") != std::string::npos);
    CHECK(shop.status_text().find("does not answer") != std::string::npos);

    stage.pass_until([&] { return !shop.status().running; });
    CHECK(shop.status().last_run->end == RunEnd::done);
    CHECK(stage.clock.now() - begun <= 36s);
    CHECK(stage.target.calls().size() <= 60);
    CHECK_FALSE(shop.status().away);
    for (const auto* key : {"1002", "1003"}) CHECK(stage.target.person(key)->job_title == "Shift leader");
}

TEST_CASE(
    "a network that is away for hours is asked by one read every few minutes, and no run begins before it answers",
    "[scenario][fault28]") {
    TargetStage stage;
    TargetTenant shop(stage.context, stage.clock, stage.target, {.scheduled = true});
    shop.sync(day_1);
    stage.target.play(R"({"rules":[{"path":"*","until_ms":21600000,"what":"status","status":503}]})");
    stage.target.forget_calls();
    shop.deliver(with_title(day_1, "Shift leader"));
    shop.run();
    const auto runs = shop.status().last_run->id;
    stage.pass(3h);
    REQUIRE(shop.status().away);
    CHECK(shop.status().away->next_probe - stage.clock.now() <= 5min);
    CHECK(shop.status().last_run->id.value() <= runs.value() + 1);
    const auto calls = stage.target.calls().size();
    INFO(calls << " calls in three hours");
    CHECK(calls >= 30);
    CHECK(calls <= 100);

    stage.pass(3h + 6min);
    CHECK(shop.status().last_run->end == RunEnd::done);
    CHECK_FALSE(shop.status().away);
    CHECK(stage.target.person("1003")->job_title == "Shift leader");
}

TEST_CASE("a network that answers and does nothing is found out with the first people, and the rest is not begun",
          "[scenario][fault23]") {
    TargetStage stage;
    TargetTenant shop(stage.context, stage.clock, stage.target, with([](sync::TenantSettings& settings) {
                          settings.apply.canary = 3;
                          settings.apply.canary_above = 5;
                      }));
    shop.sync(people(12));
    REQUIRE(stage.target.people() == 12);
    stage.pass(24h);
    stage.target.play(R"({"rules":[{"method":"PUT","path":"/scim/Users/*","from":1,"what":"no_effect"}]})");
    stage.target.forget_calls();
    shop.deliver(with_title(people(12), "Shift leader"));
    const auto result = shop.run();

    CHECK(result.run.end == RunEnd::failed);
    CHECK(result.run.failure_code == "canary");
    CHECK(stage.target.calls("PUT").size() == 3);
    CHECK(shop.status_text().find("update_profile of 2000") != std::string::npos);
    CHECK(sync::health_of(shop.status()) == sync::Health::failed);

    // Somebody has mended it.
    stage.target.play("{}");
    stage.pass(24h);
    CHECK(shop.run().run.end == RunEnd::done);
    CHECK(stage.target.person("2011")->job_title == "Shift leader");
}

TEST_CASE("whom the network refuses again and again waits longer and longer, is shown, and can be tried at once",
          "[scenario][fault25]") {
    TargetStage stage;
    TargetTenant shop(stage.context, stage.clock, stage.target, with([](sync::TenantSettings& settings) {
                          settings.retry_people = {.free_failures = 1, .first = 240h, .longest = 240h};
                      }));
    shop.sync(day_1);
    const auto* refused =
        R"({"rules":[{"method":"PUT","path":"/scim/Users/*","what":"status","status":400,"from":1}]})";
    stage.target.play(refused);
    shop.deliver({day_1[0], day_1[1], with_title(day_1, "Shift leader")[2]});
    CHECK(shop.run().run.end == RunEnd::done_open);
    CHECK(shop.run().run.end == RunEnd::done_open);
    stage.target.forget_calls();

    const auto waiting = shop.run();
    REQUIRE(waiting.next_attempts.contains(EmployeeKey("1003")));
    CHECK(stage.target.calls("PUT").empty());
    CHECK(waiting.run.people_open == 1);
    CHECK(shop.status().next_attempts.size() == 1);
    CHECK(shop.status_text().find("1003, not before") != std::string::npos);
    CHECK(shop.status_json().find("\"not_before\"") != std::string::npos);

    SECTION("the record was corrected") {
        stage.target.play("{}");
        shop.deliver({day_1[0], day_1[1], with_title(day_1, "Team leader")[2]});
        CHECK(shop.run().run.end == RunEnd::done);
        CHECK(stage.target.person("1003")->job_title == "Team leader");
        CHECK(shop.status().next_attempts.empty());
    }
    SECTION("somebody asks for another try") {
        stage.target.play("{}");
        REQUIRE(test::run(stage.context, shop.store().pace().forgive(EmployeeKey("1003"), stage.clock.now())).value() ==
                1);
        CHECK(shop.run().run.end == RunEnd::done);
        CHECK(stage.target.person("1003")->job_title == "Shift leader");
    }
    SECTION("the time has come") {
        stage.target.play("{}");
        stage.pass(241h);
        CHECK(shop.run().run.end == RunEnd::done);
        CHECK(stage.target.person("1003")->job_title == "Shift leader");
    }
}

TEST_CASE("whom the network refused is tried again when it is time, however far off the next run by schedule is",
          "[scenario][fault25]") {
    TargetStage stage;
    auto options = with([](sync::TenantSettings& settings) {
        settings.retry_people = {.free_failures = 1, .first = 2h, .longest = 2h};
    });
    options.scheduled = true;
    options.every = 24h * 7;
    TargetTenant shop(stage.context, stage.clock, stage.target, options);
    shop.sync(day_1);
    stage.target.play(R"({"rules":[{"method":"PUT","path":"/scim/Users/*","what":"status","status":400,"from":1}]})");
    shop.deliver({day_1[0], day_1[1], with_title(day_1, "Shift leader")[2]});
    CHECK(shop.run().run.end == RunEnd::done_open);
    CHECK(shop.status().next_attempts.empty());
    CHECK(shop.run().run.end == RunEnd::done_open);
    stage.target.forget_calls();

    // Seen at once, not only by the run that leaves them out.
    REQUIRE(shop.status().next_attempts.contains(EmployeeKey("1003")));
    const auto due = shop.status().next_attempts.at(EmployeeKey("1003"));
    REQUIRE(shop.status().next_run);
    CHECK(*shop.status().next_run >= due);
    CHECK(*shop.status().next_run <= stage.clock.now() + 2h + 15min);

    stage.target.play("{}");
    stage.pass(3h);
    CHECK(stage.target.calls("PUT").size() == 1);
    CHECK(stage.target.person("1003")->job_title == "Shift leader");
    CHECK(shop.status().next_attempts.empty());
    CHECK(*shop.status().next_run > stage.clock.now() + 24h);
}

TEST_CASE("a rate that was learnt is kept with the tenant, and says how long the next plan takes",
          "[scenario][fault20]") {
    TargetStage stage;
    auto options = with([](sync::TenantSettings& settings) { settings.pace = {.calls_per_second = 100, .burst = 5}; });
    options.rate = {.calls_per_second = 100, .burst = 5};
    TargetTenant shop(stage.context, stage.clock, stage.target, options);
    shop.deliver(people(30));
    shop.run();
    stage.target.play(R"({"rate":{"calls_per_second":10}})");
    shop.approve();
    CHECK(stage.target.people() == 30);
    const auto rates = test::run(stage.context, shop.store().pace().rates()).value();
    REQUIRE(rates.contains("rest"));
    CHECK(rates.at("rest") < 100);
    const auto rate = shop.status().pacing->calls_per_second;
    CHECK(rate < 100);

    // 30 calls, of which 5 may go at once.
    std::vector<std::string> renamed = people(30);
    for (auto& line : renamed) line.replace(line.find("Cashier"), 7, "Clerk");
    shop.deliver(renamed);
    const auto planned = shop.run({.trigger = "command", .goal = sync::Goal::plan});
    REQUIRE(planned.estimate);
    CHECK(planned.estimate->ideal >= std::chrono::duration_cast<Duration>(std::chrono::duration<double>(24 / rate)));
}

TEST_CASE("progress counts people beside operations: whoever has nothing left is done", "[scenario][progress]") {
    TargetStage stage;
    auto options = with([](sync::TenantSettings&) {});
    options.rate = {.calls_per_second = 1, .burst = 1};
    TargetTenant shop(stage.context, stage.clock, stage.target, options);
    shop.sync(day_1);
    auto lines = people(12);
    lines.insert(lines.end(), day_1.begin(), day_1.end());
    shop.deliver(lines);
    shop.begin_run();
    std::size_t people_done_before = 0;
    bool seen_half_way = false;
    stage.pass_until([&] {
        const auto progress = shop.status().progress;
        if (progress) {
            CHECK(progress->people_done + progress->people_left == 12);
            CHECK(progress->people_done >= people_done_before);
            CHECK(progress->people_done <= progress->done);
            people_done_before = progress->people_done;
            seen_half_way = seen_half_way || (progress->people_done > 0 && progress->people_left > 0);
        }
        return !shop.status().running;
    });
    CHECK(seen_half_way);
    CHECK(shop.status().last_run->end == RunEnd::done);
}
