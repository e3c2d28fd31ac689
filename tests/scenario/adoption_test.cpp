// Accounts that were there before the service: proposed, approved, and nothing sent.

#include "core/plan/guard.hpp"
#include "tests/scenario/world.hpp"
#include "tests/support/network_builder.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace usersync;
using namespace usersync::test;

namespace {

const std::vector<std::string> day_1{"1001;Store 12;Cashier;+31612345601", "1002;Store 12;Cashier;+31612345602",
                                     "1003;Store 14;Cashier;+31612345603"};
const sync::CycleOrder adopt{.trigger = "command", .goal = sync::Goal::adopt};

Profile person(const std::string& key, std::string email) {
    return {.email = std::move(email),
            .name = PersonName{.first = "P" + key, .infix = {}, .last = "Person"},
            .job_title = {},
            .phone = {}};
}

/// 1001 has an account with their XID, 1002 one that only has their address.
void settle_in(World& world) {
    world.network.add_person("1001", person("1001", "p1001@shop.example"));
    world.network.add_stranger(person("1002", "p1002@shop.example"));
}

std::vector<std::string> whom(const Plan& plan) {
    std::vector<std::string> lines;
    for (const auto& operation : plan.operations) {
        lines.push_back(std::string(kind_of(operation.change.what)) + ' ' + operation.change.employee.value());
    }
    return lines;
}

}  // namespace

TEST_CASE("accounts that were there before are proposed, wait for a person, and nothing is sent", "[scenario]") {
    World world;
    settle_in(world);
    world.deliver(day_1);

    const auto proposed = world.run(adopt);

    CHECK(proposed.run.end == RunEnd::held);
    REQUIRE(proposed.plan);
    CHECK(plan::is_adoption(proposed.plan->verdict));
    CHECK(whom(proposed.plan->plan) == std::vector<std::string>{"adopt 1001", "adopt 1002"});

    const auto approved = world.approve();

    CHECK(approved.run.end == RunEnd::done);
    REQUIRE(approved.plan);
    CHECK(approved.plan->state == PlanState::applied);
    CHECK(approved.plans_before.empty());
    CHECK(world.network.calls() == 0);
}

TEST_CASE("after an adoption the first plan that sends something still waits for a person", "[scenario]") {
    World world;
    settle_in(world);
    world.deliver(day_1);
    world.run(adopt);
    world.approve();

    const auto first = world.run();

    CHECK(first.run.end == RunEnd::held);
    REQUIRE(first.plan);
    REQUIRE_FALSE(first.plan->verdict.hold.empty());
    CHECK(first.plan->verdict.hold.front().code == "first_run");
    CHECK(world.approve().run.end == RunEnd::done);
    CHECK(world.network.invitations("1001") == 0);
    CHECK_FALSE(world.network.knows("1002"));  // no second account
    CHECK(world.network.invitations("1003") == 1);
    world.check_settled();
}

TEST_CASE("a proposal that became another one is not what was approved", "[scenario]") {
    World world;
    settle_in(world);
    world.deliver(day_1);
    world.run(adopt);
    world.network.add_person("1003", person("1003", "p1003@shop.example"));

    const auto refused = world.approve();

    REQUIRE(refused.failure);
    CHECK(refused.failure->code == "stale_plan");
    CHECK(refused.changed_since == std::vector<std::string>{"+ adopt 1003"});
    CHECK(world.approve().run.end == RunEnd::done);
    CHECK(world.run(adopt).plan->plan.empty());
}

TEST_CASE("a proposal can be approved after a plan took its place in the queue", "[scenario]") {
    World world;
    settle_in(world);
    world.deliver(day_1);
    const auto proposed = world.run(adopt);
    REQUIRE(proposed.plan);
    const auto id = proposed.plan->plan.id;
    world.run();

    const auto approved = world.run({.trigger = "approval", .approve = id, .approved_by = "operator"});

    CHECK(approved.run.end == RunEnd::done);
    CHECK(world.network.calls() == 0);
    const auto again = world.run({.trigger = "approval", .approve = id, .approved_by = "operator"});
    REQUIRE(again.failure);
    CHECK(again.failure->code == "stale_plan");
}

TEST_CASE("where there is nothing to propose, a plan that waits goes on waiting", "[scenario]") {
    World world;
    world.deliver(day_1);
    const auto held = world.run();
    REQUIRE(held.plan);

    const auto nothing = world.run(adopt);

    REQUIRE(nothing.plan);
    CHECK(nothing.plan->plan.empty());
    CHECK(nothing.run.end == RunEnd::done);
    const auto approved = world.approve();
    CHECK(approved.run.end == RunEnd::done);
    CHECK(world.network.invitations("1003") == 1);
}

TEST_CASE("somebody with the same name and birthday is named for a person to look at, and not linked", "[scenario]") {
    auto settings = shop_settings();
    settings.columns.extra["birthday"].columns = {"Birthday"};
    World world(settings);
    auto& alike = world.network.add_person("somebody", person("1001", "private@home.example"));
    alike.without_xid = true;
    alike.birthday = "1980-02-29";
    world.source.put("employees.csv",
                     "Employee ID;Location;Job title;Phone;Email;First name;Last name;Birthday\r\n"
                     "1001;Store 12;Cashier;+31612345601;p1001@shop.example;P1001;Person;1980-02-29\r\n"
                     "1002;Store 12;Cashier;+31612345602;p1002@shop.example;P1001;Person;1980-03-01\r\n");

    const auto proposed = world.run(adopt);

    REQUIRE(proposed.plan);
    CHECK(proposed.plan->plan.empty());
    CHECK(notes_of(proposed.plan->plan.notes) == std::vector<std::string>{"by_hand 1001"});
    CHECK(proposed.run.end == RunEnd::done);
}

TEST_CASE("on a first run nothing is sent that nobody saw, also for accounts that this run has linked", "[scenario]") {
    auto settings = shop_settings();
    settings.policy.adopt_by_email = true;
    World world(std::move(settings));
    settle_in(world);
    world.deliver(day_1);
    CHECK(world.run().run.end == RunEnd::held);

    const auto approved = world.approve();

    // 1002 was linked; what is to be sent for them is a plan of its own, and waits.
    REQUIRE(approved.plans_before.size() == 1);
    CHECK(approved.run.end == RunEnd::held);
    REQUIRE(approved.plan);
    REQUIRE_FALSE(approved.plan->plan.empty());
    REQUIRE_FALSE(approved.plan->verdict.hold.empty());
    CHECK(approved.plan->verdict.hold.front().code == "first_run");
    const auto calls = world.network.calls();
    CHECK(world.run().run.end == RunEnd::held);
    CHECK(world.network.calls() == calls);
    CHECK(world.approve().run.end == RunEnd::done);
    world.check_settled();
}

TEST_CASE("an adoption that was interrupted does not stand for the first plan that a person looks at",
          "[scenario][crash]") {
    // There is nothing to be done for 1001 but to count as ours.
    const auto begin = [](World& world) {
        auto& there = world.network.add_person("1001", person("1001", "p1001@shop.example"));
        there.groups = {world.network.actual().groups[0].eid};
        there.profile.job_title = "Cashier";
        there.profile.phone = "+31612345601";
        world.deliver({day_1[0]});
        REQUIRE(world.run(adopt).run.end == RunEnd::held);
    };
    World probe;
    begin(probe);
    const auto before = probe.effects();
    probe.approve();
    const auto effects = probe.effects() - before;
    for (std::size_t death = 1; death <= effects; ++death) {
        INFO("died after effect " << death << " of " << effects);
        World world;
        begin(world);
        world.die_after(world.effects() + death);
        CHECK_THROWS_AS(world.approve(), Died);
        world.restart();
        world.run({.trigger = "recovery"});
        world.deliver(day_1);

        const auto first = world.run();

        CHECK(first.run.end == RunEnd::held);
        REQUIRE(first.plan);
        REQUIRE_FALSE(first.plan->verdict.hold.empty());
        CHECK(first.plan->verdict.hold.front().code == "first_run");
        CHECK(world.network.calls() == 0);
    }
}
