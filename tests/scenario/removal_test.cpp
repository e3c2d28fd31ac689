// Leaving over several days: evidence, countdown, hold, rejection, and much in little portions.

#include "core/plan/ledger_facts.hpp"
#include "tests/scenario/world.hpp"
#include "tests/support/columns.hpp"
#include "tests/support/run.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <string>

using namespace usersync;
using namespace usersync::test;
using namespace std::chrono_literals;

namespace {

using Names = std::vector<std::string>;

Names people(std::size_t count, const std::string& job = "Cashier") {
    Names lines;
    for (std::size_t i = 0; i < count; ++i) {
        lines.push_back(std::to_string(1001 + i) + ";Store 12;" + (i == 0 ? job : "Cashier") + ";");
    }
    return lines;
}

Names without(Names lines, const std::string& key) {
    std::erase_if(lines, [&](const std::string& line) { return line.starts_with(key); });
    return lines;
}

/// So many people who have accepted.
void settle(World& world, std::size_t count = 4) {
    world.sync(people(count));
    for (std::size_t i = 0; i < count; ++i) world.network.accept(std::to_string(1001 + i));
}

plan::Removals removals_of(World& world) { return run(world.context(), world.store().removals().load()).value(); }

void hold(World& world, const std::string& key) {
    plan::RemovalHold hold{.key = EmployeeKey(key), .by = "jan", .reason = "is ill", .since = world.clock().now()};
    REQUIRE(run(world.context(), world.store().removals().hold(hold)).has_value());
}

bool has_note(const sync::CycleResult& result, Note::Kind kind, const std::string& key) {
    REQUIRE(result.plan);
    const auto& notes = result.plan->plan.notes;
    return std::any_of(notes.begin(), notes.end(),
                       [&](const Note& note) { return note.kind == kind && note.employee == EmployeeKey(key); });
}

}  // namespace

TEST_CASE("somebody who is missing once is not removed when two complete records are asked for", "[scenario][queue]") {
    World world;
    world.settings().queue.snapshots = 2;
    settle(world);

    const auto once = world.sync(without(people(4), "1002"));
    CHECK(once.run.end == RunEnd::done);
    CHECK(once.run.people_open == 0);
    CHECK(has_note(once, Note::Kind::queued, "1002"));
    CHECK_FALSE(world.network.person("1002").suspended);
    CHECK(removals_of(world).queued.at(0).snapshots == 1);

    world.pass(24h);
    world.run();  // the same record again is no second one
    CHECK_FALSE(world.network.person("1002").suspended);

    world.sync(without(people(4, "Store manager"), "1002"));
    CHECK(world.network.person("1002").suspended);
}

TEST_CASE("whoever comes back in between is never touched, and the count begins anew", "[scenario][queue]") {
    World world;
    world.settings().queue.snapshots = 2;
    settle(world);
    const auto calls = world.network.calls();

    world.sync(without(people(4), "1002"));
    world.sync(people(4, "Baker"));
    CHECK(removals_of(world).queued.empty());
    const auto calls_of_baker = world.network.calls() - calls;
    world.sync(without(people(4, "Baker"), "1002"));

    CHECK_FALSE(world.network.person("1002").suspended);
    CHECK(world.network.calls() - calls == calls_of_baker);
}

TEST_CASE("whoever was back in a record whose run failed has come back, and the count begins anew",
          "[scenario][queue]") {
    World world;
    world.settings().queue.snapshots = 2;
    settle(world);
    world.sync(without(people(4), "1002"));
    world.deliver(people(4));
    const Failure away{.kind = FailureKind::transient, .code = "connection_lost", .where = "http", .detail = {}};
    world.network.fail_read(world.network.reads() + 1, away);
    REQUIRE(world.run().run.end == RunEnd::failed);

    const auto gone_again = world.sync(without(people(4, "Store manager"), "1002"));

    CHECK(has_note(gone_again, Note::Kind::queued, "1002"));
    CHECK_FALSE(world.network.person("1002").suspended);
    CHECK(removals_of(world).queued.at(0).snapshots == 1);
    CHECK(removals_of(world).queued.at(0).first_snapshot == SnapshotId(4));
    world.sync(without(people(4, "Baker"), "1002"));
    CHECK(world.network.person("1002").suspended);
}

TEST_CASE("records whose runs failed are evidence, too", "[scenario][queue]") {
    World world;
    world.settings().queue.snapshots = 2;
    settle(world);
    world.deliver(without(people(4), "1002"));
    const Failure away{.kind = FailureKind::transient, .code = "connection_lost", .where = "http", .detail = {}};
    world.network.fail_read(world.network.reads() + 1, away);
    REQUIRE(world.run().run.end == RunEnd::failed);

    world.sync(without(people(4, "Store manager"), "1002"));

    CHECK(world.network.person("1002").suspended);
    CHECK(removals_of(world).queued.at(0).snapshots == 2);
}

TEST_CASE("the same file read by other columns is no second record", "[scenario][queue]") {
    World world;
    world.settings().queue.snapshots = 2;
    settle(world);
    world.sync(without(people(4), "1002"));
    using ingest::Field;
    world.settings().columns = columns({{Field::employee_id, "Employee ID"},
                                        {Field::email, "Email"},
                                        {Field::first_name, "First name"},
                                        {Field::last_name, "Last name"},
                                        {Field::location, "Location"}});
    world.settings().rules_fingerprint = fingerprint_of("other columns");
    world.settings().completeness.fill_drop_max = 1;  // columns that are not read any more are no reason to doubt

    world.deliver(without(people(4), "1002"));

    const auto other = world.run();

    CHECK(other.new_snapshot);
    REQUIRE(other.plan);
    CHECK(other.plan->plan.basis.completeness == Completeness::complete);
    CHECK(has_note(other, Note::Kind::queued, "1002"));
    CHECK_FALSE(world.network.person("1002").suspended);
    CHECK(removals_of(world).queued.at(0).snapshots == 1);
}

TEST_CASE("a leaver is suspended first and removed days later, with the evidence kept from the first day",
          "[scenario][queue]") {
    World world;
    world.settings().policy.leavers = diff::LeaverAction::remove;
    world.settings().queue.remove_after = 24h * 3;
    settle(world);

    world.sync(without(people(4), "1002"));
    CHECK(world.network.person("1002").suspended);
    const auto evidence = removals_of(world).queued.at(0);
    for (int day = 1; day < 3; ++day) {
        world.pass(24h);
        CHECK(has_note(world.run(), Note::Kind::queued, "1002"));
    }
    world.restart();  // a countdown survives its process
    world.pass(25h);
    const auto last = world.run();

    REQUIRE(last.plan->plan.operations.size() == 1);
    CHECK(std::holds_alternative<EndMembership>(last.plan->plan.operations[0].change.what));
    CHECK(removals_of(world).queued.at(0).first_seen == evidence.first_seen);
    world.check_settled();
    CHECK(removals_of(world).queued.empty());
}

TEST_CASE("a clock that is a year ahead ends nobody's waiting before a person has looked",
          "[scenario][queue][fault34]") {
    World world;
    world.settings().queue.remove_after = 30 * 24h;
    world.settings().policy.leavers = diff::LeaverAction::remove;
    world.settings().guard.removals_share_max = 1;  // it is a small shop
    settle(world);
    world.sync(without(people(4), "1002"));
    REQUIRE(world.network.person("1002").suspended);
    world.pass(365 * 24h);

    // Before anything else is known of that year: the network cannot even be read.
    const Failure away{.kind = FailureKind::transient, .code = "connection_lost", .where = "http", .detail = {}};
    world.network.fail_read(world.network.reads() + 1, away);
    REQUIRE(world.run().run.end == RunEnd::failed);
    const auto calls = world.network.calls();
    for (int again = 0; again < 2; ++again) {
        const auto held = world.run();
        CHECK(held.run.end == RunEnd::held);
        REQUIRE(held.plan);
        REQUIRE(held.plan->verdict.hold.size() == 1);
        CHECK(held.plan->verdict.hold[0].code == "removals_clock");
        world.restart();
        world.pass(24h);
    }
    CHECK(world.network.calls() == calls);
    CHECK(world.log.has("event=clock_ahead"));

    CHECK(world.approve().run.end == RunEnd::done);
    CHECK(world.network.people().size() == 3);
    // From then on people leave by this clock, as ever.
    world.sync(without(without(people(4), "1002"), "1003"));
    CHECK(world.network.person("1003").suspended);
    world.pass(29 * 24h);
    world.run();
    world.pass(2 * 24h);
    CHECK(world.run().run.end == RunEnd::done);
    CHECK(world.network.people().size() == 2);
}

TEST_CASE("whoever joins does not wait for a doubted clock, where only what is doubted is held",
          "[scenario][queue][fault34]") {
    World world;
    world.settings().guard.scope = plan::HoldScope::kind;
    settle(world);
    world.pass(60 * 24h);
    auto lines = without(people(4), "1002");
    lines.push_back("1009;Store 14;Cashier;");
    world.deliver(lines);

    const auto held = world.run();

    CHECK(held.run.end == RunEnd::held);
    CHECK(world.network.person("1009").key == EmployeeKey("1009"));
    CHECK_FALSE(world.network.person("1002").suspended);
}

TEST_CASE("runs that are a month apart by the schedule are no clock that is ahead", "[scenario][queue][fault34]") {
    World world;
    world.settings().clock_ahead_max = 93 * 24h;
    settle(world);
    world.pass(31 * 24h);

    world.sync(without(people(4), "1002"));

    CHECK(world.network.person("1002").suspended);
    CHECK_FALSE(world.log.has("event=clock_ahead"));
}

TEST_CASE("coming back before the end of the countdown brings the account back, with one invitation in all",
          "[scenario][queue]") {
    World world;
    world.settings().policy.leavers = diff::LeaverAction::remove;
    world.settings().queue.remove_after = 24h * 30;
    settle(world);
    world.sync(without(people(4), "1002"));
    world.pass(24h * 10);

    world.sync(people(4, "Baker"));

    CHECK_FALSE(world.network.person("1002").suspended);
    CHECK(world.network.invitations("1002") == 1);
    CHECK(removals_of(world).queued.empty());
    world.pass(24h * 30);
    world.check_settled();
}

TEST_CASE("whoever is held stays until they are released", "[scenario][queue]") {
    World world;
    settle(world);
    hold(world, "1002");

    const auto held = world.sync(without(people(4), "1002"));
    CHECK(held.run.end == RunEnd::done);
    CHECK_FALSE(world.network.person("1002").suspended);
    CHECK(world.network.group_names("1002") == Names{"Store 12"});
    REQUIRE(held.removals);
    CHECK(held.removals->holds.size() == 1);

    REQUIRE(run(world.context(), world.store().removals().release(EmployeeKey("1002"))).value());
    world.run();
    CHECK(world.network.person("1002").suspended);
    world.check_settled();
}

TEST_CASE("no removal is sent before its evidence is on disk", "[scenario][queue][crash]") {
    World probe;
    settle(probe);
    probe.deliver(without(people(4), "1002"));
    const auto before = probe.effects();
    probe.run();
    const auto effects = probe.effects() - before;
    REQUIRE(effects > 0);
    for (std::size_t death = 1; death <= effects; death += 2) {
        World world;
        settle(world);
        world.deliver(without(people(4), "1002"));
        world.die_after(world.effects() + death);
        CHECK_THROWS_AS(world.run(), Died);
        INFO("died after effect " << death);
        const auto calls = world.network.calls();
        world.restart();
        const bool was_touched = world.network.group_names("1002").empty() || world.network.person("1002").suspended;
        CHECK((!was_touched || removals_of(world).find(EmployeeKey("1002")) != nullptr));
        CHECK(calls == world.network.calls());
        world.run();
        CHECK(world.network.person("1002").suspended);
        world.check_settled();
    }
}

TEST_CASE("a rejected plan stays rejected as long as nothing differs, and may be approved all the same",
          "[scenario][reject]") {
    World world;
    settle(world);
    world.deliver({people(4)[0]});  // three of four are gone
    const auto held = world.run();
    REQUIRE(held.run.end == RunEnd::held);
    const auto id = held.plan->plan.id;
    const Rejection rejection{.at = world.clock().now(), .by = "ann", .reason = "half a file"};
    REQUIRE(run(world.context(), world.store().runs().reject(id, rejection)).has_value());
    const auto calls = world.network.calls();

    world.settings().guard.removals_share_max = 1;  // as if the brakes had nothing against it
    const auto again = world.run();
    CHECK(again.plan->plan.id == id);
    CHECK(again.plan->state == PlanState::rejected);
    CHECK(again.plan->rejection == rejection);
    CHECK(again.run.end == RunEnd::done_open);
    CHECK(again.run.people_open == 3);
    CHECK(world.network.calls() == calls);

    CHECK(world.approve().run.end == RunEnd::done);
    CHECK(world.network.person("1003").suspended);
    const auto events = run(world.context(), world.store().ledger().events(1)).value();
    REQUIRE(events.size() == 1);
    CHECK(events[0].kind == EntryKind::approval);
    const auto facts = plan::decode_facts(events[0].bytes).value();
    CHECK(facts.plan == id.value());
    CHECK(facts.by == "operator");
    world.check_settled();
}

TEST_CASE("another record than the rejected one is offered again", "[scenario][reject]") {
    World world;
    settle(world);
    world.deliver({people(4)[0]});
    const auto held = world.run();
    const Rejection rejection{.at = world.clock().now(), .by = "ann", .reason = ""};
    REQUIRE(run(world.context(), world.store().runs().reject(held.plan->plan.id, rejection)).has_value());

    world.deliver({people(4)[1]});
    CHECK(world.run().run.end == RunEnd::held);
}

TEST_CASE("a few leavers every day are held when they become many in a week", "[scenario][guard]") {
    World world;
    world.settings().guard.week.removals_max = 3;
    settle(world, 8);
    auto left = people(8);
    for (const auto* key : {"1008", "1007", "1006"}) {
        left = without(left, key);
        CHECK(world.sync(left).run.end == RunEnd::done);
        world.pass(24h);
    }

    left = without(left, "1005");
    world.deliver(left);
    const auto held = world.run();
    REQUIRE(held.run.end == RunEnd::held);
    CHECK(held.plan->verdict.hold.at(0).code == "removals_7_days");
    CHECK_FALSE(world.network.person("1005").suspended);

    world.pass(24h * 7);
    CHECK(world.run().run.end == RunEnd::done);
    CHECK(world.network.person("1005").suspended);
}

TEST_CASE("too many leavers wait for a person, and the joiners of the same record do not, when the tenant says so",
          "[scenario][guard][blast]") {
    World world;
    world.settings().guard.scope = plan::HoldScope::kind;
    world.settings().guard.removals_max = 1;
    settle(world);
    auto lines = without(without(people(4), "1003"), "1004");
    lines.push_back("1009;Store 14;Cashier;");
    world.deliver(lines);

    const auto result = world.run();

    CHECK(result.run.end == RunEnd::held);
    CHECK(world.network.invitations("1009") == 1);
    CHECK(world.network.group_names("1009") == Names{"Store 14"});
    CHECK_FALSE(world.network.person("1003").suspended);
    REQUIRE(result.plans_before.size() == 1);
    CHECK(result.plans_before[0].state == PlanState::applied);
    CHECK(result.plan->state == PlanState::held);

    const auto again = world.run();
    CHECK(again.plan->plan.id == result.plan->plan.id);
    CHECK(again.plans_before.empty());
    CHECK(world.approve().run.end == RunEnd::done);
    CHECK(world.network.person("1003").suspended);
    world.check_settled();
}

namespace {

/// Two of four leave, one joins, and one leaver is more than may pass without a person.
void deliver_too_many_leavers(World& world) {
    world.settings().guard.scope = plan::HoldScope::kind;
    world.settings().guard.removals_max = 1;
    settle(world);
    auto lines = without(without(people(4), "1003"), "1004");
    lines.push_back("1009;Store 14;Cashier;");
    world.deliver(lines);
}

}  // namespace

TEST_CASE("a plan that was rejected as a whole is not carried out in part", "[scenario][guard][blast][reject]") {
    World world;
    deliver_too_many_leavers(world);
    const auto seen = world.run({.trigger = "command", .goal = sync::Goal::plan});
    REQUIRE(seen.run.end == RunEnd::held);
    const auto id = seen.plan->plan.id;
    const Rejection rejection{.at = world.clock().now(), .by = "ann", .reason = "half a file"};
    REQUIRE(run(world.context(), world.store().runs().reject(id, rejection)).has_value());
    const auto calls = world.network.calls();

    const auto next = world.run();

    CHECK(world.network.calls() == calls);
    REQUIRE(next.plan);
    CHECK(next.plan->plan.id == id);
    CHECK(next.plan->state == PlanState::rejected);
    CHECK(next.plans_before.empty());
    CHECK(world.approve().run.end == RunEnd::done);
    CHECK(world.network.person("1003").suspended);
    world.check_settled();
}

TEST_CASE("a plan that was saved as a whole is not carried out in part", "[scenario][guard][blast][saved]") {
    World world;
    deliver_too_many_leavers(world);
    const auto seen = world.run({.trigger = "command", .goal = sync::Goal::plan, .save = true});
    const auto calls = world.network.calls();

    for (int again = 0; again < 2; ++again) {
        const auto next = world.run();
        CHECK(world.network.calls() == calls);
        CHECK(next.run.end == RunEnd::held);
        CHECK(next.plan->plan.id == seen.plan->plan.id);
    }
    CHECK(world.approve().run.end == RunEnd::done);
    CHECK(world.network.knows("1009"));
    world.check_settled();
}

TEST_CASE("what a person approved as a whole goes on as a whole after the process died",
          "[scenario][guard][blast][crash]") {
    World probe;
    deliver_too_many_leavers(probe);
    REQUIRE(probe.run({.trigger = "command", .goal = sync::Goal::plan}).run.end == RunEnd::held);
    const auto before = probe.effects();
    const auto calls_before = probe.network.calls();
    CHECK(probe.approve().run.end == RunEnd::done);
    const auto effects = probe.effects() - before;
    for (std::size_t death = 1; death <= effects; death += 6) {
        World world;
        deliver_too_many_leavers(world);
        REQUIRE(world.run({.trigger = "command", .goal = sync::Goal::plan}).run.end == RunEnd::held);
        world.die_after(world.effects() + death);
        CHECK_THROWS_AS(world.approve(), Died);
        INFO("died after effect " << death << " of " << effects);
        const bool has_begun = world.network.calls() > calls_before;
        world.restart();
        const auto next = world.run({.trigger = "recovery"});
        if (!has_begun) continue;
        CHECK(next.run.end == RunEnd::done);
        CHECK(world.network.person("1003").suspended);
        CHECK(world.network.person("1004").suspended);
    }
}
