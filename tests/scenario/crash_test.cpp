#include "tests/scenario/world.hpp"

#include <catch2/catch.hpp>

using namespace usersync;
using namespace usersync::test;

namespace {

const std::vector<std::string> day_1{"1001;Store 12;Store manager;1", "1002;Store 12;Cashier;2",
                                     "1003;Store 14;Cashier;3"};
const std::vector<std::string> day_2{"1001;Store 14;Cashier;1", "1003;Store 14;Store manager;33",
                                     "1004;Store 12;Cashier;4"};

void two_days(World& world) {
    world.sync(day_1);
    world.sync(day_2);
}

/// Goes on after a death as an operator would: the daemon is restarted and runs; whoever has to approve does.
void go_on(World& world, const std::vector<std::string>& last) {
    world.restart();
    auto result = world.run();
    if (result.run.end == RunEnd::held) world.approve();
    result = world.sync(last);
    CHECK(result.run.end != RunEnd::failed);
}

}  // namespace

TEST_CASE("a process that dies after any of its effects leads to the same network, with every invitation sent once", "[scenario][crash]") {
    World undisturbed;
    two_days(undisturbed);
    const auto effects = undisturbed.effects();
    REQUIRE(effects > 20);
    const auto expected = undisturbed.network.actual();

    for (std::size_t k = 1; k <= effects; ++k) {
        INFO("died after effect " << k << " of " << effects);
        World world;
        world.die_after(k);
        bool died = false;
        try {
            two_days(world);
        } catch (const Died&) {
            died = true;
        }
        REQUIRE(died);
        // Whatever day the process died on, the customer's next delivery is the second day's record.
        go_on(world, world.network.knows("1001") ? day_2 : day_1);
        world.sync(day_2);

        const auto actual = world.network.actual();
        REQUIRE(actual.users.size() == expected.users.size());
        for (std::size_t i = 0; i < actual.users.size(); ++i) {
            CHECK(actual.users[i].xid == expected.users[i].xid);
            CHECK(actual.users[i].state == expected.users[i].state);
            CHECK(actual.users[i].profile == expected.users[i].profile);
            CHECK(actual.users[i].role == expected.users[i].role);
        }
        for (const auto& person : undisturbed.network.people()) {
            const auto key = person.key.value();
            CHECK(world.network.group_names(key) == undisturbed.network.group_names(key));
            CHECK(world.network.invitations(key) == 1);
        }
        world.check_settled();
    }
}

TEST_CASE("with lost answers on top of a death, nobody is invited twice", "[scenario][crash]") {
    for (std::size_t k = 1; k <= 30; ++k) {
        INFO("died after effect " << k);
        World world;
        for (std::size_t call = 1; call <= 9; call += 2) world.network.fail_call(call, FaultKind::lost_answer);
        world.die_after(k);
        try {
            world.sync(day_1);
        } catch (const Died&) {
        }
        go_on(world, day_1);

        for (const auto* key : {"1001", "1002", "1003"}) CHECK(world.network.invitations(key) == 1);
        world.check_settled();
    }
}
