#include "tests/scenario/world.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace usersync;
using namespace usersync::test;
using namespace std::chrono_literals;

namespace {

using Names = std::vector<std::string>;

const Names day_1{"1001;Store 12;Store manager;+31612345601", "1002;Store 12;Cashier;+31612345602",
                  "1003;Store 14;Cashier;+31612345603", "1004;Store 14;Cashier;+31612345604"};
/// A joiner (1005), a leaver (1002), a mover (1003), a promotion (1004, with a new phone number).
const Names day_2{"1001;Store 12;Store manager;+31612345601", "1003;Store 12;Cashier;+31612345603",
                  "1004;Store 14;Store manager;+31699999999", "1005;Store 14;Cashier;+31612345605"};

Failure server_error() { return {.kind = FailureKind::transient, .code = "internal_server_error"}; }

}  // namespace

TEST_CASE("the first record is planned, waits for a person, and then everybody is invited, placed and given a role",
          "[scenario]") {
    World world;
    world.deliver(day_1);

    const auto first = world.run();
    CHECK(first.run.end == RunEnd::held);
    CHECK(world.network.calls() == 0);

    const auto approved = world.approve();
    CHECK(approved.run.end == RunEnd::done);
    CHECK(world.network.group_names("1001") == Names{"Store 12"});
    CHECK(world.network.person("1001").role == RoleId("admin"));
    CHECK(world.network.invitations("1003") == 1);
    world.check_settled();
}

TEST_CASE("a day of changes becomes a joiner, a leaver, a mover, a promotion and a new phone number", "[scenario]") {
    World world;
    world.sync(day_1);
    for (const auto* key : {"1001", "1002", "1003", "1004"}) world.network.accept(key);

    const auto result = world.sync(day_2);

    CHECK(result.run.end == RunEnd::done);
    CHECK(world.network.invitations("1005") == 1);
    CHECK(world.network.person("1002").suspended);
    CHECK(world.network.group_names("1002").empty());
    CHECK(world.network.group_names("1003") == Names{"Store 12"});
    CHECK(world.network.person("1004").role == RoleId("admin"));
    CHECK(world.network.person("1004").profile.phone == "+31699999999");
    world.check_settled();
}

TEST_CASE("the same record again sends nothing", "[scenario]") {
    World world;
    world.sync(day_1);
    const auto calls = world.network.calls();

    const auto again = world.sync(day_1);

    CHECK(again.run.end == RunEnd::done);
    CHECK_FALSE(again.new_snapshot);
    CHECK(world.network.calls() == calls);
    world.check_settled();
}

TEST_CASE("the log says of every plan what it would do and how long it took to make, also when nothing is to be done",
          "[scenario]") {
    World world;
    world.sync(day_1);
    const auto before = world.log.lines().size();

    world.sync(day_1);

    const auto& lines = world.log.lines();
    const auto of_plan =
        std::find_if(lines.begin() + static_cast<std::ptrdiff_t>(before), lines.end(),
                     [](const std::string& line) { return line.find("event=plan_made") != std::string::npos; });
    REQUIRE(of_plan != lines.end());
    CHECK(of_plan->find("operations=0") != std::string::npos);
    CHECK(of_plan->find("plan_ms=") != std::string::npos);
}

TEST_CASE("whom an exception by expression protects stays when their row is gone from the record", "[scenario]") {
    auto settings = shop_settings();
    rules::Exception exception;
    exception.id = "exception[1]";
    exception.origin = {.file = "tenant.toml", .line = 50, .column = 1};
    exception.when = rules::parse_expression("job_title == \"Store manager\"", settings.rules.names).expression;
    exception.never_remove = true;
    exception.reason = "their accounts are looked after by hand";
    settings.rules.exceptions = {exception};
    World world(settings);
    world.sync({"1001;Store 12;Store manager;", "1002;Store 12;Cashier;", "1003;Store 12;Cashier;"});
    for (const auto* key : {"1001", "1002", "1003"}) world.network.accept(key);

    const auto result = world.sync({"1003;Store 12;Cashier;"});

    CHECK_FALSE(world.network.person("1001").suspended);
    CHECK(world.network.person("1001").role == RoleId("admin"));
    CHECK(world.network.group_names("1001") == Names{"Store 12"});
    CHECK(world.network.person("1002").suspended);
    REQUIRE(result.plan);
    const auto& notes = result.plan->plan.notes;
    CHECK(std::any_of(notes.begin(), notes.end(), [](const Note& note) {
        return note.kind == Note::Kind::left_alone && note.employee == EmployeeKey("1001");
    }));
    CHECK(world.run().plan->plan.empty());
}

TEST_CASE("a leaver who comes back is reactivated without a second invitation", "[scenario]") {
    World world;
    world.sync(day_1);
    world.network.accept("1002");
    world.sync(day_2);
    REQUIRE(world.network.person("1002").suspended);

    auto back = day_2;
    back.insert(back.begin() + 1, "1002;Store 14;Cashier;+31612345602");
    world.sync(back);

    CHECK_FALSE(world.network.person("1002").suspended);
    CHECK(world.network.group_names("1002") == Names{"Store 14"});
    CHECK(world.network.invitations("1002") == 1);
    world.check_settled();
}

TEST_CASE("when half of the people are gone from the record, nobody is removed until a person has looked",
          "[scenario]") {
    World world;
    world.sync(day_1);
    const auto calls = world.network.calls();
    world.deliver({day_1[0], day_1[1]});

    const auto held = world.run();

    CHECK(held.run.end == RunEnd::held);
    CHECK(world.network.calls() == calls);
    CHECK(world.log.has("event=plan_held"));
    world.approve();
    CHECK(world.network.person("1003").suspended);
    world.check_settled();
}

TEST_CASE("a doubtful record waits for a person once, and is believed from then on", "[scenario]") {
    World world;
    world.settings().completeness.drop_share_max = 0.20;
    world.settings().guard.removals_share_max = 0.60;
    world.sync(day_1);
    world.deliver({day_1[0], day_1[1], day_1[2]});

    const auto held = world.run();
    REQUIRE(held.run.end == RunEnd::held);
    CHECK(held.plan->verdict.hold.at(0).code == "doubtful_snapshot");
    CHECK(world.approve().run.end == RunEnd::done);
    CHECK(world.network.person("1004").suspended);

    world.network.person("1003").groups.clear();  // drift: put right without asking anybody again
    const auto repaired = world.run();
    CHECK(repaired.run.end == RunEnd::done);
    CHECK(world.network.group_names("1003") == Names{"Store 14"});
    world.check_settled();
}

TEST_CASE("a person whose row is bad is frozen, not removed, and the run says that somebody is open", "[scenario]") {
    World world;
    world.sync(day_1);
    auto bad = shop_record({day_1[0], day_1[1], day_1[2], "1004;Store 12;Cashier;+31600000000"});
    bad.replace(bad.find("p1004@shop.example"), 18, "not an address");
    world.source.put("bad-row.csv", bad);

    const auto result = world.run();

    CHECK(result.run.end == RunEnd::done_open);
    CHECK(result.run.people_open == 1);
    CHECK(world.network.group_names("1004") == Names{"Store 14"});
    CHECK_FALSE(world.network.person("1004").suspended);
}

TEST_CASE("a row whose person is unknown stops every removal", "[scenario]") {
    World world;
    world.sync(day_1);
    world.deliver({day_1[0], day_1[1], day_1[2], ";Store 14;Cashier;+31612345604"});

    const auto result = world.run();

    CHECK(result.run.end == RunEnd::done_open);
    CHECK_FALSE(world.network.person("1004").suspended);
}

TEST_CASE("zero bytes, a header alone and a missing key column bounce the record and touch nobody", "[scenario]") {
    World world;
    world.sync(day_1);
    const auto calls = world.network.calls();
    const auto expect_bounce = [&](const std::string& bytes, const std::string& code) {
        world.source.put("bounced.csv", bytes);
        const auto result = world.run();
        CHECK(result.run.end == RunEnd::failed);
        CHECK(result.run.failure_code == code);
        CHECK(world.network.calls() == calls);
        CHECK(world.source.has("bounced.csv"));
    };

    expect_bounce("", "empty_record");
    expect_bounce(shop_record({}), "no_rows");
    expect_bounce("Number;Location\r\n1001;Store 12\r\n", "key_column_missing");
}

TEST_CASE("the record of another environment is told by its addresses, and nobody is touched", "[scenario][fault18]") {
    auto settings = shop_settings();
    settings.columns.address_domains.ours = {"production.example"};
    World world(settings);
    world.source.put("test.csv", shop_record(day_1));

    const auto result = world.run();

    CHECK(result.run.end == RunEnd::failed);
    CHECK(result.run.failure_code == "other_address_domains");
    CHECK(world.network.calls() == 0);
    CHECK(world.source.has("test.csv"));
}

TEST_CASE("a file that is still growing is left alone", "[scenario]") {
    World world;
    world.sync(day_1);
    world.source.put_growing("employees-next.csv", shop_record(day_2));

    const auto result = world.run();

    CHECK(result.not_ready.size() == 1);
    CHECK(world.source.has("employees-next.csv"));
    CHECK_FALSE(world.network.person("1002").suspended);
}

TEST_CASE("a record that was taken in is acknowledged by a receipt, without a copy of its bytes", "[scenario]") {
    World world;

    world.sync(day_1);

    CHECK(world.source.acknowledged().size() == 1);
    CHECK(world.source.bytes_returned() == 0);
}

TEST_CASE("a file that is too large is refused with a note, the run fails, and nobody is touched", "[scenario]") {
    ingest::PickupRules pickup;
    pickup.bytes_max = 4096;
    World world(shop_settings(), pickup);
    world.sync(day_1);
    const auto calls = world.network.calls();
    world.source.put("huge.csv", std::string(4097, 'x'));

    const auto result = world.run();

    CHECK(result.run.end == RunEnd::failed);
    CHECK(result.run.failure_code == "file_too_large");
    CHECK(world.network.calls() == calls);
    CHECK(world.source.has("huge.csv"));
    REQUIRE(world.notes.notes.size() == 1);
    CHECK(world.notes.notes.begin()->second.text.find("huge.csv") != std::string::npos);
    CHECK(world.log.has("event=note_written"));
}

TEST_CASE("a delivery that is refused at every run leaves one note, and another one for another reason", "[scenario]") {
    World world;
    world.sync(day_1);
    world.source.put("bounced.csv", "Number;Location\r\n1001;Store 12\r\n");

    for (int run = 0; run < 5; ++run) CHECK(world.run().run.failure_code == "key_column_missing");
    CHECK(world.notes.notes.size() == 1);

    world.source.put("bounced.csv", "");
    for (int run = 0; run < 5; ++run) CHECK(world.run().run.failure_code == "empty_record");
    CHECK(world.notes.notes.size() == 2);
}

TEST_CASE("a file that is too large and stays leaves one note", "[scenario]") {
    ingest::PickupRules pickup;
    pickup.bytes_max = 4096;
    World world(shop_settings(), pickup);
    world.source.put("huge.csv", std::string(4097, 'x'));

    for (int run = 0; run < 3; ++run) CHECK(world.run().run.failure_code == "file_too_large");

    CHECK(world.notes.notes.size() == 1);
}

TEST_CASE("a lock file beside the workbook does not hold up the record, and the log names it", "[scenario]") {
    World world;
    world.source.put("staff.csv", shop_record(day_1));
    world.source.put("~$staff.csv", std::string(165, ' '));

    const auto result = world.run();

    CHECK(result.was_delivered);
    CHECK(result.not_ready.empty());
    CHECK(world.log.has("event=file_passed_over"));
}

TEST_CASE("a source that cannot be reached changes nothing and is reported", "[scenario]") {
    World world;
    world.sync(day_1);
    world.source.fail_next({.kind = FailureKind::blocked, .code = "host_key_mismatch", .where = "sftp"});

    const auto result = world.run();

    CHECK(result.run.end == RunEnd::failed);
    CHECK(result.run.failure_code == "host_key_mismatch");
    CHECK(world.log.has("event=run_done"));
    world.check_settled();
}

TEST_CASE("a network that cannot be read whole leads to no plan at all", "[scenario]") {
    World world;
    world.sync(day_1);
    world.deliver(day_2);
    world.network.forget_counts();
    world.network.fail_read(1, server_error());

    const auto result = world.run();

    CHECK(result.run.end == RunEnd::failed);
    CHECK_FALSE(result.plan);
    CHECK(world.network.calls() == 0);
    world.run();
    world.check_settled();
}

TEST_CASE("an answer that was lost after the invitation leads to no second invitation", "[scenario][fault21]") {
    World world;
    world.network.fail_call(1, FaultKind::lost_answer);
    world.sync(day_1);

    CHECK(world.network.invitations("1001") == 1);
    world.check_settled();
}

TEST_CASE("a request that was lost is sent again after a look", "[scenario]") {
    World world;
    world.network.fail_call(1, FaultKind::lost_request);
    world.sync(day_1);

    CHECK(world.network.invitations("1001") == 1);
    world.check_settled();
}

TEST_CASE("a server error and a rate limit delay the run, and the server's time is kept", "[scenario]") {
    World world;
    auto limited = server_error();
    limited.code = "too_many_requests";
    limited.retry_after = 30s;
    world.network.fail_call(1, FaultKind::refused, server_error());
    world.network.fail_call(2, FaultKind::refused, limited);
    const auto before = world.clock().now();
    const auto result = world.sync(day_1);

    CHECK(result.run.end == RunEnd::done);
    CHECK(world.clock().now() - before >= 30s);
    world.check_settled();
}

TEST_CASE("one person whom the network refuses never stops the others", "[scenario]") {
    World world;
    world.network.refuse_person("1002", {.kind = FailureKind::rejected, .code = "invalid_email_address"});
    const auto result = world.sync(day_1);

    CHECK(result.run.end == RunEnd::done_open);
    CHECK(result.run.people_open == 1);
    CHECK_FALSE(world.network.knows("1002"));
    CHECK(world.network.group_names("1004") == Names{"Store 14"});
}

TEST_CASE("an approval of a plan that is no longer what would be done is refused, with what changed since",
          "[scenario]") {
    World world;
    world.deliver(day_1);
    const auto seen = world.run();
    world.network.add_person("1001", {.email = "p1001@shop.example"});

    const auto refused = world.run({.trigger = "approval", .approve = seen.plan->plan.id, .approved_by = "operator"});

    CHECK(refused.run.end == RunEnd::held);
    REQUIRE(refused.failure);
    CHECK(refused.failure->code == "stale_plan");
    CHECK(std::find(refused.changed_since.begin(), refused.changed_since.end(), "- create_user 1001") !=
          refused.changed_since.end());
    CHECK(world.network.calls() == 0);
    world.approve();
    world.check_settled();
}

TEST_CASE("accounts that were there before are adopted, and what others did by hand stays", "[scenario]") {
    World world;
    auto& manual = world.network.add_person("1001", {.email = "p1001@shop.example"});
    manual.groups = {GroupEid(world.network.actual().groups[1].eid)};
    world.network.add_stranger({.email = "boss@shop.example"}, RoleId("admin"));
    world.sync(day_1);

    CHECK(world.network.invitations("1001") == 0);
    CHECK(world.network.group_names("1001") == Names{"Store 12", "Store 14"});
    world.check_settled();
}

TEST_CASE("a plan-only run sends nothing, however harmless the plan", "[scenario]") {
    World world;
    world.sync(day_1);
    const auto calls = world.network.calls();
    world.deliver(day_2);

    const auto result = world.run({.trigger = "command", .goal = sync::Goal::plan});

    CHECK(result.plan);
    CHECK_FALSE(result.plan->plan.empty());
    CHECK(world.network.calls() == calls);
}

TEST_CASE("what was approved and done once is not allowed a second time", "[scenario]") {
    World world;
    world.settings().guard.removals_share_max = 0.10;
    world.sync(day_1);
    world.sync({day_1[0], day_1[1], day_1[2]});
    REQUIRE(world.network.person("1004").suspended);
    world.network.person("1004").suspended = false;  // somebody brings the leaver back by hand

    CHECK(world.run().run.end == RunEnd::held);
    CHECK_FALSE(world.network.person("1004").suspended);
}

TEST_CASE("approving a plan that nobody made is refused and leaves everything as it is", "[scenario]") {
    World world;
    world.deliver(day_1);
    const auto held = world.run();

    const auto refused = world.run({.trigger = "approval", .approve = PlanId("nobody's"), .approved_by = "operator"});

    CHECK(refused.failure->code == "no_such_plan");
    CHECK(world.network.calls() == 0);
    CHECK(world.approve().plan->plan.id == held.plan->plan.id);
}

TEST_CASE("while nobody knows what became of a call, nothing else is done about that person", "[scenario]") {
    World world;
    world.sync(day_1);
    world.deliver(day_2);
    world.network.forget_counts();
    const Failure cannot_tell{.kind = FailureKind::rejected, .code = "cannot_tell"};
    world.network.fail_call(1, FaultKind::lost_answer);
    for (std::size_t look = 1; look <= 2; ++look) world.network.fail_find(look, cannot_tell);

    const auto first = world.run();
    CHECK(first.applied->unknown == 1);
    const auto second = world.run();
    CHECK(second.run.end == RunEnd::done_open);
    world.run();
    world.check_settled();
}

TEST_CASE("the same file read by other columns is another record", "[scenario]") {
    World world;
    const auto phone = world.settings().columns.fields.extract(ingest::Field::phone).mapped();
    world.sync(day_1);
    CHECK(world.network.person("1001").profile.phone == "");

    world.settings().columns.fields[ingest::Field::phone] = phone;
    world.settings().rules_fingerprint = fingerprint_of("with telephone numbers");
    const auto again = world.sync(day_1);

    CHECK(again.new_snapshot);
    CHECK(world.network.person("1001").profile.phone == "+31612345601");
}

TEST_CASE("a stop in the middle settles what was sent, and the next process goes on without asking again",
          "[scenario]") {
    World world;
    world.deliver(day_1);
    world.run();
    world.stop_after_calls(3);
    const auto stopped = world.approve();
    CHECK(stopped.applied->not_started > 0);
    CHECK(stopped.applied->unknown == 0);

    world.restart();
    const auto rest = world.run();

    CHECK(rest.run.end == RunEnd::done);
    world.check_settled();
}

TEST_CASE("a store that the network does not have is made, and its people are placed in it in the same run",
          "[scenario]") {
    auto settings = shop_settings();
    settings.rules = shop_rules(true);
    World world(settings);
    world.deliver({day_1[0], "1007;Store 99;Cashier;+31612345607"});
    CHECK(world.run().run.end == RunEnd::held);

    const auto result = world.approve();

    CHECK(result.run.end == RunEnd::done);
    CHECK(world.network.group_names("1007") == Names{"Store 99"});
    CHECK(world.network.invitations("1007") == 1);
    CHECK(result.ledger.at("make_group") == std::map<Outcome, std::size_t>{{Outcome::done, 1}});
    CHECK(result.plans_before.size() == 1);
    CHECK(result.plan->state == PlanState::applied);
    world.check_settled();
}

TEST_CASE("a local department is made in the run that makes its store and its department", "[scenario]") {
    auto settings = shop_settings();
    settings.rules = shop_rules_with_local_departments();
    World world(settings);

    const auto result = world.sync({"1007;Store 99;Cashier;+31612345607"});

    CHECK(result.run.end == RunEnd::done);
    CHECK(result.plans_before.size() == 2);
    CHECK(world.network.group_names("1007") == Names{"Checkout", "Checkout of Store 99", "Store 99"});
    world.check_settled();
}

TEST_CASE("whoever waits for a group that could not be made is not as they should be", "[scenario]") {
    auto settings = shop_settings();
    settings.rules = shop_rules(true);
    World world(settings);
    world.network.refuse_person("", {.kind = FailureKind::rejected, .code = "insufficient_scope"});

    const auto result = world.sync({day_1[0], "1007;Store 99;Cashier;+31612345607"});

    CHECK(result.run.end == RunEnd::done_open);
    CHECK(result.run.people_open == 1);
    CHECK(result.plans_before.empty());
    CHECK(world.network.knows("1007"));
    CHECK(world.network.group_names("1007").empty());
}

TEST_CASE("somebody whom the network refuses is not tried twice in a run that makes groups", "[scenario]") {
    auto settings = shop_settings();
    settings.rules = shop_rules(true);
    World world(settings);
    world.network.refuse_person("1001", {.kind = FailureKind::rejected, .code = "invalid_email_address"});

    const auto result = world.sync({day_1[0], "1007;Store 99;Cashier;+31612345607"});

    CHECK(result.run.end == RunEnd::done_open);
    CHECK(result.run.people_open == 1);
    CHECK(world.network.group_names("1007") == Names{"Store 99"});
    CHECK(result.ledger.at("create_user").at(Outcome::rejected) == 1);
    CHECK(world.network.calls() == 4);  // the group, 1001 refused, 1007 created and placed
}

TEST_CASE("a process that dies while it makes a group makes it once", "[scenario][crash]") {
    auto settings = shop_settings();
    settings.rules = shop_rules(true);
    for (std::size_t k = 1; k <= 25; ++k) {
        INFO("died after effect " << k);
        World world(settings);
        world.deliver({day_1[0], "1007;Store 99;Cashier;+31612345607"});
        world.die_after(k);
        try {
            if (world.run().run.end == RunEnd::held) world.approve();
        } catch (const Died&) {
        }
        world.restart();
        if (world.run().run.end == RunEnd::held) world.approve();

        CHECK(world.network.actual().groups.size() == 3);
        CHECK(world.network.group_names("1007") == Names{"Store 99"});
        world.check_settled();
    }
}

TEST_CASE("no name, address or phone number is ever logged", "[scenario]") {
    World world;
    world.sync(day_1);
    world.sync(day_2);

    for (const auto& line : world.log.lines()) {
        CHECK(line.find("@shop.example") == std::string::npos);
        CHECK(line.find("P100") == std::string::npos);
        CHECK(line.find("+316") == std::string::npos);
    }
}
