// Faults 19 to 24: the network refuses, forgets to answer, or answers what is not so.
#include "tests/scenario/target_stage.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <string>
#include <vector>

using namespace usersync;
using namespace usersync::test;
using namespace std::chrono_literals;

namespace {

using Lines = std::vector<std::string>;
using Names = std::vector<std::string>;

const Lines day_1{"1001;Store 12;Store manager;+31612345601", "1002;Store 12;Cashier;+31612345602",
                  "1003;Store 14;Cashier;+31612345603"};

/// The same people and one more.
Lines with(Lines lines, const std::string& line) {
    lines.push_back(line);
    return lines;
}
const Lines day_2 = with(day_1, "1004;Store 14;Cashier;+31612345604");

bool has_note(const sync::CycleResult& result, Note::Kind kind, const std::string& key) {
    if (!result.plan) return false;
    const auto& notes = result.plan->plan.notes;
    return std::any_of(notes.begin(), notes.end(),
                       [&](const Note& note) { return note.kind == kind && note.employee.value() == key; });
}

std::size_t outcomes(const sync::CycleResult& result, const std::string& kind, Outcome outcome) {
    const auto of_kind = result.ledger.find(kind);
    if (of_kind == result.ledger.end()) return 0;
    const auto at = of_kind->second.find(outcome);
    return at == of_kind->second.end() ? 0 : at->second;
}

void check_everybody_once(const Target& target, const Lines& lines) {
    CHECK(target.people() == lines.size());
    for (const auto& line : lines) {
        const auto key = line.substr(0, line.find(';'));
        INFO(key);
        CHECK(target.invitations(key) == 1);
        CHECK(target.groups_of(key).size() == 1);
    }
}

/// "retry_after" as a fault file says it; how long it holds us up.
struct RetryAfter {
    std::string text;
    Duration shortest;
    Duration longest;
    std::string told = {};  ///< in the line that logs the failure, where it is not kept as it was said
};

const std::vector<RetryAfter> every_retry_after{
    {R"(,"retry_after":1)", 1s, 5s},
    {R"(,"retry_after":3600)", 15min, 17min, "asking for a wait of 3600 s, of which 900 s are kept"},
    {R"(,"retry_after":{"date_in_seconds":3600})", 15min, 17min, "of which 900 s are kept"},
    {R"(,"retry_after":{"date_in_seconds":-3600})", 0s, 5s},
    {R"(,"retry_after":-5)", 0s, 5s, "with a Retry-After that cannot be read"},
    {R"(,"retry_after":"soon")", 0s, 5s, "with a Retry-After that cannot be read"},
    {"", 0s, 5s},
};

}  // namespace

TEST_CASE("a 429 is waited out within the cap, whatever its Retry-After says, and other tenants do not wait",
          "[scenario][fault19]") {
    const auto refused = GENERATE(std::string(R"("method":"GET","path":"*/users/")"),
                                  std::string(R"("method":"POST","path":"/scim/Users")"));
    const auto retry_after = GENERATE(from_range(every_retry_after));
    INFO(refused << retry_after.text);
    TargetStage stage;
    Target other_target(stage.clock, two_stores);
    TargetTenant shop(stage.context, stage.clock, stage.target, {});
    TargetTenant other(stage.context, stage.clock, other_target, {.name = "other"});
    shop.sync(day_1);
    other.sync(day_1);
    stage.target.play(R"({"rules":[{)" + refused + R"(,"call":1,"what":"status","status":429)" + retry_after.text +
                      "}]}");
    stage.target.forget_calls();

    const auto begun = stage.clock.now();
    shop.deliver(day_2);
    shop.begin_run();
    stage.pass(100ms);
    const bool waits = retry_after.shortest > 0s;
    if (waits) {
        // Whoever looks sees when it goes on.
        REQUIRE(shop.status().waits_until);
        CHECK(*shop.status().waits_until - begun >= retry_after.shortest);
        CHECK(*shop.status().waits_until - begun <= retry_after.longest);
        CHECK(shop.status_text().find("waits until") != std::string::npos);
        CHECK(shop.status_json().find("\"waits_until\": \"20") != std::string::npos);
    }
    other.sync(day_2);
    CHECK(stage.clock.now() - begun < 1s);
    check_everybody_once(other_target, day_2);

    stage.pass_until([&] { return !shop.status().running; });
    CHECK(stage.clock.now() - begun >= retry_after.shortest);
    CHECK(stage.clock.now() - begun <= retry_after.longest);
    CHECK_FALSE(shop.status().waits_until);
    CHECK(shop.status().last_run->end == RunEnd::done);
    check_everybody_once(stage.target, day_2);
    CHECK(stage.target.calls("POST", "/scim/Users").size() <= 2);
    const bool is_write = refused.find("POST") != std::string::npos;
    if (is_write) CHECK(shop.log.has(retry_after.told));
}

TEST_CASE("a 429 that does not end is no tight loop: the run is given up and begun again at growing distances",
          "[scenario][fault19]") {
    const auto retry_after = GENERATE(from_range(every_retry_after));
    INFO(retry_after.text);
    TargetStage stage;
    TargetTenant shop(stage.context, stage.clock, stage.target, {.scheduled = true});
    shop.sync(day_1);
    stage.target.play(R"({"rules":[{"path":"*","until_ms":21600000,"what":"status","status":429)" + retry_after.text +
                      "}]}");
    stage.target.forget_calls();
    shop.deliver(day_2);
    shop.begin_run();

    stage.pass(6h);
    INFO(stage.target.calls().size() << " calls");
    CHECK(stage.target.calls().size() >= 10);
    CHECK(stage.target.calls().size() <= 150);
    CHECK(stage.target.person("1004") == nullptr);
    REQUIRE(shop.status().next_run);

    stage.pass(2h);
    CHECK(shop.status().last_run->end == RunEnd::done);
    check_everybody_once(stage.target, day_2);
}

TEST_CASE("a limit that falls in the middle of a run, or that somebody else uses up, costs time and nothing else",
          "[scenario][fault20]") {
    const auto rate = GENERATE(
        std::string(R"({"rate":{"calls_per_second":50,"changes":[{"from_call":25,"calls_per_second":2}]}})"),
        std::string(R"({"rate":{"calls_per_second":50,"second_clients":[{"token":"scim","calls_per_second":49},)"
                    R"({"token":"rest","calls_per_second":48}]}})"));
    INFO(rate);
    Lines many;
    for (int n = 0; n < 30; ++n) {
        many.push_back(std::to_string(2000 + n) + (n % 2 == 0 ? ";Store 12" : ";Store 14") + ";Cashier;+316123" +
                       std::to_string(45600 + n));
    }
    const auto time_of = [&](const std::string& faults) {
        TargetStage stage;
        TargetTenant shop(stage.context, stage.clock, stage.target,
                          {.scheduled = true, .every = 10min, .concurrency = 4});
        shop.deliver(many);
        shop.run();
        stage.target.play(faults);
        const auto begun = stage.clock.now();
        shop.approve();
        stage.pass_until(
            [&] { return stage.target.people() == many.size() && shop.status().last_run->people_open == 0; });
        check_everybody_once(stage.target, many);
        CHECK(shop.run().plan->plan.empty());
        return stage.clock.now() - begun;
    };

    const auto unhindered = time_of("{}");
    const auto hindered = time_of(rate);
    INFO(unhindered.count() << " ms, hindered " << hindered.count() << " ms");
    CHECK(hindered > 2 * unhindered);
    CHECK(hindered < 2h);
}

TEST_CASE("an invitation whose answer is lost or late is looked for, and nobody gets a second mail",
          "[scenario][fault21]") {
    const auto fault =
        GENERATE(std::string(R"("what":"lost")"), std::string(R"("what":"slow","ms":90000)"),
                 std::string(R"("what":"truncated")"), std::string(R"("what":"status","status":504,"effect":true)"));
    // Also where those who look do not find at once what is there.
    const auto settle = GENERATE(std::string(""), std::string(R"("settle":{"ms":20000,"single_reads":true},)"));
    INFO(fault << settle);
    TargetStage stage(two_stores,
                      "{" + settle + R"("rules":[{"method":"POST","path":"/scim/Users","call":2,)" + fault + "}]}");
    TargetTenant shop(stage.context, stage.clock, stage.target, {.scheduled = true, .every = 10min});

    shop.sync(day_1);
    stage.pass(1h);

    CHECK(shop.status().last_run->end == RunEnd::done);
    check_everybody_once(stage.target, day_1);
    const auto posts = stage.target.calls("POST", "/scim/Users");
    // Nobody found it, so it was sent again, and the network said that it is there.
    const bool is_late = !settle.empty() && fault.find("slow") == std::string::npos;
    const auto refused = std::count_if(posts.begin(), posts.end(), [](const auto& call) { return call.status == 409; });
    CHECK(posts.size() == 3 + static_cast<std::size_t>(refused));
    CHECK(refused >= (is_late ? 1 : 0));
    CHECK(refused <= (is_late ? 3 : 0));
}

TEST_CASE("an account that is there already is ours when it has the employee's key", "[scenario][fault22]") {
    TargetStage stage(two_stores, R"({"settle":{"ms":3600000}})");
    TargetTenant shop(stage.context, stage.clock, stage.target, {});
    // Lists do not show it yet.
    stage.target.make_account("1002", "p1002@shop.example");

    shop.deliver(day_1);
    shop.run();
    const auto result = shop.approve();

    CHECK(outcomes(result, "create_user", Outcome::already_so) == 1);
    CHECK(outcomes(result, "create_user", Outcome::done) == 2);
    CHECK(stage.target.calls("POST", "/scim/Users").size() == 4);
    CHECK(stage.target.invitations("1002") == 1);
}

TEST_CASE("an address that somebody else has freezes its person with the reason, once in a run, and nobody else",
          "[scenario][fault22]") {
    TargetStage stage(two_stores, R"({"settle":{"ms":360000000}})");
    TargetTenant shop(stage.context, stage.clock, stage.target, {});
    // Lists do not show it for a hundred hours.
    stage.target.make_account("9009", "p1002@shop.example");
    stage.target.play("{}");
    stage.target.forget_calls();

    shop.deliver(day_1);
    shop.run();
    const auto result = shop.approve();

    CHECK(result.run.end == RunEnd::done_open);
    CHECK(outcomes(result, "create_user", Outcome::rejected) == 1);
    CHECK(outcomes(result, "create_user", Outcome::done) == 2);
    CHECK(shop.log.has("employee=1002 outcome=rejected code=conflict"));
    CHECK(stage.target.calls("POST", "/scim/Users").size() == 3);
    CHECK(stage.target.person("9009")->status == sandbox::UserStatus::inactive);

    // By then every list shows it: nothing is sent any more, and the plan says why.
    stage.pass(101h);
    stage.target.forget_calls();
    const auto later = shop.run();
    CHECK(has_note(later, Note::Kind::conflict, "1002"));
    CHECK(stage.target.writes().empty());
}

TEST_CASE("a 409 for no reason that anybody can see is sent once in a run", "[scenario][fault22]") {
    TargetStage stage(two_stores,
                      R"({"rules":[{"method":"POST","path":"/scim/Users","from":1,"what":"status","status":409}]})");
    TargetTenant shop(stage.context, stage.clock, stage.target, {.scheduled = true});
    shop.sync(day_1);
    CHECK(stage.target.calls("POST", "/scim/Users").size() == 3);

    stage.pass(23h);
    CHECK(stage.target.calls("POST", "/scim/Users").size() == 3);
    CHECK(shop.status().last_run->people_open == 3);
    CHECK(sync::health_of(shop.status()) == sync::Health::attention);
}

TEST_CASE("an answer that says done where nothing was is found out by reading, told, and not tried for ever",
          "[scenario][fault23]") {
    TargetStage stage;
    TargetTenant shop(stage.context, stage.clock, stage.target, {});
    shop.sync(day_1);
    stage.target.play(R"({"rules":[{"method":"PUT","path":"/scim/Users/*","from":1,"what":"no_effect"}]})");
    auto changed = day_1;
    changed[1] = "1002;Store 12;Shift leader;+31612345602";
    shop.deliver(changed);
    shop.run();
    CHECK(stage.target.calls("PUT").size() == 1);

    // Read back, found out, tried once more.
    stage.pass(24h);
    CHECK(shop.run().run.end == RunEnd::done);
    CHECK(stage.target.calls("PUT").size() == 2);

    // And that was it: somebody has to look.
    for (int day = 0; day < 5; ++day) {
        stage.pass(24h);
        const auto result = shop.run();
        CHECK(has_note(result, Note::Kind::no_effect, "1002"));
        CHECK(result.run.people_open == 1);
        CHECK(stage.target.calls("PUT").size() == 2);
    }
    CHECK(sync::health_of(shop.status()) == sync::Health::attention);

    // What else is to be done for the person is done.
    changed[1] = "1002;Store 14;Shift leader;+31612345602";
    shop.sync(changed);
    CHECK(stage.target.groups_of("1002") == Names{"Store 14"});
    // What the record says newly is sent, too.
    stage.target.play("{}");
    changed[1] = "1002;Store 14;Manager on duty;+31612345602";
    shop.sync(changed);
    CHECK(stage.target.person("1002")->job_title == "Manager on duty");
}

TEST_CASE("a field that the network cuts to 50 characters is found out, told, and not sent for ever",
          "[scenario][fault23]") {
    const std::string title(60, 'x');
    TargetStage stage(
        two_stores, R"({"rules":[{"method":"P*","path":"/scim/*","from":1,"what":"cut","field":"/title","length":50},)"
                    R"({"method":"POST","path":"/scim/*","from":1,"what":"cut","field":"/title","length":50},)"
                    R"({"method":"PUT","path":"/scim/*","from":1,"what":"cut","field":"/title","length":50}]})");
    TargetTenant shop(stage.context, stage.clock, stage.target, {});
    auto lines = day_1;
    lines[1] = "1002;Store 12;" + title + ";+31612345602";
    shop.sync(lines);
    for (int day = 0; day < 6; ++day) {
        stage.pass(24h);
        shop.run();
    }

    CHECK(stage.target.person("1002")->job_title == title.substr(0, 50));
    CHECK(stage.target.calls("PUT").size() == 2);
    CHECK(has_note(shop.run(), Note::Kind::no_effect, "1002"));
    CHECK(shop.status().last_run->people_open == 1);
}

TEST_CASE("an error in the body of a 200, and a 207, are no success: it is looked what became of the call",
          "[scenario][fault23]") {
    const auto fault =
        GENERATE(std::string(R"("method":"POST","path":"/scim/Users","call":2,"what":"error_body","status":500)"),
                 std::string(R"("method":"POST","path":"*/groups/add","call":2,"what":"partial","keep":0)"),
                 std::string(R"("method":"POST","path":"*/groups/add","call":2,"what":"error_body","status":500)"));
    INFO(fault);
    TargetStage stage(two_stores, R"({"rules":[{)" + fault + "}]}");
    TargetTenant shop(stage.context, stage.clock, stage.target, {});

    const auto result = shop.sync(day_1);

    CHECK(result.run.end == RunEnd::done);
    check_everybody_once(stage.target, day_1);
    CHECK(shop.log.has("event=call_failed"));
    CHECK(shop.run().plan->plan.empty());
}

TEST_CASE("an error in the body of every 200 is given up in each run", "[scenario][fault23]") {
    TargetStage stage;
    TargetTenant shop(stage.context, stage.clock, stage.target, {});
    shop.sync(day_1);
    stage.target.play(
        R"({"rules":[{"method":"PUT","path":"/scim/Users/*","from":1,"what":"error_body","status":500}]})");
    auto changed = day_1;
    changed[1] = "1002;Store 12;Shift leader;+31612345602";
    shop.deliver(changed);
    const auto result = shop.run();

    CHECK(result.run.people_open == 1);
    CHECK(stage.target.calls("PUT").size() <= 4);
}

TEST_CASE("somebody whom the lists do not show yet is not made a second time: the ledger knows better",
          "[scenario][fault24]") {
    const auto single_reads = GENERATE(std::string("false"), std::string("true"));
    const auto answer = GENERATE(Drift::Answer::repair, Drift::Answer::adopt, Drift::Answer::ignore);
    TargetStage stage(two_stores, R"({"settle":{"ms":60000,"single_reads":)" + single_reads + "}}");
    TargetTenant shop(stage.context, stage.clock, stage.target, {.settings = [&](sync::TenantSettings& settings) {
                          settings.policy.drift = {.memberships = answer, .roles = answer, .accounts = answer};
                      }});
    shop.sync(day_1);
    stage.target.forget_calls();

    stage.pass(5s);
    const auto early = shop.run();
    CHECK(stage.target.calls("POST", "/scim/Users").empty());
    CHECK(early.plan->plan.drift.empty());

    for (int n = 0; n < 3; ++n) {
        stage.pass(5min);
        shop.run();
    }
    check_everybody_once(stage.target, day_1);
    CHECK(stage.target.role_of("1001") == "admin");
    CHECK(stage.target.calls("POST", "/scim/Users").empty());
    CHECK(shop.run().plan->plan.empty());
    CHECK(shop.status().last_run->people_open == 0);
}

TEST_CASE("a group that the lists do not show yet is not made a second time", "[scenario][fault24]") {
    TargetStage stage(two_stores, R"({"settle":{"ms":60000,"single_reads":true}})");
    TargetTenant shop(stage.context, stage.clock, stage.target,
                      {.settings = [](sync::TenantSettings& settings) { settings.rules = shop_rules(true); }});
    shop.sync(with(day_1, "1004;Store 99;Cashier;+31612345604"));
    stage.pass(5s);
    shop.run();
    CHECK(stage.target.calls("POST", "business-units/").size() == 1);

    for (int n = 0; n < 3; ++n) {
        stage.pass(5min);
        shop.run();
    }
    CHECK(stage.target.calls("POST", "business-units/").size() == 1);
    CHECK(stage.target.groups_of("1004") == Names{"Store 99"});
    CHECK(shop.status().last_run->people_open == 0);
}
