// The machine fails, at every step in turn: the process dies, the disk refuses, the clock is wrong.

#include "tests/simulation/oracle.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace usersync::simulation;
using namespace std::chrono_literals;
using usersync::Duration;

namespace {

/// One tenant, two days: somebody joins, moves, is promoted, leaves; a group is made.
Story small_story() {
    Story story;
    story.seed = 1;
    story.days = 2;
    story.quiet_from = 48h;
    story.end = 120h;
    TenantStory tenant;
    tenant.name = "tenant0";
    tenant.seed = 5;
    tenant.every = 12h;
    tenant.creates_missing = true;
    tenant.network = R"({"name":"Shop","seed":3,"groups":[{"kind":"business_unit","name":"Store 12"}]})";
    const std::string one = "1001;Store 12;Store manager;+31612345601;p1001@shop.example;P1001;Person";
    const std::string two = "1002;Store 12;Cashier;+31612345602;p1002@shop.example;P1002;Person";
    const std::string three = "1003;Store 12;Cashier;+31612345603;p1003@shop.example;P1003;Person";
    const std::string three_moved = "1003;Store 14;Store manager;+31612345603;p1003@shop.example;P1003;Person";
    const std::string four = "1004;Store 14;Cashier;+31612345604;p1004@shop.example;P1004;Person";
    const GoodDelivery day_1{.at = 6h, .rows = {one, two, three}, .people = {"1001", "1002", "1003"}};
    GoodDelivery day_2{.at = 30h, .rows = {one, three_moved, four}, .people = {"1001", "1003", "1004"}};
    tenant.deliveries = {day_1, day_2};
    for (const auto at : {54h, 78h}) {
        day_2.at = at;
        tenant.deliveries.push_back(day_2);
    }
    // One who leaves out of three is more than the simulation's brake lets pass: an operator approves.
    story.tenants = {tenant};
    return story;
}

class Twin {
public:
    explicit Twin(const Story& story) : none_(no_faults(story)), world(story, none_) { world.run(); }

private:
    FaultPlan none_;

public:
    SimWorld world;
};

void check_kept(SimWorld& world, Twin& twin, const FaultPlan& faults) {
    std::string text = describe(faults);
    for (const auto& finding : judge(world, twin.world, faults)) text += finding + '\n';
    INFO(text);
    CHECK(judge(world, twin.world, faults).empty());
}

}  // namespace

TEST_CASE("a process that dies at any step, on the disk or in the network, leads to the same network",
          "[simulation][crash][fault30]") {
    const auto story = small_story();
    Twin twin(story);
    std::size_t deaths = 0;
    for (std::size_t n = 1; deaths + 1 == n; ++n) {
        auto faults = no_faults(story);
        faults.deaths = {n};
        faults.downtimes = {Duration(0)};
        SimWorld world(story, faults);
        world.run();
        deaths += world.processes() > 1 ? 1 : 0;
        check_kept(world, twin, faults);
    }
    CHECK(deaths > 60);
}

TEST_CASE("a write that fails at any step, whether or not it was made, leads to the same network, and nothing is sent "
          "without an intent on disk",
          "[simulation][fault31]") {
    const auto story = small_story();
    Twin twin(story);
    const auto after_writing = GENERATE(false, true);
    for (std::size_t n = 1; n <= 70; ++n) {
        auto faults = no_faults(story);
        faults.tenants[0].disk = {{.from = n, .to = n, .after_writing = after_writing}};
        SimWorld world(story, faults);
        world.run();
        check_kept(world, twin, faults);
    }
}

TEST_CASE("a disk that is full for hours sends nothing, and work goes on by itself when there is room again",
          "[simulation][fault31]") {
    const auto story = small_story();
    Twin twin(story);
    auto faults = no_faults(story);
    faults.tenants[0].disk = {{.from = 12, .to = 1'000'000, .after_writing = false}};
    SimWorld world(story, faults);
    world.run();
    check_kept(world, twin, faults);
}

TEST_CASE("a clock that is set back or forward, by an hour or a day, and right again, changes nothing in the end",
          "[simulation][fault34]") {
    const auto story = small_story();
    Twin twin(story);
    const auto by = GENERATE(Duration(1h), Duration(24h));
    for (const std::uint64_t chance : {0u, 1u}) {
        for (Duration at = 1h; at < 46h; at += 5h) {
            auto faults = no_faults(story);
            faults.happenings = {{.at = at, .what = Happening::What::clock_jump, .chance = chance, .by = by}};
            SimWorld world(story, faults);
            world.run();
            check_kept(world, twin, faults);
        }
    }
}

TEST_CASE("a clock that says for an hour that a year has passed changes nothing in the end", "[simulation][fault34]") {
    const auto story = small_story();
    Twin twin(story);
    for (const auto at : {20h, 29h, 35h}) {
        auto faults = no_faults(story);
        faults.happenings = {{.at = at, .what = Happening::What::clock_jump, .chance = 0, .by = 24h * 365}};
        SimWorld world(story, faults);
        world.run();
        check_kept(world, twin, faults);
    }
}
