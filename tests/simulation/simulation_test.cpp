// The whole daemon in a world that goes wrong, and comes right.

#include "tests/simulation/every_step.hpp"
#include "tests/simulation/simulate.hpp"

#include <catch2/catch.hpp>

#include <cstdint>
#include <string>
#include <vector>

using namespace usersync::simulation;
using namespace std::chrono_literals;
using usersync::Duration;

namespace {

void check_seeds(std::uint64_t first, std::uint64_t count) {
    Simulation simulation;
    for (auto seed = first; seed < first + count; ++seed) {
        const auto repeat = seed == first ? Repeat::yes : Repeat::no;
        const auto verdict = simulation.live(seed, Planted::nothing, repeat);
        INFO(describe(seed, verdict));
        CHECK(verdict.ok());
    }
}

/// Whether the oracle says of a small world with this bug that the promise is broken.
bool is_found(Planted planted, const std::string& promise, const std::vector<Happening>& happenings = {}) {
    SmallWorld small;
    auto faults = no_faults(small.story());
    faults.tenants[0].happenings = happenings;
    const auto findings = small.live(faults, planted);
    const auto is_it = [&](const std::string& finding) { return finding.starts_with(promise); };
    return std::any_of(findings.begin(), findings.end(), is_it);
}

}  // namespace

TEST_CASE("whatever goes wrong, the end is as if nothing had, and no promise is broken: seeds 5 to 9", "[simulation]") {
    check_seeds(5, 5);
}

TEST_CASE("whatever goes wrong, the end is as if nothing had, and no promise is broken: seeds 10 to 14",
          "[simulation]") {
    check_seeds(10, 5);
}

TEST_CASE("whatever goes wrong, the end is as if nothing had, and no promise is broken: seeds 15 to 19",
          "[simulation]") {
    check_seeds(15, 5);
}

TEST_CASE("whatever goes wrong, the end is as if nothing had, and no promise is broken: seeds 20 to 24",
          "[simulation]") {
    check_seeds(20, 5);
}

TEST_CASE("whatever goes wrong, the end is as if nothing had, and no promise is broken: seeds 25 to 29",
          "[simulation]") {
    check_seeds(25, 5);
}

TEST_CASE("whatever goes wrong, the end is as if nothing had, and no promise is broken: seeds 30 to 34",
          "[simulation]") {
    check_seeds(30, 5);
}

TEST_CASE("whatever goes wrong, the end is as if nothing had, and no promise is broken: seeds 35 to 39",
          "[simulation]") {
    check_seeds(35, 5);
}

TEST_CASE("whatever goes wrong, the end is as if nothing had, and no promise is broken: seeds 40 to 44",
          "[simulation]") {
    check_seeds(40, 5);
}

TEST_CASE("whatever goes wrong, the end is as if nothing had, and no promise is broken: seeds 45 to 49",
          "[simulation]") {
    check_seeds(45, 5);
}

TEST_CASE("whatever goes wrong, the end is as if nothing had, and no promise is broken: seeds 50 to 54",
          "[simulation]") {
    check_seeds(50, 5);
}

TEST_CASE("whatever goes wrong, the end is as if nothing had, and no promise is broken: seeds 55 to 59",
          "[simulation]") {
    check_seeds(55, 5);
}

TEST_CASE("whatever goes wrong, the end is as if nothing had, and no promise is broken: seeds 60 to 64",
          "[simulation]") {
    check_seeds(60, 5);
}

TEST_CASE("whatever goes wrong, the end is as if nothing had, and no promise is broken: seeds 65 to 69",
          "[simulation]") {
    check_seeds(65, 5);
}

TEST_CASE("whatever goes wrong, the end is as if nothing had, and no promise is broken: seeds 70 to 74",
          "[simulation]") {
    check_seeds(70, 5);
}

TEST_CASE("whatever goes wrong, the end is as if nothing had, and no promise is broken: seeds 75 to 79",
          "[simulation]") {
    check_seeds(75, 5);
}

TEST_CASE("whatever goes wrong, the end is as if nothing had, and no promise is broken: seeds 80 to 84",
          "[simulation]") {
    check_seeds(80, 5);
}

TEST_CASE("whatever goes wrong, the end is as if nothing had, and no promise is broken: seeds 85 to 89",
          "[simulation]") {
    check_seeds(85, 5);
}

TEST_CASE("whatever goes wrong, the end is as if nothing had, and no promise is broken: seeds 90 to 94",
          "[simulation]") {
    check_seeds(90, 5);
}

TEST_CASE("whatever goes wrong, the end is as if nothing had, and no promise is broken: seeds 95 to 99",
          "[simulation]") {
    check_seeds(95, 5);
}

TEST_CASE("whatever goes wrong, the end is as if nothing had, and no promise is broken: seeds 100 to 104",
          "[simulation]") {
    check_seeds(100, 5);
}

TEST_CASE("the simulation finds a ledger that forgets an intent", "[simulation]") {
    CHECK(is_found(Planted::forgotten_intent, "I6"));
}

TEST_CASE("the simulation finds a call that the network says it has done and has not", "[simulation]") {
    CHECK(is_found(Planted::dropped_call, "I1"));
}

TEST_CASE("the simulation finds a plan that is carried out although it waits for a person", "[simulation]") {
    CHECK(is_found(Planted::passed_guard, "I9"));
}

TEST_CASE("the simulation finds a record that is believed although half of the people are missing", "[simulation]") {
    CHECK(is_found(Planted::believed_record, "I3",
                   {{.at = 31h, .what = Happening::What::half_record, .chance = 90, .by = Duration(0)}}));
}

TEST_CASE("whatever an operator asks for on the way, the end is as if nobody had asked", "[simulation]") {
    using What = Happening::What;
    struct Asked {
        What what;
        Duration at;
        std::string seen;  ///< that a person is held shows in nothing that the daemon says or sends
    };
    const std::vector<Asked> asked{{What::rejected_plan, 13h, "event=plan_rejected"},
                                   {What::held_person, 29h, ""},
                                   {What::paused_runs, 13h, "event=resumed"},
                                   {What::undone_run, 29h, "trigger=command"},
                                   {What::tried_rules, 29h, "event=rules_taken_over"}};
    SmallWorld small;
    for (const auto& one : asked) {
        auto faults = no_faults(small.story());
        faults.tenants[0].happenings = {{.at = one.at, .what = one.what, .chance = 1, .by = 90min}};
        CHECK(small.live(faults) == std::vector<std::string>{});
        CHECK(small.saw(one.seen));
    }
}

TEST_CASE("a store that is put back from a backup leads to the same network, when somebody has looked",
          "[simulation]") {
    SmallWorld small;
    auto faults = no_faults(small.story());
    // Behind the first day's work, and the second day's is forgotten.
    faults.happenings = {{.at = 35h, .what = Happening::What::backup, .chance = 0, .by = 2h}};
    CHECK(small.live(faults) == std::vector<std::string>{});
    CHECK(small.saw("event=store_restored"));
}

TEST_CASE("the simulation finds somebody who is taken out although a person holds them", "[simulation]") {
    CHECK(is_found(Planted::forgotten_hold, "I3",
                   {{.at = 29h, .what = Happening::What::held_person, .chance = 1, .by = Duration(0)}}));
}

TEST_CASE("the simulation finds a call that nothing needs", "[simulation]") {
    CHECK(is_found(Planted::needless_call, "I5"));
}

TEST_CASE("the simulation finds work that is begun during a pause", "[simulation]") {
    CHECK(is_found(Planted::forgotten_pause, "I9",
                   {{.at = 29h, .what = Happening::What::paused_runs, .chance = 0, .by = 24h}}));
}

TEST_CASE("the simulation finds tenants that share a limit and each use all of it", "[simulation]") {
    auto story = small_story();
    story.share_pace = true;
    auto other = story.tenants[0];
    other.name = "tenant1";
    other.network = R"({"name":"Other shop","seed":4,"groups":[{"kind":"business_unit","name":"Store 12"}]})";
    story.tenants.push_back(other);
    const auto none = no_faults(story);
    const auto breaks_it = [&](Planted planted) {
        SimWorld world(story, none, planted);
        world.run();
        const auto& broken = world.tenant(1).witness.broken();
        return std::any_of(broken.begin(), broken.end(), [](const auto& one) { return one.starts_with("I7"); });
    };
    CHECK(breaks_it(Planted::apart_paces));
    CHECK_FALSE(breaks_it(Planted::nothing));
}

TEST_CASE("the simulation finds calls that come too fast", "[simulation]") { CHECK(is_found(Planted::too_fast, "I7")); }
