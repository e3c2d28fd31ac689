// What a run did is taken back; and a store that was put back from a backup decides nothing by itself.

#include "core/plan/undo.hpp"
#include "core/plan/ledger_facts.hpp"
#include "tests/scenario/world.hpp"
#include "tests/support/run.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace usersync;
using namespace usersync::test;

namespace {

const std::vector<std::string> day_1{"1001;Store 12;Store manager;1", "1002;Store 12;Cashier;2",
                                     "1003;Store 14;Cashier;3"};
const std::vector<std::string> day_2{"1001;Store 14;Cashier;1", "1003;Store 14;Store manager;33",
                                     "1004;Store 12;Cashier;4"};

sync::CycleOrder undo(RunId run) { return {.trigger = "command", .goal = sync::Goal::undo, .undo = run}; }

std::vector<std::string> codes_of(const sync::CycleResult& result) {
    std::vector<std::string> codes;
    for (const auto& hold : result.plan->verdict.hold) codes.push_back(hold.code);
    return codes;
}

bool has(const std::vector<std::string>& codes, const std::string& code) {
    return std::find(codes.begin(), codes.end(), code) != codes.end();
}

}  // namespace

TEST_CASE("what a run did is planned backwards, waits for a person, and is taken back", "[scenario][undo]") {
    World world;
    world.sync(day_1);
    const auto before = world.network.actual();
    const auto second = world.sync(day_2);

    const auto proposed = world.run(undo(second.run.id));

    CHECK(proposed.run.end == RunEnd::held);
    CHECK(has(codes_of(proposed), "undo"));
    REQUIRE(proposed.plan);
    CHECK(plan::undone_run(proposed.plan->plan) == second.run.id);
    const auto approved = world.approve();
    CHECK(approved.run.end == RunEnd::done);
    for (const auto* key : {"1001", "1002", "1003"}) {
        INFO(key);
        CHECK(world.network.person(key).state() != UserState::suspended);
    }
    CHECK(world.network.group_names("1001") == std::vector<std::string>{"Store 12"});
    CHECK(world.network.group_names("1002") == std::vector<std::string>{"Store 12"});
    CHECK(world.network.person("1001").role == RoleId("admin"));
    CHECK(world.network.person("1003").profile.phone == "3");
    CHECK(world.network.person("1004").suspended);
    CHECK(world.network.invitations("1002") == 1);
    for (const auto& user : before.users) {
        CHECK(world.network.person(user.xid->value()).profile == user.profile);
    }
}

TEST_CASE("the run after an undo does not do it all again, until a person lets it", "[scenario][undo]") {
    World world;
    world.sync(day_1);
    const auto second = world.sync(day_2);
    world.run(undo(second.run.id));
    world.approve();
    const auto calls = world.network.calls();

    const auto next = world.run();

    CHECK(next.run.end == RunEnd::held);
    CHECK(has(codes_of(next), "undone"));
    CHECK(world.network.calls() == calls);
    CHECK(world.run().run.end == RunEnd::held);
    CHECK(world.approve().run.end == RunEnd::done);
    CHECK(world.network.group_names("1001") == std::vector<std::string>{"Store 14"});
    world.check_settled();
}

TEST_CASE("after an undo a record without what was undone is carried out as ever", "[scenario][undo]") {
    World world;
    world.sync(day_1);
    const auto second = world.sync(day_2);
    world.run(undo(second.run.id));
    world.approve();
    world.deliver({"1001;Store 12;Store manager;1", "1002;Store 12;Cashier;2", "1003;Store 14;Cashier;7"});

    const auto next = world.run();

    CHECK(next.run.end == RunEnd::done);
    CHECK(world.network.person("1003").profile.phone == "7");
}

TEST_CASE("a run that did nothing cannot be taken back", "[scenario][undo]") {
    World world;
    world.sync(day_1);
    const auto nothing = world.run();

    const auto refused = world.run(undo(nothing.run.id));

    REQUIRE(refused.failure);
    CHECK(refused.failure->code == "nothing_to_undo");
    CHECK(world.run(undo(RunId(99))).failure->code == "nothing_to_undo");
}

TEST_CASE("a process that dies in an undo has not forgotten what is not to be done again", "[scenario][undo][crash]") {
    World whole;
    whole.sync(day_1);
    whole.run(undo(whole.sync(day_2).run.id));
    const auto effects_before = whole.effects();
    whole.approve();
    const auto effects = whole.effects();

    for (auto k = effects_before + 1; k < effects; ++k) {
        INFO("died after effect " << k << " of " << effects);
        World world;
        world.sync(day_1);
        const auto second = world.sync(day_2).run.id;
        world.run(undo(second));
        const auto calls = world.network.calls();
        world.die_after(k);
        CHECK_THROWS_AS(world.approve(), Died);
        world.restart();
        const bool has_begun = world.network.calls() > calls;

        const auto next = world.run();

        if (has_begun) CHECK((next.plan->plan.empty() || has(codes_of(next), "undone")));
        const auto rest = world.run(undo(second));
        const bool is_undone = !rest.plan || rest.plan->plan.empty();
        if (!is_undone) world.approve();
        CHECK(world.network.person("1001").role == RoleId("admin"));
        CHECK(world.network.person("1003").profile.phone == "3");
        CHECK(world.network.person("1004").suspended);
        CHECK_FALSE(world.network.person("1002").suspended);
        for (const auto* key : {"1001", "1002", "1003", "1004"}) CHECK(world.network.invitations(key) == 1);
    }
}

namespace {

/// For whom a plan says that the undo of a run ended before their part of it.
std::vector<std::string> left_of_undo(const sync::CycleResult& result) {
    std::vector<std::string> people;
    for (const auto& note : result.plan->plan.notes) {
        const bool is_told =
            note.kind == Note::Kind::not_undone && note.text.find("ended before this") != note.text.npos;
        if (is_told) people.push_back(note.employee.value());
    }
    return people;
}

}  // namespace

TEST_CASE("what is left of an undo that was interrupted is told by every run until it is done",
          "[scenario][undo][crash]") {
    World whole;
    whole.sync(day_1);
    whole.run(undo(whole.sync(day_2).run.id));
    const auto effects_before = whole.effects();
    whole.approve();
    const auto effects = whole.effects();
    CHECK(left_of_undo(whole.run()).empty());
    std::size_t interrupted = 0;

    for (auto k = effects_before + 1; k < effects; k += 2) {
        INFO("died after effect " << k << " of " << effects);
        World world;
        world.sync(day_1);
        const auto second = world.sync(day_2).run.id;
        world.run(undo(second));
        world.die_after(k);
        CHECK_THROWS_AS(world.approve(), Died);
        world.restart();
        const auto undoing = world.run(undo(second));
        const auto events = run(world.context(), world.store().ledger().events(1)).value();
        const bool was_begun = events[0].kind == EntryKind::undo;
        const bool is_left = undoing.plan && !undoing.plan->plan.empty();
        const auto calls = world.network.calls();

        const auto next = world.run();
        const auto told = left_of_undo(next);
        CHECK(told.empty() == !(was_begun && is_left));
        CHECK(left_of_undo(world.run()) == told);
        CHECK(world.network.calls() == calls);
        if (told.empty()) continue;

        ++interrupted;
        CHECK(world.run(undo(second)).run.end == RunEnd::held);
        CHECK(world.approve().run.end == RunEnd::done);
        CHECK(left_of_undo(world.run()).empty());
        CHECK(world.network.person("1004").suspended);
    }
    CHECK(interrupted > 3);
}

TEST_CASE("an undo that was interrupted before its first call is not taken for done, nor lost with a new record",
          "[scenario][undo][crash]") {
    World world;
    world.sync(day_1);
    const auto second = world.sync(day_2);
    const auto proposed = world.run(undo(second.run.id));
    const auto id = proposed.plan->plan.id;
    LedgerEvent begun{.kind = EntryKind::undo, .at = world.clock().now(), .run = RunId(99), .facts = {}};
    begun.facts.plan = id.value();
    begun.facts.undone_run = second.run.id.value();
    REQUIRE(run(world.context(), world.store().runs().approve(id, "operator", world.clock().now())).has_value());
    REQUIRE(run(world.context(), world.store().ledger().record(begun)).has_value());
    world.restart();

    const auto next = world.run();

    CHECK(next.plan->plan.empty());
    CHECK(left_of_undo(next).size() >= 4);
    CHECK(run(world.context(), world.store().runs().load_plan(id)).value()->state != PlanState::applied);
    world.deliver({day_2[0], day_2[1], "1004;Store 12;Cashier;44"});
    CHECK_FALSE(left_of_undo(world.run()).empty());
}

TEST_CASE("after a restore from a backup the first run reads and plans, and sends nothing until a person says so",
          "[scenario][restore]") {
    World world;
    world.sync(day_1);
    world.back_up();
    world.sync(day_2);
    world.put_back();
    const auto calls = world.network.calls();
    world.deliver(day_2);

    const auto first = world.run();

    CHECK(first.run.end == RunEnd::held);
    CHECK(has(codes_of(first), "restored"));
    CHECK(world.network.calls() == calls);
    CHECK(world.log.has("event=store_restored"));
    world.restart();
    const auto second = world.run();
    CHECK(second.run.end == RunEnd::held);
    CHECK(has(codes_of(second), "restored"));
    CHECK(world.network.calls() == calls);

    // The network has what the old store does not know of: nothing is sent a second time.
    const auto approved = world.approve();
    CHECK(approved.run.end != RunEnd::failed);
    CHECK(approved.plan->state != PlanState::held);
    for (const auto* key : {"1001", "1002", "1003", "1004"}) CHECK(world.network.invitations(key) == 1);
    world.deliver({"1001;Store 14;Cashier;8", "1003;Store 14;Store manager;33", "1004;Store 12;Cashier;4"});
    CHECK(world.run().run.end == RunEnd::done);
    world.check_settled();
}

TEST_CASE("what a store of before had let pass counts for nothing once it was put back", "[scenario][restore]") {
    World world;
    world.sync(day_1);
    world.deliver(day_2);
    world.stop_after_calls(world.network.calls() + 1);
    world.run();
    world.restart();
    world.back_up();
    world.run();
    world.put_back();
    const auto calls = world.network.calls();

    const auto first = world.run();

    CHECK(world.network.calls() == calls);
    REQUIRE(first.plan);
    if (!first.plan->plan.empty()) CHECK(first.run.end == RunEnd::held);
}

TEST_CASE("every run, approval, undo and restore stands in one chain that holds together", "[scenario][ledger]") {
    World world;
    world.sync(day_1);
    world.back_up();
    const auto second = world.sync(day_2);
    world.run(undo(second.run.id));
    world.approve();

    CHECK_FALSE(world.ledger_report().broken);
    CHECK(world.ledger_report().head.count > 20);
    world.put_back();
    world.run();
    CHECK_FALSE(world.ledger_report().broken);
}

TEST_CASE("what a tenant does not keep goes with the runs, and nothing that decides something goes with it",
          "[scenario][undo][retention]") {
    World world;
    world.settings().keep = std::chrono::hours(24 * 31);
    world.sync(day_1);
    const std::vector<std::string> day_1b{day_1[0], day_1[1], "1003;Store 14;Cashier;33"};
    const auto second = world.sync(day_1b);
    world.run(undo(second.run.id));
    REQUIRE(world.approve().run.end == RunEnd::done);
    for (int day = 0; day < 40; day += 10) {
        world.pass(std::chrono::hours(240));
        CHECK(world.run().run.end == RunEnd::held);  // it would do again what was taken back
    }

    CHECK(world.log.has("event=history_purged"));
    CHECK_FALSE(world.ledger_report().broken);
    CHECK(test::run(world.context(), world.store().runs().has_applied()).value());
    CHECK(world.run(undo(second.run.id)).failure == std::nullopt);
    world.deliver(day_1);
    CHECK(world.run().run.end == RunEnd::done);
    world.check_settled();
}

TEST_CASE("of several runs that were taken back none is done again without a person", "[scenario][undo]") {
    World world;
    world.sync(day_1);
    const std::vector<std::string> day_1b{day_1[0], day_1[1], "1003;Store 14;Cashier;33"};
    const auto second = world.sync(day_1b);
    const std::vector<std::string> day_1c{day_1[0], "1002;Store 12;Cashier;22", day_1b[2]};
    const auto third = world.sync(day_1c);
    for (const auto run : {second.run.id, third.run.id}) {
        world.run(undo(run));
        REQUIRE(world.approve().run.end == RunEnd::done);
    }
    const auto calls = world.network.calls();
    world.deliver(day_1b);  // without what the newest undo took back

    const auto next = world.run();

    CHECK(next.run.end == RunEnd::held);
    CHECK(has(codes_of(next), "undone"));
    CHECK(world.network.calls() == calls);
    CHECK(world.approve().run.end == RunEnd::done);
    world.check_settled();
}

TEST_CASE("when the undoing itself is taken back, what it had undone counts as done again", "[scenario][undo]") {
    World world;
    world.sync(day_1);
    const std::vector<std::string> day_1b{day_1[0], day_1[1], "1003;Store 14;Cashier;33"};
    const auto second = world.sync(day_1b);
    world.run(undo(second.run.id));
    const auto undoing = world.approve();
    world.run(undo(undoing.run.id));
    REQUIRE(world.approve().run.end == RunEnd::done);
    REQUIRE(world.network.person("1003").profile.phone == "33");
    world.network.person("1003").profile.phone = "3";

    CHECK_FALSE(has(codes_of(world.run()), "undone"));
}

TEST_CASE("an undo takes nothing from whoever is held", "[scenario][undo][queue]") {
    World world;
    world.sync(day_1);
    const auto second = world.sync(day_2);
    plan::RemovalHold hold{
        .key = EmployeeKey("1004"), .by = "jan", .reason = "starts on Monday", .since = world.clock().now()};
    REQUIRE(test::run(world.context(), world.store().removals().hold(hold)).has_value());

    const auto proposed = world.run(undo(second.run.id));

    REQUIRE(proposed.plan);
    const auto& notes = proposed.plan->plan.notes;
    CHECK(std::any_of(notes.begin(), notes.end(), [](const Note& note) {
        return note.employee == EmployeeKey("1004") && note.text.find("held by jan") != std::string::npos;
    }));
    CHECK(world.approve().run.end == RunEnd::done);
    CHECK_FALSE(world.network.person("1004").suspended);
    CHECK(world.network.group_names("1004") == std::vector<std::string>{"Store 12"});
    CHECK(world.network.group_names("1001") == std::vector<std::string>{"Store 12"});
}
