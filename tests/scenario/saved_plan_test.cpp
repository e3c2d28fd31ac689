// A plan that somebody saves waits until it is carried out by its name; whoever has another key keeps their account.

#include "tests/scenario/world.hpp"

#include <catch2/catch.hpp>

using namespace usersync;
using namespace usersync::test;

namespace {

const std::vector<std::string> day_1 = {"1001;Store 12;Cashier;+31610001001", "1002;Store 14;Cashier;+31610001002"};
const std::vector<std::string> day_2 = {day_1[0], day_1[1], "1003;Store 12;Cashier;+31610001003"};

sync::CycleResult saved(World& world) {
    return world.run({.trigger = "command", .goal = sync::Goal::plan, .save = true});
}

sync::CycleResult carried_out(World& world, const sync::CycleResult& seen) {
    return world.run({.trigger = "command", .carry_out = seen.plan->plan.id, .approved_by = "operator"});
}

}  // namespace

TEST_CASE("a saved plan waits, however harmless, until it is named", "[scenario][saved]") {
    World world;
    world.sync(day_1);
    world.deliver(day_2);
    const auto seen = saved(world);
    REQUIRE(seen.plan);
    CHECK(seen.plan->state == PlanState::held);
    REQUIRE(seen.estimate);
    CHECK(seen.estimate->calls == 2);

    CHECK(world.run().run.end == RunEnd::held);  // the next run by schedule
    CHECK_FALSE(world.network.knows("1003"));

    CHECK(carried_out(world, seen).run.end == RunEnd::done);
    CHECK(world.network.knows("1003"));
    world.check_settled();
}

TEST_CASE("a saved plan is refused when something else would be done now, with what changed since",
          "[scenario][saved]") {
    World world;
    world.sync(day_1);
    world.deliver(day_2);
    const auto seen = saved(world);
    world.network.add_person("1003", {.email = "p1003@shop.example"});

    const auto refused = carried_out(world, seen);
    REQUIRE(refused.failure);
    CHECK(refused.failure->code == "stale_plan");
    CHECK_FALSE(refused.changed_since.empty());
}

TEST_CASE("a plan that a brake holds is not carried out by its name alone", "[scenario][saved]") {
    World world;
    world.deliver(day_1);
    const auto seen = world.run({.trigger = "command", .goal = sync::Goal::plan});

    CHECK(carried_out(world, seen).run.end == RunEnd::held);
    CHECK(world.network.calls() == 0);
    world.approve();
    CHECK(world.network.knows("1001"));
}
